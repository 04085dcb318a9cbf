#!/usr/bin/python3
"""Compares what the program shows of a Windows guest with what independent tools say of it.

    facts.py BINARY IMAGES_DIR TOTALS_FILE

The images are those of build.sh. Asked are hivexregedit, reglookup, ntfs-3g, ntfsinfo, blkid, sfdisk,
mtools. Every row that names a place in the registry is looked up there, every row that names a file is
looked for; and the rows of MUST have to be there, so that nothing is equal by being left out. Each
key of an image counts as one check.
"""

import json
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import guest  # noqa: E402
import oracle  # noqa: E402

# What a row says in the place of a value that is not to be seen, or is of use only as being there.
DERIVED = ("present", "empty", "installed")
STARTS = {0: "Boot", 1: "System", 2: "Automatic", 3: "Manual", 4: "Disabled"}
SZ, EXPAND_SZ, DWORD, MULTI_SZ = 1, 2, 4, 7
# Subject and a name that the program has to show of each image. This and `shown` are all that knows the JSON.
MUST = [("release", "product"), ("release", "build"), ("release", "revision (UBR)"), ("hives", "SYSTEM"),
        ("hives", "SOFTWARE"), ("hives", "SAM"), ("hives", "SECURITY"), ("sysprep", "ImageState"),
        ("remote desktop", "fDenyTSConnections"), ("remote desktop", "PortNumber"), ("services", "TermService"),
        ("system settings", "SanPolicy"), ("agent", "WindowsAzureGuestAgent"), ("accounts", "Administrator")]
# Windows Server 2012 R2 came without it.
UBR = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion!UBR"


# What is expected, by other tools.

def exported(path):
    """A hive as hivexregedit exports it: values by key and name in lower case, as type and bytes."""
    out, key = {}, None
    for line in guest.run("hivexregedit", "--export", path, "\\").splitlines():
        if line.startswith("["):
            key = line[1:-1].strip("\\").lower()
            out[key] = {}
        elif found := re.fullmatch(r'(?:@|"((?:[^"\\]|\\.)*)")=(?:dword:(\w+)|hex\((\w+)\):(.*))', line):
            name = re.sub(r"\\(.)", r"\1", found[1] or "").lower()
            out[key][name] = (DWORD, struct.pack("<I", int(found[2], 16))) if found[2] else \
                (int(found[3], 16), bytes.fromhex(found[4].replace(",", "")))
    return out


def texts(kind, data):
    """What a row may show of a value; none where its bytes are for the program to interpret."""
    if kind == DWORD and len(data) == 4:
        number, = struct.unpack("<I", data)
        name = STARTS.get(number, str(number))
        return {str(number), f"{number:#x}", name, f"{number} ({name})"}
    if kind in (SZ, EXPAND_SZ):
        return {data.decode("utf-16le").rstrip("\0")}
    if kind == MULTI_SZ:
        words = [word for word in data.decode("utf-16le").split("\0") if word]
        return {"; ".join(words), ", ".join(words), " ".join(words)}
    return None


def accounts(hive):
    """Name, RID, whether enabled, whether a password is kept: by the published layout of F and V."""
    users, out = r"sam\domains\account\users", []
    for key, values in hive.items():
        if found := re.fullmatch(re.escape(users) + r"\\([0-9a-f]{8})", key):
            flags, = struct.unpack_from("<I", values["f"][1], 0x38)
            data = values["v"][1]
            at, length = struct.unpack_from("<II", data, 0x0C)
            kept, = struct.unpack_from("<I", data, 0xAC)
            out.append([data[0xCC + at:0xCC + at + length].decode("utf-16le"), int(found[1], 16), not flags & 1,
                        kept not in (0, 4, 24)])
    return sorted(out)


class Expected:
    """One image by other tools, with drive C: mounted while it is asked."""

    def __init__(self, image, home):
        self.image = image
        with image.mounted(image.path, pathlib.Path(home, "c"), write=False) as root:
            hives = pathlib.Path(home, "hives")
            hives.mkdir()
            for name in oracle.HIVES:
                (hives / name).write_bytes((root / "Windows/System32/config" / name).read_bytes())
            rows = oracle.listing(root)
            self.files = {row[0].lower() for row in rows}
            self.programs = {"/" + str(path.relative_to(root)).lower(): oracle.version(path)
                             for path in root.rglob("*") if path.suffix in (".exe", ".dll", ".sys", ".efi")
                             and path.is_file() and not path.is_symlink()}
            if image.efi:
                guest.run("mcopy", "-i", image.esp(image.path), "::/EFI/Microsoft/Boot/BCD", hives / "BCD")
            elif (root / "Boot/BCD").exists():
                (hives / "BCD").write_bytes((root / "Boot/BCD").read_bytes())
        self.boot = set()
        if image.efi:
            text = guest.run("mdir", "-/", "-b", "-i", image.esp(image.path), "::")
            self.boot = {line[2:].rstrip("/").lower() for line in text.splitlines()}
        elif image.system != image.windows:
            with image.mounted(image.path, pathlib.Path(home, "s"), write=False, volume=image.system) as root:
                self.boot = {row[0].lower() for row in oracle.listing(root)}
                (hives / "BCD").write_bytes((root / "Boot/BCD").read_bytes())
        self.hives = {name.lower(): exported(hives / name) for name in (*oracle.HIVES, "BCD")}
        self.volumes = []
        for place, found in zip(image.partitions, image.blkid):
            if found.get("TYPE"):
                label = found.get("LABEL", "").replace("\\ ", " ") or None  # blkid quotes blanks
                clean = not oracle.ntfs(image, place)["dirty"] if found["TYPE"] == "ntfs" else True
                self.volumes.append([found["TYPE"], label, (found.get("UUID") or "").upper(), clean])

    def value(self, place):
        """What is at `HIVE\\key!value`: type and bytes, an empty pair for a key that is there, or none."""
        hive, _, rest = place.partition("\\")
        key, mark, name = rest.partition("!")
        keys = self.hives.get(hive.lower(), self.hives["bcd"] if "bcd" in hive.lower() else {})
        values = keys.get(re.sub("(?i)^CurrentControlSet", "ControlSet001", key).lower())
        if values is None or not mark:
            return None if values is None else (None, b"")
        return values.get("" if name == "(Default)" else name.lower())


