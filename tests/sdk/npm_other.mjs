// Vectors for the presets that are more than a MAC over raw text: canonical URLs, single fields, keyed hashes, public
// keys, JWTs, RFC 9421. Each request is signed (by the provider's package where it can sign, else by node:crypto from
// the documented rule) and then shown to the provider's own verifier ("sdk"); only what that verifier said is printed.
// Where the provider has none, another author's package or a few lines from the documentation decide ("independent").
//
//     mkdir sdk && cp npm_other.package.json sdk/package.json && npm install --prefix sdk --ignore-scripts
//     SDK_DIR=sdk node npm_other.mjs | python3 merge.py
//
// The clock is frozen and every signature is deterministic (ECDSA by RFC 6979), so a second run prints the same.

import * as crypto from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import querystring from "node:querystring";
import { fileURLToPath, pathToFileURL } from "node:url";

if (!process.env.SDK_DIR) throw new Error("SDK_DIR must name the directory with node_modules");
const require = createRequire(`${resolve(process.env.SDK_DIR)}/`);
const esm = (name) => import(pathToFileURL(require.resolve(name)).href);
const manifest = JSON.parse(readFileSync(join(dirname(fileURLToPath(import.meta.url)), "npm_other.package.json")));
const npm = (name) => `npm ${name} ${manifest.dependencies[name]}`;
const HERE = "tests/sdk/npm_other.mjs";

// ---- Clock ----------------------------------------------------------------------------------------------------------

const NOW = 1764000000000;
const SECONDS = NOW / 1000;
let clock = NOW;
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length ? given : [clock]));
  }
  static now() {
    return clock;
  }
};

// Packages warn on the console about what they refuse; standard output is for vectors.
for (const level of ["log", "info", "warn", "error", "debug"]) console[level] = () => {};

// ---- Test keys. Made for this file, used nowhere else. -----------------------------------------------------------------

const TEST_RSA_PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----
MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQCfUhWq6CMm1plz
cKQFLNVfuhB3vwopsvxghR8tACmqVkCUp/Po6rOHY5SNQIwDd66YO/iFqaCyioYP
/DUSlt4ceP5wvGcSJCbZvr7ecKl7wK+c44hmEVKxLuBuaFXSIcrKXEvcwVu7koKu
vaDRg+Rr7teNK00q/bv9rnWoqKFM/8xgWYIMaWvwvUA/uH7awxTL5bdOWl0NseBg
DEJ6txZpoWVUh1zPrLLkp27cHTJ8FSkvnF/pts8FbqmU6ij3ZISLVLxzKYtznBck
Ifzv8rOr6h5cGNnV8q7tU60x817Qw6LcwpOQlm3eVNctvv42tuJdXz2EgtfOWrvh
+ZKfATyRAgMBAAECggEACPKqgl6GyOHhHO1s3NiLhFSWI6+QUc66Y25elZ+ud2Fg
P6keJwz1d8tlNrizFGfGn8iweMtR2e0zQdcToP9lqpo2Ch1euZNbtjuDC0mvDyL/
ifNyf+8FoqtkEfdcqJBazBo6bYPTk9mS6t7+Fv5OGCzCIOzXaOx2wDTp6UbNRl55
uA6FLZQBX/nOOizM91Tnleznpv7RoXu0jNU2ksgJrZa0szgnt7fvb9mh6TqPYCAj
fsBcGrjucVb/Fu+6aWT0Ucl/q1uh1ofgEhRj+rgeQoxn6GXfY89jHXFb/QyDiwgG
B8qnai2yWd2t+WQ+ZySxNAz1aaHRAF1pQBKhvRXZ8QKBgQDbV/tziDXrQ1KijL+s
8tH/LthkHIN9ynkXHX9Dv2kmqhpHBz4d/poLBABVItAs6AhG0GjGq5U0N6co9nBb
0EQ494B/fxoz2bwMoKqCOtXpc9kXFy6lWbahI5rjl9nXTKw1M6TSYfMC3TX0yz1u
dSEoxclBfnF/Enp9GS2+539eGQKBgQC58i5uxKmItjylYscUxShmkLmLm4YvI2nj
CxmrJilxQsLlEQwvFu0fRt7cvLpvizdjkhIjHzadcf5ZK78jDqdL2zN5UPWK4jX2
3lZ9moUQ1iT+GiOMFuoKfwImuERvmsuYliIjrZiVVtcVf/aT/UDHbuwJ/0VGSk4g
vUswJwaxOQKBgG8yQz9mpi8GijXttJ4w21TKotjdu6thodGeGo510xDO21N20H7U
O7Op66E9bNvXJZsAvJ07DwDR1eRmSr/A7VUT5Ai+nsH6d+LO8KHkwdz/5eZW0kbx
HCzEqBkJOl5zeDngXIZrMY8aJehbwGDm8FCDNGwHdfI9o+sXgKFvKprBAoGARrOu
MhH3AHOCdcQsPFqG9RC8bDfzeoL1pQ24cdot0dH3tw+XWWRXPxg8byQXo4gExIhq
+w3IP29zrcYzhAnzVKWBWfSNmIRQzpBVxKZ3SCKUqEWaFI816E3IrJ5N7z2lglw7
mONN7CK734HraPPXqL0lZNu6JHLmaA5xw1pjcgkCgYBzXfbc5D+WBWC6GElz9DIW
pul3NtzuyNdPy4LPkIouMyMSZdXbWixYMCejGJYTk6I1iFoIjCUZAmh/gBRuVBum
edPTJhUeLlJo5gKklc1vcRCau2+gFS86cvlxJDPKpxzRuAyyk+O87iPz3jZ7JMqk
T4iO0TSJ2i9aDfJ/nhvEFA==
-----END PRIVATE KEY-----
`;
const TEST_OTHER_RSA_PUBLIC_KEY = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAz5Rff2UFhNijC2yztvqh
AYdktVmkzuDCXiWeuPGDpvwGeW5UHYAuztm98wo9QTYI2/TBMsNjE+JbQ+RrCOXn
tEXvNJKxz6PE5EMs5IDAbvb1JTxg+hjEJ/iOfmG3K+q1YAAXMJ9B8/1U9mKVLcwp
d63MEzCzZHTA0dmmhhuLFpAExqAjBUTFN0A4b6+ajC+wY+6QxofmE8oZPySdZfxg
pLwEI7qqABzYgM49f1ErFcGNoROnXt2AWezhWWCfI8yNlbn7UGM+SQ9PHNnPaybB
qvwla9VBOTQcTrXi39T7d6IZpfsZjLEF2cjv1sA1DWhRZidRmyioo2spDCZWOzqb
9wIDAQAB
-----END PUBLIC KEY-----
`;
const TEST_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIDOzCCAiOgAwIBAgICXlcwDQYJKoZIhvcNAQELBQAwRzEaMBgGA1UEAwwRc25z
LmFtYXpvbmF3cy5jb20xKTAnBgNVBAoMIFRlc3QgY2VydGlmaWNhdGUsIG5vdCBh
IHJlYWwgb25lMB4XDTIwMDEwMTAwMDAwMFoXDTQ5MTIzMTAwMDAwMFowRzEaMBgG
A1UEAwwRc25zLmFtYXpvbmF3cy5jb20xKTAnBgNVBAoMIFRlc3QgY2VydGlmaWNh
dGUsIG5vdCBhIHJlYWwgb25lMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKC
AQEAn1IVqugjJtaZc3CkBSzVX7oQd78KKbL8YIUfLQApqlZAlKfz6Oqzh2OUjUCM
A3eumDv4hamgsoqGD/w1EpbeHHj+cLxnEiQm2b6+3nCpe8CvnOOIZhFSsS7gbmhV
0iHKylxL3MFbu5KCrr2g0YPka+7XjStNKv27/a51qKihTP/MYFmCDGlr8L1AP7h+
2sMUy+W3TlpdDbHgYAxCercWaaFlVIdcz6yy5Kdu3B0yfBUpL5xf6bbPBW6plOoo
92SEi1S8cymLc5wXJCH87/Kzq+oeXBjZ1fKu7VOtMfNe0MOi3MKTkJZt3lTXLb7+
NrbiXV89hILXzlq74fmSnwE8kQIDAQABozEwLzAPBgNVHRMBAf8EBTADAQH/MBwG
A1UdEQQVMBOCEXNucy5hbWF6b25hd3MuY29tMA0GCSqGSIb3DQEBCwUAA4IBAQAA
RqW5Y7GUSjPWo7IvPT/wyKD3Vy/WlTJghclcZOmNNXMuZFm5dz43uwVs12JqNsFJ
6ZPD30D2EN80JAll86IXUeRUnwlFE/JUS3Hl/g6CQ+vHc4J9qwUULc2rPhZHFyX4
bSLlTE1OxFVgR38VvSvV9gk/RRa/epI6V03w7iFJrQoPoe1eEHXvJPSomS6zUfHt
mOfPMDbdi44GEFrxSPndJ6Sy7L0PNDYB65O0+JINJ+UcBXzSSpEwqFEIWNXnxXAF
zLhgR8jlo0nJSV+9RxWErLGK60aj9KpF8Z2oIAYytjgwDCD4Lym7S+s7Llog3rus
g/1XHZwA70UUZYRnO6ZP
-----END CERTIFICATE-----
`;
const TEST_OTHER_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIDCDCCAfCgAwIBAgICXlgwDQYJKoZIhvcNAQELBQAwRzEaMBgGA1UEAwwRc25z
LmFtYXpvbmF3cy5jb20xKTAnBgNVBAoMIFRlc3QgY2VydGlmaWNhdGUsIG5vdCBh
IHJlYWwgb25lMB4XDTIwMDEwMTAwMDAwMFoXDTQ5MTIzMTAwMDAwMFowRzEaMBgG
A1UEAwwRc25zLmFtYXpvbmF3cy5jb20xKTAnBgNVBAoMIFRlc3QgY2VydGlmaWNh
dGUsIG5vdCBhIHJlYWwgb25lMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKC
AQEAz5Rff2UFhNijC2yztvqhAYdktVmkzuDCXiWeuPGDpvwGeW5UHYAuztm98wo9
QTYI2/TBMsNjE+JbQ+RrCOXntEXvNJKxz6PE5EMs5IDAbvb1JTxg+hjEJ/iOfmG3
K+q1YAAXMJ9B8/1U9mKVLcwpd63MEzCzZHTA0dmmhhuLFpAExqAjBUTFN0A4b6+a
jC+wY+6QxofmE8oZPySdZfxgpLwEI7qqABzYgM49f1ErFcGNoROnXt2AWezhWWCf
I8yNlbn7UGM+SQ9PHNnPaybBqvwla9VBOTQcTrXi39T7d6IZpfsZjLEF2cjv1sA1
DWhRZidRmyioo2spDCZWOzqb9wIDAQABMA0GCSqGSIb3DQEBCwUAA4IBAQA/12VP
kEKcfp6gr0w7QqPDgxceGBrryTtt61Q9YRfV4ZCZzYVeJTmTlK0bNjV111ElQpvk
ToBlWbIsgF+89ru3PAqR/cFUn/VXuhaGDiJm/RMiD6WEtSNQ6OoQvDjn6wi4GSCy
Y6g1ncKVW5giMFlQswdvSJbRk/L1cSCHEwk9UncouYZEZOSLX+8jMl8Fc/Z1BlPY
3i+zzgUjOMr+jSI8mb6luu4xVgjBu+DZcHua6PAUUG0ngEZ2YE9llIXwntTOIRDQ
4uMaCF7/bkvGn2Oo3+qNKgZA3mKXyhpYDaQmo61VuhNUCfu3uMOY8DH8xafP4kf/
2n8abhpRVOOuEJgp
-----END CERTIFICATE-----
`;
const TEST_ED25519_PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIHkZENLDAfuDSig1E1/xrOaGbEQbjuO6aTtMmTE4cRL3
-----END PRIVATE KEY-----
`;
const TEST_P256_PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg0bFs4Ou4rBpyghqF
ZxYNevZG4AVJlN4/geHtCN7DT5ahRANCAASdc9JfvrJkUvO6ST6p/edM/zpi61Iu
V48CZYSeD6rC/MlMFTyquPmIa79IRbzmhvBQFUKg413spMK1oolKKt/m
-----END PRIVATE KEY-----
`;
const TEST_P384_PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----
MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDCI2//ocNR0st0h7/FH
K0ajhDAXv6FklUlXrL+z9i4iuRQWvBAwAMZSppAAznoID22hZANiAARr9Fkfc3fT
Q6zlSm+8qVVbMfpX7czijWqjiudmOhQ/OTFahWWDNm7qBaEaS9KUD12Mt6ffrewB
FwN4MOyxY/BVe/FbxOlPm8OWvOM+vVcwmOMmI1z6kwKlhJqMRdXFfco=
-----END PRIVATE KEY-----
`;
const TEST_P521_PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----
MIHuAgEAMBAGByqGSM49AgEGBSuBBAAjBIHWMIHTAgEBBEIB6DEuF7XEY9DB2JBU
s2/0MWbXjBvKIHau/DMcxOBYa1WGoGIP4uROwwabmJlQrkCCvibd5QsjIuA2OQtE
vzBhxgShgYkDgYYABACGMjY7+QtEyh9iFFMbWeEHhmqa8LYcwqqZIPehVoI4orTi
ExMVBqM5L29kDJlFCVvkmdK12NRZ4Zu7oKI4diKWHwA4D8dFNgAIBCtD6hYGSCgD
xrjiv1Vl4vO9GwqxLshvuF5BIenkvNLK0z0oce57A+JxE17WAVKppajnFN67PQJ/
SA==
-----END PRIVATE KEY-----
`;

const { p256 } = require("@noble/curves/p256");
const { p384 } = require("@noble/curves/p384");
const { p521 } = require("@noble/curves/p521");
const { keccak_256 } = require("@noble/hashes/sha3");

const b64 = (bytes) => Buffer.from(bytes).toString("base64");
const b64url = (bytes) => Buffer.from(bytes).toString("base64url");
const hash = (name, ...parts) => parts.reduce((state, part) => state.update(part), crypto.createHash(name)).digest();
const hmac = (name, key, ...parts) => parts.reduce((state, part) => state.update(part), crypto.createHmac(name, key)).digest();
const publicOf = (pem) => crypto.createPublicKey(pem);
const spki = (key) => key.export({ type: "spki", format: "der" });
const pem = (key) => key.export({ type: "spki", format: "pem" });
const jwk = (key, kid, alg) => ({ ...key.export({ format: "jwk" }), kid, alg, use: "sig" });
const jwks = (...keys) => JSON.stringify({ keys });

