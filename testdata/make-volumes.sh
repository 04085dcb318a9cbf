#!/usr/bin/env bash
# Makes testdata/volumes: small volumes and disks with every signature that is recognised, made by
# the real tools where there are any, and what blkid, mdadm, pvs and lvs say of each (facts.json).
#
# Made from documented bytes, since no tool makes them here: BitLocker (Windows does), MD RAID (the
# kernel does) and ZFS (its kernel module does). blkid, and mdadm for MD, confirm each of them.
#
# Needs root (for loop devices; no device-mapper, nothing is activated), blkid, mke2fs, mkfs.xfs,
# mkfs.btrfs, mkfs.fat, mkfs.exfat, mkfs.ntfs, makefs, mksquashfs, mkfs.erofs, xorriso, mkswap,
# cryptsetup, mdadm, lvm2, sfdisk, zstd, python3. Identifiers that the tools invent (LVM's, NTFS')
# change with each run.
set -euo pipefail
export LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH=1767225600 E2FSPROGS_FAKE_TIME=1767225600
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$here/volumes
work=$(mktemp -d)
loops=()
release() {
  local loop
  for loop in "${loops[@]}"; do losetup -d "$loop" || true; done
  loops=()
}
trap 'release; rm -rf "$work"' EXIT
cd "$work"
uuid=5eed0001-7f5a-4c0e-8d6b-2b1a3c4d5e6f

blank() { truncate -s 0 "$1" && truncate -s "$2" "$1"; } # FILE SIZE
mkdir tree && echo 'hello' >tree/hello.txt && touch -d @1767225600 tree tree/hello.txt

# --- File systems -------------------------------------------------------------------------------
blank ext2.img 1M && mke2fs -q -t ext2 -U $uuid -L two -E hash_seed=$uuid ext2.img
blank ext3.img 4M && mke2fs -q -t ext3 -U $uuid -L three -E hash_seed=$uuid ext3.img
blank ext4.img 4M && mke2fs -q -t ext4 -U $uuid -L four -E hash_seed=$uuid ext4.img
# Without a journal but with extents: still ext4.
blank ext4-no-journal.img 1M && mke2fs -q -t ext4 -O ^has_journal -U $uuid ext4-no-journal.img
# A journal of its own on a device of its own: no file system.
blank ext-journal.img 4M && mke2fs -q -b 4096 -O journal_dev -U $uuid ext-journal.img
blank xfs.img 16M && mkfs.xfs -q --unsupported -m uuid=$uuid -L xfs xfs.img
blank btrfs.img 32M && mkfs.btrfs -q -M -U $uuid -L butter btrfs.img
blank fat12.img 1M && mkfs.fat -F 12 -i 5EED0012 -n TWELVE fat12.img >/dev/null
blank fat16.img 8M && mkfs.fat -F 16 -s 1 -i 5EED0016 -n SIXTEEN fat16.img >/dev/null
blank fat32.img 34M && mkfs.fat -F 32 -s 1 -i 5EED0032 -n THIRTYTWO fat32.img >/dev/null
blank exfat.img 1M && mkfs.exfat -b 64K -L ex exfat.img >/dev/null
blank ntfs.img 2M && mkfs.ntfs -q -F -Q -L enntee ntfs.img >/dev/null 2>&1
makefs -t ffs -o version=1 -s 1m ufs1.img tree >/dev/null
makefs -t ffs -o version=2 -s 1m ufs2.img tree >/dev/null
mksquashfs tree squashfs.img -quiet -no-progress -all-root >/dev/null
mkfs.erofs --quiet -U $uuid -T 1767225600 erofs.img tree >/dev/null
xorriso -as mkisofs -quiet -V ISO -o iso9660.img tree 2>/dev/null

# --- Swap ---------------------------------------------------------------------------------------
for page in 4096 8192 16384 65536; do
  blank swap-$page.img 1M && chmod 600 swap-$page.img
  mkswap -q -p $page -U $uuid -L swap swap-$page.img 2>/dev/null
done

# --- Encrypted: the headers only, their key material blanked --------------------------------------
for version in 1 2; do
  blank luks$version.img 20M
  echo -n not-a-secret | cryptsetup luksFormat --batch-mode --type luks$version --uuid $uuid \
    --pbkdf pbkdf2 --pbkdf-force-iterations 1000 --cipher aes-xts-plain64 --key-size 256 \
    luks$version.img -
  # LUKS 1 keeps key material from byte 4,096 on, LUKS 2 from byte 32,768 on.
  from=$((version == 1 ? 4096 : 32768))
  truncate -s $from luks$version.img && truncate -s 1M luks$version.img
