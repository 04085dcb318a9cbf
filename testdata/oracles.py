"""What independent tools say of an image, as plain data.

Used to write the facts beside the fixtures and, in CI, to compare with the program. Every tool is
run for real; a tool that is missing raises, because a comparison that was skipped looks like one
that passed.
"""

import hashlib
import json
import os
import re
import subprocess

import vhdlib

TOOLS = ("qemu-img", "vhdiinfo", "sgdisk", "sfdisk", "blkid")


def run(*command):
    """Exit code, standard output and standard error."""
    done = subprocess.run(command, capture_output=True, text=True, errors="replace",
                          stdin=subprocess.DEVNULL, timeout=300,
                          env={**os.environ, "LC_ALL": "C", "TZ": "UTC"})
    return done.returncode, done.stdout, done.stderr


def last_line(text):
    """The last line that says something: where most tools put the reason. Without paths."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return re.sub(r"'?(?:/[^\s:']+/)([^\s:'/]+)'?", r"\1", lines[-1]) if lines else ""


def sha256(path):
    """The digest of a file."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 22):
            digest.update(chunk)
    return digest.hexdigest()


def qemu_info(path, image_format="vpc"):
    """Virtual size by qemu-img, or its complaint. `None` lets qemu-img guess the format."""
    chosen = ("-f", image_format) if image_format else ()
    code, out, err = run("qemu-img", "info", *chosen, "--output", "json", path)
    if code:
        return {"error": last_line(err)}
    told = json.loads(out)
    return {"format": told["format"], "virtual_size": told["virtual-size"]}


def vhdi_info(path):
    """What vhdiinfo (libvhdi) prints, or its complaint."""
    code, out, err = run("vhdiinfo", path)
    if code:
        return {"error": "unable to open file" if "nable to open" in out + err else last_line(err)}
    fields = dict(re.findall(r"^\t([^\t:]+?)\s*: (.*)$", out, re.M))
    size = re.search(r"\((\d+) bytes\)|^(\d+) bytes", fields.get("Media size", ""))
    answer = {"disk_type": fields.get("Disk type"),
              "media_size": int(size.group(1) or size.group(2)) if size else None,
              "identifier": fields.get("Identifier")}
    for name, key in (("Parent identifier", "parent_identifier"),
                      ("Parent filename", "parent_filename")):
        if name in fields:
            answer[key] = fields[name]
    return answer


def sgdisk(raw):
    """What sgdisk verifies and prints of a raw disk."""
    _, out, _ = run("sgdisk", "-v", raw)
    problems = list(dict.fromkeys(
        line.strip() for line in out.splitlines()
        if re.match(r"(Problem|Caution|Warning|Error)", line.strip())))
    verified = "No problems found" in out
    code, out, err = run("sgdisk", "-p", raw)
    partitions = [{"number": int(m[1]), "first": int(m[2]), "last": int(m[3]), "code": m[4]}
                  for m in re.finditer(r"^\s+(\d+)\s+(\d+)\s+(\d+)\s+[\d.]+ \w+\s+(\w{4})\b", out,
                                       re.M)]
    # sgdisk turns an MBR into a GPT in memory and says so; then its view is a conversion.
    converted = "Found invalid GPT and valid MBR" in out
    guid = re.search(r"Disk identifier \(GUID\): (\S+)", out)
    return {"no_problems": verified, "problems": problems, "converted_from_mbr": converted,
            "disk_guid": guid.group(1) if guid and not converted else None,
            "partitions": partitions, "exit": code,
            **({"error": last_line(err)} if code else {})}


def sfdisk(raw):
    """What sfdisk lists of a raw disk."""
    code, out, err = run("sfdisk", "-J", raw)
    if code:
        return {"error": last_line(err) or last_line(out)}
    table = json.loads(out)["partitiontable"]
    partitions = [{"start": p["start"], "size": p["size"], "type": p["type"].lower(),
                   **({"bootable": True} if p.get("bootable") else {})}
                  for p in table.get("partitions", [])]
    return {"label": table["label"], "id": table["id"], "partitions": partitions,
            **({"complaint": last_line(err)} if err.strip() else {})}


def blkid(raw, offset=0):
    """What blkid sees at an offset."""
    code, out, _ = run("blkid", "-p", "-O", str(offset), "-o", "export", raw)
    if code:
        return {}
    told = dict(line.split("=", 1) for line in out.splitlines() if "=" in line)
    return {key.lower(): told[key] for key in ("TYPE", "LABEL", "UUID", "PTTYPE", "PTUUID")
            if key in told}


def disk_facts(raw):
    """Partition tables and file systems of a raw disk."""
    table = sfdisk(raw)
    facts = {"sfdisk": table, "sgdisk": sgdisk(raw), "blkid": [{"offset": 0, **blkid(raw)}]}
    for partition in table.get("partitions", []):
        offset = partition["start"] * 512
        seen = blkid(raw, offset)
        if seen and offset < os.path.getsize(raw):
            facts["blkid"].append({"offset": offset, **seen})
    return facts


def vhd_facts(path, scratch):
    """Everything that the tools say of a VHD, and what the second reader in vhdlib says."""
    facts = {"size": os.path.getsize(path), "sha256": sha256(path),
             "qemu_img": qemu_info(path), "qemu_img_guessing": qemu_info(path, None),
             "vhdiinfo": vhdi_info(path)}
    try:
        disk = vhdlib.Disk(path)
        disk.flatten(scratch)
    except (ValueError, OSError, OverflowError, MemoryError) as error:
        facts["disk"] = {"error": str(error)}
        return facts
    facts["disk"] = {"size": disk.size, "sha256": sha256(scratch), **disk_facts(scratch)}
    os.unlink(scratch)
    return facts


def versions():
    """Which tools spoke."""
    return {"qemu-img": last_line(run("qemu-img", "--version")[1].splitlines()[0]),
            "vhdiinfo": run("vhdiinfo", "-V")[1].splitlines()[0].strip(),
            "sgdisk": last_line(run("sgdisk", "--version")[1]),
            "sfdisk": last_line(run("sfdisk", "--version")[1])}
