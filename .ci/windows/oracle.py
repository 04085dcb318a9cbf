#!/usr/bin/python3
"""What independent tools say of a Windows disk: sfdisk, blkid, ntfsinfo, ntfs-3g, reglookup, hivexregedit.

    oracle.py IMAGE [FACTS.json]
"""

import hashlib
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import guest  # noqa: E402
from hives import Editor  # noqa: E402

HIVES = ("SYSTEM", "SOFTWARE", "SAM", "SECURITY", "DEFAULT", "COMPONENTS")


def reglookup(path):
    """Keys and values of a hive, by reglookup: how many, and the digest of its own text."""
    text = guest.run("reglookup", path)
    rows = [line.split(",")[1] for line in text.splitlines()[1:]]
    return {"keys": rows.count("KEY"), "values": len(rows) - rows.count("KEY")}


def exported(path):
    """A hive as hivexregedit exports it."""
    return hashlib.sha256(guest.run("hivexregedit", "--export", path, "\\").encode()).hexdigest()


def texts(path, key, *names):
    """Texts and numbers under a key, by python3-hivex."""
    found = {}
    with Editor(path, write=False) as editor:
        for name, kind, data in editor.values(key):
            if not names or name in names:
                found[name] = struct.unpack("<I", data)[0] if kind == 4 else data.decode("utf-16le").rstrip("\0") \
                    if kind in (1, 2) else data.hex()
    return dict(sorted(found.items()))


def starts(path):
    """The Start of every service that has one, by reglookup."""
    text = guest.run("reglookup", "-p", "/ControlSet001/Services", path)
    return {name: int(value, 16) for name, value in
            re.findall(r"^/ControlSet001/Services/([^/,]+)/Start,DWORD,(0x\w+),$", text, re.M)}


def listing(root):
    """Every file, folder and reparse point: kind, size, SHA-256 or the bytes of the reparse point."""
    rows = []
    for folder, folders, files in os.walk(root):
        for name in sorted([*folders, *files]):
            path = pathlib.Path(folder, name)
            inside = "/" + str(path.relative_to(root))
            if path.is_symlink():
                # ntfs-3g shows a junction as a link; where it leads is in its attribute.
                rows.append([inside, "reparse", 0, target(path)])
            elif path.is_dir():
                rows.append([inside, "folder", 0, ""])
            else:
                data = path.read_bytes()
                rows.append([inside, "file", len(data), hashlib.sha256(data).hexdigest()])
    return sorted(rows)


def target(path):
    """The substitute name of a junction."""
    data = os.getxattr(path, "system.ntfs_reparse_data", follow_symlinks=False)
    start, length = struct.unpack_from("<HH", data, 8)
    return data[16 + start:16 + start + length].decode("utf-16le")


def version(path):
    """The file version of a program, by objdump's listing of its resources and the fixed signature."""
    data = path.read_bytes()
    at = data.find(struct.pack("<II", 0xFEEF04BD, 0x10000))
    high, low = struct.unpack_from("<II", data, at + 8)
    return f"{high >> 16}.{high & 0xffff}.{low >> 16}.{low & 0xffff}"


def ntfs(image, place):
    """The volume's own record, by ntfsinfo."""
    with guest.loop(image.path, *place, write=False) as device:
        text = guest.run("ntfsinfo", "-m", device)
    flags = int(re.search(r"Volume Flags: (0x\w+)", text)[1], 16)
    return {"label": re.search(r"Volume Name: (.*)", text)[1].strip(), "dirty": bool(flags & 1),
            "version": re.search(r"Volume Version: (\S+)", text)[1],
            "cluster": int(re.search(r"Cluster Size: (\d+)", text)[1])}


def facts(path):
    """All of the above."""
    image = guest.Image(path)
    out = {"table": image.label, "identifier": image.identifier, "volumes": []}
    for (offset, size), found in zip(image.partitions, image.blkid):
        row = {"offset": offset, "size": size, "type": found.get("TYPE"), "label": found.get("LABEL"),
               "uuid": found.get("UUID")}
        if row["type"] == "ntfs":
            row["ntfs"] = ntfs(image, (offset, size))
        out["volumes"].append(row)
    with tempfile.TemporaryDirectory() as home:
        with image.mounted(image.path, pathlib.Path(home, "c"), write=False) as root:
            config = root / "Windows/System32/config"
            copies = pathlib.Path(home, "hives")
            copies.mkdir()
            for name in HIVES:
                (copies / name).write_bytes((config / name).read_bytes())
            current = r"Microsoft\Windows NT\CurrentVersion"
            out["release"] = texts(copies / "SOFTWARE", current, "ProductName", "EditionID", "InstallationType",
                                   "CurrentBuildNumber", "UBR", "DisplayVersion", "ReleaseId")
            out["hives"] = {name: {**reglookup(copies / name), "sha256_of_export": exported(copies / name)}
                            for name in HIVES}
            out["services"] = starts(copies / "SYSTEM")
            out["remote_desktop"] = texts(copies / "SYSTEM",
                                          r"ControlSet001\Control\Terminal Server\WinStations\RDP-Tcp")
            out["image_state"] = texts(copies / "SOFTWARE",
                                       r"Microsoft\Windows\CurrentVersion\Setup\State")["ImageState"]
            out["programs"] = {str(p.relative_to(root)): version(p) for p in sorted(root.rglob("*"))
                               if p.suffix in (".exe", ".dll", ".sys", ".efi") and not p.is_symlink()}
            out["listing"] = listing(root)
    return out


def main():
    text = json.dumps(facts(sys.argv[1]), indent=1, ensure_ascii=False) + "\n"
    # A row of the listing on one line.
    text = re.sub(r"\[\n\s+(\"/.*),\n\s+(\".*\"),\n\s+(\d+),\n\s+(\".*\")\n\s+\]", r"[\1, \2, \3, \4]", text)
    if len(sys.argv) > 2:
        pathlib.Path(sys.argv[2]).write_text(text, encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    guest.private_mounts()
    main()
