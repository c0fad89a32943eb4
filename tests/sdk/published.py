"""Vectors that providers printed themselves: in their documentation, or in the tests and examples of their libraries.

    python3 published.py | python3 merge.py

Only data and the arithmetic that checks it: each signature printed as right is computed again here, with the standard
library, and the script stops where one does not agree. `now` is the moment that the source implies; where no time is
signed, any would do.
"""

import base64
import hashlib
import hmac
import json
import re
import unicodedata
from dataclasses import dataclass, field

ANY_TIME = 1764000000000


@dataclass(frozen=True)
class Signing:
    header: str
    content: str = "{body}"
    hash: str = "sha256"
    encoding: str = "hex"
    key: object = str.encode
    time: str | None = None  # its header, or a pattern for it in the signature's header
    id: str | None = None  # its header
    nonce: str | None = None


def decoded_after_prefix(secret):
    return base64.b64decode(secret.removeprefix("whsec_"))


def normalized(secret):
    return unicodedata.normalize("NFKD", secret).encode()


def after_key_prefix(secret):
    return re.sub(r"^signkey-\w+-", "", secret).encode()


def standard(prefix="webhook-"):
    name = prefix + "{}"
    return Signing(
        name.format("signature"),
        "{id}.{time}.{body}",
        "sha256",
        "base64",
        decoded_after_prefix,
        name.format("timestamp"),
        prefix.replace("finch-", "finch-event-") + "id",
    )


DOT, T = "{time}.{body}", r"\bt=([^,]*)"

SIGNING = {
    "adyen_platform": Signing("hmacsignature", encoding="base64", key=bytes.fromhex),
    "bitbucket": Signing("x-hub-signature"),
    "box": Signing("box-signature-primary", "{body}{time}", encoding="base64", time="box-delivery-timestamp"),
    "circleci": Signing("circleci-signature"),
    "cloudconvert": Signing("cloudconvert-signature"),
    "coinbase_commerce": Signing("x-cc-webhook-signature"),
    "configcat": Signing(
        "x-configcat-webhook-signature-v1",
        "{id}{time}{body}",
        encoding="base64",
        time="x-configcat-webhook-timestamp",
        id="x-configcat-webhook-id",
    ),
    "convoy": Signing("x-convoy-signature"),
    "convoy_advanced": Signing("x-convoy-signature", "{time},{body}", time=T),
    "discourse": Signing("x-discourse-event-signature"),
    "easypost": Signing("x-hmac-signature", key=normalized),
    "finch": standard("finch-"),
    "fintoc": Signing("fintoc-signature", DOT, time=T),
    "github": Signing("x-hub-signature-256"),
    "gocardless": Signing("webhook-signature"),
    "hook0": Signing("x-hook0-signature", DOT, time=T),
    "inngest": Signing("x-inngest-signature", "{body}{time}", key=after_key_prefix, time=r"t=(\d+)"),
    "kontent_ai": Signing("x-kontent-ai-signature", encoding="base64"),
    "line": Signing("x-line-signature", encoding="base64"),
    "lithic": standard(),
    "modern_treasury": Signing("x-signature"),
    "mux": Signing("mux-signature", DOT, time=T),
    "notion": Signing("x-notion-signature"),
    "onfido": Signing("x-sha2-signature"),
    "openai": standard(),
    "orb": Signing("x-orb-signature", "v1:{time}:{body}", time="x-orb-timestamp"),
    "paddle": Signing("paddle-signature", "{time}:{body}", time=r"ts=([^;]*)"),
    "pagerduty": Signing("x-pagerduty-signature"),
    "plain": Signing("plain-request-signature"),
    "pusher": Signing("x-pusher-signature"),
    "razorpay": Signing("x-razorpay-signature"),
    "recurly": Signing("recurly-signature", DOT, time=r"^([^,]*)"),
    "replicate": standard(),
    "retell": Signing("x-retell-signature", "{body}{time}", time=r"v=(\d+)"),
    "revolut": Signing("revolut-signature", "v1.{time}.{body}", time="revolut-request-timestamp"),
    "sanity": Signing("sanity-webhook-signature", DOT, encoding="base64url", time=T),
    "shopify": Signing("x-shopify-hmac-sha256", encoding="base64"),
    "sinch_conversation": Signing(
        "x-sinch-webhook-signature",
        "{body}.{nonce}.{time}",
        encoding="base64",
        time="x-sinch-webhook-signature-timestamp",
        nonce="x-sinch-webhook-signature-nonce",
    ),
    "sinch_numbers": Signing("x-sinch-signature", hash="sha1"),
    "slack": Signing("x-slack-signature", "v0:{time}:{body}", time="x-slack-request-timestamp"),
    "standard_webhooks": standard(),
    "svix": standard("svix-"),
    "veriff": Signing("x-hmac-signature"),
    "viber": Signing("x-viber-content-signature"),
}

ENCODINGS = {
    "hex": bytes.hex,
    "base64": lambda mac: base64.b64encode(mac).decode(),
    "base64url": lambda mac: base64.urlsafe_b64encode(mac).decode().rstrip("="),
}


@dataclass(frozen=True)
class Published:
    slug: str
    source: str
    name: str
    secrets: object  # one, or several
    headers: dict
    body: str
    now: int = ANY_TIME  # Unix milliseconds
    verdict: str = "accepted"
    expect: dict = field(default_factory=dict)
    settings: dict = field(default_factory=dict)

    def secret_list(self):
        return [self.secrets] if isinstance(self.secrets, str) else list(self.secrets)

    def signature(self, secret):
        signing = SIGNING[self.slug]
        shown = self.headers.get(signing.header, "")
        if signing.time and signing.time in self.headers:
            time = self.headers[signing.time]
        else:
            found = re.search(signing.time or "$^", shown)
            time = found[1] if found else ""
        parts = {
            "time": time,
            "id": self.headers.get(signing.id, ""),
            "nonce": self.headers.get(signing.nonce, ""),
            "body": self.body,
        }
        content = re.sub(r"\{(\w+)\}", lambda part: parts[part[1]], self.covered(signing.content, shown))
        mac = hmac.new(signing.key(secret), content.encode(), self.settings.get("hash", signing.hash)).digest()
        return ENCODINGS[self.settings.get("encoding", signing.encoding)](mac)

    def covered(self, content, shown):
        """Hook0's newer signature covers the headers that it names."""
        named = re.search(r"\bh=([^,]*)", shown) if self.slug == "hook0" else None
        if not named:
            return content
        values = ".".join(self.headers.get(name, "") for name in named[1].split(" "))
        return f"{{time}}.{named[1]}.{values}.{{body}}"

    def check(self):
        if self.verdict == "accepted":
            shown = " ".join(self.headers.values())
            if not any(self.signature(secret) in shown for secret in self.secret_list()):
                raise SystemExit(f"{self.slug}, {self.name}: not what its source says")

    def vector(self):
        made = {
            "slug": self.slug,
            "name": self.name,
            "evidence": "published",
            "made_by": "published: " + self.source,
            "verdict": self.verdict,
            "now_ms": self.now,
            "secrets": self.secret_list(),
            "method": "POST",
            "url": f"https://hooks.example.com/webhooks/{self.slug}",
            "headers": [[name, value] for name, value in self.headers.items()],
            "body": self.body,
        }
        made |= {name: value for name, value in (("settings", self.settings), ("expect", self.expect)) if value}
        return made


def family(slug, source, secrets, headers, body, now, cases):
    """The right request of a source, and what it does to it: for each case a name, a verdict and what is different."""
    for name, verdict, changes in cases:
        changes = dict(changes)
        changed = {**headers, **changes.pop("headers", {})}
        given = {"secrets": secrets, "body": body, "now": now} | changes
        yield Published(
            slug, source, name, headers={n: v for n, v in changed.items() if v is not None}, verdict=verdict, **given
        )


RIGHT, WRONG = "accepted", "refused"

# ---------------------------------------------------------------- bodies

