#!/usr/bin/env python3
"""Compares what the program shows of a guest with what independent tools say of it.

    facts.py BINARY IMAGES_DIR TOTALS_FILE

The images are those of build.sh. Asked are dpkg-query, rpm, sshd -T within the guest, findmnt, blkid,
dumpe2fs, xfs_db, xfs_logprint, btrfs, fsck.fat, grub-editenv, lsinitramfs and lsinitrd. Each key of an image counts as one check.
"""

import glob
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import guest  # noqa: E402

FILE_SYSTEMS = ("vfat", "ext4", "xfs", "btrfs")


# What is expected, by other tools.

def distribution(root):
    """os-release, read by the shell that its format is made for."""
    path = pathlib.Path(root, "usr/lib/os-release")
    words = guest.run("env", "-i", "sh", "-c", 'set -a; . "$1"; env -0', "sh", path).split("\0")
    values = dict(word.split("=", 1) for word in words if "=" in word)
    return {"id": values["ID"], "version_id": values["VERSION_ID"]}


def packages(root):
    """Every installed package as name, version, architecture, sorted."""
    rows = []
    if pathlib.Path(root, "var/lib/dpkg/status").exists():
        text = guest.run("dpkg-query", f"--admindir={root}/var/lib/dpkg", "-W", "-f",
                         "${db:Status-Abbrev}\t${Package}\t${Version}\t${Architecture}\n")
        for line in text.splitlines():
            state, *row = line.split("\t")
            if state.startswith("ii"):
                rows.append(row)
    else:
        # A copy: SQLite wants to write beside its file even to read it.
        with tempfile.TemporaryDirectory() as home:
            guest.run("cp", "-a", f"{root}/var/lib/rpm/.", home)
            text = guest.run("rpm", "--dbpath", home, "-qa", "--qf",
                             "%{NAME}\t%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\t%{ARCH}\n")
        rows = [line.split("\t") for line in text.splitlines()]
    return {"count": len(rows), "list": sorted(rows)}


def boot(root):
    """Kernel version and arguments of the default entry."""
    entries = glob.glob(f"{root}/boot/loader/entries/*.conf")
    if entries:
        variables = dict(line.split("=", 1) for line in
                         guest.run("grub-editenv", f"{root}/boot/grub2/grubenv", "list").splitlines())
        text = pathlib.Path(root, f"boot/loader/entries/{variables['saved_entry']}.conf").read_text("utf-8")
        keys = dict(line.split(None, 1) for line in text.splitlines())
        arguments = re.sub(r"\$(\w+)", lambda word: variables.get(word[1], ""), keys["options"])
        kernel = keys["linux"]
    else:
        text = pathlib.Path(root, "boot/grub/grub.cfg").read_text("utf-8")
        kernel, arguments = re.search(r"^\s*linux\s+(\S+)\s+(.*)$", text, re.M).groups()
    return {"version": kernel.split("vmlinuz-", 1)[1], "arguments": arguments.split()}


def initramfs(root):
    """Names of the modules in the initramfs, as the kernel writes them: without dashes."""
    debian = glob.glob(f"{root}/boot/initrd.img-*")
    if debian:
        text = guest.run("lsinitramfs", debian[0])
    else:
        text = guest.run("lsinitrd", glob.glob(f"{root}/boot/initramfs-*.img")[0])
    names = re.findall(r"/([^/\s]+)\.ko(?:\.\w+)?$", text, re.M)
    return sorted({name.replace("-", "_") for name in names})