const RSA = publicOf(TEST_RSA_PRIVATE_KEY);
const OTHER_RSA = publicOf(TEST_OTHER_RSA_PUBLIC_KEY);
const ED25519 = publicOf(TEST_ED25519_PRIVATE_KEY);
const OTHER_ED25519 = publicOf({ key: Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), Buffer.from("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "hex")]), format: "der", type: "spki" });
const P256 = publicOf(TEST_P256_PRIVATE_KEY);
const OTHER_P256 = publicOf({ key: { kty: "EC", crv: "P-256", ...coordinates(p256, 7n) }, format: "jwk" });
const P521 = publicOf(TEST_P521_PRIVATE_KEY);
const OTHER_P521 = publicOf({ key: { kty: "EC", crv: "P-521", ...coordinates(p521, 7n) }, format: "jwk" });
const rawEd25519 = (key) => Buffer.from(key.export({ format: "jwk" }).x, "base64url");

function coordinates(curve, scalar) {
  const point = curve.ProjectivePoint.BASE.multiply(scalar).toRawBytes(false);
  const half = (point.length - 1) / 2;
  return { x: b64url(point.subarray(1, 1 + half)), y: b64url(point.subarray(1 + half)) };
}

const rsa = (digest, data) => crypto.sign(digest, Buffer.from(data), TEST_RSA_PRIVATE_KEY);
const ed25519 = (data) => crypto.sign(null, Buffer.from(data), TEST_ED25519_PRIVATE_KEY);
function ecdsa(curve, privateKey, digest, data, form) {
  const scalar = Buffer.from(crypto.createPrivateKey(privateKey).export({ format: "jwk" }).d, "base64url");
  const signature = curve.sign(hash(digest, data), scalar, { lowS: false });
  return Buffer.from(form === "der" ? signature.toDERRawBytes() : signature.toCompactRawBytes());
}

const JWT_SIGNERS = {
  HS256: (data, key) => hmac("sha256", key, data),
  HS512: (data, key) => hmac("sha512", key, data),
  RS256: (data) => rsa("sha256", data),
  ES256: (data) => ecdsa(p256, TEST_P256_PRIVATE_KEY, "sha256", data, "compact"),
};
function jwt(header, claims, key) {
  const signed = `${b64url(JSON.stringify(header))}.${b64url(JSON.stringify(claims))}`;
  return `${signed}.${b64url(JWT_SIGNERS[header.alg](signed, key))}`;
}

// ---- Requests ---------------------------------------------------------------------------------------------------------

const PLAIN = '{"id":"evt_0001","type":"invoice.paid","data":{"amount":1999,"currency":"EUR"}}';
const ODD = '{\r\n\t"id" : "evt_0002",\n  "note":  "Grüße aus Köln, ¥ 100, 日本語, 🦀",\r\n "amount": 10.0 }\n';
// For verifiers that parse the body and write it again: the same bytes come out.
const COMPACT = '{"id":"evt_0002","note":"Grüße aus Köln, ¥ 100, 日本語, 🦀","amount":10}';
const TAMPER = [["1999", "9999"]];

const FORM = ["content-type", "application/x-www-form-urlencoded"];
const JSON_TYPE = ["content-type", "application/json"];
const header = (request, name) => request.headers.find(([key]) => key === name)?.[1];
const headersOf = (request) => Object.fromEntries(request.headers);
const withHeader = (request, name, change) => ({
  ...request,
  headers: request.headers.map(([key, value]) => (key === name ? [key, change(value)] : [key, value])),
});
const withoutHeader = (request, name) => ({ ...request, headers: request.headers.filter(([key]) => key !== name) });
const withBody = (request, change) => ({ ...request, body: change(request.body) });
const inHeader = (name) => (request, change) => withHeader(request, name, change);
const inBody = (pick) => (request, change) => withBody(request, (body) => {
  const signature = pick(body);
  return body.replace(signature, change(signature));
});
const cut = (signature) => signature.slice(0, -4);
const none = () => "";

let failures = 0;
/** Shows `request` to `accepts` and prints it as a vector if the answer is the wanted one. */
async function check({ slug, by, evidence, accepts }, verdict, name, request, expect) {
  const { url = `https://hooks.example.com/webhooks/${slug}`, now_ms = NOW, settings, method = "POST" } = request;
  const seen = { ...request, url, now_ms, method, settings: settings ?? {} };
  clock = now_ms;
  let answer;
  let reason = "";
  try {
    answer = (await accepts(seen)) === true;
  } catch (error) {
    answer = false;
    reason = ` (${error.message})`;
  }
  clock = NOW;
  if (answer !== (verdict === "accepted")) {
    failures += 1;
    process.stderr.write(`${slug}: wanted ${verdict}, not so: ${name}${reason}\n`);
    return;
  }
  const vector = { slug, name, evidence, made_by: by, verdict, now_ms, secrets: request.secrets };
  if (settings) vector.settings = settings;
  Object.assign(vector, { method, url, headers: request.headers, body: request.body });
  if (expect) vector.expect = expect;
  process.stdout.write(`${JSON.stringify(vector)}\n`);
}

/**
 * The usual refusals of one good request: `edit(request, change)` rewrites the signature wherever it is, `wrong` is
 * another secret, `tamper` pairs replace text in the body (an empty list where the body is not covered).
 */
function refusals(request, { edit, wrong, tamper = TAMPER }) {
  const changed = tamper.reduce((body, [from, to]) => body.replace(from, to), request.body);
  if (tamper.length && changed === request.body) throw new Error("nothing was tampered with");
  return [
    ...(tamper.length ? [["the body has one character changed", { ...request, body: changed }]] : []),
    ["the secret is another one", { ...request, secrets: [].concat(wrong) }],
    ["the signature is cut short", edit(request, cut)],
    ["the signature is empty", edit(request, none)],
  ];
}

/** One provider: good requests, then bad ones, each `[name, request, expect]`. */
async function provider(slug, by, accepts, good, bad, evidence = "sdk") {
  const run = { slug, by, evidence, accepts };
  for (const [name, request, expect] of good) await check(run, "accepted", name, request, expect);
  for (const [name, request] of bad) await check(run, "refused", name, request);
}
const independent = (slug, accepts, good, bad) => provider(slug, HERE, accepts, good, bad, "independent");
const published = (slug, source, accepts, good, bad = []) => provider(slug, `published: ${source}`, accepts, good, bad, "published");
const equal = (a, b) => {
  const [left, right] = [Buffer.from(a ?? ""), Buffer.from(b)];
  return left.length === right.length && crypto.timingSafeEqual(left, right);
};

// ---- URL, method, path, form --------------------------------------------------------------------------------------------

async function square() {
  const { WebhooksHelper } = require("square");
  const key = "test-square-signature-key";
  const edit = inHeader("x-square-hmacsha256-signature");
  const accepts = (r) => WebhooksHelper.verifySignature({
    requestBody: r.body, signatureHeader: header(r, "x-square-hmacsha256-signature"), signatureKey: r.secrets[0], notificationUrl: r.url,
  });
  const make = (body, url = "https://hooks.example.com/webhooks/square") => ({
    secrets: [key], url, headers: [["x-square-hmacsha256-signature", b64(hmac("sha256", key, url + body))]], body,
  });
  const good = make(PLAIN);
  await provider("square", npm("square"), accepts, [
    ["the URL and the raw body", good],
    ["non-ASCII text, CRLF and white space in the body", make(ODD)],
    ["the notification URL has a query", make(PLAIN, "https://hooks.example.com/webhooks/square?shop=7&x=%2Fa")],
  ], [
    ...refusals(good, { edit, wrong: "another-square-key" }),
    ["the request came in on another URL", { ...good, url: "https://hooks.example.com/webhooks/square/" }],
  ]);
  const test = (secrets, url, signature, body) => ({ secrets: [secrets], url, headers: [["x-square-hmacsha256-signature", signature]], body });
  await published("square", "square-nodejs-sdk tests/integration/webhooks.test.ts", accepts, [
    ["a test notification", test(
      "Ibxx_5AKakO-3qeNVR61Dw", "https://webhook.site/679a4f3a-dcfa-49ee-bac5-9d0edad886b9", "GF4YkrJgGBDZ9NIYbNXBnMzqb2HoL4RW/S6vkZ9/2N4=",
      '{"merchant_id":"MLEFBHHSJGVHD","type":"webhooks.test_notification","event_id":"ac3ac95b-f97d-458c-a6e6-18981597e05f","created_at":"2022-07-13T20:30:59.037339943Z","data":{"type":"webhooks","id":"bc368e64-01aa-407e-b46e-3231809b1129"}}',
    ), { id: "ac3ac95b-f97d-458c-a6e6-18981597e05f", type: "webhooks.test_notification" }],
    ["plain characters", test("signature-key", "https://webhook.site/webhooks", "W3FlCNk5IA3ZQ2LHTWoajvzfaDu/OwY2tNHIHC3IUOA=", '{"data":{"type":"webhooks","id":"fake_id"}}')],
    ["angle brackets in the body", test("signature-key", "https://webhook.site/webhooks", "Cxt7+aTi4rKgcA0bC4g9EHdVtLSDWdqccmL5MvihU4U=", '{"data":{"type":"webhooks","id":">id<"}}')],
  ]);
}

async function twilio() {
  const webhooks = require("twilio/lib/webhooks/webhooks");
  const token = "0123456789abcdef-test-auth-token";
  const name = "x-twilio-signature";
  const edit = inHeader(name);
  const accepts = (r) => webhooks.validateRequest(r.secrets[0], header(r, name), r.url, querystring.parse(r.body));
  const make = (body, url = "https://hooks.example.com/webhooks/twilio", signedUrl = url) => ({
    secrets: [token], url, body,
    headers: [FORM, [name, webhooks.getExpectedTwilioSignature(token, signedUrl, querystring.parse(body))]],
  });
  const good = make("CallSid=CA0001&From=%2B14155550100&To=%2B14155550199&CallStatus=in-progress&Digits=1234");
  const url = "https://hooks.example.com/webhooks/twilio";
  await provider("twilio", npm("twilio"), accepts, [
    ["form parameters, sorted by name", good],
    ["values with white space, non-ASCII text and reserved characters", make("MessageSid=SM0001&Body=Gr%C3%BC%C3%9Fe%20aus+K%C3%B6ln%0D%0A%E6%97%A5%E6%9C%AC%20%F0%9F%A6%80%26%3D%25&From=whatsapp%3A%2B49")],
    ["repeated values are sorted and each taken once", make("Sid=CA1&SidAccount=AC1&Digits=5678&Digits=1234&Digits=1234")],
    ["names are sorted by code unit: upper case before lower case", make("b=1&B=2&a=3&_=4&A=5&aB=6&a1=7")],
    ["an empty value counts", make("Body=&NumMedia=0&MessageSid=SM0002")],
    ["no parameters at all", make("")],
    ["the URL has a query", make("CallSid=CA0001", `${url}?foo=1&bar=2`)],
    ["the query is signed as sent, escapes included", make("CallSid=CA0001", `${url}?name=O%27Brien&path=%2Fa%20b`)],
    ["signed with the default port, received without", make("CallSid=CA0001", url, url.replace(".com/", ".com:443/"))],
    ["signed without the default port, received with it", make("CallSid=CA0001", url.replace(".com/", ".com:443/"), url)],
  ], [
    ...refusals(good, { edit, wrong: "another-auth-token", tamper: [["Digits=1234", "Digits=1235"]] }),
    ["a parameter was added", { ...good, body: `${good.body}&Extra=1` }],
    ["a parameter was taken away", { ...good, body: good.body.replace("&Digits=1234", "") }],
    ["the query was changed", { ...make("CallSid=CA0001", `${url}?foo=1`), url: `${url}?foo=2` }],
    ["another path", { ...good, url: `${url}/other` }],
    ["the header is missing", withoutHeader(good, name)],
  ]);
  const params = "CallSid=CA1234567890ABCDE&Digits=1234&From=%2B14158675309&To=%2B18005551212&Caller=%2B14158675309";
  const test = (body, signature) => ({ secrets: ["12345"], url: "https://mycompany.com/myapp.php?foo=1&bar=2", headers: [FORM, [name, signature]], body });
  await published("twilio", "twilio-node and twilio-python tests", accepts, [
    ["the request of the documentation", test(params, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")],
    ["a parameter three times, two values", test("Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234", "IK+Dwps556ElfBT0I3Rgjkr1wJU=")],
  ]);

  const jsonAccepts = (r) => webhooks.validateRequestWithBody(r.secrets[0], header(r, name), r.url, r.body);
  const json = (body, query = "", digest = hash("sha256", body).toString("hex")) => {
    const signed = `https://hooks.example.com/webhooks/twilio_json?${query}bodySHA256=${digest}`;
    return { secrets: [token], url: signed, headers: [JSON_TYPE, [name, webhooks.getExpectedTwilioSignature(token, signed, {})]], body };
  };
  const goodJson = json(PLAIN);
  const otherDigest = hash("sha256", PLAIN.replace("1999", "9999")).toString("hex");
  await provider("twilio_json", npm("twilio"), jsonAccepts, [
    ["the digest of the body is in the signed URL", goodJson],
    ["non-ASCII text, CRLF and white space in the body", json(ODD)],
    ["the digest after other query parameters", json(PLAIN, "foo=1&bar=a%20b&")],
    ["an empty object", json("{}")],
  ], [
    ...refusals(goodJson, { edit, wrong: "another-auth-token" }),
    ["body and digest changed together, signature kept", { ...goodJson, body: PLAIN.replace("1999", "9999"), url: goodJson.url.replace(/[0-9a-f]{64}$/, otherDigest) }],
    ["the URL is signed but has no digest", (() => {
      const plainUrl = "https://hooks.example.com/webhooks/twilio_json?foo=1";
      return { ...goodJson, url: plainUrl, headers: [JSON_TYPE, [name, webhooks.getExpectedTwilioSignature(token, plainUrl, {})]] };
    })()],
    ["the digest is empty", json(PLAIN, "", "")],
  ]);
  const withDigest = (signature, digest, body) => ({
    secrets: ["12345"], url: `https://mycompany.com/myapp.php?foo=1&bar=2&bodySHA256=${digest}`, headers: [JSON_TYPE, [name, signature]], body,
  });
  await published("twilio_json", "twilio-node spec/validation.spec", jsonAccepts, [
    ["the request of the tests", withDigest("a9nBmqA0ju/hNViExpshrM61xv4=", "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620", '{"property": "value", "boolean": true}')],
    ["an empty object", withDigest("Ldidvp12m26NI7eqEvxnEpkd9Hc=", "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", "{}")],
  ]);
}

async function signalwire() {
  const { validateRequest } = require("@signalwire/compatibility-api").RestClient;
  const token = "test-signalwire-signing-key";
  const name = "x-signalwire-signature";
  const url = "https://hooks.example.com/webhooks/signalwire";
  const accepts = (r) => validateRequest(r.secrets[0], header(r, name), r.url, querystring.parse(r.body), true);
  const sorted = (body) => Object.entries(querystring.parse(body)).sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([key, values]) => [values].flat().map((value) => key + value)).join("");
  const make = (body, at = url, signedUrl = at) => ({
    secrets: [token], url: at, body, headers: [FORM, [name, b64(hmac("sha1", token, signedUrl, sorted(body)))]],
  });
  const good = make("CallSid=CA0001&From=%2B14155550100&CallStatus=in-progress&Digits=1234");
  const repeated = make("Sid=CA1&Digits=5678&Digits=1234&Digits=1234");
  await provider("signalwire", npm("@signalwire/compatibility-api"), accepts, [
    ["form parameters, sorted by name", good],
    ["values with white space and non-ASCII text", make("MessageSid=SM0001&Body=Gr%C3%BC%C3%9Fe+%E6%97%A5%E6%9C%AC%0D%0A")],
    ["repeated values stay in the order received, duplicates too", repeated],
    ["the URL has a query", make("CallSid=CA0001", `${url}?foo=1&bar=2`)],
    ["signed with the default port, received without", make("CallSid=CA0001", url, url.replace(".com/", ".com:443/"))],
  ], [
    ...refusals(good, { edit: inHeader(name), wrong: "another-key", tamper: [["Digits=1234", "Digits=1235"]] }),
    ["repeated values in another order", { ...repeated, body: "Sid=CA1&Digits=1234&Digits=5678&Digits=1234" }],
    ["another path", { ...good, url: `${url}/other` }],
  ]);
}

async function plivo() {
  const { validateSignature, validateV3Signature } = require("plivo");
  const token = "test-plivo-auth-token";
  const nonce = "12345678901234567890";
  {
    const [name, nonceName] = ["x-plivo-signature-v2", "x-plivo-signature-v2-nonce"];
    const url = "https://hooks.example.com/webhooks/plivo_v2";
    const accepts = (r) => validateSignature(r.url, header(r, nonceName), header(r, name), r.secrets[0]);
    const make = (at, body = "CallUUID=c-0001&From=14155550100&Event=Answer") => ({
      secrets: [token], url: at, body, headers: [FORM, [name, b64(hmac("sha256", token, at.split("?")[0] + nonce))], [nonceName, nonce]],
    });
    const good = make(url);
    await provider("plivo_v2", npm("plivo"), accepts, [
      ["scheme, host, path and nonce", good],
      ["the query is left out of the signed URL", make(`${url}?shop=7`)],
      ["a port that is not the default one counts", make("https://hooks.example.com:8443/webhooks/plivo_v2")],
      ["the body is not covered: non-ASCII form text", make(url, "Text=Gr%C3%BC%C3%9Fe%0D%0A&MessageUUID=m-0001")],
    ], [
      ...refusals(good, { edit: inHeader(name), wrong: "another-token", tamper: [] }),
      ["another nonce", withHeader(good, nonceName, (value) => `${value}1`)],
      ["another path", { ...good, url: `${url}/other` }],
      ["another host", { ...good, url: url.replace("hooks.", "other.") }],
    ]);
    await published("plivo_v2", "plivo-node test/utils.js", accepts, [
      ["the URL has no path", { secrets: ["my_auth_token"], url: "https://answer.url", headers: [FORM, [name, "ehV3IKhLysWBxC1sy8INm0qGoQYdYsHwuoKjsX7FsXc="], [nonceName, "12345"]], body: "" }],
    ], [
      ["another nonce and token", { secrets: ["my_auth_tokens"], url: "https://answer.url", headers: [FORM, [name, "ehV3IKhLysWBxC1sy8INm0qGoQYdYsHwuoKjsX7FsXc="], [nonceName, "123456"]], body: "" }],
    ]);
  }
  const [name, nonceName] = ["x-plivo-signature-v3", "x-plivo-signature-v3-nonce"];
  const url = "https://hooks.example.com/webhooks/plivo_v3";
  const accepts = (r) => validateV3Signature(r.method, r.url, header(r, nonceName), r.secrets[0], header(r, name), querystring.parse(r.body));
  const sign = (text, key = token) => b64(hmac("sha256", key, `${text}.${nonce}`));
  // `signed` is what the documented rule makes of URL and form, written out by hand.
  const make = (signed, body, at = url) => ({ secrets: [token], url: at, body, headers: [FORM, [name, sign(signed)], [nonceName, nonce]] });
  const good = make(`${url}?CallUUIDc-0001EventAnswerFrom14155550100`, "Event=Answer&CallUUID=c-0001&From=14155550100");
  await provider("plivo_v3", npm("plivo"), accepts, [
    ["sorted form parameters after a question mark", good],
    ["query and form: sorted query, a dot, sorted form", make(`${url}?a=1&b=2.CallUUIDc-0001Textx y`, "Text=x+y&CallUUID=c-0001", `${url}?b=2&a=1`)],
    ["a query, no form", make(`${url}?a=1&b=2`, "", `${url}?b=2&a=1`)],
    ["neither query nor form", make(url, "")],
    ["non-ASCII text and line ends in the form", make(`${url}?MessageUUIDm-0001TextGrüße aus Köln\r\n日本 🦀`, "Text=Gr%C3%BC%C3%9Fe+aus+K%C3%B6ln%0D%0A%E6%97%A5%E6%9C%AC%20%F0%9F%A6%80&MessageUUID=m-0001")],
    ["repeated form values are sorted, none dropped", make(`${url}?A1A1A2Bx`, "B=x&A=2&A=1&A=1")],
    ["query values are signed decoded", make(`${url}?a=x y&b=ö.CallUUIDc-0001`, "CallUUID=c-0001", `${url}?b=%C3%B6&a=x%20y`)],
    ["two signatures, the second is ours", withHeader(good, name, (value) => `${sign("other", "old-token")},${value}`)],
  ], [
    ...refusals(good, { edit: inHeader(name), wrong: "another-token", tamper: [["14155550100", "14155550101"]] }),
    ["another nonce", withHeader(good, nonceName, (value) => `${value}1`)],
    ["a parameter was added", { ...good, body: `${good.body}&X=1` }],
    ["the query was changed", { ...make(`${url}?a=1&b=2`, "", `${url}?b=2&a=1`), url: `${url}?b=2&a=2` }],
    ["two signatures, neither is ours", withHeader(good, name, () => `${sign("other")},${sign("another")}`)],
  ]);
}

async function hubspot() {
  const { Signature } = require("@hubspot/api-client");
  const key = "test-hubspot-client-secret";
  const by = npm("@hubspot/api-client");
  {
    const [name, time] = ["x-hubspot-signature-v3", "x-hubspot-request-timestamp"];
    const url = "https://hooks.example.com/webhooks/hubspot_v3";
    const accepts = (r) => Signature.isValid({
      signatureVersion: "v3", method: r.method, url: r.url, requestBody: r.body, clientSecret: r.secrets[0],
      signature: header(r, name), timestamp: header(r, time) && Number(header(r, time)),
    });
    const make = (body, at = url, timestamp = NOW - 2000, method = "POST") => ({
      secrets: [key], url: at, method, body,
      headers: [[name, Signature.getSignature(method, "v3", { clientSecret: key, url: at, requestBody: body, timestamp })], [time, `${timestamp}`]],
    });
    const good = make(PLAIN);
    await provider("hubspot_v3", by, accepts, [
      ["method, URL, body and time in milliseconds", good, { timestamp_ms: NOW - 2000 }],
      ["non-ASCII text, CRLF and white space in the body", make(ODD)],
      ["the URL has a query", make(PLAIN, `${url}?portal=62515&x=a-b`)],
      ["299 seconds old", make(PLAIN, url, NOW - 299000)],
    ], [
      ...refusals(good, { edit: inHeader(name), wrong: "another-client-secret" }),
      ["301 seconds old, correctly signed", make(PLAIN, url, NOW - 301000)],
      ["the time was changed", withHeader(good, time, () => `${NOW - 1000}`)],
      ["the time is missing", withoutHeader(good, time)],
      ["another URL", { ...good, url: `${url}?x=1` }],
    ]);
    // The documentation has twelve escapes decoded before the URL is signed; the package leaves that to its caller.
    const decoded = { "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'", "%28": "(", "%29": ")", "%2A": "*", "%2C": ",", "%3B": ";" };
    const readable = (at) => at.replace(/%[0-9A-F]{2}/g, (escape) => decoded[escape] ?? escape);
    const escaped = `${url}?next=https%3A%2F%2Fexample.com%2F%3Fa%3Db&who=a%40b%21%20%24%27%28x%29%2A%2C%3B%C3%A4`;
    await independent("hubspot_v3", (r) => accepts({ ...r, url: readable(r.url) }), [
      ["twelve escapes in the URL are decoded, the others stay", { ...make(PLAIN, readable(escaped)), url: escaped }],
    ], [
      ["all escapes in the URL were decoded", { ...make(PLAIN, decodeURIComponent(escaped)), url: escaped }],
    ]);
  }
  for (const version of ["v1", "v2"]) {
    const [name, which] = ["x-hubspot-signature", "x-hubspot-signature-version"];
    const slug = `hubspot_${version}`;
    const url = `https://hooks.example.com/webhooks/${slug}`;
    const accepts = (r) => Signature.isValid({
      signatureVersion: version, method: r.method, url: r.url, requestBody: r.body, clientSecret: r.secrets[0], signature: header(r, name),
    });
    const make = (body, at = url) => ({
      secrets: [key], url: at, body,
      headers: [[name, Signature.getSignature("POST", version, { clientSecret: key, url: at, requestBody: body })], [which, version]],
    });
    const good = make(PLAIN);
    await provider(slug, by, accepts, [
      [version === "v1" ? "hash of client secret and body" : "hash of client secret, method, URL and body", good],
      ["non-ASCII text, CRLF and white space in the body", make(ODD)],
      ...(version === "v2" ? [["the URL has a query", make(PLAIN, `${url}?portal=62515`)]] : []),
    ], [
      ...refusals(good, { edit: inHeader(name), wrong: "another-client-secret" }),
      ...(version === "v2" ? [["another URL", { ...good, url: `${url}?x=1` }]] : []),
    ]);
    const test = (signature, body, at, method) => ({ secrets: ["yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"], url: at, method, headers: [[name, signature], [which, version]], body });
    const documented = "https://www.example.com/webhook_uri";
    await published(slug, "HubSpot documentation and @hubspot/api-client tests", accepts, version === "v1" ? [
      ["a contact event", test("232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de", '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]', undefined, "POST")],
    ] : [
      ["GET without a body", test("eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e", "", documented, "GET")],
      ["POST with a body", test("9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900", '{"example_field":"example_value"}', documented, "POST")],
    ]);
  }
}

async function contentful() {
  const { signRequest, verifyRequest } = require("@contentful/node-apps-toolkit");
  const key = "t".repeat(64);
  const path = (url) => url.replace(/^https?:\/\/[^/]+/, "");
  const accepts = (r) => verifyRequest(r.secrets[0], { method: r.method, path: path(r.url), headers: headersOf(r), body: r.body });
  const url = "https://hooks.example.com/webhooks/contentful";
  const make = (body, at = url, timestamp = NOW - 2000, own = { "content-type": "application/vnd.contentful.management.v1+json", "x-contentful-topic": "ContentManagement.Entry.publish" }) => ({
    secrets: [key], url: at, body,
    headers: Object.entries({ ...own, ...signRequest(key, { method: "POST", path: path(at), headers: own, body }, timestamp) }),
  });
  const good = make(PLAIN);
  const [name, time, list] = ["x-contentful-signature", "x-contentful-timestamp", "x-contentful-signed-headers"];
  await provider("contentful", npm("@contentful/node-apps-toolkit"), accepts, [
    ["method, path, signed headers and body", good, { type: "ContentManagement.Entry.publish", timestamp_ms: NOW - 2000 }],
    ["non-ASCII text, CRLF and white space in the body", make(ODD)],
    ["the query is escaped as one value and then once more", make(PLAIN, `${url}?a=1&b=x y`.replace(" ", "%20"))],
    ["escapes in the path are escaped once more", make(PLAIN, `${url}/a%20b`)],
    ["only the two headers that must be signed", make(PLAIN, url, NOW - 2000, {})],
    ["white space around a signed header value does not count", withHeader(good, "x-contentful-topic", (value) => ` ${value}  `)],
    ["a header that is not signed may be added", { ...good, headers: [...good.headers, ["x-request-id", "7"]] }],
    ["29 seconds old", make(PLAIN, url, NOW - 29000)],
  ], [
    ...refusals(good, { edit: inHeader(name), wrong: "u".repeat(64) }),
    ["31 seconds old, correctly signed", make(PLAIN, url, NOW - 31000)],
    ["the time was changed", withHeader(good, time, () => `${NOW - 1000}`)],
    ["a signed header was changed", withHeader(good, "x-contentful-topic", () => "ContentManagement.Entry.delete")],
    ["a signed header is missing", withoutHeader(good, "x-contentful-topic")],
    ["a header was taken off the list of signed ones", withHeader(good, list, (value) => value.replace(",x-contentful-topic", ""))],
    ["another path", { ...good, url: `${url}/other` }],
  ]);
}

async function messagebirdLegacy() {
  const signature = require("messagebird/lib/signature");
  const key = "test-messagebird-signing-key";
  const [name, time] = ["messagebird-signature", "messagebird-request-timestamp"];
  const url = "https://hooks.example.com/webhooks/messagebird_legacy";
  const query = (at) => ({ ...querystring.parse(at.split("?")[1] ?? "") });
  const accepts = (r) => signature.validate({ headers: headersOf(r), query: query(r.url), body: r.body }, r.secrets[0]);
  const make = (body, at = url, timestamp = SECONDS - 2) => {
    const headers = { [time]: `${timestamp}` };
    return { secrets: [key], url: at, body, headers: [[name, b64(signature.generate({ headers, query: query(at), body }, key))], [time, `${timestamp}`]] };
  };
  const good = make(PLAIN, `${url}?recipient=31612345678&id=0001&status=delivered`);
  await provider("messagebird_legacy", npm("messagebird"), accepts, [
    ["time, sorted query and digest of the body", good, { timestamp_ms: (SECONDS - 2) * 1000 }],
    ["non-ASCII text, CRLF and white space in the body", make(ODD)],
    ["no body", make("", `${url}?status=delivered&id=0001`)],
    ["99 seconds old", make(PLAIN, url, SECONDS - 99)],
    ["a plus sign in statusDatetime is itself, not a space", {
      ...make("", `${url}?id=0001&statusDatetime=2025-11-24T15%3A59%3A58%2B00%3A00`), url: `${url}?statusDatetime=2025-11-24T15:59:58+00:00&id=0001`,
    }],
    ["escapes in the query are decoded and written again", make(PLAIN, `${url}?b=a%20b&a=x%2fy&c=Gr%c3%bc%c3%9fe`)],
  ], [
    ...refusals(good, { edit: inHeader(name), wrong: "another-signing-key" }),
    ["101 seconds old, correctly signed", make(PLAIN, url, SECONDS - 101)],
    ["the query was changed", { ...good, url: good.url.replace("delivered", "failed") }],
    ["the time was changed", withHeader(good, time, () => `${SECONDS - 1}`)],
    ["the time is missing", withoutHeader(good, time)],
  ]);
  await published("messagebird_legacy", "messagebird-nodejs lib/test.js", accepts, [
    ["a status report: query, no body", {
      secrets: ["PlLrKaqvZNRR5zAjm42ZT6q1SQxgbbGd"], now_ms: 1547198232000, method: "GET",
      url: `${url}?id=eef0ab57a9e049be946f3821568c2b2e&mccmnc=20408&ported=1&recipient=31612345678&reference=FOO&status=delivered&statusDatetime=2019-01-11T09%3A17%3A11%2B00%3A00`,
      headers: [[name, "KVBdcVdz2lYMwcBLZCRITgxUfA/WkwSi+T3Wxl2HL6w="], [time, "1547198231"]], body: "",
    }],
  ]);
}

async function sinchApplication() {
  const { VoiceCallbackWebhooks } = require("@sinch/voice");
  const [key, secret] = ["00000000-0000-4000-8000-000000000001", b64("test-sinch-application-secret-00")];
  const path = (url) => new URL(url).pathname;
  const accepts = (r) => new VoiceCallbackWebhooks({ applicationKey: r.settings.key, applicationSecret: r.secrets[0] })
    .validateAuthenticationHeader(headersOf(r), r.body, path(r.url), r.method);
  const names = ["authorization", "content-type", "x-timestamp"];
  const url = "https://hooks.example.com/webhooks/sinch_application";
  const make = (body, { scheme = "Application", type = "application/json; charset=utf-8", timestamp = "2025-11-24T15:59:58.0000000Z" } = {}) => {
    const signed = ["POST", b64(hash("md5", body)), type, `x-timestamp:${timestamp}`, path(url)].join("\n");
    return {
      secrets: [secret], settings: { key }, url, body,
      headers: [[names[0], `${scheme} ${key}:${b64(hmac("sha256", Buffer.from(secret, "base64"), signed))}`], [names[1], type], [names[2], timestamp]],
    };
  };
  const good = make('{"event":"ice","callid":"1999","version":1}');
  const edit = (request, change) => withHeader(request, names[0], (value) => value.replace(/[^:]*$/, change));
  await provider("sinch_application", npm("@sinch/voice"), accepts, [
    ["scheme Application", good],
    ["scheme Application, non-ASCII text, CRLF and white space in the body", make(ODD)],
    ["scheme Application in lower case", make(PLAIN, { scheme: "application" })],
  ], [
    ...refusals(good, { edit, wrong: b64("another-sinch-application-secret") }),
    ["scheme Application, another key", withHeader(good, names[0], (value) => value.replace("0001:", "0002:"))],
    ["scheme Application, the time was changed", withHeader(good, names[2], (value) => value.replace("58.", "59."))],
    ["scheme Application, another type", withHeader(good, names[1], () => "application/json")],
    ["scheme Application, another path", { ...good, url: `${url}/other` }],
    ["scheme Application, another method", { ...good, method: "PUT" }],
  ]);
  const test = (body) => ({
    secrets: ["BeIukql3pTKJ8RGL5zo0DA=="], settings: { key: "669E367E-6BBA-48AB-AF15-266871C28135" }, now_ms: 1411556382000,
    url: "https://callbacks.yourdomain.com/sinch/callback/ace", body,
    headers: [[names[0], "Application 669E367E-6BBA-48AB-AF15-266871C28135:Tg6fMyo8mj9pYfWQ9ssbx3Tc1BNC87IEygAfLbJqZb4="], [names[1], "application/json"], [names[2], "2014-09-24T10:59:41Z"]],
  });
  const body = '{"event":"ace","callid":"822aa4b7-05b4-4d83-87c7-1f835ee0b6f6_257","timestamp":"2014-09-24T10:59:41Z","version":1}';
  await published("sinch_application", "Sinch documentation, callback signed request", accepts, [["an answered call", test(body)]]);
}

async function trello() {
  const key = "test-trello-application-secret";
  const name = "x-trello-webhook";
  const url = "https://hooks.example.com/webhooks/trello?board=7";
  const sign = (secret, body, at) => b64(hmac("sha1", secret, body + at));
  const accepts = (r) => equal(header(r, name), sign(r.secrets[0], r.body, r.url));
  const make = (body, at = url) => ({ secrets: [key], url: at, body, headers: [[name, sign(key, body, at)]] });
  const good = make('{"action":{"id":"0001","type":"updateCard","data":{"card":{"name":"1999"}}}}');
  await independent("trello", accepts, [
    ["the body, then the callback URL", good, { type: "updateCard" }],
    ["non-ASCII text, CRLF and white space in the body", make(ODD)],
  ], [
    ...refusals(good, { edit: inHeader(name), wrong: "another-secret" }),
    ["another callback URL", { ...good, url: url.replace("7", "8") }],
  ]);
}

// ---- Single fields ---------------------------------------------------------------------------------------------------------

async function adyen() {
  const { hmacValidator: HmacValidator } = require("@adyen/api-library");
  const validator = new HmacValidator();
  const key = "0123456789ABCDEF".repeat(4);
  const items = (body) => JSON.parse(body).notificationItems.map((item) => item.NotificationRequestItem);
  const accepts = (r) => items(r.body).every((item) => validator.validateHMAC(item, r.secrets[0]));
  const item = (fields) => {
    const content = {
      amount: { value: 1999, currency: "EUR" }, eventCode: "AUTHORISATION", eventDate: "2025-11-24T16:00:00+01:00", merchantAccountCode: "TestMerchant",
      merchantReference: "order-0001", originalReference: "", pspReference: "8515131751004933", reason: "033899:1111:03/2030", success: "true", ...fields,
    };
    return { NotificationRequestItem: { additionalData: { hmacSignature: validator.calculateHmac(content, key) }, ...content } };
  };
  const make = (...list) => ({ secrets: [key], headers: [JSON_TYPE], body: JSON.stringify({ live: "false", notificationItems: list }) });
  const good = make(item({}));
  const edit = inBody((body) => items(body)[0].additionalData.hmacSignature);
  const two = make(item({}), item({ pspReference: "8515131751004934", eventCode: "CAPTURE", originalReference: "8515131751004933" }));
  await provider("adyen", npm("@adyen/api-library"), accepts, [
    ["eight fields of the item joined by colons", good, { type: "AUTHORISATION" }],
    ["with an original reference", make(item({ originalReference: "8515131751004000", eventCode: "REFUND", success: "false" }))],
    ["no original reference at all", make(item({ originalReference: undefined }))],
    ["colons, backslashes and non-ASCII text in a field are not escaped", make(item({ merchantReference: "Köln:a\\b 日本" }))],
    ["white space between the JSON tokens does not count", { ...good, body: `${JSON.stringify(JSON.parse(good.body), null, 2)}\r\n` }],
    ["an amount of nothing", make(item({ amount: { value: 0, currency: "JPY" } }))],
    ["two items, each with its own signature", two],
    ["a field that is not covered was changed", { ...good, body: good.body.replace("033899", "033898") }],
  ], [
    ...refusals(good, { edit, wrong: "FEDCBA9876543210".repeat(4) }),
    ["the item says success instead of failure", (() => {
      const failed = make(item({ success: "false" }));
      return { ...failed, body: failed.body.replace('"success":"false"', '"success":"true"') };
    })()],
    ["two items, the second changed", { ...two, body: two.body.replace("CAPTURE", "REFUND") }],
    ["two items, the second has no signature", make(item({}), { NotificationRequestItem: { ...item({}).NotificationRequestItem, additionalData: {} } })],
    ["no signature in the item", { ...good, body: good.body.replace(/"additionalData":\{[^}]*\},/, "") }],
  ]);
  const test = (signature) => ({
    secrets: ["44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"], headers: [JSON_TYPE],
    body: JSON.stringify({ live: "false", notificationItems: [{ NotificationRequestItem: {
      pspReference: "7914073381342284", originalReference: "", merchantAccountCode: "TestMerchant", merchantReference: "TestPayment-1407325143704",
      amount: { value: 1130, currency: "EUR" }, eventCode: "AUTHORISATION", success: "true", additionalData: { hmacSignature: signature },
    } }] }),
  });
  await published("adyen", "adyen-python-api-library test/UtilTest.py", accepts, [
    ["the notification of the documentation", test("coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0="), { type: "AUTHORISATION" }],
  ]);
}

async function mercadoPago() {
  const { WebhookSignatureValidator } = require("mercadopago");
  const key = "test-mercado-pago-secret";
  const name = "x-signature";
  const url = (id) => `https://hooks.example.com/webhooks/mercado_pago?${id === undefined ? "" : `data.id=${id}&`}type=payment`;
  const accepts = (r) => {
    WebhookSignatureValidator.validate({
      xSignature: header(r, name), xRequestId: header(r, "x-request-id"), dataId: new URL(r.url).searchParams.get("data.id"), secret: r.secrets[0],
    });
    return true;
  };
  const body = '{"id":12345,"action":"payment.updated","type":"payment","data":{"id":"1999"}}';
  const make = ({ id = "1999", requestId = "bb56a2f1-6aae-46ac-982e-9dcd3581d08e", ts = `${SECONDS - 2}`, signed, sep = "," } = {}) => {
    const manifest = signed ?? `id:${id};request-id:${requestId};ts:${ts};`;
    return {
      secrets: [key], url: url(id), body,
      headers: [[name, `ts=${ts}${sep}v1=${hmac("sha256", key, manifest).toString("hex")}`], ["x-request-id", requestId]],
    };
  };
  const good = make();
  const ts = `${SECONDS - 2}`;
  await provider("mercado_pago", npm("mercadopago"), accepts, [
    ["the data id of the query, the request id and the time", good, { timestamp_ms: (SECONDS - 2) * 1000 }],
    ["the time in milliseconds", make({ ts: `${NOW - 2000}` })],
    ["no data id: its part is left out", { ...make({ signed: `request-id:bb56a2f1-6aae-46ac-982e-9dcd3581d08e;ts:${ts};` }), url: url() }],
    ["no request id: its part is left out", withoutHeader(make({ signed: `id:1999;ts:${ts};` }), "x-request-id")],
    ["white space after the comma", make({ sep: ", " })],
    ["the body is not covered: non-ASCII text", { ...good, body: ODD }],
  ], [
    ...refusals(good, { edit: inHeader(name), wrong: "another-secret", tamper: [] }),
    ["another data id", { ...good, url: url("2000") }],
    ["another request id", withHeader(good, "x-request-id", () => "cc56a2f1-6aae-46ac-982e-9dcd3581d08e")],
    ["the time was changed", withHeader(good, name, (value) => value.replace(ts, `${SECONDS - 1}`))],
    ["no time", withHeader(good, name, (value) => value.split(",")[1])],
    ["a version that nobody knows", withHeader(good, name, (value) => value.replace("v1=", "v2="))],
  ]);
}

async function dropboxSign() {
  const { EventCallbackHelper, EventCallbackRequest } = require("@dropbox/sign");
  const key = "test-dropbox-sign-api-key";
  const boundary = "------------------------8c1e0001";
  const type = ["content-type", `multipart/form-data; boundary=${boundary}`];
  const accepts = async (r) => {
    const form = await new Response(r.body, { headers: { "content-type": header(r, "content-type") } }).formData();
    return EventCallbackHelper.isValid(r.secrets[0], EventCallbackRequest.init(JSON.parse(form.get("json"))));
  };
  const make = ({ time = `${SECONDS - 2}`, kind = "signature_request_sent", more = { title: "1999" }, space } = {}) => {
    const event = { event_type: kind, event_time: time, event_hash: hmac("sha256", key, time + kind).toString("hex"), event_metadata: { reported_for_account_id: "0001" } };
    const json = JSON.stringify({ event, signature_request: more }, null, space);
    return { secrets: [key], headers: [type], body: `--${boundary}\r\nContent-Disposition: form-data; name="json"\r\n\r\n${json}\r\n--${boundary}--\r\n` };
  };
  const good = make();
  const edit = inBody((body) => body.match(/"event_hash":"([0-9a-f]+)"/)[1]);
  await provider("dropbox_sign", npm("@dropbox/sign"), accepts, [
    ["time and type of the event, in the json part of a form", good, { type: "signature_request_sent", timestamp_ms: (SECONDS - 2) * 1000 }],
    ["non-ASCII text and white space in the event", make({ more: { title: "Grüße aus Köln, 日本語 🦀" }, space: 2 }), { type: "signature_request_sent" }],
    ["what is not covered was changed", { ...good, body: good.body.replace("1999", "9999") }],
  ], [
    ...refusals(good, { edit, wrong: "another-api-key", tamper: [] }),
    ["another type of event", { ...good, body: good.body.replace("request_sent", "request_signed") }],
    ["another time", { ...good, body: good.body.replace(`"${SECONDS - 2}"`, `"${SECONDS - 1}"`) }],
  ]);
}

async function braintree() {
  const { BraintreeGateway, Environment } = require("braintree");
  const gateway = (publicKey, privateKey) => new BraintreeGateway({ environment: Environment.Sandbox, merchantId: "test_merchant", publicKey, privateKey });
  const [publicKey, privateKey] = ["test_public_key", "test_braintree_private_key"];
  const accepts = async (r) => {
    const form = new URLSearchParams(r.body);
    return Boolean(await gateway(r.settings.public_key, r.secrets[0]).webhookNotification.parse(form.get("bt_signature"), form.get("bt_payload")));
  };
  const wire = (signature, payload) => ({
    secrets: [privateKey], settings: { public_key: publicKey }, headers: [FORM], body: new URLSearchParams({ bt_signature: signature, bt_payload: payload }).toString(),
  });
  const sample = (kind, id) => {
    const { bt_signature, bt_payload } = gateway(publicKey, privateKey).webhookTesting.sampleNotification(kind, id);
    return [bt_signature, bt_payload];
  };
  const [signature, payload] = sample("subscription_went_past_due", "sub_0001");
  const xml = Buffer.from(payload, "base64").toString();
  const changed = `${b64(xml.replace("sub_0001", "sub_0002"))}\n`;
  const sign = (text) => `${publicKey}|${hmac("sha1", hash("sha1", privateKey), text).toString("hex")}`;
  const own = `${b64('<notification><timestamp type="datetime">2025-11-24T16:00:00Z</timestamp><kind>check</kind><subject><check type="boolean">true</check><note>Grüße 日本 🦀</note></subject></notification>')}`;
  const good = wire(signature, payload);
  const edit = (request, change) => wire(change(signature), payload);
  await provider("braintree", npm("braintree"), accepts, [
    ["the base64 text, line end included", good],
    ["the payload arrived without the line end that was signed", wire(signature, payload.trimEnd())],
    ["the payload is signed without a line end", wire(sign(own), own)],
    ["several pairs: the one with our public key counts", wire(`other_key|${"0".repeat(40)}&${signature}`, payload)],
    ["a dispute, other kind of notification", wire(...sample("dispute_opened", "dispute_0001"))],
  ], [
    ["the payload was changed", wire(signature, changed)],
    ["the private key is another one", { ...good, secrets: ["another_private_key"] }],
    ["the public key of the pair is not ours", { ...good, settings: { public_key: "another_public_key" } }],
    ["the signature has one digit changed", wire(signature.replace(/.$/, (digit) => (digit === "0" ? "1" : "0")), payload)],
    ["the signature is cut short", edit(good, cut)],
    ["the signature is empty", wire("", payload)],
    ["no digits after the public key", wire(`${publicKey}|`, payload)],
    ["characters in the payload that are not base64", wire(sign("a b!"), "a b!")],
  ]);
}

async function opennode() {
  const { OpenNodeClient } = require("opennode");
  const key = "test-opennode-api-key";
  const accepts = (r) => new OpenNodeClient(r.secrets[0], "dev").verifySignature(Object.fromEntries(new URLSearchParams(r.body)));
  const make = (fields, id = "charge-0001") => ({
    secrets: [key], headers: [FORM], body: new URLSearchParams({ id, callback_url: "https://hooks.example.com/webhooks/opennode", ...fields, hashed_order: hmac("sha256", key, id).toString("hex") }).toString(),
  });
  const good = make({ status: "paid", price: "1999" });
  await provider("opennode", npm("opennode"), accepts, [
    ["the id of the charge", good, { id: "charge-0001" }],
    ["non-ASCII text in other fields", make({ description: "Grüße aus Köln\r\n日本 🦀", status: "paid" }, "47bb7b57-96e8-4d26-9a2d-1b0000000001")],
    ["a field that is not covered was changed", { ...good, body: good.body.replace("1999", "9999") }],
  ], refusals(good, { edit: inBody((body) => body.match(/hashed_order=(\w+)/)[1]), wrong: "another-key", tamper: [["charge-0001", "charge-0002"]] }));
}

async function smileId() {
  const { Signature } = require("smile-identity-core");
  const [partner, key] = ["001", "test-smile-id-api-key"];
  const accepts = (r) => {
    const { timestamp, signature } = JSON.parse(r.body);
    return new Signature(r.settings.partner_id, r.secrets[0]).confirm_signature(timestamp, signature);
  };
  const make = (timestamp, fields, space) => ({
    secrets: [key], settings: { partner_id: partner }, headers: [JSON_TYPE],
    body: JSON.stringify({ ...fields, ...new Signature(partner, key).generate_signature(timestamp) }, null, space),
  });
  const good = make("2025-11-24T15:59:58.000Z", { SmileJobID: "0000001999", ResultCode: "1012" });
  const edit = inBody((body) => JSON.parse(body).signature);
  await provider("smile_id", npm("smile-identity-core"), accepts, [
    ["time, partner id and a fixed word", good, { timestamp_ms: Date.parse("2025-11-24T15:59:58.000Z") }],
    ["non-ASCII text and white space in the body", make("2025-11-24T15:59:58.123Z", { FullName: "Jürgen 日本 🦀" }, 2)],
    ["a time with an offset", make("2025-11-24T16:59:58+01:00", {})],
    ["a field that is not covered was changed", { ...good, body: good.body.replace("1012", "1013") }],
  ], [
    ...refusals(good, { edit, wrong: "another-api-key", tamper: [["15:59:58", "15:59:59"]] }),
    ["another partner id", { ...good, settings: { partner_id: "002" } }],
  ]);
}

// ---- Keyed hashes ------------------------------------------------------------------------------------------------------------

async function cloudinary() {
  const { v2 } = require("cloudinary");
  const key = "test-cloudinary-api-secret";
  const [name, time] = ["x-cld-signature", "x-cld-timestamp"];
  const accepts = (r) => {
    v2.config({ api_secret: r.secrets[0], signature_algorithm: r.settings.signature_algorithm ?? "sha1" });
    return v2.utils.verifyNotificationSignature(r.body, Number(header(r, time)), header(r, name));
  };
  const make = (body, timestamp = SECONDS - 2, algorithm = "sha1") => ({
    secrets: [key], ...(algorithm === "sha1" ? {} : { settings: { signature_algorithm: algorithm } }), body,
    headers: [[name, hash(algorithm, body, `${timestamp}`, key).toString("hex")], [time, `${timestamp}`]],
  });
  const good = make('{"notification_type":"upload","public_id":"a","bytes":1999}');
  await provider("cloudinary", npm("cloudinary"), accepts, [
    ["hash of body, time and secret", good, { type: "upload", timestamp_ms: (SECONDS - 2) * 1000 }],
    ["non-ASCII text, CRLF and white space in the body", make(ODD)],
    ["an account that uses SHA-256", make(PLAIN, SECONDS - 2, "sha256")],
    ["7199 seconds old", make(PLAIN, SECONDS - 7199)],
  ], [
    ...refusals(good, { edit: inHeader(name), wrong: "another-secret" }),
    ["7201 seconds old, correctly signed", make(PLAIN, SECONDS - 7201)],
    ["the time was changed", withHeader(good, time, () => `${SECONDS - 1}`)],
    ["SHA-256 where the account uses SHA-1", { ...make(PLAIN, SECONDS - 2, "sha256"), settings: undefined }],
  ]);
  const test = (body, timestamp = "1549533514") => ({
    secrets: ["X7qLTrsES31MzxxkxPPA-pAGGfU"], now_ms: 1549533574000, body,
    headers: [[name, "dfe82de1d9083fe0b7ea68070649f9a15b8874da"], [time, timestamp]],
  });
  const body = '{"notification_type":"eager","eager":[{"transformation":"sp_full_hd/mp4","bytes":1055,"url":"http://res.cloudinary.com/demo/video/upload/sp_full_hd/v1533125278/dog.mp4","secure_url":"https://res.cloudinary.com/demo/video/upload/sp_full_hd/v1533125278/dog.mp4"}],"public_id":"dog","batch_id":"9b11fa058c61fa577f4ec516bf6ee756ac2aefef095af99aef1302142cc1694a"}';
  await published("cloudinary", "cloudinary_php tests/Unit/Utils/SignatureVerifierTest.php", accepts, [["an eager transformation", test(body), { type: "eager", timestamp_ms: 1549533514000 }]], [
    ["the body in braces once more", test(`{${body}}`)],
    ["another time", test(body, "1549533513")],
  ]);
}

async function moralis() {
  const { Core } = require("@moralisweb3/common-core");
  const { Streams } = require("@moralisweb3/streams");
  const key = "test-moralis-streams-secret";
  const name = "x-signature";
  const sign = (body, secret = key) => `0x${Buffer.from(keccak_256(body + secret)).toString("hex")}`;
  const accepts = (r) => {
    const core = Core.create();
    const streams = Streams.create(core);
    core.registerModule(streams);
    core.config.set("streamsSecret", r.secrets[0]);
    return streams.verifySignature({ body: JSON.parse(r.body), signature: header(r, name) });
  };
  const make = (body) => ({ secrets: [key], headers: [[name, sign(body)]], body });
  const good = make('{"confirmed":true,"chainId":"0x1","streamId":"0001","tag":"t","txs":[{"value":"1999"}]}');
  await provider("moralis", npm("@moralisweb3/streams"), accepts, [
    ["Keccak-256 of body and secret", good],
    ["non-ASCII text in the body", make(COMPACT)],
    ["an empty object", make("{}")],
  ], [
    ...refusals(good, { edit: inHeader(name), wrong: "another-secret" }),
    ["SHA3-256 instead of Keccak-256", withHeader(good, name, () => `0x${hash("sha3-256", good.body, key).toString("hex")}`)],
  ]);
}

// ---- Public keys -------------------------------------------------------------------------------------------------------------

async function standardWebhooks() {
  const names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
  const publicKey = (key) => `whpk_${b64(rawEd25519(key))}`;
  const accepts = (r) => {
    const [id, timestamp, signatures] = names.map((name) => header(r, name));
    if (!/^\d+$/.test(timestamp ?? "") || Math.abs(r.now_ms / 1000 - Number(timestamp)) > 300) return false;
    return signatures.split(" ").some((entry) => {
      const [version, signature] = [entry.slice(0, entry.indexOf(",")), Buffer.from(entry.slice(entry.indexOf(",") + 1), "base64")];
      return version === "v1a" && r.secrets.some((secret) => {
        const key = crypto.createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: b64url(Buffer.from(secret.slice(5), "base64")) }, format: "jwk" });
        return crypto.verify(null, Buffer.from(`${id}.${timestamp}.${r.body}`), key, signature);
      });
    });
  };
  const make = (body, timestamp = `${SECONDS - 2}`, id = "msg_0001") => ({
    secrets: [publicKey(ED25519)], body,
    headers: [[names[0], id], [names[1], timestamp], [names[2], `v1a,${b64(ed25519(`${id}.${timestamp}.${body}`))}`]],
  });
  const good = make(PLAIN);
  const foreign = `v1,${b64(hmac("sha256", "other", PLAIN))}`;
  await independent("standard_webhooks_v1a", accepts, [
    ["id, time and body", good, { id: "msg_0001", type: "invoice.paid", timestamp_ms: (SECONDS - 2) * 1000 }],
    ["non-ASCII text, CRLF and white space in the body", make(ODD)],
    ["a v1 entry beside it, in front", withHeader(good, names[2], (value) => `${foreign} ${value}`)],
    ["a v1 entry beside it, behind", withHeader(good, names[2], (value) => `${value} ${foreign}`)],
    ["two public keys, the second is the sender's", { ...good, secrets: [publicKey(OTHER_ED25519), publicKey(ED25519)] }],
    ["two v1a entries, the second is right", withHeader(good, names[2], (value) => `v1a,${b64(ed25519("old"))} ${value}`)],
    ["299 seconds ahead", make(PLAIN, `${SECONDS + 299}`)],
  ], [
    ...refusals(good, { edit: inHeader(names[2]), wrong: publicKey(OTHER_ED25519) }),
    ["301 seconds old, correctly signed", make(PLAIN, `${SECONDS - 301}`)],
    ["301 seconds ahead, correctly signed", make(PLAIN, `${SECONDS + 301}`)],
    ["another id", withHeader(good, names[0], () => "msg_0002")],
    ["the time was changed", withHeader(good, names[1], () => `${SECONDS - 1}`)],
    ["the entry is labelled v1", withHeader(good, names[2], (value) => value.replace("v1a,", "v1,"))],
  ]);
  const test = {
    secrets: ["whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="], now_ms: 1614265330000, body: '{"test": 2432232314}',
    headers: [[names[0], "msg_p5jXN8AQM9LWM0D4loKWxJek"], [names[1], "1614265330"], [names[2], "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="]],
  };
  await published("standard_webhooks_v1a", "svix-webhooks server/svix-server/src/worker.rs tests", accepts, [
    ["the message of the tests", test, { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp_ms: 1614265330000 }],
  ]);
}