BODIES = {
    "adyen_classic": (
        '{"eventDate":"2018-07-09T12:07:27+02:00","eventType":"ACCOUNT_HOLDER_CREATED","executingUserKey":"ws'
        '","live":false,"pspReference":"9915311308462016","content":{"invalidFields":[],"pspReference":"99153'
        '11308462016","accountCode":"9915311308462024","accountHolderCode":"6750d8cf-80ab-4a34-b2c5-f8a1f37a7'
        '9da","accountHolderDetails":{"bankAccountDetails":[],"email":"testEmail@gmail.com","individualDetail'
        's":{"name":{"firstName":"TestFirstName","gender":"MALE","lastName":"TestData"}},"merchantCategoryCod'
        'e":"7999"},"accountHolderStatus":{"status":"Active","processingState":{"disabled":false,"processedFr'
        'om":{"currency":"EUR","value":0},"processedTo":{"currency":"EUR","value":0},"tierNumber":0},"payoutS'
        'tate":{"allowPayout":false,"disabled":false,"tierNumber":0},"events":[]},"legalEntity":"Individual",'
        '"verification":{}}}'
    ),
    "adyen_go": (
        '{\n    "type": "merchant.created",\n    "environment": "test",\n    "createdAt": "01-01-2024",\n'
        '    "data": {\n        "capabilities": {\n            "sendToTransferInstrument": {\n'
        '                "requested": true,\n                "requestedLevel": "notApplicable"\n            }\n'
        '        },\n        "companyId": "YOUR_COMPANY_ID",\n        "merchantId": YOUR_MERCHANT_ACCOUNT",\n'
        '        "status": "PreActive"\n    }\n}'
    ),
    "adyen_python": (
        '\n        {\n            "type": "merchant.created",\n            "environment": "test",\n'
        '            "createdAt": "01-01-2024",\n            "data": {\n                "capabilities": {\n'
        '                    "sendToTransferInstrument": {\n                        "requested": true,\n'
        '                        "requestedLevel": "notApplicable"\n                    }\n                },\n'
        '                "companyId": "YOUR_COMPANY_ID",\n                "merchantId": "YOUR_MERCHANT_ACCOUNT",\n'
        '                "status": "PreActive"\n            }\n        }\n        '
    ),
    "cloudconvert": (
        '{\n  "event": "job.finished",\n  "job": {\n    "id": "c677ccf7-8876-4f48-bb96-0ab8e0d88cd7",\n'
        '    "status": "finished",\n    "created_at": "2019-06-01T00:35:33+00:00",\n'
        '    "started_at": "2019-06-01T00:35:33+00:00",\n    "ended_at": "2019-06-01T00:35:33+00:00",\n'
        '    "tasks": [\n      {\n        "id": "22b3d686-126b-4fe2-8238-a9781cd023d9",\n'
        '        "name": "import-it",\n        "job_id": "c677ccf7-8876-4f48-bb96-0ab8e0d88cd7",\n'
        '        "status": "finished",\n        "code": null,\n        "message": null,\n        "percent": 100,\n'
        '        "operation": "import\\/url",\n        "payload": {\n          "operation": "import\\/url",\n'
        '          "url": "http:\\/\\/invalid.url",\n          "filename": "test.file"\n        },\n'
        '        "result": null,\n        "created_at": "2019-06-01T00:35:33+00:00",\n'
        '        "started_at": "2019-06-01T00:35:33+00:00",\n        "ended_at": "2019-06-01T00:35:33+00:00",\n'
        '        "retry_of_task_id": null,\n        "copy_of_task_id": null,\n        "host_name": "jena",\n'
        '        "storage": null,\n        "depends_on_task_ids": [],\n        "links": {\n'
        '          "self": "https:\\/\\/api.cloudconvert.com\\/v2\\/tasks\\/22b3d686-126b-4fe2-8238-a9781cd023d9"\n'
        '        }\n      },\n      {\n        "id": "15281118-acc3-441f-970d-39a49457d9e5",\n'
        '        "name": "convert-it",\n        "job_id": "c677ccf7-8876-4f48-bb96-0ab8e0d88cd7",\n'
        '        "status": "finished",\n        "code": null,\n        "message": null,\n        "percent": 100,\n'
        '        "operation": "convert",\n        "engine": null,\n        "engine_version": null,\n'
        '        "payload": {\n          "operation": "convert",\n          "input": [\n            "import-it"\n'
        '          ],\n          "output_format": "pdf"\n        },\n        "result": null,\n'
        '        "created_at": "2019-06-01T00:35:33+00:00",\n        "started_at": "2019-06-01T00:35:33+00:00",\n'
        '        "ended_at": "2019-06-01T00:35:33+00:00",\n        "retry_of_task_id": null,\n'
        '        "copy_of_task_id": null,\n        "host_name": null,\n        "storage": null,\n'
        '        "depends_on_task_ids": [\n          "22b3d686-126b-4fe2-8238-a9781cd023d9"\n        ],\n'
        '        "links": {\n'
        '          "self": "https:\\/\\/api.cloudconvert.com\\/v2\\/tasks\\/15281118-acc3-441f-970d-39a49457d9e5"\n'
        '        }\n      },\n      {\n        "id": "72dc4f5f-7ef0-4f46-9811-29589a541400",\n'
        '        "name": "export-it",\n        "job_id": "c677ccf7-8876-4f48-bb96-0ab8e0d88cd7",\n'
        '        "status": "finished",\n        "code": null,\n        "message": null,\n        "percent": 100,\n'
        '        "operation": "export/url",\n        "engine": null,\n        "engine_version": null,\n'
        '        "payload": {\n          "operation": "export/url",\n          "input": [\n'
        '            "convert-it"\n          ]\n        },\n        "result": {\n          "files": [\n'
        '            {\n              "filename": "file.pdf",\n'
        '              "url": "https://storage.cloudconvert.com/eed87242-577e-4e3e-8178-9edbe51975dd/file.pdf'
        '?temp_url_sig=79c2db4d884926bbcc5476d01b4922a19137aee9&temp_url_expires=1545962104"\n            }\n'
        '          ]\n        },\n        "created_at": "2019-06-01T00:35:33+00:00",\n'
        '        "started_at": "2019-06-01T00:35:33+00:00",\n        "ended_at": "2019-06-01T00:35:33+00:00",\n'
        '        "retry_of_task_id": null,\n        "copy_of_task_id": null,\n        "host_name": null,\n'
        '        "storage": null,\n        "depends_on_task_ids": [\n'
        '          "15281118-acc3-441f-970d-39a49457d9e5"\n        ],\n        "links": {\n'
        '          "self": "https:\\/\\/api.cloudconvert.com\\/v2\\/tasks\\/72dc4f5f-7ef0-4f46-9811-29589a541400"\n'
        '        }\n      }\n    ],\n    "links": {\n'
        '      "self": "https:\\/\\/api.cloudconvert.com\\/v2\\/jobs\\/c677ccf7-8876-4f48-bb96-0ab8e0d88cd7"\n'
        "    }\n  }\n}\n"
    ),
    "coinbase_commerce": (
        '{"id":1,"scheduled_for":"2017-01-31T20:50:02Z","attempt_number":1,"event":{"id":"24934862-d980-46cb-'
        '9402-43c81b0cdba6","type":"charge:created","api_version":"2018-03-22","created_at":"2017-01-31T20:49'
        ':02Z","data":{"code":"66BEOV2A","name":"The Sovereign Individual","description":"Mastering the Trans'
        'ition to the Information Age","hosted_url":"https://commerce.coinbase.com/charges/66BEOV2A","created'
        '_at":"2017-01-31T20:49:02Z","expires_at":"2017-01-31T21:04:02Z","timeline":[{"time":"2017-01-31T20:4'
        '9:02Z","status":"NEW"}],"metadata":{},"pricing_type":"no_price","payments":[],"addresses":{"bitcoin"'
        ':"0000000000000000000000000000000000","ethereum":"0x0000000000000000000000000000000000000000","litec'
        'oin":"3000000000000000000000000000000000","bitcoincash":"bitcoincash:0000000000000000000000000000000'
        '00000000000"}}}}'
    ),
    "easypost": (
        '{"description":"tracker.updated","mode":"production","previous_attributes":{"status":"in_transit"},"'
        'created_at":"2024-08-02T19:26:52.000Z","pending_urls":["https://example.com/easypost"],"completed_ur'
        'ls":[],"updated_at":"2024-08-02T19:26:52.000Z","id":"evt_1","user_id":"user_1","status":"pending","o'
        'bject":"Event","result":{"id":"trk_1","object":"Tracker","mode":"production","tracking_code":"1","st'
        'atus":"in_transit","status_detail":"arrived_at_facility","created_at":"2024-07-31T14:45:27Z","update'
        'd_at":"2024-08-02T19:26:51Z","signed_by":null,"weight":614.4,"est_delivery_date":"2024-08-05T00:00:0'
        '0Z","shipment_id":null,"carrier":"FedEx","tracking_details":[{"object":"TrackingDetail","message":"S'
        'hipment information sent to FedEx","description":"Shipment information sent to FedEx","status":"pre_'
        'transit","status_detail":"label_created","datetime":"2024-07-31T15:00:00Z","source":"FedEx","carrier'
        '_code":"OC","tracking_location":{"object":"TrackingLocation","city":null,"state":null,"country":"US"'
        ',"zip":"32837"}},{"object":"TrackingDetail","message":"Picked up","description":"Picked up","status"'
        ':"in_transit","status_detail":"arrived_at_facility","datetime":"2024-07-31T19:27:00Z","source":"FedE'
        'x","carrier_code":"PU","tracking_location":{"object":"TrackingLocation","city":"ORLANDO","state":"FL'
        '","country":"US","zip":"32809"}},{"object":"TrackingDetail","message":"Arrived at FedEx location","d'
        'escription":"Arrived at FedEx location","status":"in_transit","status_detail":"arrived_at_facility",'
        '"datetime":"2024-07-31T22:35:00Z","source":"FedEx","carrier_code":"AR","tracking_location":{"object"'
        ':"TrackingLocation","city":"ORLANDO","state":"FL","country":"US","zip":"32809"}},{"object":"Tracking'
        'Detail","message":"Departed FedEx location","description":"Departed FedEx location","status":"in_tra'
        'nsit","status_detail":"departed_facility","datetime":"2024-08-01T14:42:13Z","source":"FedEx","carrie'
        'r_code":"DP","tracking_location":{"object":"TrackingLocation","city":"ORLANDO","state":"FL","country'
        '":"US","zip":"32809"}},{"object":"TrackingDetail","message":"On the way","description":"On the way",'
        '"status":"in_transit","status_detail":"unknown","datetime":"2024-08-02T02:46:19Z","source":"FedEx","'
        'carrier_code":"IT","tracking_location":{"object":"TrackingLocation","city":"KENLY","state":"NC","cou'
        'ntry":"US","zip":"27542"}},{"object":"TrackingDetail","message":"On the way","description":"On the w'
        'ay","status":"in_transit","status_detail":"unknown","datetime":"2024-08-02T18:35:20Z","source":"FedE'
        'x","carrier_code":"IT","tracking_location":{"object":"TrackingLocation","city":"EDISON TWP","state":'
        '"NJ","country":"US","zip":"08817"}},{"object":"TrackingDetail","message":"Arrived at FedEx location"'
        ',"description":"Arrived at FedEx location","status":"in_transit","status_detail":"arrived_at_facilit'
        'y","datetime":"2024-08-02T18:50:00Z","source":"FedEx","carrier_code":"AR","tracking_location":{"obje'
        'ct":"TrackingLocation","city":"EDISON","state":"NJ","country":"US","zip":"08817"}}],"carrier_detail"'
        ':{"object":"CarrierDetail","service":"FEDEX_GROUND","container_type":null,"est_delivery_date_local":'
        '"2024-08-05","est_delivery_time_local":null,"origin_location":"ORLANDO FL US","origin_tracking_locat'
        'ion":{"object":"TrackingLocation","city":"ORLANDO","state":"FL","country":"US","zip":"32809"},"desti'
        'nation_location":"BROOKLYN HGTS NY US","destination_tracking_location":null,"guaranteed_delivery_dat'
        'e":null,"alternate_identifier":null,"initial_delivery_attempt":null},"finalized":false,"is_return":f'
        'alse,"public_url":"https://track.easypost.com/1"}}'
    ),
    "fintoc": (
        '{"id":"evt_2AaZeLCz0GjOW5zj","type":"payment_intent.succeeded","mode":"test","created_at":"2025-04-0'
        '5T21:57:31.834Z","data":{"id":"pi_2vKOKniSGXRhXTKrJ67VXZxGCVt","mode":"test","amount":1,"object":"pa'
        'yment_intent","status":"succeeded","currency":"MXN","metadata":{},"created_at":"2025-04-05T21:57:17Z'
        '","expires_at":null,"error_reason":null,"payment_type":"bank_transfer","reference_id":null,"widget_t'
        'oken":null,"customer_email":null,"sender_account":{"type":"checking_account","number":"5015148902442'
        '23279","holder_id":"mfiu593501oe4","institution_id":"mx_stp"},"business_profile":null,"transaction_d'
        'ate":null,"recipient_account":{"type":"checking_account","number":"646180357600000000","holder_id":"'
        'fsm211008hz9","institution_id":"mx_stp"},"payment_type_options":{}},"object":"event"}'
    ),
    "gocardless": (
        '{"events":[{"id":"EV00BD05S5VM2T","created_at":"2018-07-05T09:13:51.404Z","resource_type":"subscript'
        'ions","action":"created","links":{"subscription":"SB0003JJQ2MR06"},"details":{"origin":"api","cause"'
        ':"subscription_created","description":"Subscription created via the API."},"metadata":{}},{"id":"EV0'
        '0BD05TB8K63","created_at":"2018-07-05T09:13:56.893Z","resource_type":"mandates","action":"created","'
        'links":{"mandate":"MD000AMA19XGEC"},"details":{"origin":"api","cause":"mandate_created","description'
        '":"Mandate created via the API."},"metadata":{}}]}'
    ),
    "inngest": (
        '{"ctx":{"fn_id":"local-testing-local-cron","run_id":"01GQ3HTEZ01M7R8Z9PR1DMHDN1","step_id":"step"},"'
        'event":{"data":{},"id":"","name":"demo/event.sent","ts":1674082830001,"v":"1"},"events":[{"data":{},'
        '"id":"","name":"demo/event.sent","ts":1674082830001,"v":"1"}],"steps":{},"use_api":false}'
    ),
    "kontent_ai": (
        '{\r\n  "notifications": [\r\n    {\r\n      "data": {\r\n        "system": {\r\n'
        '          "id": "aa7f127f-1920-4454-a89a-0609aba8ea6f",\r\n'
        '          "name": "This changes everything!",\r\n          "codename": "this_changes_everything_",\r\n'
        '          "collection": "marketing",\r\n          "workflow": "default",\r\n'
        '          "workflow_step": "published",\r\n          "language": "default",\r\n'
        '          "type": "product_update",\r\n          "last_modified": "2024-03-25T07:55:57.0563735Z"\r\n'
        '        }\r\n      },\r\n      "message": {\r\n'
        '        "environment_id": "0f5b6cb2-ea82-014e-ac74-f71e7e8b6aee",\r\n'
        '        "object_type": "content_item",\r\n        "action": "published",\r\n'
        '        "delivery_slot": "published"\r\n      }\r\n    }\r\n  ]\r\n}'
    ),
    "lithic": (
        '{"card_token":"sit Lorem ipsum, accusantium repellendus possimus","created_at":"elit. placeat libero'
        ' architecto molestias, sit","account_token":"elit.","issuer_decision":"magnam, libero esse Lorem ips'
        'um magnam, magnam,","tokenization_attempt_id":"illum dolor repellendus libero esse accusantium","wal'
        'let_decisioning_info":{"device_score":"placeat architecto"},"digital_wallet_token_metadata":{"status'
        '":"reprehenderit dolor","token_requestor_id":"possimus","payment_account_info":{"account_holder_data'
        '":{"phone_number":"libero","email_address":"nobis molestias, veniam culpa! quas elit. quas libero es'
        'se architecto placeat"},"pan_unique_reference":"adipisicing odit magnam, odit"}}}'
    ),
    "onfido_classic": (
        '{"payload":{"resource_type":"check","action":"check.completed","object":{"id":"f2302f45-227d-413d-ad'
        '61-09ec077a086a","status":"complete","completed_at_iso8601":"2024-04-04T09:21:21Z","href":"https://a'
        'pi.onfido.com/v3.6/checks/f2302f45-227d-413d-ad61-09ec077a086a"}}}'
    ),
    "onfido_list": (
        '{\n  "payload": {\n    "resource_type": "workflow_task",\n    "action": "workflow_task.completed",\n'
        '    "object": {\n      "id": "document_photo_5c229",\n      "task_spec_id": "document_photo_5c229",\n'
        '      "task_def_id": "upload_document_photo",\n'
        '      "workflow_run_id": "b48fdff9-66a1-405d-9912-54780799bd68",\n      "status": "completed",\n'
        '      "completed_at_iso8601": "2024-12-18T18:13:10Z",\n'
        '      "href": "https://api.eu.onfido.com/v3.6/workflow_runs/b48fdff9-66a1-405d-9912-54780799bd68/tas'
        'ks/document_photo_5c229"\n    },\n    "resource": {\n      "updated_at": "2024-12-18T18:13:10Z",\n'
        '      "output": [\n        {\n          "type": "document_photo",\n'
        '          "id": "7af75a3a-ba34-4aa5-9e3e-096c9f56256b",\n'
        '          "checksum_sha256": "hiwV2PLmeQZzeySPGGwVL48sxVXcyfpXy9LDl1u3lWU="\n        }\n      ],\n'
        '      "created_at": "2024-12-18T18:12:44Z",\n      "task_def_id": "upload_document_photo",\n'
        '      "input": {},\n      "workflow_run_id": "b48fdff9-66a1-405d-9912-54780799bd68",\n'
        '      "task_def_version": null,\n      "id": "document_photo_5c229"\n    }\n  }\n}\n'
    ),
    "onfido_studio": (
        '{"payload":{"resource_type":"workflow_task","action":"workflow_task.started","object":{"id":"profile'
        '_1eb92","task_spec_id":"profile_1eb92","task_def_id":"profile_data","workflow_run_id":"bc77c6e5-753a'
        '-4580-96a6-aaed3e5a8d19","status":"started","started_at_iso8601":"2024-07-10T12:49:09Z","href":"http'
        's://api.eu.onfido.com/v3.6/workflow_runs/bc77c6e5-753a-4580-96a6-aaed3e5a8d19/tasks/profile_1eb92"},'
        '"resource":{"created_at":"2024-07-10T12:49:09Z","id":"profile_1eb92","workflow_run_id":"bc77c6e5-753'
        'a-4580-96a6-aaed3e5a8d19","updated_at":"2024-07-10T12:49:09Z","input":{},"task_def_version":null,"ta'
        'sk_def_id":"profile_data","output":null}}}'
    ),
    "orb": (
        '{"id": "o4mmewpfNNTnjfZc", "created_at": "2024-03-27T15:42:29+00:00", "type": "resource_event.test",'
        ' "properties": {"message": "A test webhook from Orb. Happy testing!"}}'
    ),
    "paddle_go": (
        '{"data":{"id":"pri_01hsdn96k2hxjzsq5yerecdj9j","name":null,"status":"active","quantity":{"maximum":9'
        '99999,"minimum":1},"tax_mode":"account_setting","product_id":"pro_01hsdn8qp7yydry3x1yeg6a9rv","unit_'
        'price":{"amount":"1000","currency_code":"USD"},"custom_data":null,"description":"testing","import_me'
        'ta":null,"trial_period":null,"billing_cycle":{"interval":"month","frequency":1},"unit_price_override'
        's":[]},"event_id":"evt_01hsdn97563968dy0szkmgjwh3","event_type":"price.created","occurred_at":"2024-'
        '03-20T10:07:35.590857Z","notification_id":"ntf_01hsdn977e920kbgzt6r6c9rqc"}'
    ),
    "paddle_python": (
        '{"data":{"id":"ctm_01hs0tqf76sxmp7ba5e4mw1sc8","name":"John Doe","email":"blackhole+verification2@pa'
        'ddle.com","locale":"en","status":"active","created_at":"2024-03-15T10:32:37.862Z","updated_at":"2024'
        '-03-15T10:32:37.862Z","custom_data":null,"import_meta":null,"marketing_consent":false},"event_id":"e'
        'vt_01hs0tqfme2xwb2hvwv87p8y3w","event_type":"customer.created","occurred_at":"2024-03-15T10:32:38.28'
        '6848Z","notification_id":"ntf_01hs0tqfrhgkyp39x4wyvy7h6n"}'
    ),
    "pagerduty": (
        '{"event":{"id":"01BWDWL3NYY7LUFPZCC28QUCMK","event_type":"incident.priority_updated","resource_type"'
        ':"incident","occurred_at":"2021-04-26T17:36:27.458Z","agent":{"html_url":"https://acme.pagerduty.com'
        '/users/PLH1HKV","id":"PLH1HKV","self":"https://api.pagerduty.com/users/PLH1HKV","summary":"Tenex Eng'
        'ineer","type":"user_reference"},"client":null,"data":{"id":"PGR0VU2","type":"incident","self":"https'
        '://api.pagerduty.com/incidents/PGR0VU2","html_url":"https://acme.pagerduty.com/incidents/PGR0VU2","n'
        'umber":2,"status":"triggered","title":"A little bump in the road","service":{"html_url":"https://acm'
        'e.pagerduty.com/services/PF9KMXH","id":"PF9KMXH","self":"https://api.pagerduty.com/services/PF9KMXH"'
        ',"summary":"API Service","type":"service_reference"},"assignees":[{"html_url":"https://acme.pagerdut'
        'y.com/users/PTUXL6G","id":"PTUXL6G","self":"https://api.pagerduty.com/users/PTUXL6G","summary":"User'
        ' 123","type":"user_reference"}],"escalation_policy":{"html_url":"https://acme.pagerduty.com/escalati'
        'on_policies/PUS0KTE","id":"PUS0KTE","self":"https://api.pagerduty.com/escalation_policies/PUS0KTE","'
        'summary":"Default","type":"escalation_policy_reference"},"teams":[{"html_url":"https://acme.pagerdut'
        'y.com/teams/PFCVPS0","id":"PFCVPS0","self":"https://api.pagerduty.com/teams/PFCVPS0","summary":"Engi'
        'neering","type":"team_reference"}],"priority":{"html_url":"https://acme.pagerduty.com/account/incide'
        'nt_priorities","id":"PSO75BM","self":"https://api.pagerduty.com/priorities/PSO75BM","summary":"P1","'
        'type":"priority_reference"},"urgency":"high","conference_bridge":{"conference_number":1000,"conferen'
        'ce_url":"https://example.com"},"resolve_reason":null}}}'
    ),
    "plain": (
        '{"timestamp":"2023-10-19T14:12:25.266Z","workspaceId":"w_01GST0W989ZNAW53X6XYHAY87P","payload":{"eve'
        'ntType":"thread.thread_created","thread":{"id":"th_01HD44FHMCDSSWE38N14FSYV6K","customer":{"id":"c_0'
        '1HD44FHDPG82VQ4QNHDR4N2T0","email":{"email":"peter@example.com","isVerified":false,"verifiedAt":null'
        '},"externalId":null,"fullName":"Peter Santos","shortName":"Peter","markedAsSpamAt":null,"markedAsSpa'
        'mBy":null,"customerGroupMemberships":[],"createdAt":"2023-10-04T14:17:41.991Z","createdBy":{"actorTy'
        'pe":"system","system":"email_inbound_handler"},"updatedAt":"2023-10-04T14:17:41.991Z","updatedBy":{"'
        'actorType":"system","system":"email_inbound_handler"}},"title":"Unable to tail logs","previewText":"'
        'Hey, I am currently unable to tail the logs of the service svc-8af1e3","priority":2,"externalId":nul'
        'l,"status":"TODO","statusChangedAt":"2023-10-19T14:12:25.266Z","statusChangedBy":{"actorType":"syste'
        'm","system":"email_inbound_handler"},"statusDetail":{"type":"CREATED","createdAt":"2023-10-19T14:12:'
        '25.266Z"},"assignee":null,"assignedAt":null,"additionalAssignees":[],"labels":[],"firstInboundMessag'
        'eInfo":null,"firstOutboundMessageInfo":null,"lastInboundMessageInfo":null,"lastOutboundMessageInfo":'
        'null,"supportEmailAddresses":["help@example.com"],"createdAt":"2023-10-19T14:12:25.266Z","createdBy"'
        ':{"actorType":"system","system":"email_inbound_handler"},"updatedAt":"2023-10-19T14:12:25.266Z","upd'
        'atedBy":{"actorType":"system","system":"email_inbound_handler"}}},"id":"pEv_01HD44FHHJ0YABSNGKWMG3CJ'
        '5J","webhookMetadata":{"webhookTargetId":"whTarget_01HD4400VTDJQ646V6RY37SR7K","webhookTargetVersion'
        '":"2026-02-27","webhookDeliveryAttemptId":"whAttempt_01HD44FJASQM23MNHYDYPAXEG8","webhookDeliveryAtt'
        'emptNumber":1,"webhookDeliveryAttemptTimestamp":"2023-10-19T14:12:26.073Z"},"type":"thread.thread_cr'
        'eated"}'
    ),
    "razorpay": (
        '{\n  "event": "payment.authorized",\n  "entity": "event",\n  "contains": [\n    "payment"\n  ],\n'
        '  "payload": {\n    "payment": {\n      "entity": {\n        "id": "pay_6koWN7bvxujzxM",\n'
        '        "entity": "payment",\n        "amount": 1000000,\n        "currency": "INR",\n'
        '        "status": "captured",\n        "order_id": "order_100000000order",\n'
        '        "international": false,\n        "method": "card",\n        "amount_refunded": 0,\n'
        '        "refund_status": null,\n        "captured": true,\n        "description": "random description",\n'
        '        "card_id": "card_6koWNAT6LASUqy",\n        "bank": null,\n        "wallet": null,\n'
        '        "vpa": null,\n        "email": "a@b.com",\n        "contact": "+919999999999",\n'
        '        "notes": {\n          "merchant_order_id": "random order id"\n        },\n        "fee": 23000,\n'
        '        "service_tax": 3000,\n        "error_code": null,\n        "error_description": null,\n'
        '        "created_at": 1479978483\n      }\n    }\n  },\n  "created_at": 1400826760\n}\n'
    ),
    "sinch_authentication": (
        '{"eventId":"event_id","timestamp":"2025-04-08T10:38:04.854087603","projectId":"project-id","resource'
        'Id":"+1234567890","resourceType":"ACTIVE_NUMBER","eventType":"PROVISIONING_TO_VOICE_PLATFORM","statu'
        's":"SUCCEEDED","failureCode":null,"internalFailureCode":null}'
    ),
    "sinch_conversation": (
        '{"app_id":"01EB37HMH1M6SV18BSNS3G135H","accepted_time":"2020-11-17T15:09:11.659Z","project_id":"c36f'
        '3d3d-1513-2edd-ae42-11995557ff61","message_delivery_report":{"message_id":"01EQBC1A3BEK731GY4YXEN0C2'
        'R","conversation_id":"01EPYATA64TMNZ1FV02JKF12JF","status":"QUEUED_ON_CHANNEL","contact_id":"01EXA07'
        'N79THJ20WSN6AS30TMW"}}'
    ),
    "sinch_numbers": (
        '{"eventId":"01jr7stexp0znky34pj07dwp41","timestamp":"2025-04-07T09:38:04.85408760","projectId":"proj'
        'ect-id","resourceId":"+1234567890","resourceType":"ACTIVE_NUMBER","eventType":"PROVISIONING_TO_VOICE'
        '_PLATFORM","status":"SUCCEEDED","failureCode":null,"internalFailureCode":null}'
    ),
}

