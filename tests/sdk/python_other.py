"""Vectors for the presets whose verifier is best run in Python: Mandrill, Mailgun, Sinch, Vonage SMS, Lark, PayPal,
MessageBird, RFC 9421. Each request is signed from the documented rule and then shown to the package named in `made_by`;
only what that package said is printed. Packages by others than the provider count as "independent". The vectors printed
in RFC 9421 are checked the same way.

    python3 -m venv sdk && sdk/bin/pip install -r python_other.requirements.txt
    sdk/bin/python python_other.py | python3 merge.py

The clock is frozen and no signature is random, so a second run prints the same.
"""

import base64
import binascii
import contextlib
import datetime
import hashlib
import hmac
import io
import json
import logging
import os
import sys
import time
import types
import warnings
from importlib.metadata import version
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

NOW = 1764000000000
SECONDS = NOW // 1000
clock = {"ms": NOW}


class FrozenDatetime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(clock["ms"] / 1000, tz)

    @classmethod
    def utcnow(cls):
        return cls.fromtimestamp(clock["ms"] / 1000, datetime.timezone.utc).replace(tzinfo=None)


time.time = lambda: clock["ms"] / 1000
datetime.datetime = FrozenDatetime  # before the packages below take it

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
if "SDK_DIR" in os.environ:
    sys.path[:0] = map(str, Path(os.environ["SDK_DIR"]).glob("lib/python*/site-packages"))

from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

# ---- Test keys. Made for this file, used nowhere else. ----------------------------------------------------------------

