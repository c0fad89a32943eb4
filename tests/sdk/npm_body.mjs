// Vectors for the presets that send a plain token, or a MAC over the body alone: each signed, accepted or refused by
// the provider's own npm package ("sdk"), or where there is none, by another author's ("independent").
//
//     cp npm_body.package.json "$SDK_DIR/package.json"
//     npm install --ignore-scripts --legacy-peer-deps --prefix "$SDK_DIR"
//     SDK_DIR=… node npm_body.mjs | python3 merge.py
//
// Nothing is printed that the package did not decide itself: a forgery it lets through is named on standard error and
// left out, and a genuine request it refuses ends the run. Every MAC is computed a second time with node:crypto.

import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire, register } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const NOW = 1764000000000;
const sdkDirectory = resolve(process.env.SDK_DIR ?? ".");
const load = createRequire(join(sdkDirectory, "/"));
const manifest = join(dirname(fileURLToPath(import.meta.url)), "npm_body.package.json");
const versions = JSON.parse(readFileSync(manifest)).dependencies;

Date.now = () => NOW;

// For files that a package does not export, or exports to `import` alone.
const loadFile = (path) => import(pathToFileURL(join(sdkDirectory, "node_modules", path)));

// --- Requests ------------------------------------------------------------------------------------------------------

const mac = ([hash, encoding, keyEncoding = "utf8"], secret, body) =>
  createHmac(hash, Buffer.from(secret, keyEncoding)).update(body).digest(encoding);

/** The same JSON with what a careless re-encoding would lose. */
const oddly = (json) => {
  const value = { note: "Zoë – 東京 🚚 \u2028", ...JSON.parse(json) };
  return `${JSON.stringify(value, null, "\t")}\n`.replaceAll("\n", "\r\n").replace(":", " :  ");
};

/** As `oddly`, but such that `JSON.stringify(JSON.parse(body))` gives the body back. */
const compactly = (json) => JSON.stringify({ note: "Zoë – 東京 🚚", ...JSON.parse(json) });

/** Another last letter in the last text of the JSON. */
const tampered = (text) => {
  const at = text.search(/[a-z](?=[^a-z]*$)/);
  const letter = text[at] === "x" ? "y" : "x";
  return text.slice(0, at) + letter + text.slice(at + 1);
};

// --- The generator -------------------------------------------------------------------------------------------------

const problems = [];
const notes = [];

async function decide(preset, request) {
  const headers = Object.fromEntries(request.headers);
  try {
    const verdict = await preset.verify({
      headers,
      signature: headers[preset.header],
      secret: request.secrets[0],
      secrets: request.secrets,
      bytes: request.bytes,
      text: request.bytes.toString("utf8"),
      url: request.url,
    });
    return verdict === true;
  } catch {
    return false;
  }
}

/** Puts one request to the package, and prints it if the verdict is the expected one. */
async function emit(preset, verdict, name, { headers, body, secrets, expect, required = verdict === "accepted" }) {
  const url = `https://hooks.example.com/webhooks/${preset.slug}`;
  const bytes = Buffer.from(body);
  const request = { headers, bytes, url, secrets: secrets ?? [preset.secret] };
  const title = preset.title ? `${preset.title}: ${name}` : name;
  const accepted = await decide(preset, request);
  if (accepted !== (verdict === "accepted")) {
    const what = `${accepted ? "not refused" : "not accepted"}: ${title}`;
    (required ? problems : notes).push(`${preset.slug} (${preset.package}): ${what}`);
    return;
  }
  const isText = Buffer.from(bytes.toString("utf8")).equals(bytes);
  const vector = {
    slug: preset.slug,
    name: title,
    evidence: preset.evidence ?? "sdk",
    made_by: `npm ${preset.package} ${versions[preset.package]}`,
    verdict,
    now_ms: NOW,
    secrets: request.secrets,
    ...(preset.settings && { settings: preset.settings }),
    method: "POST",
    url,
    headers,
    ...(isText ? { body: bytes.toString("utf8") } : { body_base64: bytes.toString("base64") }),
    ...(verdict === "accepted" && expect && { expect }),
  };
  console.log(JSON.stringify(vector));
}

/** The header value that goes with a body, by the package where it signs, and by node:crypto in any case. */
async function sign(preset, secret, body) {
  const key = preset.key ? preset.key(secret) : secret;
  const own = (preset.prefix ?? "") + mac(preset.mac, key, preset.signed ? preset.signed(body) : body);
  const theirs = preset.sign ? await preset.sign(secret, body) : own;
  if (theirs !== own) throw new Error(`${preset.slug}: ${preset.package} signs ${theirs}, node:crypto ${own}`);
  return theirs;
}

const withSignature = (preset, signature) => [
  ...Object.entries(preset.also ?? {}),
  ...(signature === undefined ? [] : [[preset.header, signature]]),
];

const ODD = "non-ASCII text, CRLF, tabs and a final line end in the body";

async function macVectors(preset) {
  const { prefix = "" } = preset;
  const [hash, encoding, keyEncoding] = preset.mac;
  const odd = (preset.compact ? compactly : oddly)(preset.body);
  const right = await sign(preset, preset.secret, preset.body);
  const oddRight = await sign(preset, preset.secret, odd);
  const digest = right.slice(prefix.length);
  const { expect } = preset;

  const send = (verdict, name, body, signature, more) =>
    emit(preset, verdict, name, { headers: withSignature(preset, signature), body, expect, ...more });
  const refuse = (name, body, signature, more) => send("refused", name, body, signature, more);

  await send("accepted", "a plain delivery", preset.body, right);
  await send("accepted", preset.compact ? "non-ASCII text in the body" : ODD, odd, oddRight);
  if (encoding === "hex") {
    const upper = prefix + digest.toUpperCase();
    await send("accepted", "the digest is in upper-case hex", preset.body, upper, { required: false });
  }

  await refuse("the body has one letter changed", tampered(preset.body), right, { required: true });
  if (!preset.compact) {
    await refuse("the body's line ends were changed to LF", odd.replaceAll("\r\n", "\n"), oddRight);
    await refuse("the body was parsed and encoded again", JSON.stringify(JSON.parse(odd)), oddRight);
    await refuse("a line end was added to the body", `${preset.body}\n`, right);
  }
  const other = await sign(preset, preset.otherSecret, preset.body);
  await refuse("signed with another secret", preset.body, other, { required: true });
  await refuse("the signature lacks its last eight characters", preset.body, right.slice(0, -8));
  await refuse("the signature is empty", preset.body, "");
  if (prefix) await refuse("the signature is the prefix and nothing else", preset.body, prefix);
  await refuse("the signature is missing", preset.body, undefined);
  await refuse("two characters follow the signature", preset.body, `${right}00`);
  const zeros = Buffer.alloc(Buffer.from(digest, encoding).length).toString(encoding);
  await refuse("the signature is all zeros", preset.body, prefix + zeros);
  const otherEncoding = encoding === "hex" ? "base64" : "hex";
  const recoded = Buffer.from(digest, encoding).toString(otherEncoding);
  await refuse(`the digest is in ${otherEncoding} instead of ${encoding}`, preset.body, prefix + recoded);
  const otherHash = hash === "sha1" ? "sha256" : "sha1";
  const covered = preset.signed ? preset.signed(preset.body) : preset.body;
  const rehashed = mac([otherHash, encoding, keyEncoding], preset.secret, covered);
  await refuse(`the digest is HMAC-${otherHash.toUpperCase()}`, preset.body, prefix + rehashed);
  if (prefix) {
    await refuse("the prefix is missing", preset.body, digest);
    const otherPrefix = prefix.replace(/sha1$|sha1(?==)|sha256/, (found) => (found === "sha256" ? "sha1" : "sha256"));
    if (otherPrefix !== prefix) await refuse("the prefix names another hash", preset.body, otherPrefix + digest);
  }
  if (preset.more) await preset.more({ preset, send, refuse, right, odd, oddRight });
}

