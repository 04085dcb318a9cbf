#!/usr/bin/env python3
"""Makes testdata/containers and testdata/foreign: small VHD files, good and defective, and files
that are no VHD, each with what independent tools say of it (facts.json).

Why a script and not only the files: a fixture that nobody can make again cannot be trusted, and a
reader can look up here, byte by byte, what is wrong with each one.

    testdata/make-containers.py

Needs qemu-img, sgdisk, sfdisk, blkid, vhdiinfo, mkfs.vfat, mtools, xorriso, ewfacquire, zstd, zip.
Everything that can be is fixed: identifiers, time stamps, contents. What the tools themselves
write into a container (identifiers and times of qemu-img, zip, ewfacquire) changes with each run.
"""

import argparse
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True

import oracles  # noqa: E402
import vhdlib  # noqa: E402
from vhdlib import MIB, SECTOR  # noqa: E402

# 2026-01-01T00:00:00Z: old enough never to lie in the future, and the same in every run.
NOW = 1767225600
STAMP = NOW - vhdlib.EPOCH
WORK = Path()
MADE = {}


def sh(command, **kwargs):
    """Runs a command; its output only matters when it fails."""
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", command], cwd=WORK, text=True,
                          capture_output=True, stdin=subprocess.DEVNULL,
                          env={**os.environ, "TZ": "UTC", "LC_ALL": "C", "MTOOLS_SKIP_CHECK": "1",
                               "SOURCE_DATE_EPOCH": str(NOW)}, **kwargs)
    if done.returncode:
        raise SystemExit(f"{command}\n{done.stdout}{done.stderr}")


def uid(number):
    """A version 4 identifier that is easy to tell from a real one."""
    return bytes.fromhex(f"0f1e2d3c4b5a4978a796b5a4{number:08x}")


def note(name, how, **more):
    """Remembers how a file was made."""
    MADE[name] = {"how": how, **more}


def raw(name, size):
    """An empty raw disk."""
    path = WORK / name
    path.unlink(missing_ok=True)
    with open(path, "wb") as file:
        file.truncate(size)
    return path


def patch(path, at, data):
    """Overwrites bytes of a file."""
    with open(path, "r+b") as file:
        file.seek(at)
        file.write(data)


def read(path, at, length):
    """Reads bytes of a file."""
    with open(path, "rb") as file:
        file.seek(at)
        return file.read(length)


def fixed(name, disk, how, *, trailing=b"", **fields):
    """A fixed VHD: the raw disk and a footer as Windows 10 writes it, unless told otherwise."""
    size = os.path.getsize(disk)
    fields.setdefault("uid", uid(len(MADE) + 1))
    fields.setdefault("time_stamp", STAMP)
    path = WORK / name
    shutil.copyfile(disk, path)
    foot = vhdlib.footer(size, **fields)
    with open(path, "ab") as file:
        file.write(foot + trailing)
    note(name, how)
    return path


# ---- partition tables, written by the tools that publishers use -------------------------------

def mbr(disk, script):
    """Partitions a raw disk with sfdisk."""
    sh(f"sfdisk --no-reread --no-tell-kernel -q {disk.name} <<'END'\n"
       f"label: dos\nlabel-id: 0x5eedd15c\n{script}\nEND\n")
    # Windows puts boot code here; a few bytes of it make sector 0 more than a table.
    patch(disk, 0, bytes.fromhex("33c08ed0bc007c8ec08ed8be007cbf0006b90002fcf3a450681c06cb"))


def fat(disk, start, sectors, label, volume_id, bits=16, cluster=1):
    """A FAT file system, made by mkfs.vfat in a file of its own and put into its place."""
    part = raw("part.tmp", sectors * SECTOR)
    sh(f"mkfs.vfat --invariant -F {bits} -s {cluster} -i {volume_id} -n {label} "
       f"-h {start} part.tmp")
    return part


def put_part(disk, start):
    """Copies the partition file into the disk, holes left alone."""
    sh(f"dd if=part.tmp of={disk.name} bs=512 seek={start} conv=notrunc,sparse status=none")
    (WORK / "part.tmp").unlink()


