#!/usr/bin/python3
"""Makes testdata/hives: small registry hives, some with transaction logs, each with what hivex
says of it (NAME.facts: one line a key or a value).

    testdata/make-hives.py

Needs python3-hivex, hivexregedit (libwin-hivex-perl), reglookup and zstd. hivex writes `edited`
and reads every hive for its facts; reglookup has to see the same keys. No tool writes transaction
logs: they are made here, by the specification, as the difference between a hive before and after
hivex changed it, and their facts are those of the hive after.

`lists` is written here byte by byte, for what hivex does not write: version 1.6, hive bins of
different sizes, index roots and leaves of every kind, class names, big data.
"""

import hashlib
import json
import struct
import subprocess
import tempfile
from pathlib import Path

import hivex

OUT = Path(__file__).resolve().parent / "hives"
WORK = Path(tempfile.mkdtemp())
NIL = 0xFFFFFFFF
WRITTEN = 134116992000000000  # 2026-01-01T00:00:00Z as FILETIME
SEGMENT = 16344
M32 = 0xFFFFFFFF


# ---- checksums ----

def checksum(block):
    """XOR-32 of the first 508 bytes, never 0 nor all ones."""
    total = 0
    for (word,) in struct.iter_unpack("<I", block[:508]):
        total ^= word
    return {0: 1, M32: M32 - 1}.get(total, total)


def seal(block):
    """The block with its checksum."""
    return block[:508] + struct.pack("<I", checksum(block)) + block[512:]


def rol(value, bits):
    return (value << bits | value >> 32 - bits) & M32


def marvin32(data):
    """The hash of log entries."""
    low, high = 0x7A4E55C5, 0x82EF4D88
    data += b"\x80"
    data += bytes(-len(data) % 4) + bytes(4)
    for (word,) in struct.iter_unpack("<I", data):
        low = low + word & M32
        high ^= low
        low = rol(low, 20) + high & M32
        high = rol(high, 9) ^ low
        low = rol(low, 27) + high & M32
        high = rol(high, 19)
    return high << 32 | low


# The vectors of the crate marvin32; they fold the two halves.
for text, folded in ((b"", 0xB00892AC), (b"hel", 0x24056A46), (b"hello, world!", 0x00C18515)):
    assert marvin32(text) >> 32 ^ marvin32(text) & M32 == folded


# ---- a writer of hives ----

