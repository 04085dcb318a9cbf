#!/usr/bin/env python3
"""Compares what vhd-preflight says with what qemu-img, vhdiinfo, sfdisk and sgdisk say.

For each image of testdata, and of the corpus of real VHDs when it lies beside the repository, one
row: what we say, what each tool says, and why where that differs. Three things fail:

- a difference that no line of EXPLAINED explains,
- an error on an image that does not deserve it (a false alarm),
- an error that the image deserves and that we do not report.

What an image deserves is derived from a second reading of the format document
(testdata/vhdlib.py) and from the table BROKEN below, never from our own output.

    .ci/compare.py --binary target/release/vhd-preflight [--totals FILE]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "testdata"))
sys.dont_write_bytecode = True

import oracles  # noqa: E402
import vhdlib  # noqa: E402
from vhdlib import MIB, SECTOR  # noqa: E402

EXTENDED = {"5", "f", "85", "05", "0f"}
SWAP = {"82", "0657FD6D-A4AB-43C4-84E5-0933C84B4F4F"}

# ---- what an image deserves --------------------------------------------------------------------

# Images that are wrong in a way that the derived expectation does not know: the errors that must
# be reported. Where the damage makes further errors legitimate, `more` is true.
BROKEN = {
    "containers/fixed-trailing.vhd": ({"VHD001", "VHD017"}, True),
    "containers/fixed-511.vhd": ({"VHD001"}, True),
    "containers/fixed-truncated.vhd": ({"VHD005"}, True),
    "containers/fixed-bad-checksum.vhd": ({"VHD007"}, False),
    "containers/fixed-saved-state.vhd": ({"VHD008"}, False),
    "containers/dynamic-truncated.vhd": ({"VHD003", "VHD020", "VHD022"}, True),
    "containers/diff-loop.vhd": ({"VHD003", "VHD024"}, True),
    "containers/gpt-truncated.vhd": ({"PART014"}, True),
    "containers/gpt-overlap.vhd": ({"PART014"}, False),
    "containers/gpt-bad-header-crc.vhd": ({"PART001"}, False),
    "containers/gpt-bad-array-crc.vhd": ({"PART001"}, False),
    "containers/gpt-primary-lost.vhd": ({"PART001"}, True),
    "containers/gpt-first-mib.vhd": ({"PART003"}, False),
    "containers/gpt-junk-first-mib.vhd": ({"PART003"}, False),
    "containers/gpt-4096.vhd": ({"VHD018"}, True),
    "containers/mbr-ebr-loop.vhd": (set(), True),
    # Boot code, and no active partition that it could start.
    "containers/mbr-overlap.vhd": ({"PART002", "PART014"}, False),
    "containers/mbr-past-end.vhd": ({"PART002", "PART014"}, False),
    # Partitions, and nothing that could start: a data disk.
    "jhermsmeier+node-vhd/dynamic.vhd": ({"DATA005", "VHD003"}, False),
    # Footers and headers alone: cut out of real files by their authors.
    "jhermsmeier+node-vhd/footer.bin": ({"VHD005", "VHD014"}, True),
    "jhermsmeier+node-vhd/header.bin": ({"VHD014"}, True),
    **{f"medo64+VhdAttach/windows7-footer-{n}.bin": ({"VHD005", "VHD014"}, True)
       for n in (1, 2, 3)},
    **{f"medo64+VhdAttach/windows7-footer-{n}.bin": ({"VHD003", "VHD014"}, True)
       for n in (4, 5, 6)},
    "medo64+VhdAttach/windows7-footer-7.bin": ({"VHD003", "VHD007", "VHD014"}, True),
    # Really wrong checksums, as their authors found them.
    "log2timeline+dfvfs/image.vhd": ({"VHD003"}, True),
    "log2timeline+dfvfs/image-differential.vhd": ({"VHD003", "VHD021"}, True),
}

# Warnings that must be there: what tools disagree about, or what Azure only recommends.
WARNED = {
    "debian-12-small.vhd": {"VHD010"},
    "containers/fixed-data-offset-32.vhd": {"VHD003"},
    "containers/dynamic-bad-front.vhd": {"VHD020"},
    "containers/gpt-moved-backup.vhd": {"PART005"},
    "containers/gpt-backup-lost.vhd": {"PART005"},
    "containers/mbr-sector-63.vhd": {"PART003"},
}

# Images with an operating system in them.
GUESTS = {"debian-12-small.vhd"}

# What a file that is no VHD must be called.
FOREIGN = {
    "disk.vhdx": "vhdx", "disk.qcow2": "qcow2", "disk.vmdk": "vmdk", "disk.vdi": "vdi",
    "mbr.raw": "raw", "gpt.raw": "raw", "disc.iso": "iso", "disk.E01": "e01",
    "disk.vhd.gz": "gzip", "disk.vhd.xz": "xz", "disk.vhd.zst": "zstd", "disk.vhd.bz2": "bzip2",
    "disk.zip": "zip", "disk.tar": "tar", "zeros.vhd": "zeros", "download.vhd": "html",
    "download-xml.vhd": "xml", "ext2.E01": "e01", "ext2.qcow2": "qcow2", "ext2.vmdk": "vmdk",
    "iso9660.raw": "iso",
}


def deserved(image):
    """Errors that the image must get, and whether others are legitimate too."""
    foot, errors = image.foot, set()
    if foot:
        size = foot["current_size"]
        if foot["type"] != vhdlib.FIXED:
            errors.add("VHD003")
            if image.role == "data":
                errors.add("DATA005")
        if foot["type"] == vhdlib.DIFFERENCING:
            errors.add("VHD024")
        if size % MIB:
            errors.add("VHD004")
        if size < 20 * MIB:
            errors.add("VHD006")
    if image.path.suffix != ".vhd":
        errors.add("VHD014")
    if image.sfdisk and any(p["type"] in SWAP for p in image.sfdisk.get("partitions", ())):
        errors.add("PART006")
    must, more = BROKEN.get(image.name, (set(), False))
    return errors | must, more


# ---- why tools differ --------------------------------------------------------------------------

def sized_by_chs(image):
    """QEMU takes the geometry's product for some creators; which ones depends on its version."""
    foot = image.foot
    return (foot and foot["chs_size"] == image.qemu.get("virtual_size")
            and foot["chs_size"] != foot["current_size"])