async function tokenVectors(preset) {
  const { body, expect } = preset;
  const send = (verdict, name, header, more) =>
    emit(preset, verdict, name, { headers: withSignature(preset, header), body, expect, ...more });
  const refuse = (name, header, more) => send("refused", name, header, more);
  const right = preset.present(preset.secret);
  await send("accepted", "a plain delivery", right);
  await send("accepted", ODD, right, { body: oddly(body) });
  await refuse("another token", preset.present(preset.otherSecret), { required: true });
  await refuse("the token lacks its last characters", preset.present(preset.secret.slice(0, -4)));
  await refuse("more follows the token", preset.present(`${preset.secret}x`));
  await refuse("the token is in other letter case", preset.present(preset.secret.toUpperCase()));
  await refuse("the header is empty", "");
  await refuse("the header is missing", undefined);
  if (preset.more) await preset.more({ preset, send, refuse, right });
}

/** For a time in the signed body: both edges of the window, and a second past them. */
const windowed = (seconds, bodyAt) => async ({ send, preset }) => {
  const at = async (verdict, name, offset) => {
    const body = bodyAt(NOW + offset * 1000);
    const expect = { ...preset.expect, timestamp_ms: NOW + offset * 1000 };
    await send(verdict, name, body, await sign(preset, preset.secret, body), { expect });
  };
  await at("accepted", `correctly signed, ${seconds} s old`, -seconds);
  await at("refused", `correctly signed, but ${seconds + 1} s old`, -seconds - 1);
  await at("refused", `correctly signed, but ${seconds + 1} s ahead`, seconds + 1);
};

// --- Packages ------------------------------------------------------------------------------------------------------

const octokit = await loadFile("@octokit/webhooks-methods/dist-node/index.js");
load("@shopify/shopify-api/adapters/node");
const { shopifyApi, ApiVersion } = load("@shopify/shopify-api");
const line = load("@line/bot-sdk");
const Razorpay = load("razorpay");
const notion = load("@notionhq/client");
const { LinearWebhookClient } = load("@linear/sdk/webhooks");
const { verifyPlainWebhook } = load("@team-plain/typescript-sdk");
const gocardless = load("gocardless-nodejs/webhooks");
const { Webhook: CoinbaseWebhook } = load("coinbase-commerce-node");
const { ModernTreasury } = load("modern-treasury");
const { WebhookEventVerifier: OnfidoVerifier } = load("@onfido/api");
const EasyPost = load("@easypost/api");
const { signatureHelper } = load("@kontent-ai/webhook-helper");
const mailtrap = load("mailtrap");
const { MailerSendUtils } = load("mailersend/lib/services/mailersend.utils");
const CloudConvert = load("cloudconvert");
const ViberMessageValidator = load("viber-bot/lib/message/message-validator");
const { StreamChat } = load("stream-chat");
const { StreamClient } = load("@stream-io/node-sdk");
const Pusher = load("pusher");
const hookdeck = load("@hookdeck/sdk/webhooks/helpers");
const { Unit } = load("@unit-finance/unit-node-sdk");
const whatsapp = (await loadFile("whatsapp/build/utils.js")).default;
const { hmacValidator: AdyenValidator } = load("@adyen/api-library");
const autohook = load("twitter-autohook");
const { WebCryptoHmacSigner } = await loadFile("@shopware-ag/app-server-sdk/dist/esm/signer.js");
const sinch = (await loadFile("@sinch/sdk-client/dist/utils/authorization.helper.js")).default;
const { basicAuthValidator } = load("chargebee");

const shopify = (secret) =>
  shopifyApi({
    apiKey: "app-key",
    apiSecretKey: secret,
    scopes: ["read_orders"],
    hostName: "hooks.example.com",
    apiVersion: Object.values(ApiVersion).at(-2),
    isEmbeddedApp: false,
    logger: { log: () => {} },
  });
const shopifyVerify = async ({ secret, headers, text, url }) => {
  const rawRequest = { headers, method: "POST", url };
  return (await shopify(secret).webhooks.validate({ rawBody: text, rawRequest })).valid;
};


// --- Bodies with a time in them ------------------------------------------------------------------------------------

const linearBody = (timeMs) =>
  JSON.stringify({
    action: "create",
    type: "Comment",
    data: { id: "2174add1-f7c8-44e3-bbf3-2d60b5ea8bc9", body: "This is ready", issueId: "539068e2-ae88-4d09" },
    webhookTimestamp: timeMs,
    webhookId: "000042e3-d123-4980-b49f-8e140eef9329",
    url: "https://linear.app/issue/LIN-1778/foo-bar",
  });

const PLAIN_ACTOR = { actorType: "UNKNOWN" };
const plainBody = (timeMs) =>
  JSON.stringify({
    timestamp: "2025-11-24T15:59:58.120Z",
    workspaceId: "w_01HE6Q1A2B3C4D5E6F7G8H9J0K",
    payload: {
      changeType: "ADDED",
      eventType: "customer.customer_group_changed",
      customerGroup: {
        id: "cg_01HE6Q5E6F7G8H9J0K1M2N3P4Q",
        workspaceId: "w_01HE6Q1A2B3C4D5E6F7G8H9J0K",
        name: "Trial",
        key: "trial",
        color: "#d0e4ff",
        createdAt: "2025-11-24T15:59:58.000Z",
        createdBy: PLAIN_ACTOR,
        updatedAt: "2025-11-24T15:59:58.000Z",
        updatedBy: PLAIN_ACTOR,
      },
    },
    webhookMetadata: {
      webhookTargetId: "whTarget_01HE6Q2B3C4D5E6F7G8H9J0K1M",
      webhookTargetVersion: "2026-02-27",
      webhookDeliveryAttemptId: "whAttempt_01HE6Q3C4D5E6F7G8H9J0K1M2N",
      webhookDeliveryAttemptNumber: 1,
      webhookDeliveryAttemptTimestamp: new Date(timeMs).toISOString(),
    },
    id: "pEv_01HE6Q4D5E6F7G8H9J0K1M2N3P",
    type: "customer.customer_group_changed",
  });

// --- Presets: the providers' own packages --------------------------------------------------------------------------

const HEX_256 = ["sha256", "hex"];
const BASE64_256 = ["sha256", "base64"];