def ssh(root):
    """sshd's own reading of its configuration; it wants a host key and a directory to start."""
    for name in ("run", "tmp"):
        guest.run("mount", "-t", "tmpfs", "tmpfs", f"{root}/{name}")
    guest.run("mount", "-t", "tmpfs", "tmpfs", f"{root}/dev")
    try:
        guest.run("mknod", "-m", "666", f"{root}/dev/null", "c", 1, 3)
        os.mkdir(f"{root}/run/sshd", 0o755)
        guest.run("chroot", root, "/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "/tmp/key")
        text = guest.run("chroot", root, "/usr/sbin/sshd", "-T", "-h", "/tmp/key")
    finally:
        for name in ("dev", "tmp", "run"):
            guest.run("umount", f"{root}/{name}")
    values = dict(line.split(None, 1) for line in text.splitlines() if " " in line)
    return {"effective": int(values["clientaliveinterval"])}


def fstab(root):
    """The entries as findmnt reads them."""
    text = guest.run("findmnt", "-J", "--tab-file", f"{root}/etc/fstab", "-o", "SOURCE,TARGET,FSTYPE,OPTIONS")
    rows = json.loads(text)["filesystems"]
    flat = []
    while rows:
        row = rows.pop(0)
        rows = row.pop("children", []) + rows
        flat.append([row["source"], row["target"], row["fstype"], row["options"]])
    return sorted(flat)


def agent(root):
    """The version that the agent gives itself; its package's where there is only that."""
    source = glob.glob(f"{root}/usr/lib/python3*/dist-packages/azurelinuxagent/common/version.py")
    if source:
        return re.search(r"^AGENT_VERSION = '([^']+)'", pathlib.Path(source[0]).read_text("utf-8"), re.M)[1]
    for name, version, _ in packages(root)["list"]:
        if name in ("WALinuxAgent", "waagent", "walinuxagent"):
            return version.split(":")[-1].split("-")[0]
    return None


def volumes(image):
    """Each volume with a file system: kind, UUID, label, and whether it was put away properly."""
    out = {}
    for name, (offset, size) in image.volumes.items():
        found = image.blkid[name]
        if found.get("USAGE") != "filesystem":
            continue
        clean = None
        if found["TYPE"] == "ext4":
            head = guest.run("dumpe2fs", "-h", f"{image.path}?offset={offset}")
            clean = "Filesystem state:         clean\n" in head and "needs_recovery" not in head
        elif found["TYPE"] == "xfs":
            with guest.loop(image.path, offset, size, write=False) as device:
                # The log is clean if xfs_logprint ends at an unmount record.
                done = subprocess.run(["xfs_logprint", "-t", device], capture_output=True, text=True,
                                      check=False, env=guest.ENVIRONMENT)
                label = guest.run("xfs_db", "-r", "-c", "label", device)
                clean = "<CLEAN>" in done.stdout
                if f'"{found.get("LABEL", "")}"' not in label:
                    raise RuntimeError(f"blkid and xfs_db differ on the label of {name}: {label}")
        elif found["TYPE"] == "btrfs":
            with guest.loop(image.path, offset, size, write=False) as device:
                # A log tree is what fsync leaves until the next commit.
                text = guest.run("btrfs", "inspect-internal", "dump-super", device)
                clean = re.search(r"^log_root\s+(\d+)$", text, re.M)[1] == "0"
        elif found["TYPE"] == "vfat":
            with guest.loop(image.path, offset, size, write=False) as device:
                clean = "irty bit" not in guest.run("fsck.fat", "-n", device)
        out[name] = {"kind": found["TYPE"], "uuid": found.get("UUID"), "label": found.get("LABEL"),
                     "clean": clean}
    return out


def expected(image):
    """Everything above of one image, as plain values."""
    with tempfile.TemporaryDirectory() as home:
        with image.mounted(image.path, home, write=False) as root:
            started = boot(root)
            out = {
                "distribution": distribution(root), "packages": packages(root),
                "kernel": {"version": started["version"]}, "arguments": started["arguments"],
                "initramfs": initramfs(root), "fstab": fstab(root), "agent": agent(root),
            }
            # Programs of another architecture are not run.
            if image.path.stem not in ("debian-i386", "debian-arm64"):
                out["ssh"] = ssh(root)
    out["volumes"] = volumes(image)
    return out


# What is shown. This is all that knows the program's JSON.

def volume(image, entry):
    """The name that a volume has in build.sh: the logical volume's, or the partition's."""
    name = entry["name"]
    return name.rsplit("/", 1)[1] if "/" in name else image.numbers[entry["partition"]]


def shown(image, found):
    """The same values out of `inspect --format json`; a key that is not there is left out."""
    told = found["guest"]
    if told["family"] != "linux":
        raise ValueError(f"family {told['family']}")
    rows = {}
    for fact in told["facts"]:
        rows.setdefault((fact["subject"], fact["name"]), []).append(fact["value"])

    def one(subject, name):
        values = set(rows.get((subject, name), ()))
        return values.pop() if len(values) == 1 else sorted(values) or None

    packages_told = sorted([p["name"], p["version"], p["architecture"]] for p in told["packages"])
    # `DEVICE (TYPE OPTIONS)`, then the volume that this is.
    entries = [[name, *re.fullmatch(r"(\S+) \((\S+) (\S+)\)(?:, which is .*)?", value).groups()]
               for (subject, name), values in rows.items() if subject == "fstab" for value in values]
    volumes_told = {}
    for entry in found["volumes"]:
        if entry["content"] in FILE_SYSTEMS:
            volumes_told[volume(image, entry)] = {
                "kind": entry["content"], "uuid": entry["uuid"], "label": entry["label"],
                "clean": entry["state"] == "clean"}
    out = {
        "distribution": {"id": one("distribution", "id"), "version_id": one("distribution", "version")},
        "packages": {"count": len(packages_told), "list": packages_told},
        "kernel": {"version": one("kernel", "release")},
        "arguments": (one("boot", "arguments") or "").split(),
        "initramfs": sorted((one("initramfs", "modules") or "").split()),
        "fstab": sorted([device, point, kind, options] for point, device, kind, options in entries),
        "agent": one("agent", "version"),
        "volumes": volumes_told,
    }
    interval = one("ssh", "ClientAliveInterval (effective)")
    if interval is not None:
        out["ssh"] = {"effective": int(interval)}
    return out


def differ(want, have):
    """The difference, in a line that a person can read."""
    if isinstance(want, dict) and isinstance(have, dict):
        return "; ".join(f"{key}: {differ(want[key], have.get(key))}" for key in want
                         if want[key] != have.get(key))
    if isinstance(want, list) and isinstance(have, list):
        missing = [item for item in want if item not in have]
        extra = [item for item in have if item not in want]
        return f"missing {missing[:5]} ({len(missing)}), extra {extra[:5]} ({len(extra)})"
    return f"{have!r}, expected {want!r}"


def main():
    binary, folder, totals = sys.argv[1:]
    paths = sorted(pathlib.Path(folder).glob("*.vhd"))
    if not paths:
        sys.exit(f"no image in {folder}; nothing was compared")
    passed, failed = 0, 0
    for path in paths:
        image = guest.Image(path)
        want = expected(image)
        done = subprocess.run([binary, "inspect", "--format", "json", path], capture_output=True,
                              check=False, timeout=300)
        try:
            have = shown(image, json.loads(done.stdout)["images"][0]["facts"])
        except (ValueError, LookupError, TypeError) as error:
            print(f"         {path.stem}: not in the JSON: {error!r}, exit {done.returncode}")
            have = {}
        for key, value in want.items():
            right = have.get(key) == value
            passed, failed = passed + right, failed + (not right)
            size = f"{len(value['list'])} entries" if key == "packages" else f"{len(value)} values" \
                if isinstance(value, list) else value
            print(f"ok       {path.stem} {key}: {size}" if right else
                  f"FAILED   {path.stem} {key}: {differ(value, have[key]) if key in have else 'not shown'}",
                  flush=True)
    print(f"facts: {passed} passed, {failed} failed")
    pathlib.Path(totals).write_text(f"{passed} {failed}\n", encoding="ascii")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    guest.private_mounts()
    main()