def copy_in(name, text):
    """Puts a file into the FAT file system at hand."""
    path = WORK / name
    path.write_bytes(text)
    os.utime(path, (NOW, NOW))
    sh(f"mcopy -m -i part.tmp {name} ::{name}")
    path.unlink()


def lines(title, count):
    """Readable content that compresses well."""
    return b"".join(f"{title} line {n % 64:04d} of a file that only tests read\n".encode()
                    for n in range(count))


def disk_fat24():
    """24 MiB, MBR, one aligned FAT partition from 1 MiB to the end."""
    disk = raw("fat24.raw", 24 * MIB)
    sectors = 24 * MIB // SECTOR - 2048
    mbr(disk, f"start=2048, size={sectors}, type=6, bootable")
    fat(disk, 2048, sectors, "FIXTURE", "f17e5eed")
    copy_in("README.TXT", lines("README", 20))
    copy_in("DATA.TXT", lines("DATA", 2000))
    put_part(disk, 2048)
    return disk


def disk_fat200():
    """200 MiB, MBR, one aligned FAT partition; zero-filled files between small ones, so that six
    blocks of 2 MiB, far from each other, hold anything."""
    disk = raw("fat200.raw", 200 * MIB)
    sectors = 200 * MIB // SECTOR - 2048
    mbr(disk, f"start=2048, size={sectors}, type=e, bootable")
    fat(disk, 2048, sectors, "DYNAMIC", "d17e5eed", cluster=64)
    for number in range(1, 6):
        copy_in(f"TEXT{number}.TXT", lines(f"TEXT{number}", 1500))
        filler = WORK / f"ZERO{number}.BIN"
        with open(filler, "wb") as file:
            file.truncate(38 * MIB)
        os.utime(filler, (NOW, NOW))
        sh(f"mcopy -m -i part.tmp {filler.name} ::{filler.name}")
        filler.unlink()
    copy_in("LAST.TXT", lines("LAST", 1500))
    put_part(disk, 2048)
    return disk


GUID = "5eed{0:04x}-0f1e-4d2c-8b3a-49586776{0:04x}"


def gpt(disk, *partitions, extra=""):
    """Partitions a raw disk with sgdisk: (first, last, type, name) each."""
    options = " ".join(
        f"-n {n}:{first}:{last} -t {n}:{kind} -u {n}:{GUID.format(n)} -c {n}:'{name}'"
        for n, (first, last, kind, name) in enumerate(partitions, 1))
    sh(f"sgdisk -a 1 {options} -U {GUID.format(0xd15c)} {extra} {disk.name}")


LINUX_LAYOUT = ((2048, 4095, "ef02", "bios"), (4096, 12287, "ef00", "esp"),
                (12288, 47103, "8300", "root"))


def disk_gpt24(name="gpt24.raw", size=24 * MIB, layout=LINUX_LAYOUT, **kwargs):
    """24 MiB, GPT, the layout of a Linux cloud image."""
    disk = raw(name, size)
    gpt(disk, *layout, **kwargs)
    return disk


def gpt_crc(disk, header_at, array_at=None):
    """Makes the CRCs of a GPT header right again after an entry was altered."""
    head = bytearray(read(disk, header_at * SECTOR, 92))
    entries, count, size = struct.unpack_from("<QII", head, 72)
    array = read(disk, (entries if array_at is None else array_at) * SECTOR, count * size)
    struct.pack_into("<I", head, 88, zlib.crc32(array))
    struct.pack_into("<I", head, 16, 0)
    struct.pack_into("<I", head, 16, zlib.crc32(bytes(head)))
    patch(disk, header_at * SECTOR, bytes(head))


def set_entry(disk, number, first=None, last=None):
    """Alters an entry in both GPT arrays, with right CRCs: what no partitioning tool would do."""
    end = os.path.getsize(disk) // SECTOR
    for header_at in (1, end - 1):
        array = struct.unpack("<Q", read(disk, header_at * SECTOR + 72, 8))[0]
        at = array * SECTOR + 128 * (number - 1)
        if first is not None:
            patch(disk, at + 32, struct.pack("<Q", first))
        if last is not None:
            patch(disk, at + 40, struct.pack("<Q", last))
        gpt_crc(disk, header_at)


