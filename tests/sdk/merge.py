"""Files vectors under tests/vectors/<slug>.json.

Reads one JSON object a line from standard input: a vector, and in `slug` the preset it is for. In each file that is
touched, the new vectors replace those with the same `made_by`; the others stay. Files are written in one step and under
a lock, so several generators may run side by side.

    node some_generator.mjs | python3 merge.py [directory]
"""

import fcntl
import json
import os
import sys
from collections import defaultdict
from pathlib import Path

FIELDS = [
    "name", "evidence", "made_by", "verdict", "now_ms", "secrets", "settings", "method", "url", "headers",
    "body", "body_base64", "expect",
]
REQUIRED = {"name", "evidence", "made_by", "verdict", "now_ms", "secrets", "method", "url", "headers"}


def checked(vector, line):
    unknown = set(vector) - set(FIELDS)
    missing = REQUIRED - set(vector)
    if unknown or missing or ("body" in vector) == ("body_base64" in vector):
        sys.exit(f"line {line}: unknown {sorted(unknown)}, missing {sorted(missing)}, or not one body")
    if vector["evidence"] not in ("published", "sdk", "independent"):
        sys.exit(f"line {line}: evidence {vector['evidence']!r}")
    if vector["verdict"] not in ("accepted", "refused"):
        sys.exit(f"line {line}: verdict {vector['verdict']!r}")
    return {field: vector[field] for field in FIELDS if field in vector}


def main():
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent / "vectors"
    directory.mkdir(exist_ok=True)
    by_slug = defaultdict(list)
    for number, line in enumerate(sys.stdin, 1):
        if line.strip():
            vector = json.loads(line)
            by_slug[vector.pop("slug")].append(checked(vector, number))
    with open(directory / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for slug, new in sorted(by_slug.items()):
            path = directory / f"{slug}.json"
            old = json.loads(path.read_text())["vectors"] if path.exists() else []
            makers = {vector["made_by"] for vector in new}
            kept = [vector for vector in old if vector["made_by"] not in makers]
            everything = sorted(kept + new, key=lambda vector: (vector["evidence"], vector["made_by"]))
            part = path.with_suffix(".part")
            part.write_text(json.dumps({"provider": slug, "vectors": everything}, indent=1, ensure_ascii=True) + "\n")
            os.replace(part, path)
    print(f"{sum(map(len, by_slug.values()))} vectors for {len(by_slug)} presets", file=sys.stderr)


main()
