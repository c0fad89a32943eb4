// Makes vectors for the schemes that sign a timestamp (and often a message id) along with the body, by running the
// providers' own npm packages. Prints one JSON object a line; tests/sdk/merge.py files them.
//
//     mkdir -p $SDK_DIR && cp tests/sdk/npm_timestamp.package.json $SDK_DIR/package.json
//     npm install --prefix $SDK_DIR --ignore-scripts --legacy-peer-deps --no-audit --no-fund
//     npm pack ghost@6.65.0 --pack-destination $SDK_DIR && mkdir -p $SDK_DIR/ghost
//     tar xzf $SDK_DIR/ghost-6.65.0.tgz -C $SDK_DIR/ghost --strip-components 1
//     SDK_DIR=... node tests/sdk/npm_timestamp.mjs [slug ...] | python3 tests/sdk/merge.py
//
// Every vector has been through the SDK: an accepted one that it refuses fails the run and drops its preset; a refused
// one that it accepts is left out and named on standard error. Ghost is a sender, of which one file is run: it is
// unpacked, not installed.

import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import path from "node:path";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";

const NOW = 1764000000000;
const SDK_DIR = path.resolve(process.env.SDK_DIR ?? ".");
const MODULES = path.join(SDK_DIR, "node_modules");
const require = createRequire(path.join(SDK_DIR, "index.js"));

// The SDKs read the clock themselves, in several ways.
const RealDate = Date;
let clock = NOW;
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [clock] : parts));
  }
  static now() {
    return clock;
  }
};

// Some SDKs log to standard output, which carries the vectors.
const report = console.error.bind(console);
for (const level of ["log", "debug", "info", "warn", "error"]) console[level] = () => {};

const installed = (name) => {
  const folder = name === "ghost" ? SDK_DIR : MODULES;
  return JSON.parse(readFileSync(path.join(folder, name, "package.json"), "utf8")).version;
};
const file = (name) => require(path.join(MODULES, name));
const esm = (name) => import(pathToFileURL(path.join(MODULES, name)).href);

// --- keys, times, MACs ---------------------------------------------------------------------------------------------

const bytes = (label) => createHash("sha256").update(`vector key ${label}`).digest();
const base64Key = (label) => bytes(label).toString("base64");
const whsec = (label) => `whsec_${base64Key(label)}`;
const hexKey = (label) => bytes(label).toString("hex");
const afterPrefix = (secret) => Buffer.from(secret.replace(/^[a-z]+_/, ""), "base64");

const seconds = (ms) => String(Math.floor(ms / 1000));
const millis = (ms) => String(ms);
const httpDate = (ms) => new RealDate(ms).toUTCString();
const isoUtc = (ms) => new RealDate(ms).toISOString();
const isoNoZone = (ms) => isoUtc(ms).replace("Z", "123");
const isoOffset = (ms) => isoUtc(ms - 7 * 3600_000).replace(/\.\d+Z$/, "-07:00");

const mac = (encoding) => (key, text) => createHmac("sha256", key).update(text).digest(encoding);
const hex = mac("hex");
const base64 = mac("base64");
const base64url = mac("base64url");

// --- bodies --------------------------------------------------------------------------------------------------------

const NAME = "Zoë – 東京 😀";
const compact = (event) => JSON.stringify(event);
const odd = (event) => `${JSON.stringify({ ...event, note: NAME }, null, "\t ").replaceAll("\n", " \r\n")}\r\n \r\n`;
const sorted = (value) =>
  value && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(
        Object.keys(value)
          .sort()
          .map((key) => [key, sorted(value[key])]),
      )
    : value;

// One character, and the body stays well-formed: an SDK must refuse it for its signature, not for its syntax.
const changed = (body) => body.replace(/\d(?=\D*$)/, (digit) => (digit === "9" ? "8" : String(Number(digit) + 1)));

const ORDER = { id: "evt_0001", type: "order.paid", data: { amount: 1250, currency: "EUR", order: "A-1001" } };

// --- what an entry of the table may say ----------------------------------------------------------------------------
//
// slug, from (npm package), evidence; secret, other (a key that is not the receiver's)
// event (the body as an object), text ("raw"; "compact" and "sorted" for SDKs that parse and print the body again)
// stamp (ms -> timestamp text), window ({ past, future } seconds that the SDK allows), ids (the id is signed)
// sign(request) -> one signature; headers(signatures, request) -> headers; verify(request) throws or answers false
// several: which of several signatures the SDK reads ("any", "first", "last"); stranger: headers with an unknown label
// expect(request, event): what the receiver should learn; more(case, entry): further cases
// preset: the preset that it is filed under, where that is not its slug

const parse = (request) => JSON.parse(request.body);

// `t=…,v1=…` in one header; `{t}.{body}` signed with the secret's text.
function fields({ header, label = "v1", time = "t", join = ",", dot = ".", ...rest }) {
  return {
    sign: ({ secret, stamp, body }) => hex(secret, `${stamp}${dot}${body}`),
    headers: (signatures, { stamp }) => ({
      [header]: [`${time}=${stamp}`, ...signatures.map((one) => `${label}=${one}`)].join(join),
    }),
    stranger: (headers) => ({ ...headers, [header]: headers[header].replace(`${join}${label}=`, `${join}x9=`) }),
    stamp: seconds,
    ...rest,
  };
}

// The signature in one header, the time in another.
function twoHeaders({ header, timeHeader, prefix = "", ...rest }) {
  return {
    headers: ([signature], { stamp }) => ({ [header]: `${prefix}${signature}`, [timeHeader]: stamp }),
    stamp: seconds,
    ...rest,
  };
}

// The Standard Webhooks family.
function standard({ names = "webhook", key = afterPrefix, ...rest }) {
  const [idName, timeName, signatureName] = ["id", "timestamp", "signature"].map((part) => `${names}-${part}`);
  const entry = {
    sign: ({ secret, id, stamp, body }) => base64(key(secret), `${id}.${stamp}.${body}`),
    headers: (signatures, { id, stamp }) => ({
      [idName]: id,
      [timeName]: stamp,
      [signatureName]: signatures.map((one) => `v1,${one}`).join(" "),
    }),
    stranger: (headers) => ({ ...headers, [signatureName]: headers[signatureName].replace("v1,", "v9,") }),
    ids: true,
    several: "any",
    stamp: seconds,
    window: { past: 300, future: 300 },
    expect: (request, event) => ({ id: request.id, type: event.type }),
    more: async (add, entry) => {
      const request = make(entry);
      const headers = entry.headers([entry.sign(request)], request);
      await add("entries of unknown versions stand around the right one", "accepted", request, {
        ...headers,
        [signatureName]: `v1a,bm90LWEtc2lnbmF0dXJl ${headers[signatureName]} v2,bm90LWEtc2lnbmF0dXJl`,
      });
      await rest.more?.(add, entry);
    },
  };
  return {
    ...entry,
    ...rest,
    more: entry.more,
    secret: rest.secret ?? whsec(rest.slug),
    other: rest.other ?? whsec("other"),
  };
}