# ---- the containers ---------------------------------------------------------------------------

def make_fixed():
    """Fixed disks whose container is the subject."""
    disk = disk_fat24()
    good = fixed("fixed-good.vhd", disk, "24 MiB, MBR, one FAT partition at 1 MiB (mkfs.vfat); "
                 "footer as Windows 10 writes it (win , 10.0, Wi2k), written by vhdlib.py from "
                 "the format document", uid=uid(1))
    # 318 bytes: the amount that a real Windows 10 leaves there, the disk's own boot sector.
    stale = read(disk, 194, 318)
    fixed("fixed-stale-reserved.vhd", disk, "fixed-good with 318 bytes of the boot sector left "
          "in the footer's reserved area, as Windows 10 does; valid", reserved=stale)
    fixed("fixed-zero-geometry.vhd", disk, "fixed-good with geometry 0/0/0, creator and host OS "
          "0 and time stamp 0, as Microsoft's small writers do; valid", chs=(0, 0, 0),
          creator=bytes(4), version=0, host=bytes(4), time_stamp=0)
    fixed("fixed-grown.vhd", disk, "fixed-good with an original size of 12 MiB: a disk that was "
          "grown; valid, but libvhdi believes the original size", original=12 * MIB)
    fixed("fixed-saved-state.vhd", disk, "fixed-good with saved state 1", saved=1)
    fixed("fixed-data-offset-32.vhd", disk, "fixed-good with data offset 0x00000000FFFFFFFF, "
          "what the format document's misprint says", data_offset=0xFFFFFFFF)
    fixed("fixed-trailing.vhd", disk, "fixed-good with 512 zero bytes after the footer",
          trailing=bytes(SECTOR))
    path = fixed("fixed-511.vhd", disk, "fixed-good with a footer of 511 bytes, as products "
                 "before Virtual PC 2004 wrote it")
    os.truncate(path, os.path.getsize(path) - 1)
    path = WORK / "fixed-truncated.vhd"
    size = os.path.getsize(good)
    path.write_bytes(read(good, 0, 23 * MIB) + read(good, size - SECTOR, SECTOR))
    note(path.name, "fixed-good with the last MiB of data missing before the footer")
    shutil.copyfile(good, WORK / "fixed-bad-checksum.vhd")
    patch(WORK / "fixed-bad-checksum.vhd", size - SECTOR + 64, b"\xde\xad\xbe\xef")
    note("fixed-bad-checksum.vhd", "fixed-good with the footer's checksum altered")

    sh("qemu-img convert -f raw -O vpc -o subformat=fixed,force_size fat24.raw fixed-qem2.vhd")
    note("fixed-qem2.vhd", "fat24.raw by qemu-img convert -O vpc -o subformat=fixed,force_size: "
         "the recommended recipe")
    sh("qemu-img convert -f raw -O vpc -o subformat=fixed fat24.raw fixed-qemu-rounded.vhd")
    note("fixed-qemu-rounded.vhd", "fat24.raw by qemu-img convert -O vpc -o subformat=fixed "
         "without force_size: rounded up to a CHS product, not a whole MiB")