done

# --- One signature under another -------------------------------------------------------------------
# ext4 made by a tool that left a swap area's and an LVM label's place as they were.
cp ext4.img ext4-over-fat.img
dd if=fat16.img of=ext4-over-fat.img bs=512 count=1 conv=notrunc status=none
cp swap-4096.img swap-under-xfs.img && truncate -s 16M swap-under-xfs.img
dd if=xfs.img of=swap-under-xfs.img bs=512 count=1 conv=notrunc status=none

# --- From documented bytes ------------------------------------------------------------------------
python3 - <<'END'
import struct, uuid

U = uuid.UUID("5eed0001-7f5a-4c0e-8d6b-2b1a3c4d5e6f").bytes

# BitLocker as of Windows 7: the OEM name, the GUID at byte 160, three offsets of the metadata.
boot = bytearray(512)
boot[0:11] = b"\xeb\x58\x90-FVE-FS-"
boot[11:16] = struct.pack("<HBH", 512, 8, 0)
boot[160:176] = uuid.UUID("4967d63b-2e29-4ad8-8399-f6a339e3d001").bytes_le
boot[176:200] = struct.pack("<QQQ", 65536, 131072, 196608)
boot[510:512] = b"\x55\xaa"
disk = bytearray(1 << 20)
disk[:512] = boot
for at in (65536, 131072, 196608):
    disk[at:at + 12] = b"-FVE-FS-" + struct.pack("<HH", 64, 2)
open("bitlocker.img", "wb").write(disk)

# MD 0.90: 4,096 bytes in the last whole 64 KiB; the sum of all its words is its checksum.
def fold(total):
    total = (total & 0xffffffff) + (total >> 32)
    return (total + (total >> 32)) & 0xffffffff

size = 4 << 20
words = [0] * 1024
u = struct.unpack("<4I", U)
words[0:16] = [0xa92b4efc, 0, 90, 0, 0, u[0], 1767225600, 1, (size - 65536) // 1024, 2, 2, 0, 0,
               u[1], u[2], u[3]]
words[32:42] = [1767225600, 1, 2, 2, 0, 0, 0, 1, 0, 0]
words[992:1000] = [0, 7, 0, 0, 6, 0, 0, 0]
words[38] = 0
words[38] = fold(sum(words))
disk = bytearray(size)
at = (size & ~65535) - 65536
disk[at:at + 4096] = struct.pack("<1024I", *words)
open("md-0.90.img", "wb").write(disk)

# MD 1.x: 256 bytes and two for each device, at the end (1.0), the start (1.1) or 4 KiB (1.2).
sectors = size // 512
for name, at in (("1.0", (sectors - 16) & ~7), ("1.1", 0), ("1.2", 8)):
    sb = bytearray(260)
    struct.pack_into("<IIII", sb, 0, 0xa92b4efc, 1, 0, 0)
    sb[16:32] = U
    sb[32:64] = b"host:root".ljust(32, b"\0")
    data = 0 if name == "1.0" else 2048
    struct.pack_into("<QIIQII", sb, 64, 1767225600, 1, 0, sectors - 2064, 0, 2)
    length = at if name == "1.0" else sectors - data
    struct.pack_into("<QQQ", sb, 128, data, length, at)
    struct.pack_into("<II", sb, 160, 0, 0)
    sb[168:184] = U[::-1]
    struct.pack_into("<QQQII", sb, 192, 1767225600, 1, 0, 0, 2)
    struct.pack_into("<HH", sb, 256, 0, 1)
    total = sum(struct.unpack("<65I", sb))
    struct.pack_into("<I", sb, 216, fold(total))
    disk = bytearray(size)
    disk[at * 512:at * 512 + len(sb)] = sb
    open(f"md-{name}.img", "wb").write(disk)

# ZFS: four labels of 256 KiB, each a list of names and values in XDR from 16 KiB on and a ring of
# uberblocks from 128 KiB on.
def string(name, value):
    name, value = name.encode(), value.encode()
    pad = lambda text: text + bytes(-len(text) % 4)
    body = struct.pack(">I", len(name)) + pad(name) + struct.pack(">III", 9, 1, len(value)) + pad(value)
    return struct.pack(">II", len(body) + 8, len(body) + 8 + 8) + body

def number(name, value):
    raw = name.encode()
    body = struct.pack(">I", len(raw)) + raw + bytes(-len(raw) % 4) + struct.pack(">IIQ", 8, 1, value)
    return struct.pack(">II", len(body) + 8, len(body) + 8 + 8) + body