# ---------------------------------------------------------------- the vectors


def one_header(slug, source, header, secret, cases, now=ANY_TIME):
    """For schemes of one header: its value and the body are all there is."""
    for name, verdict, value, body in cases:
        yield Published(slug, source, name, secret, {header: value}, body, now, verdict)


def body_signatures():
    yield from one_header(
        "github",
        "GitHub documentation, Validating webhook deliveries",
        "x-hub-signature-256",
        "It's a Secret to Everybody",
        [
            (
                "the worked example",
                RIGHT,
                "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
                "Hello, World!",
            )
        ],
    )
    octokit = "octokit/webhooks-methods.js test/verify.test.ts"
    yield from one_header(
        "github",
        octokit,
        "x-hub-signature-256",
        "mysecret",
        [
            (
                "a small object",
                RIGHT,
                "sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3",
                '{"foo":"bar"}',
            ),
            ("a value that is no signature", WRONG, "foo", '{"foo":"bar"}'),
        ],
    )
    yield from one_header(
        "github",
        octokit,
        "x-hub-signature-256",
        "development",
        [
            (
                "escapes with upper-case digits, and text that is not ASCII",
                RIGHT,
                "sha256=afecc3caa27548bb90d51a50384cb2868b9a3327b4ad6a01c9bd4ed0f8b0b12c",
                '{"foo":"Foo\\n\\u001B[34mbar: ♥♥♥♥♥♥♥♥\\nthis-is-lost\\u001B[0m\\u001B[2K"}',
            ),
            (
                "an escaped backslash",
                RIGHT,
                "sha256=6f8326efbacfbd04e870cea25b5652e635be8c9807f2fd5348ef60753c9e96ed",
                '{"foo":"\\\\u001b"}',
            ),
        ],
    )
    yield from one_header(
        "bitbucket",
        "Bitbucket Cloud documentation, Manage webhooks",
        "x-hub-signature",
        "It's a Secret to Everybody",
        [
            (
                "the worked example",
                RIGHT,
                "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9",
                "Hello World!",
            )
        ],
    )
    yield from one_header(
        "shopify",
        "Shopify/shopify-api-php tests/Webhooks/RegistryTest.php",
        "x-shopify-hmac-sha256",
        "7008c5f4da4718b9b45d26d3fcbbb157",
        [("a small object", RIGHT, "+R9TwYM4mbLTk3hEAOBkpA7zW2lc9vNFmVKs2u2jtyY=", '{"foo":"bar"}')],
    )
    yield from one_header(
        "line",
        "LINE documentation, Verify webhook signature",
        "x-line-signature",
        "8c570fa6dd201bb328f1c1eac23a96d8",
        [
            (
                "the worked example",
                RIGHT,
                "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs=",
                '{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}',
            ),
        ],
    )
    yield from one_header(
        "line",
        "line/line-bot-sdk-python tests/v3/test_webhook.py",
        "x-line-signature",
        "channel_secret",
        [
            ("a body that is no JSON", RIGHT, "/gg9a+LvFevTH1sd7XCQycD7tsWclCsInj7MhBHxN7k=", "bodybodybodybody"),
            ("a value that is no signature", WRONG, "invalid_signature", "bodybodybodybody"),
        ],
    )
    yield from one_header(
        "line",
        "line/line-bot-sdk-nodejs test/validate-signature.spec.ts",
        "x-line-signature",
        "test_secret",
        [
            ("a small object", RIGHT, "t7Hn4ZDHqs6e+wdvI5TyQIvzie0DmMUmuXEBqyyE/tM=", '{"hello":"world"}'),
            (
                "one letter of the signature in the other case",
                WRONG,
                "t7Hn4ZDHqs6e+wdvi5TyQIvzie0DmMUmuXEBqyyE/tM=",
                '{"hello":"world"}',
            ),
        ],
    )
    yield from one_header(
        "line",
        "line/line-bot-sdk-java LineSignatureValidatorTest.java",
        "x-line-signature",
        "SECRET",
        [
            ("an empty object", RIGHT, "3q8QXTAGaey18yL8FWTqdVlbMr6hcuNvM4tefa0o9nA=", "{}"),
            ("base64 of a few bytes", WRONG, "596359635963", "{}"),
        ],
    )
    yield from one_header(
        "razorpay",
        "razorpay/razorpay-python tests/test_client_utility.py",
        "x-razorpay-signature",
        "key_secret",
        [
            (
                "an authorized payment, indented",
                RIGHT,
                "d60e67fd884556c045e9be7dad57903e33efc7172c17c6e3ef77db42d2b366e9",
                BODIES["razorpay"],
            ),
            ("a value that is no signature, and no body", WRONG, "test_signature", ""),
        ],
    )
    yield from one_header(
        "razorpay",
        "razorpay/razorpay-node issue 29, an answer of its maintainers",
        "x-razorpay-signature",
        "123456",
        [
            (
                "a body that is no JSON",
                RIGHT,
                "ee0a3edebeb4be41bafa3bc0a39069d7845a5c37760b863405049de80b5fe92d",
                "{a:1, b:2}",
            ),
            (
                "another body that is no JSON",
                RIGHT,
                "58fd9fac909b57d776606e9313e83a26a9e67a3488b9ca7259134e09f4badfb1",
                "{c:1, d:2}",
            ),
        ],
    )
    yield from one_header(
        "notion",
        "Notion documentation, Webhooks",
        "x-notion-signature",
        "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl",
        [
            (
                "the worked example",
                RIGHT,
                "sha256=461e8cbcba8a75c3edd866f0e71280f5a85cbf21eff040ebd10fe266df38a735",
                '{"verification_token":"secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl"}',
            ),
        ],
    )
    yield from one_header(
        "gocardless",
        "gocardless/gocardless-pro-python tests/webhooks_test.py",
        "webhook-signature",
        "ED7D658C-D8EB-4941-948B-3973214F2D49",
        [
            (
                "two events",
                RIGHT,
                "2693754819d3e32d7e8fcb13c729631f316c6de8dc1cf634d6527f1c07276e7e",
                BODIES["gocardless"],
            )
        ],
    )
    coinbase = "8be7742c7d372f08a6a3224edadf18a22b65fa9e28f3f2de97376cdaa092590d"
    yield from one_header(
        "coinbase_commerce",
        "coinbase/coinbase-commerce-python tests/test_webhook.py",
        "x-cc-webhook-signature",
        "30291a20-0bd1-4267-9b0f-e6e7b123c0bf",
        [
            ("a charge", RIGHT, coinbase, BODIES["coinbase_commerce"]),
            ("each 3 of the signature is a 1", WRONG, coinbase.replace("3", "1"), BODIES["coinbase_commerce"]),
            ("a body that is no JSON", WRONG, coinbase, "invalid payload"),
        ],
    )
    pagerduty = "v1=0c0b9495b893a39e70d1fea2fe11fbe0a825f88b9f67846f6cc07dd2bc5476cd"
    yield from one_header(
        "pagerduty",
        "PagerDuty/go-pagerduty webhookv3/webhookv3_test.go",
        "x-pagerduty-signature",
        "lDQHScfUeXUKaQRNF+8XIiDKZ7XX3itBAYzwU0TARw8lJqRnkKl2iB1anSb0Z+IK",
        [
            ("an incident", RIGHT, pagerduty, BODIES["pagerduty"]),
            (
                "another signature",
                WRONG,
                "v1=7020c8a7ec668a9b7012bc3dd82e483394b038f4230acc6785efbf2a7d8bcaf5",
                BODIES["pagerduty"],
            ),
            ("an empty header", WRONG, "", BODIES["pagerduty"]),
            ("no body", WRONG, pagerduty, ""),
        ],
    )
    treasury = "57e14f6f354543f0101fb06ea24df7731d90087b76651e3497345e22a3622940"
    yield from one_header(
        "modern_treasury",
        "Modern-Treasury/modern-treasury-python tests/api_resources/test_webhooks.py",
        "x-signature",
        "foo",
        [
            (
                "a body that is no JSON",
                RIGHT,
                "08ba357e274f528065766c770a639abf6809b39ccfd37c2a3157c7f51954da0a",
                "foo",
            ),
            ("a small object", RIGHT, treasury, '{"foo":"bar"}'),
            (
                "uneven white space",
                RIGHT,
                "ec1c86d16075e6937fc26d55b7dc60bac9b1178a2f714312f7c5cb13a319b0ac",
                '{"foo":"bar","bar":"baz","a": true}',
            ),
            (
                "a nested object",
                RIGHT,
                "39b6fc0f5b02a5aefbdd7fb337245b4209036334e837d8c5b6a4092965ebc0a5",
                '{"a":{"b":{"c":{"d":[null,1,true,false,["foo",{"bar":[true, false]}]]}}}}',
            ),
            ("more follows the body", WRONG, treasury, '{"foo":"bar"}foo'),
            ("a value that is no signature", WRONG, "bar", '{"foo":"bar"}'),
        ],
    )
    yield from onfido()
    yield from adyen()
    yield from one_header(
        "easypost",
        "EasyPost/examples official/fixtures",
        "x-hmac-signature",
        "sécret",
        [
            (
                "an updated tracker",
                RIGHT,
                "hmac-sha256-hex=38f3f53c103713df81616a0a186d77141957323ec21d5fe9363db93840f527db",
                BODIES["easypost"],
            )
        ],
    )
    yield from one_header(
        "kontent_ai",
        "kontent-ai/webhook-helper-js, the tests of its signatures",
        "x-kontent-ai-signature",
        "BHPyfqwSy1iJjcscOB+GSkDf9THrBlfcKkwtADJdbP4=",
        [("line ends are CRLF", RIGHT, "CF9/hYLw2CDcVp2wW39OFUglh++fGdHFeOhiWxM3jZg=", BODIES["kontent_ai"])],
    )
    cloudconvert = "cloudconvert/cloudconvert-php tests/Unit/WebhookHandlerTest.php"
    yield from one_header(
        "cloudconvert",
        cloudconvert,
        "cloudconvert-signature",
        "secret",
        [
            (
                "a finished job, indented",
                RIGHT,
                "576b653f726c85265a389532988f483b5c7d7d5f40cede5f5ddf9c3f02934f35",
                BODIES["cloudconvert"],
            ),
            ("a value that is no signature", WRONG, "invalid", BODIES["cloudconvert"]),
        ],
    )
    yield from one_header(
        "viber",
        "Viber/viber-bot-python tests/api/test_api.py",
        "x-viber-content-signature",
        "44dafb7e0f40021e-61a47a1e6778d187-f2c5a676a07050b3",
        [
            (
                "a webhook event",
                RIGHT,
                "d21b343448c8aee33b8e93768ef6ceb64a6ba6163099973a2b8bd028fea510ef",
                '{"event":"webhook","timestamp":4977069964384421269,"message_token":1478683725125}',
            ),
            ("a value that is no signature", WRONG, "aaaaaaaaaaaaaaaaaaaaaa", '{"event":"webhook"}'),
        ],
    )
    yield from one_header(
        "veriff",
        "Veriff documentation, Generating X-HMAC-SIGNATURE",
        "x-hmac-signature",
        "abcdef12-abcd-abcd-abcd-abcdef012345",
        [
            (
                "the worked example",
                RIGHT,
                "6af6d95822e19e9cc707aec55395d8d363ba2c7bc4625bc04ebeca0c7bf8cd67",
                '{"verification":{"callback":"https://veriff.com","person":{"firstName":"John","lastName":"Smith"},'
                '"document":{"type":"PASSPORT","country":"EE"},"vendorData":"unique id of a user",'
                '"timestamp":"2016-05-19T08:30:25.597Z"}}',
            ),
        ],
    )
    yield from one_header(
        "discourse",
        "discourse/discourse, the spec of the job that emits web hook events",
        "x-discourse-event-signature",
        "my_lovely_secret_for_web_hook",
        [("a ping", RIGHT, "sha256=162f107f6b5022353274eb1a7197885cfd35744d8d08e5bcea025d309386b7d6", '{"ping":"OK"}')],
    )
    circleci = "CircleCI documentation, Outbound webhooks"
    for secret, body, signature in (
        ("secret", "hello world", "734cc62f32841568f45715aeb9f4d7891324e6d948e4c6c60c0621cdac48623a"),
        ("another-secret", "lalala", "daa220016c8f29a8b214fbfc3671aeec2145cfb1e6790184ffb38b6d0425fa00"),
        (
            "hunter123",
            "an-important-request-payload",
            "9be2242094a9a8c00c64306f382a7f9d691de910b4a266f67bd314ef18ac49fa",
        ),
    ):
        cases = [(f"the example of {body!r}", RIGHT, "v1=" + signature, body)]
        yield from one_header("circleci", circleci, "circleci-signature", secret, cases)
    sinch = "sinch/sinch-sdk-python tests/unit/domains/{}"
    for source, signature, body in (
        ("numbers", "8e58baa351ffa5e0d7eaef3c739d0d7aa6093da3", BODIES["sinch_numbers"]),
        ("authentication", "d2107528d5d52897a97dc6e24e09a208036ccd83", BODIES["sinch_authentication"]),
    ):
        cases = [
            ("a provisioned number", RIGHT, signature, body),
            ("a value that is no signature", WRONG, "invalid-signature", body),
        ]
        yield from one_header("sinch_numbers", sinch.format(source), "x-sinch-signature", "my-callback-secret", cases)
    plain = "ae0d54c966dea1056b6ced04d1bafc3358af592469b5fd55553dcb036b58a1ef"
    source, header = "team-plain/typescript-sdk src/tests/verify-plain-webhook.test.ts", "plain-request-signature"
    cases = [("a second before the window ends", RIGHT, plain, BODIES["plain"])]
    yield from one_header("plain", source, header, "secret", cases, now=1697725046000)
    cases = [("long after", WRONG, plain, BODIES["plain"])]
    yield from one_header("plain", source, header, "secret", cases)
    cases = [
        (
            "a body that is no JSON",
            WRONG,
            "1bff4699de4fb5202a4b1e6cefd7b5fdfb02d19a67a1eb371dd417a45b0a47df",
            "hello-world",
        ),
        ("a value that is no signature", WRONG, "signature", "payload"),
        ("an empty header", WRONG, "", "payload"),
    ]
    yield from one_header("plain", source, header, "secret", cases, now=1697725046000)
    yield Published(
        "pusher",
        "pusher/pusher-http-php tests/unit/WebhookTest.php",
        "a client event",
        "thisisasecret",
        {
            "x-pusher-key": "thisisaauthkey",
            "x-pusher-signature": "a19cab2af3ca1029257570395e78d5d675e9e700ca676d18a375a7083178df1c",
        },
        '{"time_ms":1530710011901,"events":[{"name":"client_event","channel":"private-my-channel","event":"client-event",'
        '"data":"Unencrypted","socket_id":"240621.35780774"}]}',
        1530710011901,
        expect={"timestamp_ms": 1530710011901},
    )