const STREAM = {
  slug: "getstream",
  header: "x-signature",
  mac: HEX_256,
  secret: "stream-api-secret-for-tests-3f9a7c",
  otherSecret: "stream-api-secret-for-tests-000000",
  body: '{"type":"message.new","cid":"messaging:fun","message":{"id":"fff0d7c0-60bd-4835-833b-3843007817bf","text":"hello"}}',
  async more({ preset, refuse, send, right }) {
    // gzip -9n of the body: written down, since not every zlib makes the same bytes.
    const zipped = Buffer.from(STREAM_BODY_GZIPPED, "base64");
    const headers = (signature) => [["content-encoding", "gzip"], [preset.header, signature]];
    await send("accepted", "compressed after it was signed", zipped, right, { headers: headers(right) });
    const ofZipped = mac(preset.mac, preset.secret, zipped);
    await refuse("the compressed bytes are signed, not the text", zipped, ofZipped, { headers: headers(ofZipped) });
    const cut = zipped.subarray(0, zipped.length - 9);
    await refuse("the compressed body is cut short", cut, right, { headers: headers(right) });
  },
};
const STREAM_BODY_GZIPPED = "H4sIAAAAAAACAz2L7wpAMBDA3+U+m06Hrb2N2R2KUSYk725Jvv7+XBDPhcHCxOvadJwH3iGDdvA/G0JnZQuJfg3YC14vIuh1i6pG51VpqFKGyCkyJSFqU2gnaYt8xFT3PI4z3PcDCEp/q3MAAAA=";

