#!/usr/bin/env python3
"""Fills a mounted file system with what readers of file systems get wrong, and lists it.

    populate.py fill DIRECTORY [--scale N] [--plain]   the same content for the same N, always
    populate.py churn DIRECTORY [--scale N]            changes it: made, removed, renamed, cut
    populate.py list DIRECTORY                         one line an entry, sorted: the truth

A line is TYPE<TAB>SIZE<TAB>SHA-256 or link target<TAB>PATH; path and target with every byte outside
of printable ASCII, the space and `%` written as %XX. Sizes are given for regular files and links only.
--plain leaves out what FAT has not: links, devices, holes, reserved space.
"""
import argparse
import ctypes
import hashlib
import os
import random
import stat
import sys

BLOCK = 4096


def quote(name):
    return "".join(chr(b) if 0x20 < b < 0x7f and b != 0x25 else f"%{b:02X}" for b in name)


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def lines(seed, size):
    """Text of which no two blocks are the same, and that still compresses well."""
    line = lambda i: b"%.6f %07d %s\n" % (seed, i, b"-" * 40)
    return b"".join(line(i) for i in range(size // 57 + 1))[:size]


def fallocate(path, offset, length, keep_size=False):
    libc = ctypes.CDLL(None, use_errno=True)
    libc.fallocate.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64]
    fd = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        # ext2 and ext3 have none: the file then simply is not reserved.
        libc.fallocate(fd, 1 if keep_size else 0, offset, length)
    finally:
        os.close(fd)


def fill(root, scale, plain):
    rng = random.Random(20240607)
    join = lambda *parts: os.path.join(root, *parts)
    text = lambda size: lines(rng.random(), size)

    os.mkdir(join("many"))
    for i in range(40 * scale):
        write(join("many", f"entry-{i:05}-{'x' * (i % 40)}"), b"%d\n" % i if i % 7 == 0 else b"")
    os.mkdir(join("sizes"))
    for size in (0, 1, 59, 60, 61, 150, 1023, 1024, 1025, 4095, 4096, 4097, 12288, 12289, 65536, 70001):
        write(join("sizes", f"{size}.bin"), text(size))
    deep = root
    for i in range(24 if not plain else 12):
        deep = os.path.join(deep, f"level{i}")
        os.mkdir(deep)
        write(os.path.join(deep, "here"), b"level %d\n" % i)
    os.mkdir(join("names"))
    for name in ("Grüße.txt", "日本語.txt", "ελληνικά", "emoji-😀", "with space", "UPPER.TXT",
                 "lower.txt", "a" * 200 + ".long", "dot.", "-dash", "semi;colon"):
        # mtools knows no characters beyond the first 65,536, FAT no dot at the end.
        if not (plain and (name.endswith(".") or "emoji" in name)):
            write(join("names", name), name.encode())
    # Interleaved writing, then every second file removed: what is written next lies in pieces.
    os.mkdir(join("pieces"))
    for i in range(3 * scale):
        write(join("pieces", f"piece{i}"), text(BLOCK * (1 + i % 3)))
    os.sync()
    for i in range(0, 3 * scale, 2):
        os.remove(join("pieces", f"piece{i}"))
    os.sync()
    write(join("fragmented.bin"), b"".join(b"%08d" % i for i in range(BLOCK // 8 * 4 * scale)))
    if plain:
        return

    write(join("names", os.fsdecode(b"not-utf8-\xff\xfe")), b"bytes\n")
    os.mkdir(join("holes"))
    for name, places, size in (
        ("leading", [3 << 20], 0), ("trailing", [0], 5 << 20), ("only", [], 7 << 20),
        ("indirect", [11 << 12, 12 << 12, 1036 << 12, 1037 << 12, (300 << 10) + 5], 6 << 20),
        ("every-other", [i << 13 for i in range(4 * scale)], 0),
    ):
        with open(join("holes", name), "wb") as file:
            for place in places:
                file.seek(place)
                file.write(b"at %d\n" % place)
            file.truncate(max(size, file.tell()))
    os.mkdir(join("reserved"))
    fallocate(join("reserved", "all"), 0, 1 << 20)
    fallocate(join("reserved", "beyond"), 0, 1 << 20, keep_size=True)
    write(join("reserved", "some"), b"")
    fallocate(join("reserved", "some"), 0, 1 << 19)
    with open(join("reserved", "some"), "r+b") as file:
        for place in (0, 70000, 300000):
            file.seek(place)
            file.write(b"written at %d" % place)
    os.mkdir(join("links"))
    for length in (1, 20, 58, 59, 60, 61, 255, 1000, 3000 if BLOCK > 3000 else 900):
        if length >= os.statvfs(root).f_bsize:
            continue
        os.symlink("t" * length if length < 255 else ("d" * 99 + "/") * (length // 100), join("links", f"to-{length}"))
    os.symlink("../sizes", join("links", "directory"))
    os.symlink("/etc/nothing", join("links", "dangling"))
    os.symlink("Grüße/日本語", join("links", "unicode"))
    write(join("hard"), b"one inode, three names\n")
    os.link(join("hard"), join("hard2"))
    os.link(join("hard"), join("many", "hard3"))
    os.mkfifo(join("fifo"))
    for name, kind, major, minor in (("null", stat.S_IFCHR, 1, 3), ("disk", stat.S_IFBLK, 8, 1)):
        os.mknod(join(name), kind | 0o644, os.makedev(major, minor))
    write(join("modes"), b"")
    os.chown(join("modes"), 70001, 70002)
    os.chmod(join("modes"), 0o4751)
    # The journal's own magic number at the start of blocks has to be escaped in the journal.
    write(join("magic"), (b"\xc0\x3b\x39\x98" + b"m" * (BLOCK - 4)) * 8)


def churn(root, scale):
    rng = random.Random(7)
    join = lambda *parts: os.path.join(root, *parts)
    for round_ in range(3):
        # Directories made and removed: their blocks are revoked, and used again for content.
        for i in range(6 * scale):
            os.makedirs(join("churn", f"d{i}"), exist_ok=True)
            write(join("churn", f"d{i}", "file"), b"round %d of %d\n" % (round_, i))
        for i in range(0, 6 * scale, 2):
            os.remove(join("churn", f"d{i}", "file"))
            os.rmdir(join("churn", f"d{i}"))
        fd = os.open(join("churn"), os.O_RDONLY)
        os.fsync(fd)
        os.close(fd)
        write(join(f"reuse{round_}"), lines(rng.random(), BLOCK * 4 * scale))
    write(join("escaped"), (b"\xc0\x3b\x39\x98" + b"e" * (BLOCK - 4)) * 4)
    for i in range(0, 10 * scale, 3):
        name = join("many", f"entry-{i:05}-{'x' * (i % 40)}")
        if os.path.lexists(name):
            os.rename(name, join("many", f"renamed-{i}"))
    for i in range(1, 10 * scale, 3):
        name = join("many", f"entry-{i:05}-{'x' * (i % 40)}")
        if os.path.lexists(name):
            os.remove(name)
    os.truncate(join("fragmented.bin"), BLOCK * scale + 77)
    for i in range(2 * scale):
        name = join("churn", f"link{i}")
        if os.path.lexists(name):
            os.remove(name)
        os.symlink("s" * (40 + i % 80), name)
    # Directories that were in the journal, gone again, and their blocks given to content that is
    # not: without the revocations a replay would write old names over it.
    for i in range(1, 6 * scale, 2):
        os.remove(join("churn", f"d{i}", "file"))
        os.rmdir(join("churn", f"d{i}"))
    write(join("over"), lines(rng.random(), BLOCK * 4 * scale))
    # One file that must be there after a crash, in a journal that holds the rest with it.
    with open(join("synced"), "wb") as file:
        file.write(b"synced before the crash\n")
        file.flush()
        os.fsync(file.fileno())
    write(join("after"), b"not synced\n" * 100)


def digest(path):
    out = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            out.update(piece)
    return out.hexdigest()


def listing(root):
    lines = []
    root = os.fsencode(root)

    def walk(path, shown):
        for name in os.listdir(path):
            full, show = os.path.join(path, name), shown + b"/" + name
            info = os.lstat(full)
            size, detail = "-", "-"
            if stat.S_ISDIR(info.st_mode):
                kind = "directory"
            elif stat.S_ISLNK(info.st_mode):
                kind, size, detail = "link", info.st_size, quote(os.readlink(full))
            elif stat.S_ISREG(info.st_mode):
                kind, size, detail = "file", info.st_size, digest(full)
            else:
                kind = "special"
            lines.append(f"{kind}\t{size}\t{detail}\t{quote(show)}")
            if kind == "directory":
                walk(full, show)

    walk(root, b"")
    lines.sort()
    sys.stdout.write("".join(line + "\n" for line in lines))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["fill", "churn", "list"])
    parser.add_argument("directory")
    parser.add_argument("--scale", type=int, default=100)
    parser.add_argument("--plain", action="store_true")
    args = parser.parse_args()
    if args.command == "fill":
        fill(args.directory, args.scale, args.plain)
    elif args.command == "churn":
        churn(args.directory, args.scale)
    else:
        listing(args.directory)


if __name__ == "__main__":
    main()
