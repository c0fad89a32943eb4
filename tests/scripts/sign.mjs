// Signs the way the providers' documentation says.
//
// A line in: name,secret,timestamp,id,body (all but the name in hex). A line out: the value of the signature header.
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";

for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const [name, ...fields] = line.split(",");
  const [secret, time, id, body] = fields.map((field) => Buffer.from(field, "hex"));
  const sign = (parts, encoding = "hex", hash = "sha256", key = secret) =>
    parts.reduce((mac, part) => mac.update(part), createHmac(hash, key)).digest(encoding);
  const dotted = sign([time, ".", body]);
  const standardKey = Buffer.from(secret.toString().replace(/^whsec_/, ""), "base64");
  console.log({
    comapi: sign([body], "hex", "sha1"),
    ecourtdate: sign([body]),
    eka: `t=${time},v1=${dotted}`,
    github: `sha256=${sign([body])}`,
    partner: `sha256=${dotted}`,
    shopify: sign([body], "base64"),
    slack: `v0=${sign(["v0:", time, ":", body])}`,
    standard_webhooks: `v1,${sign([id, ".", time, ".", body], "base64", "sha256", standardKey)}`,
    stripe: `t=${time},v1=${dotted}`,
    textus: dotted,
    textus_body: sign([body]),
  }[name]);
}