pairs = number("version", 5000) + string("name", "tank") + number("pool_guid", 0x5eed) + number("guid", 0x5eee)
label = bytearray(262144)
packed = bytes([1, 1, 0, 0]) + struct.pack(">II", 0, 1) + pairs + bytes(8)
label[16384:16384 + len(packed)] = packed
for at in range(4):
    struct.pack_into("<QQQQQ", label, 131072 + 1024 * at, 0x00bab10c, 5000, 4 + at, 0x5eee, 1767225600)
# blkid takes nothing smaller than the least size of a pool.
disk = bytearray(64 << 20)
for at in (0, 262144, len(disk) - 524288, len(disk) - 262144):
    disk[at:at + 262144] = label
open("zfs.img", "wb").write(disk)
END

# --- LVM2 -------------------------------------------------------------------------------------------
mkdir lvm && export LVM_SYSTEM_DIR=$work/lvm LVM_SUPPRESS_FD_WARNINGS=1
cat >lvm/lvm.conf <<'END'
devices { use_devicesfile = 0 scan_lvs = 0 }
backup { backup = 0 archive = 0 }
global { use_lvmlockd = 0 locking_dir = "lvm/lock" use_lvmpolld = 0 }
activation { monitoring = 0 udev_sync = 0 udev_rules = 0 }
END
mkdir -p lvm/lock
lvm() { # COMMAND ARGUMENT...: with the loop devices at hand, and without device-mapper
  local command=$1
  shift
  command "$command" --driverloaded n --devices "$(IFS=, && echo "${loops[*]}")" "$@"
}
quiet() { lvm "$@" >/dev/null 2>lvm.log || { cat lvm.log >&2; return 1; }; }
attach() { # FILE [OFFSET SIZE]
  loops+=("$(losetup --find --show -o "${2:-0}" ${3:+--sizelimit "$3"} "$1")")
}
report() { # NAME: what LVM's own tools say, before the devices go
  lvm pvs --nolocking -o pv_name,pv_uuid,vg_name,pe_start,pv_pe_count --units b --nosuffix --reportformat json \
    >"$1.pvs" 2>/dev/null
  lvm lvs --nolocking -a --segments -o vg_name,lv_name,lv_uuid,lv_attr,lv_size,segtype,stripes,stripe_size,seg_start,seg_size,seg_pe_ranges \
    --units b --nosuffix --reportformat json >"$1.lvs" 2>/dev/null
  lvm vgs --nolocking -o vg_name,vg_uuid,vg_seqno,vg_extent_size,pv_count --units b --nosuffix --reportformat json \
    >"$1.vgs" 2>/dev/null
  printf '%s\n' "${loops[@]}" >"$1.loops"
}
lv() { quiet lvcreate -y -an -Zn -Wn "$@"; }

# Two physical volumes in two partitions of a GPT: linear, over both, striped, and a name with
# hyphens.
blank lvm-two.img 24M
printf 'label: gpt\nlabel-id: %s\nstart=2048,size=20480,type=lvm\nstart=22528,size=20480,type=lvm\n' \
  $uuid | sfdisk -q lvm-two.img
attach lvm-two.img 1048576 10485760
attach lvm-two.img 11534336 10485760
quiet pvcreate "${loops[@]}"
quiet vgcreate -s 1M my-vg "${loops[@]}"
cp lvm-two.img before.img
lv -n root-lv -l 2 my-vg "${loops[0]}"
lv -n span -l 5 my-vg "${loops[0]}"
quiet lvextend -l +3 my-vg/span "${loops[1]}"
quiet lvextend -l +2 my-vg/root-lv "${loops[1]}"
lv -n fast -i 2 -I 8k -l 4 my-vg
report lvm-two
release
# One partition's metadata is of an earlier day: the newest of a group's copies counts.
cp lvm-two.img lvm-seqno.img
dd if=before.img of=lvm-seqno.img bs=1M skip=1 seek=1 count=1 conv=notrunc status=none
# One of the physical volumes is gone.
cp lvm-two.img lvm-missing.img
dd if=/dev/zero of=lvm-missing.img bs=1M seek=11 count=10 conv=notrunc status=none

