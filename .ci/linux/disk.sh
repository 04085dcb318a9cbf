# shellcheck shell=bash
# A disk of 30 GiB in a sparse file: partitions, loop devices, file systems, boot code, VHD footer.
#
# The kernel is told offset and size of each volume (losetup -o --sizelimit), so that it need not
# read a partition table; device-mapper is not needed, nor is a partition scan.

export SOURCE_DATE_EPOCH=1767225600 # 2026-01-01T00:00:00Z, for what carries a time stamp
export LC_ALL=C TZ=UTC
DISK_MIB=30720

# Names of types for sgdisk.
declare -A GPT_TYPE=([bios]=ef02 [esp]=ef00 [root-amd64]=8304 [root-i386]=8303 [root-arm64]=8305
  [linux]=8300 [lvm]=8e00)

# Every loop device that this process made and that no mount keeps yet.
loops=()
nodes=()
tidy() {
  local item
  for item in "${loops[@]}"; do losetup -d "$item" 2>/dev/null || true; done
  for item in "${nodes[@]}"; do rm -f "$item"; done
}

# An empty GPT disk; partitions as NAME:TYPE:FIRST-MIB:SIZE-MIB, and fixed identifiers.
disk_new() { # FILE GUID-PREFIX(32 digits with dashes, last one replaced) PARTITION...
  local file=$1 guid=$2 number=0 options=() name kind first size
  shift 2
  rm -f "$file"
  truncate -s "${DISK_MIB}M" "$file"
  for partition in "$@"; do
    IFS=: read -r name kind first size <<<"$partition"
    number=$((number + 1))
    options+=(-n "$number:${first}MiB:$(((first + size) * 2048 - 1))" -t "$number:${GPT_TYPE[$kind]}"
      -c "$number:$name" -u "$number:${guid%?}$number")
  done
  sgdisk -U "$guid" "${options[@]}" "$file" >/dev/null
}

# A loop device over a part of the file. In the variable, not by output: it has to be remembered.
attach() { # VARIABLE FILE OFFSET-BYTES SIZE-BYTES
  local made
  made=$(losetup -f --show -o "$3" --sizelimit "$4" "$2")
  loops+=("$made")
  printf -v "$1" %s "$made"
}
attach_mib() { attach "$1" "$2" $(($3 << 20)) $(($4 << 20)); }

# Mounts a loop device; from then on it goes away with the mount.
mount_loop() { # DEVICE DIRECTORY [OPTION...]
  local device=$1 directory=$2
  shift 2
  mkdir -p "$directory"
  mount "$@" "$device" "$directory"
  losetup -d "$device" # not before the mount ends
}

# Files into an ESP: `mtools` writes FAT, which this kernel may not know.
esp_new() { # DISK FIRST-MIB SIZE-MIB ID LABEL
  local device
  attach_mib device "$1" "$2" "$3"
  mkfs.vfat -F 32 --invariant -n "$5" -i "$4" -h $(($2 * 2048)) "$device" >/dev/null
  losetup -d "$device"
}
esp_put() { # DISK FIRST-MIB SOURCE /TARGET
  local image=$1@@$2M directory='' parts part
  export MTOOLS_SKIP_CHECK=1
  IFS=/ read -ra parts <<<"${4#/}"
  unset 'parts[-1]'
  for part in "${parts[@]}"; do
    directory=$directory/$part
    mdir -b -i "$image" "::$directory" >/dev/null 2>&1 || mmd -i "$image" "::$directory"
  done
  mcopy -o -i "$image" "$3" "::$4"
}

# A place to chroot into: the directory with /proc and a /dev that holds what tools need.
chroot_enter() { # DIRECTORY [NODE-NAME MAJOR:MINOR UUID]
  local root=$1 node name major minor
  mkdir -p "$root/proc" "$root/dev"
  mount -t proc proc "$root/proc"
  mount -t tmpfs -o mode=755 tmpfs "$root/dev"
  for node in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0; do
    IFS=: read -r name major minor <<<"$node"
    mknod -m 666 "$root/dev/$name" c "$major" "$minor"
  done
  ln -s /proc/self/fd "$root/dev/fd"
  [ $# -gt 1 ] || return 0
  mknod "$root/dev/$2" b "${3%:*}" "${3#*:}"
  mkdir -p "$root/dev/disk/by-uuid"
  ln -s "../../$2" "$root/dev/disk/by-uuid/$4"
}
chroot_leave() { umount "$1/dev" "$1/proc"; }

# GRUB for BIOS: core.img in the partition at 1 MiB, boot.img in the boot sector, modules in the tree.
grub_bios() { # DISK ROOT PARTITION PREFIX MODULE...
  local disk=$1 from=$2/usr/lib/grub/i386-pc to=$2/boot/grub/i386-pc prefix="(,gpt$3)$4"
  shift 4
  mkdir -p "$to"
  cp "$from"/*.{mod,lst} "$to/"
  grub-mkimage -d "$from" -O i386-pc -p "$prefix" -o "$scratch/core.img" biosdisk part_gpt "$@" \
    normal configfile linux search search_fs_uuid echo test
  python3 "$linux/boot.py" bios "$disk" "$from/boot.img" "$scratch/core.img" 2048
}

# The disk becomes a fixed VHD.
disk_finish() { # DISK OUT
  sgdisk -v "$1" | grep 'No problems found' >/dev/null || { sgdisk -v "$1" >&2; return 1; }
  python3 "$linux/boot.py" footer "$1"
  mv "$1" "$2"
}
