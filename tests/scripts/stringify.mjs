// Reads texts in hex, one a line, and prints `JSON.stringify(JSON.parse(text))` in hex, or `-` where that throws.
import { readFileSync } from "node:fs";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
for (const line of readFileSync(0, "ascii").split("\n").slice(0, -1)) {
  let rendered = "-";
  try {
    rendered = Buffer.from(JSON.stringify(JSON.parse(strict.decode(Buffer.from(line, "hex"))))).toString("hex");
  } catch {}
  console.log(rendered);
}
