#!/usr/bin/env bash
# Makes the XFS and btrfs images of testdata/filesystems with what the kernel says of them.
#
#   make-xfs-btrfs.sh                the small images that are committed, packed
#   make-xfs-btrfs.sh --large DIR    larger ones in DIR as they are, for CI
#
# Beside each image stands its list, in columns that tabs separate: what the kernel shows where it
# mounts the image (a log that is outstanding is replayed then), and what the file systems' own
# tools say of identity and free space. An image is packed as the 4 KiB blocks that are not zeros:
# `BLOCKS01`, its size and the number of blocks, the blocks' numbers (64 bits, little-endian), the
# blocks; then zstd. This kernel need not know XFS version 4: mkfs.xfs fills that one by itself.
#
# Root is needed (loop devices, mounts); xfsprogs, btrfs-progs, python3 and zstd must be there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
large=
out=$here/filesystems
if [ "${1:-}" = --large ]; then
  large=1
  out=$2
fi
mkdir -p "$out"
work=$(mktemp -d)
mnt=$work/mnt
mkdir "$mnt"
cleanup() {
  while mountpoint -q "$mnt"; do umount "$mnt"; done
  rm -rf "$work"
}
trap cleanup EXIT

cat >"$work/tree.py" <<'PYTHON'
"""Fills a folder with what file systems store in different ways; or lists one."""
import hashlib, os, socket, stat, sys, urllib.parse


def text(seed, length):
    """Text that compresses well and repeats nowhere."""
    lines, size, at = [], 0, 0
    while size < length:
        line = f"{seed} line {at:08d} of a file whose text compresses well\n".encode()
        lines.append(line)
        size += len(line)
        at += 1
    return b"".join(lines)[:length]


def noise(seed, length):
    pieces = (hashlib.sha256(f"{seed} {at}".encode()).digest() for at in range(0, length, 32))
    return b"".join(pieces)[:length]


def write(path, data, mode=0o644):
    with open(path, "wb") as f:
        f.write(data)
    os.chmod(path, mode)