const tolerance = (past, future) => ({ past, future });

// --- the table -----------------------------------------------------------------------------------------------------

const table = () => [
  fields({
    slug: "stripe",
    from: "stripe",
    header: "stripe-signature",
    secret: whsec("stripe"),
    event: {
      id: "evt_0001",
      object: "event",
      type: "charge.succeeded",
      data: { object: { id: "ch_0001", amount: 1250 } },
    },
    window: tolerance(300),
    several: "any",
    sign: ({ secret, at, body }) =>
      stripe()
        .webhooks.generateTestHeaderString({ payload: body, secret, timestamp: Math.floor(at / 1000) })
        .replace(/^.*v1=/, ""),
    verify: ({ secret, headers, body }) => stripe().webhooks.constructEvent(body, headers["stripe-signature"], secret),
    expect: (_, event) => ({ id: event.id, type: event.type }),
    more: async (add, entry) => {
      const request = make(entry);
      const [header] = Object.values(entry.headers([entry.sign(request)], request));
      await add("a v0 signature of a test event comes along", "accepted", request, {
        "stripe-signature": `${header},v0=${"6f".repeat(32)}`,
      });
    },
  }),
  twoHeaders({
    slug: "slack",
    from: "@slack/bolt",
    header: "x-slack-signature",
    timeHeader: "x-slack-request-timestamp",
    prefix: "v0=",
    secret: hexKey("slack").slice(0, 32),
    event: {
      team_id: "T0001",
      type: "event_callback",
      event_id: "Ev0001",
      event: { type: "app_mention", user: "U0001", ts: "1763999999.000100" },
    },
    window: tolerance(300),
    sign: ({ secret, stamp, body }) => hex(secret, `v0:${stamp}:${body}`),
    stranger: (headers) => ({ ...headers, "x-slack-signature": headers["x-slack-signature"].replace("v0=", "v9=") }),
    verify: ({ secret, headers, body }) =>
      file("@slack/bolt/dist/receivers/verify-request.js").verifySlackRequest({ signingSecret: secret, headers, body }),
    expect: (_, event) => ({ id: event.event_id }),
    more: async (add, entry) => {
      const form = "team_id=T0001&user_name=zo%C3%AB&command=%2Fdeploy&text=web+%26+api&trigger_id=13345224609.0001";
      const request = make(entry, { body: form });
      await add("a slash command sent as a form", "accepted", request);
    },
  }),
  twoHeaders({
    slug: "zoom",
    from: "@zoom/rivet",
    header: "x-zm-signature",
    timeHeader: "x-zm-request-timestamp",
    prefix: "v0=",
    secret: "vectorZoomSecretToken0",
    event: {
      event: "meeting.started",
      event_ts: 1763999999000,
      payload: { account_id: "A0001", object: { id: "9001" } },
    },
    text: "compact",
    sign: ({ secret, stamp, body }) => hex(secret, `v0:${stamp}:${body}`),
    stranger: (headers) => ({ ...headers, "x-zm-signature": headers["x-zm-signature"].replace("v0=", "v9=") }),
    verify: async ({ secret, headers, body }) => {
      const { AwsLambdaReceiver } = require("@zoom/rivet/meetings");
      const answer = await new AwsLambdaReceiver({ webhooksSecretToken: secret }).start()({ headers, body }, {});
      return answer.statusCode === 200;
    },
    expect: (_, event) => ({ type: event.event }),
  }),
  fields({
    slug: "paddle",
    from: "@paddle/paddle-node-sdk",
    header: "paddle-signature",
    label: "h1",
    time: "ts",
    join: ";",
    dot: ":",
    secret: `pdl_ntfset_vector_${hexKey("paddle").slice(0, 24)}`,
    event: {
      event_id: "evt_0001",
      event_type: "transaction.paid",
      notification_id: "ntf_0001",
      data: { id: "txn_0001" },
    },
    window: tolerance(5),
    several: "last",
    verify: ({ secret, headers, body }) =>
      paddle().webhooks.isSignatureValid(body, secret, headers["paddle-signature"]),
    expect: (_, event) => ({ type: event.event_type }),
  }),
  fields({
    slug: "workos",
    from: "@workos-inc/node",
    header: "workos-signature",
    join: ", ",
    secret: "vector-workos-secret",
    event: {
      id: "event_0001",
      event: "user.created",
      created_at: "2025-11-24T16:00:00.000Z",
      data: { id: "user_0001" },
    },
    text: "compact",
    stamp: millis,
    window: tolerance(180),
    verify: ({ secret, headers, body }) =>
      workos().webhooks.verifyHeader({ payload: JSON.parse(body), sigHeader: headers["workos-signature"], secret }),
    expect: (_, event) => ({ id: event.id, type: event.event }),
  }),
  fields({
    slug: "mux",
    from: "@mux/mux-node",
    header: "mux-signature",
    secret: "vector-mux-secret",
    event: { id: "e0001", type: "video.asset.ready", data: { id: "asset0001", duration: 23 } },
    window: tolerance(300),
    several: "any",
    verify: ({ secret, headers, body }) => mux().webhooks.verifySignature(body, headers, secret),
    expect: (_, event) => ({ id: event.id, type: event.type }),
  }),
  fields({
    slug: "elevenlabs",
    from: "@elevenlabs/elevenlabs-js",
    header: "elevenlabs-signature",
    label: "v0",
    secret: "wsec_vector_elevenlabs",
    event: { type: "post_call_transcription", event_timestamp: 1763999999, data: { conversation_id: "c0001" } },
    window: tolerance(1800),
    several: "first",
    verify: ({ secret, headers, body }) =>
      elevenlabs().webhooks.constructEvent(body, headers["elevenlabs-signature"], secret),
    expect: (_, event) => ({ type: event.type }),
  }),
  fields({
    slug: "fintoc",
    from: "fintoc",
    header: "fintoc-signature",
    secret: "whsec_vector_fintoc",
    event: { id: "evt_0001", type: "payment_intent.succeeded", data: { amount: 1250 } },
    window: tolerance(300, 300),
    several: "last",
    verify: ({ secret, headers, body }) =>
      require("fintoc").WebhookSignature.verifyHeader(body, headers["fintoc-signature"], secret),
  }),
  fields({
    slug: "readme",
    from: "readmeio",
    header: "readme-signature",
    label: "v0",
    secret: "rdme_vector_secret",
    event: { email: "reader@example.com", version: 12 },
    text: "compact",
    stamp: millis,
    window: tolerance(1800),
    several: "last",
    verify: (request) =>
      require("readmeio").verifyWebhook(parse(request), request.headers["readme-signature"], request.secret),
  }),
  fields({
    slug: "sanity",
    from: "@sanity/webhook",
    header: "sanity-webhook-signature",
    secret: "vector-sanity-secret",
    event: { _id: "post-0001", _type: "post", title: "Hello", _rev: "r1" },
    stamp: millis,
    sign: ({ secret, stamp, body }) => base64url(secret, `${stamp}.${body}`),
    verify: (request) => require("@sanity/webhook").assertValidRequest(request, request.secret),
  }),
  fields({
    slug: "hook0",
    from: "hook0-client",
    header: "x-hook0-signature",
    label: "v0",
    secret: "6f1c0e1e-6d1a-4c2b-9a58-000000000001",
    event: { order: "A-1001", amount: 1250 },
    window: tolerance(300, 300),
    verify: hook0,
  }),
  fields({
    slug: "hook0",
    title: "v1, with headers signed",
    from: "hook0-client",
    header: "x-hook0-signature",
    secret: "6f1c0e1e-6d1a-4c2b-9a58-000000000001",
    event: { order: "A-1001", amount: 1250 },
    window: tolerance(300, 300),
    sign: ({ secret, stamp, id, body }) => hex(secret, `${stamp}.x-event-id x-event-type.${id}.order.paid.${body}`),
    headers: ([signature], { stamp, id }) => ({
      "x-hook0-signature": `t=${stamp},h=x-event-id x-event-type,v1=${signature}`,
      "x-event-id": id,
      "x-event-type": "order.paid",
    }),
    ids: true,
    verify: hook0,
    more: async (add, entry) => {
      const request = make(entry);
      const headers = entry.headers([entry.sign(request)], request);
      const v0 = hex(entry.secret, `${request.stamp}.${request.body}`);
      const both = (v1) => headers["x-hook0-signature"].replace(/,h=/, `,v0=${v0},h=`).replace(/v1=.*/, `v1=${v1}`);
      await add("v0 and v1 are both right", "accepted", request, {
        ...headers,
        "x-hook0-signature": both(entry.sign(request)),
      });
      await add("v0 is right and v1 is not", "refused", request, {
        ...headers,
        "x-hook0-signature": both("00".repeat(32)),
      });
      await add("a signed header has changed", "refused", request, { ...headers, "x-event-type": "order.void" });
    },
  }),
  twoHeaders({
    slug: "webflow",
    from: "webflow-api",
    header: "x-webflow-signature",
    timeHeader: "x-webflow-timestamp",
    secret: hexKey("webflow"),
    event: { triggerType: "form_submission", payload: { name: "Contact", formId: "f0001" } },
    stamp: millis,
    sign: ({ secret, stamp, body }) => hex(secret, `${stamp}:${body}`),
    verify: (request) => webflow().webhooks.verifySignature(request),
    expect: (_, event) => ({ type: event.triggerType }),
  }),
  twoHeaders({
    slug: "cashfree",
    from: "cashfree-pg",
    header: "x-webhook-signature",
    timeHeader: "x-webhook-timestamp",
    secret: "vector_cashfree_client_secret",
    event: {
      type: "PAYMENT_SUCCESS_WEBHOOK",
      event_time: "2025-11-24T21:29:59+05:30",
      data: { order: { order_id: "o0001" } },
    },
    stamp: millis,
    sign: ({ secret, stamp, body }) => base64(secret, `${stamp}${body}`),
    verify: ({ secret, headers, body }) =>
      cashfree(secret).PGVerifyWebhookSignature(headers["x-webhook-signature"], body, headers["x-webhook-timestamp"]),
    expect: (_, event) => ({ type: event.type }),
  }),
  {
    slug: "box",
    from: "box-node-sdk",
    secret: "vectorBoxPrimaryKey",
    event: { type: "webhook_event", id: "0001", trigger: "FILE.UPLOADED", source: { id: "73835521473", type: "file" } },
    stamp: isoOffset,
    window: tolerance(600, 0),
    sign: ({ secret, stamp, body }) => base64(secret, `${body}${stamp}`),
    headers: ([primary, secondary], { stamp, id }) => ({
      "box-delivery-id": id,
      "box-delivery-timestamp": stamp,
      "box-signature-algorithm": "HmacSHA256",
      "box-signature-version": "1",
      "box-signature-primary": primary,
      ...(secondary === undefined ? {} : { "box-signature-secondary": secondary }),
    }),
    verify: ({ secrets, headers, body }) =>
      file("box-node-sdk/lib/managers/webhooks.js").WebhooksManager.validateMessage(body, headers, secrets[0], {
        secondaryKey: secrets[1],
      }),
    expect: (_, event) => ({ type: event.trigger }),
    more: async (add, entry) => {
      const secrets = [entry.secret, "vectorBoxSecondaryKey"];
      const by = (secret, body) => entry.sign(make(entry, { secret, ...(body && { body }) }));
      const request = make(entry, { secrets });
      const two = (first, second) => entry.headers([first, second], request);
      const wrong = by("other");
      await add("both keys have signed", "accepted", request, two(...secrets.map((one) => by(one))));
      await add("only the secondary signature is right", "accepted", request, two(wrong, by(secrets[1])));
      await add("neither signature is right", "refused", request, two(wrong, wrong));
      const body = compact({ ...entry.event, note: NAME });
      const escaped = body.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
      await add(
        "the signature covers the body with non-ASCII characters escaped",
        "accepted",
        make(entry, { body }),
        entry.headers([by(entry.secret, escaped)], request),
      );
    },
  },
  {
    slug: "twitch",
    // Not Twitch's own: its sample is not on npm.
    evidence: "independent",
    from: "@twurple/eventsub-http",
    secret: "vector-twitch-secret",
    event: {
      subscription: { id: "s0001", type: "stream.online", version: "1", condition: { broadcaster_user_id: "1234" } },
      event: { id: "9001", broadcaster_user_id: "1234", broadcaster_user_login: "cool_user", type: "live" },
    },
    ids: true,
    stamp: isoUtc,
    window: tolerance(600),
    sign: ({ secret, id, stamp, body }) => hex(secret, `${id}${stamp}${body}`),
    headers: ([signature], { id, stamp }) => ({
      "twitch-eventsub-message-id": id,
      "twitch-eventsub-message-timestamp": stamp,
      "twitch-eventsub-message-type": "notification",
      "twitch-eventsub-subscription-type": "stream.online",
      "twitch-eventsub-message-signature": `sha256=${signature}`,
    }),
    stranger: (headers) => ({
      ...headers,
      "twitch-eventsub-message-signature": headers["twitch-eventsub-message-signature"].replace("sha256=", "sha1="),
    }),
    verify: twurple,
    expect: ({ id }) => ({ id }),
  },
  {
    slug: "orb",
    from: "orb-billing",
    secret: "vector-orb-secret",
    event: { id: "o4mmewpfNNTnjfZc", type: "invoice.issued", created_at: "2025-11-24T15:59:59Z", properties: { n: 1 } },
    stamp: isoNoZone,
    window: tolerance(300, 300),
    several: "any",
    sign: ({ secret, stamp, body }) => orb().webhooks.signPayload(body, { timestamp: stamp, secret }).slice(3),
    headers: (signatures, { stamp }) => ({
      "x-orb-timestamp": stamp,
      "x-orb-signature": signatures.map((one) => `v1=${one}`).join(" "),
    }),
    stranger: (headers) => ({ ...headers, "x-orb-signature": headers["x-orb-signature"].replace("v1=", "v9=") }),
    verify: ({ secret, headers, body }) => orb().webhooks.verifySignature(body, headers, secret),
    expect: (_, event) => ({ id: event.id, type: event.type }),
    more: async (add, entry) => {
      await add("the time is given in UTC with a Z", "accepted", make(entry, { stamp: isoUtc(NOW) }));
    },
  },
  twoHeaders({
    slug: "metronome",
    from: "@metronome/sdk",
    header: "metronome-webhook-signature",
    timeHeader: "x-metronome-date",
    secret: "vector-metronome-secret",
    event: { id: "0001", type: "alerts.spend_threshold_reached", properties: { threshold: 1250 } },
    stamp: httpDate,
    window: tolerance(300, 300),
    sign: ({ secret, stamp, body }) => metronome().webhooks.signPayload(body, { date: stamp, secret }),
    verify: ({ secret, headers, body }) => metronome().webhooks.verifySignature(body, headers, secret),
    expect: (_, event) => ({ id: event.id, type: event.type }),
  }),
  {
    slug: "inngest",
    from: "inngest",
    secret: `signkey-test-${hexKey("inngest")}`,
    other: `signkey-test-${hexKey("other")}`,
    event: {
      ctx: {
        attempt: 0,
        disable_immediate_execution: true,
        fn_id: "f0001",
        run_id: "01RUN",
        stack: { current: 0, stack: [] },
      },
      event: { data: { amount: 1250 }, id: "e1", name: "shop/order.paid", ts: 1763999999000 },
      events: [{ data: { amount: 1250 }, id: "e1", name: "shop/order.paid", ts: 1763999999000 }],
      steps: {},
      use_api: false,
      version: 1,
    },
    // The SDK signs the RFC 8785 form of what it has parsed: only a body in that form can be signed as it is.
    text: "sorted",
    stamp: seconds,
    window: tolerance(300, 300),
    sign: ({ secret, stamp, body }) => hex(secret.replace(/^signkey-\w+-/, ""), `${body}${stamp}`),
    headers: ([signature], { stamp }) => ({ "x-inngest-signature": `t=${stamp}&s=${signature}` }),
    stranger: (headers) => ({ "x-inngest-signature": headers["x-inngest-signature"].replace("&s=", "&x=") }),
    verify: inngest,
    more: async (add, entry) => {
      const request = make(entry, { secrets: [entry.other, entry.secret] });
      await add("signed with the fallback key", "accepted", request);
    },
  },
  {
    slug: "retell",
    from: "retell-sdk",
    secret: "key_vector_retell",
    event: { event: "call_ended", call: { call_id: "c0001", duration_ms: 1250 } },
    stamp: millis,
    window: tolerance(300, 300),
    sign: async ({ secret, at, body }) =>
      (await file("retell-sdk/lib/webhook_auth.js").symmetric.sign(body, secret, at)).replace(/^.*d=/, ""),
    headers: ([signature], { stamp }) => ({ "x-retell-signature": `v=${stamp},d=${signature}` }),
    stranger: (headers) => ({ "x-retell-signature": headers["x-retell-signature"].replace(",d=", ",x=") }),
    verify: ({ secret, headers, body }) => require("retell-sdk").verify(body, secret, headers["x-retell-signature"]),
  },
  twoHeaders({
    slug: "lovable",
    from: "@lovable.dev/webhooks-js",
    header: "x-lovable-signature",
    timeHeader: "x-lovable-timestamp",
    prefix: "sha256=",
    secret: "vector-lovable-secret",
    event: ORDER,
    window: tolerance(300, 300),
    sign: ({ secret, stamp, body }) => hex(secret, `${stamp}.${body}`),
    stranger: (headers) => ({
      ...headers,
      "x-lovable-signature": headers["x-lovable-signature"].replace("sha256=", "sha1="),
    }),
    verify: ({ secrets, headers, body, url }) =>
      require("@lovable.dev/webhooks-js").verifyWebhookRequest({
        req: new Request(url, { method: "POST", headers, body }),
        secrets,
      }),
    more: async (add, entry) => {
      await add("the time is in milliseconds", "accepted", make(entry, { stamp: millis(NOW) }));
      await add("the time is in ISO 8601", "accepted", make(entry, { stamp: isoUtc(NOW) }));
      await add("the time is in milliseconds and stale", "refused", make(entry, { stamp: millis(NOW - 301_000) }));
      await add("the time is in ISO 8601 and stale", "refused", make(entry, { stamp: isoUtc(NOW - 301_000) }));
      await add(
        "signed with the second of two keys",
        "accepted",
        make(entry, { secrets: ["another-secret", entry.secret] }),
      );
    },
  }),
  twoHeaders({
    slug: "crisp",
    from: "crisp-api",
    header: "x-crisp-signature",
    timeHeader: "x-crisp-request-timestamp",
    secret: hexKey("crisp"),
    event: {
      website_id: "w0001",
      event: "message:send",
      data: { session_id: "s0001", content: "Hello" },
      timestamp: 1763999999000,
    },
    text: "compact",
    stamp: millis,
    sign: ({ secret, stamp, body }) => hex(secret, `[${stamp};${body}]`),
    verify: async (request) => {
      const { headers, secret } = request;
      const client = await crisp();
      return client.verifyHook(
        secret,
        parse(request),
        headers["x-crisp-request-timestamp"],
        headers["x-crisp-signature"],
      );
    },
  }),
  {
    slug: "sinch_conversation",
    from: "@sinch/sdk-client",
    secret: "vector_sinch_secret",
    event: {
      app_id: "01APP",
      project_id: "p0001",
      message: { id: "01MSG", channel_identity: { identity: "46700000001" } },
    },
    ids: true,
    stamp: seconds,
    sign: ({ secret, id, stamp, body }) => {
      const { calculateWebhookSignature, computeSignedData } = sinch();
      return calculateWebhookSignature(computeSignedData(body, id, stamp), secret);
    },
    headers: ([signature], { id, stamp }) => ({
      "x-sinch-webhook-signature": signature,
      "x-sinch-webhook-signature-algorithm": "HmacSHA256",
      "x-sinch-webhook-signature-nonce": id,
      "x-sinch-webhook-signature-timestamp": stamp,
    }),
    verify: ({ secret, headers, body }) => sinch().validateWebhookSignature(secret, headers, body),
  },
  {
    slug: "ghost",
    from: "ghost",
    secret: "vector-ghost-secret",
    // Ghost puts the event before whatever it sends.
    event: {
      event: "post.published",
      post: { current: { id: "p0001", title: "Hello", status: "published" }, previous: {} },
    },
    text: "compact",
    stamp: millis,
    sign: async (request) => (await ghostHeader(request)).match(/sha256=([0-9a-f]+)/)[1],
    headers: ([signature], { stamp }) => ({ "x-ghost-signature": `sha256=${signature}, t=${stamp}` }),
    stranger: (headers) => ({ "x-ghost-signature": headers["x-ghost-signature"].replace("sha256=", "sha1=") }),
    // Ghost only signs: a header is right if it is the one that Ghost would send at that time.
    verify: async ({ secret, headers: { "x-ghost-signature": header }, body }) =>
      header === (await ghostHeader({ secret, body, at: Number(header.match(/t=(\d+)$/)[1]) })),
  },
  {
    slug: "hygraph",
    from: "@hygraph/utils",
    secret: "vector-hygraph-secret",
    event: { operation: "publish", data: { __typename: "Post", id: "p0001", stage: "PUBLISHED" } },
    stamp: millis,
    sign: ({ secret, at, body, environment = "master" }) =>
      base64(secret, JSON.stringify({ Body: body, EnvironmentName: environment, TimeStamp: at })),
    headers: ([signature], { stamp, environment = "master" }) => ({
      "gcms-signature": `sign=${signature}, env=${environment}, t=${stamp}`,
    }),
    verify: ({ secret, headers, body }) =>
      require("@hygraph/utils").verifyWebhookSignature({
        rawPayload: body,
        signature: headers["gcms-signature"],
        secret,
      }),
    more: async (add, entry) => {
      const { generateWebhookSignature } = require("@hygraph/utils");
      const request = make(entry, { environment: "staging" });
      const made = generateWebhookSignature({
        rawPayload: request.body,
        environmentName: "staging",
        secret: entry.secret,
      });
      await add("made by the SDK for another environment", "accepted", request, { "gcms-signature": made });
      await add("the environment has changed", "refused", request, {
        "gcms-signature": made.replace("env=staging", "env=master"),
      });
    },
  },
  fields({
    slug: "authsignal",
    from: "@authsignal/node",
    header: "x-signature-v2",
    label: "v2",
    secret: "vector-authsignal-secret",
    event: { id: "e0001", version: 1, type: "sms.created", source: "https://authsignal.com", data: { code: "123456" } },
    window: tolerance(300),
    several: "any",
    sign: ({ secret, stamp, body }) => base64(secret, `${stamp}.${body}`).replace("=", ""),
    verify: ({ secret, headers, body }) =>
      new (require("@authsignal/node").Authsignal)({
        apiSecretKey: secret,
        apiUrl: "https://api.example.com",
      }).webhook.constructEvent(body, headers["x-signature-v2"]),
  }),

  standard({
    slug: "standard_webhooks",
    from: "standardwebhooks",
    sign: ({ secret, id, at, body }) => standardWebhook(secret).sign(id, new RealDate(at), body).slice(3),
    verify: ({ secret, headers, body }) => standardWebhook(secret).verify(body, headers),
  }),
  standard({
    slug: "svix",
    from: "svix",
    names: "svix",
    sign: ({ secret, id, at, body }) => svix(secret).sign(id, new RealDate(at), body).slice(3),
    verify: ({ secret, headers, body }) => svix(secret).verify(body, headers),
    more: async (add, entry) => {
      const request = make(entry);
      const named = standard({ ...entry, slug: "svix", names: "webhook", more: undefined });
      await add(
        "the headers have their webhook- names",
        "accepted",
        request,
        named.headers([entry.sign(request)], request),
      );
    },
  }),
  standard({
    slug: "openai",
    from: "openai",
    event: {
      id: "evt_0001",
      object: "event",
      type: "response.completed",
      created_at: 1763999999,
      data: { id: "resp_0001" },
    },
    verify: ({ secret, headers, body }) => openai().webhooks.verifySignature(body, headers, secret),
    more: async (add, entry) => {
      const secret = "a secret without the prefix";
      const request = make(entry, { secret });
      const signature = base64(secret, `${request.id}.${request.stamp}.${request.body}`);
      await add("a secret without the prefix is its own key", "accepted", request, entry.headers([signature], request));
    },
  }),
  standard({
    slug: "anthropic",
    from: "@anthropic-ai/sdk",
    event: {
      id: "event_0001",
      type: "event",
      created_at: "2025-11-24T15:59:59Z",
      data: { id: "s0001", type: "session.status_idled" },
    },
    verify: ({ secret, headers, body }) => anthropic().beta.webhooks.unwrap(body, { headers, key: secret }),
    expect: (request) => ({ id: request.id }),
  }),
  standard({
    slug: "replicate",
    from: "replicate",
    event: { id: "p0001", status: "succeeded", output: ["https://example.com/0.png"] },
    window: undefined,
    verify: ({ secret, headers, body }) => require("replicate").validateWebhook({ headers, body }, secret),
    expect: (request) => ({ id: request.id }),
  }),
  standard({
    slug: "polar",
    from: "@polar-sh/sdk",
    secret: "polar_whs_vector_secret",
    other: "polar_whs_other_secret",
    key: (secret) => secret,
    event: { type: "order.paid", timestamp: "2025-11-24T15:59:59Z", data: { id: "o0001", amount: 1250 } },
    verify: ({ secret, headers, body }) => {
      const { validateEvent, WebhookVerificationError } = require("@polar-sh/sdk/webhooks");
      try {
        validateEvent(body, headers, secret);
      } catch (error) {
        // The model of the event is checked after the signature, and is of no interest here.
        if (error instanceof WebhookVerificationError) throw error;
        if (error.constructor.name !== "SDKValidationError") throw error;
      }
    },
  }),
  standard({
    slug: "composio",
    from: "@composio/core",
    secret: "vector-composio-secret",
    other: "other-composio-secret",
    key: (secret) => secret,
    event: {
      id: "msg_0001",
      timestamp: "2025-11-24T15:59:59.000Z",
      type: "composio.connected_account.expired",
      metadata: { project_id: "pr_0001", org_id: "o_0001" },
      data: { status: "EXPIRED" },
    },
    verify: async ({ secret, headers, body }) =>
      (await composio()).triggers.verifyWebhook({
        payload: body,
        secret,
        id: headers["webhook-id"],
        timestamp: headers["webhook-timestamp"],
        signature: headers["webhook-signature"] ?? "",
      }),
  }),
  standard({
    slug: "scalekit",
    from: "@scalekit-sdk/node",
    event: { id: "evt_0001", type: "organization.directory_enabled", data: { organization_id: "org_0001" } },
    verify: ({ secret, headers, body }) =>
      headers["interceptor-id"]
        ? scalekit().verifyInterceptorPayload(secret, headers, body)
        : scalekit().verifyWebhookPayload(secret, headers, body),
    more: async (add, entry) => {
      const request = make(entry);
      const named = standard({ ...entry, slug: "scalekit", names: "interceptor", more: undefined });
      await add("a call to an interceptor", "accepted", request, named.headers([entry.sign(request)], request));
    },
  }),
  standard({
    slug: "lithic",
    from: "lithic",
    event: { event_type: "card.created", card_token: "00000000-0000-4000-8000-000000000001", cents: 1250 },
    verify: ({ secret, headers, body }) => lithic().webhooks.verifySignature(body, headers, secret),
    expect: (request) => ({ id: request.id }),
  }),
  standard({
    slug: "liveblocks",
    from: "@liveblocks/node",
    event: { type: "userEntered", data: { roomId: "r0001", connectionId: 4, numActiveUsers: 8 } },
    verify: ({ secret, headers, body }) =>
      new (require("@liveblocks/node").WebhookHandler)(secret).verifyRequest({ headers, rawBody: body }),
  }),
  standard({
    slug: "dodo_payments",
    from: "dodopayments",
    event: { business_id: "bus_0001", type: "payment.succeeded", data: { payment_id: "pay_0001", total_amount: 1250 } },
    verify: ({ secret, headers, body }) => dodo().webhooks.unwrap(body, { headers, key: secret }),
  }),
  standard({
    slug: "whop",
    from: "@whop/sdk",
    secret: `ws_${hexKey("whop")}`,
    other: `ws_${hexKey("other")}`,
    key: (secret) => secret,
    event: { id: "msg_0001", api_version: "v1", type: "payment.succeeded", data: { id: "pay_0001", total: 1250 } },
    // Whop's guide gives the SDK the base64 of the whole secret, so its text is the key.
    verify: ({ secret, headers, body }) => whop().webhooks.unwrap(body, { headers, key: btoa(secret) }),
  }),
  standard({
    slug: "portone",
    from: "@portone/server-sdk",
    event: {
      type: "Transaction.Paid",
      timestamp: "2025-11-24T15:59:59Z",
      data: { paymentId: "p0001", storeId: "s0001" },
    },
    verify: ({ secret, headers, body }) => require("@portone/server-sdk").Webhook.verify(secret, body, headers),
  }),
  standard({
    slug: "resend",
    from: "resend",
    names: "svix",
    event: {
      type: "email.delivered",
      created_at: "2025-11-24T15:59:59Z",
      data: { email_id: "e0001", subject: "Hello" },
    },
    verify: ({ secret, headers, body }) =>
      resend().webhooks.verify({
        payload: body,
        webhookSecret: secret,
        headers: {
          id: headers["svix-id"],
          timestamp: headers["svix-timestamp"],
          signature: headers["svix-signature"],
        },
      }),
  }),
  standard({
    slug: "clerk",
    from: "@clerk/backend",
    names: "svix",
    event: { type: "user.created", object: "event", data: { id: "user_0001" }, timestamp: 1763999999000 },
    verify: ({ secret, headers, body, url }) =>
      require("@clerk/backend/webhooks").verifyWebhook(new Request(url, { method: "POST", headers, body }), {
        signingSecret: secret,
      }),
  }),
  standard({
    slug: "seam",
    from: "@seamapi/webhook",
    names: "svix",
    event: { event_id: "e0001", event_type: "device.connected", device_id: "d0001" },
    verify: async ({ secret, headers, body }) =>
      new (await esm("@seamapi/webhook/index.js")).SeamWebhook(secret).verify(body, headers),
    expect: (request) => ({ id: request.id }),
  }),
  standard({
    slug: "flowglad",
    from: "@flowglad/server",
    names: "svix",
    event: { type: "payment.succeeded", data: { id: "pym_0001", amount: 1250 } },
    window: tolerance(300, 60),
    verify: ({ secret, headers, body }) => require("@flowglad/server").verifyWebhook(body, headers, secret),
  }),
  standard({
    slug: "finch",
    from: "@tryfinch/finch-api",
    secret: base64Key("finch"),
    other: base64Key("other"),
    event: {
      company_id: "c0001",
      connection_id: "n0001",
      event_type: "directory.created",
      data: { individual_id: "i0001" },
    },
    headers: (signatures, { id, stamp }) => ({
      "finch-event-id": id,
      "finch-timestamp": stamp,
      "finch-signature": signatures.map((one) => `v1,${one}`).join(" "),
    }),
    names: "finch",
    stranger: (headers) => ({ ...headers, "finch-signature": headers["finch-signature"].replace("v1,", "v9,") }),
    verify: ({ secret, headers, body }) => finch().webhooks.verifySignature(body, headers, secret),
    expect: (request) => ({ id: request.id }),
  }),
  standard({
    slug: "creem",
    from: "creem",
    event: { id: "evt_0001", eventType: "checkout.completed", created_at: 1763999999000, object: { id: "ch_0001" } },
    expect: (request) => ({ id: request.id }),
    verify: ({ secret, headers, body }) => creem().verifyWebhookSignature(body, headers, secret),
  }),

  // What Creem's guide describes; its SDK turns to it when the Standard Webhooks headers are missing.
  {
    slug: "creem_signature",
    preset: "creem",
    from: "creem",
    secret: "whsec_vector_creem",
    event: { id: "evt_0001", eventType: "checkout.completed", created_at: 1763999999000, object: { id: "ch_0001" } },
    stamp: seconds,
    sign: ({ secret, body }) => hex(secret, body),
    headers: ([signature]) => ({ "creem-signature": signature }),
    verify: ({ secret, headers, body }) => creem().verifyWebhookSignature(body, headers, secret),
  },
  // What Whop's older package reads.
  fields({
    slug: "whop_legacy",
    preset: "whop",
    from: "@whop/api",
    header: "x-whop-signature",
    secret: "vector-whop-secret",
    event: { action: "payment.succeeded", api_version: "v5", data: { id: "pay_0001", final_amount: 1250 } },
    window: tolerance(300, 300),
    several: "first",
    verify: ({ secret, headers, body, url }) =>
      require("@whop/api").makeWebhookValidator({ webhookSecret: secret })(
        new Request(url, { method: "POST", headers, body }),
      ),
  }),

  // These two name the Standard Webhooks library itself in their samples.
  standard({
    slug: "render",
    evidence: "independent",
    from: "standardwebhooks",
    event: { type: "deploy_ended", timestamp: "2025-11-24T15:59:59Z", data: { id: "evt-0001", serviceId: "srv-0001" } },
    verify: ({ secret, headers, body }) => standardWebhook(secret).verify(body, headers),
  }),
  standard({
    slug: "bigcommerce",
    evidence: "independent",
    from: "standardwebhooks",
    secret: hexKey("bigcommerce"),
    other: hexKey("other"),
    key: (secret) => secret,
    event: { scope: "store/order/created", store_id: "1001", data: { type: "order", id: 250 }, created_at: 1763999999 },
    verify: ({ secret, headers, body }) => standardWebhook(btoa(secret)).verify(body, headers),
    expect: (request) => ({ id: request.id }),
  }),
];

