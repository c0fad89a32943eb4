"""Vectors from an implementation of its own, in plain Python: one row a provider, written from what the providers
document, and nothing of it from the crate that the vectors test.

    python3 independent.py | python3 merge.py

Needs the standard library only. The clock stands still at NOW and keys come from the provider's name, so that every run
prints the same.
"""

import base64
import functools
import hashlib
import hmac
import html
import json
import re
import unicodedata
import zlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from urllib.parse import quote, quote_plus

NOW = 1764000000  # 2025-11-24T16:00:00Z
SENT = NOW - 2 + 0.345
DAY = 86400


# ---------------------------------------------------------------- how times, signatures and keys are written


def moment(seconds):
    return datetime.fromtimestamp(0, timezone.utc) + timedelta(milliseconds=round(seconds * 1000))


# Each gives the text and the milliseconds it stands for.
TIMES = {
    "s": lambda t: (str(int(t)), int(t) * 1000),
    "ms": lambda t: (str(round(t * 1000)), round(t * 1000)),
    "iso": lambda t: (moment(int(t)).strftime("%Y-%m-%dT%H:%M:%SZ"), int(t) * 1000),
    "iso_ms": lambda t: (moment(t).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z", round(t * 1000)),
    "iso_ns": lambda t: (moment(t).strftime("%Y-%m-%dT%H:%M:%S.%f") + "678Z", round(t * 1000)),
    "iso_west": lambda t: (moment(int(t) - 8 * 3600).strftime("%Y-%m-%dT%H:%M:%S-08:00"), int(t) * 1000),
    "iso_no_zone": lambda t: (moment(int(t)).strftime("%Y-%m-%dT%H:%M:%S"), int(t) * 1000),
    "http_date": lambda t: (format_datetime(moment(int(t)), usegmt=True), int(t) * 1000),
}

ENCODINGS = {
    "hex": bytes.hex,
    "base64": lambda mac: base64.b64encode(mac).decode(),
    "base64_unpadded": lambda mac: base64.b64encode(mac).decode().rstrip("="),
    "base64url": lambda mac: base64.urlsafe_b64encode(mac).decode().rstrip("="),
}


def seed(text, size):
    return hashlib.sha512(text.encode()).digest()[:size]


def base64_text(raw):
    return base64.b64encode(raw).decode()


# For each form of key: the secret as the operator pastes it, and the key it stands for.
KEYS = {
    "utf8": (lambda name: f"{name}-secret-1", str.encode),
    "hex": (lambda name: seed(name, 32).hex(), bytes.fromhex),
    "base64": (lambda name: base64_text(seed(name, 32)), base64.b64decode),
    "whsec": (
        lambda name: "whsec_" + base64_text(seed(name, 24)),
        lambda secret: base64.b64decode(secret.removeprefix("whsec_")),
    ),
    "whsec_utf8": (lambda name: "whsec_" + base64_text(seed(name, 24)), str.encode),
    "wsk": (lambda name: "wsk_" + seed(name, 16).hex(), str.encode),
    "ws": (lambda name: "ws_" + seed(name, 32).hex(), str.encode),
    "configcat": (lambda name: "configcat_whsk_" + base64_text(seed(name, 32)), str.encode),
    "uuid": (
        lambda name: "%s-%s-4%s-8%s-%s" % re.match("(.{8})(.{4})(.{3})(.{3})(.{12})", seed(name, 15).hex()).groups(),
        str.encode,
    ),
    "inngest": (
        lambda name: "signkey-test-" + seed(name, 32).hex(),
        lambda secret: re.sub(r"^signkey-\w+-", "", secret).encode(),
    ),
    "html": (lambda name: f"{name}-secret-1", lambda secret: html.unescape(secret).encode()),
    "nfkd": (lambda name: f"{name}-secret-1", lambda secret: unicodedata.normalize("NFKD", secret).encode()),
}


# ---------------------------------------------------------------- bodies

ID, TYPE = "evt_7Qm2", "invoice.paid"


def nested(pointer, value):
    for name in reversed(pointer.strip("/").split("/")):
        value = [value] if name == "0" else {name: value}
    return value


def merged(parts):
    whole = {}
    for part in parts:
        for name, value in part.items():
            whole[name] = merged([whole[name], value]) if isinstance(whole.get(name), dict) else value
    return whole


def plain_body(own):
    return json.dumps(own | {"amount": 1250, "currency": "EUR", "paid": True}, separators=(",", ":"))


def odd_body(own):
    """What nobody's serializer writes: CRLF, tabs, spaces, raw and escaped non-ASCII text, numbers in odd forms."""
    lines = [f"\t{json.dumps(name)} :  {json.dumps(value, indent=1)}" for name, value in own.items()]
    lines += [
        '"text":"Grüße – 世界 🎉 \\u00e9 \\/ <b>&amp;</b>"',
        '"amount" : 1250.0 ,"rate":1e2',
        '"list":[ ]',
    ]
    return "{\r\n" + " ,\r\n".join(lines) + " \r\n}\r\n\r\n"


# ---------------------------------------------------------------- the schemes


@dataclass(frozen=True)
class Scheme:
    slug: str
    header: str
    shown: str = "{sig}"  # how the header is written
    again: str | None = None  # what a second signature adds to the header
    signed: str = "{body}"
    hash: str = "sha256"
    encoding: str = "hex"
    key: str = "utf8"
    unit: str | None = None  # how the time is written, one of TIMES
    time: str | None = (
        None  # its header, or where it stands in the body; none when it is part of the signature's header
    )
    id_header: str | None = None  # signed
    nonce_header: str | None = None  # signed
    extra: dict = field(default_factory=dict)  # further headers, not signed
    id: str | None = None  # where the event's id and type are: a JSON pointer or a header
    type: str | None = None
    fields: dict = field(default_factory=dict)  # what else a body has to hold
    rewrite: object = None  # what the sender does to the body before it signs
    paired: bool = False  # each key has a header of its own
    bytes_matter: bool = True  # nothing but bytes: the body may be empty, or no text at all

    @property
    def time_in_body(self):
        return bool(self.time) and self.time.startswith("/")

    @property
    def secret(self):
        return self.secret_named(self.slug)

    @property
    def other_secret(self):
        return self.secret_named(self.slug + "-other")

    def secret_named(self, name):
        return KEYS[self.key][0](name)

    def own_fields(self, at=SENT):
        """What this provider's bodies have to hold."""
        parts = [
            nested(place, value) for place, value in ((self.id, ID), (self.type, TYPE)) if place and place[0] == "/"
        ]
        if self.time_in_body:
            text = TIMES[self.unit](at)[0]
            parts.append(nested(self.time, int(text) if text.isdigit() else text))
        return merged([*parts, self.fields])

    def time_shown(self, at):
        return TIMES[self.unit](at)[0] if self.unit else ""

    def signature(self, body, at=SENT, secret=None, time_text=None, id="msg_2Lh9", nonce="n-5f1c"):
        text = self.time_shown(at) if time_text is None else time_text
        covered = self.rewrite(body) if self.rewrite else body
        parts = {"ts": text, "id": id, "nonce": nonce}
        content = b"".join(
            covered if part == "{body}" else part.format(**parts).encode()
            for part in re.split(r"(\{body\})", self.signed)
        )
        key = KEYS[self.key][1](secret or self.secret)
        return ENCODINGS[self.encoding](hmac.new(key, content, self.hash).digest())

    def headers(self, sig, at=SENT, time_text=None, id="msg_2Lh9", nonce="n-5f1c", more=()):
        text = self.time_shown(at) if time_text is None else time_text
        value = self.shown.format(sig=sig, ts=text) + "".join(self.again.format(sig=other) for other in more)
        named = dict(self.extra)
        for place in (self.id, self.type):
            if place and place[0] != "/" and place != self.id_header:
                named[place] = ID if place == self.id else TYPE
        if self.id_header:
            named[self.id_header] = id
        if self.nonce_header:
            named[self.nonce_header] = nonce
        if self.time and not self.time_in_body:
            named[self.time] = text
        named[self.header] = value
        return [[name, value] for name, value in named.items()]

    def expected(self, id="msg_2Lh9", at=SENT):
        expect = {}
        if self.id:
            expect["id"] = id if self.id == self.id_header else ID
        if self.type:
            expect["type"] = TYPE
        if self.unit:
            expect["timestamp_ms"] = TIMES[self.unit](at)[1]
        return expect


def vector(slug, name, verdict, headers, body, secrets, expect=None, settings=None, method="POST", url=None):
    made = {
        "slug": slug,
        "name": name,
        "evidence": "independent",
        "made_by": "tests/sdk/independent.py",
        "verdict": verdict,
        "now_ms": NOW * 1000,
        "secrets": secrets,
        "method": method,
        "url": url or f"https://hooks.example.com/webhooks/{slug}",
        "headers": headers,
    }
    if settings:
        made["settings"] = settings
    try:
        made["body"] = body.decode()
    except UnicodeDecodeError:
        made["body_base64"] = base64_text(body)
    if expect:
        made["expect"] = expect
    return made


# ---------------------------------------------------------------- what every scheme is tried with


def common_cases(scheme):
    one = functools.partial(vector, scheme.slug)
    own = scheme.own_fields()
    plain, odd = plain_body(own).encode(), odd_body(own).encode()
    right = scheme.signature(plain)
    cut = right[:-2] if scheme.encoding == "hex" else right[:-4]
    longer = right + ("00" if scheme.encoding == "hex" else "AAAA")
    secret, other = scheme.secret, scheme.other_secret
    wrong = scheme.signature(plain, secret=other)

    def accepted(name, body, headers=None, secrets=None, expect=None):
        return one(
            name, "accepted", headers or scheme.headers(scheme.signature(body)), body, secrets or [secret], expect
        )

    def refused(name, headers, body=plain, secrets=None):
        return one(name, "refused", headers, body, secrets or [secret])

    yield accepted("a JSON event", plain, expect=scheme.expected())
    yield accepted("CRLF, odd white space and text that is not ASCII", odd)
    if scheme.bytes_matter and not scheme.time_in_body:
        yield accepted("an empty body", b"")
        yield accepted("a body that is not UTF-8", plain[:-1] + b',"name":"Zo\xeb \xff\x00"}')
    if not scheme.paired:
        yield accepted("signed with the second of two secrets", plain, secrets=[other, secret])
    if scheme.encoding == "hex":
        yield accepted("the signature's hex digits are in upper case", plain, scheme.headers(right.upper()))
    if scheme.again:
        yield accepted("the second of two signatures is the right one", plain, scheme.headers(wrong, more=[right]))
        yield accepted("the first of two signatures is the right one", plain, scheme.headers(right, more=[wrong]))
        yield refused("two signatures, both of another secret", scheme.headers(wrong, more=[wrong]))

    headers = scheme.headers(right)
    yield refused("one character of the body is changed", headers, plain.replace(b"1250", b"1251"))
    yield refused("a line feed is added to the body", headers, plain + b"\n")
    yield refused("the body is gone", headers, b"")
    yield refused("signed with another secret", scheme.headers(wrong))
    yield refused("the signature is cut short", scheme.headers(cut))
    yield refused("more follows the signature", scheme.headers(longer))
    yield refused("the signature is empty", scheme.headers(""))
    yield refused("the signature's header is empty", [[n, "" if n == scheme.header else v] for n, v in headers])
    yield refused("the signature's header is missing", [[n, v] for n, v in headers if n != scheme.header])

    if scheme.unit:
        yield from time_cases(scheme, refused)
    for place, what in ((scheme.id_header, "id"), (scheme.nonce_header, "nonce")):
        if place:
            yield refused(f"the {what} is changed", [[n, v + "x" if n == place else v] for n, v in headers])
            yield refused(f"the {what} is missing", [[n, v] for n, v in headers if n != place])


def time_cases(scheme, refused):
    def at(when):
        body = plain_body(scheme.own_fields(when)).encode()
        return scheme.headers(scheme.signature(body, when), when), body

    for name, when in (("the signed time is a day ago", NOW - DAY), ("the signed time is a day ahead", NOW + DAY)):
        headers, body = at(when)
        yield refused(name, headers, body)
    headers, body = at(SENT)
    if scheme.time_in_body:
        yield refused("the time is missing", *untimed(scheme))
        return
    yield refused("the time is changed after signing", scheme.headers(scheme.signature(body), SENT - 1), body)
    if scheme.time:
        yield refused("the time is missing", [[n, v] for n, v in headers if n != scheme.time], body)
    for name, text in (("the time is no time", "soon"), ("the time is empty", "")):
        yield refused(name, scheme.headers(scheme.signature(body, time_text=text), time_text=text), body)


def untimed(scheme):
    body = plain_body({"id": ID}).encode()
    return scheme.headers(scheme.signature(body)), body


# ---------------------------------------------------------------- S1: a MAC over the raw body


def easypost_weights(body):
    """EasyPost signs whole weights as decimals, without the white space after them."""
    return re.sub(rb'("weight":\s*)(\d+)(\s*)(?=,|\})', rb"\g<1>\g<2>.0", body)


JSON_ID, JSON_TYPE = {"id": "/id"}, {"id": "/id", "type": "/type"}
SHA256 = "sha256={sig}"

BODY_SCHEMES = [
    Scheme("github", "x-hub-signature-256", SHA256, id="x-github-delivery", type="x-github-event"),
    Scheme("comapi", "x-comapi-signature", hash="sha1", id="/eventId", type="/name"),
    Scheme("shopify", "x-shopify-hmac-sha256", encoding="base64", id="x-shopify-webhook-id", type="x-shopify-topic"),
    Scheme("line", "x-line-signature", encoding="base64"),
    Scheme("razorpay", "x-razorpay-signature"),
    Scheme("notion", "x-notion-signature", SHA256, **JSON_TYPE),
    Scheme("linear", "linear-signature", unit="ms", time="/webhookTimestamp"),
    Scheme(
        "plain", "plain-request-signature", unit="iso_ms", time="/webhookMetadata/webhookDeliveryAttemptTimestamp",
        **JSON_TYPE,
    ),
    Scheme("gocardless", "webhook-signature"),
    Scheme("coinbase_commerce", "x-cc-webhook-signature", id="/event/id", type="/event/type"),
    Scheme(
        "pagerduty", "x-pagerduty-signature", "v1={sig}", again=",v1={sig}", id="/event/id", type="/event/event_type",
    ),
    Scheme("sentry", "sentry-hook-signature", extra={"sentry-hook-resource": "issue"}),
    Scheme("dropbox", "x-dropbox-signature"),
    Scheme("lemon_squeezy", "x-signature", type="/meta/event_name"),
    Scheme("modern_treasury", "x-signature"),
    Scheme("onfido", "x-sha2-signature"),
    Scheme(
        "easypost", "x-hmac-signature", "hmac-sha256-hex={sig}", key="nfkd", rewrite=easypost_weights,
        bytes_matter=False, id="/id", type="/description",
    ),
    Scheme("kontent_ai", "x-kontent-ai-signature", encoding="base64"),
    Scheme("mailtrap", "mailtrap-signature"),
    Scheme("mailersend", "signature"),
    Scheme("cloudconvert", "cloudconvert-signature"),
    Scheme("viber", "x-viber-content-signature"),
    Scheme("getstream", "x-signature"),
    Scheme("pusher", "x-pusher-signature", unit="ms", time="/time_ms", extra={"x-pusher-key": "app-key-1"}),
    Scheme("hookdeck", "x-hookdeck-signature", encoding="base64"),
    Scheme("mollie", "x-mollie-signature", SHA256, **JSON_TYPE),
    Scheme("alchemy", "x-alchemy-signature", **JSON_TYPE),
    Scheme("veriff", "x-hmac-signature", extra={"x-auth-client": "api-key-1"}),
    Scheme("help_scout", "x-helpscout-signature", hash="sha1", encoding="base64", type="x-helpscout-event"),
    Scheme("unit", "x-unit-signature", hash="sha1", encoding="base64"),
    Scheme("docusign", "x-docusign-signature-1", encoding="base64"),
    Scheme("quickbooks", "intuit-signature", encoding="base64"),
    Scheme("x", "x-twitter-webhooks-signature", SHA256, encoding="base64"),
    Scheme("meta", "x-hub-signature-256", SHA256),
    Scheme("gitea", "x-gitea-signature", id="x-gitea-delivery", type="x-gitea-event"),
    Scheme("cal", "x-cal-signature-256", type="/triggerEvent"),
    Scheme(
        "woocommerce", "x-wc-webhook-signature", encoding="base64", key="html", id="x-wc-webhook-delivery-id",
        type="x-wc-webhook-topic",
    ),
    Scheme("discourse", "x-discourse-event-signature", SHA256, id="x-discourse-event-id", type="x-discourse-event"),
    Scheme(
        "lago", "x-lago-signature", encoding="base64", key="uuid", extra={"x-lago-signature-algorithm": "hmac"},
        id="x-lago-unique-key", type="/webhook_type",
    ),
    Scheme("convoy", "x-convoy-signature"),
    Scheme("adyen_platform", "hmacsignature", encoding="base64", key="hex"),
    Scheme("ms_teams", "authorization", "HMAC {sig}", encoding="base64", key="base64"),
    Scheme("sinch_numbers", "x-sinch-signature", hash="sha1"),
    Scheme("websub", "x-hub-signature", SHA256),
    Scheme("ecourtdate", "x-ecd-signature"),
    Scheme("circleci", "circleci-signature", "v1={sig}", again=",v1={sig}", id="/id", type="circleci-event-type"),
    Scheme("ably", "x-ably-signature", encoding="base64", extra={"x-ably-key": "xVLyHw.AbCdEf"}),
    Scheme("firecrawl", "x-firecrawl-signature", SHA256),
    Scheme("planetscale", "x-planetscale-signature", type="/event"),
    Scheme("greenhouse", "signature", "sha256 {sig}"),
    Scheme("patreon", "x-patreon-signature", hash="md5", type="x-patreon-event"),
    Scheme("segment", "x-signature", hash="sha1", bytes_matter=False),
    Scheme("xero", "x-xero-signature", encoding="base64"),
    Scheme("squarespace", "squarespace-signature", key="hex", id="/id", type="/topic"),
    Scheme("typeform", "typeform-signature", SHA256, encoding="base64", id="/event_id", type="/event_type"),
    Scheme("intercom", "x-hub-signature", "sha1={sig}", hash="sha1", id="/id", type="/topic"),
    Scheme("bitbucket", "x-hub-signature", SHA256, id="x-request-uuid", type="x-event-key"),
    Scheme("clickup", "x-signature", type="/event"),
    Scheme("logto", "logto-signature-sha-256", type="/event"),
    Scheme("signable", "signature", encoding="base64", extra={"x-signable-webhook": str(int(SENT))}),
    Scheme("ekko", "signature", unit="iso", time="/timestamp"),
    Scheme("shopware", "shopware-shop-signature", type="/data/event"),
    Scheme("myax", "x-myax-signature", "sha1={sig}", hash="sha1"),
    Scheme("textus_body", "x-textus-signature", type="/action"),
    Scheme("asana", "x-hook-signature"),
    Scheme("jira", "x-hub-signature", SHA256, id="x-atlassian-webhook-identifier"),
    Scheme("vercel", "x-vercel-signature", hash="sha1", **JSON_TYPE),
    Scheme("heroku", "heroku-webhook-hmac-sha256", encoding="base64"),
    Scheme("fourthwall", "x-fourthwall-hmac-sha256", encoding="base64"),
    Scheme("attio", "attio-signature", id="idempotency-key"),
    Scheme("infisical", "x-infisical-signature", f"t={round(SENT * 1000)};{{sig}}"),
    Scheme("sonarqube", "x-sonar-webhook-hmac-sha256"),
    Scheme("terraform", "x-tfe-notification-signature", hash="sha512"),
    Scheme("paystack", "x-paystack-signature", hash="sha512", type="/event"),
]

# ---------------------------------------------------------------- S2: a MAC over a time and the body

ITEMS = "t={ts},v1={sig}"
DOT = "{ts}.{body}"

TIMED_SCHEMES = [
    Scheme("eka", "eka-webhook-signature", ITEMS, again=",v1={sig}", signed=DOT, unit="s", type="/event"),
    Scheme("stripe", "stripe-signature", ITEMS, again=",v1={sig}", signed=DOT, unit="s", key="whsec_utf8", **JSON_TYPE),
    Scheme(
        "slack", "x-slack-signature", "v0={sig}", signed="v0:{ts}:{body}", unit="s", time="x-slack-request-timestamp",
        id="/event_id", type="/type",
    ),
    Scheme(
        "zoom", "x-zm-signature", "v0={sig}", signed="v0:{ts}:{body}", unit="s", time="x-zm-request-timestamp",
        type="/event",
    ),
    Scheme(
        "paddle", "paddle-signature", "ts={ts};h1={sig}", again=";h1={sig}", signed="{ts}:{body}", unit="s",
        id="/event_id", type="/event_type",
    ),
    Scheme("workos", "workos-signature", "t={ts}, v1={sig}", signed=DOT, unit="ms", id="/id", type="/event"),
    Scheme("mux", "mux-signature", ITEMS, again=",v1={sig}", signed=DOT, unit="s", **JSON_TYPE),
    Scheme("elevenlabs", "elevenlabs-signature", "t={ts},v0={sig}", signed=DOT, unit="s", type="/type"),
    Scheme("fintoc", "fintoc-signature", ITEMS, signed=DOT, unit="s"),
    Scheme("readme", "readme-signature", "t={ts},v0={sig}", signed=DOT, unit="ms"),
    Scheme(
        "sanity", "sanity-webhook-signature", ITEMS, signed=DOT, unit="ms", encoding="base64url",
        extra={"idempotency-key": "delivery-1"},
    ),
    Scheme("recurly", "recurly-signature", "{ts},{sig}", again=",{sig}", signed=DOT, unit="ms"),
    Scheme("hook0", "x-hook0-signature", "t={ts},v0={sig}", signed=DOT, unit="s", key="uuid"),
    Scheme("convoy_advanced", "x-convoy-signature", ITEMS, again=",v1={sig}", signed="{ts},{body}", unit="s"),
    Scheme(
        "webflow", "x-webflow-signature", signed="{ts}:{body}", unit="ms", time="x-webflow-timestamp",
        type="/triggerType",
    ),
    Scheme(
        "cashfree", "x-webhook-signature", signed="{ts}{body}", unit="ms", time="x-webhook-timestamp",
        encoding="base64", type="/type",
    ),
    Scheme(
        "box", "box-signature-primary", signed="{body}{ts}", unit="iso_west", time="box-delivery-timestamp",
        encoding="base64", paired=True, id="/id", type="/trigger",
        extra={"box-signature-version": "1", "box-signature-algorithm": "HmacSHA256", "box-delivery-id": "delivery-1"},
    ),
    Scheme(
        "twitch", "twitch-eventsub-message-signature", SHA256, signed="{id}{ts}{body}", unit="iso_ns",
        time="twitch-eventsub-message-timestamp", id_header="twitch-eventsub-message-id",
        id="twitch-eventsub-message-id",
        extra={"twitch-eventsub-message-type": "notification", "twitch-eventsub-subscription-type": "channel.follow"},
    ),
    Scheme(
        "orb", "x-orb-signature", "v1={sig}", again=" v1={sig}", signed="v1:{ts}:{body}", unit="iso",
        time="x-orb-timestamp", **JSON_TYPE,
    ),
    Scheme(
        "metronome", "metronome-webhook-signature", signed="{ts}\n{body}", unit="http_date", time="x-metronome-date",
        **JSON_TYPE,
    ),
    Scheme("inngest", "x-inngest-signature", "t={ts}&s={sig}", signed="{body}{ts}", unit="s", key="inngest"),
    Scheme("retell", "x-retell-signature", "v={ts},d={sig}", signed="{body}{ts}", unit="ms"),
    Scheme("ghost", "x-ghost-signature", "sha256={sig}, t={ts}", signed="{body}{ts}", unit="ms"),
    Scheme("lovable", "x-lovable-signature", SHA256, signed=DOT, unit="s", time="x-lovable-timestamp"),
    Scheme("crisp", "x-crisp-signature", signed="[{ts};{body}]", unit="ms", time="x-crisp-request-timestamp"),
    Scheme(
        "quicknode", "x-qn-signature", signed="{nonce}{ts}{body}", unit="s", time="x-qn-timestamp",
        nonce_header="x-qn-nonce",
    ),
    Scheme(
        "sinch_conversation", "x-sinch-webhook-signature", signed="{body}.{nonce}.{ts}", unit="s",
        time="x-sinch-webhook-signature-timestamp", nonce_header="x-sinch-webhook-signature-nonce", encoding="base64",
        extra={"x-sinch-webhook-signature-algorithm": "HmacSHA256"},
    ),
    Scheme(
        "partner", "x-webhook-signature", SHA256, signed=DOT, unit="s", time="x-timestamp",
        extra={"x-api-key": "partner-1"}, **JSON_TYPE,
    ),
    Scheme(
        "buildkite", "x-buildkite-signature", "timestamp={ts},signature={sig}", signed=DOT, unit="s",
        type="x-buildkite-event",
    ),
    Scheme("cloudflare_stream", "webhook-signature", "time={ts},sig1={sig}", signed=DOT, unit="s"),
    Scheme(
        "revolut", "revolut-signature", "v1={sig}", again=",v1={sig}", signed="v1.{ts}.{body}", unit="ms",
        time="revolut-request-timestamp", key="wsk",
    ),
    Scheme(
        "zendesk", "x-zendesk-webhook-signature", signed="{ts}{body}", unit="iso",
        time="x-zendesk-webhook-signature-timestamp", encoding="base64",
    ),
    Scheme(
        "configcat", "x-configcat-webhook-signature-v1", again=",{sig}", signed="{id}{ts}{body}", unit="s",
        time="x-configcat-webhook-timestamp", id_header="x-configcat-webhook-id", encoding="base64", key="configcat",
    ),
    Scheme("zoho_payments", "x-zoho-webhook-signature", "t={ts},v={sig}", signed=DOT, unit="ms"),
    Scheme("coinflow", "coinflow-signature", ITEMS, signed=DOT, unit="s"),
    Scheme("zavu", "x-zavu-signature", ITEMS, signed=DOT, unit="s"),
    Scheme("xobni", "x-xobni-signature", SHA256, signed=DOT, unit="s", time="x-xobni-timestamp", type="x-xobni-event"),
    Scheme("textus", "x-textus-signature", signed=DOT, unit="s", time="/timestamp"),
    Scheme(
        "authsignal", "x-signature-v2", "t={ts},v2={sig}", again=",v2={sig}", signed=DOT, unit="s",
        encoding="base64_unpadded",
    ),
    Scheme("paynow", "paynow-signature", signed=DOT, unit="ms", time="paynow-timestamp", encoding="base64"),
    Scheme("calendly", "calendly-webhook-signature", ITEMS, signed=DOT, unit="s", type="/event"),
    Scheme("tailscale", "tailscale-webhook-signature", ITEMS, signed=DOT, unit="s"),
    Scheme("langfuse", "x-langfuse-signature", ITEMS, signed=DOT, unit="s"),
    Scheme("airwallex", "x-signature", signed="{ts}{body}", unit="ms", time="x-timestamp"),
    Scheme("close", "close-sig-hash", signed="{ts}{body}", unit="s", time="close-sig-timestamp", key="hex"),
    Scheme("customer_io", "x-cio-signature", signed="v0:{ts}:{body}", unit="s", time="x-cio-timestamp"),
]

# ---------------------------------------------------------------- S3: Standard Webhooks and its relatives


def standard(slug, prefix="webhook-", key="whsec", **more):
    place = {"id": prefix + "id", "type": "/type"} | more
    return Scheme(
        slug,
        prefix + "signature",
        "v1,{sig}",
        again=" v1,{sig}",
        signed="{id}.{ts}.{body}",
        encoding="base64",
        key=key,
        unit="s",
        time=prefix + "timestamp",
        id_header=place["id"] or prefix + "id",
        **place,
    )


STANDARD_WITH_PREFIX = """
standard_webhooks openai anthropic replicate scalekit lithic liveblocks dodo_payments portone render creem learning_360
signatureapi gitlab
""".split()

STANDARD_SCHEMES = [
    *map(standard, STANDARD_WITH_PREFIX),
    *(standard(slug, "svix-") for slug in ("svix", "resend", "clerk", "flowglad")),
    standard("seam", "svix-", type=None),
    *(standard(slug, key="utf8") for slug in ("polar", "increase", "composio", "bigcommerce")),
    standard("whop", key="ws"),
    standard("finch", "finch-", key="base64", id="finch-event-id"),
    standard("sent_dm", "x-webhook-", id=None),
]

# ---------------------------------------------------------------- what only one provider does


def by_slug(slug):
    return next(scheme for scheme in (*BODY_SCHEMES, *TIMED_SCHEMES, *STANDARD_SCHEMES) if scheme.slug == slug)


def swapped(headers, old, new):
    return [[new if name == old else name, value] for name, value in headers]


def cases_of(scheme):
    """All that this provider is tried with."""
    yield from common_cases(scheme)
    if scheme.slug in SPECIAL:
        body = plain_body(scheme.own_fields()).encode()
        yield from SPECIAL[scheme.slug](scheme, functools.partial(vector, scheme.slug), body, [scheme.secret])


def github_cases(scheme, one, body, secrets):
    old = replace(scheme, header="x-hub-signature", shown="sha1={sig}", hash="sha1")
    yield one("the old SHA-1 signature alone", "refused", old.headers(old.signature(body)), body, secrets)
    bare = replace(scheme, shown="{sig}")
    yield one("the prefix is missing", "refused", bare.headers(scheme.signature(body)), body, secrets)
    form = b"payload=" + quote_plus(body).encode()
    headers = [["content-type", "application/x-www-form-urlencoded"], *scheme.headers(scheme.signature(form))]
    yield one("a form is signed as it is sent", "accepted", headers, form, secrets)


def shopify_cases(scheme, one, body, secrets):
    renamed = replace(scheme, header="shopify-hmac-sha256", id="shopify-webhook-id", type="shopify-topic")
    yield one(
        "the headers of events have no x- before them",
        "accepted",
        renamed.headers(scheme.signature(body)),
        body,
        secrets,
    )


def sentry_cases(scheme, one, body, secrets):
    headers = swapped(scheme.headers(scheme.signature(body)), scheme.header, "sentry-app-signature")
    yield one("the older name of the header", "accepted", headers, body, secrets)


def pagerduty_cases(scheme, one, body, secrets):
    sig = scheme.signature(body)
    unknown = replace(scheme, shown="v9=abc, v1={sig}")
    yield one("signatures of other versions are passed over", "accepted", unknown.headers(sig), body, secrets)
    later = replace(scheme, shown="v2={sig}")
    yield one("a signature of another version alone", "refused", later.headers(sig), body, secrets)


def circleci_cases(scheme, one, body, secrets):
    both = replace(scheme, shown="v2=abc,v1={sig}")
    yield one(
        "signatures of other versions are passed over", "accepted", both.headers(scheme.signature(body)), body, secrets
    )


def easypost_cases(scheme, one, body, secrets):
    for name, text in (
        (
            "a whole weight is signed with a decimal",
            '{"id":"evt_7Qm2","weight":17,"result":{"weight": 4 , "unit":"oz"}}',
        ),
        ("a weight that has a decimal is signed as it is", '{"id":"evt_7Qm2","weight":17.5}'),
        ("only numbers that end there are weights", '{"weight":"17","weights":3,"weight": 12\r\n}'),
    ):
        yield one(name, "accepted", scheme.headers(scheme.signature(text.encode())), text.encode(), secrets)
    secret = "café-ﬁle-№9-secret"
    yield one(
        "the secret is normalized (NFKD)",
        "accepted",
        scheme.headers(scheme.signature(body, secret=secret)),
        body,
        [secret],
    )


def zipped(body):
    """A gzip stream of stored blocks: the same bytes from every version of zlib."""
    packer = zlib.compressobj(0, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()


def gzip_cases(scheme, one, body, secrets):
    headers = [["content-encoding", "gzip"], *scheme.headers(scheme.signature(body))]
    yield one("a compressed body is signed as it was before", "accepted", headers, zipped(body), secrets)
    headers = [["content-encoding", "gzip"], *scheme.headers(scheme.signature(zipped(body)))]
    yield one("a compressed body is signed as it is sent", "refused", headers, zipped(body), secrets)


def hookdeck_cases(scheme, one, body, secrets):
    wrong, right = scheme.signature(body, secret=scheme.other_secret), scheme.signature(body)
    second = "x-hookdeck-signature-2"
    yield one(
        "the second header holds the right one", "accepted", [*scheme.headers(wrong), [second, right]], body, secrets
    )
    yield one("both headers hold another's", "refused", [*scheme.headers(wrong), [second, wrong]], body, secrets)


def mollie_cases(scheme, one, body, secrets):
    wrong, right = scheme.signature(body, secret=scheme.other_secret), scheme.signature(body)
    bare = replace(scheme, shown="{sig}")
    yield one("the prefix is missing", "accepted", bare.headers(right), body, secrets)
    both = [*scheme.headers(wrong), [scheme.header, "sha256=" + right]]
    yield one("the header is there twice, the second is right", "accepted", both, body, secrets)
    neither = [*scheme.headers(wrong), [scheme.header, "sha256=" + wrong]]
    yield one("the header is there twice, none is right", "refused", neither, body, secrets)


def docusign_cases(scheme, one, body, secrets):
    wrong, right = scheme.signature(body, secret=scheme.other_secret), scheme.signature(body)
    numbered = [[f"x-docusign-signature-{number}", right if number == 3 else wrong] for number in (1, 2, 3)]
    yield one("the third of three numbered headers is right", "accepted", numbered, body, secrets)
    yield one(
        "only the second numbered header is there", "accepted", [["x-docusign-signature-2", right]], body, secrets
    )
    yield one(
        "none of three numbered headers is right", "refused", [[name, wrong] for name, _ in numbered], body, secrets
    )


def gitea_cases(scheme, one, body, secrets):
    right = scheme.signature(body)
    form = b"payload=" + quote_plus(body).encode()
    headers = [["content-type", "application/x-www-form-urlencoded"], *scheme.headers(right)]
    yield one("of a form the payload is signed", "accepted", headers, form, secrets)
    headers = [["content-type", "application/x-www-form-urlencoded"], *scheme.headers(scheme.signature(form))]
    yield one("a form is signed as it is sent", "refused", headers, form, secrets)
    yield one(
        "the name that Gogs uses",
        "accepted",
        swapped(scheme.headers(right), scheme.header, "x-gogs-signature"),
        body,
        secrets,
    )
    unsigned = [["x-hub-signature", "sha1="], ["x-hub-signature-256", "sha256="], ["x-gitea-signature", ""]]
    yield one("a hook without a secret sends empty digests", "refused", unsigned, body, secrets)


def cal_cases(scheme, one, body, secrets):
    yield one("what is sent when there is no secret", "refused", scheme.headers("no-secret-provided"), body, secrets)


def woocommerce_cases(scheme, one, body, secrets):
    secret = "Tom &amp; &quot;Jerry&quot; &lt;3 &#039;cheese&#039;"
    yield one(
        "the secret holds HTML entities",
        "accepted",
        scheme.headers(scheme.signature(body, secret=secret)),
        body,
        [secret],
    )
    raw = replace(scheme, key="utf8")
    yield one(
        "the entities were signed undecoded", "refused", raw.headers(raw.signature(body, secret=secret)), body, [secret]
    )


def websub_cases(scheme, one, body, secrets):
    for name in ("sha1", "sha384", "sha512"):
        other = replace(scheme, hash=name, shown=name + "={sig}")
        yield one(f"the sender chose {name.upper()}", "accepted", other.headers(other.signature(body)), body, secrets)
    md5 = replace(scheme, hash="md5", shown="md5={sig}")
    yield one("the sender chose MD5", "refused", md5.headers(md5.signature(body)), body, secrets)
    mislabelled = replace(scheme, shown="sha1={sig}")
    yield one(
        "the method named is not the one used", "refused", mislabelled.headers(scheme.signature(body)), body, secrets
    )
    bare = replace(scheme, shown="{sig}")
    yield one("no method is named", "refused", bare.headers(scheme.signature(body)), body, secrets)


# What JavaScript makes of a body when it parses it and writes it again.
STRINGIFIED = [
    ('{ "uuid" : "m-1",\r\n\t"text" : "Gr\\u00fc\\u00dfe \\/ 世界" }', '{"uuid":"m-1","text":"Grüße / 世界"}'),
    (
        '{"a":1.0,"b":1e2,"c":-0,"d":1e21,"e":1E-7,"f":0.10,"g":12345678901234567890}',
        '{"a":1,"b":100,"c":0,"d":1e+21,"e":1e-7,"f":0.1,"g":12345678901234567000}',
    ),
    ('{"b":1,"10":2,"9":3,"a":[ ],"b":{ }}', '{"9":3,"10":2,"b":{},"a":[]}'),
    ('["\\u0008\\u001F\\u007f\\ud83c\\udf89\\ud83c"]', '["\\b\\u001f\x7f🎉\\ud83c"]'),
]


def ecourtdate_cases(scheme, one, body, secrets):
    for number, (sent, signed) in enumerate(STRINGIFIED, 1):
        headers = scheme.headers(scheme.signature(signed.encode()))
        sent = sent.encode()
        yield one(
            f"signed as JavaScript writes it again, {number}",
            "accepted",
            headers,
            sent,
            secrets,
            settings={"reencode_json": True},
        )
        yield one(
            f"signed as JavaScript writes it again, {number}, where raw bytes count", "refused", headers, sent, secrets
        )


def segment_cases(scheme, one, body, secrets):
    first, second = b'{"messageId":"m-1","type":"track"}', b'{"messageId":"m-2","type":"page"}'
    headers = scheme.headers(scheme.signature(first))
    yield one("of a batch the first event is signed", "accepted", headers, b"[" + first + b"," + second + b"]", secrets)
    yield one("of a batch the first event is another", "refused", headers, b"[" + second + b"," + first + b"]", secrets)
    yield one("an empty batch", "refused", headers, b"[]", secrets)


def hook0_cases(scheme, one, body, secrets):
    time = int(SENT)
    headers = [["x-event-id", ID], ["x-event-type", TYPE]]
    content = f"{time}.x-event-id x-event-type.{ID}.{TYPE}.".encode() + body
    sig = hmac.new(secrets[0].encode(), content, "sha256").hexdigest()
    value = f"t={time},h=x-event-id x-event-type,v1={sig}"
    yield one("headers are signed too", "accepted", [*headers, [scheme.header, value]], body, secrets)
    changed = [["x-event-id", "evt_other"], headers[1], [scheme.header, value]]
    yield one("a signed header is changed", "refused", changed, body, secrets)
    yield one("a signed header is missing", "refused", [headers[1], [scheme.header, value]], body, secrets)
    fewer = value.replace("x-event-id x-event-type", "x-event-type")
    yield one("the list of signed headers is changed", "refused", [*headers, [scheme.header, fewer]], body, secrets)


def box_cases(scheme, one, body, secrets):
    wrong, right = scheme.signature(body, secret="unknown"), scheme.signature(body)
    second, both = "box-signature-secondary", [scheme.other_secret, *secrets]
    yield one("the primary key was replaced", "accepted", [*scheme.headers(wrong), [second, right]], body, both)
    other = scheme.signature(body, secret=scheme.other_secret)
    yield one("the secondary key was replaced", "accepted", [*scheme.headers(other), [second, wrong]], body, both)
    yield one("both signatures are another's", "refused", [*scheme.headers(wrong), [second, wrong]], body, both)
    for name, value in (("version", "2"), ("algorithm", "HmacSHA1")):
        headers = [[n, value if n == "box-signature-" + name else v] for n, v in scheme.headers(right)]
        yield one(f"another {name} is named", "refused", headers, body, secrets)


def again_with_time(unit, name):
    def cases(scheme, one, body, secrets):
        other = replace(scheme, unit=unit)
        yield one(
            name,
            "accepted",
            other.headers(other.signature(body)),
            body,
            secrets,
            {"timestamp_ms": TIMES[unit](SENT)[1]},
        )

    return cases


def lovable_cases(scheme, one, body, secrets):
    yield from again_with_time("ms", "the time is in milliseconds")(scheme, one, body, secrets)
    yield from again_with_time("iso_ms", "the time is a date")(scheme, one, body, secrets)


def inngest_cases(scheme, one, body, secrets):
    whole = replace(scheme, key="utf8")
    sig = whole.signature(body, secret=secrets[0])
    yield one("signed with the key's prefix", "refused", scheme.headers(sig), body, secrets)


def stripe_cases(scheme, one, body, secrets):
    right = scheme.signature(body)
    v0 = replace(scheme, shown="t={ts},v0={sig}")
    yield one("a v0 signature alone", "refused", v0.headers(right), body, secrets)
    beside = replace(
        scheme, shown="t={ts},v1={sig},v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39"
    )
    yield one("a v0 signature beside the right one", "accepted", beside.headers(right), body, secrets)
    undated = replace(scheme, shown="v1={sig}")
    yield one("the time is missing", "refused", undated.headers(right), body, secrets)


def slack_cases(scheme, one, body, secrets):
    form = b"token=abc&team_id=T1&command=%2Fweather&text=94070+%C3%BC&response_url=https%3A%2F%2Fhooks.slack.com%2Fx"
    headers = [["content-type", "application/x-www-form-urlencoded"], *scheme.headers(scheme.signature(form))]
    yield one("a slash command is a form", "accepted", headers, form, secrets)


def flowglad_cases(scheme, one, body, secrets):
    for seconds, verdict in ((55, "accepted"), (65, "refused")):
        when = NOW + seconds
        headers = scheme.headers(scheme.signature(body, when), when)
        yield one(f"the signed time is {seconds} seconds ahead", verdict, headers, body, secrets)


def standard_cases(scheme, one, body, secrets):
    right = scheme.signature(body)
    beside = replace(
        scheme,
        shown="v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg== v1,{sig}",
    )
    yield one("a signature of another version is passed over", "accepted", beside.headers(right), body, secrets)
    later = replace(scheme, shown="v2,{sig}")
    yield one("a signature of another version alone", "refused", later.headers(right), body, secrets)
    for seconds in (290, -290):
        headers = scheme.headers(scheme.signature(body, NOW + seconds), NOW + seconds)
        yield one(f"the signed time is {seconds:+} seconds off", "accepted", headers, body, secrets)


def svix_cases(scheme, one, body, secrets):
    yield from standard_cases(scheme, one, body, secrets)
    unbranded = standard("svix", id="webhook-id")
    yield one("the headers of Standard Webhooks", "accepted", unbranded.headers(scheme.signature(body)), body, secrets)


def openai_cases(scheme, one, body, secrets):
    raw = replace(scheme, key="utf8")
    headers = raw.headers(raw.signature(body))
    yield one("a secret without its prefix is the key itself", "accepted", headers, body, [raw.secret])


def scalekit_cases(scheme, one, body, secrets):
    headers = standard("scalekit", "interceptor-").headers(scheme.signature(body))
    yield one("the headers of interceptors", "accepted", headers, body, secrets)


def creem_cases(scheme, one, body, secrets):
    sig = hmac.new(secrets[0].encode(), body, "sha256").hexdigest()
    yield one("the older header, with the secret as it is", "accepted", [["creem-signature", sig]], body, secrets)


SPECIAL = {
    "github": github_cases,
    "shopify": shopify_cases,
    "sentry": sentry_cases,
    "pagerduty": pagerduty_cases,
    "circleci": circleci_cases,
    "easypost": easypost_cases,
    "getstream": gzip_cases,
    "hookdeck": hookdeck_cases,
    "mollie": mollie_cases,
    "docusign": docusign_cases,
    "gitea": gitea_cases,
    "cal": cal_cases,
    "woocommerce": woocommerce_cases,
    "websub": websub_cases,
    "ecourtdate": ecourtdate_cases,
    "segment": segment_cases,
    "hook0": hook0_cases,
    "box": box_cases,
    "orb": again_with_time("iso_no_zone", "a time without a zone is UTC"),
    "twitch": again_with_time("iso", "a time without fractions of a second"),
    "lovable": lovable_cases,
    "inngest": inngest_cases,
    "stripe": stripe_cases,
    "slack": slack_cases,
    "quicknode": gzip_cases,
    "flowglad": flowglad_cases,
    "standard_webhooks": standard_cases,
    "svix": svix_cases,
    "openai": openai_cases,
    "scalekit": scalekit_cases,
    "creem": creem_cases,
}


# ---------------------------------------------------------------- Hygraph puts the body into JSON and signs that


def hygraph():
    slug, header = "hygraph", "gcms-signature"
    one = functools.partial(vector, slug)
    secret, other = (KEYS["utf8"][0](name) for name in (slug, slug + "-other"))
    body, odd = plain_body({"operation": "publish"}).encode(), odd_body({"operation": "publish"}).encode()
    sent = round(SENT * 1000)

    def sign(text, time=sent, key=secret, environment="master"):
        signed = {"Body": text.decode(), "EnvironmentName": environment, "TimeStamp": time}
        content = json.dumps(signed, separators=(",", ":"), ensure_ascii=False).encode()
        return base64_text(hmac.new(key.encode(), content, "sha256").digest())

    def shown(sig, time=sent, environment="master"):
        return [[header, f"sign={sig}, env={environment}, t={time}"]]

    right = sign(body)
    yield one("a JSON event", "accepted", shown(right), body, [secret], {"timestamp_ms": sent})
    yield one("CRLF, odd white space and text that is not ASCII", "accepted", shown(sign(odd)), odd, [secret])
    controls = '{"text":"\u2028 \x7f \x01 \\u0001"}'.encode()
    yield one(
        "control characters are escaped as JavaScript does", "accepted", shown(sign(controls)), controls, [secret]
    )
    yield one("an empty body", "accepted", shown(sign(b"")), b"", [secret])
    yield one("signed with the second of two secrets", "accepted", shown(right), body, [other, secret])
    yield one(
        "another environment", "accepted", shown(sign(body, environment="dev"), environment="dev"), body, [secret]
    )
    yield one("one character of the body is changed", "refused", shown(right), body.replace(b"1250", b"1251"), [secret])
    yield one("signed with another secret", "refused", shown(sign(body, key=other)), body, [secret])
    yield one("the signature is cut short", "refused", shown(right[:-4]), body, [secret])
    yield one("the signature is empty", "refused", shown(""), body, [secret])
    yield one("the signature's header is empty", "refused", [[header, ""]], body, [secret])
    yield one("the signature's header is missing", "refused", [], body, [secret])
    yield one("the environment is changed", "refused", shown(right, environment="dev"), body, [secret])
    yield one("the time is changed after signing", "refused", shown(right, sent - 1), body, [secret])
    for name, shift in (("ago", -DAY), ("ahead", DAY)):
        time = sent + shift * 1000
        yield one(f"the signed time is a day {name}", "refused", shown(sign(body, time), time), body, [secret])
    bare = hmac.new(secret.encode(), body, "sha256").digest()
    yield one("the body alone is signed", "refused", shown(base64_text(bare)), body, [secret])


# ---------------------------------------------------------------- S0: a token, and nothing is signed

TOKENS = [
    ("gitlab_token", "x-gitlab-token", "{token}"),
    ("telegram", "x-telegram-bot-api-secret-token", "{token}"),
    ("documenso", "x-documenso-secret", "{token}"),
    ("chargebee", "authorization", "Basic {basic}"),
    ("cloudevents", "authorization", "Bearer {token}"),
    ("buildkite_token", "x-buildkite-token", "{token}"),
    ("okta", "authorization", "{token}"),
    ("ringcentral", "verification-token", "{token}"),
    ("supabase", "authorization", "Bearer {token}"),
    ("brevo", "authorization", "Bearer {token}"),
]


def token_cases():
    body = plain_body({"id": ID}).encode()
    for slug, header, shown in TOKENS:
        one = functools.partial(vector, slug)
        token = "hooks:" + slug + "-secret-1" if "{basic}" in shown else slug + "-secret-1"

        def headers(text):
            return [[header, shown.format(token=text, basic=base64_text(text.encode()))]]

        yield one("a JSON event", "accepted", headers(token), body, [token])
        yield one(
            "CRLF, odd white space and text that is not ASCII",
            "accepted",
            headers(token),
            odd_body({"id": ID}).encode(),
            [token],
        )
        yield one("an empty body", "accepted", headers(token), b"", [token])
        yield one("the second of two tokens", "accepted", headers(token), body, ["other-" + token, token])
        yield one("another token", "refused", headers(token[:-1] + "2"), body, [token])
        yield one("the token is cut short", "refused", headers(token[:-1]), body, [token])
        yield one("more follows the token", "refused", headers(token + "1"), body, [token])
        yield one("the token in upper case", "refused", headers(token.upper()), body, [token])
        yield one("the token is empty", "refused", headers(""), body, [token])
        yield one("the header is empty", "refused", [[header, ""]], body, [token])
        yield one("the header is missing", "refused", [], body, [token])
        if shown != "{token}":
            yield one(
                "the token without what comes before it",
                "refused",
                [[header, headers(token)[0][1].split(" ")[1]]],
                body,
                [token],
            )
    yield from token_in_url_cases()
    yield from token_in_body_cases("figma", lambda token: {"event_type": "FILE_UPDATE", "passcode": token})
    yield from token_in_body_cases(
        "microsoft_graph", lambda token: {"value": [{"clientState": token, "changeType": "created"}]}
    )
    yield from microsoft_graph_cases()


def token_in_url_cases():
    body = plain_body({"id": ID}).encode()
    for slug, parameter in (("cloudevents", "access_token"), ("event_grid", "token")):
        one, token = functools.partial(vector, slug), slug + "-secret-1"
        for name, verdict, text in (
            ("the token is in the URL", "accepted", token),
            ("another token is in the URL", "refused", token + "2"),
            ("the token in the URL is cut short", "refused", token[:-1]),
            ("the token in the URL is empty", "refused", ""),
        ):
            url = f"https://hooks.example.com/webhooks/{slug}?{parameter}={quote(text)}"
            yield one(name, verdict, [], body, [token], url=url)
        yield one("there is no token", "refused", [], body, [token])


def token_in_body_cases(slug, fields):
    one = functools.partial(vector, slug)
    token = slug + "-secret-1"

    def body(text):
        return plain_body(fields(text)).encode()

    yield one("a JSON event", "accepted", [], body(token), [token])
    yield one(
        "CRLF, odd white space and text that is not ASCII", "accepted", [], odd_body(fields(token)).encode(), [token]
    )
    yield one("the second of two tokens", "accepted", [], body(token), ["other-" + token, token])
    yield one("another token", "refused", [], body(token[:-1] + "2"), [token])
    yield one("the token is cut short", "refused", [], body(token[:-1]), [token])
    yield one("the token is empty", "refused", [], body(""), [token])
    yield one("the token is null", "refused", [], body(None), [token])
    yield one("the token is missing", "refused", [], plain_body({"event_type": "FILE_UPDATE"}).encode(), [token])
    yield one("the body is no JSON", "refused", [], body(token)[:-1], [token])
    yield one("the body is empty", "refused", [], b"", [token])


def microsoft_graph_cases():
    one = functools.partial(vector, "microsoft_graph")
    token = "microsoft_graph-secret-1"

    def body(*states):
        return json.dumps({"value": [{"subscriptionId": "s-1", "clientState": state} for state in states]}).encode()

    yield one("each notification has the token", "accepted", [], body(token, token), [token])
    yield one("the second notification has another token", "refused", [], body(token, "other"), [token])
    yield one("the first notification has another token", "refused", [], body("other", token), [token])
    yield one("there is no notification", "refused", [], body(), [token])


def main():
    schemes = (*BODY_SCHEMES, *TIMED_SCHEMES, *STANDARD_SCHEMES)
    for cases in (*map(cases_of, schemes), hygraph(), token_cases()):
        for made in cases:
            print(json.dumps(made))


if __name__ == "__main__":
    main()
