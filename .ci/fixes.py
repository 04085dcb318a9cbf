#!/usr/bin/env python3
"""Runs the commands that the reports give to mend what they find, and looks whether they do.

For every committed container, and for the small Linux disk: each error or warning whose fix is a command that makes `fixed.vhd`
is mended with just that command, in a folder of its own, and the rule that spoke has to be silent
about the result. For every foreign disk image: the command that converts it has to make a VHD.

What is to be done within the guest, in a file or by hand cannot be run here: it is listed, one line a
rule, and every rule that speaks must have something of the kind.

Usage: fixes.py PROGRAM TESTDATA
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

program, testdata = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
passed, failed = 0, 0
unmended = set()
# Rule to a fix of it that cannot be run here.
not_run = {}

# Commands that cannot mend by themselves, and why. They must still fail: where one does mend, it
# does not belong here.
NOT_ALONE = {
    "dynamic-bad-front.vhd VHD003": "qemu-img looks at the footer in front: VHD020 comes first",
    "dynamic-bad-front.vhd VHD010": "the same",
    "dynamic-truncated.vhd VHD003": "the data are lost, as VHD022 says",
    "dynamic-truncated.vhd VHD010": "the same",
    "gpt-overlap.vhd VHD010": "sgdisk writes no table with overlaps: PART014 comes first",
    "gpt-truncated.vhd PART005": "there is no room for a backup: PART014's growing comes first",
    "gpt-truncated.vhd PART014": "the same, for the second of its two findings",
}


def check(image, *options):
    run = subprocess.run(
        [program, "check", "--format", "json", *options, image], capture_output=True, check=False
    )
    return json.loads(run.stdout)["images"][0]


def unpack(packed, target):
    with open(target, "wb") as out:
        subprocess.run(["zstd", "-dcq", packed], stdout=out, check=True)


def report(ok, line):
    global passed, failed
    passed, failed = passed + ok, failed + (not ok)
    print(("ok      " if ok else "FAILED  ") + line, flush=True)


def runs(fix):
    return "fixed.vhd" in fix and fix.split()[0] in ("qemu-img", "cp")


def mend(folder, fix):
    return subprocess.run(
        ["bash", "-ec", fix], cwd=folder, capture_output=True, text=True, check=False
    )


def containers():
    images = sorted((testdata / "containers").glob("*.vhd.zst"))
    for packed in [*images, testdata / "debian-12-small.vhd"]:
        with tempfile.TemporaryDirectory() as home:
            name = packed.name.removesuffix(".zst")
            image = pathlib.Path(home) / name
            if packed.suffix == ".zst":
                unpack(packed, image)
            else:
                shutil.copy(packed, image)
            # As an OS disk, so that every rule speaks.
            findings = [
                (outcome["rule"], (finding["fix"] or "").replace(str(image), name))
                for outcome in check(image, "--disk", "os")["outcomes"]
                for finding in outcome["findings"]
                if finding["level"] in ("error", "warning")
            ]
            silent = {rule for rule, _ in findings} - {rule for rule, fix in findings if fix}
            for rule in sorted(silent):
                report(False, f"{name} {rule}: says nothing of how to mend it")
            for rule, fix in dict.fromkeys(findings):
                if not runs(fix):
                    if fix:
                        not_run.setdefault(rule, fix)
                    continue
                work = pathlib.Path(home) / "work"
                work.mkdir()
                shutil.copy(image, work / name)
                label = f"{name} {rule}"
                done = mend(work, fix)
                silent, said = False, done.stderr
                if done.returncode == 0:
                    after = check(work / "fixed.vhd", "--disk", "os")["outcomes"]
                    said = next(o["outcome"] for o in after if o["rule"] == rule)
                    silent = said in ("pass", "not-applicable")
                if not silent and label in NOT_ALONE:
                    print(f"known   {label}: {NOT_ALONE[label]}", flush=True)
                    unmended.add(label)
                else:
                    report(silent, f"{label}: {said} after {fix}")
                shutil.rmtree(work)


def foreign():
    names = {"disk.qcow2": "disk.qcow2", "disk.vmdk": "disk.vmdk", "disk.vdi": "disk.vdi",
             "disk.vhdx": "disk.vhdx", "mbr.raw": "disk.raw", "gpt.raw": "disk.raw",
             "disk.vhd.gz": "disk.vhd.gz", "disk.vhd.xz": "disk.vhd.xz",
             "disk.vhd.zst": "disk.vhd.zst", "disk.vhd.bz2": "disk.vhd.bz2"}
    for packed, name in names.items():
        with tempfile.TemporaryDirectory() as home:
            image = pathlib.Path(home) / name
            unpack(testdata / "foreign" / f"{packed}.zst", image)
            outcome = next(o for o in check(image)["outcomes"] if o["rule"] == "VHD002")
            # Of two ways the one that runs here; and of a sentence its command.
            fix = outcome["findings"][0]["fix"].split(", or ")[-1].split(", then ")[0]
            done = mend(home, fix)
            made = pathlib.Path(home) / "disk.vhd"
            ok = done.returncode == 0 and made.exists()
            if ok:
                after = {o["rule"]: o["outcome"] for o in check(made)["outcomes"]}
                ok = after["VHD001"] == after["VHD002"] == "pass"
            report(ok, f"{packed}: {fix}{'' if ok else chr(10) + done.stderr}")


containers()
foreign()
for label in sorted(NOT_ALONE.keys() - unmended):
    report(False, f"{label}: is said not to be mended, but is")
for rule, fix in sorted(not_run.items()):
    print(f"not run {rule}: {fix}")
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed or passed < 30 else 0)