def onfido():
    source, header = "onfido/onfido-python tests/test_{}_webhook_event_verification.py", "x-sha2-signature"
    classic = "77ebc3e418f26be6eebb47f7ebe551321de26734fc273961e075fc9ab163d9c7"
    yield from one_header(
        "onfido",
        source.format("classic"),
        header,
        "wU99mE6jJ7nXOLFwZ0tJymM1lpI15pZh",
        [
            ("a completed check", RIGHT, classic, BODIES["onfido_classic"]),
            ("the last digit of the signature is another", WRONG, classic[:-1] + "8", BODIES["onfido_classic"]),
        ],
    )
    studio = "c95a5b785484f6fa1bc25f381b5595d66bf85cb442eefb06aa007802ee6a4dfa"
    yield from one_header(
        "onfido",
        source.format("studio"),
        header,
        "YKOC6mkBxi6yK2zlUIrLMvsJMFEZObP5",
        [
            ("a started task", RIGHT, studio, BODIES["onfido_studio"]),
            ("the last digit of the signature is another", WRONG, studio[:-1] + "b", BODIES["onfido_studio"]),
            (
                "an indented body",
                RIGHT,
                "f3a5170acfcecf8c1bf6d9cb9995c0d9dec941af83056a721530f8de7af2c293",
                BODIES["onfido_list"],
            ),
        ],
    )