# What is shown.

def normal(path):
    """A path of the guest without its drive letter, with slashes, in lower case."""
    return re.sub(r"^[A-Za-z]:", "", path).replace("\\", "/").rstrip("/").lower()


def judge(want, found):
    """Name of a check to what is wrong with it, as lines; no line is right."""
    told = found["guest"]
    if told["family"] != "windows":
        return {"family": [f"family {told['family']}"]}
    rows, out = told["facts"], {}
    names = {(row["subject"], row["name"]) for row in rows}
    out["rows that must be there"] = [f"no row {subject}: {name}" for subject, name in MUST if (subject, name) not in names
                                    and (name != "revision (UBR)" or want.value(UBR))]
    looked, equal = [], 0
    for row in rows:
        place = row.get("place") or {}
        if not place.get("registry"):
            continue
        value = want.value(place["registry"])
        if value is None and str(row["value"]) == "0" and "!" not in place["registry"]:
            continue  # none in a key that is not there
        if value is None:
            looked.append(f"{place['registry']}: no other tool finds it (row {row['subject']}: {row['name']})")
            continue
        allowed = texts(*value)
        if row["subject"] == "firewall" and (rule := re.match(r"(allows|blocks) what comes in$", row["value"])):
            # A rule of the firewall is shown as what it does.
            parts = next(iter(allowed)).split("|")
            does = {"Action=Allow": "allows", "Action=Block": "blocks"}.get(parts[1])
            allowed = {row["value"]} if does == rule[1] and {"Dir=In", "Active=TRUE"} <= set(parts) else set()
        if allowed is not None and str(row["value"]) not in allowed and row["value"] not in DERIVED:
            looked.append(f"{place['registry']}: {row['value']!r}, expected {sorted(allowed)}")
        equal += allowed is not None
    out[f"values of the registry ({equal} compared)"] = looked or ([] if equal else ["no row has a place in the registry"])
    missing, versions = [], []
    for row in rows:
        place = row.get("place") or {}
        if place.get("registry") or not place.get("path"):
            continue
        path = normal(place["path"])
        if path and path not in want.files and path not in want.boot:
            missing.append(f"{place['path']}: no other tool finds it")
        if re.fullmatch(r"\d+\.\d+\.\d+\.\d+", str(row["value"])) and path in want.programs:
            versions += [f"{path}: {row['value']}, expected {want.programs[path]}"
                         for _ in [0] if row["value"] != want.programs[path]]
    out["files that rows name"], out["versions of programs"] = missing, versions
    dirty = [f"{row['name']}: {row['value']}" for row in rows if row["subject"] == "hives" and row["value"] != "clean"]
    out["hives are clean"] = dirty
    have = sorted([row["name"], int(number[1]), ", enabled" in row["value"], "is stored" in row["value"]]
                  for row in rows if row["subject"] == "accounts"
                  for number in [re.match(r"RID (\d+)", str(row["value"]))] if number)
    expect = accounts(want.hives["sam"])
    out["accounts"] = [] if have == expect else [f"{have}, expected {expect}"]
    have = [[entry["content"], entry["label"], (entry["uuid"] or "").upper(), entry["state"] == "clean"]
            for entry in found["volumes"] if entry["content"] in ("vfat", "ntfs")]
    out["volumes"] = [] if have == want.volumes else [f"{have}, expected {want.volumes}"]
    out["nothing unread"] = [json.dumps(one) for one in told.get("unknown", [])]
    return out


def main():
    binary, folder, totals = sys.argv[1:]
    paths = sorted(pathlib.Path(folder).glob("*.vhd"))
    if not paths:
        sys.exit(f"no image in {folder}; nothing was compared")
    passed, failed = 0, 0
    for path in paths:
        with tempfile.TemporaryDirectory() as home:
            want = Expected(guest.Image(path), home)
        done = subprocess.run([binary, "inspect", "--format", "json", path], capture_output=True, check=False,
                              timeout=300)
        try:
            checks = judge(want, json.loads(done.stdout)["images"][0]["facts"])
        except (ValueError, LookupError, TypeError) as error:
            checks = {"the JSON": [f"{error!r}, exit {done.returncode}: {done.stderr.decode(errors='replace')[:300]}"]}
        for name, wrong in checks.items():
            passed, failed = passed + (not wrong), failed + bool(wrong)
            print(("FAILED   " if wrong else "ok       ") + f"{path.stem} {name}"
                  + "".join(f"\n           {line}" for line in wrong[:20]), flush=True)
    print(f"facts: {passed} passed, {failed} failed")
    pathlib.Path(totals).write_text(f"{passed} {failed}\n", encoding="ascii")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    guest.private_mounts()
    main()