// --- the SDKs, each set up once ------------------------------------------------------------------------------------

const once = (build) => {
  let made;
  return () => (made ??= build());
};
const main = (name) => {
  const exported = require(name);
  return exported.default ?? exported;
};

const stripe = once(() => new (main("stripe"))("unused"));
const paddle = once(() => new (require("@paddle/paddle-node-sdk").Paddle)("unused"));
const workos = once(() => new (require("@workos-inc/node").WorkOS)("unused"));
const mux = once(() => new (main("@mux/mux-node"))({ tokenId: "unused", tokenSecret: "unused" }));
const elevenlabs = once(() => new (require("@elevenlabs/elevenlabs-js").ElevenLabsClient)({ apiKey: "unused" }));
const webflow = once(() => new (require("webflow-api").WebflowClient)({ accessToken: "unused" }));
const orb = once(() => new (main("orb-billing"))({ apiKey: "unused", logLevel: "off" }));
const metronome = once(() => new (main("@metronome/sdk"))({ bearerToken: "unused" }));
const openai = once(() => new (main("openai"))({ apiKey: "unused" }));
const anthropic = once(() => new (main("@anthropic-ai/sdk"))({ apiKey: "unused" }));
const lithic = once(() => new (main("lithic"))({ apiKey: "unused" }));
const dodo = once(() => new (main("dodopayments"))({ bearerToken: "unused" }));
const whop = once(() => new (main("@whop/sdk"))({ apiKey: "unused" }));
const resend = once(() => new (require("resend").Resend)("unused"));
const finch = once(() => new (main("@tryfinch/finch-api"))({ clientId: "unused", clientSecret: "unused" }));
const creem = once(() => file("creem/dist/commonjs/webhooks.js"));
const scalekit = once(
  () => new (require("@scalekit-sdk/node").ScalekitClient)("https://example.com", "unused", "unused"),
);
const composio = once(async () => {
  const { Composio } = await esm("@composio/core/dist/index.mjs");
  return new Composio({ apiKey: "unused", allowTracking: false, disableVersionCheck: true });
});
// The package's entry point needs another one that the registry lacks.
const sinch = once(() => file("@sinch/sdk-client/dist/utils/authorization.helper.js"));
const crisp = once(async () => {
  const { Crisp } = require("crisp-api");
  const client = new Crisp();
  client.setRtmMode("webhooks");
  await client.on("message:send", () => {});
  return client;
});

