# Makes file systems, and the kernel's word on them. Sourced by the script that makes the committed
# ones and by the one that compares larger ones; needs root, loop devices, e2fsprogs, dosfstools,
# mtools and ntfs-3g with FUSE.
#
# Each function leaves NAME.img, NAME.list (every entry, as populate.py writes it) and, for ext and
# NTFS, NAME.free (the free ranges in bytes, as dumpe2fs sees them once the journal is replayed, or
# by the bitmap that ntfs-3g shows) in the directory `out`. `scale` says how much is put into them,
# `populate` is the path of populate.py.
export LC_ALL=C.UTF-8 PATH=$PATH:/usr/sbin:/sbin

mounted=$(mktemp -d)
clean_up() { umount -q "$mounted" 2>/dev/null || true; rmdir "$mounted" 2>/dev/null || true; }

# The kernel's view of an image, after it replayed its journal in a copy.
kernel_list() { # NAME
  cp --sparse=always "$out/$1.img" "$out/$1.replayed"
  # The device has to be writable, or the journal is not replayed.
  local device
  device=$(losetup --find --show "$out/$1.replayed")
  mount -o ro "$device" "$mounted" || { losetup -d "$device"; return 1; }
  "$populate" list "$mounted" >"$out/$1.list"
  umount "$mounted"
  losetup -d "$device"
  python3 - "$out/$1.replayed" >"$out/$1.free" <<'END'
import re, subprocess, sys
text = subprocess.run(["dumpe2fs", sys.argv[1]], capture_output=True, text=True, check=True).stdout
size = int(re.search(r"^Block size: +(\d+)", text, re.M)[1])
cluster = re.search(r"^Cluster size: +(\d+)", text, re.M)
cluster = int(cluster[1]) if cluster else size
ranges = []
for line in re.findall(r"^  Free blocks: (.*)$", text, re.M):
    for part in filter(None, line.split(", ")):
        first, last = (part.split("-") * 2)[:2]
        # With clusters, the last number is that of a cluster's first block.
        start, end = int(first) * size, int(last) * size + cluster
        if ranges and ranges[-1][1] == start:
            ranges[-1][1] = end
        else:
            ranges.append([start, end])
print("\n".join(f"{start} {end}" for start, end in ranges))
END
  rm "$out/$1.replayed"
}

make_ext() { # NAME SIZE-IN-MIB MKFS-ARGUMENTS...
  local image=$out/$1.img
  rm -f "$image"
  truncate -s "$2M" "$image"
  mke2fs -q -F -U 6c1f2bb4-9c0e-4a6e-8d2e-5f0a1b2c3d4e -L "$label" \
    -E hash_seed=11111111-2222-3333-4444-555555555555 "${@:3}" "$image"
}
label=ext-preflight

# A file system that was filled and unmounted.
ext_clean() { # NAME SIZE MKFS-ARGUMENTS...
  make_ext "$@"
  mount -o loop "$out/$1.img" "$mounted"
  "$populate" fill "$mounted" --scale "$scale"
  umount "$mounted"
  kernel_list "$1"
}

# One that was copied while it was in use: all that was done since the last checkpoint is in the
# journal and nowhere else.
ext_dirty() { # NAME SIZE MOUNT-OPTIONS MKFS-ARGUMENTS...
  local name=$1 size=$2 options=$3
  make_ext "$name" "$size" "${@:4}"
  mount -o loop "$out/$name.img" "$mounted"
  "$populate" fill "$mounted" --scale "$scale"
  umount "$mounted"
  mount -o "loop,commit=300$options" "$out/$name.img" "$mounted"
  "$populate" churn "$mounted" --scale "$scale"
  snapshot "$name"
  umount "$mounted"
  mv "$out/$name.snapshot" "$out/$name.img"
  dumpe2fs -h "$out/$name.img" 2>/dev/null | grep needs_recovery >/dev/null
  kernel_list "$name"
}

snapshot() { # NAME
  cp --sparse=always "$out/$1.img" "$out/$1.snapshot"
}

# Whether the transactions that are outstanding go over the end of the journal.
is_wrapped() { # IMAGE
  debugfs -c -R logdump "$1" 2>/dev/null | awk '/at block/ { for (i = 1; i <= NF; i++)
    if ($i == "block" && $(i + 1) ~ /^[0-9]+$/) at = $(i + 1)
    if (at < last) wrapped = 1; last = at } END { exit !wrapped }'
}