def adyen():
    yield from one_header(
        "adyen_platform",
        "Adyen documentation, Signing notifications with HMAC (classic platforms)",
        "hmacsignature",
        "79A3EAF309C43708726A8C284C0D72618696A12E840DFA1DF3A158AFA3B577DA",
        [
            (
                "an account holder is created",
                RIGHT,
                "A2bHr0WPlKg1fJLVEDReVAdUDWt3znmsuYvp2KdihXY=",
                BODIES["adyen_classic"],
            )
        ],
    )
    yield from one_header(
        "adyen_platform",
        "Adyen/adyen-go-api-library src/hmacvalidator/hmacvalidator_test.go",
        "hmacsignature",
        "DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00",
        [
            ("a body that is no valid JSON", RIGHT, "yitBTPnDGtbAMG9rTxUa1e6lFGpa4PnrD6rErOmEhJ8=", BODIES["adyen_go"]),
            ("a value that is no signature", WRONG, "MismatchingHmacKey=", BODIES["adyen_go"]),
        ],
    )
    yield from one_header(
        "adyen_platform",
        "Adyen/adyen-python-api-library test/UtilTest.py",
        "hmacsignature",
        "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056",
        [
            ("an indented body", RIGHT, "fX74xUdztFmaXAn3IusMFFUBUSkLmDQUK0tm8xL6ZTU=", BODIES["adyen_python"]),
            ("a value that is no signature", WRONG, "MismatchingHmacKey=", BODIES["adyen_python"]),
        ],
    )