def make_dynamic():
    """Dynamic disks."""
    disk = disk_fat200()
    kind = dict(kind=vhdlib.DYNAMIC, time_stamp=STAMP)
    foot = vhdlib.footer(200 * MIB, version=0x00060001, uid=uid(0x100), **kind)
    order = (0, 3, 1, 5, 2, 4)
    used = vhdlib.write_sparse(WORK / "dynamic-good.vhd", disk, foot, order=order)
    if used != 6:
        raise SystemExit(f"dynamic-good has {used} allocated blocks; tests rely on 6")
    note("dynamic-good.vhd", "200 MiB, MBR, one FAT partition; dynamic as Windows 7 writes it "
         "(first block right after the table), by vhdlib.py: 100 table entries, 6 allocated "
         "blocks of 2 MiB out of order, bitmap bits set for the sectors that hold data")
    foot = vhdlib.footer(200 * MIB, version=0x00060003, uid=uid(0x101), **kind)
    vhdlib.write_sparse(WORK / "dynamic-win8.vhd", disk, foot, order=order, align_data=4096,
                        gap=3584)
    note("dynamic-win8.vhd", "the same disk as Windows 8 and later write it: block data aligned "
         "to 4 KiB, 3,584 bytes between the last block and the footer; valid")
    foot = vhdlib.footer(200 * MIB, version=0x000A0000, uid=uid(0x102), **kind)
    vhdlib.write_sparse(WORK / "dynamic-512k-blocks.vhd", disk, foot, block_size=MIB // 2)
    note("dynamic-512k-blocks.vhd", "the same disk with blocks of 512 KiB; valid")
    vhdlib.write_sparse(WORK / "dynamic-long-bat.vhd", disk,
                        vhdlib.footer(200 * MIB, uid=uid(0x103), **kind), entries=1000)
    note("dynamic-long-bat.vhd", "the same disk with a table of 1000 entries where 100 are "
         "needed; valid")
    sh("qemu-img convert -f raw -O vpc fat24.raw dynamic-qemu.vhd")
    note("dynamic-qemu.vhd", "fat24.raw by qemu-img convert -O vpc: creator qemu, rounded size")
    sh("qemu-img convert -f raw -O vpc -o force_size fat24.raw dynamic-qem2.vhd")
    note("dynamic-qem2.vhd", "fat24.raw by qemu-img convert -O vpc -o force_size: creator qem2")
    shutil.copyfile(WORK / "dynamic-good.vhd", WORK / "dynamic-bad-front.vhd")
    patch(WORK / "dynamic-bad-front.vhd", 64, b"\xde\xad\xbe\xef")
    note("dynamic-bad-front.vhd", "dynamic-good with the checksum of the front copy altered")
    shutil.copyfile(WORK / "dynamic-good.vhd", WORK / "dynamic-truncated.vhd")
    os.truncate(WORK / "dynamic-truncated.vhd", 9 * MIB)
    note("dynamic-truncated.vhd", "dynamic-good cut in the middle of a block")


def differencing(name, disk, base, parent, parent_uid, own, how):
    """A child of `parent` with the locators of Windows 8 and later: relative and absolute path."""
    relative = f".\\{parent}".encode("utf-16-le")
    absolute = f"C:\\Fixtures\\{parent}".encode("utf-16-le")
    foot = vhdlib.footer(os.path.getsize(disk), kind=vhdlib.DIFFERENCING, uid=uid(own),
                         time_stamp=STAMP)
    # The table behind the locators, at 8192, and data spaces counted in bytes: as Windows does.
    vhdlib.write_sparse(
        WORK / name, disk, foot, base=base, align_data=4096,
        parent={"parent_uid": uid(parent_uid), "parent_time": STAMP,
                "parent_name": f"C:\\Fixtures\\{parent}",
                "texts": ((b"W2ru", relative, 512), (b"W2ku", absolute, 512))})
    note(name, how)


def make_differencing():
    """A chain of three, a child without its parent, and a child of another disk."""
    base = WORK / "fat24.raw"
    foot = vhdlib.footer(24 * MIB, kind=vhdlib.DYNAMIC, uid=uid(0x200), time_stamp=STAMP)
    vhdlib.write_sparse(WORK / "diff-parent.vhd", base, foot, align_data=4096)
    note("diff-parent.vhd", "fat24.raw as a dynamic disk by vhdlib.py: the parent of the chain")
    child = WORK / "child.raw"
    shutil.copyfile(base, child)
    # One sector changed inside an allocated block, and data where the parent has none.
    patch(child, 2 * MIB + 5 * SECTOR, b"changed by the child".ljust(SECTOR, b"."))
    patch(child, 13 * MIB, b"written by the child\n" * 400)
    differencing("diff-child.vhd", child, base, "diff-parent.vhd", 0x200, 0x201,
                 "child of diff-parent.vhd with W2ru and W2ku locators, by vhdlib.py; two blocks, "
                 "mostly bitmap 0")
    grandchild = WORK / "grandchild.raw"
    shutil.copyfile(child, grandchild)
    patch(grandchild, 13 * MIB + 4 * SECTOR, b"and by the grandchild".ljust(SECTOR, b"."))
    differencing("diff-grandchild.vhd", grandchild, child, "diff-child.vhd", 0x201, 0x202,
                 "child of diff-child.vhd")
    differencing("diff-orphan.vhd", child, base, "no-such-parent.vhd", 0x203, 0x204,
                 "child of a file that does not exist")
    differencing("diff-wrong-parent.vhd", child, base, "diff-parent.vhd", 0x2ff, 0x205,
                 "child that names diff-parent.vhd but carries another disk's identifier")
    differencing("diff-loop.vhd", child, base, "diff-loop.vhd", 0x206, 0x206,
                 "child that names itself as its parent")


def make_partitions():
    """Fixed disks whose partition table is the subject."""
    how = "24 MiB, GPT by sgdisk: bios_grub at 1 MiB, ESP, Linux root"
    fixed("gpt-good.vhd", disk_gpt24(), how)

    disk = disk_gpt24("grown.raw")
    os.truncate(disk, 26 * MIB)
    fixed("gpt-moved-backup.vhd", disk, how + "; the disk grown to 26 MiB afterwards, so the "
          "backup header is not at the end")

    disk = disk_gpt24("cut.raw")
    os.truncate(disk, 22 * MIB)
    fixed("gpt-truncated.vhd", disk, how + "; the disk cut to 22 MiB, so the root partition ends "
          "past the end and the backup is gone")

    disk = disk_gpt24("overlap.raw")
    set_entry(disk, 3, first=8192)
    fixed("gpt-overlap.vhd", disk, how + "; the root partition moved over the ESP, CRCs right")

    disk = disk_gpt24("crc.raw")
    patch(disk, SECTOR + 16, b"\0\0\0\0")
    fixed("gpt-bad-header-crc.vhd", disk, how + "; CRC of the primary header zeroed")

    disk = disk_gpt24("array.raw")
    patch(disk, 2 * SECTOR + 56, "X".encode("utf-16-le"))
    fixed("gpt-bad-array-crc.vhd", disk, how + "; a name in the primary array altered without "
          "its CRC")

    disk = disk_gpt24("lost.raw")
    patch(disk, SECTOR, bytes(33 * SECTOR))
    fixed("gpt-primary-lost.vhd", disk, how + "; primary header and array zeroed, backup sound")

    disk = disk_gpt24("backup.raw")
    patch(disk, 24 * MIB - SECTOR, bytes(SECTOR))
    fixed("gpt-backup-lost.vhd", disk, how + "; backup header zeroed")

    fixed("gpt-first-mib.vhd", disk_gpt24("early.raw", layout=(
        (34, 2047, "ef02", "bios"), *LINUX_LAYOUT[1:])),
        how + ", but bios_grub at sector 34, inside of the first MiB")

    disk = disk_gpt24("junk.raw")
    patch(disk, 1024 * SECTOR, b"left over from the build\n")
    fixed("gpt-junk-first-mib.vhd", disk, how + "; text at sector 1024, outside of any structure")

    disk = disk_gpt24("tag.raw")
    patch(disk, 65536, bytes.fromhex("78563412341278569abc0123456789ab"))
    fixed("gpt-guid-tag.vhd", disk, how + "; a GUID in sector 128, as kiwi writes a disk tag")

    disk = disk_gpt24("hybrid.raw", extra="-h 2:3")
    fixed("gpt-hybrid-mbr.vhd", disk, how + "; hybrid MBR by sgdisk -h 2:3")

    disk = disk_gpt24("unaligned.raw", layout=(*LINUX_LAYOUT[:2], (12289, 47103, "8300", "root")))
    fixed("gpt-unaligned.vhd", disk, how + ", root one sector off the MiB")

    # A GPT for 4096-byte sectors: sgdisk writes one only to such a device, so by hand.
    disk = raw("gpt4096.raw", 24 * MIB)
    big, total = 4096, 24 * MIB // 4096
    entry = bytes.fromhex("af3dc60f838472478e793d69d8477de4") + bytes(range(16))
    array = (entry + struct.pack("<QQQ", 256, total - 257, 0)
             + "root".encode("utf-16-le").ljust(72, b"\0")).ljust(128 * 128, b"\0")
    for mine, other, table in ((1, total - 1, 2), (total - 1, 1, total - 5)):
        head = bytearray(struct.pack("<8sIIIIQQQQ16sQIII", b"EFI PART", 0x10000, 92, 0, 0, mine,
                                     other, 6, total - 6, bytes(range(16, 32)), table, 128, 128,
                                     zlib.crc32(array)))
        struct.pack_into("<I", head, 16, zlib.crc32(bytes(head)))
        patch(disk, mine * big, bytes(head))
        patch(disk, table * big, array)
    patch(disk, 446, struct.pack("<B3sB3sII", 0, b"\0\2\0", 0xEE, b"\xff\xff\xff", 1, total - 1))
    patch(disk, 510, b"\x55\xaa")
    fixed("gpt-4096.vhd", disk, "24 MiB, GPT laid out for 4096-byte sectors (header at byte "
          "4096), written from the UEFI specification: right on a 4Kn disk, wrong in a VHD")

    disk = raw("logical.raw", 24 * MIB)
    mbr(disk, "start=2048, size=8192, type=83, bootable\nstart=10240, size=36864, type=5\n"
              "start=12288, size=8192, type=83\nstart=22528, size=8192, type=82")
    fixed("mbr-logical.vhd", disk, "24 MiB, MBR by sfdisk: a primary, an extended and two "
          "logical partitions, the second of type 82")

    disk = raw("ebrloop.raw", 24 * MIB)
    mbr(disk, "start=2048, size=8192, type=83\nstart=10240, size=36864, type=5\n"
              "start=12288, size=8192, type=83\nstart=22528, size=8192, type=83")
    # The second extended record's link back to the first: a chain that never ends.
    second = 10240 + struct.unpack("<I", read(disk, 10240 * SECTOR + 446 + 16 + 8, 4))[0]
    patch(disk, second * SECTOR + 446 + 16, struct.pack(
        "<B3sB3sII", 0, b"\0\0\0", 5, b"\0\0\0", 0, 8192))
    patch(disk, 10240 * SECTOR + 446 + 16 + 8, struct.pack("<I", second - 10240))
    fixed("mbr-ebr-loop.vhd", disk, "like mbr-logical, the second extended record points back to "
          "the first")

    disk = raw("old.raw", 24 * MIB)
    mbr(disk, "start=63, size=40000, type=83, bootable")
    fixed("mbr-sector-63.vhd", disk, "24 MiB, MBR by sfdisk: partition at sector 63, as systems "
          "before 2008 did")

    disk = raw("mbroverlap.raw", 24 * MIB)
    mbr(disk, "start=2048, size=20480, type=83\nstart=24576, size=20480, type=83")
    patch(disk, 446 + 16 + 8, struct.pack("<I", 16384))
    fixed("mbr-overlap.vhd", disk, "24 MiB, MBR by sfdisk, second partition patched to start "
          "inside of the first")

    disk = raw("mbrpast.raw", 24 * MIB)
    mbr(disk, "start=2048, size=20480, type=83")
    patch(disk, 446 + 12, struct.pack("<I", 1 << 20))
    fixed("mbr-past-end.vhd", disk, "24 MiB, MBR by sfdisk, the partition patched to end past the "
          "disk")

    disk = raw("superfloppy.raw", 24 * MIB)
    fat(disk, 0, 24 * MIB // SECTOR, "NOTABLE", "0f10ff1e")
    put_part(disk, 0)
    fixed("no-table.vhd", disk, "24 MiB, a FAT file system without any partition table: right "
          "for a data disk, not for an OS disk")

    fixed("empty.vhd", raw("empty.raw", 24 * MIB), "24 MiB of zeros: a blank data disk")


# ---- what is no VHD ----------------------------------------------------------------------------

def make_foreign():
    """Files of other formats, and what a failed download or upload leaves."""
    small = raw("small.raw", MIB)
    mbr(small, "start=128, size=1024, type=83")
    for name, how in (
            ("disk.vhdx", "qemu-img convert -O vhdx small.raw disk.vhdx"),
            ("disk.qcow2", "qemu-img convert -O qcow2 small.raw disk.qcow2"),
            ("disk.vmdk", "qemu-img convert -O vmdk small.raw disk.vmdk"),
            ("disk.vdi", "qemu-img convert -O vdi small.raw disk.vdi"),
            ("mbr.raw", "cp small.raw mbr.raw"),
            ("gpt.raw", "truncate -s 2M gpt.raw; "
             f"sgdisk -n 1:2048:0 -u 1:{GUID.format(1)} -U {GUID.format(2)} gpt.raw"),
            ("disc.iso", "mkdir iso; echo hello > iso/hello.txt; touch -d @%d iso iso/hello.txt; "
             "xorriso -as mkisofs -quiet -V FIXTURE -o disc.iso iso; rm -r iso" % NOW),
            ("disk.E01", "ewfacquire -q -u -t ewf -C 1 -D fixture -E 1 -e tester -N none "
             "-m fixed -M logical -f encase6 -c best -S 1GiB small.raw; mv ewf.E01 disk.E01"),
            ("disk.vhd.gz", "gzip -n9c fixed-good.vhd > disk.vhd.gz"),
            ("disk.vhd.xz", "xz -9c fixed-good.vhd > disk.vhd.xz"),
            ("disk.vhd.zst", "zstd -q19c fixed-good.vhd > disk.vhd.zst"),
            ("disk.vhd.bz2", "bzip2 -9c fixed-good.vhd > disk.vhd.bz2"),
            ("disk.zip", "zip -q9X disk.zip fixed-good.vhd"),
            ("disk.tar", "tar --mtime=@%d --owner=0 --group=0 --numeric-owner --format=gnu "
             "-cf disk.tar mbr.raw" % NOW),
            ("zeros.vhd", "truncate -s 25166336 zeros.vhd")):
        sh(how)
        note(f"foreign/{name}", how)
    (WORK / "download.vhd").write_text(
        "<!DOCTYPE html>\n<html><head><title>403 Server failed to authenticate the request"
        "</title></head>\n<body><h1>AuthenticationFailed</h1><p>Signature not valid in the "
        "specified time frame</p></body></html>\n")
    note("foreign/download.vhd", "an error page that a download saved under the disk's name")
    (WORK / "download-xml.vhd").write_text(
        "\ufeff<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>BlobNotFound</Code>"
        "<Message>The specified blob does not exist.</Message></Error>")
    note("foreign/download-xml.vhd", "a storage error in XML that a download saved")


def tool_facts(name):
    """What the tools say of one file."""
    path, scratch = str(WORK / Path(name).name), str(WORK / "scratch.raw")
    if not name.startswith("foreign/"):
        return oracles.vhd_facts(path, scratch)
    return {"size": os.path.getsize(path), "sha256": oracles.sha256(path),
            "qemu_img_guessing": oracles.qemu_info(path, None),
            "vhdiinfo": oracles.vhdi_info(path)}


def main():
    """Makes everything anew, compresses it, writes the facts."""
    global WORK
    argparse.ArgumentParser(description=__doc__.split("\n", 1)[0]).parse_args()
    with tempfile.TemporaryDirectory(prefix="vhd-fixtures-") as scratch:
        WORK = Path(scratch)
        for step in (make_fixed, make_dynamic, make_differencing, make_partitions, make_foreign):
            step()
        for folder in ("containers", "foreign"):
            shutil.rmtree(HERE / folder, ignore_errors=True)
            (HERE / folder).mkdir()
            of_folder = {name: made for name, made in MADE.items()
                         if name.startswith("foreign/") == (folder == "foreign")}
            facts = {"tools": oracles.versions(), "files": {}}
            for name, made in sorted(of_folder.items()):
                base = Path(name).name
                packed = HERE / folder / f"{base}.zst"
                sh(f"zstd -q -19 --no-progress {base} -o {packed}")
                facts["files"][base] = {**made, "packed": packed.stat().st_size,
                                        **tool_facts(name)}
            (HERE / folder / "facts.json").write_text(
                json.dumps(facts, indent=1, sort_keys=True) + "\n")
            total = sum(path.stat().st_size for path in (HERE / folder).iterdir())
            print(f"{folder}: {len(of_folder)} files, {total} bytes with facts.json")


if __name__ == "__main__":
    main()