def cut_short(image):
    """A fixed disk with data missing before its footer."""
    return (image.trailing and image.trailing["type"] == vhdlib.FIXED
            and image.ours.size == image.length - SECTOR < image.trailing["current_size"])


def complaint(tool, text):
    """The tool refuses the image with these words."""
    return lambda image: text in getattr(image, tool).get("error", "")


def is_file(*names):
    """One of these files."""
    return lambda image: image.name in names


# (tool, when, why): the only differences that are accepted.
EXPLAINED = [
    ("qemu-img", sized_by_chs,
     "qemu-img sizes the disk of this creator by C*H*S, Azure by the current size"),
    ("qemu-img", complaint("qemu", "header checksum"),
     "qemu-img gives up at a wrong checksum of the first copy that it finds; we read on"),
    ("qemu-img", complaint("qemu", "invalid VPC image"),
     "qemu-img looks for the footer in the last 512 bytes only; we find it before the appended "
     "bytes"),
    ("qemu-img", complaint("qemu", "free_data_block_offset"),
     "qemu-img refuses a truncated file; we read what is left of it"),
    ("qemu-img", complaint("qemu", "dynamic VHD header"),
     "a footer alone: qemu-img takes it for the front copy of a dynamic disk"),
    ("qemu-img", complaint("qemu", "nvalid header magic"),
     "a footer alone: no dynamic header follows"),
    ("qemu-img", cut_short,
     "the file holds less than the footer promises: we give what is there, qemu-img zeros"),
    ("vhdiinfo", cut_short,
     "the file holds less than the footer promises: we give what is there"),
    ("vhdiinfo", lambda image: image.foot and image.vhdi.get("media_size") ==
     image.foot["original_size"] != image.foot["current_size"],
     "libvhdi believes the original size, Azure the current size"),
    ("vhdiinfo", lambda image: "error" in image.vhdi and image.length <= 2048,
     "a footer or header alone: libvhdi refuses it"),
    ("vhdiinfo", lambda image: "error" in image.vhdi and image.foot is None,
     "libvhdi needs the footer in the last 512 bytes"),
    ("vhdiinfo", lambda image: "error" in image.vhdi and image.foot["type"] == vhdlib.FIXED
     and image.foot["data_offset"] != vhdlib.NO_OFFSET,
     "libvhdi refuses a fixed disk whose data offset is not all ones"),
    ("vhdiinfo", lambda image: "error" in image.vhdi and not image.trailing,
     "libvhdi does not fall back to the front copy of the footer"),
    ("sfdisk", is_file("containers/gpt-4096.vhd"),
     "sfdisk looks for a GPT at sector size 512 only and shows the protective MBR"),
    ("sfdisk", is_file("containers/gpt-truncated.vhd"),
     "sfdisk drops a GPT that is larger than the disk and shows the protective MBR"),
    ("sfdisk", is_file("containers/mbr-ebr-loop.vhd"),
     "sfdisk follows the loop of extended records up to 60 partitions"),
    ("sgdisk", is_file("containers/gpt-4096.vhd"),
     "sgdisk reads an image file in sectors of 512 bytes"),
    ("sgdisk", is_file("containers/mbr-ebr-loop.vhd"),
     "sgdisk stops at the loop without saying so"),
]