def convoy():
    """All the cases of one file; it gives the one that comes too late a window of five minutes."""
    source, secret = "frain-dev/convoy pkg/signature/testdata/signature-vectors.json", "convoy-webhook-secret"
    body = '{"event":"charge.success","amount":1000,"currency":"NGN"}'
    choices = {
        "SHA-256 in hex": {},
        "SHA-256 in base64": {"encoding": "base64"},
        "SHA-512 in hex": {"hash": "sha512"},
        "SHA-512 in base64": {"hash": "sha512", "encoding": "base64"},
    }
    simple = [
        "244449b7f48cbc2709060c9dcdc2b3aa47a78f540430579015c579fb12defbb4",
        "JERJt/SMvCcJBgydzcKzqkenj1QEMFeQFcV5+xLe+7Q=",
        "6cc772dc81942ae1b5ffa91c3a6a07b0d37edc8dc6bd83e3518a219f1f19ff71"
        "ae1b76d6b320940d414c236a1aad7f7930b63e0f1928951955d31219545e1b66",
        "bMdy3IGUKuG1/6kcOmoHsNN+3I3GvYPjUYohnx8Z/3GuG3bWsyCUDUFMI2oarX95MLY+DxkolRlV0xIZVF4bZg==",
    ]
    advanced = [
        "t=1700000000,v1=77b8b9269f25a199846a55a2bd25b3fba151c70fdae60bb1dcd87fbbc943c55c",
        "t=1700000000,v1=d7i5Jp8loZmEalWivSWz+6FRxw/a5gux3Nh/u8lDxVw=",
        "t=1700000000,v1=b2122e252cd2582cf225cb2b8d4ceede9e34329e2fe95c02619c3ed5d4a3d9a7"
        "3e6beaf2dff8e76d71a693ae198cee40685eed12ad4ee2e033dc2d0399ede057",
        "t=1700000000,v1=shIuJSzSWCzyJcsrjUzu3p40Mp4v6VwCYZw+1dSj2ac+a+ry3/jnbXGmk64ZjO5AaF7tEq1O4uAz3C0Dme3gVw==",
    ]
    now = 1700000000000
    for slug, values in (("convoy", simple), ("convoy_advanced", advanced)):
        for (name, settings), value in zip(choices.items(), values):
            yield Published(slug, source, name, secret, {"x-convoy-signature": value}, body, now, settings=settings)
    right = "77b8b9269f25a199846a55a2bd25b3fba151c70fdae60bb1dcd87fbbc943c55c"
    other, third = (
        "449623e4897bbde05e35358293f97b8c2f697367ffa3e7466e98178dfba44d19",
        "c7eff1833c41a2ce2e195599451b240cd282b1bc9fa387e428a9fd5a5dc74933",
    )
    for name, verdict, value in (
        ("the last digit of the signature is another", WRONG, f"t=1700000000,v1={right[:-1]}0"),
        ("the time comes second", RIGHT, f"v1={right},t=1700000000"),
        ("the second of two signatures is right", RIGHT, f"t=1700000000,v1={other},v1={right}"),
        ("neither of two signatures is right", WRONG, f"t=1700000000,v1={other},v1={third}"),
        ("the time is infinite", WRONG, f"t=Infinity,v1={right}"),
        ("the signature is a number", WRONG, "t=1700000000,v1=1234567890"),
        ("the time is missing", WRONG, f"v1={right},v2={right}"),
    ):
        yield Published("convoy_advanced", source, name, secret, {"x-convoy-signature": value}, body, now, verdict)
    yield Published(
        "convoy_advanced", source, "long after", secret, {"x-convoy-signature": advanced[0]}, body, ANY_TIME, WRONG
    )
    wrong = simple[0][:-1] + "0"
    name = "the last digit of the signature is another"
    yield Published("convoy", source, name, secret, {"x-convoy-signature": wrong}, body, now, WRONG)