const sdkPresets = [
  {
    slug: "github",
    package: "@octokit/webhooks-methods",
    header: "x-hub-signature-256",
    prefix: "sha256=",
    mac: HEX_256,
    secret: "github-hook-secret-for-tests",
    otherSecret: "github-hook-secret-of-another",
    also: { "x-github-event": "ping", "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958" },
    expect: { id: "72d3162e-cc78-11e3-81ab-4c9367dc0958", type: "ping" },
    body: '{"zen":"Keep it logically awesome.","hook_id":42,"repository":{"id":1296269,"full_name":"octocat/hello-world"}}',
    sign: (secret, body) => octokit.sign(secret, body),
    verify: ({ secrets: [first, ...others], text, signature }) =>
      octokit.verifyWithFallback(first, text, signature, others),
    async more({ preset, send, refuse, right }) {
      const form = "payload=%7B%22zen%22%3A%22Na%C3%AFve+approachability%22%2C%22hook_id%22%3A42%7D";
      await send("accepted", "a form, signed as it is on the wire", form, await sign(preset, preset.secret, form));
      const decoded = decodeURIComponent(form.slice("payload=".length).replaceAll("+", " "));
      await refuse("a form, but the JSON within it is signed", form, await sign(preset, preset.secret, decoded));
      const secrets = [preset.otherSecret, preset.secret];
      await send("accepted", "two secrets, signed with the second", preset.body, right, { secrets });
      const third = await sign(preset, "a third secret", preset.body);
      await refuse("two secrets, signed with neither", preset.body, third, { secrets });
    },
  },
  {
    slug: "shopify",
    package: "@shopify/shopify-api",
    header: "x-shopify-hmac-sha256",
    mac: BASE64_256,
    secret: "shopify-app-secret-for-tests-9b2e",
    otherSecret: "shopify-app-secret-of-another-0000",
    also: {
      "x-shopify-topic": "orders/create",
      "x-shopify-shop-domain": "example.myshopify.com",
      "x-shopify-api-version": "2025-10",
      "x-shopify-webhook-id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
      "x-shopify-event-id": "98880550-7158-44d4-b7cd-2c97c8a091b5",
    },
    expect: { id: "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043", type: "orders/create" },
    body: '{"id":820982911946154508,"email":"jon@example.com","total_price":"403.00","currency":"USD"}',
    verify: shopifyVerify,
  },
  {
    slug: "line",
    package: "@line/bot-sdk",
    header: "x-line-signature",
    mac: BASE64_256,
    secret: "line0channel0secret0for0tests000",
    otherSecret: "line0channel0secret0of0another00",
    body: '{"destination":"U00000000000000000000000000000000","events":[{"type":"message","webhookEventId":"01FZ74A0TDDPYRVKNK77XKC3ZR","mode":"active","message":{"type":"text","id":"444573844083572737","text":"hello"}}]}',
    verify: ({ bytes, secret, signature }) => line.validateSignature(bytes, secret, signature),
  },
  {
    slug: "razorpay",
    package: "razorpay",
    header: "x-razorpay-signature",
    mac: HEX_256,
    secret: "razorpay webhook secret for tests",
    otherSecret: "razorpay webhook secret of another",
    body: '{"entity":"event","account_id":"acc_H3kYHQ635sBwXG","event":"payment.captured","payload":{"payment":{"entity":{"id":"pay_H4XrTUX5dEqLkl","amount":10000,"currency":"INR"}}}}',
    verify: ({ text, signature, secret }) => Razorpay.validateWebhookSignature(text, signature, secret),
  },
  {
    slug: "notion",
    package: "@notionhq/client",
    header: "x-notion-signature",
    prefix: "sha256=",
    mac: HEX_256,
    secret: "verification-token-for-tests-jBrt4x2v",
    otherSecret: "verification-token-of-another-00000000",
    expect: { id: "367cba44-b6f3-4c92-81e7-6a2e9659efd4", type: "page.created" },
    body: '{"id":"367cba44-b6f3-4c92-81e7-6a2e9659efd4","timestamp":"2025-11-24T16:00:00.000Z","type":"page.created","entity":{"id":"153104cd-477e-809d-8dc4-ff2d96ae3090","type":"page"}}',
    sign: (verificationToken, body) => notion.signWebhookPayload({ body, verificationToken }),
    verify: ({ bytes, signature, secret }) =>
      notion.verifyWebhookSignature({ body: bytes, signature, verificationToken: secret }),
  },
  {
    slug: "linear",
    package: "@linear/sdk",
    header: "linear-signature",
    mac: HEX_256,
    secret: "lin_wh_secret_for_tests",
    otherSecret: "lin_wh_secret_of_another",
    also: { "linear-event": "Comment", "linear-delivery": "234d1a4e-b617-4388-90fe-adc3633d6b72" },
    expect: { timestamp_ms: NOW },
    body: linearBody(NOW),
    verify: ({ bytes, signature, secret }) => new LinearWebhookClient(secret).verify(bytes, signature),
    async more(context) {
      await windowed(60, linearBody)(context);
      const { preset, refuse } = context;
      const timed = { ...JSON.parse(preset.body), webhookTimestamp: undefined };
      const untimed = JSON.stringify(timed);
      const now = [...Object.entries(preset.also), ["linear-timestamp", String(NOW)]];
      const signature = await sign(preset, preset.secret, untimed);
      const headers = [...now, [preset.header, signature]];
      await refuse("no time in the body, only in the unsigned header", untimed, signature, { headers });
      const quoted = JSON.stringify({ ...timed, webhookTimestamp: String(NOW) });
      await refuse("the time is a text", quoted, await sign(preset, preset.secret, quoted));
    },
  },
  {
    slug: "plain",
    package: "@team-plain/typescript-sdk",
    header: "plain-request-signature",
    mac: HEX_256,
    secret: "plain-request-signing-secret-for-tests",
    otherSecret: "plain-request-signing-secret-of-another",
    expect: { id: "pEv_01HE6Q4D5E6F7G8H9J0K1M2N3P", type: "customer.customer_group_changed", timestamp_ms: NOW },
    body: plainBody(NOW),
    verify: ({ text, signature, secret }) => verifyPlainWebhook(text, signature, secret).error === undefined,
    more: windowed(300, plainBody),
  },
  {
    slug: "gocardless",
    package: "gocardless-nodejs",
    header: "webhook-signature",
    mac: HEX_256,
    secret: "gocardless-endpoint-secret-for-tests",
    otherSecret: "gocardless-endpoint-secret-of-another",
    body: '{"events":[{"id":"EV00BD05S5VM2T","created_at":"2025-11-24T16:00:00.000Z","resource_type":"mandates","action":"created","links":{"mandate":"MD0000XH9A3T4C"}}],"meta":{"webhook_id":"WB00003K1T6VZ9"}}',
    verify: ({ bytes, secret, signature }) => gocardless.parse(bytes, secret, signature).length === 1,
  },
  {
    slug: "coinbase_commerce",
    package: "coinbase-commerce-node",
    header: "x-cc-webhook-signature",
    mac: HEX_256,
    secret: "30291a20-0bd1-4267-9b0f-e6e7b123c0bf",
    otherSecret: "00000000-0bd1-4267-9b0f-e6e7b123c0bf",
    expect: { id: "24934862-d980-46cb-9402-43c81b0cdba6", type: "charge:created" },
    body: '{"attempt_number":1,"event":{"id":"24934862-d980-46cb-9402-43c81b0cdba6","type":"charge:created","api_version":"2018-03-22","data":{"code":"66BEOV2A","name":"The Sovereign Individual"}},"id":"66b2f8bb-4a5c-44e2-b2b2-2ad2d6ba0a55","scheduled_for":"soon"}',
    sign: (secret, body) => CoinbaseWebhook.computeSignature(body, secret),
    verify: ({ text, signature, secret }) => Boolean(CoinbaseWebhook.verifyEventBody(text, signature, secret).id),
  },
  {
    slug: "modern_treasury",
    package: "modern-treasury",
    header: "x-signature",
    mac: HEX_256,
    secret: "modern-treasury-webhook-key-for-tests",
    otherSecret: "modern-treasury-webhook-key-of-another",
    also: { "x-topic": "payment_order" },
    body: '{"event":"approved","data":{"id":"c5c6e0b9-8f6b-4b1d-9d3e-9f7f7d9bb1f2","object":"payment_order","amount":5000,"currency":"USD","status":"approved"}}',
    sign: (key, body) => modernTreasury.webhooks.getSignature(body, { key }),
    verify: ({ text, headers, secret }) => modernTreasury.webhooks.validateSignature(text, headers, { key: secret }),
  },
  {
    slug: "onfido",
    package: "@onfido/api",
    header: "x-sha2-signature",
    mac: HEX_256,
    secret: "onfido-webhook-token-for-tests",
    otherSecret: "onfido-webhook-token-of-another",
    body: '{"payload":{"resource_type":"check","action":"check.completed","object":{"id":"5345badd-f4bf-4240-9f3b-ffb998bda09e","status":"complete","completed_at_iso8601":"2025-11-24T16:00:00Z"}}}',
    verify: ({ bytes, signature, secret }) => Boolean(new OnfidoVerifier(secret).readPayload(bytes, signature).payload),
  },
  {
    slug: "easypost",
    package: "@easypost/api",
    header: "x-hmac-signature",
    prefix: "hmac-sha256-hex=",
    mac: HEX_256,
    secret: "easypost-webhook-secret-for-tests",
    otherSecret: "easypost-webhook-secret-of-another",
    key: (secret) => secret.normalize("NFKD"),
    signed: (body) => body.replace(/("weight":\s*\d+)\s*(?=[,}])/g, "$1.0"),
    expect: { id: "evt_d6ab5a3c0a1e11f0a7c0ac1f6bc53342", type: "tracker.updated" },
    body: '{"id":"evt_d6ab5a3c0a1e11f0a7c0ac1f6bc53342","description":"tracker.updated","mode":"test","result":{"weight":17.6,"status":"delivered"}}',
    verify: ({ bytes, headers, secret }) => Boolean(easypost.Utils.validateWebhook(bytes, headers, secret).id),
    async more({ preset, send, refuse }) {
      const signed = (body) => sign(preset, preset.secret, body);
      const whole = preset.body.replace("17.6", "136");
      await send("accepted", "a whole weight is signed with .0", whole, await signed(whole));
      const verbatim = preset.prefix + mac(preset.mac, preset.secret, whole);
      await refuse("a whole weight is signed as it stands", whole, verbatim);
      const spaced = preset.body.replace('"weight":17.6,', '"weight": 614 , "parcels":[{"weight":2}],"max_weight":70,');
      await send("accepted", "whole weights, with white space and in a list", spaced, await signed(spaced));
      const secrets = ["se\u0301cret \uff45asypost \ufb01"];
      const normalized = await sign(preset, secrets[0], preset.body);
      await send("accepted", "the secret is not in normal form KD", preset.body, normalized, { secrets });
      const unnormalized = preset.prefix + mac(preset.mac, secrets[0], preset.body);
      await refuse("signed with a secret that was not normalised", preset.body, unnormalized, { secrets });
    },
  },
  {
    slug: "kontent_ai",
    package: "@kontent-ai/webhook-helper",
    header: "x-kontent-ai-signature",
    mac: BASE64_256,
    secret: "a29udGVudC1haS13ZWJob29rLXNlY3JldC1mb3ItdGVzdHM=",
    otherSecret: "a29udGVudC1haS13ZWJob29rLXNlY3JldC1vZi1hbm90aGVy",
    body: '{"notifications":[{"data":{"system":{"id":"61c0a67e-5d7a-4aef-9b5a-96b8d2d0a8f5","name":"Home page","codename":"home_page","type":"page"}},"message":{"object_type":"content_item","action":"published","delivery_slot":"published"}}]}',
    sign: (secret, body) => signatureHelper.getHashFromString(body, secret),
    verify: ({ text, secret, signature }) => signatureHelper.isValidSignatureFromString(text, secret, signature),
    async more({ preset, refuse }) {
      const decoded = mac(["sha256", "base64", "base64"], preset.secret, preset.body);
      await refuse("keyed with the base64-decoded secret", preset.body, decoded);
    },
  },
  {
    slug: "mailtrap",
    package: "mailtrap",
    header: "mailtrap-signature",
    mac: HEX_256,
    secret: "8d9a3c0e7f5b2d4a6c1e9f0b3a8d7c5e4f2b1a0d9c8e7f6a5b4c3d2e1f0a9b8c",
    otherSecret: "00000000000000004c1e9f0b3a8d7c5e4f2b1a0d9c8e7f6a5b4c3d2e1f0a9b8c",
    body: '{"events":[{"event":"delivery","event_id":"bede7236-2284-43d6-a953-1fdcafd0fdbc","email":"receiver@example.com","timestamp":1764000000,"category":"password reset"}]}',
    verify: ({ bytes, signature, secret }) => mailtrap.verifyWebhookSignature(bytes, signature, secret),
  },
  {
    slug: "mailersend",
    package: "mailersend",
    header: "signature",
    mac: HEX_256,
    secret: "mailersend-signing-secret-for-tests",
    otherSecret: "mailersend-signing-secret-of-another",
    body: '{"type":"activity.sent","domain_id":"yv69oxl5kl785kw2","created_at":"2025-11-24T16:00:00.000000Z","webhook_id":"2351ndgwr4zqx8ko","url":"https://hooks.example.com/webhooks/mailersend"}',
    verify: ({ bytes, signature, secret }) => MailerSendUtils.verifyWebHook(bytes, signature, secret),
  },
  {
    slug: "cloudconvert",
    package: "cloudconvert",
    header: "cloudconvert-signature",
    mac: HEX_256,
    secret: "cloudconvert-signing-secret-for-tests",
    otherSecret: "cloudconvert-signing-secret-of-another",
    body: '{"event":"job.finished","job":{"id":"c677ccf7-8876-4f48-bb96-0ab8e0d88cd7","tag":"","status":"finished"}}',
    verify: ({ text, signature, secret }) => cloudConvert.webhooks.verify(text, signature, secret),
  },
  {
    slug: "viber",
    package: "viber-bot",
    header: "x-viber-content-signature",
    mac: HEX_256,
    secret: "0000000000000000-viber-token-for-tests-1111111111",
    otherSecret: "0000000000000000-viber-token-of-another-111111111",
    body: '{"event":"message","timestamp":1764000000000,"message_token":4912661846655238145,"sender":{"id":"01234567890A=","name":"John McClane"},"message":{"type":"text","text":"a message to the service"}}',
    verify: ({ text, signature, secret }) =>
      new ViberMessageValidator({ debug: () => {} }, secret).validateMessage(signature, text),
  },
  {
    ...STREAM,
    package: "stream-chat",
    verify: ({ bytes, signature, secret }) =>
      Boolean(new StreamChat("key", secret).verifyAndParseWebhook(bytes, signature).type),
  },
  {
    ...STREAM,
    package: "@stream-io/node-sdk",
    verify: ({ bytes, signature, secret }) =>
      Boolean(new StreamClient("key", secret).verifyAndParseWebhook(bytes, signature).type),
  },
  {
    slug: "pusher",
    package: "pusher",
    header: "x-pusher-signature",
    mac: HEX_256,
    secret: "pusher-app-secret-for-tests",
    otherSecret: "pusher-app-secret-of-another",
    settings: { key: "278d425bdf160c739803" },
    also: { "content-type": "application/json", "x-pusher-key": "278d425bdf160c739803" },
    body: '{"time_ms":1764000000000,"events":[{"name":"channel_occupied","channel":"test_channel"}]}',
    sign: (secret, body) => new Pusher.Token("278d425bdf160c739803", secret).sign(body),
    verify: ({ headers, text, secret }) =>
      new Pusher({ appId: "1", key: "278d425bdf160c739803", secret }).webhook({ headers, rawBody: text }).isValid(),
    async more({ preset, refuse, right }) {
      const headers = withSignature(preset, right);
      const renamed = headers.map(([name, value]) => [name, name === "x-pusher-key" ? "another-key" : value]);
      await refuse("the header names another app's key", preset.body, right, { headers: renamed });
      const unnamed = headers.filter(([name]) => name !== "x-pusher-key");
      await refuse("the header with the key is missing", preset.body, right, { headers: unnamed });
    },
  },
  {
    slug: "hookdeck",
    package: "@hookdeck/sdk",
    header: "x-hookdeck-signature",
    mac: BASE64_256,
    secret: "hookdeck-signing-secret-for-tests",
    otherSecret: "hookdeck-signing-secret-of-another",
    body: '{"order_id":"ord_1042","status":"paid","note":"leave it at the door"}',
    verify: async ({ headers, text, secret }) =>
      (await hookdeck.verifyWebhookSignature({ headers, rawBody: text, signingSecret: secret })).isValidSignature,
    async more({ preset, send, refuse, right }) {
      const other = await sign(preset, preset.otherSecret, preset.body);
      const both = (first, second) => ({
        headers: [[preset.header, first], [`${preset.header}-2`, second]],
      });
      await send("accepted", "the secret was rolled: the second header is ours", preset.body, null, both(other, right));
      await send("accepted", "the secret was rolled: the first header is ours", preset.body, null, both(right, other));
      await refuse("two headers, neither of them ours", preset.body, null, both(other, other));
      await refuse("two headers, and the body has one letter changed", tampered(preset.body), null, both(other, right));
    },
  },
  {
    slug: "unit",
    package: "@unit-finance/unit-node-sdk",
    header: "x-unit-signature",
    mac: ["sha1", "base64"],
    compact: true,
    secret: "unit-webhook-token-for-tests",
    otherSecret: "unit-webhook-token-of-another",
    body: '{"data":[{"id":"53","type":"customer.created","attributes":{"createdAt":"2025-11-24T16:00:00.000Z"},"relationships":{"customer":{"data":{"id":"10000","type":"individualCustomer"}}}}]}',
    verify: ({ text, signature, secret }) => unit.webhooks.verify(signature, secret, JSON.parse(text)),
  },
  {
    slug: "meta",
    package: "whatsapp",
    header: "x-hub-signature-256",
    prefix: "sha256=",
    mac: HEX_256,
    secret: "meta0app0secret0for0tests0000000",
    otherSecret: "meta0app0secret0of0another000000",
    body: '{"object":"whatsapp_business_account","entry":[{"id":"0","changes":[{"field":"messages","value":{"messaging_product":"whatsapp","messages":[{"from":"16315551181","id":"ABGGFlA5Fpa","type":"text","text":{"body":"this is a text message"}}]}}]}]}',
    sign: (secret, body) => `sha256=${whatsapp.generateXHub256Sig(body, secret)}`,
    // It has no function that compares: its server does that in place.
    verify: ({ text, signature, secret }) => signature === `sha256=${whatsapp.generateXHub256Sig(text, secret)}`,
    async more({ preset, send }) {
      const escaped = '{"object":"page","entry":[{"id":"0","messaging":[{"text":"Zo\\u00eb \\/ \\ud83d\\ude9a"}]}]}';
      const signature = await sign(preset, preset.secret, escaped);
      await send("accepted", "non-ASCII text escaped, as it is sent", escaped, signature);
    },
  },
  {
    slug: "adyen_platform",
    package: "@adyen/api-library",
    header: "hmacsignature",
    mac: ["sha256", "base64", "hex"],
    secret: "0F1E2D3C4B5A69788796A5B4C3D2E1F000112233445566778899AABBCCDDEEFF",
    otherSecret: "FFFF2D3C4B5A69788796A5B4C3D2E1F000112233445566778899AABBCCDDEEFF",
    also: { protocol: "HmacSHA256" },
    body: '{"data":{"balancePlatform":"YOUR_BALANCE_PLATFORM","accountHolder":{"id":"AH3227C223222B5CMD2SXFKGT","status":"active"}},"environment":"test","type":"balancePlatform.accountHolder.updated"}',
    sign: (secret, body) => adyen.calculateHmac(body, secret),
    verify: ({ secret, signature, text }) => adyen.validateHMACSignature(secret, signature, text),
    async more({ preset, send, refuse, right }) {
      const lower = { secrets: [preset.secret.toLowerCase()] };
      await send("accepted", "the key is in lower-case hex", preset.body, right, lower);
      await refuse("keyed with the text of the hex", preset.body, mac(BASE64_256, preset.secret, preset.body));
    },
  },
  {
    slug: "x",
    package: "twitter-autohook",
    header: "x-twitter-webhooks-signature",
    prefix: "sha256=",
    mac: BASE64_256,
    secret: "x-consumer-secret-for-tests",
    otherSecret: "x-consumer-secret-of-another",
    body: '{"for_user_id":"2244994945","favorite_events":[{"id":"a7ba59eab0bfcba386f7acedac279542","created_at":"Mon Nov 24 16:00:00 +0000 2025","user":{"screen_name":"TwitterDev"}}]}',
    verify: ({ headers, secret, text }) => autohook.validateSignature(headers, { consumer_secret: secret }, text),
  },
  {
    slug: "shopware",
    package: "@shopware-ag/app-server-sdk",
    header: "shopware-shop-signature",
    mac: HEX_256,
    secret: "shopware-shop-secret-for-tests",
    otherSecret: "shopware-shop-secret-of-another",
    expect: { type: "product.written" },
    body: '{"data":{"payload":[{"entity":"product","operation":"update","primaryKey":"7b04ebe416db4ebc93de4d791325e1d9"}],"event":"product.written"},"source":{"url":"https://shop.example.com","appVersion":"1.0.0","shopId":"Fz2zSYMIzKeHZLzr"}}',
    sign: (secret, body) => new WebCryptoHmacSigner().sign(body, secret),
    verify: ({ signature, text, secret }) => new WebCryptoHmacSigner().verify(signature, text, secret),
  },
  {
    slug: "sinch_numbers",
    package: "@sinch/sdk-client",
    header: "x-sinch-signature",
    mac: ["sha1", "hex"],
    secret: "sinch-callback-secret-for-tests",
    otherSecret: "sinch-callback-secret-of-another",
    body: '{"eventId":"01jr7stexp0znky34pj07dwp41","timestamp":"2025-11-24T16:00:00.659174503","projectId":"project-id","resourceId":"+12345612345","resourceType":"ACTIVE_NUMBER","eventType":"DEPROVISIONING_FROM_SMS_PLATFORM","status":"succeeded"}',
    verify: ({ secret, headers, bytes }) => sinch.validateSignatureHeader(secret, headers, bytes),
  },
];

