"""Registry hives: empty ones to start from, texts merged by hivexregedit, SAM and BCD by python3-hivex.

hivex opens a hive but makes none, so that the empty one is written here: a base block, one bin, a
root key and its security descriptor, as the format's public descriptions have them.
"""

import pathlib
import struct
import subprocess
import uuid

import hivex

FILE_TIME = 134116992000000000  # 2026-01-01T00:00:00Z in 100 ns since 1601
SZ, EXPAND_SZ, BINARY, DWORD, MULTI_SZ = 1, 2, 3, 4, 7
PREFIX = {"SYSTEM": r"HKEY_LOCAL_MACHINE\SYSTEM", "SOFTWARE": r"HKEY_LOCAL_MACHINE\SOFTWARE",
          "SECURITY": r"HKEY_LOCAL_MACHINE\SECURITY", "COMPONENTS": r"HKEY_LOCAL_MACHINE\COMPONENTS",
          "DEFAULT": r"HKEY_USERS\.DEFAULT"}


def _cell(body):
    size = -(-(len(body) + 4) // 8) * 8
    return struct.pack("<i", -size) + body.ljust(size - 4, b"\0")


def checksum(head):
    """The base block's checksum: exclusive or of its first 127 words, two values being reserved."""
    total = 0
    for word in struct.unpack_from("<127I", head):
        total ^= word
    return {0xFFFFFFFF: 0xFFFFFFFE, 0: 1}.get(total, total)


def new(path, name, minor=5):
    """An empty hive; `name` is what its base block calls its file."""
    # A self-relative security descriptor: system and administrators may do all.
    admins, system = bytes.fromhex("01020000000000052000000020020000"), bytes.fromhex("010100000000000512000000")
    aces = b"".join(struct.pack("<BBHI", 0, 2, 8 + len(sid), 0xF003F) + sid for sid in (system, admins))
    acl = struct.pack("<BBHHH", 2, 0, 8 + len(aces), 2, 0) + aces
    descriptor = struct.pack("<BBHIIII", 1, 0, 0x8004, 20 + len(acl), 20 + len(acl) + 16, 0, 20) + acl + admins + system
    root = b"ROOT"
    sk_at = 0x20 + len(_cell(bytes(76) + root))
    nk = struct.pack("<2sHQ15IHH", b"nk", 0x2C, FILE_TIME, 0, 0xFFFFFFFF, 0, 0, 0xFFFFFFFF, 0xFFFFFFFF,
                     0, 0xFFFFFFFF, sk_at, 0xFFFFFFFF, 0, 0, 0, 0, 0, len(root), 0) + root
    sk = struct.pack("<2sHIIII", b"sk", 0, sk_at, sk_at, 1, len(descriptor)) + descriptor
    used = _cell(nk) + _cell(sk)
    free = 4096 - 32 - len(used)
    bins = struct.pack("<4sIIQQI", b"hbin", 0, 4096, 0, FILE_TIME, 0) + used + struct.pack("<i", free) + bytes(free - 4)
    head = bytearray(4096)
    struct.pack_into("<4sIIQIIIIIII", head, 0, b"regf", 1, 1, FILE_TIME, 1, minor, 0, 1, 0x20, 4096, 1)
    head[48:48 + 2 * len(name)] = name.encode("utf-16le")
    struct.pack_into("<I", head, 508, checksum(head))
    pathlib.Path(path).write_bytes(bytes(head) + bins)


def merge(path, kind, *texts):
    """Merges registry texts by hivexregedit, one after the other. As regedit does and hivexregedit
    does not, a key brings the keys above it."""
    for text in texts:
        lines, seen = [], {PREFIX[kind].lower()}
        for line in pathlib.Path(text).read_text(encoding="ascii").splitlines():
            if line.startswith("[") and not line.startswith("[-"):
                names = line[1:-1].split("\\")
                above = ["\\".join(names[:count]) for count in range(PREFIX[kind].count("\\") + 1, len(names))]
                lines += [f"[{key}]\n" for key in above if key.lower() not in seen]
                seen.update(key.lower() for key in [*above, line[1:-1]])
            lines.append(line)
        subprocess.run(["hivexregedit", "--merge", "--prefix", PREFIX[kind], path], check=True,
                       input="\n".join(lines) + "\n", encoding="ascii")


def settle(path):
    """Gives a hive of hivex what Windows' own has and hivex does not keep up to date: fixed times."""
    data = bytearray(pathlib.Path(path).read_bytes())
    struct.pack_into("<Q", data, 12, FILE_TIME)
    struct.pack_into("<I", data, 508, checksum(data))
    at = 4096
    while at + 32 <= len(data) and data[at:at + 4] == b"hbin":
        size, = struct.unpack_from("<I", data, at + 8)
        struct.pack_into("<Q", data, at + 20, FILE_TIME if at == 4096 else 0)
        cell = at + 32
        while cell < at + size:
            length, = struct.unpack_from("<i", data, cell)
            if length < 0 and data[cell + 4:cell + 6] == b"nk":
                struct.pack_into("<Q", data, cell + 8, FILE_TIME)
            elif length > 0:
                data[cell + 4:cell + length] = bytes(length - 4)  # what was deleted is of no use
            cell += abs(length)
        at += size
    pathlib.Path(path).write_bytes(data)


class Editor:
    """Keys and values of a hive by path, ignoring case, through python3-hivex."""

    def __init__(self, path, write=True):
        self.path, self.write = str(path), write

    def __enter__(self):
        self.hive = hivex.Hivex(self.path, write=self.write)
        return self

    def __exit__(self, kind, *_):
        if kind is None and self.write:
            self.hive.commit(None)

    def key(self, path, make=True):
        """The node of a key; made where it is not there, or none."""
        node = self.hive.root()
        for name in filter(None, path.split("\\")):
            below = self.hive.node_get_child(node, name)
            if below is None:
                if not make:
                    return None
                below = self.hive.node_add_child(node, name)
            node = below
        return node

    def set(self, path, name, kind, data):
        """Sets a value; text and numbers are encoded as their type wants."""
        self.hive.node_set_value(self.key(path), {"key": name, "t": kind, "value": encode(kind, data)})

    def values(self, path):
        """A key's values as name, type, data."""
        node = self.key(path, make=False)
        if node is None:
            raise RuntimeError(f"{self.path} has no key {path}")
        return [(self.hive.value_key(v), *self.hive.value_value(v)) for v in self.hive.node_values(node)]

    def unset(self, path, name):
        """Takes a value away, which must be there."""
        values = self.values(path)
        kept = [v for v in values if v[0].lower() != name.lower()]
        if len(kept) == len(values):
            raise RuntimeError(f"{self.path}: {path} has no value {name}")
        self.hive.node_set_values(self.key(path), [{"key": n, "t": t, "value": d} for n, t, d in kept])

    def remove(self, path):
        """Takes a key away with all below it, which must be there."""
        node = self.key(path, make=False)
        if node is None:
            raise RuntimeError(f"{self.path} has no key {path}")
        self.hive.node_delete_child(node)


def encode(kind, data):
    """A value's bytes: text is UTF-16LE and ends with a zero, a list of texts with two."""
    if isinstance(data, bytes):
        return data
    if kind == DWORD:
        return struct.pack("<I", data)
    if kind == MULTI_SZ:
        data = "".join(text + "\0" for text in data)
    return (data + "\0").encode("utf-16le")


# SAM: accounts as \SAM\Domains\Account\Users\RID, each with the values F and V.

DISABLED, NO_PASSWORD, NORMAL, NEVER_EXPIRES = 0x1, 0x4, 0x10, 0x200
NO_HASH = {True: struct.pack("<HHI", 1, 2, 0) + bytes(16), False: struct.pack("<HH", 1, 1)}
A_HASH = {True: struct.pack("<HHI", 1, 2, 16) + bytes(range(16)) + b"\x5e" * 32,
          False: struct.pack("<HH", 1, 1) + b"\x5e" * 16}


def user_f(rid, flags, password_set=0):
    """F: times, the RID, the primary group, the account's flags."""
    return struct.pack("<HHIQQQQQIIIHHHHHHIII", 3, 1, 0, 0, 0, password_set, 0x7FFFFFFFFFFFFFFF, 0, rid, 513, flags,
                       0, 0, 0, 0, 0, 0, 0, 0, 0)[:80].ljust(80, b"\0")


def user_v(name, comment, nt_hash):
    """V: seventeen descriptors (offset after them, length, a word), then what they describe."""
    parts = [b""] * 17
    parts[1], parts[3], parts[14] = name.encode("utf-16le"), comment.encode("utf-16le"), nt_hash
    parts[13] = nt_hash[:4] if len(nt_hash) in (4, 20) else NO_HASH[True]
    parts[11] = b"\xff" * 21  # hours of logon: all
    heads, body = b"", b""
    for part in parts:
        heads += struct.pack("<III", len(body), len(part), 0)
        body += part + bytes(-len(part) % 4)
    return heads + body


def add_user(editor, name, rid, flags, comment="", nt_hash=b"", password_set=0):
    """An account; the type of its name's default value is the RID, which is how Windows finds it."""
    users = r"SAM\Domains\Account\Users"
    editor.set(rf"{users}\{rid:08X}", "F", BINARY, user_f(rid, flags, password_set))
    editor.set(rf"{users}\{rid:08X}", "V", BINARY, user_v(name, comment, nt_hash))
    editor.hive.node_set_value(editor.key(rf"{users}\Names\{name}"), {"key": "", "t": rid, "value": b""})


def sam(path, version):
    """The accounts that a generalised server has: the built-in ones, without a password."""
    new(path, r"\SystemRoot\System32\Config\SAM", version.minor)
    with Editor(path) as editor:
        empty = NO_HASH[version.aes]
        editor.set(r"SAM\Domains\Account", "V", BINARY, bytes(0x18))
        admin = NORMAL | NEVER_EXPIRES | (DISABLED if version.administrator_disabled else 0)
        add_user(editor, "Administrator", 500, admin,
                 "Built-in account for administering the computer/domain", empty)
        add_user(editor, "Guest", 501, DISABLED | NO_PASSWORD | NORMAL | NEVER_EXPIRES,
                 "Built-in account for guest access to the computer/domain", empty)
        if version.user_manager:
            add_user(editor, "DefaultAccount", 503, DISABLED | NO_PASSWORD | NORMAL | NEVER_EXPIRES,
                     "A user account managed by the system.", empty)
            add_user(editor, "WDAGUtilityAccount", 504, DISABLED | NORMAL,
                     "A user account managed and used by the system for Windows Defender Application Guard"
                     " scenarios.", empty)
        editor.key(r"SAM\Domains\Builtin\Users\Names")
        editor.key("SAM\\RXACT")
    settle(path)


# BCD: the boot configuration data, a hive of objects and elements.

BOOTMGR, EMS = "{9dea862c-5cdd-4e70-acc1-f32b344d4795}", "{0ce4991b-e6b3-4b16-b23c-5e0d9250e5d9}"
GLOBAL, LOADER = "{7ea2e1ac-2e61-4728-aaa3-896d9d0a9f0e}", "{6efb52bf-1766-41db-a6b3-0ee5eff72bd7}"
DEFAULT = "{5eed0d15-0d15-4b1a-9e5d-0a6d15c0bcd1}"


def gpt_device(disk, partition):
    """A partition device on a GPT disk: the partition's and the disk's GUID."""
    return _partition(uuid.UUID(partition).bytes_le, 0, uuid.UUID(disk).bytes_le)


def mbr_device(signature, offset):
    """A partition device on an MBR disk: the partition's byte offset and the disk's signature."""
    return _partition(struct.pack("<QQ", offset, 0), 1, struct.pack("<I12x", signature))


def _partition(identity, style, disk):
    return bytes(16) + struct.pack("<IIII", 6, 0, 0x48, 0) + identity + struct.pack("<II", 0, style) + disk + bytes(16)


def boot_device():
    """The device `boot`: that which the boot manager came from."""
    return bytes(16) + struct.pack("<IIII", 5, 0, 0x48, 0) + bytes(56)


def element(editor, name, number, data):
    """Sets an element; the nibble after the class is its format."""
    form = number >> 24 & 0xF
    if form == 5:
        data = struct.pack("<Q", data)
    elif form == 6:
        data = bytes([data])
    kind = {2: SZ, 3: SZ, 4: MULTI_SZ}.get(form, BINARY)
    editor.set(rf"Objects\{name}\Elements\{number:08x}", "Element", kind, data)


def bcd(path, efi, system, windows):
    """A store with what Microsoft's page on preparing a VHD sets."""
    new(path, r"\Device\HarddiskVolume1\Boot\BCD" if not efi else r"\EFI\Microsoft\Boot\BCD", 3)
    with Editor(path) as editor:
        editor.set("Description", "KeyName", SZ, "BCD00000000")
        editor.set("Description", "System", DWORD, 1)
        editor.set("Description", "TreatAsSystem", DWORD, 1)
        for name, kind in ((BOOTMGR, 0x10100002), (EMS, 0x20100000), (GLOBAL, 0x20100000), (LOADER, 0x20200003),
                           (DEFAULT, 0x10200003)):
            editor.set(rf"Objects\{name}\Description", "Type", DWORD, kind)
            editor.key(rf"Objects\{name}\Elements")
        for name, elements in {
            BOOTMGR: {0x11000001: system, 0x12000004: "Windows Boot Manager", 0x12000005: "en-US",
                      0x14000006: [GLOBAL], 0x1500004B: 1, 0x16000020: 1, 0x23000003: DEFAULT,
                      0x24000001: [DEFAULT], 0x25000004: 5, 0x26000020: 1,
                      **({0x12000002: r"\EFI\Microsoft\Boot\bootmgfw.efi"} if efi else {})},
            EMS: {0x15000022: 1, 0x15000023: 115200, 0x16000020: 1},
            GLOBAL: {0x14000006: [EMS]},
            LOADER: {0x14000006: [GLOBAL]},
            DEFAULT: {0x11000001: windows, 0x12000004: "Windows Server", 0x12000005: "en-US",
                      0x12000002: rf"\Windows\system32\winload.{'efi' if efi else 'exe'}",
                      0x14000006: [LOADER], 0x1500004B: 1, 0x16000009: 0, 0x21000001: windows,
                      0x22000002: r"\Windows", 0x25000020: 3, 0x250000E0: 1, 0x260000B0: 1},
        }.items():
            for number, data in elements.items():
                element(editor, name, number, data)
    settle(path)