# ---- what we say: the only place that knows our JSON -------------------------------------------

class Ours:
    """One image of our report."""

    def __init__(self, binary, path, *options):
        done = subprocess.run([binary, "check", str(path), "--format", "json", "--no-scan",
                               *options], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=60)
        self.exit = done.returncode
        if not done.stdout:
            raise SystemExit(f"{path}: no report, exit code {done.returncode}: {done.stderr}")
        (self.image,) = json.loads(done.stdout)["images"]
        self.verdict = self.image["verdict"]
        facts = self.image["facts"] or {}
        self.size = facts.get("disk", {}).get("size")
        # What the footer says, not how the file is laid out: the tools tell the former.
        self.type = next((field["meaning"] for footer in facts["container"]["footers"]
                          if footer["used"] for field in footer["fields"]
                          if field["name"] == "disk type"), None) if facts else None
        self.kind = facts["container"]["kind"] if facts else None
        self.partitions = sorted((entry["offset"] // SECTOR, entry["size"] // SECTOR)
                                 for entry in facts.get("partitions", ())
                                 if entry["kind"] not in ("0x05", "0x0F", "0x0f", "0x85"))

    def rules(self, level):
        """Rules with a finding of a level."""
        return {outcome["rule"] for outcome in self.image["outcomes"]
                for finding in outcome.get("findings") or () if finding["level"] == level}

    def undetermined(self):
        """Rules that could not be decided."""
        return {outcome["rule"] for outcome in self.image["outcomes"]
                if outcome["outcome"] == "undetermined"}


# ---- the comparison ----------------------------------------------------------------------------

class Image:
    """One file, with everything that is said of it."""

    def __init__(self, name, path, binary, scratch):
        self.name, self.path, self.length = name, Path(path), os.path.getsize(path)
        self.read_by_others(str(path), scratch)
        # Nothing is partitioned: a data disk (OS disks must have a table), which the user has to
        # say, because a blank disk looks like an OS disk that lost its table.
        self.role = "data" if self.no_disk is None and not (
            self.sfdisk.get("partitions") or self.sgdisk["partitions"]) else "auto"
        self.ours = Ours(binary, path, "--disk", self.role)

    def read_by_others(self, path, scratch):
        """What the tools and the second reader of the format say."""
        self.qemu, self.vhdi = oracles.qemu_info(path), oracles.vhdi_info(path)
        self.foot = self.trailing = self.sfdisk = self.sgdisk = None
        with open(path, "rb") as file:
            file.seek(max(self.length - SECTOR, 0))
            self.trailing = vhdlib.parse_footer(file.read(SECTOR))
        raw = str(scratch / "disk.raw")
        try:
            disk = vhdlib.Disk(path)
            self.foot = disk.foot
            # A footer alone has no disk, and a child without its parent has only a part of one.
            alone = self.length <= 2048 and disk.kind == vhdlib.FIXED
            orphan = disk.kind == vhdlib.DIFFERENCING and disk.parent is None
            if alone or orphan:
                self.no_disk = "no disk in the file" if alone else "parent missing"
                return
            disk.flatten(raw)
        except (ValueError, OSError) as error:
            self.no_disk = str(error)
            return
        self.no_disk = None
        self.sfdisk, self.sgdisk = oracles.sfdisk(raw), oracles.sgdisk(raw)
        os.unlink(raw)

    def differences(self):
        """(tool, what differs) for every comparison; `None` where the two agree."""
        ours = self.ours
        yield "qemu-img", None if ours.size == self.qemu.get("virtual_size") else (
            f"size {ours.size} / {self.qemu.get('virtual_size') or self.qemu['error']}")
        if "error" in self.vhdi:
            yield "vhdiinfo", f"size {ours.size} / {self.vhdi['error']}"
        else:
            yield "vhdiinfo", None if ours.size == self.vhdi["media_size"] else (
                f"size {ours.size} / {self.vhdi['media_size']}")
            yield "vhdiinfo", None if same_type(ours.type, self.vhdi["disk_type"]) else (
                f"type {ours.type} / {self.vhdi['disk_type']}")
        if self.no_disk:
            return
        theirs = sorted((p["start"], p["size"]) for p in self.sfdisk.get("partitions", ())
                        if p["type"] not in EXTENDED)
        yield "sfdisk", None if theirs == ours.partitions else (
            f"partitions {ours.partitions} / {theirs[:6]}")
        theirs = sorted((p["first"], p["last"] - p["first"] + 1)
                        for p in self.sgdisk["partitions"])
        yield "sgdisk", None if theirs == ours.partitions else (
            f"partitions {ours.partitions} / {theirs[:6]}")
        if not self.sgdisk["converted_from_mbr"] and self.sfdisk.get("label") == "gpt":
            # sgdisk's verification against our rules on the table's soundness.
            found = ours.rules("error") | ours.rules("warning")
            mine = bool(found & {"PART001", "PART005", "PART014"})
            theirs = bool(self.sgdisk["problems"]) or not self.sgdisk["no_problems"]
            yield "sgdisk", None if mine == theirs else (
                f"table sound: {not mine} / {not theirs} {self.sgdisk['problems']}")


def same_type(ours, theirs):
    """Whether two words for the disk type mean the same."""
    names = {"fixed": 2, "dynamic": 3, "differential": 4, "differencing": 4}
    word = str(ours).lower()
    return (names.get(word) or (int(word) if word.isdigit() else word)) == names[theirs.lower()]


class Tally:
    """Counts, and prints what went wrong where it did."""

    def __init__(self):
        self.passed, self.failures = 0, []

    def check(self, holds, name, message):
        """One comparison."""
        if holds:
            self.passed += 1
        else:
            self.failures.append(f"{name}: {message}")
            print(f"      FAILED: {message}")


def report(image, tally):
    """Prints the row of one VHD and judges it."""
    ours = image.ours
    errors, warnings = ours.rules("error"), ours.rules("warning")
    told = image.qemu.get("virtual_size") or "refused"
    vhdi = image.vhdi.get("media_size") or "refused"
    if image.no_disk:
        table = f"- ({image.no_disk})"
    else:
        sound = "as GPT" if image.sgdisk["converted_from_mbr"] else (
            "sound" if image.sgdisk["no_problems"] and not image.sgdisk["problems"]
            else "problems")
        table = (f"{image.sfdisk.get('label') or 'no table'} "
                 f"{len(image.sfdisk.get('partitions', ()))} | "
                 f"{len(image.sgdisk['partitions'])} {sound}")
    role = " (as a data disk)" if image.role == "data" else ""
    print(f"{image.name}{role} | {ours.verdict} {ours.type} {ours.size} "
          f"{len(ours.partitions)} partitions, errors: {' '.join(sorted(errors)) or 'none'} | "
          f"{told} | {vhdi} {image.vhdi.get('disk_type', '')} | {table}")

    for tool, difference in image.differences():
        if difference is None:
            tally.check(True, image.name, "")
            continue
        why = next((why for known, when, why in EXPLAINED if known == tool and when(image)), None)
        tally.check(why is not None, image.name, f"unexplained: {tool}: {difference}")
        if why:
            print(f"      {tool}: {difference}: {why}")

    must, more = deserved(image)
    tally.check(must <= errors, image.name, f"missed: {' '.join(sorted(must - errors))}")
    extra = set() if more else errors - must
    tally.check(not extra, image.name, f"false error: {' '.join(sorted(extra))}")
    wanted = WARNED.get(image.name, set())
    tally.check(wanted <= warnings, image.name,
                f"warning missed: {' '.join(sorted(wanted - warnings))}")
    broken = bool(must) or more
    # No image but the first has an operating system in it. Of an OS disk without one nothing may be
    # taken for granted; a data disk needs none.
    good = ("pass", 0) if image.role == "data" or image.name in GUESTS else ("incomplete", 2)
    wanted = ("fail", 1) if errors else good
    tally.check((ours.verdict, ours.exit) == wanted and (broken or ours.verdict != "fail"), image.name,
                f"verdict {ours.verdict}, exit code {ours.exit} with errors {sorted(errors)}, "
                f"expected {wanted[0]}, {wanted[1]}")
    tally.check(wanted != ("incomplete", 2) or "PART013" in ours.undetermined(), image.name,
                "nothing says that no operating system was found")


def report_foreign(name, path, binary, tally):
    """A file that is no VHD: refused, and called by its name."""
    ours = Ours(binary, path)
    word = FOREIGN[Path(path).name]
    guess = oracles.qemu_info(str(path), None)
    print(f"{name} | {ours.verdict} {ours.kind}, errors: "
          f"{' '.join(sorted(ours.rules('error')))} | {guess.get('format') or guess['error']}")
    tally.check(ours.verdict == "fail" and ours.exit == 1, name,
                f"verdict {ours.verdict}, exit code {ours.exit}")
    tally.check(bool(ours.rules("error") & {"VHD001", "VHD002"}), name, "not refused as no VHD")
    tally.check(ours.kind == word, name, f"called {ours.kind}, not {word}")
    # qemu-img calls everything `raw` that it does not know.
    tally.check(guess.get("format") in (word, "raw", None), name,
                f"qemu-img says {guess.get('format')}, we {ours.kind}")


def unpack(folder, scratch):
    """Decompresses a folder's images; parents come to lie beside their children."""
    for packed in sorted(folder.glob("**/*.zst")):
        name = packed.relative_to(folder).with_suffix("")
        path = scratch / folder.name / name
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["zstd", "-dqf", "--sparse", str(packed), "-o", str(path)], check=True)
    for packed in sorted(folder.glob("**/*.zst")):
        name = packed.relative_to(folder).with_suffix("")
        yield str(name), scratch / folder.name / name


