"""VHD containers written and read from the 2006 format document.

The fixture scripts and the CI comparison use it. It shares no code with the Rust program on
purpose: it is a second reading of the same document, so that a misreading shows as a difference.
Plain Python, no packages.
"""

import os
import struct

SECTOR = 512
MIB = 1 << 20
EPOCH = 946684800  # 2000-01-01T00:00:00Z as Unix time
UNUSED = 0xFFFFFFFF
FIXED, DYNAMIC, DIFFERENCING = 2, 3, 4
NO_OFFSET = (1 << 64) - 1

# cookie, features, version, data offset, time stamp, creator application, creator version,
# host OS, original size, current size, cylinders, heads, sectors, type, checksum, id, saved state
FOOTER = struct.Struct(">8sIIQI4sI4sQQHBBII16sB")
FOOTER_FIELDS = (
    "cookie", "features", "version", "data_offset", "time_stamp", "creator", "creator_version",
    "host_os", "original_size", "current_size", "cylinders", "heads", "sectors", "type",
    "checksum", "unique_id", "saved_state",
)
# cookie, next, BAT offset, version, max entries, block size, checksum, parent id, parent time,
# reserved, parent name
HEADER = struct.Struct(">8sQQIIII16sII512s")
LOCATOR = struct.Struct(">4sIIIQ")


