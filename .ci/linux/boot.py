#!/usr/bin/env python3
"""The few bytes of an image that no tool writes without a real disk under it.

    boot.py bios DISK BOOT-IMG CORE-IMG FIRST-SECTOR    what grub-bios-setup does
    boot.py footer DISK                                 appends the footer of a fixed VHD
    boot.py grubenv FILE NAME=VALUE...                  a GRUB environment block
    boot.py release KERNEL RELEASE                      a kernel that says it is of this release
"""

import os
import struct
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../testdata"))
import vhdlib  # noqa: E402


def bios(disk, boot, core, start):
    """boot.img into the boot sector, told where core.img starts; core.img told where its rest is."""
    start = int(start)
    with open(boot, "rb") as file:
        boot = bytearray(file.read())
    with open(core, "rb") as file:
        core = bytearray(file.read())
    struct.pack_into("<Q", boot, 0x5C, start)
    boot[0x64] = 0xFF  # the drive that the firmware booted from
    boot[0x66:0x68] = b"\x90\x90"  # a hard disk: no check of a floppy's drive number
    core = core.ljust(-(-len(core) // 512) * 512, b"\0")
    struct.pack_into("<QHH", core, 0x1F4, start + 1, len(core) // 512 - 1, 0x820)
    if len(core) > 1 << 20:
        sys.exit(f"core.img of {len(core)} bytes does not fit its partition of 1 MiB")
    with open(disk, "r+b") as file:
        file.write(boot[:440])
        file.seek(start * 512)
        file.write(core)


def footer(disk):
    size = os.path.getsize(disk)
    if size % vhdlib.MIB:
        sys.exit(f"{disk} is not a whole number of MiB: {size} bytes")
    foot = vhdlib.footer(size, creator=b"qem2", version=0x00050003, host=b"Wi2k",
                         uid=bytes.fromhex("5eed0d15c0de4b1a9e5d0a6d15c0ffee"),
                         time_stamp=1767225600 - vhdlib.EPOCH)
    with open(disk, "r+b") as file:
        file.seek(size)
        file.write(foot)


def grubenv(path, *variables):
    text = "# GRUB Environment Block\n" + "".join(variable + "\n" for variable in variables)
    if len(text) > 1024:
        sys.exit(f"{len(text)} bytes are too many for an environment block of 1024")
    with open(path, "w", encoding="ascii") as file:
        file.write(text.ljust(1024, "#"))


def release(path, name):
    """Where a kernel says its release: a text that the boot protocol's header points at. It keeps its
    length, so that nothing behind it moves."""
    with open(path, "r+b") as file:
        head = file.read(1 << 16)
        if head[0x202:0x206] != b"HdrS":
            sys.exit(f"{path} has no header of the boot protocol")
        start = struct.unpack_from("<H", head, 0x20E)[0] + 0x200
        text = head[start:head.index(0, start)]
        new = name.encode("ascii") + text[text.index(b" "):]
        if len(name) + 1 > len(text):
            sys.exit(f"{path}: {len(text)} bytes are too few for {name}")
        file.seek(start)
        file.write(new[:len(text)].ljust(len(text)))


if __name__ == "__main__":
    {"bios": bios, "footer": footer, "grubenv": grubenv, "release": release}[sys.argv[1]](*sys.argv[2:])