def main():
    """Every image, then the totals."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("--binary", required=True)
    options.add_argument("--totals", help="a file for `passed failed`")
    options.add_argument("--corpus", type=Path, default=ROOT.parent / "shared" / "corpus",
                         help="a folder of real VHDs (default: ../shared/corpus)")
    chosen = options.parse_args()
    binary = str(Path(chosen.binary).resolve())
    missing = [tool for tool in (*oracles.TOOLS, "zstd")
               if not any(os.access(os.path.join(folder, tool), os.X_OK)
                          for folder in os.environ["PATH"].split(os.pathsep))]
    if missing:
        sys.exit(f"missing: {' '.join(missing)}: a comparison without them would prove nothing")
    tally = Tally()
    print("image | we say | qemu-img -f vpc | vhdiinfo | sfdisk | sgdisk")
    with tempfile.TemporaryDirectory(prefix="vhd-compare-") as folder:
        scratch = Path(folder)
        report(Image("debian-12-small.vhd", ROOT / "testdata" / "debian-12-small.vhd", binary,
                     scratch), tally)
        for name, path in unpack(ROOT / "testdata" / "containers", scratch):
            report(Image(f"containers/{name}", path, binary, scratch), tally)
        for name, path in unpack(ROOT / "testdata" / "foreign", scratch):
            report_foreign(f"foreign/{name}", path, binary, tally)
        if chosen.corpus.is_dir():
            for name, path in unpack(chosen.corpus, scratch):
                if path.name in FOREIGN:
                    report_foreign(name, path, binary, tally)
                else:
                    report(Image(name, path, binary, scratch), tally)
        else:
            print(f"NO CORPUS: {os.path.relpath(chosen.corpus, ROOT)} is not there, so real images "
                  "by other writers were not compared")
    print(f"comparisons: {tally.passed} agree or are explained, {len(tally.failures)} failed")
    for failure in tally.failures:
        print(f"  {failure}")
    if chosen.totals:
        Path(chosen.totals).write_text(f"{tally.passed} {len(tally.failures)}\n")
    sys.exit(1 if tally.failures else 0)


if __name__ == "__main__":
    main()