async function discord() {
  const { verifyKey } = require("discord-interactions");
  const [name, time] = ["x-signature-ed25519", "x-signature-timestamp"];
  const hex = (key) => rawEd25519(key).toString("hex");
  const accepts = (r) => verifyKey(r.body, header(r, name), header(r, time), r.secrets[0]);
  const make = (body, timestamp = `${SECONDS - 2}`) => ({
    secrets: [hex(ED25519)], body, headers: [[name, ed25519(timestamp + body).toString("hex")], [time, timestamp]],
  });
  const good = make('{"id":"1999","application_id":"0001","type":2,"token":"t","version":1,"data":{"name":"ping"}}');
  await provider("discord", npm("discord-interactions"), accepts, [
    ["time and body", good, { id: "1999" }],
    ["non-ASCII text, CRLF and white space in the body", make(ODD)],
    ["a ping", make('{"id":"0002","application_id":"0001","type":1,"version":1}')],
    ["two hours old: Discord's own verifier has no window", make(PLAIN, `${SECONDS - 7200}`)],
  ], [
    ...refusals(good, { edit: inHeader(name), wrong: hex(OTHER_ED25519) }),
    ["the time was changed", withHeader(good, time, () => `${SECONDS - 1}`)],
    ["the time is missing", withoutHeader(good, time)],
    ["the signature has one digit changed", withHeader(good, name, (value) => value.replace(/^./, (digit) => (digit === "0" ? "1" : "0")))],
  ]);
}