const standardWebhook = (secret) => new (require("standardwebhooks").Webhook)(secret);
const svix = (secret) => new (require("svix").Webhook)(secret);

function cashfree(secret) {
  const { Cashfree, CFEnvironment } = require("cashfree-pg");
  return new Cashfree(CFEnvironment.SANDBOX, "unused", secret, undefined, undefined, undefined, false);
}

function hook0({ secret, headers, body }) {
  const { verifyWebhookSignature } = require("hook0-client");
  return verifyWebhookSignature(headers["x-hook0-signature"], Buffer.from(body), new Headers(headers), secret, 300);
}

const ghost = once(() => {
  const trigger = path.join(SDK_DIR, "ghost/core/server/services/webhooks/webhook-trigger.js");
  const load = Module._load;
  const stub = Object.assign(() => () => {}, { info() {}, warn() {}, safe: "6.65" });
  // What it requires beside the cryptography serves its logs and its settings.
  Module._load = (name, parent, ...rest) =>
    parent?.filename === trigger && name !== "crypto" ? stub : load(name, parent, ...rest);
  try {
    return require(trigger);
  } finally {
    Module._load = load;
  }
});

async function ghostHeader({ secret, at, body }) {
  let sent;
  const webhook = {
    id: "1",
    get: (field) => ({ event: "post.published", target_url: "https://example.com", secret })[field],
  };
  const trigger = new (ghost())({
    models: { Webhook: { findAllByEvent: async () => ({ models: [webhook] }), edit: async () => {} } },
    limitService: { isLimited: () => false },
    payload: async () => JSON.parse(body),
    request: async (_, options) => {
      sent = options;
      return { statusCode: 200 };
    },
  });
  clock = at;
  try {
    await trigger.trigger("post.published", {});
  } finally {
    clock = NOW;
  }
  return sent.headers["X-Ghost-Signature"];
}