def geometry(size):
    """Cylinders, heads, sectors per track that the document's algorithm gives for a size."""
    total = min(size // SECTOR, 65535 * 16 * 255)
    if total >= 65535 * 16 * 63:
        sectors, heads, tracks = 255, 16, total // 255
    else:
        sectors = 17
        tracks = total // sectors
        heads = max(4, (tracks + 1023) // 1024)
        if tracks >= heads * 1024 or heads > 16:
            sectors, heads = 31, 16
            tracks = total // sectors
        if tracks >= heads * 1024:
            sectors, heads = 63, 16
            tracks = total // sectors
    return tracks // heads, heads, sectors


def checksum(structure, at):
    """One's complement of the byte sum, the four bytes of the checksum itself left out."""
    total = sum(structure) - sum(structure[at:at + 4])
    return ~total & 0xFFFFFFFF


def footer(size, kind=FIXED, creator=b"win ", version=0x000A0000, host=b"Wi2k", uid=b"",
           time_stamp=0, data_offset=None, original=None, chs=None, features=2, saved=0,
           reserved=b""):
    """A footer with the right checksum."""
    if data_offset is None:
        data_offset = NO_OFFSET if kind == FIXED else SECTOR
    cylinders, heads, sectors = chs if chs is not None else geometry(size)
    raw = bytearray(FOOTER.pack(
        b"conectix", features, 0x00010000, data_offset, time_stamp, creator, version, host,
        size if original is None else original, size, cylinders, heads, sectors, kind, 0, uid,
        saved).ljust(SECTOR, b"\0"))
    raw[85:85 + len(reserved)] = reserved
    struct.pack_into(">I", raw, 64, checksum(raw, 64))
    return bytes(raw)


def refooter(raw, **fields):
    """The footer with some fields replaced and its checksum made right again."""
    values = dict(zip(FOOTER_FIELDS, FOOTER.unpack(raw[:FOOTER.size])))
    unknown = set(fields) - set(values)
    if unknown:
        raise KeyError(f"no such footer field: {sorted(unknown)}")
    values.update(fields)
    out = bytearray(raw)
    out[:FOOTER.size] = FOOTER.pack(*(values[name] for name in FOOTER_FIELDS))
    struct.pack_into(">I", out, 64, checksum(out, 64))
    return bytes(out)


def parse_footer(raw):
    """The footer's fields and whether its checksum is right, or None without the cookie."""
    if len(raw) < SECTOR or raw[:8] != b"conectix":
        return None
    values = dict(zip(FOOTER_FIELDS, FOOTER.unpack(raw[:FOOTER.size])))
    values["checksum_ok"] = values["checksum"] == checksum(raw, 64)
    values["reserved_used"] = sum(1 for byte in raw[85:] if byte)
    values["chs_size"] = values["cylinders"] * values["heads"] * values["sectors"] * SECTOR
    return values


def header(entries, bat_offset, block_size, parent_uid=bytes(16), parent_time=0, parent_name="",
           locators=()):
    """A dynamic header with the right checksum."""
    name = parent_name.encode("utf-16-be")
    raw = bytearray(HEADER.pack(
        b"cxsparse", NO_OFFSET, bat_offset, 0x00010000, entries, block_size, 0, parent_uid,
        parent_time, 0, name).ljust(1024, b"\0"))
    for index, (code, space, length, offset) in enumerate(locators):
        LOCATOR.pack_into(raw, 576 + 24 * index, code, space, length, 0, offset)
    struct.pack_into(">I", raw, 36, checksum(raw, 36))
    return bytes(raw)


def bitmap_size(block_size):
    """Bytes of a block's bitmap, whole sectors."""
    return -(-(block_size // SECTOR) // (8 * SECTOR)) * SECTOR


def write_sparse(path, disk_path, foot, *, bat_at=1536, entries=None, block_size=2 * MIB,
                 order=None, align_data=SECTOR, gap=0, base=None, parent=None):
    """Writes a dynamic or differencing file from a raw disk.

    Only sectors that are not zero (for a differencing file: that differ from `base`, a raw disk)
    are written and marked in the bitmaps; only blocks with such sectors are allocated. `order`
    permutes the blocks in the file, `align_data` aligns the data (Windows 8 aligns to 4 KiB),
    `gap` leaves bytes before the trailing footer. `parent` holds the header's parent fields.
    """
    size = parse_footer(foot)["current_size"]
    count = -(-size // block_size)
    entries = count if entries is None else entries
    parent = dict(parent or {})
    # Each locator is (code, bytes, data space); their data follow the table.
    texts = parent.pop("texts", ())
    bat_bytes = -(-entries * 4 // SECTOR) * SECTOR
    position = bat_at + bat_bytes
    locators, payload = [], []
    for code, data, space in texts:
        locators.append((code, space, len(data), position))
        payload.append((position, data))
        position += -(-max(space, len(data)) // SECTOR) * SECTOR

    zero = bytes(SECTOR)
    blocks = {}
    with open(disk_path, "rb") as disk, open(base or os.devnull, "rb") as below:
        for index in range(count):
            length = min(block_size, size - index * block_size)
            disk.seek(index * block_size)
            data = disk.read(length).ljust(block_size, b"\0")
            if base:
                below.seek(index * block_size)
                old = below.read(length).ljust(block_size, b"\0")
            else:
                if not any(data):
                    continue
                old = bytes(block_size)
            if data == old:
                continue
            bits = bytearray(bitmap_size(block_size))
            kept = bytearray(block_size)
            for sector in range(block_size // SECTOR):
                at = sector * SECTOR
                piece = data[at:at + SECTOR]
                if piece != (old[at:at + SECTOR] if base else zero):
                    bits[sector // 8] |= 0x80 >> sector % 8
                    kept[at:at + SECTOR] = piece
            blocks[index] = (bytes(bits), bytes(kept))

    table = [UNUSED] * entries
    sequence = sorted(blocks) if order is None else [sorted(blocks)[i] for i in order]
    if sorted(sequence) != sorted(blocks):
        raise ValueError(f"order {order} does not fit the {len(blocks)} allocated blocks")
    bits_size = bitmap_size(block_size)
    with open(path, "wb") as out:
        out.write(foot)
        out.write(header(entries, bat_at, block_size, locators=locators, **parent))
        for at, data in payload:
            out.seek(at)
            out.write(data)
        for index in sequence:
            data_at = -(-(position + bits_size) // align_data) * align_data
            table[index] = (data_at - bits_size) // SECTOR
            out.seek(data_at - bits_size)
            out.write(blocks[index][0] + blocks[index][1])
            position = data_at + block_size
        out.seek(bat_at)
        out.write(b"".join(struct.pack(">I", entry) for entry in table)
                  .ljust(bat_bytes, b"\xff"))
        out.seek(position + gap)
        out.write(foot)
    return len(blocks)


class Disk:
    """The virtual disk of a VHD, read by the document: bitmaps count, parents are followed."""

    def __init__(self, path, depth=0):
        if depth > 16:
            raise ValueError("differencing chain too deep")
        self.path = path
        self.file = open(path, "rb")
        length = os.fstat(self.file.fileno()).st_size
        # The trailing copy is primary; the front copy stands in when it is missing or damaged.
        copies = [parse_footer(self._read(max(at, 0), SECTOR)) for at in (length - SECTOR, 0)]
        copies = [copy for copy in copies if copy]
        if not copies:
            raise ValueError("no footer")
        self.foot = next((copy for copy in copies if copy["checksum_ok"]), copies[0])
        self.kind = self.foot["type"]
        self.size = self.foot["current_size"]
        self.parent = None
        if self.kind == FIXED:
            return
        raw = self._read(self.foot["data_offset"], 1024).ljust(1024, b"\0")
        fields = HEADER.unpack(raw[:HEADER.size])
        if fields[0] != b"cxsparse":
            raise ValueError("no dynamic header")
        self.entries, self.block_size = fields[4], fields[5]
        if self.entries > 1 << 22 or self.block_size not in (1 << n for n in range(9, 30)):
            raise ValueError("implausible dynamic header")
        bat = self._read(fields[2], 4 * self.entries)
        if len(bat) < 4 * self.entries:
            raise ValueError("BAT cut off")
        self.bat = struct.unpack(f">{self.entries}I", bat)
        if self.kind == DIFFERENCING:
            for index in range(8):
                code, _, size, _, at = LOCATOR.unpack_from(raw, 576 + 24 * index)
                if code not in (b"W2ru", b"W2ku") or size > 65536:
                    continue
                name = self._read(at, size).decode("utf-16-le", "replace").replace("\\", "/")
                where = os.path.join(os.path.dirname(path) or ".", os.path.basename(name))
                if os.path.exists(where):
                    parent = Disk(where, depth + 1)
                    # A file of the right name is the parent only if it carries the identifier.
                    self.parent = parent if parent.foot["unique_id"] == fields[7] else None
                    break

    def _read(self, at, length):
        self.file.seek(at)
        return self.file.read(length)

    def read(self, at, length):
        """Bytes of the virtual disk."""
        if self.kind == FIXED:
            return self._read(at, length)
        out = bytearray()
        while length:
            index, inside = divmod(at, self.block_size)
            step = min(length, self.block_size - inside)
            out += self._block(index, inside, step)
            at, length = at + step, length - step
        return bytes(out)

    def _block(self, index, inside, length):
        if index >= self.entries or self.bat[index] == UNUSED:
            if self.parent:
                return self.parent.read(index * self.block_size + inside, length).ljust(length, b"\0")
            return bytes(length)
        start = self.bat[index] * SECTOR
        size = bitmap_size(self.block_size)
        bits = self._read(start, size).ljust(size, b"\0")
        data = bytearray(self._read(start + size + inside, length).ljust(length, b"\0"))
        for sector in range(inside // SECTOR, -(-(inside + length) // SECTOR)):
            if not bits[sector // 8] & 0x80 >> sector % 8:
                at = sector * SECTOR - inside
                old = bytes(SECTOR)
                if self.parent:
                    old = self.parent.read(index * self.block_size + sector * SECTOR, SECTOR)
                data[at:at + SECTOR] = old
        return bytes(data)

    def flatten(self, path):
        """Writes the virtual disk as a sparse raw file."""
        with open(path, "wb") as out:
            out.truncate(self.size)
            step = 2 * MIB
            for at in range(0, self.size, step):
                data = self.read(at, min(step, self.size - at))
                if any(data):
                    out.seek(at)
                    out.write(data)