# As ext_dirty, changed again and again until the log has gone round.
ext_wrapped() { # NAME SIZE MOUNT-OPTIONS MKFS-ARGUMENTS...
  local name=$1 size=$2 options=$3 round
  make_ext "$name" "$size" "${@:4}"
  mount -o "loop,commit=300$options" "$out/$name.img" "$mounted"
  "$populate" fill "$mounted" --scale "$scale"
  for round in $(seq ${rounds:-60}); do
    "$populate" churn "$mounted" --scale "$scale"
    snapshot "$name"
    if is_wrapped "$out/$name.snapshot"; then break; fi
  done
  umount "$mounted"
  is_wrapped "$out/$name.snapshot" || { echo "$name: never wrapped" >&2; return 1; }
  mv "$out/$name.snapshot" "$out/$name.img"
  kernel_list "$name"
}

# A clean one to which debugfs adds a transaction with the second kind of checksum.
ext_journal_v2() { # NAME SIZE MKFS-ARGUMENTS...
  local name=$1 block
  ext_clean "$@"
  block=$(debugfs -R 'blocks /sizes/4096.bin' "$out/$name.img" 2>/dev/null | awk '{ print $1 }')
  head -c 4096 /dev/zero | tr '\0' 'J' >"$out/$name.block"
  debugfs -w -f - "$out/$name.img" >/dev/null 2>&1 <<END
jo -c -v 2
jw -b $block $out/$name.block
jc
END
  rm "$out/$name.block"
  dumpe2fs -h "$out/$name.img" 2>/dev/null | grep journal_checksum_v2 >/dev/null
  kernel_list "$name"
}

# FAT: the kernel here has none, mtools copies the files and the list is of what was copied.
fat() { # NAME SIZE-IN-KIB MKFS-ARGUMENTS...
  local image=$out/$1.img tree
  tree=$(mktemp -d)
  rm -f "$image"
  truncate -s "$2K" "$image"
  mkfs.vfat -n PREFLIGHT -i 1a2b3c4d "${@:3}" "$image" >/dev/null
  "$populate" fill "$tree" --scale "$scale" --plain
  (cd "$tree" && mcopy -s -Q -i "$image" ./* ::)
  # Space in pieces, and a name that was removed.
  mdel -i "$image" ::sizes/4097.bin
  rm "$tree/sizes/4097.bin"
  "$populate" list "$tree" >"$out/$1.list"
  rm -r "$tree"
}

# ntfs-3g lets go of the last file, and writes what is left of a file that it has for a device, after
# the program that closed it has gone on.
ntfs_umount() {
  local try
  for try in {1..600}; do
    ! umount "$mounted" 2>/dev/null || break
    sleep 0.1
  done
  for try in {1..600}; do
    pgrep -f "^ntfs-3g .*$mounted\$" >/dev/null || break
    sleep 0.1
  done
  ! mountpoint -q "$mounted" && ! pgrep -f "^ntfs-3g .*$mounted\$"
}

# NTFS as ntfs-3g, which is no part of the kernel, writes and reads it.
ntfs() { # NAME SIZE-IN-MIB CLUSTER-SIZE MKNTFS-ARGUMENTS...
  make_ntfs "$@"
  ntfs-3g -o compression "$out/$1.img" "$mounted"
  "$ntfs" fill "$mounted" --scale "$scale"
  ntfs_umount
  # Clusters at the end that nothing was written to yet, whatever they hold. (With larger ones the
  # tool falls over.)
  [ "$3" -gt 4096 ] || ntfsfallocate -l 60000 "$out/$1.img" /sizes/12289.bin
  ntfs_list "$1" "$3"
}

# One that is full, whose master file table goes on in a second record.
ntfs_full() { # NAME SIZE-IN-MIB CLUSTER-SIZE MKNTFS-ARGUMENTS...
  make_ntfs "$@"
  ntfs-3g "$out/$1.img" "$mounted"
  "$ntfs" crowd "$mounted"
  ntfs_umount
  ntfsinfo -i 0 "$out/$1.img" | grep ATTRIBUTE_LIST >/dev/null
  ntfs_list "$1" "$3"
}

ntfs=$(dirname "${BASH_SOURCE[0]}")/ntfs.py

make_ntfs() { # NAME SIZE-IN-MIB CLUSTER-SIZE MKNTFS-ARGUMENTS...
  rm -f "$out/$1.img"
  truncate -s "$2M" "$out/$1.img"
  mkntfs -q -F -f -c "$3" "${@:4}" "$out/$1.img"
}

ntfs_list() { # NAME CLUSTER-SIZE
  local clusters
  clusters=$(ntfsinfo -m "$out/$1.img" | awk '/Volume Size in Clusters/ { print $NF }')
  ntfs-3g -o ro,show_sys_files "$out/$1.img" "$mounted"
  "$ntfs" free "$mounted" "$2" "$clusters" >"$out/$1.free"
  ntfs_umount
  ntfs-3g -o ro "$out/$1.img" "$mounted"
  "$ntfs" list "$mounted" >"$out/$1.list"
  ntfs_umount
}
