#!/usr/bin/env python3
"""Fills a mounted NTFS with what its readers get wrong, and lists it; beside populate.py, which
makes and lists what every file system has.

    ntfs.py fill DIRECTORY [--scale N]   ntfs-3g has to be mounted with -o compression
    ntfs.py crowd DIRECTORY              fills it until nothing goes in any more, so that the
                                         master file table lies in many pieces
    ntfs.py list DIRECTORY               as populate.py; of links and of files that are compressed
                                         by WOF, which ntfs-3g shows in its own way, what the
                                         reparse point says
    ntfs.py free DIRECTORY CLUSTER-SIZE CLUSTERS
                                         the free ranges; mounted with -o show_sys_files
    ntfs.py pack IMAGE                   prints where its table $UpCase is, of which it leaves how
                                         far each unit is from itself: zeros mostly, where no
                                         packer finds anything to save in the table
"""
import argparse
import os
import random
import stat
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../.ci"))
import populate  # noqa: E402

ATTRIBUTES, REPARSE, ALIAS = "system.ntfs_attrib_be", "system.ntfs_reparse_data", "system.ntfs_dos_name"
COMPRESSED = 0x800
JUNCTION, SYMLINK, WOF, DEDUP = 0xA0000003, 0xA000000C, 0x80000017, 0x80000013
ALGORITHMS = ("XPRESS4K", "LZX", "XPRESS8K", "XPRESS16K")


def link(path, tag, target, shown, relative=False):
    """A junction or symbolic link: the names in UTF-16, with a zero after each in a junction."""
    names = [name.encode("utf-16-le", "surrogatepass") for name in (target, shown)]
    end = b"\0\0" if tag == JUNCTION else b""
    places = struct.pack("<4H", 0, len(names[0]), len(names[0]) + len(end), len(names[1]))
    flags = struct.pack("<I", int(relative)) if tag == SYMLINK else b""
    reparse(path, tag, places + flags + names[0] + end + names[1] + end)


def reparse(path, tag, data):
    os.setxattr(path, REPARSE, struct.pack("<IHH", tag, len(data), 0) + data)


def interleaved(paths, rounds, step=0):
    """Files that grow in turn, cluster by cluster: in as many pieces as they have clusters."""
    files = [os.open(path, os.O_WRONLY | os.O_CREAT) for path in paths]
    for i in range(rounds):
        for number, file in enumerate(files):
            os.pwrite(file, (b"%05d of %d " % (i, number)) * 8, i * (populate.BLOCK + step))
            os.fsync(file)
    for file in files:
        os.close(file)


