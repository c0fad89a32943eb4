"""Vectors that the providers' own Python libraries accept and refuse.

Each library is given the cases of independent.py; what it answers as expected is printed as its vector. What it answers
otherwise is not printed, and with --differences it is told on standard error instead: libraries differ from what their
providers document, above all in times that they do not look at.

    pip install --no-deps --target "$SDK_DIR" -r python_sdks.requirements.txt
    SDK_DIR=... python3 python_sdks.py | python3 merge.py

The clock stands still.
"""

import json
import os
import sys
from dataclasses import replace
from importlib import metadata

sys.dont_write_bytecode = True
sys.path.insert(0, os.environ["SDK_DIR"])

import time_machine  # noqa: E402

import independent  # noqa: E402

# A check puts the headers, the raw body and the secrets before a library, and says whether it
# took the request. What the library raises is a refusal. `many` are those that know several secrets at once.
CHECKS = []


def check(slug, package, many=False, **changes):
    """`changes` adjust the cases to what the library wants to see beside the signature."""

    def register(function):
        CHECKS.append((slug, package, many, changes, function))
        return function

    return register


# ---------------------------------------------------------------- a MAC over the body


@check("razorpay", "razorpay")
def razorpay(headers, body, secrets):
    import razorpay

    utility = razorpay.Client(auth=("id", "key")).utility
    return utility.verify_webhook_signature(body.decode(), headers.get("x-razorpay-signature"), secrets[0])


@check("line", "line-bot-sdk")
def line(headers, body, secrets):
    from linebot.v3.webhook import SignatureValidator

    return SignatureValidator(secrets[0]).validate(body.decode(), headers.get("x-line-signature"))


@check("gocardless", "gocardless_pro", fields={"events": []})
def gocardless(headers, body, secrets):
    from gocardless_pro import webhooks

    webhooks.parse(body.decode(), secrets[0], headers.get("webhook-signature"))
    return True


@check("coinbase_commerce", "coinbase-commerce")
def coinbase_commerce(headers, body, secrets):
    from coinbase_commerce.webhook import Webhook

    return Webhook.construct_event(body.decode(), headers.get("x-cc-webhook-signature"), secrets[0]) is not None


@check("onfido", "onfido-python")
def onfido(headers, body, secrets):
    from onfido.webhook_event_verifier import WebhookEventVerifier

    return WebhookEventVerifier(secrets[0]).read_payload(body.decode(), headers.get("x-sha2-signature")) is not None


@check("mailtrap", "mailtrap")
def mailtrap(headers, body, secrets):
    from mailtrap.webhooks import verify_signature

    return verify_signature(body, headers.get("mailtrap-signature"), secrets[0])


@check("viber", "viberbot")
def viber(headers, body, secrets):
    from viberbot import Api, BotConfiguration

    bot = Api(BotConfiguration(auth_token=secrets[0], name="bot", avatar=""))
    return bot.verify_signature(body, headers.get("x-viber-content-signature"))


@check("getstream", "stream-chat", fields={"type": "message.new"})
def stream_chat(headers, body, secrets):
    from stream_chat.webhook import verify_and_parse_webhook

    return verify_and_parse_webhook(body, headers.get("x-signature"), secrets[0]) is not None


@check("getstream", "getstream", fields={"type": "custom.made"})
def getstream(headers, body, secrets):
    from getstream.webhook import verify_and_parse_webhook

    return verify_and_parse_webhook(body, headers.get("x-signature"), secrets[0]) is not None


@check("pusher", "pusher")
def pusher(headers, body, secrets):
    from pusher import Pusher

    client = Pusher(app_id="1", key="app-key-1", secret=secrets[0], cluster="eu")
    return (
        client.validate_webhook(headers.get("x-pusher-key"), headers.get("x-pusher-signature"), body.decode())
        is not None
    )


@check("unit", "unit-python-sdk")
def unit(headers, body, secrets):
    from unit import Unit

    client = Unit("https://api.example.com", "token")
    return client.webhooks.verify(headers.get("x-unit-signature"), secrets[0], json.loads(body))


@check("sinch_numbers", "sinch")
def sinch_numbers(headers, body, secrets):
    from sinch.domains.numbers.sinch_events.v1 import SinchEvents

    return SinchEvents(secrets[0]).validate_authentication_header(headers, body.decode())


@check("mollie", "mollie-api-py", many=True)
def mollie(headers, body, secrets):
    from mollie.utils.webhooks.signature_validator import SignatureValidator

    return SignatureValidator(secrets).validate_payload(body.decode(), headers.get("x-mollie-signature"))