async function inngest({ secrets, headers, body, url }) {
  const { Inngest } = require("inngest");
  const { serve } = require("inngest/edge");
  const client = new Inngest({
    id: "shop",
    isDev: false,
    eventKey: "unused",
    signingKey: secrets[0],
    signingKeyFallback: secrets[1],
    logger: console,
  });
  const run = client.createFunction({ id: "pay", triggers: [{ event: "shop/order.paid" }] }, () => "done");
  const answer = await serve({ client, functions: [run] })(
    new Request(`${url}?fnId=shop-pay&stepId=step`, {
      method: "POST",
      headers: { ...headers, host: "hooks.example.com" },
      body,
    }),
  );
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
}

// Its receiver answers 202 to a stale message too, and drops it: what counts is whether the handler is called.
async function twurple({ secret, headers, body }) {
  const { EventSubMiddleware } = await esm("@twurple/eventsub-http/lib/index.js");
  const listener = new EventSubMiddleware({
    apiClient: {},
    hostName: "hooks.example.com",
    pathPrefix: "webhooks/twitch",
    secret,
    strictHostCheck: false,
  });
  let called = false;
  const subscription = listener.onStreamOnline("1234", () => (called = true));
  const routes = [];
  listener.apply({ post: (route, handler) => routes.push([route, handler]), get: () => {} });
  const [, handler] = routes.find(([route]) => String(route).includes("/event/"));
  const incoming = Object.assign(Readable.from([Buffer.from(body)]), {
    headers,
    params: { id: subscription.id },
    socket: {},
  });
  await handler(incoming, { setHeader() {}, writeHead() {}, end() {} }, (error) => {
    throw error;
  });
  return called;
}

