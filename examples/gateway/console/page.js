const element = (id) => document.getElementById(id);
const utf8 = (text) => new TextEncoder().encode(text);
const concat = (parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
const digest = async (hash, bytes) => new Uint8Array(await crypto.subtle.digest(hash, bytes));
const random = (length) => hex(crypto.getRandomValues(new Uint8Array(length)));

// Bytes and texts

const fromHex = (text) => {
  if (!/^([0-9a-f]{2})+$/i.test(text)) throw new Error("the secret of this source is hex");
  return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
};

const fromBase64 = (text) => {
  try {
    return Uint8Array.from(atob(text.replace(/=+$/, "")), (character) => character.charCodeAt(0));
  } catch {
    throw new Error("the secret of this source is base64");
  }
};

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', "#039": "'", "#39": "'" };

// What the sender of a source makes of the text of its secret.
const keyOf = async (encoding, secret) => {
  const [[how, prefix]] = typeof encoding === "string" ? [[encoding]] : Object.entries(encoding);
  const has = secret.startsWith(prefix);
  const rest = has ? secret.slice(prefix.length) : secret;
  switch (how) {
    case "utf8": return utf8(secret);
    case "nfkd": return utf8(secret.normalize("NFKD"));
    case "hex": return fromHex(secret);
    case "base64": return fromBase64(secret);
    case "html_escaped": return utf8(secret.replace(/&(amp|lt|gt|quot|#0?39);/g, (_, name) => ENTITIES[name]));
    case "sha1": return digest("SHA-1", utf8(secret));
    case "utf8_after_second_dash": return utf8(secret.split("-").slice(2).join("-") || secret);
    case "base64_after_underscore": return fromBase64(secret.split("_").pop());
    case "base64_after": return fromBase64(rest);
    case "base64_after_or_utf8": return has ? fromBase64(rest) : utf8(secret);
    case "base64_after_required":
      if (!has) throw new Error(`the secret of this source starts with ${prefix}`);
      return fromBase64(rest);
  }
};

const timestampText = (unit, now) => {
  switch (unit) {
    case "milliseconds": return String(now.getTime());
    case "rfc3339": case "rfc3339_optional_offset": return now.toISOString();
    case "http_date": return now.toUTCString();
    default: return String(Math.floor(now.getTime() / 1000));
  }
};

const steps = (pointer) => pointer.split("/").slice(1).map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));

const parse = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const valueAt = (document, pointer) => steps(pointer).reduce((value, step) => value?.[step], document);

// Objects are made on the way where there are none; what is no object is left as it is.
const setAt = (document, pointer, value) => {
  const path = steps(pointer);
  const last = path.pop();
  let place = document;
  for (const step of path) {
    if (!Object.hasOwn(place, step)) place[step] = {};
    place = place[step];
    if (typeof place !== "object" || place === null) return;
  }
  Object.defineProperty(place, last, { value, writable: true, enumerable: true, configurable: true });
};

// Signing

const placeholders = ({ content = "" }) => [...content.matchAll(/\{\{|\}\}|\{([^}]*)\}|[^{}]+/g)];

const signedContent = async (form, { method, url, headers, payload, timestamp, key }) => {
  const json = (pointer) => {
    const value = valueAt(parse(new TextDecoder().decode(payload)), pointer);
    if (value === undefined) throw new Error(`the body has nothing at ${pointer}, which is signed`);
    return String(value);
  };
  const header = (name) => {
    if (!headers.has(name)) throw new Error(`the header ${name} is missing, and is signed`);
    return headers.get(name);
  };
  const query = (name) => {
    const pair = (url.split("?")[1] ?? "").split("&").find((pair) => pair.startsWith(`${name}=`));
    if (pair === undefined) throw new Error(`the parameter ${name} is missing, and is signed`);
    return pair.slice(name.length + 1);
  };
  const value = async (placeholder) => {
    const [name, ...rest] = placeholder.split(":");
    const argument = rest.join(":");
    switch (name) {
      case "body": return payload;
      case "body_sha256_hex": return utf8(hex(await digest("SHA-256", payload)));
      case "body_sha256_base64": return utf8(base64(await digest("SHA-256", payload)));
      case "timestamp": return utf8(timestamp);
      case "method": return utf8(method);
      case "path": return utf8(url.split("?")[0]);
      case "url": return utf8(form.public_url ?? form.public_origin + url);
      case "header": return utf8(header(argument));
      case "query": return utf8(query(argument));
      case "json": return utf8(json(argument));
      case "setting": return utf8(form.settings[argument]);
      case "id": return utf8(form.id.header ? header(form.id.header) : json(form.id.json));
      case "secret": return key;
    }
  };
  const part = ([text, placeholder]) =>
    placeholder === undefined ? utf8(text === "{{" || text === "}}" ? text[0] : text) : value(placeholder);
  return concat(await Promise.all(placeholders(form).map(part)));
};

const tagOf = async (algorithm, key, content) => {
  const hash = `SHA-${algorithm.match(/sha(\d+)$/)[1]}`;
  if (algorithm.startsWith("keyed-")) return digest(hash, content);
  const hmac = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", hmac, content));
};

const encoded = (encoding, bytes) => {
  switch (encoding) {
    case "base64": case "base64_optional_padding": return base64(bytes);
    case "base64url": return base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    default: return hex(bytes);
  }
};

// As it stands in its header: alone, or with labels and the time.
const written = (place, timestampPlace, timestamp, signature) => {
  const text = (place.prefix ?? place.optional_prefix ?? "") + signature;
  if (place.items) {
    const { separators, assign, labels } = place.items;
    const time = timestampPlace?.item ? [timestampPlace.item + assign + timestamp] : [];
    return [...time, labels[0] + assign + text].join(separators[0]);
  }
  return place.positional ? timestamp + place.positional + text : text;
};

const signedRequest = async (source, { method, path, body, secret, apiKey, id, more }) => {
  const { form } = source;
  const headers = new Headers(more);
  if (method === "POST" && !headers.has("content-type")) headers.set("content-type", "application/json");
  if (form.key_header) headers.set(form.key_header, apiKey);
  if (form.id?.header && !headers.has(form.id.header)) headers.set(form.id.header, id);
  if (form.kind?.header && !headers.has(form.kind.header)) headers.set(form.kind.header, "test");
  const parsed = () => {
    const document = parse(body);
    if (document === undefined) throw new Error("this source wants JSON");
    return document;
  };
  const timestamp = form.timestamp?.json
    ? String(valueAt(parsed(), form.timestamp.json))
    : timestampText(form.timestamp?.unit, new Date());
  if (form.timestamp?.header) headers.set(form.timestamp.header, timestamp);

  const payload = utf8(form.body_form === "json_stringify" ? JSON.stringify(parsed()) : body);
  const key = await keyOf(form.secret_encoding, secret);
  const content = await signedContent(form, { method, url: path, headers, payload, timestamp, key });
  const [place] = form.signature;
  const signature = form.algorithm === "token"
    ? (place.encoding === "base64" ? base64(utf8(secret)) : secret)
    : encoded(place.encoding, await tagOf(form.algorithm, key, content));
  const value = written(place, form.timestamp, timestamp, signature);
  if (place.query) {
    return { method, url: `${path}${path.includes("?") ? "&" : "?"}${place.query}=${encodeURIComponent(value)}`, headers, body };
  }
  const name = place.header ?? place.numbered_headers.replace("{n}", "1");
  const separator = (place.list ?? place.items?.separators)?.[0];
  headers.set(name, separator && headers.has(name) ? headers.get(name) + separator + value : value);
  return { method, url: path, headers, body };
};

// The page

let sources = [];
let last = null;
let eventId = "";
const chosen = () => sources[element("source").value];
const newId = () => `evt_${random(6)}`;

const moreHeaders = () =>
  element("headers").value.split("\n").filter((line) => line.trim() !== "").map((line) => {
    const colon = line.indexOf(":");
    if (colon < 1) throw new Error(`no header: ${line}`);
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });

// An id in a header is rarely signed: without one in the body, all events would be one.
const idPointer = (form) => form.id?.json ?? "/id";

// Gives the event in the editor an id of its own, and the time where that is part of it.
const renew = (form) => {
  const editor = element("body");
  if (element("new-id").checked || eventId === "") eventId = newId();
  const body = parse(editor.value);
  if (typeof body !== "object" || body === null) return;
  const before = JSON.stringify(body);
  if (element("new-id").checked) setAt(body, idPointer(form), eventId);
  if (form.timestamp?.json) {
    const text = timestampText(form.timestamp.unit, new Date());
    const isNumber = /seconds$/.test(form.timestamp.unit) && !form.timestamp.quoted;
    setAt(body, form.timestamp.json, isNumber ? Number(text) : text);
  }
  if (JSON.stringify(body) !== before) editor.value = JSON.stringify(body, null, 2);
};

const sample = (form) => {
  const body = {};
  setAt(body, idPointer(form), newId());
  if (form.kind?.json) setAt(body, form.kind.json, "order.paid");
  for (const [, placeholder] of placeholders(form)) {
    if (placeholder?.startsWith("json:")) setAt(body, placeholder.slice(5), "sample");
  }
  body.data ??= { amount: 4200, currency: "EUR" };
  return JSON.stringify(body, null, 2);
};

const choose = () => {
  const { form, path, status_path, algorithm } = chosen();
  element("target").textContent = [`POST ${path}`, algorithm, form.content].filter(Boolean).join(" · ");
  element("api-key-field").hidden = !form.key_header;
  element("status").hidden = !status_path;
  element("body").value = sample(form);
  const known = [form.key_header, form.id?.header, form.kind?.header, form.timestamp?.header];
  const signed = placeholders(form)
    .map(([, placeholder]) => placeholder?.match(/^header:(.*)$/)?.[1])
    .filter((name) => name && !known.includes(name));
  element("headers").value = signed.map((name) => `${name}: sample`).join("\n");
  element("more").open = signed.length > 0;
  element("again").disabled = true;
  last = null;
};

const signedEvent = async (secret) => {
  const source = chosen();
  renew(source.form);
  if (secret === "") throw new Error("type the secret first");
  const request = await signedRequest(source, {
    method: "POST", path: source.path, body: element("body").value, secret,
    apiKey: element("api-key").value, id: eventId, more: moreHeaders(),
  });
  const place = source.form.id;
  const id = place?.header ? request.headers.get(place.header) : place?.json && valueAt(parse(request.body), place.json);
  element("event-id").value = id ?? "";
  return request;
};

const send = async ({ method, url, headers, body }) => {
  const started = performance.now();
  const options = { method, headers, cache: "no-store", credentials: "omit", redirect: "manual" };
  const response = await fetch(url, method === "POST" ? { ...options, body } : options);
  const text = await response.text();
  return { response, text, milliseconds: Math.round(performance.now() - started) };
};

// Showing. Whatever comes from outside is text, never markup.

const make = (name, text, className) => {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
};

const show = (text, className, detail) => {
  const result = element("result");
  result.className = `result ${className}`;
  result.replaceChildren(text, ...(detail ? [make("small", detail)] : []));
};

const list = (target, headers) =>
  target.replaceChildren(...[...headers].flatMap(([name, value]) => [make("dt", name), make("dd", value)]));

const pretty = (text) => {
  const document = parse(text);
  return document === undefined ? text : JSON.stringify(document, null, 2);
};

const tone = (status) => (status < 300 ? "good" : status === 429 || status === 503 ? "wait" : "bad");

const showAnswer = (request, { response, text, milliseconds }, tally) => {
  const retry = response.headers.get("retry-after");
  const code = parse(text)?.code;
  const details = [tally, `${milliseconds} ms`, code, retry && `retry after ${retry} s`].filter(Boolean);
  show(`${response.status} ${response.statusText}`, tone(response.status), details.join(" · "));
  element("answer").hidden = false;
  element("answer-body").textContent = pretty(text).slice(0, 20_000) || "(empty)";
  list(element("answer-headers"), response.headers);
  list(element("request-headers"), [[request.method, request.url], ...request.headers]);
};

const buttons = () => [...document.querySelectorAll(".buttons button, #check-status")];

// One at a time. The focus stays where it is: disabled buttons would lose it.
let busy = false;
const run = async (action) => {
  if (busy) return;
  busy = true;
  buttons().forEach((button) => button.setAttribute("aria-disabled", "true"));
  try {
    await action();
  } catch (error) {
    show("Not sent", "bad", error.message);
    element("answer").hidden = true;
  } finally {
    busy = false;
    buttons().forEach((button) => button.removeAttribute("aria-disabled"));
  }
  await refresh();
};

const sendAndShow = async (request) => showAnswer(request, await send(request));

const MANY = 40;
const sendMany = async () => {
  const requests = [];
  for (let count = 0; count < MANY; count += 1) requests.push(await signedEvent(element("secret").value));
  const answers = await Promise.all(requests.map(send));
  const counts = new Map();
  for (const { response } of answers) counts.set(response.status, (counts.get(response.status) ?? 0) + 1);
  const tally = [...counts].sort(([one], [other]) => one - other).map(([status, count]) => `${count} × ${status}`);
  const worst = answers.findLastIndex(({ response }) => !response.ok);
  const shown = worst < 0 ? MANY - 1 : worst;
  showAnswer(requests[shown], answers[shown], tally.join(", "));
};

const checkStatus = async () => {
  const source = chosen();
  const path = `${source.status_path}?eventId=${encodeURIComponent(element("event-id").value)}`;
  const secret = element("secret").value;
  if (secret === "") throw new Error("type the secret first");
  await sendAndShow(await signedRequest(source, {
    method: "GET", path, body: "", secret, apiKey: element("api-key").value, id: newId(), more: [],
  }));
};

// The table

const outcomeTone = ({ outcome, status }) =>
  outcome === "accepted" || outcome === "answered" ? "good" : status < 300 || status === 429 || status === 503 ? "wait" : "bad";

const row = (attempt) => {
  const time = new Date(attempt.at_ms).toLocaleTimeString([], { hour12: false });
  const made = document.createElement("tr");
  made.append(
    make("td", time, "time"),
    make("td", attempt.route, "route"),
    make("td", attempt.outcome.replaceAll("_", " "), `outcome ${outcomeTone(attempt)}`),
    make("td", attempt.status ?? "–", "code"),
    make("td", attempt.client_ip ?? "–", "client"),
    make("td", attempt.event_id ?? "", "id"),
    make("td", `${(attempt.latency_us / 1000).toFixed(1)} ms`, "latency"),
  );
  return made;
};

let attemptsShown = "";
const refresh = async () => {
  const live = element("live");
  try {
    const response = await fetch("/console/attempts", { cache: "no-store" });
    if (!response.ok) throw new Error(String(response.status));
    const text = await response.text();
    live.className = "live";
    live.textContent = "live";
    if (text === attemptsShown) return;
    attemptsShown = text;
    const attempts = JSON.parse(text);
    element("attempts").replaceChildren(...attempts.map(row));
    element("no-attempts").hidden = attempts.length > 0;
  } catch {
    live.className = "live bad";
    live.textContent = "the gateway does not answer";
  }
};

const start = async () => {
  sources = await (await fetch("/console/sources", { cache: "no-store" })).json();
  element("source").replaceChildren(...sources.map(({ name, disabled }, index) => {
    const option = make("option", disabled ? `${name} (${disabled})` : name);
    option.value = index;
    option.disabled = Boolean(disabled);
    return option;
  }));
  const first = sources.findIndex(({ disabled }) => !disabled);
  if (first < 0 || !crypto.subtle) {
    element("notice").textContent = first < 0
      ? "No source of this gateway can be signed for in a browser."
      : "Browsers sign on localhost and over https alone.";
    element("notice").hidden = false;
    document.querySelectorAll("form :is(button, select, input, textarea)").forEach((control) => { control.disabled = true; });
  } else {
    element("source").value = first;
    choose();
  }
  element("source").addEventListener("change", choose);
  element("send").addEventListener("submit", (event) => {
    event.preventDefault();
    run(async () => {
      last = await signedEvent(element("secret").value);
      element("again").disabled = false;
      await sendAndShow(last);
    });
  });
  element("again").addEventListener("click", () => run(() => sendAndShow(last)));
  element("forged").addEventListener("click", () => run(async () => sendAndShow(await signedEvent(forgedSecret()))));
  element("many").addEventListener("click", () => run(sendMany));
  element("status").addEventListener("submit", (event) => {
    event.preventDefault();
    run(checkStatus);
  });
  element("show-secret").addEventListener("click", () => {
    const isShown = element("secret").type === "text";
    element("secret").type = isShown ? "password" : "text";
    element("show-secret").textContent = isShown ? "Show" : "Hide";
    element("show-secret").setAttribute("aria-pressed", String(!isShown));
  });
  setInterval(() => document.visibilityState === "visible" && refresh(), 2000);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());
  await refresh();
};

// Somebody who has heard of the scheme, not of the secret. Hex is base64, too.
const forgedSecret = () => {
  const encoding = chosen().form.secret_encoding;
  const prefix = typeof encoding === "string" ? "" : Object.values(encoding)[0];
  return prefix + random(32);
};

start();