// Paystack has published nothing that verifies. Its command line tool sends signed samples, so it is given samples, and
// stands between stubs of its account, its terminal and the network.
const paystackPath = (name) => join(sdkDirectory, "node_modules/@paystack-oss/dev-cli/src/lib", name);
const paystackRoom = {};
const stub = (path, exports) => {
  load.cache[path] = { id: path, filename: path, loaded: true, exports };
};
const loadPaystack = createRequire(paystackPath("paystack.js"));
stub(paystackPath("db.js"), {
  read: (name) => ({ token_expiry: String(NOW), selected_integration: { id: 1 } })[name] ?? "nothing",
  write() {},
});
stub(paystackPath("helpers.js"), {
  infoLog() {},
  errorLog(text) {
    throw new Error(text);
  },
  promiseWrapper: async (promise) => [null, await promise],
});
stub(loadPaystack.resolve("axios"), {
  get: async (url) => ({
    data: { data: url.endsWith("/keys") ? [{ domain: "test", type: "secret", key: paystackRoom.key }] : {} },
  }),
  post: async (url, event, { headers }) => {
    paystackRoom.signature = headers["x-paystack-signature"];
    return { status: 200 };
  },
});
stub(loadPaystack.resolve("./paystack/webhooks"), paystackRoom);
const paystack = loadPaystack("./paystack.js");
const paystackSignature = async (key, body) => {
  Object.assign(paystackRoom, { key, sample: JSON.parse(body) });
  await paystack.pingWebhook({ event: "sample" });
  return paystackRoom.signature;
};