# A small metadata area that was written round its end, on a disk without a table; the label in the
# fourth sector.
blank lvm-ring.img 4M
attach lvm-ring.img
quiet pvcreate --labelsector 3 --metadatasize 16k --dataalignment 64k "${loops[0]}"
quiet vgcreate -s 64k ring "${loops[0]}"
lv -n one -l 3 ring
lv -n two -l 5 ring
for round in $(seq 1 40); do quiet vgchange --addtag "round$round" ring; quiet vgchange --deltag "round$round" ring; done
# Until the text in use is the one that wraps.
for round in $(seq 1 60); do
  python3 - lvm-ring.img <<'END' && break
import struct, sys
data = open(sys.argv[1], "rb").read(8192)
start, size, offset, length = struct.unpack_from("<QQQQ", data, 4096 + 24)
sys.exit(0 if offset + length > size else 1)
END
  quiet vgchange --addtag "again$round" ring
done
report lvm-ring
release

# What is not read here: the metadata of each kind. Most kinds cannot be made without
# device-mapper; vgcfgrestore writes and checks any text.
blank lvm-kinds.img 8M
attach lvm-kinds.img
quiet pvcreate "${loops[0]}"
quiet vgcreate -s 64k kinds "${loops[0]}"
lv -n plain -l 2 kinds
lv -n gone -l 1 kinds
quiet vgcfgbackup -f kinds.txt kinds
python3 - <<'END'
text = open("kinds.txt").read()
ids = iter(range(1, 100))
def ident():
    return "KiNdS0-0000-0000-0000-0000-0000-%06d" % next(ids)
at = [10]
def linear(extents, start=0):
    first = at[0]
    at[0] += extents
    return dict(type="striped", extents=extents, start=start, stripe_count=1, stripes=["pv0", first])
def lv(name, *segments, visible=True, flags=()):
    status = ["READ", "WRITE"] + (["VISIBLE"] if visible else [])
    def value(v):
        if isinstance(v, list):
            return "[" + ", ".join(value(x) for x in v) + "]"
        return '"%s"' % v if isinstance(v, str) else str(v)
    lines = [name + " {", 'id = "%s"' % ident(), "status = " + value(status), "flags = " + value(list(flags)),
             "creation_time = 1767225600", 'creation_host = "fixture"', "segment_count = %d" % len(segments)]
    for number, s in enumerate(segments, 1):
        s = dict(s)
        lines += ["segment%d {" % number, "start_extent = %d" % s.pop("start", 0),
                  "extent_count = %d" % s.pop("extents")]
        lines += ["%s = %s" % (k, value(v)) for k, v in s.items()] + ["}"]
    return "\n".join(lines + ["}"])
new = "\n".join([
    lv("mirror1", dict(type="raid1", extents=2, device_count=2, region_size=1024,
       raids=["mirror1_rmeta_0", "mirror1_rimage_0", "mirror1_rmeta_1", "mirror1_rimage_1"])),
    *[lv("mirror1_%s_%d" % (k, n), linear(1 if k == "rmeta" else 2), visible=False)
      for n in (0, 1) for k in ("rmeta", "rimage")],
    lv("pool", dict(type="thin-pool", extents=4, metadata="pool_tmeta", pool="pool_tdata",
       transaction_id=1, chunk_size=128, discards="passdown", zero_new_blocks=1)),
    lv("pool_tmeta", linear(2), visible=False), lv("pool_tdata", linear(4), visible=False),
    lv("lvol0_pmspare", linear(2), visible=False),
    lv("thin1", dict(type="thin", extents=8, thin_pool="pool", transaction_id=0, device_id=1)),
    lv("origin", linear(3)), lv("snap", linear(2)),
    lv("snapshot0", dict(type="snapshot", extents=3, chunk_size=8, origin="origin", cow_store="snap"),
       visible=False),
    lv("empty", dict(type="zero", extents=1)),
    lv("broken", dict(type="error", extents=1)),
])
cut = text.index("gone {")
depth, end = 0, cut
while True:
    end += 1
    if text[end] == "{": depth += 1
    if text[end] == "}":
        depth -= 1
        if depth == 0: break
text = text[:cut] + new + text[end + 1:]
open("kinds-new.txt", "w").write(text)
END
quiet vgcfgrestore --force -f kinds-new.txt kinds
report lvm-kinds
release

# --- Contents of the logical volumes, at the places that lvs tells; facts; compression ----------------
rm -f before.img
OUT=$out python3 - <<'END'
import glob, hashlib, json, os, re, subprocess

def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else ""

def load(name, kind):
    return json.load(open(f"{name}.{kind}"))["report"][0]

WINDOWS = {"lvm-two": [1048576, 11534336], "lvm-ring": [0], "lvm-kinds": [0]}