@check("easypost", "easypost")
def easypost(headers, body, secrets):
    from easypost.util import validate_webhook

    return validate_webhook(body, {"X-Hmac-Signature": headers.get("x-hmac-signature")}, secrets[0]) is not None


@check("modern_treasury", "modern-treasury")
def modern_treasury(headers, body, secrets):
    from modern_treasury import ModernTreasury

    client = ModernTreasury(api_key="key", organization_id="organization")
    return client.webhooks.validate_signature(body.decode(), headers, key=secrets[0])


@check("adyen_platform", "Adyen")
def adyen_platform(headers, body, secrets):
    from Adyen.util import is_valid_hmac_payload

    return is_valid_hmac_payload(headers.get("hmacsignature"), secrets[0], body)


@check("convoy", "convoy-python")
def convoy(headers, body, secrets):
    from convoy.utils.webhook import Webhook

    return Webhook(secrets[0]).verify_signature(body.decode(), headers.get("x-convoy-signature")) is True


# ---------------------------------------------------------------- a MAC over a time and the body


@check("stripe", "stripe")
def stripe(headers, body, secrets):
    import stripe

    return stripe.Webhook.construct_event(body, headers.get("stripe-signature"), secrets[0]) is not None


@check("slack", "slack-sdk")
def slack(headers, body, secrets):
    from slack_sdk.signature import SignatureVerifier

    return SignatureVerifier(secrets[0]).is_valid_request(body, headers)


@check("paddle", "paddle-python-sdk", many=True)
def paddle(headers, body, secrets):
    from paddle_billing.Notifications import Secret, Verifier

    class Request:
        pass

    request = Request()
    request.body = body
    request.headers = {"Paddle-Signature": headers.get("paddle-signature")}
    return Verifier().verify(request, [Secret(secret) for secret in secrets])


@check("workos", "workos")
def workos(headers, body, secrets):
    from workos.webhooks._verification import verify_header

    verify_header(event_body=body, event_signature=headers.get("workos-signature"), secret=secrets[0])
    return True


@check("elevenlabs", "elevenlabs")
def elevenlabs(headers, body, secrets):
    from elevenlabs import ElevenLabs

    webhooks = ElevenLabs(api_key="key").webhooks
    return webhooks.construct_event(body.decode(), headers.get("elevenlabs-signature"), secrets[0]) is not None


@check("cashfree", "cashfree_pg")
def cashfree(headers, body, secrets):
    from cashfree_pg.api_client import Cashfree

    client = Cashfree(XEnvironment=Cashfree.SANDBOX, XClientId="id", XClientSecret=secrets[0])
    signature, time = headers.get("x-webhook-signature"), headers.get("x-webhook-timestamp")
    return client.PGVerifyWebhookSignature(signature, body.decode(), time) is not None


@check("box", "boxsdk", many=True)
def box(headers, body, secrets):
    from boxsdk.object.webhook import Webhook

    return Webhook.validate_message(body, headers, *secrets)


@check("orb", "orb-billing")
def orb(headers, body, secrets):
    from orb import Orb

    Orb(api_key="key").webhooks.verify_signature(body, headers, secret=secrets[0])
    return True


@check("retell", "retell-sdk")
def retell(headers, body, secrets):
    from retell import Retell

    return Retell(api_key=secrets[0]).verify(body.decode(), secrets[0], headers.get("x-retell-signature"))


@check("fintoc", "fintoc")
def fintoc(headers, body, secrets):
    from fintoc.webhook import WebhookSignature

    return WebhookSignature.verify_header(body.decode(), headers.get("fintoc-signature"), secrets[0])


@check("sinch_conversation", "sinch")
def sinch_conversation(headers, body, secrets):
    from sinch.domains.conversation.sinch_events.v1 import ConversationSinchEvent

    return ConversationSinchEvent(secrets[0]).validate_authentication_header(headers, body.decode())


@check("inngest", "inngest")
def inngest(headers, body, secrets):
    from inngest._internal import net, server_lib

    answer = net.validate_request_sig(
        body=body,
        headers=headers,
        mode=server_lib.ServerKind.CLOUD,
        signing_key=secrets[0],
        signing_key_fallback=None,
    )
    return isinstance(answer, str)


# ---------------------------------------------------------------- Standard Webhooks and its relatives


@check("standard_webhooks", "standardwebhooks")
def standardwebhooks(headers, body, secrets):
    from standardwebhooks import Webhook

    Webhook(secrets[0]).verify(body, headers, json_parse=False)
    return True


@check("svix", "svix")
def svix(headers, body, secrets):
    from svix.webhooks import Webhook

    Webhook(secrets[0]).verify(body, headers)
    return True