const PAYSTACK = {
  slug: "paystack",
  header: "x-paystack-signature",
  mac: ["sha512", "hex"],
  secret: "paystack-secret-key-for-tests",
  otherSecret: "paystack-secret-key-of-another",
  expect: { type: "charge.success" },
  body: '{"event":"charge.success","data":{"id":302961,"domain":"test","status":"success","reference":"qTPrJoy9Bx","amount":10000,"currency":"NGN","customer":{"email":"bojack@example.com"}}}',
};

sdkPresets.push({
  ...PAYSTACK,
  package: "@paystack-oss/dev-cli",
  compact: true,
  sign: paystackSignature,
  verify: async ({ secret, text, signature }) => signature === (await paystackSignature(secret, text)),
});

const modernTreasury = new ModernTreasury({ apiKey: "key", organizationID: "organization" });
const easypost = new EasyPost("key");
const cloudConvert = new CloudConvert("key", true);
const unit = new Unit("token", "https://api.example.com");
const adyen = new AdyenValidator();

const basic = (credentials) => `Basic ${Buffer.from(credentials).toString("base64")}`;

const tokenPresets = [
  {
    slug: "chargebee",
    package: "chargebee",
    header: "authorization",
    present: basic,
    secret: "chargebee-hooks:correct horse battery",
    otherSecret: "chargebee-hooks:wrong horse battery",
    expect: { id: "ev_16BPgETyVrQbiGhA", type: "plan_created" },
    body: '{"id":"ev_16BPgETyVrQbiGhA","occurred_at":1764000000,"object":"event","api_version":"v2","event_type":"plan_created","content":{"plan":{"id":"basic","name":"Basic"}}}',
    async verify({ headers, secret }) {
      const [, user, password] = secret.match(/^([^:]*):(.*)$/s);
      await basicAuthValidator((name, word) => name === user && word === password)(headers);
      return true;
    },
    async more({ preset, send, refuse }) {
      for (const [name, secret] of [
        ["a colon in the password", "chargebee-hooks:one:two"],
        ["non-ASCII credentials, as UTF-8", "zoë:pässwörd – 東京"],
      ]) {
        await send("accepted", name, basic(secret), { secrets: [secret] });
      }
      await refuse("another user, the right password", basic(preset.secret.replace("hooks", "other")));
      await refuse("the user alone", basic("chargebee-hooks"));
      await refuse("the credentials as a bearer token", basic(preset.secret).replace("Basic", "Bearer"));
      await refuse("the credentials without a scheme", basic(preset.secret).replace("Basic ", ""));
      await refuse("the credentials are not in base64", `Basic ${preset.secret}`);
    },
  },
];

// --- Presets: packages of others, where the provider has none ------------------------------------------------------

// It is a Nuxt module: the one thing it takes from Nuxt is its configuration.
const nuxtImports = "export const useRuntimeConfig = () => globalThis.nuxtRuntimeConfig;";
const nuxtLoader = `export const resolve = (specifier, context, next) =>
  specifier === "#imports"
    ? { url: "data:text/javascript,${encodeURIComponent(nuxtImports)}", shortCircuit: true }
    : next(specifier, context);`;
register(`data:text/javascript,${encodeURIComponent(nuxtLoader)}`);
const { createApp, eventHandler, toWebHandler } = await loadFile("h3/dist/index.mjs");

const nuxt = async (file, validator, configure) => {
  const path = `nuxt-webhook-validators/dist/runtime/server/lib/validators/${file}.js`;
  const validate = (await loadFile(path))[validator];
  const app = createApp().use(eventHandler(async (event) => ({ valid: await validate(event) })));
  const handle = toWebHandler(app);
  return async ({ headers, bytes, secret, url }) => {
    globalThis.nuxtRuntimeConfig = { webhook: configure(secret) };
    const response = await handle(new Request(url, { method: "POST", headers, body: bytes }));
    return (await response.json()).valid;
  };
};

const { WebhookVerificationService: Tern } = load("@hookflo/tern");
const tern = (platform) => async ({ headers, bytes, secret, url }) => {
  const request = new Request(url, { method: "POST", headers, body: bytes });
  return (await Tern.verifyWithPlatformConfig(request, platform, secret)).isValid;
};

const alexasomba = await loadFile("@alexasomba/paystack-node/dist/webhooks.js");
const { Typeform } = load("@trigger.dev/typeform");
const XHubSignature = load("x-hub-signature");
const { Bot, webhookCallback } = load("grammy");
const { Telegraf } = load("telegraf");