def timed_signatures():
    slack = (
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar"
        "&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    yield from family(
        "slack",
        "Slack documentation and slackapi/python-slack-sdk test_signature_verifier.py",
        "8f742231b10e8888abcd99yyyzzz85a5",
        {
            "x-slack-request-timestamp": "1531420618",
            "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
        },
        slack,
        1531420618000,
        [("the worked example", RIGHT, {}), ("more follows the body", WRONG, {"body": slack + "------"})],
    )
    yield from paddle()
    mux = "mux-signature"
    value = "t=1591664030,v1=e43496b6aae982c4c2fd6f8e92935f1d90216f1f64d56024e72390acfb988272"
    yield Published(
        "mux",
        "muxinc/mux-elixir, the documentation of Mux.Webhooks.TestUtils",
        "the worked example",
        "SuperSecret123",
        {mux: value},
        "payload",
        1591664030000,
    )
    yield from family(
        "mux",
        "muxinc/mux-elixir test/mux/webhooks_test.exs",
        "SuperSecret123",
        {mux: "t=1565125718,v1=854ece4c22acef7c66b57d4e504153bc512595e8e9c772ece2a68150548c19a7"},
        '{"test":"body"}',
        1565125718000,
        [
            ("when it was made", RIGHT, {}),
            ("long after", WRONG, {"now": ANY_TIME}),
            ("a value that is no signature", WRONG, {"headers": {mux: "invalid-signature"}}),
        ],
    )
    fintoc = "11b98dd8f5500109246aa4d9875fad2e97d462560b012a5f50ff924411de0b0f"
    yield from family(
        "fintoc",
        "fintoc-com/fintoc-python tests/test_webhook.py",
        "whsec_test_secret",
        {"fintoc-signature": "t=1743890251,v1=" + fintoc},
        BODIES["fintoc"],
        1743890251000,
        [
            ("a payment", RIGHT, {}),
            ("another secret", WRONG, {"secrets": "whsec_wrong_secret"}),
            (
                "a word of the body is another",
                WRONG,
                {"body": BODIES["fintoc"].replace("payment_intent.succeeded", "payment_intent.failed")},
            ),
            (
                "a signature of another version beside it",
                RIGHT,
                {"headers": {"fintoc-signature": f"t=1743890251,v1={fintoc},v2=bad_signature"}},
            ),
            ("an empty header", WRONG, {"headers": {"fintoc-signature": ""}}),
            ("a value that is no signature", WRONG, {"headers": {"fintoc-signature": "invalid_format"}}),
            ("a time alone", WRONG, {"headers": {"fintoc-signature": "t=1743890251"}}),
            ("a signature alone", WRONG, {"headers": {"fintoc-signature": "v1=" + fintoc}}),
            ("a time that is no number", WRONG, {"headers": {"fintoc-signature": "t=invalid,v1=" + fintoc}}),
        ],
    )
    sanity, resume = "t=1633519811129,v1=tLa470fx7qkLLEcMOcEUFuBbRSkGujyskxrNXcoh0N0", '{"_id":"resume"}'
    yield from family(
        "sanity",
        "sanity-io/webhook-toolkit test/signature.test.ts",
        "test",
        {"sanity-webhook-signature": sanity},
        resume,
        1633519811129,
        [
            ("a document", RIGHT, {}),
            (
                "the time is a millisecond off",
                WRONG,
                {"headers": {"sanity-webhook-signature": sanity.replace("129,", "128,")}},
            ),
            (
                "the last character differs in bits that count for nothing",
                WRONG,
                {"headers": {"sanity-webhook-signature": sanity[:-1] + "1"}},
            ),
            ("another document", WRONG, {"body": '{"_id":"structure"}'}),
            (
                "a signature of another version",
                WRONG,
                {"headers": {"sanity-webhook-signature": sanity.replace("v1=", "v5=")}},
            ),
        ],
    )
    recurly = "1663103925004,ad24699f3beaa24c9af2cc7ada3ce4c835da0090194241b9d3add83d27f14bc3"
    yield from family(
        "recurly",
        "recurly/recurly-client-ruby spec/recurly/webhooks_spec.rb",
        "354fab5bd35f5a0d50845ee7e30165244468b13c2c343f104e4e730a59326d9d",
        {"recurly-signature": recurly},
        '{"id":"rjxwmwedwqug","object_type":"account","site_id":"qc326l1hl8k9","event_type":"created",'
        '"event_time":"2022-09-13T21:18:40Z","account_code":"adfas23zzz14123"}',
        1663103925004,
        [
            ("when it was made", RIGHT, {}),
            ("long after", WRONG, {"now": ANY_TIME}),
            ("another secret", WRONG, {"secrets": "key"}),
            ("another body", WRONG, {"body": "{}"}),
            (
                "the second of two signatures is right",
                RIGHT,
                {"headers": {"recurly-signature": recurly.replace(",", ",de1ec7ab1e,")}},
            ),
            (
                "the time is no number",
                WRONG,
                {"headers": {"recurly-signature": recurly.replace("1663103925004", "abc")}},
            ),
            ("there is no signature", WRONG, {"headers": {"recurly-signature": "1663103925004,"}}),
        ],
    )
    yield from hook0()
    yield from box()
    orb = "9d25de966891ab0bc18754faf8d83d0980b44ae330fcc130b41a6cf3daf1f391"
    yield from family(
        "orb",
        "orbcorp/orb-python tests/api_resources/test_webhooks.py",
        "c-UGKYdnhHh436B_sMouYAPUvXyWpzOdunZBV5dFSD8",
        {"x-orb-timestamp": "2024-03-27T15:42:29.551", "x-orb-signature": "v1=" + orb},
        BODIES["orb"],
        1711554149551,
        [
            ("a time without a zone", RIGHT, {"expect": {"timestamp_ms": 1711554149551}}),
            ("six minutes after", WRONG, {"now": 1711554149551 + 360000}),
            ("six minutes before", WRONG, {"now": 1711554149551 - 360000}),
            ("another secret", WRONG, {"secrets": "foo"}),
            (
                "the second of two signatures is right",
                RIGHT,
                {"headers": {"x-orb-signature": f"v1=my_invalid_signature v1={orb}"}},
            ),
            ("a signature of another version", WRONG, {"headers": {"x-orb-signature": "v2=" + orb}}),
            ("a signature of another version beside it", RIGHT, {"headers": {"x-orb-signature": f"v2={orb} v1={orb}"}}),
            ("no version", WRONG, {"headers": {"x-orb-signature": orb}}),
        ],
    )
    yield Published(
        "revolut",
        "Revolut documentation, Verify the payload signature",
        "the worked example",
        "wsk_r59a4HfWVAKycbCaNO1RvgCJec02gRd8",
        {
            "revolut-request-timestamp": "1683650202360",
            "revolut-signature": "v1=bca326fb378d0da7f7c490ad584a8106bab9723d8d9cdd0d50b4c5b3be3837c0",
        },
        '{"data":{"id":"645a7696-22f3-aa47-9c74-cbae0449cc46","new_state":"completed","old_state":"pending",'
        '"request_id":"app_charges-9f5d5eb3-1e06-46c5-b1c0-3914763e0bcb"},"event":"TransactionStateChanged",'
        '"timestamp":"2023-05-09T16:36:38.028960Z"}',
        1683650202360,
        expect={"timestamp_ms": 1683650202360},
    )
    yield Published(
        "configcat",
        "configcat/docs notifications-webhooks.mdx",
        "the worked example",
        "configcat_whsk_VN3juirnVh5pNvCKd81RYRYchxUX4j3NykbZG2fAy88=",
        {
            "x-configcat-webhook-id": "b616ca659d154a5fb907dd8475792eeb",
            "x-configcat-webhook-timestamp": "1669629035",
            "x-configcat-webhook-signature-v1": "Ks3cYsu9Lslfo+hVxNC3oQWnsF9e5d73TI5t94D9DRA=",
        },
        "examplebody",
        1669629035000,
        expect={"timestamp_ms": 1669629035000},
    )
    yield from family(
        "retell",
        "RetellAI/retell-python-sdk tests/test_webhook_auth.py",
        "test-api-key",
        {"x-retell-signature": "v=1700000000000,d=07024cabe7dd8f6d1c6e4a8324ca92c812e6ad4a7ee506c04f7e462e3321823e"},
        '{"event":"call_ended"}',
        1700000000000,
        [
            ("an ended call", RIGHT, {"expect": {"timestamp_ms": 1700000000000}}),
            ("white space is added to the body", WRONG, {"body": '{"event":"call_ended"} '}),
        ],
    )
    yield from family(
        "sinch_conversation",
        "sinch/sinch-sdk-python tests/unit/domains/conversation",
        "foo_secret1234",
        {
            "x-sinch-webhook-signature": "Yc+3R1pIS78xLASybulhs8BsSo9BPB3Pr92QCUoczfk=",
            "x-sinch-webhook-signature-nonce": "01FJA8B4A7BM43YGWSG9GBV067",
            "x-sinch-webhook-signature-timestamp": "1634579353",
        },
        BODIES["sinch_conversation"],
        1634579353000,
        [
            ("a delivery report", RIGHT, {}),
            ("a value that is no signature", WRONG, {"headers": {"x-sinch-webhook-signature": "invalid"}}),
        ],
    )
    inngest = "signkey-test-f00f3005a3666b359a79c2bc3380ce2715e62727ac461ae1a2618f8766029c9f"
    yield from family(
        "inngest",
        "inngest/inngest-js packages/inngest/src/test/helpers.ts",
        inngest,
        {"x-inngest-signature": "t=1687306735&s=a060f245a5d0c3c779ef65fd15b2ac06e4ab98dd8cc9860aa0722c8481ae02ab"},
        BODIES["inngest"],
        1687306735000,
        [
            ("a call of a function", RIGHT, {}),
            ("the key is the second of two", RIGHT, {"secrets": ["fake", inngest]}),
            ("neither of two keys is right", WRONG, {"secrets": ["fake", "another-fake"]}),
        ],
    )


def paddle():
    header = "paddle-signature"
    yield Published(
        "paddle",
        "PaddleHQ/paddle-go-sdk example_webhook_verifier_test.go",
        "a created price",
        "pdl_ntfset_01hsdn8d43dt7mezr1ef2jtbaw_hKkRiCGyyRhbFwIUuqiTBgI7gnWoV0Gr",
        {header: "ts=1710929255;h1=6c05ef8fa83c44d751be6d259ec955ce5638e2c54095bf128e408e2fce1589c8"},
        BODIES["paddle_go"],
        1710929255000,
        expect={"id": "evt_01hsdn97563968dy0szkmgjwh3", "type": "price.created", "timestamp_ms": 1710929255000},
    )
    yield Published(
        "paddle",
        "PaddleHQ/paddle-python-sdk examples/webhook_verification.py",
        "a created customer",
        "pdl_ntfset_01hs0t3tw21j988db1pam5xg8m_GrOWLNef+vmtjJYq4mSnHNzvc8uWoJ1I",
        {header: "ts=1710498758;h1=558bf93944dbeb4790c7a8af6cb2ea435c8ca9c8396aafc1a4e37424ac132744"},
        BODIES["paddle_python"],
        1710498758000,
    )
    yield Published(
        "paddle",
        "PaddleHQ/paddle-php-sdk tests/Unit/Notifications/VerifierTest.php",
        "two signatures and three secrets",
        [
            "pdl_ntf_01hbpjmytsa32fhr36nqgc3kgb_TjIG2BXbm83HPXqNfziwe506sBEdqL/4",
            "pdl_ntf_01hbpjmytsa32fhr36nqgc3kgb_vB/yIOnTOCWIvpBadM5jzBZPHc7OmdSo",
            "pdl_ntf_01hbpjmytsa32fhr36nqgc3kgb_WvRO0eL4Bj9rgYYIBZY6wZhG4EHy9jzh",
        ],
        {header: "ts=1696195954;h1=dummy;h1=d96299976a6eb066f484d7fde011ac56fc32b38fc9940bc419d6e537fdc6ef02"},
        "hello-world",
        1696195954000,
    )
    node = "PaddleHQ/paddle-node-sdk src/__tests__/notifications/webhooks-validator.node.test.ts"
    value = "ts=1698796800;h1=a300428748dce5c70e4da19bffd60769591ea969c99dea3105d0ec9612cf43f9"
    twice = "28981e941fae76e53db32f3d2a83cb69db41476595e84e1970a1b5d98f62b261"
    yield from family(
        "paddle",
        node,
        "VALID_SECRET",
        {header: value},
        '{"data": ["1", "2"]}',
        1698796800000,
        [
            ("an array", RIGHT, {}),
            (
                "unknown parts",
                RIGHT,
                {
                    "headers": {header: f"ts=1698796800;h1={twice};h1={twice};h2=RANDOM_HASH"},
                    "body": '{"data": "value"}',
                },
            ),
            ("another secret", WRONG, {"secrets": "INVALID_VALID_SECRET"}),
            ("another time", WRONG, {"headers": {header: value.replace("1698796800", "9876")}}),
            ("more white space in the body", WRONG, {"body": '{ "data": [ "1", "2" ]}'}),
            ("a value that is no signature", WRONG, {"headers": {header: "ts=1234;h1=invalid_signature"}}),
            ("neither time nor signature", WRONG, {"headers": {header: "invalid_header"}}),
            ("no time", WRONG, {"headers": {header: "h1=invalid_header"}}),
            ("no signature", WRONG, {"headers": {header: "ts=1234;h2=invalid_header"}}),
        ],
    )