async function telnyx() {
  const Telnyx = require("telnyx").default ?? require("telnyx");
  const [name, time] = ["telnyx-signature-ed25519", "telnyx-timestamp"];
  const base64 = (key) => b64(rawEd25519(key));
  const accepts = async (r) => {
    const client = new Telnyx({ apiKey: "KEYtest", publicKey: r.secrets[0] });
    return Boolean(await client.webhooks.unwrap(r.body, { headers: headersOf(r) }));
  };
  const make = (body, timestamp = `${SECONDS - 2}`) => ({
    secrets: [base64(ED25519)], body, headers: [[name, b64(ed25519(`${timestamp}|${body}`))], [time, timestamp]],
  });
  const good = make('{"data":{"id":"0001","event_type":"message.received","record_type":"event","payload":{"text":"1999"}}}');
  await provider("telnyx", npm("telnyx"), accepts, [
    ["time, a bar and the body", good, { id: "0001", type: "message.received", timestamp_ms: (SECONDS - 2) * 1000 }],
    ["non-ASCII text, CRLF and white space in the body", make(ODD)],
    ["300 seconds old", make(PLAIN, `${SECONDS - 300}`)],
    ["300 seconds ahead", make(PLAIN, `${SECONDS + 300}`)],
  ], [
    ...refusals(good, { edit: inHeader(name), wrong: base64(OTHER_ED25519) }),
    ["301 seconds old, correctly signed", make(PLAIN, `${SECONDS - 301}`)],
    ["301 seconds ahead, correctly signed", make(PLAIN, `${SECONDS + 301}`)],
    ["the time was changed", withHeader(good, time, () => `${SECONDS - 1}`)],
    ["a sign before the time", make(PLAIN, `+${SECONDS - 2}`)],
    ["no padding on the signature", withHeader(good, name, (value) => value.replace(/=+$/, ""))],
  ]);
}