def pieces(name):
    """The volume's places, byte by byte in its order, of what is linear or striped."""
    loops = open(f"{name}.loops").read().split()
    base = dict(zip(loops, WINDOWS[name]))
    start = {pv["pv_name"]: int(pv["pe_start"]) for pv in load(name, "pvs")["pv"]}
    extent = int(load(name, "vgs")["vg"][0]["vg_extent_size"])
    segments = load(name, "lvs").get("lv") or load(name, "lvs")["seg"]
    volumes = {}
    for s in segments:
        lv = s["lv_name"]
        if lv.startswith("[") or s["segtype"] not in ("linear", "striped"):
            continue
        ranges = re.findall(r"(\S+?):(\d+)-(\d+)", s["seg_pe_ranges"])
        areas = [base[d] + start[d] + int(a) * extent for d, a, b in ranges]
        size, at = int(s["seg_size"]), int(s["seg_start"])
        step = int(s["stripe_size"]) if len(areas) > 1 else size
        out = volumes.setdefault(lv, [])
        for n in range(size // step):
            out.append((at + n * step, areas[n % len(areas)] + (n // len(areas)) * step, step))
    return volumes

def content(lv, size):
    if lv in ("root-lv", "fast", "one"):
        # A file system as large as the volume: made anew by size.
        name = f"fs-{lv}.img"
        with open(name, "wb") as file:
            file.truncate(size)
        subprocess.run(["mke2fs", "-q", "-t", "ext2", "-b", "1024", "-L", lv, name], check=True)
        data = bytearray(open(name, "rb").read())
        assert len(data) == size
    else:
        data = bytearray(size)
    # What is zero otherwise tells the place that it belongs to.
    for at in range(0, size, 4096):
        if not any(data[at:at + 4096]):
            line = f"{lv} {at}\n".encode()
            data[at + 4096 - len(line):at + 4096] = line
    return bytes(data)

lvm = {}
for name in WINDOWS:
    image = bytearray(open(f"{name}.img", "rb").read())
    sums = {}
    for lv, places in pieces(name).items():
        data = content(lv, sum(length for _, _, length in places))
        for at, disk, length in places:
            image[disk:disk + length] = data[at:at + length]
        sums[lv] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data),
                    "segments": [[at, disk, length] for at, disk, length in sorted(places)]}
    open(f"{name}.img", "wb").write(image)
    lvm[name] = {"contents": sums, "pvs": load(name, "pvs")["pv"], "vgs": load(name, "vgs")["vg"],
                 "lvs": load(name, "lvs").get("lv") or load(name, "lvs")["seg"]}
# The copies of lvm-two have its contents, but for the metadata that makes the difference.
two = open("lvm-two.img", "rb").read()
for name, keep in (("lvm-seqno", (1 << 20, 2 << 20)), ("lvm-missing", (11 << 20, 21 << 20))):
    image = bytearray(two)
    image[keep[0]:keep[1]] = open(f"{name}.img", "rb").read()[keep[0]:keep[1]]
    open(f"{name}.img", "wb").write(image)

facts = {}
os.makedirs(os.environ["OUT"], exist_ok=True)
for old in glob.glob(os.environ["OUT"] + "/*.zst"):
    os.remove(old)
for path in sorted(glob.glob("*.img")):
    name = path.removesuffix(".img")
    if name.startswith("fs-"):
        continue
    blkid = dict(line.split("=", 1) for line in run("blkid", "-p", "-o", "export", path).splitlines() if "=" in line)
    fact = {"size": os.path.getsize(path),
            "blkid": {key.lower(): blkid[key] for key in ("TYPE", "VERSION", "SEC_TYPE", "UUID", "LABEL", "PTTYPE") if key in blkid}}
    if name.startswith("md-"):
        state = subprocess.run(["mdadm", "--examine", path], capture_output=True, text=True)
        fact["mdadm"] = [line.strip() for line in state.stdout.splitlines() if "Version" in line or "Checksum" in line]
    if name in lvm:
        fact["lvm"] = lvm[name]
    facts[path] = fact
    subprocess.run(["zstd", "-q", "-19", "-f", path, "-o", f"{os.environ['OUT']}/{path}.zst"], check=True)
tools = {tool: (run(*command).splitlines() or [""])[0] for tool, command in {
    "blkid": ("blkid", "-V"), "lvm": ("lvm", "version"), "zstd": ("zstd", "--version")}.items()}
with open(os.environ["OUT"] + "/facts.json", "w") as file:
    json.dump({"tools": tools, "files": facts}, file, indent=1, sort_keys=True)
    file.write("\n")
END
du -cb "$out"/* | tail -1
