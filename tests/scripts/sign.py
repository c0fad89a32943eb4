"""Signs the way the providers' documentation says.

A line in: name,secret,timestamp,id,body (all but the name in hex). A line out: the value of the signature header.
"""
import base64
import hashlib
import hmac
import sys

for line in sys.stdin:
    name, *fields = line.rstrip("\n").split(",")
    secret, time, id, body = map(bytes.fromhex, fields)
    sha256 = lambda message, key=secret: hmac.new(key, message, hashlib.sha256)
    dotted = sha256(time + b"." + body).hexdigest()
    standard = sha256(id + b"." + time + b"." + body, base64.b64decode(secret.removeprefix(b"whsec_") + b"=="))
    print({
        "comapi": hmac.new(secret, body, hashlib.sha1).hexdigest(),
        "ecourtdate": sha256(body).hexdigest(),
        "eka": f"t={time.decode()},v1={dotted}",
        "github": "sha256=" + sha256(body).hexdigest(),
        "partner": "sha256=" + dotted,
        "shopify": base64.b64encode(sha256(body).digest()).decode(),
        "slack": "v0=" + sha256(b"v0:" + time + b":" + body).hexdigest(),
        "standard_webhooks": "v1," + base64.b64encode(standard.digest()).decode(),
        "stripe": f"t={time.decode()},v1={dotted}",
        "textus": dotted,
        "textus_body": sha256(body).hexdigest(),
    }[name])