@check("openai", "openai")
def openai(headers, body, secrets):
    from openai import OpenAI

    OpenAI(api_key="key").webhooks.verify_signature(body, headers, secret=secrets[0])
    return True


@check("anthropic", "anthropic")
def anthropic(headers, body, secrets):
    from anthropic import Anthropic

    return Anthropic(api_key="key").beta.webhooks.unwrap(body.decode(), headers=headers, key=secrets[0]) is not None


@check("increase", "increase")
def increase(headers, body, secrets):
    from increase import Increase

    return Increase(api_key="key", webhook_secret=secrets[0]).events.unwrap(body.decode(), headers=headers) is not None


@check("lithic", "lithic")
def lithic(headers, body, secrets):
    from lithic import Lithic

    Lithic(api_key="key").webhooks.verify_signature(body, headers, secret=secrets[0])
    return True


@check("finch", "finch-api")
def finch(headers, body, secrets):
    from finch import Finch

    Finch(access_token="token").webhooks.verify_signature(body, headers, secret=secrets[0])
    return True


@check("dodo_payments", "dodopayments")
def dodo_payments(headers, body, secrets):
    from dodopayments import DodoPayments

    client = DodoPayments(bearer_token="token")
    return client.webhooks.unwrap(body.decode(), headers=headers, key=secrets[0]) is not None


@check("whop", "whop_sdk")
def whop(headers, body, secrets):
    from whop_sdk.lib.verify_webhook import unwrap

    return unwrap(body, headers=headers, key=secrets[0]) is not None


@check("polar", "polar-sdk")
def polar(headers, body, secrets):
    from polar.webhooks import validate_event

    types = frozenset([independent.TYPE])
    return validate_event(body, headers, secrets[0], types, dict) is not None


@check("resend", "resend")
def resend(headers, body, secrets):
    import resend

    shown = {part: headers.get(f"svix-{part}", "") for part in ("id", "timestamp", "signature")}
    options = {"payload": body.decode(), "headers": shown, "webhook_secret": secrets[0]}
    return resend.Webhooks.verify(options) is not None


@check("replicate", "replicate")
def replicate(headers, body, secrets):
    from replicate.webhook import WebhookSigningSecret, Webhooks

    Webhooks.validate(headers=headers, body=body.decode(), secret=WebhookSigningSecret(key=secrets[0]), tolerance=300)
    return True


@check("portone", "portone_server_sdk")
def portone(headers, body, secrets):
    from portone_server_sdk import webhook

    webhook.verify(secrets[0], body.decode(), headers)
    return True


@check("seam", "seam", fields={"event_id": "event-1", "event_type": "device.connected"})
def seam(headers, body, secrets):
    from seam import SeamWebhook

    return SeamWebhook(secrets[0]).verify(body.decode(), headers) is not None


@check("scalekit", "scalekit-sdk-python")
def scalekit(headers, body, secrets):
    from scalekit.client import ScalekitClient

    # Its constructor asks the network for a token; the check needs nothing of it.
    client = object.__new__(ScalekitClient)
    if "interceptor-id" in headers:
        return client.verify_interceptor_payload(secrets[0], headers, body)
    return client.verify_webhook_payload(secrets[0], headers, body)


# ---------------------------------------------------------------- asking them


def body_of(case):
    return case["body"].encode() if "body" in case else independent.base64.b64decode(case["body_base64"])


def taken(function, case):
    try:
        return bool(function(dict(case["headers"]), body_of(case), case["secrets"]))
    except Exception as error:  # whatever it raises, it did not take it
        return error


def vectors(slug, package, many, changes, function, differences):
    maker = f"pip {package} {metadata.version(package)}"
    scheme = replace(independent.by_slug(slug), **changes)
    for number, case in enumerate(independent.cases_of(scheme)):
        names = [name for name, _ in case["headers"]]
        if (len(case["secrets"]) > 1 and not many) or "settings" in case or len(set(names)) < len(names):
            continue
        answer = taken(function, case)
        if (answer is True) == (case["verdict"] == "accepted"):
            yield case | {"evidence": "sdk", "made_by": maker}
        elif number == 0:
            raise SystemExit(f"{maker} does not take the plainest request: {answer!r}")
        elif differences:
            print(f"{maker}: {case['name']}: expected {case['verdict']}, {answer!r}"[:200], file=sys.stderr)


def main():
    with time_machine.travel(independent.NOW, tick=False):
        for entry in CHECKS:
            for made in vectors(*entry, "--differences" in sys.argv):
                print(json.dumps(made))


main()