TEST_RSA_PRIVATE_KEY = b"""-----BEGIN PRIVATE KEY-----
MIIEvwIBADANBgkqhkiG9w0BAQEFAASCBKkwggSlAgEAAoIBAQCpxPuJlGeMOW19
txRKoQSq9lqlKhmN4BrNdCYrcV1MkePta7E7zHB8SrjCtS/vZ9BBjXSF1wh8/76L
BolS7lQF2OFdtdgZHYn/jT+ojjd9niUF/MxPq0JKyhEa2BDdJbRaKlznP7kwpivx
mPFQNqZlcNeNxl50+9IW+37USFnrGz5tCXZHKuOIvECmJAFseq1s40dIGw05B14O
T04+CLT2RLLoR/3PTfCptCpLCVRhRMdul9qgtk8DBSstdcrnMuYow0z/en73r8Oa
bfgK+V5D/kqiuh22jHnkzRYo5xVYBbnR9rZA2l0NufRaq5WLwvgsBrWzOQrt+8ey
Y60L/dvTAgMBAAECggEADu5L9bp6GDs4Fc2ODiQ22LcIRiy7iPPz7NbcFoexXhnE
ndhnWCwvm8F8mg89CIVXq7Q+Um5qM4gl4MHx6OZyDajt5S59iMlFc5bKHvpnB01r
Jyl9FJKqJrwPy2MY/0Ig0v8/zXdtbkm8ZVKqAn/T8ZRTjjIAk7GkCrESuKZ7q1wa
Gln1+QPIrum/c4exXrYT1cNfKFxklxn8FP4Nf0Un3kcahh1USDSJQ0A/yseX5DVW
19QFsSrqZbEoWOKvJmPmMRplsOnfyde3LXVk62sJO9W+OSjXacdFEHWF1pe0Uo6k
06XOZMh/iMSN2IXPJDeQco7SC8gXlIGrkNrw7CHzrQKBgQDgC7giuaOWoE8syqfs
OS5l9GyScuYD57ciCkfMb/z6zL0H2IUc7T5YnEgkjCIyM35ec/PrESO8wSGrawEq
RTArZeWth03StZcLx7hRg+i2G9v/qC+eSY6Ms3c/0PabVh1elGnXZrPQl5D3LGQL
Lk0eSPIQbn/2L8cdFh6FvyoFJwKBgQDB+4uoiM8j3gGmwTEslOjPW4pZQt9oG000
wUKnQSXJAdTqHRW3gGxAkmv7x9uIm7xt4wozPZ1pvwhW50RHwV9vP5YOtwTHgwu2
BDyDqbA9fiT4UcqKcVYgbg+3Fcn1NcsKU2WAlcGnUDft9xv6HJzmOLcnsC+haG/W
ss903/UXdQKBgQDaIa7aaEFkgpnzcy/A5v9MlogqoaFexfhgNQAohBQbHsEgZWdc
fYOJBEedBa65j7cGQQCHqf1QZfzhB2JwBELcze2rYKOddd0kxAOpobMtsrwkElyi
UN1wEb8Vq96d6F7Z2ceex0hk21xxuo+A70h4Ju8+nkcJqwTCRenbr/46WwKBgQCQ
TP9nL95nYA76bVyXPW6yUfZo0EZAu46DYAClSuFA1gv83AX7q5zbrBCIC/RTewaA
+BPuajdfIqyheQhiGIdVyodmCt+TSvi7PguGJgTkuaHm13FD62uWVEl8eMjzkECq
Pb+UF9MnE5WHf/tf40kUObyF2ZqVB4uquvl4h+FawQKBgQCH50sbEQr1r+7WCiE2
jDWRaEjomSCruhrWutFqYKiFfmKwlC37TE4/zLztiX01fMe4bI4GTCLWPOrFa+YH
YeZx/f8x9vNsmgRrwGr1ehiOuB+BYGIQV1bRReq4HJ6ZgMxoHHkXB3UaWOuxoNMz
Vrbwm5x3Q0TEx8sbw0cv1Ga8GA==
-----END PRIVATE KEY-----
"""
TEST_CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIDcTCCAlmgAwIBAgICXlcwDQYJKoZIhvcNAQELBQAwWTEsMCoGA1UEAwwjbWVz
c2FnZXZlcmlmaWNhdGlvbmNlcnRzLnBheXBhbC5jb20xKTAnBgNVBAoMIFRlc3Qg
Y2VydGlmaWNhdGUsIG5vdCBhIHJlYWwgb25lMB4XDTIwMDEwMTAwMDAwMFoXDTQ5
MTIzMTAwMDAwMFowWTEsMCoGA1UEAwwjbWVzc2FnZXZlcmlmaWNhdGlvbmNlcnRz
LnBheXBhbC5jb20xKTAnBgNVBAoMIFRlc3QgY2VydGlmaWNhdGUsIG5vdCBhIHJl
YWwgb25lMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqcT7iZRnjDlt
fbcUSqEEqvZapSoZjeAazXQmK3FdTJHj7WuxO8xwfEq4wrUv72fQQY10hdcIfP++
iwaJUu5UBdjhXbXYGR2J/40/qI43fZ4lBfzMT6tCSsoRGtgQ3SW0Wipc5z+5MKYr
8ZjxUDamZXDXjcZedPvSFvt+1EhZ6xs+bQl2RyrjiLxApiQBbHqtbONHSBsNOQde
Dk9OPgi09kSy6Ef9z03wqbQqSwlUYUTHbpfaoLZPAwUrLXXK5zLmKMNM/3p+96/D
mm34CvleQ/5Korodtox55M0WKOcVWAW50fa2QNpdDbn0WquVi8L4LAa1szkK7fvH
smOtC/3b0wIDAQABo0MwQTAPBgNVHRMBAf8EBTADAQH/MC4GA1UdEQQnMCWCI21l
c3NhZ2V2ZXJpZmljYXRpb25jZXJ0cy5wYXlwYWwuY29tMA0GCSqGSIb3DQEBCwUA
A4IBAQAKu+TH4dpXdxnw4LFpFIyzcrC9w8qf9ZSyOQWkKsoaOS96oLrx1Tsp9Mif
wpZdDctedr2s6KE8S79vVYtUQT4SQVWa+kvupvbDVgiXYRmaEL4C76zJ/2JTYhwX
oxGPe5aIcc+/HyQV6UIAn8Hz0iXgT07P/tMRynVkqs31ZORlqan2vK/69jEUYzG/
NXnrGO72IY8UtXJYILFzy6+dtV8fv/NTn+4wurN2sHWDzlZCt1Wp2BJZPmUYYPoa
qmrwBX1dCz0iGYY4JOFz1GiEkKhCndDhWpaciWiD+dwvnynuZNdz793oz1YKak8H
kG07sJv+KTCXzENCW7EJSHCI2Oli
-----END CERTIFICATE-----
"""
TEST_OTHER_CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIDMTCCAhmgAwIBAgICXlkwDQYJKoZIhvcNAQELBQAwUTEsMCoGA1UEAwwjbWVz
c2FnZXZlcmlmaWNhdGlvbmNlcnRzLnBheXBhbC5jb20xITAfBgNVBAoMGEFub3Ro
ZXIgdGVzdCBjZXJ0aWZpY2F0ZTAeFw0yMDAxMDEwMDAwMDBaFw00OTEyMzEwMDAw
MDBaMFExLDAqBgNVBAMMI21lc3NhZ2V2ZXJpZmljYXRpb25jZXJ0cy5wYXlwYWwu
Y29tMSEwHwYDVQQKDBhBbm90aGVyIHRlc3QgY2VydGlmaWNhdGUwggEiMA0GCSqG
SIb3DQEBAQUAA4IBDwAwggEKAoIBAQDPlF9/ZQWE2KMLbLO2+qEBh2S1WaTO4MJe
JZ648YOm/AZ5blQdgC7O2b3zCj1BNgjb9MEyw2MT4ltD5GsI5ee0Re80krHPo8Tk
QyzkgMBu9vUlPGD6GMQn+I5+Ybcr6rVgABcwn0Hz/VT2YpUtzCl3rcwTMLNkdMDR
2aaGG4sWkATGoCMFRMU3QDhvr5qML7Bj7pDGh+YTyhk/JJ1l/GCkvAQjuqoAHNiA
zj1/USsVwY2hE6de3YBZ7OFZYJ8jzI2VuftQYz5JD08c2c9rJsGq/CVr1UE5NBxO
teLf1Pt3ohml+xmMsQXZyO/WwDUNaFFmJ1GbKKijaykMJlY7Opv3AgMBAAGjEzAR
MA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADggEBADjUEM7rTg3gkQWf
2a8J7dFOlEvzFDiOkswBFHcIehQCTWQHgqxIzF+ebSMH7i9bomB49RZ4Dj0SGlYx
SQPblfE1LS6i8mZQBH9vOYpiT9RiU7hTtf7YgQbte10uO4TfF6YA1Gw2il43XF6n
YqvgooJh0PMcIVAdn74g1HHEHPYMwjO5FHoCAkkObJTP5vJ661eAec19RvYQiJn/
A5nFxz0g6E5n9LcL9+EAcFEB7AQbX1CsV5dfkQPyY589VoIV8lvGJZsNk2PmlAuI
otFxjWMKbfMCE6p3kvzvhLsnAuwH3baT77tDqKa7tv4P5rkoaArDaH/O5Vm6ZFCK
j3vHde8=
-----END CERTIFICATE-----
"""
TEST_FOREIGN_CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIDAzCCAeugAwIBAgICXmAwDQYJKoZIhvcNAQELBQAwOjE4MDYGA1UEAwwvbWVz
c2FnZXZlcmlmaWNhdGlvbmNlcnRzLnBheXBhbC5jb20uZXhhbXBsZS5uZXQwHhcN
MjAwMTAxMDAwMDAwWhcNNDkxMjMxMDAwMDAwWjA6MTgwNgYDVQQDDC9tZXNzYWdl
dmVyaWZpY2F0aW9uY2VydHMucGF5cGFsLmNvbS5leGFtcGxlLm5ldDCCASIwDQYJ
KoZIhvcNAQEBBQADggEPADCCAQoCggEBAKnE+4mUZ4w5bX23FEqhBKr2WqUqGY3g
Gs10JitxXUyR4+1rsTvMcHxKuMK1L+9n0EGNdIXXCHz/vosGiVLuVAXY4V212Bkd
if+NP6iON32eJQX8zE+rQkrKERrYEN0ltFoqXOc/uTCmK/GY8VA2pmVw143GXnT7
0hb7ftRIWesbPm0Jdkcq44i8QKYkAWx6rWzjR0gbDTkHXg5PTj4ItPZEsuhH/c9N
8Km0KksJVGFEx26X2qC2TwMFKy11yucy5ijDTP96fvevw5pt+Ar5XkP+SqK6HbaM
eeTNFijnFVgFudH2tkDaXQ259FqrlYvC+CwGtbM5Cu37x7JjrQv929MCAwEAAaMT
MBEwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOCAQEACxHy89lT1kRs
UsXcFaecA2cazBFTcwYTr4veFLnEJlkd+zJsVxwWLhPg8S3g9n6uosPz4BW6AwjS
HKPEz8LgCyQsA27CV5ts6T1qGSpVbrwrKUDnw1MyZ9RV30NyMJXwAEOxdZACBpAe
KESNvS0SKL6E2qrwVgRv7kenw2DZCv/2FPbVHnpD9HLGiVgX6Gaewvmm3hTovJJr
k7VH4AT6yD2O/31XgOD52ER7DYbDUVf7Qlp5LbKnieu3LKtZqQJT/fm4KS9UqPVG
YDFrRqIBKLV1gapkF9fDa80q6WHLcf4NL//Ns9nU6ADbVhTrkTPqdktqetrMJCR3
enjaTOtZ4Q==
-----END CERTIFICATE-----
"""
TEST_ED25519_PRIVATE_KEY = b"""-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIHkZENLDAfuDSig1E1/xrOaGbEQbjuO6aTtMmTE4cRL3
-----END PRIVATE KEY-----
"""

PLAIN = '{"id":"evt_0001","type":"invoice.paid","data":{"amount":1999,"currency":"EUR"}}'
ODD = '{\r\n\t"id" : "evt_0002",\n  "note":  "Grüße aus Köln, ¥ 100, 日本語, 🦀",\r\n "amount": 10.0 }\n'
TAMPER = ("1999", "9999")
FORM = ["content-type", "application/x-www-form-urlencoded"]
JSON = ["content-type", "application/json"]


def b64(data):
    return base64.b64encode(data).decode()


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def mac(name, key, *parts):
    data = b"".join(part if isinstance(part, bytes) else part.encode() for part in parts)
    return hmac.new(key if isinstance(key, bytes) else key.encode(), data, name)


def rsa_sign(digest, data):
    key = serialization.load_pem_private_key(TEST_RSA_PRIVATE_KEY, None)
    return key.sign(data.encode(), rsa_padding.PKCS1v15(), digest)


def public_pem(private_pem):
    key = serialization.load_pem_private_key(private_pem, None).public_key()
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def pip(name):
    return f"pip {name} {version(name)}"


# ---- Requests ---------------------------------------------------------------------------------------------------------

failures = 0


def header(request, name):
    return next((value for key, value in request["headers"] if key == name), None)


def with_header(request, name, change):
    return request | {"headers": [[key, change(value) if key == name else value] for key, value in request["headers"]]}


def without_header(request, name):
    return request | {"headers": [[key, value] for key, value in request["headers"] if key != name]}


def with_body(request, old, new):
    if old not in request["body"]:
        raise ValueError(f"{old!r} is not in the body")
    return request | {"body": request["body"].replace(old, new)}


def in_header(name):
    return lambda request, change: with_header(request, name, change)


def in_body(pick):
    def edit(request, change):
        signature = pick(request["body"])
        return with_body(request, signature, change(signature))

    return edit


def check(slug, by, evidence, accepts, verdict, name, request, expect=None):
    """Shows `request` to `accepts` and prints it as a vector if the answer is the wanted one."""
    global failures
    seen = {"method": "POST", "url": f"https://hooks.example.com/webhooks/{slug}", "now_ms": NOW, "settings": {}} | request
    clock["ms"] = seen["now_ms"]
    reason = ""
    try:
        answer = accepts(seen) is True
    except Exception as error:  # a verifier may refuse in any way it likes
        answer, reason = False, f" ({type(error).__name__}: {error})"
    clock["ms"] = NOW
    if answer != (verdict == "accepted"):
        failures += 1
        print(f"{slug}: wanted {verdict}, not so: {name}{reason}", file=sys.stderr)
        return
    vector = {"slug": slug, "name": name, "evidence": evidence, "made_by": by, "verdict": verdict}
    vector |= {key: seen[key] for key in ("now_ms", "secrets", "settings", "method", "url", "headers", "body") if seen[key] != {}}
    print(json.dumps(vector | ({"expect": expect} if expect else {})))


def provider(slug, by, accepts, good, bad, evidence="sdk"):
    """One provider: good requests, then bad ones, each `(name, request, expect)`."""
    for case in good:
        check(slug, by, evidence, accepts, "accepted", *case)
    for case in bad:
        check(slug, by, evidence, accepts, "refused", *case)


def refusals(request, edit, wrong, tamper=TAMPER):
    """The usual refusals of one good request; no `tamper` where the body is not covered."""
    changed = [("the body has one character changed", with_body(request, *tamper))] if tamper else []
    return changed + [
        ("the secret is another one", request | {"secrets": [wrong]}),
        ("the signature is cut short", edit(request, lambda signature: signature[:-4])),
        ("the signature is empty", edit(request, lambda signature: "")),
    ]


# ---- Providers ---------------------------------------------------------------------------------------------------------


def django_request(request):
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(SECRET_KEY="test", ALLOWED_HOSTS=["*"], DEFAULT_CHARSET="utf-8")
        django.setup()
    from django.test import RequestFactory

    url = urlsplit(request["url"])
    extra = {f"HTTP_{key.upper().replace('-', '_')}": value for key, value in request["headers"] if key != "content-type"}
    path = url.path + (f"?{url.query}" if url.query else "")
    return RequestFactory(SERVER_NAME=url.hostname).generic(
        "POST", path, request["body"].encode(), header(request, "content-type"), secure=True, **extra
    )


def mandrill():
    name = "x-mandrill-signature"
    url = "https://hooks.example.com/webhooks/mandrill"
    key = "test-mandrill-webhook-key"

    def accepts(request):
        django = django_request(request)
        from anymail.webhooks.mandrill import MandrillCombinedWebhookView

        view = MandrillCombinedWebhookView(webhook_key=request["secrets"][0], webhook_url=request["url"])
        view.run_validators(django)
        return True

    def make(fields, at=url):
        signed = at + "".join(name + fields[name] for name in sorted(fields))
        return {"secrets": [key], "url": at, "headers": [FORM, [name, b64(mac("sha1", key, signed).digest())]], "body": urlencode(fields)}

    good = make({"mandrill_events": '[{"event":"send","_id":"0001","ts":1999}]'})
    provider("mandrill", pip("django-anymail"), accepts, [
        ("the URL, then names and values of the form", good),
        ("non-ASCII text and white space in the events", make({"mandrill_events": '[{"event":"inbound",\r\n\t"msg": {"subject":"Grüße 日本 🦀 100%"}}]'})),
        ("no events: the test when the webhook is made", make({"mandrill_events": "[]"})),
        ("several fields are sorted by name", make({"b": "2", "mandrill_events": "[]", "a": "1"})),
        ("the URL has a query", make({"mandrill_events": "[]"}, f"{url}?shop=7&x=%2Fa")),
    ], refusals(good, in_header(name), "another-webhook-key") + [
        ("a field was added", good | {"body": good["body"] + "&extra=1"}),
        ("another URL", good | {"url": f"{url}?x=1"}),
        ("the header is missing", without_header(good, name)),
    ], evidence="independent")


def mailgun():
    key = "test-mailgun-webhook-signing-key"

    def accepts(request):
        django = django_request(request)
        from anymail.webhooks.mailgun import MailgunTrackingWebhookView

        MailgunTrackingWebhookView(webhook_signing_key=request["secrets"][0]).run_validators(django)
        return True

    def signature(timestamp, token):
        return {"timestamp": timestamp, "token": token, "signature": mac("sha256", key, timestamp, token).hexdigest()}

    token = "0123456789abcdef0123456789abcdef0123456789abcdef01"
    stamp = f"{SECONDS - 2}"

    def make(data, indent=None, timestamp=stamp):
        body = json.dumps({"signature": signature(timestamp, token), "event-data": data}, indent=indent, ensure_ascii=False)
        return {"secrets": [key], "headers": [JSON], "body": body}

    good = make({"event": "delivered", "id": "0001", "size": 1999})
    form = {"secrets": [key], "headers": [FORM], "body": urlencode({"event": "opened", "recipient": "a@example.com"} | signature(stamp, token))}
    edit = in_body(lambda body: json.loads(body)["signature"]["signature"])
    provider("mailgun", pip("django-anymail"), accepts, [
        ("time and token, in the signature object of the body", good, {"type": "delivered", "timestamp_ms": (SECONDS - 2) * 1000}),
        ("non-ASCII text and white space in the body", make({"event": "opened", "note": "Grüße 日本 🦀"}, indent=2)),
        ("an old webhook: the three fields are form fields", form),
        ("the event is not covered", with_body(good, "1999", "9999")),
    ], refusals(good, edit, "another-signing-key", None) + [
        ("another token", with_body(good, token, token.replace("01", "02", 1))),
        ("the time was changed", with_body(good, stamp, f"{SECONDS - 1}")),
        ("no signature object", {"secrets": [key], "headers": [JSON], "body": '{"event-data":{"event":"delivered"}}'}),
        ("an old webhook, another token", with_body(form, token, token.replace("01", "02", 1))),
    ], evidence="independent")


def sinch_application():
    from sinch.core.internal.sinch_events.authorization_helpers import validate_authentication_header

    key, secret = "00000000-0000-4000-8000-000000000001", b64(b"test-sinch-application-secret-00")
    url = "https://hooks.example.com/webhooks/sinch_application"

    def accepts(request):
        return validate_authentication_header(
            key=request["settings"]["key"], secret=request["secrets"][0], headers=dict(request["headers"]),
            body=request["body"], path=urlsplit(request["url"]).path, method=request["method"],
        )

    def make(body, scheme="Service", content_type="application/json", at=url, timestamp="2025-11-24T15:59:58.0000000Z"):
        md5 = b64(hashlib.md5(body.encode()).digest())
        signed = "\n".join(["POST", md5, content_type, f"x-timestamp:{timestamp}", urlsplit(at).path])
        signature = b64(mac("sha256", base64.b64decode(secret), signed).digest())
        return {
            "secrets": [secret], "settings": {"key": key}, "url": at, "body": body,
            "headers": [["authorization", f"{scheme} {key}:{signature}"], ["content-type", content_type], ["x-timestamp", timestamp]],
        }

    good = make('{"event":"ice","callid":"1999","version":1}')
    edit = lambda request, change: with_header(request, "authorization", lambda value: f"{value.rpartition(':')[0]}:{change(value.rpartition(':')[2])}")
    provider("sinch_application", pip("sinch"), accepts, [
        ("method, digest of the body, type, time and path", good),
        ("non-ASCII text, CRLF and white space in the body", make(ODD)),
        ("the type has a character set", make(PLAIN, content_type="application/json; charset=utf-8")),
        ("the scheme in lower case", make(PLAIN, scheme="service")),
        ("the query is not covered", make(PLAIN) | {"url": f"{url}?shop=7"}),
    ], refusals(good, edit, b64(b"another-sinch-application-secret")) + [
        ("another key", with_header(good, "authorization", lambda value: value.replace("0001:", "0002:"))),
        ("the time was changed", with_header(good, "x-timestamp", lambda value: value.replace("58.", "59."))),
        ("the time is missing", without_header(good, "x-timestamp")),
        ("another type", with_header(good, "content-type", lambda value: "text/plain")),
        ("another path", good | {"url": f"{url}/other"}),
        ("another method", good | {"method": "PUT"}),
        ("another scheme", with_header(good, "authorization", lambda value: value.replace("Service", "Basic"))),
    ])


def vonage_sms():
    import nexmo

    secret = "test-vonage-signature-secret"

    def accepts(request):
        method = {"md5hash": None}.get(request["settings"]["signature_method"], request["settings"]["signature_method"])
        client = nexmo.Client(key="k", secret="s", signature_secret=request["secrets"][0], signature_method=method)
        if method is None:
            client.signature_method = None
        query = urlsplit(request["url"]).query
        if header(request, "content-type") == JSON[1]:
            fields = json.loads(request["body"])
        else:
            fields = dict(parse_qsl(query or request["body"], keep_blank_values=True))
        return client.check_signature(fields)

    def sign(fields, method):
        escaped = {name: value.replace("&", "_").replace("=", "_") for name, value in fields.items()}
        text = "".join(f"&{name}={escaped[name]}" for name in sorted(escaped))
        return hashlib.md5((text + secret).encode()).hexdigest() if method == "md5hash" else mac(method, secret, text).hexdigest()

    def make(fields=None, method="md5hash", place="form"):
        fields = {"msisdn": "447700900001", "to": "447700900000", "messageId": "0001", "text": "1999", "timestamp": f"{SECONDS - 2}"} | (fields or {})
        fields["sig"] = sign(fields, method)
        request = {"secrets": [secret], "settings": {"signature_method": method}, "headers": [FORM], "body": urlencode(fields)}
        if place == "query":
            request |= {"method": "GET", "url": f"https://hooks.example.com/webhooks/vonage_sms?{urlencode(fields)}", "headers": [], "body": ""}
        if place == "json":
            request |= {"headers": [JSON], "body": json.dumps(fields, ensure_ascii=False)}
        return request

    good = make()
    edit = in_body(lambda body: dict(parse_qsl(body))["sig"])
    hmac256 = make(method="sha256")
    provider("vonage_sms", pip("nexmo"), accepts, [
        ("MD5 over the sorted parameters and the secret, as a form", good),
        ("as a query", make(place="query")),
        ("as JSON", make(place="json")),
        ("non-ASCII text, line ends, ampersands and equals signs in a value", make({"text": "Grüße=1&2\r\n日本 🦀 100%"})),
        ("an empty value counts", make({"keyword": ""})),
        ("HMAC-SHA256", hmac256),
        ("HMAC-SHA512", make(method="sha512")),
        ("HMAC-SHA1", make(method="sha1")),
        ("HMAC-MD5", make(method="md5")),
        ("the signature in upper case", edit(good, str.upper)),
    ], refusals(good, edit, "another-signature-secret") + [
        ("a parameter was added", good | {"body": good["body"] + "&extra=1"}),
        ("a parameter was taken away", with_body(good, "to=447700900000&", "")),
        ("the time was changed", with_body(good, f"{SECONDS - 2}", f"{SECONDS - 1}")),
        ("no signature", with_body(good, "&sig=", "&other=")),
        ("MD5 where the account uses HMAC-SHA256", good | {"settings": hmac256["settings"]}),
        ("HMAC-SHA256, another secret", hmac256 | {"secrets": ["another-signature-secret"]}),
    ])


def lark():
    from lark_oapi import EventDispatcherHandler
    from lark_oapi.core.model import RawRequest

    names = ["x-lark-request-timestamp", "x-lark-request-nonce", "x-lark-signature"]
    encrypt_key, token = "test-lark-encrypt-key", "test-lark-verification-token"

    def accepts(request):
        handler = EventDispatcherHandler.builder(request["secrets"][0], token).register_p2_customized_event("test.event_v1", lambda event: None).build()
        raw = RawRequest()
        raw.uri = request["url"]
        raw.body = request["body"].encode()
        raw.headers = {"-".join(part.capitalize() for part in key.split("-")): value for key, value in request["headers"]}
        return handler.do(raw).status_code == 200

    def encrypted(event):
        padder = padding.PKCS7(128).padder()
        encryptor = Cipher(algorithms.AES(hashlib.sha256(encrypt_key.encode()).digest()), modes.CBC(b"0123456789abcdef")).encryptor()
        data = encryptor.update(padder.update(event.encode()) + padder.finalize()) + encryptor.finalize()
        return json.dumps({"encrypt": b64(b"0123456789abcdef" + data)})

    def make(body, timestamp=f"{SECONDS - 2}", nonce="0123456789"):
        signature = hashlib.sha256((timestamp + nonce + encrypt_key + body).encode()).hexdigest()
        return {"secrets": [encrypt_key], "headers": [[names[0], timestamp], [names[1], nonce], [names[2], signature]], "body": body}

    def event(note):
        head = {"event_id": "0001", "event_type": "test.event_v1", "create_time": f"{NOW - 2000}", "token": token, "app_id": "cli_0001", "tenant_key": "t"}
        return json.dumps({"schema": "2.0", "header": head, "event": {"note": note}}, ensure_ascii=False)

    good = make(event("1999"))
    provider("lark", pip("lark-oapi"), accepts, [
        ("time, nonce, encrypt key and body", good, {"id": "0001", "type": "test.event_v1", "timestamp_ms": (SECONDS - 2) * 1000}),
        ("non-ASCII text, CRLF and white space in the body", make("{\r\n\t" + event("Grüße 日本 🦀")[1:] + "\n")),
        ("an encrypted event: the signature is over the body as sent", make(encrypted(event("1999")))),
    ], refusals(good, in_header(names[2]), "another-encrypt-key") + [
        ("the time was changed", with_header(good, names[0], lambda value: f"{SECONDS - 1}")),
        ("another nonce", with_header(good, names[1], lambda value: "9876543210")),
        ("an encrypted event with a signature over the plain one", make(event("1999")) | {"body": encrypted(event("1999"))}),
        ("the time is missing", without_header(good, names[0])),
    ])


def lark_card():
    from lark_oapi import CardActionHandler
    from lark_oapi.core.model import RawRequest

    names = ["x-lark-request-timestamp", "x-lark-request-nonce", "x-lark-signature"]
    token = "test-lark-verification-token"

    def accepts(request):
        handler = CardActionHandler.builder("", request["secrets"][0]).register(lambda card: None).build()
        raw = RawRequest()
        raw.uri = request["url"]
        raw.body = request["body"].encode()
        raw.headers = {"-".join(part.capitalize() for part in key.split("-")): value for key, value in request["headers"]}
        return handler.do(raw).status_code == 200

    def make(body, timestamp=f"{SECONDS - 2}", nonce="0123456789"):
        signature = hashlib.sha1((timestamp + nonce + token + body).encode()).hexdigest()
        return {"secrets": [token], "headers": [[names[0], timestamp], [names[1], nonce], [names[2], signature]], "body": body}

    def card(note):
        action = {"tag": "button", "value": {"note": note}}
        return json.dumps({"open_id": "ou_0001", "tenant_key": "t", "token": "c-0001", "action": action}, ensure_ascii=False)

    good = make(card("1999"))
    provider("lark_card", pip("lark-oapi"), accepts, [
        ("time, nonce, verification token and body", good, {"timestamp_ms": (SECONDS - 2) * 1000}),
        ("non-ASCII text, CRLF and white space in the body", make("{\r\n\t" + card("Grüße 日本 🦀")[1:] + "\n")),
    ], refusals(good, in_header(names[2]), "another-verification-token") + [
        ("the time was changed", with_header(good, names[0], lambda value: f"{SECONDS - 1}")),
        ("another nonce", with_header(good, names[1], lambda value: "9876543210")),
    ])


def paypal():
    from OpenSSL import crypto
    from paypalrestsdk import WebhookEvent

    names = [f"paypal-{part}" for part in ("transmission-id", "transmission-time", "transmission-sig", "cert-url", "auth-algo")]
    webhook_id = "4JH86294D00000001"
    certificates = {"0001": TEST_CERTIFICATE, "0002": TEST_OTHER_CERTIFICATE, "0003": TEST_FOREIGN_CERTIFICATE}

    def trusted(cls):
        store = crypto.X509Store()
        for pem in certificates.values():
            store.add_cert(crypto.load_certificate(crypto.FILETYPE_PEM, pem))
        return store

    # Instead of the network and of PayPal's roots: the test certificates above.
    WebhookEvent._get_certificate_store = classmethod(trusted)
    WebhookEvent._get_cert = staticmethod(lambda url: crypto.load_certificate(crypto.FILETYPE_PEM, certificates[url[-4:]]))

    def accepts(request):
        identity, stamp, signature, url, algorithm = (header(request, name) for name in names)
        with contextlib.redirect_stdout(io.StringIO()):  # it prints why it refuses
            return WebhookEvent.verify(identity, stamp, request["settings"]["webhook_id"], request["body"], url, signature, algorithm)

    def make(body, algorithm="SHA256withRSA", certificate="0001", own_id=webhook_id):
        identity, stamp = "dfb3be50-0000-11f0-8bf3-000000000001", "2025-11-24T15:59:58Z"
        signed = f"{identity}|{stamp}|{own_id}|{binascii.crc32(body.encode())}"
        signature = b64(rsa_sign(hashes.SHA256() if algorithm == "SHA256withRSA" else hashes.SHA1(), signed))
        url = f"https://api.paypal.com/v1/notifications/certs/CERT-360caa42-{certificate}"
        return {
            "secrets": [certificates[certificate]], "settings": {"webhook_id": webhook_id}, "body": body,
            "headers": [list(pair) for pair in zip(names, (identity, stamp, signature, url, algorithm))],
        }

    good = make('{"id":"WH-0001","event_type":"PAYMENT.SALE.COMPLETED","resource":{"amount":{"total":"19.99"}}}')
    provider("paypal", pip("paypalrestsdk"), accepts, [
        ("transmission id, time, webhook id and CRC-32 of the body", good, {"id": "WH-0001", "type": "PAYMENT.SALE.COMPLETED"}),
        ("non-ASCII text, CRLF and white space in the body", make(ODD)),
        ("the CRC-32 of the body is small", make("{}" + " " * 3)),
    ], [
        ("the body has one character changed", with_body(good, "19.99", "99.99")),
        ("the certificate is another one", make(PLAIN, certificate="0002")),
        ("the signature is cut short", with_header(good, names[2], lambda value: value[:-4])),
        ("the signature is empty", with_header(good, names[2], lambda value: "")),
        ("another webhook id", make(PLAIN, own_id="4JH86294D00000002")),
        ("another transmission id", with_header(good, names[0], lambda value: value.replace("0001", "0002"))),
        ("the time was changed", with_header(good, names[1], lambda value: value.replace("58Z", "59Z"))),
        ("the certificate is for another name", make(PLAIN, certificate="0003")),
        ("the declared algorithm is not the one used", with_header(good, names[4], lambda value: "SHA1withRSA")),
        ("an algorithm that nobody knows", with_header(good, names[4], lambda value: "HMAC")),
    ])


def messagebird():
    from messagebird.request_validator import RequestValidator

    key, name = "test-messagebird-signing-key", "messagebird-signature-jwt"
    url = "https://hooks.example.com/webhooks/messagebird?a=1&b=x%20y"

    def accepts(request):
        return bool(RequestValidator(request["secrets"][0]).validate_signature(header(request, name), request["url"], request["body"].encode()))

    def make(body, **claims):
        digest = lambda text: hashlib.sha256(text.encode()).hexdigest()
        claims = {"iss": "MessageBird", "nbf": SECONDS - 2, "exp": SECONDS + 58, "jti": "0001", "url_hash": digest(url)} | ({"payload_hash": digest(body)} if body else {}) | claims
        signed = ".".join(b64url(json.dumps(part).encode()) for part in ({"alg": "HS384", "typ": "JWT"}, claims))
        return {"secrets": [key], "url": url, "headers": [[name, f"{signed}.{b64url(mac('sha384', key, signed).digest())}"]], "body": body}

    good = make(PLAIN)
    provider("messagebird", pip("messagebird"), accepts, [
        ("HS384, digests of URL and body", good),
        ("HS384, non-ASCII text, CRLF and white space in the body", make(ODD)),
    ], refusals(good, in_header(name), "another-signing-key") + [
        ("HS384, expired a minute ago, correctly signed", make(PLAIN, nbf=SECONDS - 120, exp=SECONDS - 60)),
        ("HS384, another issuer", make(PLAIN, iss="Somebody")),
        ("HS384, an empty digest of a body that is there", make(PLAIN, payload_hash="")),
    ])


def message_signature():
    from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver
    from http_message_signatures import algorithms as known

    classes = {
        "hmac-sha256": known.HMAC_SHA256, "ed25519": known.ED25519, "rsa-v1_5-sha256": known.RSA_V1_5_SHA256, "rsa-pss-sha512": known.RSA_PSS_SHA512,
    }
    url = "https://hooks.example.com/webhooks/message_signature?shop=7"

    def accepts(request):
        algorithm, required = request["settings"]["algorithm"], request["settings"]["required_components"]
        secret = request["secrets"][0]

        class Keys(HTTPSignatureKeyResolver):
            def resolve_public_key(self, key_id):
                return base64.b64decode(secret) if algorithm == "hmac-sha256" else secret.encode()

        verifier = HTTPMessageVerifier(signature_algorithm=classes[algorithm], key_resolver=Keys())
        message = types.SimpleNamespace(method=request["method"], url=request["url"], headers=dict(request["headers"]))
        body = request["body"].encode() if "content-digest" in required else None
        return bool(verifier.verify(message, max_age=datetime.timedelta(seconds=300), require_components=required, body=body))

    shared = b64(b"a test secret for RFC 9421, HMAC")
    secrets = {"hmac-sha256": shared, "ed25519": public_pem(TEST_ED25519_PRIVATE_KEY), "rsa-v1_5-sha256": public_pem(TEST_RSA_PRIVATE_KEY)}
    signers = {
        "hmac-sha256": lambda base: mac("sha256", base64.b64decode(shared), base).digest(),
        "ed25519": lambda base: serialization.load_pem_private_key(TEST_ED25519_PRIVATE_KEY, None).sign(base.encode()),
        "rsa-v1_5-sha256": lambda base: rsa_sign(hashes.SHA256(), base),
    }
    values = {"@method": "POST", "@authority": "hooks.example.com", "@path": "/webhooks/message_signature", "@query": "?shop=7", "@target-uri": url, "@scheme": "https", "@request-target": "/webhooks/message_signature?shop=7"}

    def make(body, algorithm="hmac-sha256", covered=("@method", "@authority", "@path", "@query", "content-digest"), digest="sha-256", created=SECONDS - 2, more='keyid="test-key"', declared=None):
        content_digest = f"{digest}=:{b64(hashlib.new(digest.replace('-', ''), body.encode()).digest())}:"
        quoted = " ".join(f'"{name}"' for name in covered)
        params = f'({quoted});created={created};{more};alg="{declared or algorithm}"'
        present = values | {"content-digest": content_digest, "content-type": JSON[1]}
        base = "".join(f'"{name}": {present[name]}\n' for name in covered) + f'"@signature-params": {params}'
        return {
            "secrets": [secrets[algorithm]], "settings": {"algorithm": algorithm, "required_components": ["content-digest"]}, "url": url, "body": body,
            "headers": [JSON, ["content-digest", content_digest], ["signature-input", f"sig1={params}"], ["signature", f"sig1=:{b64(signers[algorithm](base))}:"]],
        }

    good = make(PLAIN)
    edit = lambda request, change: with_header(request, "signature", lambda value: f"sig1=:{change(value[6:-1])}:")
    swapped = make(PLAIN.replace("1999", "9999"))
    by = pip("http-message-signatures")
    provider("message_signature", by, accepts, [
        ("HMAC-SHA256 over method, authority, path, query and digest of the body", good, {"timestamp_ms": (SECONDS - 2) * 1000}),
        ("HMAC-SHA256, non-ASCII text, CRLF and white space in the body", make(ODD)),
        ("Ed25519", make(PLAIN, "ed25519")),
        ("RSA PKCS#1 v1.5", make(PLAIN, "rsa-v1_5-sha256")),
        ("the digest is SHA-512", make(PLAIN, digest="sha-512")),
        ("target URI and a header", make(PLAIN, covered=("@target-uri", "content-type", "content-digest"))),
        ("scheme and request target", make(PLAIN, covered=("@scheme", "@request-target", "content-digest"))),
        ("only the digest of the body", make(PLAIN, covered=("content-digest",))),
        ("with a nonce, a tag and an expiry", make(PLAIN, more=f'expires={SECONDS + 60};keyid="test-key";nonce="0001";tag="test"')),
    ], refusals(good, edit, b64(b"another secret")) + [
        ("body and digest changed together", good | {"body": swapped["body"], "headers": swapped["headers"][:2] + good["headers"][2:]}),
        ("the digest of the body is not covered", make(PLAIN, covered=("@method", "@authority", "@path"))),
        ("ten minutes old, correctly signed", make(PLAIN, created=SECONDS - 600)),
        ("ten minutes ahead, correctly signed", make(PLAIN, created=SECONDS + 600)),
        ("expired, correctly signed", make(PLAIN, more=f'expires={SECONDS - 60};keyid="test-key"')),
        ("the declared algorithm is not the one agreed on", make(PLAIN, declared="ed25519")),
        ("the query was changed", good | {"url": url.replace("7", "8")}),
        ("another method", good | {"method": "PUT"}),
        ("another authority", good | {"url": url.replace("hooks.", "other.")}),
        ("the covered list was changed", with_header(good, "signature-input", lambda value: value.replace('"@query" ', ""))),
        ("the label of the signature is another one", with_header(good, "signature", lambda value: value.replace("sig1", "sig2"))),
        ("a covered header is missing", without_header(make(PLAIN, covered=("content-type", "content-digest")), "content-type")),
        ("no signature", without_header(good, "signature")),
        ("no signature input", without_header(good, "signature-input")),
        ("Ed25519, another key", make(PLAIN, "ed25519") | {"secrets": [RFC_ED25519]}),
        ("RSA PKCS#1 v1.5, another key", make(PLAIN, "rsa-v1_5-sha256") | {"secrets": [RFC_RSA_PSS]}),
    ], evidence="independent")

    def rfc(algorithm, secret, label, params, signature, required, body='{"hello": "world"}'):
        return {
            "secrets": [secret], "settings": {"algorithm": algorithm, "required_components": required}, "now_ms": 1618884474000,
            "url": "https://example.com/foo?param=Value&Pet=dog", "body": body,
            "headers": [
                ["host", "example.com"], ["date", "Tue, 20 Apr 2021 02:07:55 GMT"], JSON,
                ["content-digest", "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"],
                ["content-length", "18"], ["signature-input", f"{label}={params}"], ["signature", f"{label}=:{signature}:"],
            ],
        }

    selective = rfc(
        "rsa-pss-sha512", RFC_RSA_PSS, "sig-b22", '("@authority" "content-digest" "@query-param";name="Pet");created=1618884473;keyid="test-key-rsa-pss";tag="header-example"',
        "LjbtqUbfmvjj5C5kr1Ugj4PmLYvx9wVjZvD9GsTT4F7GrcQEdJzgI9qHxICagShLRiLMlAJjtq6N4CDfKtjvuJyE5qH7KT8UCMkSowOB4+ECxCmT8rtAmj/0PIXxi0A0nxKyB09RNrCQibbUjsLS/2YyFYXEu4TRJQzRw1rLEuEfY17SARYhpTlaqwZVtR8NV7+4UKkjqpcAoFqWFQh62s7Cl+H2fjBSpqfZUJcsIk4N6wiKYd4je2U/lankenQ99PZfB4jY3I5rSV2DSBVkSFsURIjYErOs0tFTQosMTAoxk//0RoKUqiYY8Bh0aaUEb0rQl3/XaVe4bXTugEjHSw==",
        ["content-digest"],
    )
    full = rfc(
        "rsa-pss-sha512", RFC_RSA_PSS, "sig-b23", '("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss"',
        "bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp768ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA==",
        ["content-digest"],
    )
    by_hmac = rfc("hmac-sha256", RFC_SHARED_SECRET, "sig-b25", '("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"', "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=", [])
    by_ed25519 = rfc("ed25519", RFC_ED25519, "sig-b26", '("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"', "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==", [])
    provider("message_signature", "published: RFC 9421 appendix B.2", accepts, [
        ("B.2.2: selected components, RSA-PSS", selective, {"timestamp_ms": 1618884473000}),
        ("B.2.3: full coverage, RSA-PSS", full, {"timestamp_ms": 1618884473000}),
        ("B.2.5: a shared secret; the body is not covered", by_hmac, {"timestamp_ms": 1618884473000}),
        ("B.2.6: Ed25519; the body is not covered", by_ed25519, {"timestamp_ms": 1618884473000}),
    ], [], evidence="published")
    provider("message_signature", by, accepts, [], [
        ("B.2.2 with another query parameter", selective | {"url": selective["url"].replace("dog", "cat")}),
        ("B.2.3 with another body", full | {"body": '{"hello": "World"}'}),
        ("B.2.5 with another date", with_header(by_hmac, "date", lambda value: value.replace("55", "56"))),
        ("B.2.6 where the body must be covered", by_ed25519 | {"settings": {"algorithm": "ed25519", "required_components": ["content-digest"]}}),
    ], evidence="independent")


# Public halves of the keys printed in RFC 9421, appendix B.1.
RFC_RSA_PSS = """-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr4tmm3r20Wd/PbqvP1s2
+QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct+Lh1GH45x28Rw3Ry53mm+
oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHq
gDsznjPFmTOtCEcN2Z1FpWgchwuYLPL+Wokqltd11nqqzi+bJ9cvSKADYdUAAN5W
Utzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4
aOT9v6d+nb4bnNkQVklLQ3fVAvJm+xdDOp9LCNCN48V2pnDOkFV6+U9nV5oyc6XI
2wIDAQAB
-----END PUBLIC KEY-----
"""
RFC_ED25519 = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----
"""
RFC_SHARED_SECRET = "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=="

if __name__ == "__main__":
    for run in (mandrill, mailgun, sinch_application, vonage_sms, lark, lark_card, paypal, messagebird, message_signature):
        run()
    sys.exit(1 if failures else 0)