// --- the cases -----------------------------------------------------------------------------------------------------

function make(entry, change = {}) {
  const at = change.at ?? NOW;
  const event = entry.event ?? ORDER;
  const body = entry.text === "sorted" ? compact(sorted(event)) : compact(event);
  const secret = change.secret ?? entry.secret;
  return {
    at,
    stamp: entry.stamp(at),
    id: "msg_0001",
    body,
    secret,
    secrets: [secret],
    url: `https://hooks.example.com/webhooks/${entry.preset ?? entry.slug}`,
    ...change,
  };
}

async function run(entry, emit) {
  const event = entry.event ?? ORDER;
  const title = entry.title ? ` (${entry.title})` : "";

  const accepts = async (request) => {
    try {
      return (await entry.verify({ ...request, secret: request.secrets[0] })) !== false;
    } catch (error) {
      if (process.env.WHY) report(`   ${entry.slug}: ${String(error.message ?? error).slice(0, 200)}`);
      return false;
    }
  };

  const add = async (name, verdict, request, headers, expect) => {
    headers ??= entry.headers([await entry.sign(request)], request);
    const accepted = await accepts({ ...request, headers });
    if (verdict === "accepted" && !accepted) throw new Error(`${entry.slug}: refused by the SDK: ${name}`);
    if (verdict === "refused" && accepted) return report(`${entry.slug}${title}: accepted by the SDK: ${name}`);
    emit({
      slug: entry.preset ?? entry.slug,
      name: name + title,
      evidence: entry.evidence ?? "sdk",
      made_by: `npm ${entry.from} ${installed(entry.from)}`,
      verdict,
      now_ms: NOW,
      secrets: request.secrets,
      method: "POST",
      url: request.url,
      headers: Object.entries(headers),
      body: request.body,
      ...(expect && { expect }),
    });
  };

  const request = make(entry);
  const signature = await entry.sign(request);
  const signed = (one) => entry.headers([one], request);
  const wrong = await entry.sign(make(entry, { secret: entry.other ?? `${entry.secret}-other` }));

  await add("a plain body", "accepted", request, undefined, {
    ...entry.expect?.(request, event),
    timestamp_ms: Math.floor(NOW / 1000) * 1000,
  });
  const body = {
    raw: () => odd(event),
    compact: () => compact({ ...event, note: NAME }),
    sorted: () => compact(sorted({ ...event, event: { ...event.event, data: { note: NAME } } })),
  }[entry.text ?? "raw"]();
  const oddly = entry.text
    ? "a body with characters outside ASCII"
    : "a body with odd white space and characters outside ASCII";
  await add(oddly, "accepted", make(entry, { body, id: "msg_0002" }));

  await add(
    "one character of the body has changed",
    "refused",
    { ...request, body: changed(request.body) },
    signed(signature),
  );
  await add(
    "white space has been added after the body",
    "refused",
    { ...request, body: `${request.body} ` },
    signed(signature),
  );
  await add("signed with another key", "refused", request, signed(wrong));
  await add("the signature is cut short", "refused", request, signed(signature.slice(0, -8)));
  await add("the signature is empty", "refused", request, signed(""));
  await add(
    "the signature has something after it",
    "refused",
    request,
    signed(`${signature}${/^[0-9a-f]+$/.test(signature) ? "00" : "AAAA"}`),
  );

  for (const name of Object.keys(signed(signature)).filter((one) => /signature(-primary)?(-v2)?$/.test(one))) {
    const { [name]: _, ...others } = signed(signature);
    await add("the signature header is missing", "refused", request, others);
  }
  if (entry.stranger) {
    await add("the signature has an unknown label", "refused", request, entry.stranger(signed(signature)));
  }

  const later = make(entry, { at: NOW + 2000 });
  if (!entry.window || entry.window.future !== 0) {
    await add("the timestamp has changed", "refused", later, entry.headers([signature], later));
  }
  if (entry.ids) {
    const renamed = make(entry, { id: "msg_0009" });
    await add("the id has changed", "refused", renamed, entry.headers([signature], renamed));
  }

  if (entry.window) {
    const { past, future } = entry.window;
    const from = (offset) => make(entry, { at: NOW + offset * 1000 });
    await add(`${past - 1} seconds old`, "accepted", from(1 - past));
    await add(`${past + 1} seconds old`, "refused", from(-past - 1));
    if (future > 0) await add(`${future - 1} seconds ahead`, "accepted", from(future - 1));
    if (future !== undefined) await add(`${future + 1} seconds ahead`, "refused", from(future + 1));
  }

  if (entry.several) {
    const two = (...both) => entry.headers(both, request);
    if (entry.several !== "first")
      await add("two signatures, the second right", "accepted", request, two(wrong, signature));
    if (entry.several !== "last")
      await add("two signatures, the first right", "accepted", request, two(signature, wrong));
    await add("two signatures, both wrong", "refused", request, two(wrong, wrong));
  }
  await entry.more?.(add, entry);
}

const wanted = process.argv.slice(2);
const lines = [];
let failed = false;
for (const entry of table().filter(({ slug }) => wanted.length === 0 || wanted.includes(slug))) {
  try {
    const made = [];
    await run(entry, (vector) => made.push(JSON.stringify(vector)));
    lines.push(...made);
  } catch (error) {
    failed = true;
    report(`${entry.slug}: ${error.stack}`);
  }
}
process.stdout.write(lines.map((line) => `${line}\n`).join(""), () => process.exit(failed ? 1 : 0));