const NUXT = { evidence: "independent", package: "nuxt-webhook-validators" };
const TERN = { evidence: "independent", package: "@hookflo/tern" };
const HUB = { evidence: "independent", package: "x-hub-signature" };

const hub = (algorithm) => ({
  ...HUB,
  header: "x-hub-signature",
  prefix: `${algorithm}=`,
  mac: [algorithm, "hex"],
  sign: (secret, body) => new XHubSignature(algorithm, secret).sign(body),
  verify: ({ signature, secret, bytes }) => new XHubSignature(algorithm, secret).verify(signature, bytes),
});

const independentPresets = [
  {
    ...NUXT,
    slug: "bitbucket",
    header: "x-hub-signature",
    prefix: "sha256=",
    mac: HEX_256,
    secret: "bitbucket-hook-secret-for-tests",
    otherSecret: "bitbucket-hook-secret-of-another",
    also: { "x-event-key": "repo:push", "x-request-uuid": "3f0f5a4e-6a07-4a8b-9f0b-6f9b9a1d2c3e" },
    expect: { id: "3f0f5a4e-6a07-4a8b-9f0b-6f9b9a1d2c3e", type: "repo:push" },
    body: '{"push":{"changes":[{"new":{"type":"branch","name":"main"}}]},"repository":{"full_name":"team/project"}}',
    verify: await nuxt("bitbucket", "isValidBitbucketWebhook", (secretKey) => ({ bitbucket: { secretKey } })),
  },
  {
    ...NUXT,
    slug: "cal",
    header: "x-cal-signature-256",
    mac: HEX_256,
    secret: "cal-webhook-secret-for-tests",
    otherSecret: "cal-webhook-secret-of-another",
    expect: { type: "BOOKING_CREATED" },
    body: '{"triggerEvent":"BOOKING_CREATED","createdAt":"2025-11-24T16:00:00.000Z","payload":{"uid":"bFJeNb2uX8ANpT3JL5EfXw","title":"60min between Pro Example and John Doe"}}',
    verify: await nuxt("calcom.post", "isValidCalcomWebhook", (secretKey) => ({ calcom: { secretKey } })),
    async more({ preset, refuse }) {
      await refuse("the words that are sent where no secret is set", preset.body, "no-secret-provided");
    },
  },
  {
    ...NUXT,
    slug: "docusign",
    header: "x-docusign-signature-1",
    mac: BASE64_256,
    secret: "docusign-connect-key-for-tests",
    otherSecret: "docusign-connect-key-of-another",
    body: '{"event":"envelope-completed","apiVersion":"v2.1","data":{"accountId":"00000000-0000-0000-0000-000000000000","envelopeId":"2a3bd8a7-6b8e-4c0d-9a55-3f1f1f0f6b0a"}}',
    verify: await nuxt("docusign", "isValidDocusignWebhook", (secretKey) => ({ docusign: { secretKey } })),
    async more({ preset, send, refuse, right }) {
      const other = await sign(preset, preset.otherSecret, preset.body);
      const numbered = (...signatures) => ({
        headers: signatures.map((signature, index) => [`x-docusign-signature-${index + 1}`, signature]),
      });
      await send("accepted", "two keys are active, the second is ours", preset.body, null, numbered(other, right));
      await send("accepted", "the key is the third of three", preset.body, null, numbered(other, other, right));
      await refuse("two keys are active, neither is ours", preset.body, null, numbered(other, other));
      await refuse("the header has no number", preset.body, null, { headers: [["x-docusign-signature", right]] });
      const worded = [["x-docusign-signature-one", right]];
      await refuse("the header ends with a word", preset.body, null, { headers: worded });
    },
  },
  {
    ...NUXT,
    slug: "dropbox",
    header: "x-dropbox-signature",
    mac: HEX_256,
    secret: "dropbox0secret0",
    otherSecret: "dropbox0another",
    body: '{"list_folder":{"accounts":["dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc"]},"delta":{"note":"gone"}}',
    verify: await nuxt("dropbox", "isValidDropboxWebhook", (appSecret) => ({ dropbox: { appSecret } })),
  },
  {
    ...NUXT,
    slug: "fourthwall",
    header: "x-fourthwall-hmac-sha256",
    mac: BASE64_256,
    secret: "fourthwall-webhook-secret-for-tests",
    otherSecret: "fourthwall-webhook-secret-of-another",
    body: '{"testMode":false,"id":"weve_4H2C7ZXJQ2S6VJ9TVLCDIQ","webhookId":"wcon_pfX5iXWhTuWiF0I6JN6g2g","type":"ORDER_PLACED","data":{"status":"confirmed"}}',
    verify: await nuxt("fourthwall", "isValidFourthwallWebhook", (secretKey) => ({ fourthwall: { secretKey } })),
  },
  {
    ...NUXT,
    slug: "heroku",
    header: "heroku-webhook-hmac-sha256",
    mac: BASE64_256,
    secret: "heroku-webhook-secret-for-tests",
    otherSecret: "heroku-webhook-secret-of-another",
    body: '{"id":"01234567-89ab-cdef-0123-456789abcdef","resource":"build","action":"create","data":{"app":{"name":"example"},"status":"pending"},"version":"application/vnd.heroku+json"}',
    verify: await nuxt("heroku", "isValidHerokuWebhook", (secretKey) => ({ heroku: { secretKey } })),
  },
  {
    ...NUXT,
    slug: "meta",
    header: "x-hub-signature-256",
    prefix: "sha256=",
    mac: HEX_256,
    secret: "meta0app0secret0for0tests0000000",
    otherSecret: "meta0app0secret0of0another000000",
    body: '{"object":"page","entry":[{"id":"43674671559","time":1764000000,"messaging":[{"sender":{"id":"2494432963985342"},"message":{"mid":"m_mid","text":"hello"}}]}]}',
    verify: await nuxt("meta", "isValidMetaWebhook", (appSecret) => ({ meta: { appSecret } })),
  },
  {
    ...NUXT,
    slug: "vercel",
    header: "x-vercel-signature",
    mac: ["sha1", "hex"],
    secret: "vercel-webhook-secret-for-tests",
    otherSecret: "vercel-webhook-secret-of-another",
    expect: { id: "uev_2qkGxMxYh5XvWjGfC5CbJ6rD", type: "deployment.created" },
    body: '{"id":"uev_2qkGxMxYh5XvWjGfC5CbJ6rD","type":"deployment.created","createdAt":1764000000000,"region":"sfo","payload":{"project":{"id":"prj_6Cn3"},"target":"production"}}',
    verify: await nuxt("vercel", "isValidVercelWebhook", (secretKey) => ({ vercel: { secretKey } })),
  },
  {
    ...TERN,
    slug: "lemon_squeezy",
    header: "x-signature",
    mac: HEX_256,
    secret: "lemon-signing-secret-for-tests",
    otherSecret: "lemon-signing-secret-of-another",
    also: { "x-event-name": "order_created" },
    expect: { type: "order_created" },
    body: '{"meta":{"event_name":"order_created","test_mode":true,"custom_data":{"customer_id":"25"}},"data":{"type":"orders","id":"1","attributes":{"currency":"USD","status":"paid"}}}',
    verify: tern("lemonsqueezy"),
  },
  {
    ...TERN,
    slug: "woocommerce",
    header: "x-wc-webhook-signature",
    mac: BASE64_256,
    secret: "woo-webhook-secret-for-tests",
    otherSecret: "woo-webhook-secret-of-another",
    also: { "x-wc-webhook-topic": "order.updated", "x-wc-webhook-delivery-id": "7f3f2a0c5f5b4b6d9a3d7f0c1e2d3b4a" },
    expect: { id: "7f3f2a0c5f5b4b6d9a3d7f0c1e2d3b4a", type: "order.updated" },
    body: '{"id":727,"status":"processing","currency":"EUR","total":"29.35","billing":{"first_name":"John","city":"San Francisco"},"payment_method":"bacs"}',
    verify: tern("woocommerce"),
  },
  {
    ...TERN,
    slug: "sentry",
    header: "sentry-hook-signature",
    mac: HEX_256,
    compact: true,
    secret: "sentry0client0secret0for0tests00",
    otherSecret: "sentry0client0secret0of0another0",
    also: { "sentry-hook-resource": "issue" },
    body: '{"action":"created","installation":{"uuid":"a8e5d37a-696c-4c54-adb5-b3f28d64c7de"},"data":{"issue":{"id":"1170820242","title":"ReferenceError: heck is not defined"}},"actor":{"type":"application","id":"sentry"}}',
    verify: tern("sentry"),
  },
  {
    ...PAYSTACK,
    evidence: "independent",
    package: "@alexasomba/paystack-node",
    sign: (secret, body) => alexasomba.computePaystackWebhookSignature(body, secret),
    verify: ({ bytes, signature, secret }) =>
      alexasomba.verifyPaystackWebhookSignature({ rawBody: bytes, signature, secret }),
  },
  {
    slug: "typeform",
    evidence: "independent",
    package: "@trigger.dev/typeform",
    header: "typeform-signature",
    prefix: "sha256=",
    mac: BASE64_256,
    secret: "typeform-webhook-secret-for-tests",
    otherSecret: "typeform-webhook-secret-of-another",
    expect: { id: "LtWXD3crgy", type: "form_response" },
    body: '{"event_id":"LtWXD3crgy","event_type":"form_response","form_response":{"form_id":"lT4Z3j","token":"a3a12ec67a1365927098a606107fac15","submitted_at":"2025-11-24T16:00:00Z","answers":[{"type":"text","text":"It is cold right now"}]}}',
    async verify({ headers, bytes, secret, url }) {
      const rawEvent = new Request(url, { method: "POST", headers, body: bytes });
      const { handler } = new Typeform({ id: "typeform", token: "token" }).source.options;
      return (await handler({ rawEvent, source: { secret } }, { debug() {} })).events.length === 1;
    },
  },
  {
    ...hub("sha1"),
    slug: "intercom",
    secret: "intercom-client-secret-for-tests",
    otherSecret: "intercom-client-secret-of-another",
    expect: { id: "notif_ccd8a4d0-f965-11e3-a367-c779cae3e1b3", type: "company.created" },
    body: '{"type":"notification_event","app_id":"a86dr8yl","id":"notif_ccd8a4d0-f965-11e3-a367-c779cae3e1b3","topic":"company.created","delivery_attempts":1,"data":{"type":"notification_event_data","item":{"type":"company","name":"Example"}}}',
  },
  {
    ...hub("sha256"),
    slug: "jira",
    secret: "jira-webhook-secret-for-tests",
    otherSecret: "jira-webhook-secret-of-another",
    also: { "x-atlassian-webhook-identifier": "c4e5a5f8-0f0e-4b5e-9c63-2f4f1b8f4f51" },
    expect: { id: "c4e5a5f8-0f0e-4b5e-9c63-2f4f1b8f4f51" },
    body: '{"timestamp":1764000000000,"webhookEvent":"jira:issue_created","issue":{"id":"99291","key":"JRA-20002","fields":{"summary":"I feel the need for speed"}}}',
  },
  ...["sha1", "sha256", "sha384", "sha512"].map((algorithm) => ({
    ...hub(algorithm),
    slug: "websub",
    title: algorithm.toUpperCase(),
    secret: "websub-hub-secret-for-tests",
    otherSecret: "websub-hub-secret-of-another",
    body: '{"feed":"https://example.com/feed","items":[{"id":"https://example.com/1","title":"a first entry"}],"hub":"https://hub.example.com/"}',
  })),
];

