#!/usr/bin/python3
"""Makes the table $UpCase of an image's NTFS easy to pack, and notes where it is.

    upcase.py IMAGE FACTS.json           the table becomes differences; "upcase" in the facts is its offset
    upcase.py --undo IMAGE FACTS.json    and back
"""

import json
import pathlib
import struct
import sys

UNITS = 65536


def find(data):
    """Where the table begins: the first units are themselves, the letters a to z become A to Z."""
    head = struct.pack("<123H", *range(97), *range(65, 91))
    at = data.find(head)
    if at < 0 or data.find(head, at + 1) >= 0:
        sys.exit("no table $UpCase, or more than one")
    return at


def main():
    undo = sys.argv[1] == "--undo"
    image, facts = (pathlib.Path(path) for path in sys.argv[-2:])
    known = json.loads(facts.read_text(encoding="utf-8"))
    data = bytearray(image.read_bytes())
    at = known["upcase"] if undo else find(bytes(data))
    units = struct.unpack_from(f"<{UNITS}H", data, at)
    sign = 1 if undo else -1
    struct.pack_into(f"<{UNITS}H", data, at, *((unit + sign * i) % UNITS for i, unit in enumerate(units)))
    image.write_bytes(data)
    if not undo:
        facts.write_text(json.dumps({"upcase": at, **known}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