def hook0():
    yield Published(
        "hook0",
        "hook0/hook0 clients/rust/tests",
        "the body and the time are signed",
        "secret",
        {"x-hook0-signature": "t=1636936200,v0=1b3d69df55f1e52f05224ba94a5162abeb17ef52cd7f4948c390f810d6a87e98"},
        "hello !",
        1636936200000,
    )
    body = "d17d66b66fca89390c5b967c45e8928fc732db07a0aabe8167b1e98213081ffe"
    headers = "19a6fb8f6581715b241a93af02a58611c3b0ac7b747a8d2a5b120ee418d0c347"
    swapped = "bf5f4e5fe0c9143510ae192f983316a09ed392d0104d2ce0faa3d7bce3687acb"
    both, turned = "h=x-event-id x-delivery-id", "h=x-delivery-id x-event-id"
    for name, verdict, value in (
        ("the body and the time are signed", RIGHT, f"t=1800000000,v0={body}"),
        ("headers are signed too", RIGHT, f"t=1800000000,{both},v1={headers}"),
        ("the newer signature counts where there are both", RIGHT, f"t=1800000000,{both},v0={swapped},v1={headers}"),
        ("the older signature does not make up for the newer", WRONG, f"t=1800000000,{both},v0={body},v1={swapped}"),
        ("the order of the signed headers is changed", WRONG, f"t=1800000000,{turned},v1={headers}"),
        ("the signed headers stand in another order", RIGHT, f"t=1800000000,{turned},v1={swapped}"),
        ("a signed header did not arrive", WRONG, f"t=1800000000,h=x-event-id x-missing,v1={headers}"),
        ("a digit that is none", WRONG, f"t=1800000000,v0={body[:-1]}z"),
        ("a digit is missing", WRONG, f"t=1800000000,v0={body[:-1]}"),
        (
            "a second before the window",
            WRONG,
            "t=1799999699,v0=4168cc6c683357e103055b48584715f12e2baa4e679b8e076254247f11edf34d",
        ),
        (
            "a second after the window",
            WRONG,
            "t=1800000301,v0=ba4b79e449ae52edb505b6baa07380be2baa6e0c4c6fec3b9a01c85d47a4935f",
        ),
        (
            "at the edge of the window",
            RIGHT,
            "t=1799999700,v0=f9689580483e051113d28de23c1658c509da2b00e7bc15a5aaa83b8bdf83ff81",
        ),
    ):
        yield Published(
            "hook0",
            "hook0/hook0 clients/conformance/signature.json",
            name,
            "a-subscription-secret",
            {
                "x-event-id": "evt-1",
                "x-delivery-id": "dlv-1",
                "content-type": "application/json",
                "x-hook0-signature": value,
            },
            '{"event":"user.created"}',
            1800000000000,
            verdict,
        )


def box():
    source, sent = "box/box-node-sdk, the tests of its webhooks", 1577862000000
    first, second = "SamplePrimaryKey", "SampleSecondaryKey"
    headers = {
        "box-delivery-id": "f96bb54b-ee16-4fc5-aa65-8c2d9e5b546f",
        "box-delivery-timestamp": "2020-01-01T00:00:00-07:00",
        "box-signature-algorithm": "HmacSHA256",
        "box-signature-primary": "6TfeAW3A1PASkgboxxA5yqHNKOwFyMWuEXny/FPD5hI=",
        "box-signature-secondary": "v+1CD1Jdo3muIcbpv5lxxgPglOqMfsNHPV899xWYydo=",
        "box-signature-version": "1",
    }
    body = (
        '{"type":"webhook_event","webhook":{"id":"1234567890"},"trigger":"FILE.UPLOADED",'
        '"source":{"id":"1234567890","type":"file","name":"Test.txt"}}'
    )
    yield from family(
        "box",
        source,
        [first, second],
        headers,
        body,
        sent,
        [
            ("both keys", RIGHT, {"expect": {"timestamp_ms": sent}}),
            ("the primary key alone", RIGHT, {"secrets": [first, "IncorrectKey"]}),
            ("the secondary key alone", RIGHT, {"secrets": ["IncorrectKey", second]}),
            ("neither key", WRONG, {"secrets": "IncorrectKey"}),
            ("ten years after", WRONG, {"now": sent + 315360000000}),
            ("fifteen minutes before", WRONG, {"now": sent - 900000}),
            ("another version", WRONG, {"headers": {"box-signature-version": "2"}}),
            ("another algorithm", WRONG, {"headers": {"box-signature-algorithm": "XXX"}}),
        ],
    )
    short = '{"webhook":{"id":"1234567890"},"trigger":"FILE.UPLOADED","source":{"id":"1234567890","type":"file","name":"%s"}}'
    linked = short.replace('"%s"', '"Test.txt","shared_link":{"url":"%s"}')
    for name, text, signature in (
        (
            "Japanese is escaped",
            short % r"\u30b9\u30af\u30ea\u30fc\u30f3\u30b7\u30e7\u30c3\u30c8 2020-08-05.txt",
            "LV2uCu+5NJtIHrCXDYgZ0v/PP5THGRuegw3RtdnEyuE=",
        ),
        ("an emoji is escaped", short % r"\ud83d\ude00 2020-08-05.txt", "xF/SDZosX4le+v4A0Qn59sZhuD1RqY5KRUKzVMSbh0E="),
        ("an escaped carriage return", short % r"test \r", "SVkbKgy3dEEf2PbbzpNu2lDZS7zZ/aboU7HOZgBGrJk="),
        ("an escaped slash", short % r"\/", "t41PWT5ZB6OcysnD6SDy9Ud+p9hdXxIdXqcdweyZv/Q="),
        ("an escaped backslash", short % r"\\", "ERpMZwUQsGDTfj82ehdX6VvDZfvOhK5ULNfVmwVAGe0="),
        ("a URL", linked % r"https:\/\/app.test.com\/s\/test123", "+hKJH+wxkEBpkQRag11Ij1Wh4+7QrgUeRe0PPSoGWOI="),
    ):
        yield Published("box", source, name, first, headers | {"box-signature-primary": signature}, text, sent)


def standard_webhooks():
    def headers(id, time, signature, prefix="webhook-"):
        return {prefix + "id": id, prefix + "timestamp": str(time), prefix + "signature": signature}

    id, time, body = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}'
    secret, signature = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    expect = {"id": id, "timestamp_ms": time * 1000}
    for slug, source, prefix in (
        ("standard_webhooks", "standard-webhooks/standard-webhooks, the tests of its libraries", "webhook-"),
        ("svix", "svix/svix-webhooks csharp/Svix.Tests/WebhookTest.cs", "svix-"),
        ("replicate", "replicate/replicate-javascript index.test.ts", "webhook-"),
    ):
        given = headers(id, time, signature, prefix)
        yield Published(slug, source, "the worked example", secret, given, body, time * 1000, expect=expect)

    id, time = "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1649367553
    three = (
        "v1,tFtCZ5RDCPxzWQRWXWPgrCgE2frDBe9gjpbWQxnVfsQ= v1,Mm7xgUVICxZfQ3bgf0h0Dof65L/IFx+PnZvnDWPCX6Q= "
        "v1,9DfC1c3eeOrXB6w/5dIDydLNQaEyww5KalE5jLBZucE="
    )
    yield from family(
        "svix",
        "svix/svix-webhooks rust/src/webhooks.rs",
        "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
        headers(id, time, "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=", "svix-"),
        '{"email":"test@example.com","username":"test_user"}',
        time * 1000,
        [
            ("a user", RIGHT, {}),
            (
                "another signature",
                WRONG,
                {"headers": {"svix-signature": "v1,R3PTzyfHASBKHH98a7yexTwaJ4yNIcGhFQc1yuN+BPU="}},
            ),
            ("none of three signatures is right", WRONG, {"headers": {"svix-signature": three}}),
            ("a version and no signature", WRONG, {"headers": {"svix-signature": "v1,"}}),
        ],
    )

    time, signature = 1750861210, "v1,gUAg4R2hWouRZqRQG4uJypNS8YK885G838+EHb4nKBY="
    yield from family(
        "openai",
        "openai/openai-python tests/lib/test_webhooks.py",
        "whsec_RdvaYFYUXuIFuEbvZHwMfYFhUf7aMYjYcmM24+Aj40c=",
        headers("wh_685c059ae39c8190af8c71ed1022a24d", time, signature),
        '{"id": "evt_685c059ae3a481909bdc86819b066fb6", "object": "event", "created_at": 1750861210, '
        '"type": "response.completed", "data": {"id": "resp_123"}}',
        time * 1000,
        [
            (
                "a completed response",
                RIGHT,
                {
                    "expect": {
                        "id": "wh_685c059ae39c8190af8c71ed1022a24d",
                        "type": "response.completed",
                        "timestamp_ms": time * 1000,
                    }
                },
            ),
            ("another secret", WRONG, {"secrets": "invalid_secret"}),
            (
                "the second of two signatures is right",
                RIGHT,
                {"headers": {"webhook-signature": "v1,invalid_signature " + signature}},
            ),
            (
                "neither of two signatures is right",
                WRONG,
                {"headers": {"webhook-signature": "v1,invalid_signature1 v1,invalid_signature2"}},
            ),
            ("the signature is missing", WRONG, {"headers": {"webhook-signature": None}}),
            ("the time is missing", WRONG, {"headers": {"webhook-timestamp": None}}),
            ("the id is missing", WRONG, {"headers": {"webhook-id": None}}),
        ],
    )

    time, sig, id = 1676312382, "webhook-signature", "msg_2Lh9KRb0pzN4LePd3XiA4v12Axj"
    lithic = "Dwa0AHInLL3XFo2sxcHamOQDrJNi7F654S3L6skMAOI="
    yield from family(
        "lithic",
        "lithic-com/lithic-python tests/api_resources/test_webhooks.py",
        "whsec_zlFsbBZ8Xcodlpcu6NDTdSzZRLSdhkst",
        headers(id, time, "v1," + lithic),
        BODIES["lithic"],
        time * 1000,
        stainless_cases(sig, lithic, time, "whsec_Zm9v"),
    )
    finch = "m7y0TV2C+hlHxU42wCieApTSTaA8/047OAplBqxIV/s="
    given = {"finch-event-id": id, "finch-timestamp": str(time), "finch-signature": "v1," + finch}
    yield from family(
        "finch",
        "Finch-API/finch-api-python tests/api_resources/test_webhooks.py",
        "5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH",
        given,
        '{"company_id":"720be419-0293-4d32-a707-32179b0827ab"}',
        time * 1000,
        stainless_cases("finch-signature", finch, time, "Zm9v"),
    )


def stainless_cases(header, signature, time, other_secret):
    """What the tests of both libraries do."""
    return [
        ("when it was made", RIGHT, {"expect": {"timestamp_ms": time * 1000}}),
        ("six minutes after", WRONG, {"now": (time + 360) * 1000}),
        ("six minutes before", WRONG, {"now": (time - 360) * 1000}),
        ("another secret", WRONG, {"secrets": other_secret}),
        ("the second of two signatures is right", RIGHT, {"headers": {header: f"v1,bXlfc2ln v1,{signature}"}}),
        ("a signature of another version", WRONG, {"headers": {header: "v2," + signature}}),
        ("a signature of another version beside it", RIGHT, {"headers": {header: f"v2,{signature} v1,{signature}"}}),
        ("no version", WRONG, {"headers": {header: signature}}),
    ]


def main():
    for published in (*body_signatures(), *convoy(), *timed_signatures(), *standard_webhooks()):
        published.check()
        print(json.dumps(published.vector()))


main()