async function sendgrid() {
  const { EventWebhook } = require("@sendgrid/eventwebhook");
  const [name, time] = ["x-twilio-email-event-webhook-signature", "x-twilio-email-event-webhook-timestamp"];
  const accepts = (r) => {
    const webhook = new EventWebhook();
    return webhook.verifySignature(webhook.convertPublicKeyToECDSA(r.secrets[0]), r.body, header(r, name), header(r, time));
  };
  const make = (body, timestamp = `${SECONDS - 2}`) => ({
    secrets: [b64(spki(P256))], body,
    headers: [[name, b64(ecdsa(p256, TEST_P256_PRIVATE_KEY, "sha256", timestamp + body, "der"))], [time, timestamp]],
  });
  const good = make('[{"email":"a@example.com","event":"delivered","sg_event_id":"0001","timestamp":1999}]\r\n');
  await provider("sendgrid", npm("@sendgrid/eventwebhook"), accepts, [
    ["time and body, which ends in CRLF", good, { id: "0001", type: "delivered" }],
    ["non-ASCII text, CRLF and white space in the body", make(ODD)],
    ["two hours old: SendGrid's own verifier has no window", make(PLAIN, `${SECONDS - 7200}`)],
  ], [
    ...refusals(good, { edit: inHeader(name), wrong: b64(spki(OTHER_P256)) }),
    ["the time was changed", withHeader(good, time, () => `${SECONDS - 1}`)],
    ["the last CRLF was trimmed", { ...good, body: good.body.trimEnd() }],
  ]);
  const single = JSON.stringify([{
    email: "hello@world.com", event: "dropped", reason: "Bounced Address", sg_event_id: "ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",
    sg_message_id: "LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0", "smtp-id": "<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>", timestamp: 1600112492,
  }]);
  const test = (body) => ({
    secrets: ["MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=="],
    now_ms: 1600112502000, body,
    headers: [[name, "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM="], [time, "1600112502"]],
  });
  await published("sendgrid", "@sendgrid/eventwebhook src/eventwebhook.spec.js", accepts, [
    ["one event", test(`${single}\r\n`), { type: "dropped", id: "ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA" }],
  ]);
}

async function wise() {
  const name = "x-signature-sha256";
  const accepts = (r) => crypto.verify("sha256", Buffer.from(r.body), crypto.createPublicKey(r.secrets[0]), Buffer.from(header(r, name), "base64"));
  const make = (body) => ({ secrets: [pem(RSA)], body, headers: [[name, b64(rsa("sha256", body))]] });
  const good = make('{"data":{"resource":{"type":"transfer","id":1999},"current_state":"processing"},"event_type":"transfers#state-change","schema_version":"2.0.0"}');
  await independent("wise", accepts, [
    ["the raw body", good, { type: "transfers#state-change" }],
    ["non-ASCII text, CRLF and white space in the body", make(ODD)],
  ], refusals(good, { edit: inHeader(name), wrong: pem(OTHER_RSA) }));
  const test = (body) => ({
    secrets: [`-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwpb91cEYuyJNQepZAVfP
ZIlPZfNUefH+n6w9SW3fykqKu938cR7WadQv87oF2VuT+fDt7kqeRziTmPSUhqPU
ys/V2Q1rlfJuXbE+Gga37t7zwd0egQ+KyOEHQOpcTwKmtZ81ieGHynAQzsn1We3j
wt760MsCPJ7GMT141ByQM+yW1Bx+4SG3IGjXWyqOWrcXsxAvIXkpUD/jK/L958Cg
nZEgz0BSEh0QxYLITnW1lLokSx/dTianWPFEhMC9BgijempgNXHNfcVirg1lPSyg
z7KqoKUN0oHqWLr2U1A+7kqrl6O2nx3CKs1bj1hToT1+p4kcMoHXA7kA+VBLUpEs
VwIDAQAB
-----END PUBLIC KEY-----
`],
    now_ms: 1629713571000, body,
    headers: [[name, "wKcKCYXAzxNgiu7xmoDm943NUni7Rz33QN8JkEA9dWSGebgndonabgSj18Y4C08OrwVmueGsED2s00M7DtJVcYKOS1i3G4TMVx+mgM3aL9djMBkQtiYNBFUd6wrPI7ZUNHv/TrlKSjTMc+6JFvUvJ7owY3z85e3I4jLRLJowMFvO8kvCJ60+1pY9wDwZvtZ//WS93LrwGjk9Dvwzpmu0w+P4J75tETT5qC3Uv0y5G2yO8SEoO3yNP/tg/BOli02niHb53vEOUWUb9bly6thnfMoXoiV/osoGxgF20R58RlvkAmezyyl1Sv542TfS2DpiwVnmjjjkCyXeSUcKookYLQ=="]],
  });
  const body = '{"data":{"resource":{"id":49983981,"profile_id":16055450,"account_id":14124090,"type":"transfer"},"current_state":"incoming_payment_waiting","previous_state":null,"occurred_at":"2021-08-23T10:12:50Z"},"subscription_id":"90aa8e14-4ef1-4a56-861c-f3c9cde097ea","event_type":"transfers#state-change","schema_version":"2.0.0","sent_at":"2021-08-23T10:12:50Z"}';
  await published("wise", "transferwise/digital-signatures-examples verify-webhook-signature", accepts, [
    ["a transfer, sandbox key", test(body), { type: "transfers#state-change" }],
  ]);
}

async function wechatPay() {
  const Pay = require("wechatpay-node-v3");
  const names = ["wechatpay-timestamp", "wechatpay-nonce", "wechatpay-serial", "wechatpay-signature"];
  const serial = "PUB_KEY_ID_0000000000002025112400000000000001";
  const parts = (r) => names.map((name) => header(r, name));
  const accepts = (r) => {
    const [timestamp, nonce, seen, signature] = parts(r);
    Pay.certificates = { [seen]: r.secrets[0] };
    return Pay.prototype.verifySign.call(Object.create(Pay.prototype), { timestamp, nonce, body: r.body, serial: seen, signature });
  };
  const make = (body, timestamp = `${SECONDS - 2}`, nonce = "EcZ9Cmy4Xyx1i6RlJQzLcCyEqDa26NBz") => ({
    secrets: [pem(RSA)], body,
    headers: [[names[0], timestamp], [names[1], nonce], [names[2], serial], [names[3], b64(rsa("sha256", `${timestamp}\n${nonce}\n${body}\n`))]],
  });
  const good = make('{"id":"0001","event_type":"TRANSACTION.SUCCESS","resource":{"ciphertext":"1999"}}');
  const bad = [
    ...refusals(good, { edit: inHeader(names[3]), wrong: pem(OTHER_RSA) }),
    ["the time was changed", withHeader(good, names[0], () => `${SECONDS - 1}`)],
    ["another nonce", withHeader(good, names[1], () => "another")],
  ];
  await provider("wechat_pay", npm("wechatpay-node-v3"), accepts, [
    ["time, nonce and body, a line each", good, { id: "0001", type: "TRANSACTION.SUCCESS", timestamp_ms: (SECONDS - 2) * 1000 }],
    ["non-ASCII text, CRLF and white space in the body", make(ODD)],
    ["no body", make("")],
  ], bad, "independent");
  // The official Go module also has a window of five minutes, both ways.
  const windowed = (r) => {
    const [timestamp, nonce, , signature] = parts(r);
    if (Math.abs(r.now_ms / 1000 - Number(timestamp)) >= 300) return false;
    return crypto.verify("sha256", Buffer.from(`${timestamp}\n${nonce}\n${r.body}\n`), crypto.createPublicKey(r.secrets[0]), Buffer.from(signature, "base64"));
  };
  await independent("wechat_pay", windowed, [
    ["299 seconds old", make(PLAIN, `${SECONDS - 299}`)],
    ["299 seconds ahead", make(PLAIN, `${SECONDS + 299}`)],
  ], [
    ["301 seconds old, correctly signed", make(PLAIN, `${SECONDS - 301}`)],
    ["301 seconds ahead, correctly signed", make(PLAIN, `${SECONDS + 301}`)],
  ]);
  const test = {
    secrets: [WECHAT_PAY_CERTIFICATE], now_ms: 1624523846000,
    headers: [
      [names[0], "1624523846"], [names[1], "EcZ9Cmy4Xyx1i6RlJQzLcCyEqDa26NBz"], [names[2], "D7CE59D1F522D701"],
      [names[3], "tJHIiIS9eB2hAYstmAmbbD3ZE5LiIm/Ug5tuL4fC0YOFRWIHV39UFIZXC0e9Wl6lBu6sKvkqDkzpqzBsVHyXFlbYZTOQrVdG4b6LfTnK4mikv9++ixJMd3vTf2yCqvBkh98zs3Ds5zsYQakzbcwhmw4fMJs4nPLws28H0UW9FjDR//rxELLwXvV1VEA1IBLX70xptjL8hrfUjEE8kkry6yNJTHZRU8CAc7qHli2Ng1V1qb9ARbK8A3ThmFmPQvRGrapI/jS2laKKgYUmfdEdkNO6B2Cke5e8VTxY406ArAmQ90GAihDwIcb16TQMnzCMBoutnwZKNiKRACrFmtxw2Q=="],
    ],
    body: '{"id":"3119dfba-e649-5eec-ab1e-3412bc4d2e17","create_time":"2021-06-24T16:37:26+08:00","resource_type":"encrypt-resource","event_type":"PAYSCORE.USER_OPEN_SERVICE","summary":"签约成功","resource":{"original_type":"payscore","algorithm":"AEAD_AES_256_GCM","ciphertext":"YDS3lKPaC4Y52Gf3uhft5qUBlIa8b428AWTtTauHQfQrRw+X1WpiuHIDy0vo1Vd6VEq67aVyqPdDYMkRVSDaZL3iZttevRMOoPKMifozg6XPWjIZumks/GpT48lI4NizyeaqLBokNebthah3o1H76qSlO9NkDjp9bzmKLEYYH9TEklFUpsvPqOTOcgSLgh21YJXYR7dEBXFgRLiNIKRgO5JdXh1hccRUAlyVWxE54PXpnQ==","associated_data":"payscore","nonce":"Kj7QIyUiYx1q"}}',
  };
  await published("wechat_pay", "wechatpay-go core/notify/notify_test.go", accepts, [
    ["a notification, the secret is a platform certificate", test, { id: "3119dfba-e649-5eec-ab1e-3412bc4d2e17", type: "PAYSCORE.USER_OPEN_SERVICE", timestamp_ms: 1624523846000 }],
  ]);
}

