#!/usr/bin/python3
"""The beginnings of Windows' boot code, which mkntfs and sfdisk do not write.

    bootcode.py mbr DISK                 the boot sector's first instructions and its messages
    bootcode.py vbr DISK OFFSET SIZE     the same of an NTFS volume, in both copies of its boot sector

Only what a reader looks at is there, the first instructions and the messages; none of it runs.
"""

import sys

# xor ax,ax; mov ss,ax; mov sp,7C00h: how Windows' code begins.
START = bytes.fromhex("33c08ed0bc007c8ec08ed8be007cbf0006b90002fcf3a450681c06cb")
MBR_TEXTS = b"Invalid partition table\0Error loading operating system\0Missing operating system\0"
VBR_TEXTS = b"\r\nA disk read error occurred\0\r\nBOOTMGR is compressed\0\r\nPress Ctrl+Alt+Del to restart\r\n\0"


def mbr(disk):
    with open(disk, "r+b") as file:
        file.write(START)
        file.seek(0x163)
        file.write(MBR_TEXTS)


def vbr(disk, offset, size):
    # The second copy is in the last sector of the partition, which the volume does not count.
    with open(disk, "r+b") as file:
        for at in (int(offset), int(offset) + int(size) - 512):
            file.seek(at)
            sector = bytearray(file.read(512))
            if sector[3:11] != b"NTFS    ":
                sys.exit(f"no NTFS boot sector at {at}")
            sector[0x54:0x1FE] = (b"\xfa" + START).ljust(0x1FE - 0x54, b"\0")
            sector[0x18C:0x18C + len(VBR_TEXTS)] = VBR_TEXTS
            file.seek(at)
            file.write(sector)


if __name__ == "__main__":
    {"mbr": mbr, "vbr": vbr}[sys.argv[1]](*sys.argv[2:])