const botInfo = { id: 1, is_bot: true, first_name: "Bot", username: "a_bot" };
const TELEGRAM = {
  slug: "telegram",
  evidence: "independent",
  header: "x-telegram-bot-api-secret-token",
  present: (token) => token,
  secret: "webhook_secret-for_TESTS-0123456789",
  otherSecret: "webhook_secret-of_ANOTHER-012345678",
  body: '{"update_id":10000,"message":{"message_id":1365,"date":1764000000,"chat":{"id":1111111,"type":"private","first_name":"Test"},"text":"hello"}}',
};

const independentTokenPresets = [
  {
    ...TELEGRAM,
    package: "grammy",
    async verify({ headers, bytes, secret, url }) {
      const handle = webhookCallback(new Bot("1:token", { botInfo }), "std/http", { secretToken: secret });
      return (await handle(new Request(url, { method: "POST", headers, body: bytes }))).status === 200;
    },
  },
  {
    ...TELEGRAM,
    package: "telegraf",
    async verify({ headers, text, secret, url }) {
      const bot = new Telegraf("1:token");
      bot.botInfo = botInfo;
      const path = new URL(url).pathname;
      const response = { statusCode: 200, setHeader() {}, end() {}, writableEnded: false };
      const request = { method: "POST", url: path, headers, body: text };
      await bot.webhookCallback(path, { secretToken: secret })(request, response);
      return response.statusCode === 200;
    },
  },
  {
    ...NUXT,
    slug: "gitlab_token",
    header: "x-gitlab-token",
    present: (token) => token,
    secret: "gitlab hook token for tests",
    otherSecret: "gitlab hook token of another",
    also: { "x-gitlab-event": "Push Hook", "x-gitlab-event-uuid": "13792a34-cac6-4fda-95a8-c58e00a3954e" },
    expect: { type: "Push Hook" },
    body: '{"object_kind":"push","event_name":"push","ref":"refs/heads/main","project":{"id":15,"name":"Diaspora"},"user_username":"jsmith"}',
    verify: await nuxt("gitlab", "isValidGitLabWebhook", (secretToken) => ({ gitlab: { secretToken } })),
  },
  {
    ...NUXT,
    slug: "brevo",
    header: "authorization",
    present: (token) => `Bearer ${token}`,
    secret: "brevo-webhook-token-for-tests",
    otherSecret: "brevo-webhook-token-of-another",
    // The package asks for one of Brevo's addresses too.
    also: { "x-forwarded-for": "1.179.112.10" },
    body: '{"event":"delivered","email":"example@example.com","id":26224,"date":"2025-11-24 16:00:00","message-id":"<201798300811.5787683@relay.example.com>","tag":"invoices"}',
    verify: await nuxt("brevo", "isValidBrevoWebhook", (token) => ({ brevo: { token } })),
    async more({ preset, refuse }) {
      await refuse("the token without a scheme", preset.secret);
      await refuse("the token as the password of basic credentials", basic(`brevo:${preset.secret}`));
    },
  },
];

// --- All of it -----------------------------------------------------------------------------------------------------

for (const preset of [...sdkPresets, ...independentPresets]) await macVectors(preset);
for (const preset of [...tokenPresets, ...independentTokenPresets]) await tokenVectors(preset);

console.error([...notes, ...problems.map((line) => `FAILED: ${line}`)].join("\n"));
if (problems.length > 0) process.exit(1);