def fill(top, entries, big, removed):
    os.chdir(top)
    os.makedirs("a/b/c/d/e/f/g/h/i/j/k/l", exist_ok=True)
    write("a/b/c/d/e/f/g/h/i/j/k/l/deep", b"deep\n", 0o600)
    write("empty", b"")
    write("tiny", b"tiny\n", 0o4755)
    for size in (1, 511, 2000, 2048, 4095, 4096, 4097, 12288, 70001):
        write(f"text-{size}", text(f"t{size}", size))
    write("noise-5000", noise("n", 5000))
    write("text-300000", text("long", 300000))
    if big:
        write("noise-9000000", noise("big", 9_000_000))
        write("text-30000000", text("huge", 30_000_000))
    with open("sparse", "wb") as f:
        for at in (0, 1 << 20, 40 << 20):
            f.seek(at)
            f.write(text(f"s{at}", 5000))
        f.truncate((50 << 20) + 123)
    with open("hole", "wb") as f:
        f.truncate(10_000_000)
    with open("prealloc", "wb") as f:
        os.posix_fallocate(f.fileno(), 0, 1 << 20)
        f.seek(300_000)
        f.write(text("p", 10_000))
        f.flush()
        os.fsync(f.fileno())
    with open("fragmented", "wb") as f:
        for at in range(40 if not big else 3000):
            f.seek(at * 16384)
            f.write(text(f"f{at}", 4096))
    os.makedirs("names")
    for name in ("straße", "日本語.txt", "Ωmega", "e\u0301", "\u00e9", " leading", "new\nline", "x" * 255,
                 "tab\there", "back\\slash", "-dash"):
        write(os.path.join("names", name), name.encode())
    write(b"names/not-utf8-\xff\xfe", b"bytes")
    os.symlink("tiny", "link")
    os.symlink("/a/b", "link-dir")
    os.symlink("../" * 60 + "nowhere", "link-far")
    os.symlink("z" * 1000, "link-long")
    os.symlink("missing", "link-missing")
    os.mkfifo("pipe")
    os.mknod("null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
    os.mknod("block", stat.S_IFBLK | 0o660, os.makedev(8, 1))
    s = socket.socket(socket.AF_UNIX)
    s.bind("socket")
    s.close()
    write("owned", b"owned\n", 0o640)
    os.chown("owned", 1000, 70000)
    os.utime("owned", ns=(1_000_000_000 * 10**9, 1_234_567_890 * 10**9))
    write("old", b"old\n")
    os.utime("old", ns=(0, -5_000_000_000))
    write("attributes", b"with attributes\n")
    for n in range(12):
        os.setxattr("attributes", f"user.name{n}", b"v" * 40)
    os.makedirs("many")
    write("many/first", b"one file, many names\n")
    for n in range(entries - 1):
        path = f"many/entry number {n:05d}"
        if n % (25 if not big else 2) == 0:
            write(path, b"%d\n" % n)
        else:
            os.link("many/first", path)
    os.makedirs("removed")
    # Leaves holes between files.
    for n in range(removed):
        write(f"removed/{n}", text(f"r{n}", 3000) if not big else noise(f"r{n}", 3000))
    os.sync()
    for n in range(0, removed, 2):
        os.unlink(f"removed/{n}")


def kind(mode):
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "dir"
    return "link" if stat.S_ISLNK(mode) else "special"


def show(view, top):
    top = os.fsencode(top)

    def line(path):
        st = os.lstat(path)
        what = kind(st.st_mode)
        content = "-"
        if what == "file":
            digest = hashlib.sha256()
            with open(path, "rb") as f:
                while piece := f.read(1 << 20):
                    digest.update(piece)
            content = digest.hexdigest()
        elif what == "link":
            content = urllib.parse.quote(os.readlink(path), safe="/")
        size = 0 if what in ("dir", "special") else st.st_size
        name = urllib.parse.quote(path[len(top):] or b"/", safe="/")
        print("entry", view, what, "%o" % (st.st_mode & 0o7777), st.st_uid, st.st_gid,
              int(st.st_mtime_ns // 10**9), size, content, name, sep="\t")

    line(top)
    for folder, folders, files in os.walk(top):
        for name in sorted(folders + files):
            line(os.path.join(folder, name))


def pack(image):
    with open(image, "rb") as f:
        size = f.seek(0, 2)
        blocks, numbers, at = [], [], 0
        while at < size:
            try:
                start = os.lseek(f.fileno(), at, os.SEEK_DATA)
            except OSError:
                break
            end = os.lseek(f.fileno(), start, os.SEEK_HOLE)
            start -= start % 4096
            f.seek(start)
            while start < end:
                block = f.read(4096)
                if block.strip(b"\0"):
                    numbers.append(start // 4096)
                    blocks.append(block.ljust(4096, b"\0"))
                start += 4096
            at = max(end, start)
    le = lambda n: n.to_bytes(8, "little")
    sys.stdout.buffer.write(b"BLOCKS01" + le(size) + le(len(blocks)))
    sys.stdout.buffer.write(b"".join(map(le, numbers)) + b"".join(blocks))


command, *rest = sys.argv[1:]
if command == "fill":
    fill(rest[0], int(rest[1]), rest[2] == "big", int(rest[3]))
elif command == "show":
    show(rest[0], rest[1])
elif command == "pack":
    pack(rest[0])
PYTHON
tree() { python3 "$work/tree.py" "$@"; }

entries=1000 size=small removed=60
# With so many holes a tree of free extents has more than one block.
many=500
if [ -n "$large" ]; then entries=2000 size=big removed=2400 many=2400; fi

# The image's name, label and UUID in its list.
identity() {
  printf 'label\t%s\nuuid\t%s\n' "$(blkid -p -o value -s LABEL "$1")" "$(blkid -p -o value -s UUID "$1")"
}

# Writes the image and its list to where they belong.
keep() {
  local name=$1 image=$2 list=$3
  if [ -n "$large" ]; then
    cp --sparse=always "$image" "$out/$name.img"
    cp "$list" "$out/$name.list"
  else
    tree pack "$image" | zstd -q -19 -f -o "$out/$name.blocks.zst"
    zstd -q -19 -f "$list" -o "$out/$name.list.zst"
  fi
}

# The free extents that xfs_db sees, as bytes. It shows the blocks of each group's free list (kept
# for the trees' own growth) first: those are left out.
xfs_free() {
  local bs agblocks agcount ag kept
  read -r bs agblocks agcount < <(xfs_db -r -c 'sb 0' -c 'p blocksize agblocks agcount' "$1" |
    sed 's/.* = //' | xargs)
  for ag in $(seq 0 $((agcount - 1))); do
    kept=$(xfs_db -r -c "agf $ag" -c 'p flcount' "$1" | sed 's/.* = //')
    xfs_db -r -c "freesp -d -e 1 -a $ag" "$1" |
      awk 'NF==3 && $1 ~ /^[0-9]+$/ && $2 ~ /^[0-9]+$/' | tail -n +$((kept + 1)) |
      awk -v bs="$bs" -v ag="$agblocks" '{printf "free\t%d\t%d\n", ($1*ag+$2)*bs, $3*bs}'
  done
}

xfs_image() {
  local name=$1 dirty=$2 image=$work/$1.img list=$work/$1.list
  shift 2
  truncate -s 320M "$image"
  mkfs.xfs -q "$@" "$image"
  mount -o loop "$image" "$mnt"
  tree fill "$mnt" "$entries" "$size" "$removed"
  if [ -n "$dirty" ]; then
    sync -f "$mnt"
    mkdir "$mnt/late"
    for n in $(seq 30); do echo "late $n" >"$mnt/late/$n"; done
    mv "$mnt/tiny" "$mnt/late/tiny"
    rm "$mnt/text-4096"
    sync "$mnt"/late/* "$mnt/late"
    xfs_io -x -c 'shutdown -f' "$mnt"
  fi
  umount "$mnt"
  { identity "$image"; printf 'dirty\t%s\n' "${dirty:-no}"; } >"$list"
  if [ -z "$dirty" ]; then xfs_free "$image" >>"$list"; fi
  cp --sparse=always "$image" "$work/replayed"
  mount -o loop,nouuid "$work/replayed" "$mnt"
  tree show default "$mnt" >>"$list"
  umount "$mnt"
  keep "$name" "$image" "$list"
  rm "$image" "$work/replayed"
}

xfs_v4_image() {
  local image=$work/xfs-v4.img list=$work/xfs-v4.list source=$work/v4
  truncate -s 320M "$image"
  mkdir -p "$source/many" "$source/etc"
  printf 'version four\n' >"$source/etc/release"
  seq 20000 >"$source/numbers"
  for n in $(seq 300); do echo "$n" >"$source/many/file-$n"; done
  ln -s etc/release "$source/link"
  chmod 755 "$source" "$source/many" "$source/etc"
  chmod 644 "$source"/many/* "$source/etc/release" "$source/numbers"
  {
    printf 'boot\n0 0\nd--755 0 0\n'
    printf 'link l--777 0 0 etc/release\n'
    printf 'numbers ---644 0 0 %s\n' "$source/numbers"
    printf 'etc d--755 0 0\nrelease ---644 0 0 %s\n$\n' "$source/etc/release"
    printf 'many d--755 0 0\n'
    for n in $(seq 300); do printf 'file-%d ---644 0 0 %s\n' "$n" "$source/many/file-$n"; done
    printf '$\n$\n'
  } >"$work/proto"
  mkfs.xfs -q -m crc=0 -L four -p "$work/proto" "$image"
  { identity "$image"; printf 'dirty\tno\n'; xfs_free "$image"; } >"$list"
  # mkfs.xfs gives the files the time of its run, so that column is not of this image.
  tree show default "$source" | awk -F'\t' -v OFS='\t' '{$7="-"; print}' >>"$list"
  keep xfs-v4 "$image" "$list"
}

# What is free in the block groups by the free space tree, at each copy's place on the device, and
# what no chunk covers: all from the dumps of btrfs' own tool. The dump does not show the bits of a
# bitmap, which the tree has for groups in many pieces: what the extent tree lacks is taken then.
# Without bitmaps both have to agree.
btrfs_free() {
  local tree node
  # 10 is the free space tree.
  for tree in chunk extent 10; do
    btrfs inspect-internal dump-tree -t "$tree" "$1" >"$work/dump-$tree"
  done
  node=$(btrfs inspect-internal dump-super "$1" | awk '$1 == "nodesize" { print $2 }')
  python3 - "$node" "$work"/dump-{chunk,extent,10} <<'PYTHON'
import re, sys
chunk_dump, extent_dump, free_dump = (open(path).read() for path in sys.argv[2:])
chunks, at, total = [], None, 0
for line in chunk_dump.splitlines():
    if m := re.search(r"CHUNK_ITEM (\d+)\)", line):
        at = int(m[1])
    elif m := re.search(r"^\t\tlength (\d+)", line):
        length = int(m[1])
    elif m := re.search(r"stripe \d+ devid \d+ offset (\d+)", line):
        chunks.append((at, length, int(m[1])))
    elif m := re.search(r"devid \d+ total_bytes (\d+)", line):
        total = int(m[1])


def without(pieces, start, end):
    return [piece for a, b in pieces
            for piece in ((a, min(b, start)), (max(a, end), b)) if piece[0] < piece[1]]


def merged(pieces):
    out = []
    for start, end in sorted(pieces):
        if out and out[-1][1] >= start:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def on_device(ranges):
    """Where logical ranges are on the device, less the superblocks (64 KiB have each of them)."""
    pieces = [(physical + start - logical, physical + end - logical)
              for logical, size, physical in chunks
              for start, end in ranges if logical <= start < logical + size]
    for place in (64 << 20, 256 << 30):
        pieces = without(pieces, place, place + 65536)
    return merged(pieces)


node = int(sys.argv[1])
used = [(int(start), int(start) + (int(size) if kind == "EXTENT" else node)) for start, kind, size
        in re.findall(r"key \((\d+) (EXTENT|METADATA)_ITEM (\d+)\)", extent_dump)]
by_extents = []
for logical, size in sorted({(logical, size) for logical, size, _ in chunks}):
    at = logical
    for start, end in sorted(used):
        if logical <= start < logical + size:
            by_extents.append((at, start))
            at = end
    by_extents.append((at, logical + size))
by_extents = on_device([(start, end) for start, end in by_extents if start < end])
by_tree = on_device([(int(start), int(start) + int(size)) for start, size
                     in re.findall(r"key \((\d+) FREE_SPACE_EXTENT (\d+)\)", free_dump)])
if "FREE_SPACE_BITMAP" in free_dump:
    print("the free space tree has bitmaps: the extent tree is asked", file=sys.stderr)
elif by_tree != by_extents:
    sys.exit(f"the trees contradict each other: {by_tree} by the one, {by_extents} by the other")
outside = [(1 << 20, total)]
for place in (64 << 20, 256 << 30):
    outside = without(outside, place, place + 65536)
for _, size, physical in chunks:
    outside = without(outside, physical, physical + size)
for start, end in merged(by_extents + outside):
    print("free", start, end - start, sep="\t")
PYTHON
}

# What the mounts of the image show: `default`, then each subvolume that is named. Mounted for
# writing (`rw`) it would not stay as it is, but only so is its log tree replayed.
btrfs_list() {
  local image=$1 how=$2 view
  shift 2
  mount -o "loop,$how" "$image" "$mnt"
  tree show default "$mnt"
  umount "$mnt"
  for view in "$@"; do
    mount -o "loop,$how,subvol=$view" "$image" "$mnt"
    tree show "$view" "$mnt"
    printf 'subvolume\t%s\t%s\n' "$view" "$(btrfs inspect-internal rootid "$mnt")"
    umount "$mnt"
  done
}

btrfs_fedora() {
  local image=$work/btrfs-fedora.img list=$work/btrfs-fedora.list method
  truncate -s "${large:+3}256M" "$image"
  mkfs.btrfs -q -L fedora -m single "$@" "$image"
  mount -o loop,compress=zstd:1 "$image" "$mnt"
  btrfs -q subvolume create "$mnt/root"
  btrfs -q subvolume create "$mnt/home"
  btrfs -q subvolume create "$mnt/root/nested"
  echo nested >"$mnt/root/nested/file"
  mkdir "$mnt/home/user"
  echo home >"$mnt/home/user/file"
  tree fill "$mnt/root" "$entries" "$size" "$removed"
  for method in zlib lzo zstd; do
    mkdir "$mnt/root/$method"
    btrfs property set "$mnt/root/$method" compression "$method"
    cp "$mnt/root/text-300000" "$mnt/root/text-70001" "$mnt/root/text-2000" "$mnt/root/$method/"
  done
  btrfs -q subvolume snapshot "$mnt/root" "$mnt/snapshot"
  umount "$mnt"
  { identity "$image"; printf 'dirty\tno\n'; btrfs_free "$image"; } >"$list"
  btrfs_list "$image" ro root home snapshot >>"$list"
  keep btrfs-fedora "$image" "$list"
}

btrfs_opensuse() {
  local image=$work/btrfs-opensuse.img list=$work/btrfs-opensuse.list
  truncate -s 256M "$image"
  mkfs.btrfs -q -L suse "$image"
  mount -o loop "$image" "$mnt"
  btrfs -q subvolume create "$mnt/@"
  for name in home opt var .snapshots; do btrfs -q subvolume create "$mnt/@/$name"; done
  echo "in var" >"$mnt/@/var/file"
  mkdir "$mnt/@/.snapshots/1"
  btrfs -q subvolume create "$mnt/@/.snapshots/1/snapshot"
  mkdir -p "$mnt/@/.snapshots/1/snapshot"/{etc,usr/lib,var,home}
  echo 'NAME="openSUSE"' >"$mnt/@/.snapshots/1/snapshot/usr/lib/os-release"
  ln -s ../usr/lib/os-release "$mnt/@/.snapshots/1/snapshot/etc/os-release"
  btrfs subvolume set-default "$mnt/@/.snapshots/1/snapshot"
  umount "$mnt"
  { identity "$image"; printf 'dirty\tno\n'; btrfs_free "$image"; } >"$list"
  btrfs_list "$image" ro @ @/var @/.snapshots/1/snapshot >>"$list"
  keep btrfs-opensuse "$image" "$list"
}

# The image is taken while it is mounted, after an fsync: as a power cut leaves it.
btrfs_dirty() {
  local image=$work/btrfs-dirty.img list=$work/btrfs-dirty.list
  truncate -s 256M "$work/live"
  mkfs.btrfs -q -L dirty "$work/live"
  mount -o loop,commit=300 "$work/live" "$mnt"
  mkdir "$mnt/etc"
  echo before >"$mnt/etc/before"
  sync -f "$mnt"
  echo after >"$mnt/etc/after"
  sync "$mnt/etc/after"
  cp --sparse=always "$work/live" "$image"
  umount "$mnt"
  { identity "$image"; printf 'dirty\tyes\n'; } >"$list"
  cp --sparse=always "$image" "$work/replayed"
  btrfs_list "$work/replayed" rw >>"$list"
  keep btrfs-dirty "$image" "$list"
}

# Superblocks of what is refused: only those are kept.
btrfs_refused() {
  local image=$work/refused.img method
  for method in xxhash sha256 blake2; do
    truncate -s 0 "$image"
    truncate -s 128M "$image"
    mkfs.btrfs -q -L "$method" -m single --csum "$method" "$image"
    identity "$image" >"$work/list"
    keep "btrfs-$method" "$image" "$work/list"
  done
}

xfs_image xfs-v5 "" -L clean
xfs_image xfs-v5-dirty yes -L dirty
removed=$many xfs_image xfs-v5-1k "" -b size=1024 -i sparse=1 -n size=8192
xfs_v4_image
btrfs_fedora
btrfs_opensuse
btrfs_dirty
if [ -z "$large" ]; then btrfs_refused; fi
du -cb "$out"/{xfs,btrfs}* | tail -1