const WECHAT_PAY_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIDVzCCAj+gAwIBAgIJANfOWdH1ItcBMA0GCSqGSIb3DQEBCwUAMEIxCzAJBgNV
BAYTAlhYMRUwEwYDVQQHDAxEZWZhdWx0IENpdHkxHDAaBgNVBAoME0RlZmF1bHQg
Q29tcGFueSBMdGQwHhcNMjEwNDI3MDg1NTIzWhcNMzEwNDI1MDg1NTIzWjBCMQsw
CQYDVQQGEwJYWDEVMBMGA1UEBwwMRGVmYXVsdCBDaXR5MRwwGgYDVQQKDBNEZWZh
dWx0IENvbXBhbnkgTHRkMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA
2VCTd91fnUn73Xy9DLvt/V62TVxRTEEstVdeRaZ3B3leO0pldE806mXO4RwdHXag
HQ4vGeZN0yqm++rDsGK+U3AH7kejyD2pXshNP9Cq5YwbptiLGtjcquw4HNxJQUOm
DeJf2vg6byms9RUipiq4SzbJKqJFlUpbuIPDpSpWz10PYmyCNeDGUUK65E5h2B83
4uxl1zNLYQCrkdBzb8oUxwYeP5a2DNxmjL5lsJML7DGr5znsevnoqGRwTm9fxCGf
y8wus7hwKz6clt3Whmmda7UAdb1c08hEQFVRbF14AR73xbnd8N0obCWJPCbzMCtk
aSef4FdEEgEXJiw0VAJT8wIDAQABo1AwTjAdBgNVHQ4EFgQUT1c7nd/SUO76HSoZ
umNUJv1R5PwwHwYDVR0jBBgwFoAUT1c7nd/SUO76HSoZumNUJv1R5PwwDAYDVR0T
BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOCAQEAfTjxKRQMzNB/U6ZoCUS+BSNfa2Oh
0plMN6ZuzwiVVZwg1jywvv5yv04koS7Pd4i9E4gt9ZBUQXlpq+A3oOCEEHNRR6b2
kyazGRM7s0OP5X21WrbpSmKmU6K7hkfx30yYs08LVs/Q8DIhvaj1FCFeJzUCzYn/
fHMq4tsbKO0dKAeydPM/nrUZBmaYQVKMVOORGLFjFKVO7JV6Kq/R86ouhjEPgJOe
2xulNBUcjicqtZlBdEh/PWCYP2SpGVDclKm8jeo175T3EVAkdKzzmfpxtMmnMlmq
cTJOU9TxuGvNASMtjj7pYIerTx+xgZDXEVBWFW9PjJ0TV06tCRsgSHItgg==
-----END CERTIFICATE-----
`;

async function alipay() {
  const { AlipaySdk } = require("alipay-sdk");
  const accepts = (r) => new AlipaySdk({ appId: "2021000000000001", privateKey: TEST_RSA_PRIVATE_KEY, keyType: "PKCS8", alipayPublicKey: r.secrets[0] })
    .checkNotifySignV2(Object.fromEntries(new URLSearchParams(r.body)));
  const signed = (fields) => Object.keys(fields).sort().map((key) => `${key}=${fields[key]}`).join("&");
  const make = (fields, { covered = fields, type = "RSA2" } = {}) => ({
    secrets: [b64(spki(RSA))], headers: [FORM],
    body: new URLSearchParams({ ...fields, sign_type: type, sign: b64(rsa(type === "RSA2" ? "sha256" : "sha1", signed(covered))) }).toString(),
  });
  const fields = { notify_id: "0001", notify_type: "trade_status_sync", trade_status: "TRADE_SUCCESS", total_amount: "19.99", app_id: "2021000000000001", charset: "utf-8" };
  const good = make(fields);
  const edit = (request, change) => {
    const form = new URLSearchParams(request.body);
    form.set("sign", change(form.get("sign")));
    return { ...request, body: form.toString() };
  };
  await provider("alipay", npm("alipay-sdk"), accepts, [
    ["sorted parameters without sign and sign_type", good],
    ["non-ASCII text, percent signs and a list as JSON text", make({ ...fields, subject: "语雀空间 500人规模 100%", fund_bill_list: '[{"amount":"0.10","fundChannel":"ALIPAYACCOUNT"}]' })],
    ["sign_type is covered too", make(fields, { covered: { ...fields, sign_type: "RSA2" } })],
    ["an empty value stays in the signed text", make({ ...fields, passback_params: "" })],
    ["the old type RSA is SHA-1", make(fields, { type: "RSA" })],
  ], [
    ...refusals(good, { edit, wrong: b64(spki(OTHER_RSA)), tamper: [["19.99", "99.99"]] }),
    ["a parameter was added", { ...good, body: `${good.body}&extra=1` }],
    ["an empty value was left out of the signed text", make({ ...fields, passback_params: "" }, { covered: fields })],
    ["the type of the signature was changed", { ...good, body: good.body.replace("sign_type=RSA2", "sign_type=RSA") }],
  ]);
  const test = {
    secrets: ["MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqObrdC7hrgAVM98tK0nv3hSQRGGKT4lBsQjHiGjeYZjOPIPHR5knm2jnnz/YGIXIofVHkA/tAlBAd5DrY7YpvI4tP5EONLtZKC2ghBMx7McI2wRD0xiqzxOQr1FuhZGJ8/AUokBzJrzY+aGX2xcOrxFYRlFilvVLTXg4LWjR1tdPkO6+i7wQZAIVMClPkwVRZEbaERRHlKqTzv2gGv5rDU8gRoe1LeaN+6BlbTqHWkQcNCUNrA8C6l17XAXGKDsm/9TFWwO8EPHHHCaQdjtV5/FdcWIt+L8SR1ss7EXTjYDFtxcKVv9rEoY1lX8T4mX+GbXfZHraG5NCF1+XioL5JwIDAQAB"],
    now_ms: 1565855785000, headers: [FORM],
    body: new URLSearchParams({
      gmt_create: "2019-08-15 15:56:22", charset: "utf-8", seller_email: "z97-yuquerevenue@service.aliyun.com", subject: "语雀空间 500人规模",
      sign: "QfTb8tqE1BMhS5qAnXtvsF3/jBkEvu9q9en0pdbBUDDjvKycZhQb7h8GDs4FKfi049PynaNuatxSgLb/nLWZpXyyh0LEWdK2S6Ri7nPwrVgOs08zugLO20vOQz44y3ti2Ncm8/wZts1Fr2gZ7pShnVX3d1B50hbsXnObT1r/U8ONNQjWXd0HIul4TG+Q3fm3svmSvFEy0WnzuhcyHPX5Gm4ELNctL6Qd5YniGJFNcc7kopHYtI/XD9YCKCH6Ct02rzUs9i11C9CsadtZn+WhxF26Dqt9sGEFajkJ8cxUTLi8+VCpLHsgPE8P0y095uQcDdK0YjCh4x7wVSov+lrmOQ==",
      buyer_id: "2088102534368455", invoice_amount: "0.10", notify_id: "2019081500222155624068450559358070", fund_bill_list: '[{"amount":"0.10","fundChannel":"ALIPAYACCOUNT"}]',
      notify_type: "trade_status_sync", trade_status: "TRADE_SUCCESS", receipt_amount: "0.10", buyer_pay_amount: "0.10", sign_type: "RSA2", app_id: "2019073166072302",
      seller_id: "2088531891668739", gmt_payment: "2019-08-15 15:56:24", notify_time: "2019-08-15 15:56:25", version: "1.0", out_trade_no: "20190815155618536-564-57",
      total_amount: "0.10", trade_no: "2019081522001468450512505578", auth_app_id: "2019073166072302", buyer_logon_id: "xud***@126.com", point_amount: "0.00",
    }).toString(),
  };
  await published("alipay", "alipay-sdk-nodejs-all test/alipay.test.ts", accepts, [["a paid trade", test]]);
}

async function sns() {
  const certificates = { "/SimpleNotificationService-0001.pem": TEST_CERTIFICATE, "/SimpleNotificationService-0002.pem": TEST_OTHER_CERTIFICATE };
  const { EventEmitter } = require("events");
  require("https").get = (url, reply) => {
    const response = new EventEmitter();
    response.statusCode = 200;
    setImmediate(() => {
      reply(response);
      response.emit("data", Buffer.from(certificates[new URL(url).pathname]));
      response.emit("end");
    });
    return new EventEmitter();
  };
  const MessageValidator = require("sns-validator");
  const accepts = (r) => new Promise((done, fail) => new MessageValidator().validate(r.body, (error) => (error ? fail(error) : done(true))));
  const host = "https://sns.eu-central-1.amazonaws.com";
  const covered = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
  const make = (fields = {}, { version = "2", url = `${host}/SimpleNotificationService-0001.pem`, space } = {}) => {
    const message = { Type: "Notification", MessageId: "0001", TopicArn: "arn:aws:sns:eu-central-1:000000000000:test", Message: '{"amount":1999}', Timestamp: "2025-11-24T15:59:58.000Z", ...fields };
    const text = covered.filter((key) => key in message).map((key) => `${key}\n${message[key]}\n`).join("");
    const signature = version === "1" ? rsa("sha1", text) : rsa("sha256", text);
    return {
      secrets: [TEST_CERTIFICATE], headers: [["content-type", "text/plain; charset=UTF-8"], ["x-amz-sns-message-type", message.Type]],
      body: JSON.stringify({ ...message, SignatureVersion: version, Signature: b64(signature), SigningCertURL: url, UnsubscribeURL: `${host}/?Action=Unsubscribe` }, null, space),
    };
  };
  const good = make();
  const edit = inBody((body) => JSON.parse(body).Signature);
  const other = make({}, { url: `${host}/SimpleNotificationService-0002.pem` });
  await provider("sns", npm("sns-validator"), accepts, [
    ["a notification, version 2 (SHA-256)", good, { id: "0001", type: "Notification", timestamp_ms: Date.parse("2025-11-24T15:59:58.000Z") }],
    ["with a subject, non-ASCII text, CRLF and white space", make({ Subject: "Grüße 日本", Message: ODD, MessageId: "0002" }, { space: 2 })],
    ["a subscription to confirm", make({ Type: "SubscriptionConfirmation", Token: "2336412f37", SubscribeURL: `${host}/?Action=ConfirmSubscription&Token=2336412f37` }), { type: "SubscriptionConfirmation" }],
    ["an unsigned field was changed", { ...good, body: good.body.replace("Action=Unsubscribe", "Action=Other") }],
    ["fields in another order", { ...good, body: JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(good.body)).reverse())) }],
    ["an empty subject counts", make({ Subject: "" })],
  ], [
    ["the message has one character changed", { ...good, body: good.body.replace("1999", "9999") }],
    ["the certificate is another one", { ...other, secrets: [TEST_OTHER_CERTIFICATE] }],
    ["the signature is cut short", edit(good, cut)],
    ["the signature is empty", edit(good, none)],
    ["the topic was changed", { ...good, body: good.body.replace(":test", ":prod") }],
    ["a subject was added", { ...good, body: good.body.replace('"Message":', '"Subject":"x","Message":') }],
    ["the certificate lies on a foreign host", make({}, { url: "https://sns.eu-central-1.amazonaws.com.example.net/SimpleNotificationService-0001.pem" })],
    ["the certificate lies in somebody's bucket", make({}, { url: "https://sns-bucket.s3.amazonaws.com/SimpleNotificationService-0001.pem" })],
    ["the certificate is fetched without TLS", make({}, { url: `${host.replace("https", "http")}/SimpleNotificationService-0001.pem` })],
    ["the certificate's name does not end in .pem", make({}, { url: `${host}/SimpleNotificationService-0001.txt` })],
    ["a version of the signature that nobody knows", make({}, { version: "3" })],
    ["version 2 declared as version 1", { ...good, body: good.body.replace('"SignatureVersion":"2"', '"SignatureVersion":"1"') }],
  ]);
  const old = make({}, { version: "1" });
  await provider("sns_v1", npm("sns-validator"), accepts, [
    ["a notification, version 1 (SHA-1)", old, { id: "0001", type: "Notification" }],
    ["with a subject, non-ASCII text, CRLF and white space", make({ Subject: "Grüße 日本", Message: ODD }, { version: "1", space: 2 })],
  ], [
    ["the message has one character changed", { ...old, body: old.body.replace("1999", "9999") }],
    ["the certificate is another one", { ...old, secrets: [TEST_OTHER_CERTIFICATE], body: old.body.replace("0001.pem", "0002.pem") }],
    ["the signature is cut short", edit(old, cut)],
    ["the signature is empty", edit(old, none)],
    ["the certificate lies on a foreign host", make({}, { version: "1", url: "https://sns.example.net/SimpleNotificationService-0001.pem" })],
    ["version 1 declared as version 2", { ...old, body: old.body.replace('"SignatureVersion":"1"', '"SignatureVersion":"2"') }],
  ]);
}

async function ebay() {
  const client = require("event-notification-nodejs-sdk/lib/client");
  const { validateSignature } = require("event-notification-nodejs-sdk/lib/validator");
  const name = "x-ebay-signature";
  const oneLine = (key) => pem(key).replace(/\n/g, "");
  const accepts = (r) => {
    client.getPublicKey = async () => ({ key: r.secrets[0], algorithm: "ECDSA", digest: "SHA1" });
    return validateSignature(JSON.parse(r.body), header(r, name), {});
  };
  const kid = "9936261a-7d7b-4621-a0f1-000000000001";
  const make = (body) => ({
    secrets: [oneLine(P256)], body,
    headers: [[name, b64(JSON.stringify({ alg: "ecdsa", kid, signature: b64(ecdsa(p256, TEST_P256_PRIVATE_KEY, "sha1", body, "der")), digest: "SHA1" }))]],
  });
  const good = make('{"metadata":{"topic":"MARKETPLACE_ACCOUNT_DELETION","schemaVersion":"1.0","deprecated":false},"notification":{"notificationId":"0001","publishAttemptCount":1,"data":{"username":"user1999"}}}');
  const inner = (request, change) => withHeader(request, name, (value) => {
    const fields = JSON.parse(Buffer.from(value, "base64"));
    return b64(JSON.stringify({ ...fields, signature: change(fields.signature) }));
  });
  await provider("ebay", npm("event-notification-nodejs-sdk"), accepts, [
    ["the body; the header is base64 of a JSON object", good, { id: "0001", type: "MARKETPLACE_ACCOUNT_DELETION" }],
    ["non-ASCII text in the body", make(COMPACT)],
  ], [
    ...refusals(good, { edit: inner, wrong: oneLine(OTHER_P256) }),
    ["the header is empty", withHeader(good, name, none)],
    ["the header is not JSON", withHeader(good, name, () => b64("signature"))],
  ]);
  const tests = require("event-notification-nodejs-sdk/test/test.json");
  const test = ({ signature, message, response }) => ({ secrets: [response.key], headers: [[name, signature]], body: JSON.stringify(message) });
  await published("ebay", "event-notification-nodejs-sdk test/test.json", accepts, [
    ["an account deletion", test(tests.VALID), { id: tests.VALID.message.notification.notificationId, type: "MARKETPLACE_ACCOUNT_DELETION" }],
  ], [["another signature", test(tests.SIGNATURE_MISMATCH)], ["another message", test(tests.INVALID)]]);
}

async function kick() {
  const names = ["kick-event-message-id", "kick-event-message-timestamp", "kick-event-signature"];
  const accepts = (r) => {
    const [id, timestamp, signature] = names.map((name) => header(r, name));
    return crypto.verify("sha256", Buffer.from(`${id}.${timestamp}.${r.body}`), crypto.createPublicKey(r.secrets[0]), Buffer.from(signature, "base64"));
  };
  const make = (body, id = "01JDKF0000000000000000000A", timestamp = "2025-11-24T15:59:58Z") => ({
    secrets: [pem(RSA)], body,
    headers: [[names[0], id], ["kick-event-subscription-id", "01JDKF0000000000000000000B"], [names[1], timestamp], [names[2], b64(rsa("sha256", `${id}.${timestamp}.${body}`))], ["kick-event-type", "chat.message.sent"], ["kick-event-version", "1"]],
  });
  const good = make('{"message_id":"0001","content":"1999"}');
  await independent("kick", accepts, [
    ["id, time and body", good, { id: "01JDKF0000000000000000000A", type: "chat.message.sent", timestamp_ms: Date.parse("2025-11-24T15:59:58Z") }],
    ["non-ASCII text, CRLF and white space in the body", make(ODD)],
  ], [
    ...refusals(good, { edit: inHeader(names[2]), wrong: pem(OTHER_RSA) }),
    ["another id", withHeader(good, names[0], (value) => value.replace("A", "C"))],
    ["the time was changed", withHeader(good, names[1], (value) => value.replace("58Z", "59Z"))],
  ]);
}

async function travisCi() {
  const accepts = (r) => crypto.verify("sha1", Buffer.from(new URLSearchParams(r.body).get("payload") ?? ""), crypto.createPublicKey(r.secrets[0]), Buffer.from(header(r, "signature"), "base64"));
  const wire = (payload, more = {}) => new URLSearchParams({ payload, ...more }).toString();
  const make = (payload, more) => ({ secrets: [pem(RSA)], headers: [FORM, ["signature", b64(rsa("sha1", payload))], ["travis-repo-slug", "octo/hello"]], body: wire(payload, more) });
  const good = make('{"id":1999,"number":"1","status":0,"state":"passed"}');
  await independent("travis_ci", accepts, [
    ["the decoded payload field", good],
    ["non-ASCII text, CRLF and white space in the payload", make(ODD)],
    ["spaces escaped as %20 instead of a plus sign", { ...make(ODD), body: `payload=${encodeURIComponent(ODD)}` }],
  ], [
    ...refusals(good, { edit: inHeader("signature"), wrong: pem(OTHER_RSA) }),
    ["the payload field is missing", { ...good, body: good.body.replace("payload=", "other=") }],
  ]);
}

// ---- JWT and JWS -----------------------------------------------------------------------------------------------------------------

async function qstash() {
  const { Receiver } = require("@upstash/qstash");
  const [current, next] = ["sig_test_current", "sig_test_next"];
  const name = "upstash-signature";
  const url = "https://hooks.example.com/webhooks/qstash";
  const accepts = (r) => new Receiver({ currentSigningKey: r.secrets[0], nextSigningKey: r.secrets[1] }).verify({ signature: header(r, name), body: r.body, url: r.url });
  const make = (body, { key = current, claims = {}, alg = "HS256", at = url } = {}) => ({
    secrets: [current, next], url: at, body,
    headers: [[name, jwt({ alg, typ: "JWT" }, {
      iss: "Upstash", sub: at, exp: SECONDS + 298, nbf: SECONDS - 2, iat: SECONDS - 2, jti: "jwt_0001", body: b64url(hash("sha256", body)), ...claims,
    }, key)]],
  });
  const good = make(PLAIN);
  const unsigned = (value) => `${b64url('{"alg":"none","typ":"JWT"}')}.${value.split(".")[1]}.`;
  await provider("qstash", npm("@upstash/qstash"), accepts, [
    ["URL and digest of the body are claims", good],
    ["non-ASCII text, CRLF and white space in the body", make(ODD)],
    ["signed with the next key", make(PLAIN, { key: next })],
    ["the digest is padded", make(PLAIN, { claims: { body: `${b64url(hash("sha256", PLAIN))}=` } })],
    ["no body", make("")],
    ["the URL has a query", make(PLAIN, { at: `${url}?shop=7` })],
  ], [
    ...refusals(good, { edit: inHeader(name), wrong: ["sig_test_other", "sig_test_another"] }),
    ["expired, correctly signed", make(PLAIN, { claims: { exp: SECONDS - 1 } })],
    ["not yet valid, correctly signed", make(PLAIN, { claims: { nbf: SECONDS + 60 } })],
    ["another issuer", make(PLAIN, { claims: { iss: "Somebody" } })],
    ["another URL", make(PLAIN, { claims: { sub: `${url}/other` } })],
    ["algorithm none", withHeader(good, name, unsigned)],
  ]);
}

async function livekit() {
  const { AccessToken, WebhookReceiver } = require("livekit-server-sdk");
  const [key, secret] = ["APItest0001", "test-livekit-api-secret-0123456789abcdef"];
  const name = "authorization";
  const accepts = async (r) => Boolean(await new WebhookReceiver(r.settings.api_key, r.secrets[0]).receive(r.body, header(r, name)));
  const make = async (body, { at = NOW - 2000, ttl = 300, apiKey = key } = {}) => {
    clock = at;
    const token = new AccessToken(apiKey, secret, { ttl });
    token.sha256 = b64(hash("sha256", body));
    const signed = await token.toJwt();
    clock = NOW;
    return { secrets: [secret], settings: { api_key: key }, headers: [[name, signed]], body };
  };
  const good = await make('{"event":"room_started","id":"EV_0001","createdAt":"1764000000","room":{"sid":"RM_1999","name":"r"}}');
  await provider("livekit", npm("livekit-server-sdk"), accepts, [
    ["digest of the body is a claim", good, { id: "EV_0001", type: "room_started" }],
    ["non-ASCII text, CRLF and white space in the body", await make('{\r\n\t"event" : "room_finished",\n "id":"EV_0002", "room": {"name":"Grüße 日本 🦀"} }\n')],
    ["signed nine seconds ahead", await make(good.body, { at: NOW + 9000 })],
  ], [
    ...refusals(good, { edit: inHeader(name), wrong: "another-livekit-api-secret-0123456789" }),
    ["expired, correctly signed", await make(good.body, { at: NOW - 400000 })],
    ["not yet valid, correctly signed", await make(good.body, { at: NOW + 60000 })],
    ["another API key as issuer", await make(good.body, { apiKey: "APItest0002" })],
    ["no expiry", { ...good, headers: [[name, jwt({ alg: "HS256" }, { iss: key, nbf: SECONDS - 2, sha256: b64(hash("sha256", good.body)) }, secret)]] }],
    ["no digest", { ...good, headers: [[name, jwt({ alg: "HS256" }, { iss: key, nbf: SECONDS - 2, exp: SECONDS + 298 }, secret)]] }],
    ["algorithm none", withHeader(good, name, (value) => `${b64url('{"alg":"none"}')}.${value.split(".")[1]}.`)],
  ]);
}

async function messagebird() {
  const { verify } = require("messagebird/lib/webhook-signature-jwt");
  const key = "test-messagebird-signing-key";
  const name = "messagebird-signature-jwt";
  const url = "https://hooks.example.com/webhooks/messagebird?a=1&b=x%20y";
  const accepts = (r) => verify(r.url, Buffer.from(r.body), header(r, name), crypto.createSecretKey(Buffer.from(r.secrets[0])));
  const hex = (text) => hash("sha256", text).toString("hex");
  const make = (body, claims = {}, { alg = "HS256", at = url } = {}) => ({
    secrets: [key], url: at, body,
    headers: [[name, jwt({ alg, typ: "JWT" }, {
      iss: "MessageBird", nbf: SECONDS - 2, exp: SECONDS + 58, jti: "0001", url_hash: hex(at), ...(body && { payload_hash: hex(body) }), ...claims,
    }, key)]],
  });
  const good = make(PLAIN);
  await provider("messagebird", npm("messagebird"), accepts, [
    ["digests of URL and body are claims", good],
    ["non-ASCII text, CRLF and white space in the body", make(ODD)],
    ["no body, no digest of it", make("")],
    ["HS512", make(PLAIN, {}, { alg: "HS512" })],
  ], [
    ...refusals(good, { edit: inHeader(name), wrong: "another-signing-key" }),
    ["the body was taken away", { ...good, body: "" }],
    ["a body was added", { ...make(""), body: PLAIN }],
    ["the query was changed", { ...good, url: url.replace("a=1", "a=2") }],
    ["expired a minute ago, correctly signed", make(PLAIN, { nbf: SECONDS - 120, exp: SECONDS - 60 })],
    ["valid in a minute, correctly signed", make(PLAIN, { nbf: SECONDS + 60, exp: SECONDS + 120 })],
    ["another issuer", make(PLAIN, { iss: "Somebody" })],
    ["no digest of the URL", make(PLAIN, { url_hash: undefined })],
    ["no token id", make(PLAIN, { jti: undefined })],
    ["algorithm none", withHeader(good, name, (value) => `${b64url('{"alg":"none","typ":"JWT"}')}.${value.split(".")[1]}.`)],
  ]);
  const reference = (token, body, at = "https://example.com/") => ({
    secrets: ["36efdd1aace2e26cd490f0d951138253bef2f7c6d34d18981da781555cc4cebb"], now_ms: 1625479200000, url: at, headers: [[name, token]], body,
  });
  const head = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
  const withoutPayload = `${head}.eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTYyNTQ3OTIwMCwiZXhwIjoxNjI1NDc5MjYwLCJqdGkiOiI1OWEyNDRkYy1lOWFkLTRlMjMtOTc3OC0zNzFmYWEyMzhmNzIiLCJ1cmxfaGFzaCI6IjBmMTE1ZGIwNjJiN2MwZGQwMzBiMTY4NzhjOTlkZWE1YzM1NGI0OWRjMzdiMzhlYjg4NDYxNzljNzc4M2U5ZDcifQ.6Fp0rVOsRr1fj9S2GidXAfkmPVofKr8_RTffC6G6r2E`;
  await published("messagebird", "messagebird-nodejs lib/testdata/webhook-signature-jwt-reference.json", accepts, [
    ["no parameters, no payload", reference(withoutPayload, ""), { id: "59a244dc-e9ad-4e23-9778-371faa238f72" }],
    ["parameters, no payload", reference(`${head}.eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTYyNTQ3OTIwMCwiZXhwIjoxNjI1NDc5MjYwLCJqdGkiOiJjOTQ2YWY3Ny1lMTgyLTRlYWEtYjJmZi0xYTU0NWI1ZTk5MWEiLCJ1cmxfaGFzaCI6IjQxZjA1ZjBkZGQwYTIyYWIyMDlhYzQ2ZjQ3YzQ1NzJkOWNlZmEyNTdlZDc0YjI0MDA0YmFlNzUzZWNlNmMyNjAifQ.huo2ou6JDoDc7sV25d75UMWeYhBeavQlLsqIibSZuac`, "", "https://example.com/path?bar=1&foo=2")],
    ["parameters and payload", reference(`${head}.eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTYyNTQ3OTIwMCwiZXhwIjoxNjI1NDc5MjYwLCJqdGkiOiI5M2U1NTAwNi1hMGU4LTQ1MjYtYTE5MC1mYTVmZjAwZWExMTYiLCJ1cmxfaGFzaCI6IjQxZjA1ZjBkZGQwYTIyYWIyMDlhYzQ2ZjQ3YzQ1NzJkOWNlZmEyNTdlZDc0YjI0MDA0YmFlNzUzZWNlNmMyNjAiLCJwYXlsb2FkX2hhc2giOiJkZmZkNjAyMWJiMmJkNWIwYWY2NzYyOTA4MDllYzNhNTMxOTFkZDgxYzdmNzBhNGIyODY4OGEzNjIxODI5ODZmIn0._H--TOuYFLpeEH39-rg5E3IHVkjHozBcaKVWPRC5m9I`, "Hello, World!", "https://example.com/path?bar=1&foo=2")],
    ["special characters in the payload", reference(`${head}.eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTYyNTQ3OTIwMCwiZXhwIjoxNjI1NDc5MjYwLCJqdGkiOiI1OWEyNDRkYy1lOWFkLTRlMjMtOTc3OC0zNzFmYWEyMzhmNzIiLCJ1cmxfaGFzaCI6IjBmMTE1ZGIwNjJiN2MwZGQwMzBiMTY4NzhjOTlkZWE1YzM1NGI0OWRjMzdiMzhlYjg4NDYxNzljNzc4M2U5ZDciLCJwYXlsb2FkX2hhc2giOiIyNDMxYmQ5Y2NiNDhlZDAxNmZhZDU2N2IwNzcxMjAzOGI1Y2RkOTQ5YWM5ZDQxZmU0NjkzZDVhMzg0NWNmN2U4In0.IQiKzeEPaO3A48lhKmBDSmxZyCESPCGxdSKFdi0dEJs`, "Some text containg & < >, & and \\u0026")],
  ], [
    ["a payload was added in transit", reference(withoutPayload, "Hello, World!")],
    ["the payload does not match", reference(`${head}.eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTYyNTQ3OTIwMCwiZXhwIjoxNjI1NDc5MjYwLCJqdGkiOiIxNDUwMTUzMi05NmYyLTQ2ODQtOTgzMi02OGYwOTUxYWUzNDIiLCJ1cmxfaGFzaCI6IjBmMTE1ZGIwNjJiN2MwZGQwMzBiMTY4NzhjOTlkZWE1YzM1NGI0OWRjMzdiMzhlYjg4NDYxNzljNzc4M2U5ZDciLCJwYXlsb2FkX2hhc2giOiJmYjYyZjAyYWNkYTdkNzQxNzdhNzAxYTFjZTAwNmU2YmFjZDkwYzdkNGQ3YWI0ODE2OTJjMWRhNDdjODEwNzZiIn0.m79RCwO6dGa9pvzsQypkVuXQ6eM0CkRl6_U7MfWg6TM`, "Hello, World!")],
    ["the payload was removed in transit", reference(`${head}.eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTYyNTQ3OTIwMCwiZXhwIjoxNjI1NDc5MjYwLCJqdGkiOiIxNDUwMTUzMi05NmYyLTQ2ODQtOTgzMi02OGYwOTUxYWUzNDIiLCJ1cmxfaGFzaCI6IjBmMTE1ZGIwNjJiN2MwZGQwMzBiMTY4NzhjOTlkZWE1YzM1NGI0OWRjMzdiMzhlYjg4NDYxNzljNzc4M2U5ZDciLCJwYXlsb2FkX2hhc2giOiJkZmZkNjAyMWJiMmJkNWIwYWY2NzYyOTA4MDllYzNhNTMxOTFkZDgxYzdmNzBhNGIyODY4OGEzNjIxODI5ODZmIn0.bHfsjj3tljfzTufoG3EU3p_yFrQh9CufyzRSaRMd4ss`, "")],
  ]);
}

async function vonage() {
  const { verifySignature } = require("@vonage/jwt");
  const key = "test-vonage-signature-secret";
  const name = "authorization";
  const token = (r) => header(r, name).replace(/^Bearer /, "");
  const accepts = (r) => verifySignature(token(r), r.secrets[0]);
  const make = (body, claims = {}, alg = "HS256") => ({
    secrets: [key], body,
    headers: [[name, `Bearer ${jwt({ alg, typ: "JWT" }, {
      iat: SECONDS - 2, jti: "0001", iss: "Vonage", payload_hash: hash("sha256", body).toString("hex"), api_key: "a1b2c3d4", application_id: "aaaaaaaa-bbbb-cccc-dddd-0123456789ab", ...claims,
    }, key)}`]],
  });
  const good = make(PLAIN);
  const standard = refusals(good, { edit: inHeader(name), wrong: "another-secret" });
  await provider("vonage", npm("@vonage/jwt"), accepts, [
    ["the digest of the body is a claim", good],
    ["non-ASCII text, CRLF and white space in the body", make(ODD)],
    ["with an expiry", make(PLAIN, { exp: SECONDS + 60 })],
  ], [
    ...standard.slice(1),
    ["expired, correctly signed", make(PLAIN, { exp: SECONDS - 60 })],
    ["algorithm none", withHeader(good, name, (value) => `Bearer ${b64url('{"alg":"none","typ":"JWT"}')}.${value.split(".")[1]}.`)],
  ]);
  // The package leaves the digest to its caller; the documentation says how to compare it.
  const withDigest = (r) => accepts(r) && equal(JSON.parse(Buffer.from(token(r).split(".")[1], "base64url")).payload_hash, hash("sha256", r.body).toString("hex"));
  await independent("vonage", withDigest, [["the digest is that of the body", make(COMPACT)]], [
    standard[0],
    ["the digest is that of another body", make(PLAIN, { payload_hash: hash("sha256", "other").toString("hex") })],
    ["no digest", make(PLAIN, { payload_hash: undefined })],
  ]);
}

async function truelayer() {
  const { sign, verify } = require("truelayer-signing");
  const name = "tl-signature";
  const kid = "tl-test-key-1";
  const accepts = (r) => {
    verify({ jwks: r.secrets[0], signature: header(r, name), method: r.method, path: new URL(r.url).pathname, body: r.body, headers: headersOf(r) });
    return true;
  };
  const keys = jwks(jwk(RSA, "tl-test-key-0", "RS512"), jwk(P521, kid, "ES512"));
  const url = "https://hooks.example.com/webhooks/truelayer";
  const make = async (body, { path = new URL(url).pathname, at = url, headers = { "X-Tl-Webhook-Timestamp": "2025-11-24T15:59:58Z", "Content-Type": "application/json" } } = {}) => ({
    secrets: [keys], url: at, body,
    headers: [
      ...Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]),
      [name, await sign({ kid, method: "POST", path, headers, body, signingFunction: async (text) => b64url(ecdsa(p521, TEST_P521_PRIVATE_KEY, "sha512", text, "compact")) })],
    ],
  });
  const good = await make(PLAIN);
  await provider("truelayer", npm("truelayer-signing"), accepts, [
    ["method, path, two headers and body", good, { timestamp_ms: Date.parse("2025-11-24T15:59:58Z") }],
    ["non-ASCII text, CRLF and white space in the body", await make(ODD)],
    ["signed with a slash at the end of the path, received without", await make(PLAIN, { path: "/webhooks/truelayer/" })],
    ["signed without a slash at the end of the path, received with it", await make(PLAIN, { at: `${url}/` })],
    ["no header is covered", await make(PLAIN, { headers: {} })],
  ], [
    ...refusals(good, { edit: inHeader(name), wrong: jwks(jwk(OTHER_P521, kid, "ES512")) }),
    ["a covered header was changed", withHeader(good, "x-tl-webhook-timestamp", () => "2025-11-24T15:59:59Z")],
    ["a covered header is missing", withoutHeader(good, "x-tl-webhook-timestamp")],
    ["another path", { ...good, url: `${url}/other` }],
    ["the key is not in the set", { ...good, secrets: [jwks(jwk(P521, "tl-test-key-2", "ES512"))] }],
    ["another version in the protected header", withHeader(good, name, (value) => {
      const [protectedHeader, , signature] = value.split(".");
      return `${b64url(JSON.stringify({ ...JSON.parse(Buffer.from(protectedHeader, "base64url")), tl_version: "1" }))}..${signature}`;
    })],
  ]);
  const test = {
    secrets: [JSON.stringify({ keys: [
      { kty: "RSA", alg: "RS512", kid: "db2e0bb4-e33d-4fc6-a8c5-645e70331127", n: "piC9AfXk1FyhocC77L42j8zWhy-jOeuxdvZCRYACPbU5DB-4zd5JLpTFuYPY5LweqT8tmBbqgXMN_35EQifHrLbBB5a5p-0z3QlVhqMP_K4nu65uIVzC-wjKBcTctqY_jFzSotFZnDNCZEUXcGrTzQifOCy1OD7zT0jm7-1ceWs375joA-KnyJj5rVKBmYrLWa6E2ukLhNBHFzO2N7Aai2w6UFmwfG27viV3_aNkDVC6vkEtZx4oZuCtQ6DKmbiQBTiS1-41wU7QN5PTuA9YUlhOU9yiwnCAG9MDWuJHT7691iLvIIgRctuSQ4HDDg49M39Un4DBt51KCoZsAwxtNw", e: "AQAB" },
      { kty: "EC", alg: "ES512", kid: "45fc75cf-5649-4134-84b3-192c2c78e990", crv: "P-521", x: "oLuW4nFqoUuR8d7FVsUoI62libYdQlWGtLStnqdudLY92bQ0ra5eZAbkunrGTR9-w9mr4o2Etyb6pC7YB2-23WM", y: "AX1cjkGMiltikPrkX49qwuJDdcETaTsj-kyFP8jsF9W5XAB3Z4tBiQtc72DQnJYeKyAV_T6qZTtFKFr-Tp4iu-j7" },
    ] })],
    now_ms: 1638186176000, url: "https://hooks.example.com/tl-webhook", body: '{"event_type":"example","event_id":"18b2842b-a57b-4887-a0a6-d3c7c36f1020"}',
    headers: [["x-tl-webhook-timestamp", "2021-11-29T11:42:55Z"], ["content-type", "application/json"], [name, "eyJhbGciOiJFUzUxMiIsImtpZCI6IjQ1ZmM3NWNmLTU2NDktNDEzNC04NGIzLTE5MmMyYzc4ZTk5MCIsInRsX3ZlcnNpb24iOiIyIiwidGxfaGVhZGVycyI6IlgtVGwtV2ViaG9vay1UaW1lc3RhbXAsQ29udGVudC1UeXBlIiwiamt1IjoiaHR0cHM6Ly93ZWJob29rcy50cnVlbGF5ZXIuY29tLy53ZWxsLWtub3duL2p3a3MifQ..AB9S1dzZTmw0tofUjJNGO7Kt_jZsahPyIrBTdhfxBWOI3KoLALkMy6ka1MjpZQx06_hQUJnanu9K_LS6V9lNaNGiAX5Cos5RWQfbeBCZWqAvIpXO3FvIzyJKRaTYK8FBG4lfJYPi76_pIkCLGKWeq8__7ElpMVRcLTM5IBKWL8isVZn_"]],
  };
  await published("truelayer", "truelayer-signing test-resources/webhook-signature.txt", accepts, [
    ["the webhook of the shared tests; the key set has a coordinate without its leading zero", test, { timestamp_ms: 1638186175000 }],
  ]);
}

async function saleor() {
  const { verifySignatureWithJwks } = require("@saleor/app-sdk/auth");
  const name = "saleor-signature";
  const accepts = async (r) => {
    await verifySignatureWithJwks(r.secrets[0], header(r, name), r.body);
    return true;
  };
  const make = (body, head = { alg: "RS256", kid: "1", b64: false, crit: ["b64"] }) => {
    const protectedHeader = b64url(JSON.stringify(head));
    return {
      secrets: [jwks(jwk(RSA, "1", "RS256"))], body,
      headers: [[name, `${protectedHeader}..${b64url(rsa("sha256", `${protectedHeader}.${body}`))}`], ["saleor-event", "order_created"]],
    };
  };
  const good = make(PLAIN);
  await provider("saleor", npm("@saleor/app-sdk"), accepts, [
    ["protected header, a dot and the raw body", good, { type: "order_created" }],
    ["non-ASCII text, CRLF and white space in the body", make(ODD)],
    ["b64 is not declared critical, as older servers send it", make(PLAIN, { typ: "JWT", alg: "RS256", kid: "1", b64: false })],
    ["two keys in the set", { ...good, secrets: [jwks(jwk(OTHER_RSA, "0", "RS256"), jwk(RSA, "1", "RS256"))] }],
  ], [
    ...refusals(good, { edit: inHeader(name), wrong: jwks(jwk(OTHER_RSA, "1", "RS256")) }),
    ["the key is not in the set", { ...good, secrets: [jwks(jwk(RSA, "2", "RS256"))] }],
    ["algorithm none", withHeader(good, name, () => `${b64url('{"alg":"none","kid":"1","b64":false,"crit":["b64"]}')}..`)],
    ["HMAC with the public key", (() => {
      const head = b64url('{"alg":"HS256","kid":"1","b64":false,"crit":["b64"]}');
      return withHeader(good, name, () => `${head}..${b64url(hmac("sha256", pem(RSA), `${head}.${PLAIN}`))}`);
    })()],
  ]);
}

async function kinde() {
  const { decodeWebhook } = await esm("@kinde/webhooks").then((module) => module.default ?? module);
  const accepts = async (r) => {
    globalThis.fetch = async () => new Response(r.secrets[0], { status: 200, headers: { "content-type": "application/json" } });
    return Boolean(await decodeWebhook(r.body, "https://example.kinde.com"));
  };
  const make = (claims = {}, head = { alg: "RS256", kid: "kinde-1", typ: "JWT" }, key) => ({
    secrets: [jwks(jwk(RSA, "kinde-1", "RS256"))], headers: [["content-type", "application/jwt"]],
    body: jwt(head, { type: "user.created", event_id: "event_0001", source: "admin", timestamp: "2025-11-24T15:59:58.000Z", data: { user: { id: "kp_1999" } }, ...claims }, key),
  });
  const good = make();
  const wholeBody = (request, change) => withBody(request, (body) => body.replace(/[^.]*$/, change));
  await provider("kinde", npm("@kinde/webhooks"), accepts, [
    ["the body is the token", good, { id: "event_0001", type: "user.created" }],
    ["non-ASCII text in the claims", make({ event_id: "event_0002", data: { user: { first_name: "Jürgen 日本 🦀" } } })],
    ["two keys in the set", { ...good, secrets: [jwks(jwk(OTHER_RSA, "kinde-0", "RS256"), jwk(RSA, "kinde-1", "RS256"))] }],
  ], [
    ["a claim was changed", withBody(good, (body) => body.replace(/\.([^.]+)\./, (_, part) => `.${b64url(Buffer.from(part, "base64url").toString().replace("1999", "9999"))}.`))],
    ...refusals(good, { edit: wholeBody, wrong: jwks(jwk(OTHER_RSA, "kinde-1", "RS256")), tamper: [] }),
    ["expired, correctly signed", make({ exp: SECONDS - 60 })],
    ["the key is not in the set", { ...good, secrets: [jwks(jwk(RSA, "kinde-2", "RS256"))] }],
    ["HMAC with the public key", make({}, { alg: "HS256", kid: "kinde-1", typ: "JWT" }, pem(RSA))],
    ["algorithm none", withBody(good, (body) => `${b64url('{"alg":"none","typ":"JWT"}')}.${body.split(".")[1]}.`)],
  ]);
}

async function lagoJwt() {
  const name = "x-lago-signature";
  const issuer = "https://api.getlago.com";
  const accepts = (r) => {
    const [head, claims, signature] = header(r, name).split(".");
    const { alg } = JSON.parse(Buffer.from(head, "base64url"));
    if (alg !== "RS256" || !crypto.verify("sha256", Buffer.from(`${head}.${claims}`), crypto.createPublicKey(r.secrets[0]), Buffer.from(signature, "base64url"))) return false;
    const { data, iss } = JSON.parse(Buffer.from(claims, "base64url"));
    return iss === r.settings.issuer && data === r.body;
  };
  const make = (body, claims = {}) => ({
    secrets: [pem(RSA)], settings: { issuer }, body,
    headers: [[name, jwt({ alg: "RS256" }, { data: body, iss: issuer, ...claims })], ["x-lago-signature-algorithm", "jwt"], ["x-lago-unique-key", "0001"]],
  });
  const good = make('{"webhook_type":"invoice.created","object_type":"invoice","invoice":{"total_amount_cents":1999}}');
  await independent("lago_jwt", accepts, [
    ["the claim data is the text of the body", good, { id: "0001", type: "invoice.created" }],
    ["non-ASCII text in the body", make(COMPACT)],
  ], [
    ...refusals(good, { edit: inHeader(name), wrong: pem(OTHER_RSA) }),
    ["another issuer", make(PLAIN, { iss: "https://api.example.com" })],
    ["the claim data is another body", make(PLAIN, { data: PLAIN.replace("1999", "9999") })],
    ["HMAC with the public key", withHeader(good, name, () => jwt({ alg: "HS256" }, { data: good.body, iss: issuer }, pem(RSA)))],
    ["algorithm none", withHeader(good, name, (value) => `${b64url('{"alg":"none"}')}.${value.split(".")[1]}.`)],
  ]);
}

async function plaid() {
  const name = "plaid-verification";
  const kid = "bfbd5111-8e33-4643-8ced-000000000001";
  const key = (publicKey, id) => ({ ...jwk(publicKey, id, "ES256"), created_at: 1560466143, expired_at: null });
  const accepts = (r) => {
    const [head, claims, signature] = header(r, name).split(".");
    const { alg, kid: wanted } = JSON.parse(Buffer.from(head, "base64url"));
    const found = JSON.parse(r.secrets[0]).keys.find((candidate) => candidate.kid === wanted);
    if (alg !== "ES256" || !found) return false;
    const publicKey = crypto.createPublicKey({ key: found, format: "jwk" });
    if (!crypto.verify("sha256", Buffer.from(`${head}.${claims}`), { key: publicKey, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"))) return false;
    const { iat, request_body_sha256: digest } = JSON.parse(Buffer.from(claims, "base64url"));
    return Math.abs(r.now_ms / 1000 - iat) <= 300 && equal(digest, hash("sha256", r.body).toString("hex"));
  };
  const make = (body, claims = {}, head = { alg: "ES256", kid, typ: "JWT" }) => ({
    secrets: [jwks(key(P256, kid))], body,
    headers: [[name, jwt(head, { iat: SECONDS - 2, request_body_sha256: hash("sha256", body).toString("hex"), ...claims }, b64(spki(P256)))]],
  });
  const good = make('{"webhook_type":"TRANSACTIONS","webhook_code":"SYNC_UPDATES_AVAILABLE","item_id":"item_1999","environment":"sandbox"}');
  await independent("plaid", accepts, [
    ["the digest of the body is a claim", good, { timestamp_ms: (SECONDS - 2) * 1000 }],
    ["non-ASCII text, CRLF and white space in the body: raw bytes count", make(ODD)],
    ["two keys in the set", { ...good, secrets: [jwks(key(OTHER_P256, "bfbd5111-8e33-4643-8ced-000000000000"), key(P256, kid))] }],
    ["299 seconds old", make(PLAIN, { iat: SECONDS - 299 })],
  ], [
    ...refusals(good, { edit: inHeader(name), wrong: jwks(key(OTHER_P256, kid)) }),
    ["301 seconds old, correctly signed", make(PLAIN, { iat: SECONDS - 301 })],
    ["the key is not in the set", { ...good, secrets: [jwks(key(P256, "bfbd5111-8e33-4643-8ced-000000000002"))] }],
    ["no digest", make(PLAIN, { request_body_sha256: undefined })],
    ["HMAC with the public key", make(PLAIN, {}, { alg: "HS256", kid, typ: "JWT" })],
    ["algorithm none", withHeader(good, name, (value) => `${b64url(`{"alg":"none","kid":"${kid}"}`)}.${value.split(".")[1]}.`)],
  ]);
}

// ---- RFC 9421 ------------------------------------------------------------------------------------------------------------------------

async function mailchannels() {
  const { Webhooks } = await esm("mailchannels-sdk");
  const names = ["content-digest", "signature-input", "signature"];
  const accepts = (r) => Webhooks.verify({ payload: r.body, headers: headersOf(r), publicKey: r.secrets[0] });
  const make = (body, created = SECONDS - 2, digest = `sha-256=:${b64(hash("sha256", body))}:`) => {
    const params = `("content-digest");created=${created};alg="ed25519";keyid="mckey"`;
    return {
      secrets: [b64(spki(ED25519))], body,
      headers: [[names[0], digest], [names[1], `sig_${created}=${params}`], [names[2], `sig_${created}=:${b64(ed25519(`"content-digest": ${digest}\n"@signature-params": ${params}`))}:`]],
    };
  };
  const good = make('[{"event":"processed","request_id":"0001","timestamp":1999}]');
  const edit = (request, change) => withHeader(request, names[2], (value) => value.replace(/=:(.*):$/, (_, signature) => `=:${change(signature)}:`));
  await provider("mailchannels", npm("mailchannels-sdk"), accepts, [
    ["the digest of the body is covered", good, { timestamp_ms: (SECONDS - 2) * 1000 }],
    ["non-ASCII text, CRLF and white space in the body", make(ODD)],
    ["299 seconds old", make(PLAIN, SECONDS - 299)],
  ], [
    ...refusals(good, { edit, wrong: b64(spki(OTHER_ED25519)) }),
    ["301 seconds old, correctly signed", make(PLAIN, SECONDS - 301)],
    ["body and digest changed together", (() => {
      const body = good.body.replace("1999", "9999");
      return withHeader({ ...good, body }, names[0], () => `sha-256=:${b64(hash("sha256", body))}:`);
    })()],
    ["the time was changed", withHeader(good, names[1], (value) => value.replace(`created=${SECONDS - 2}`, `created=${SECONDS - 1}`))],
    ["another key id", withHeader(good, names[1], (value) => value.replace("mckey", "mckey2"))],
    ["the digest is missing", withoutHeader(good, names[0])],
    ["nothing is covered", withHeader(good, names[1], (value) => value.replace('"content-digest"', ""))],
  ], "independent");
}

async function messageSignature() {
  const { createVerifier, httpbis } = require("http-message-signatures");
  const url = "https://hooks.example.com/webhooks/message_signature";
  // The package checks signatures, not Content-Digest; what is refused here is refused for the signature.
  const accepts = (r) => httpbis.verifyMessage({
    keyLookup: async ({ keyid }) => keyid === "test-key" && ({ algs: [r.settings.algorithm], verify: createVerifier(r.secrets[0], r.settings.algorithm) }),
    requiredFields: r.settings.required_components,
    maxAge: 300,
  }, { method: r.method, url: r.url, headers: headersOf(r) });
  const curves = {
    "ecdsa-p256-sha256": [p256, TEST_P256_PRIVATE_KEY, "sha256", P256],
    "ecdsa-p384-sha384": [p384, TEST_P384_PRIVATE_KEY, "sha384", publicOf(TEST_P384_PRIVATE_KEY)],
  };
  const make = (algorithm, body, created = SECONDS - 2) => {
    const [curve, privateKey, digest, publicKey] = curves[algorithm];
    const contentDigest = `sha-256=:${b64(hash("sha256", body))}:`;
    const params = `("@method" "@target-uri" "content-digest");created=${created};keyid="test-key";alg="${algorithm}"`;
    const base = `"@method": POST\n"@target-uri": ${url}\n"content-digest": ${contentDigest}\n"@signature-params": ${params}`;
    return {
      secrets: [pem(publicKey)], settings: { algorithm, required_components: ["content-digest"] }, url, body,
      headers: [["content-digest", contentDigest], ["signature-input", `sig1=${params}`], ["signature", `sig1=:${b64(ecdsa(curve, privateKey, digest, base, "compact"))}:`]],
    };
  };
  const good = make("ecdsa-p256-sha256", PLAIN);
  const edit = (request, change) => withHeader(request, "signature", (value) => value.replace(/=:(.*):$/, (_, signature) => `=:${change(signature)}:`));
  await provider("message_signature", npm("http-message-signatures"), accepts, [
    ["ECDSA P-256 over method, target URI and digest of the body", good, { timestamp_ms: (SECONDS - 2) * 1000 }],
    ["ECDSA P-384, non-ASCII text, CRLF and white space in the body", make("ecdsa-p384-sha384", ODD)],
    ["a second signature by a key that we do not know", withHeader(withHeader(good, "signature", (value) => `other=:${b64("other")}:, ${value}`), "signature-input", (value) => `other=("@method");keyid="other-key", ${value}`)],
  ], [
    ...refusals(good, { edit, wrong: pem(OTHER_P256), tamper: [] }),
    ["301 seconds old, correctly signed", make("ecdsa-p256-sha256", PLAIN, SECONDS - 301)],
    ["another URL", { ...good, url: `${url}?x=1` }],
    ["another method", { ...good, method: "PUT" }],
    ["the digest was changed", withHeader(good, "content-digest", () => `sha-256=:${b64(hash("sha256", "other"))}:`)],
    ["the algorithm is not the one agreed on", { ...good, settings: { ...good.settings, algorithm: "ecdsa-p384-sha384" }, secrets: [pem(publicOf(TEST_P384_PRIVATE_KEY))] }],
  ], "independent");
}

const everything = [
  square, twilio, signalwire, plivo, hubspot, contentful, sinchApplication, messagebirdLegacy, trello,
  adyen, mercadoPago, dropboxSign, braintree, opennode, smileId,
  cloudinary, moralis,
  standardWebhooks, discord, telnyx, sendgrid, wise, wechatPay, alipay, sns, ebay, kick, travisCi,
  qstash, livekit, messagebird, vonage, truelayer, saleor, kinde, lagoJwt, plaid,
  mailchannels, messageSignature,
];
const wanted = process.argv.slice(2);
for (const run of everything) {
  if (wanted.length && !wanted.includes(run.name)) continue;
  try {
    await run();
  } catch (error) {
    failures += 1;
    process.stderr.write(`${run.name}: ${error.stack}\n`);
  }
}
process.exitCode = failures ? 1 : 0;