def fill(root, scale):
    populate.fill(root, scale, True)
    rng = random.Random(4)
    join = lambda *parts: os.path.join(os.fsencode(root), *(os.fsencode(part) for part in parts))
    write, lines = populate.write, populate.lines
    noise = rng.randbytes(4096)

    for name in ("emoji-😀", "dot.", b"lone-\xed\xa0\x80-half", b"lone-\xed\xa0\x81-half", "ÄÖÜ-ß-ÿ-ǆ-ꙁ-ｚ"):
        write(join("names", name), os.fsencode(name))
    os.mkdir(join("case"))
    for name in ("Name", "NAME", "name2", "Name3"):
        write(join("case", name), name.encode())
    os.mkdir(join("index"))
    for i in range(150 * scale):
        write(join("index", f"{i * 7919 % 10007:05}-{'long' * 16}"), b"")
    os.mkdir(join("alias"))
    write(join("alias", "A name that is long.text"), b"has an alias")
    os.setxattr(join("alias", "A name that is long.text"), ALIAS, b"ANAMET~1.TEX")

    os.mkdir(join("compressed"))
    os.setxattr(join("compressed"), ATTRIBUTES, struct.pack(">I", 0x10 | COMPRESSED))
    write(join("compressed", "text"), lines(0.5, 70_001))
    write(join("compressed", "small"), lines(0.25, 300))
    write(join("compressed", "empty"), b"")
    # A chunk stands for 4,096 bytes and knows nothing of the others: this is not made smaller.
    write(join("compressed", "noise"), noise * 40)
    # Units that are made smaller, of which some chunks are not.
    write(join("compressed", "mixed"), b"".join(noise if i % 3 == 0 else lines(i, 4096) for i in range(20)))
    write(join("compressed", "runs"), bytes(i // 1000 % 256 for i in range(200_000)))
    with open(join("compressed", "holes"), "wb") as file:
        for place in (0, 70_000, 400_000):
            file.seek(place)
            file.write(lines(place, 5000))
        file.truncate(700_000)

    os.mkdir(join("holes"))
    for name, places, size in (
        ("leading", [3 << 20], 0), ("trailing", [0], 5 << 20), ("only", [], 7 << 20),
        ("every-other", [i << 13 for i in range(40 * scale)], 0),
    ):
        with open(join("holes", name), "wb") as file:
            for place in places:
                file.seek(place)
                file.write(b"at %d\n" % place)
            file.truncate(max(size, file.tell()))
    # Attributes that do not fit into one file record.
    os.mkdir(join("lists"))
    rounds = min(scale, 3)
    interleaved([join("lists", "a"), join("lists", "b")], 250 * rounds)
    interleaved([join("lists", "sparse-a"), join("lists", "sparse-b")], 150 * rounds, populate.BLOCK)
    write(join("lists", "streams"), b"the stream without a name")
    for i in range(30):
        os.setxattr(join("lists", "streams"), f"user.stream-{i:02}-{'n' * 40}", b"%d" % i)
    write(join("hard"), b"one record, three names\n")
    os.link(join("hard"), join("hard2"))
    os.link(join("hard"), join("many", "hard3"))

    os.mkdir(join("links"))
    for name, target, shown in (
        ("ProgramData", r"\??\C:\ProgramData", r"C:\ProgramData"),
        ("volume", r"\??\Volume{01234567-89ab-cdef-0123-456789abcdef}" + "\\", ""),
    ):
        os.mkdir(join("links", name))
        link(join("links", name), JUNCTION, target, shown)
    os.mkdir(join("links", "directory"))
    link(join("links", "directory"), SYMLINK, r"..\sizes", r"..\sizes", True)
    for name, target, relative in (("file", r"..\sizes\59.bin", True), ("Grüße", r"\??\D:\Grüße\😀", False)):
        write(join("links", name), b"")
        link(join("links", name), SYMLINK, target, target.removeprefix("\\??\\"), relative)

    os.mkdir(join("reparse"))
    for number, algorithm in enumerate(ALGORITHMS):
        path = join("reparse", f"wof-{algorithm}-{100_000 + number}")
        write(path, b"")
        os.truncate(path, 100_000 + number)
        os.setxattr(path, "user.WofCompressedData", noise[:100 + number])
        reparse(path, WOF, struct.pack("<5I", 1, 2, 1, number, 0))
    # Another reparse point: the name says what the reader is to say, and the size.
    path = join("reparse", "dedup-DEDUP-5000")
    write(path, b"")
    os.truncate(path, 5000)
    reparse(path, DEDUP, bytes(64))


def crowd(root):
    join = lambda *parts: os.path.join(root, *parts)

    def until_full(folder, content):
        os.mkdir(join(folder))
        number = 0
        while True:
            try:
                populate.write(join(folder, f"{number:05}"), content(number))
            except OSError:
                return number
            number += 1

    # Each takes a cluster of its own; half of them then leave holes of one cluster.
    count = until_full("clusters", lambda number: b"%05d " % number * 200)
    for number in range(0, count, 2):
        os.remove(join("clusters", f"{number:05}"))
    until_full("records", lambda number: b"%d" % number)


def listing(root):
    lines = []
    root = os.fsencode(root)

    def walk(path, shown):
        for name in os.listdir(path):
            full, show = os.path.join(path, name), shown + b"/" + name
            info = os.lstat(full)
            size, detail = "-", "-"
            try:
                data = os.getxattr(full, REPARSE, follow_symlinks=False)
            except OSError:
                data = None
            if data:
                kind, size, detail = reparsed(name, data)
            elif stat.S_ISDIR(info.st_mode):
                kind = "directory"
            elif stat.S_ISREG(info.st_mode):
                kind, size = "file", info.st_size
                detail = populate.digest(full)
            else:
                kind = "special"
            lines.append(f"{kind}\t{size}\t{detail}\t{populate.quote(show)}")
            if kind == "directory":
                walk(full, show)

    walk(root, b"")
    lines.sort()
    sys.stdout.write("".join(line + "\n" for line in lines))


def reparsed(name, data):
    (tag,) = struct.unpack_from("<I", data)
    if tag in (JUNCTION, SYMLINK):
        at, length = struct.unpack_from("<2H", data, 8)
        at += 16 if tag == JUNCTION else 20
        target = data[at:at + length].decode("utf-16-le", "surrogatepass").encode("utf-8", "surrogatepass")
        return "link", len(target), populate.quote(target)
    size = int(name.rsplit(b"-", 1)[1])
    if tag == WOF:
        what = f"a file that is compressed by WOF ({ALGORITHMS[struct.unpack_from('<I', data, 20)[0]]})"
    else:
        what = "a file that data deduplication took apart"
    return "file", size, f"{what}, which is not read here"


def free(root, cluster, clusters):
    with open(os.path.join(root, "$Bitmap"), "rb") as file:
        bits = file.read()
    start = None
    for number in range(clusters + 1):
        is_free = number < clusters and not bits[number // 8] >> number % 8 & 1
        if is_free and start is None:
            start = number
        if not is_free and start is not None:
            print(start * cluster, number * cluster)
            start = None


def pack(path):
    with open(path, "r+b") as file:
        image = file.read()
        at = image.index(struct.pack("<64H", *range(64)))
        units = struct.unpack_from("<65536H", image, at)
        file.seek(at)
        file.write(struct.pack("<65536H", *((unit - i) % 65536 for i, unit in enumerate(units))))
    print(f"UPCASE={at}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("fill", "crowd", "list", "free", "pack"))
    parser.add_argument("root")
    parser.add_argument("numbers", type=int, nargs="*")
    parser.add_argument("--scale", type=int, default=10)
    arguments = parser.parse_args()
    if arguments.what == "fill":
        fill(arguments.root, arguments.scale)
    elif arguments.what == "crowd":
        crowd(arguments.root)
    elif arguments.what == "list":
        listing(arguments.root)
    elif arguments.what == "pack":
        pack(arguments.root)
    else:
        free(arguments.root, *arguments.numbers)


if __name__ == "__main__":
    main()