class Writer:
    """Cells in hive bins of 4096 bytes, or as many as one cell needs."""

    def __init__(self, minor):
        self.minor = minor
        self.bins = bytearray()
        self.at = self.end = 0

    def close_bin(self):
        if self.end > self.at:
            struct.pack_into("<i", self.bins, self.at, self.end - self.at)

    def cell(self, data):
        size = (4 + len(data) + 7) // 8 * 8
        if self.at + size > self.end:
            self.close_bin()
            start = len(self.bins)
            length = (32 + size + 4095) // 4096 * 4096
            self.bins += struct.pack("<4sIIQQI", b"hbin", start, length, 0, WRITTEN, 0)
            self.bins += bytes(length - 32)
            self.at, self.end = start + 32, start + length
        at = self.at
        struct.pack_into("<i", self.bins, at, -size)
        self.bins[at + 4:at + 4 + len(data)] = data
        self.at += size
        return at

    def name(self, name, narrow=True):
        if narrow and all(ord(c) < 256 for c in name):
            return name.encode("latin-1"), True
        return name.encode("utf-16-le"), False

    def leaf(self, kind, keys):
        out = struct.pack("<2sH", kind, len(keys))
        for name, at in keys:
            out += struct.pack("<I", at)
            if kind == b"lf":
                out += name.encode("latin-1", "ignore")[:4].ljust(4, b"\0")
            elif kind == b"lh":
                total = 0
                for c in name.upper():
                    total = total * 37 + ord(c) & M32
                out += struct.pack("<I", total)
        return self.cell(out)

    def value(self, name, kind, data):
        if len(data) <= 4:
            size, at = len(data) | 1 << 31, int.from_bytes(data.ljust(4, b"\0"), "little")
        elif len(data) <= SEGMENT or self.minor < 4:
            size, at = len(data), self.cell(data)
        else:
            pieces = [self.cell(data[i:i + SEGMENT]) for i in range(0, len(data), SEGMENT)]
            listed = self.cell(struct.pack(f"<{len(pieces)}I", *pieces))
            size, at = len(data), self.cell(struct.pack("<2sHI", b"db", len(pieces), listed))
        stored, narrow = self.name(name)
        return self.cell(struct.pack("<2sHIIIHH", b"vk", len(stored), size, at, kind, narrow, 0)
                         + stored)

    def key(self, name, keys=(), values=(), leaves=(b"lh",), class_name="", narrow=True,
            parent=None, stamp=0):
        """`leaves` are the kinds of leaves; more than one, or "ri", makes an index root."""
        stored, compressed = self.name(name, narrow)
        own = self.cell(bytes(76 + len(stored)))
        made = [(sub["name"], self.key(**sub, parent=own)) for sub in keys]
        listed = NIL
        if made:
            kinds = [kind for kind in leaves if kind != b"ri"]
            step = -(-len(made) // len(kinds))
            parts = [self.leaf(kind, made[i * step:i * step + step])
                     for i, kind in enumerate(kinds)]
            listed = parts[0]
            if len(leaves) > 1:
                listed = self.cell(struct.pack(f"<2sH{len(parts)}I", b"ri", len(parts), *parts))
        cells = [self.value(*value) for value in values]
        values_at = self.cell(struct.pack(f"<{len(cells)}I", *cells)) if cells else NIL
        wide = class_name.encode("utf-16-le")
        class_at = self.cell(wide) if wide else NIL
        flags = (0x0C if parent is None else 0) | (0x20 if compressed else 0)
        node = struct.pack("<2sHQ13I", b"nk", flags, WRITTEN + stamp, 0, parent or 0, len(made),
                           0, listed, NIL, len(cells), values_at, self.security, class_at,
                           512, 0, 512)
        node += struct.pack("<IIHH", 65536, 0, len(stored), len(wide)) + stored
        self.bins[own + 4:own + 4 + len(node)] = node
        return own

    def build(self, **root):
        sid = bytes.fromhex("01020000000000052000000020020000")
        descriptor = struct.pack("<HHIIII", 1, 0x8000, 20, 36, 0, 0) + sid + sid
        self.security = self.cell(struct.pack("<2sHIIII", b"sk", 0, 32, 32, 1, len(descriptor))
                                  + descriptor)
        at = self.key(**root)
        self.close_bin()
        block = struct.pack("<4sIIQIIIIIII", b"regf", 4, 4, WRITTEN, 1, self.minor, 0, 1, at,
                            len(self.bins), 1).ljust(4096, b"\0")
        return seal(block) + bytes(self.bins)


# ---- what hivex says ----

def shown(kind, data):
    """The data of a value as one word."""
    if kind in (1, 2, 6):
        return json.dumps(data.decode("utf-16-le").split("\0")[0], ensure_ascii=False)
    if kind == 7:
        texts = data.decode("utf-16-le").split("\0")
        return json.dumps(texts[:texts.index("")], ensure_ascii=False, separators=(",", ":"))
    if kind in (4, 5) and len(data) == 4:
        return str(int.from_bytes(data, "little" if kind == 4 else "big"))
    if kind == 11 and len(data) == 8:
        return str(int.from_bytes(data, "little"))
    if len(data) > 64:
        return f"{len(data)}:{hashlib.sha256(data).hexdigest()}"
    return data.hex()


def facts(path):
    """Every key and value as hivex reads them."""
    hive = hivex.Hivex(str(path))
    lines, keys = [], []

    def walk(node, where):
        keys.append(where)
        lines.append(f"key\t{json.dumps(where, ensure_ascii=False)}\t{hive.node_timestamp(node)}")
        for value in hive.node_values(node):
            kind, data = hive.value_value(value)
            # hivex takes the last bytes of a segment's cell for padding: 16345 bytes are 16344 to it.
            assert len(data) == hive.value_type(value)[1], (path, where, len(data))
            name = json.dumps(hive.value_key(value), ensure_ascii=False)
            lines.append(f"value\t{name}\t{kind}\t{shown(kind, data)}")
        for sub in hive.node_children(node):
            walk(sub, where + "\\" + hive.node_name(sub))

    walk(hive.root(), "")
    # reglookup escapes what is not ASCII in its own way: the number of keys has to do.
    seen = subprocess.run(["reglookup", "-H", "-t", "KEY", path], capture_output=True, check=True)
    assert seen.stdout.count(b",KEY,") == len(keys), (path, seen.stdout.count(b"KEY"), len(keys))
    return "\n".join(lines) + "\n"


def keep(name, data):
    subprocess.run(["zstd", "-q", "-19", "-f", "-o", OUT / f"{name}.zst"], input=data, check=True)


def keep_hive(name, data, after=None):
    """Keeps a hive with its facts, which are those of the hive `after` if that is given."""
    path = WORK / name
    path.write_bytes(after or data)
    keep(name, data)
    keep(f"{name}.facts", facts(path).encode())


# ---- hives that hivex changes ----

def wide(text):
    return text.encode("utf-16-le")


def value(name, kind, data):
    return {"key": name, "t": kind, "value": data}


def edited(base, edit):
    """The hive after `edit` changed it with hivex."""
    path = WORK / "edited"
    path.write_bytes(base)
    hive = hivex.Hivex(str(path), write=True)
    edit(hive)
    hive.commit(None)
    return path.read_bytes()


def merged(base):
    """The hive after hivexregedit merged a file of the registry editor into it."""
    path, text = WORK / "merged", WORK / "merged.reg"
    path.write_bytes(base)
    text.write_text('Windows Registry Editor Version 5.00\n\n[\\From]\n\n[\\From\\Text]\n"a"=dword:000000ff\n'
                    '"b"=hex(7):61,00,00,00,62,00,00,00,00,00\n"c"=str(2):"%windir%"\n\n'
                    '[-\\ControlSet001\\Services\\service30]\n')
    subprocess.run(["hivexregedit", "--merge", path, text], check=True)
    return path.read_bytes()


def make(hive, path, *values):
    node = hive.root()
    for part in path.split("\\"):
        node = hive.node_get_child(node, part) or hive.node_add_child(node, part)
    if values:
        hive.node_set_values(node, list(values))


def system(hive):
    """Something like the hive SYSTEM."""
    make(hive, "Select", value("Current", 4, b"\1\0\0\0"), value("Default", 4, b"\1\0\0\0"))
    make(hive, "ControlSet001\\Control\\Session Manager",
         value("BootExecute", 7, wide("autocheck autochk *\0second\0\0")),
         value("", 1, wide("default\0")))
    for number in range(60):
        make(hive, f"ControlSet001\\Services\\service{number:02}",
             value("Start", 4, struct.pack("<I", number % 5)),
             value("ImagePath", 2, wide(f"%SystemRoot%\\service{number}.exe\0")))
    make(hive, "Größe\\ключ", value("Имя", 1, wide("значение\0")), value("ß", 3, b"\1\2\3"))
    kinds = [(0, b""), (0, b"\1\2"), (1, b""), (1, wide("no end")), (3, bytes(range(100))),
             (4, b"\1"), (4, b""), (4, bytes(8)), (5, b"\0\0\0\1"), (6, wide("\\Registry\\A")),
             (7, wide("\0\0")), (8, b"\1\2\3\4\5"), (9, b"\6"), (10, b"\7" * 70),
             (11, b"\1\0\0\0\0\0\0\x80"), (11, b"\1"), (0x10000, b"\1\2\3\4")]
    make(hive, "Types", *(value(f"v{i}", kind, data) for i, (kind, data) in enumerate(kinds)))
    make(hive, "Large", value("one cell", 3, bytes(i % 251 for i in range(20000))))


def first(hive):
    make(hive, "Select", value("Current", 4, b"\2\0\0\0"), value("Default", 4, b"\2\0\0\0"))


def second(hive):
    hive.node_delete_child(hive.node_get_child(hive.root(), "Large"))
    make(hive, "ControlSet001\\Services\\service07", value("Start", 4, b"\4\0\0\0"))


def third(hive):
    """More than the hive has room for."""
    for number in range(20):
        make(hive, f"New\\key{number}", value("data", 3, bytes([number]) * 1500))


# ---- transaction logs ----

def base_of(hive, **fields):
    """The base block of a hive with other fields: offset in the form _4=value."""
    block = bytearray(hive[:4096])
    for field, number in fields.items():
        struct.pack_into("<I", block, int(field[1:]), number)
    return seal(bytes(block))


def pages_of(before, after, size):
    """Offset and content of the pages that differ."""
    for at in range(4096, len(after), size):
        page = after[at:at + size]
        if before[at:at + size] != page:
            yield at - 4096, page


def entry(sequence, before, after):
    pages = list(pages_of(before, after, 4096))
    body = b"".join(struct.pack("<II", at, len(page)) for at, page in pages)
    body += b"".join(page for _, page in pages)
    size = (40 + len(body) + 511) // 512 * 512
    body = body.ljust(size - 40, b"\0")
    head = struct.pack("<4sIIIII", b"HvLE", size, 0, sequence, len(after) - 4096, len(pages))
    head += struct.pack("<Q", marvin32(body))
    return head + struct.pack("<Q", marvin32(head)) + body


def new_log(hive, sequence, *entries):
    return base_of(hive, _4=sequence, _8=sequence, _28=6)[:512] + b"".join(entries)


def old_log(before, after):
    bitmap = bytearray((len(after) - 4096) // 4096)
    pages = b""
    for at, page in pages_of(before, after, 512):
        bitmap[at // 4096] |= 1 << at // 512 % 8
        pages += page
    vector = b"DIRT" + bytes(bitmap)
    vector += bytes(-len(vector) % 512)
    return base_of(after, _4=9, _8=9, _28=1)[:512] + vector + pages + b"\xEE" * 512


def main():
    OUT.mkdir(exist_ok=True)
    minimal = Writer(5).build(name="ROOT")
    before = merged(edited(minimal, system))
    keep_hive("edited", before)

    leaves = {"li": [b"li"], "lf": [b"lf"], "lh": [b"lh"], "ri": [b"ri", b"lh", b"li", b"lf", b"lh"]}
    lists = Writer(6).build(name="ROOT", class_name="класс", keys=[
        *({"name": f"by {kind}", "leaves": kinds, "class_name": kind, "stamp": number, "keys": [
            {"name": f"{kind} key {i:03}", "narrow": i % 3 != 0, "stamp": i} for i in range(50)]}
          for number, (kind, kinds) in enumerate(leaves.items())),
        {"name": "data", "values": [
            (f"{size} bytes", 3, bytes((i * 7 + i // 256) & 255 for i in range(size)))
            for size in (0, 1, 4, 5, 16343, 16344, 16349, 32688, 32696)]
            + [("", 1, wide("text\0")), ("日本", 11, bytes(range(8)))]},
    ])
    keep_hive("lists", lists)
    keep_hive("old-version", Writer(3).build(name="ROOT", leaves=[b"lf"], keys=[
        {"name": "a", "values": [("large", 3, bytes(i // 100 & 255 for i in range(20000)))]}]))

    # Three writes: the log entries 5 and 6 in one log, 7 in the other; in front of the latter's
    # end an entry of an earlier round, as Windows leaves them.
    one = edited(before, first)
    two = edited(one, second)
    three = edited(two, third)
    assert len(three) > len(before)
    dirty = base_of(before, _4=6, _8=5) + before[4096:]
    keep_hive("dirty", dirty, after=three)
    keep("dirty.LOG1", new_log(one, 5, entry(5, before, one), entry(6, one, two), b"\xEE" * 512))
    keep("dirty.LOG2", new_log(three, 7, entry(7, two, three), entry(3, before, one)))
    # After the first entry alone, and after the last alone (a torn base block).
    for name, after in (("dirty-first", one),
                        ("dirty-second", two)):
        path = WORK / name
        path.write_bytes(after)
        keep(f"{name}.facts", facts(path).encode())
    keep("dirty.LOG", old_log(before, three))

    for path in sorted(OUT.iterdir()):
        print(path.stat().st_size, path.name)
    print(sum(path.stat().st_size for path in OUT.iterdir()))


main()
