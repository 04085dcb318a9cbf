# shellcheck shell=bash
# Windows disks: layouts as Setup makes them, NTFS by mkntfs, boot code, the guest's tree, VHD footer.
# Sourced after .ci/linux/disk.sh, whose loop devices and ESP it uses. The variable `scratch` is a
# directory for what is in between.

GPT_TYPE[msr]=0c01 GPT_TYPE[ntfs]=0700
WINDOWS_DISK_MIB=130048 # 127 GiB, as Azure's own images have
DISK_GUID=5eed0d15-0d15-4b1a-9e5d-0a6d15c0a000
DISK_SIGNATURE=5eed0d15
# The library by itself: the command 'faketime' would wait for ntfs-3g's daemon.
frozen() { LD_PRELOAD=$FAKETIME_LIBRARY FAKETIME='2026-01-01 00:00:00' "$@"; }
FAKETIME_LIBRARY=$(echo /usr/lib/*/faketime/libfaketime.so.1)

# NTFS on a part of the disk, with the sector where it begins in its boot sector.
ntfs_new() { # DISK FIRST-MIB SIZE-MIB LABEL SERIAL
  local device
  attach_mib device "$1" "$2" "$3"
  frozen mkntfs -q -Q -F -c 4096 -L "$4" -p $(($2 * 2048)) -H 255 -S 63 "$device" >/dev/null 2>&1
  ntfslabel --new-serial="$5" "$device" >/dev/null 2>&1
  losetup -d "$device"
  /usr/bin/python3 "$windows/bootcode.py" vbr "$1" "$(($2 << 20))" "$(($3 << 20))"
}

# Mounts NTFS by ntfs-3g, whose clock stands still; the daemon must not hold our output open.
ntfs_mount() { # DISK FIRST-MIB SIZE-MIB DIRECTORY
  attach_mib ntfs_device "$1" "$2" "$3"
  mkdir -p "$4"
  frozen ntfs-3g "$ntfs_device" "$4" </dev/null >"$scratch/ntfs-3g.log" 2>&1 || { cat "$scratch/ntfs-3g.log" >&2; return 1; }
}
ntfs_umount() { # DIRECTORY
  local try
  # It lets go of the last file after the program that closed it has gone on.
  for try in {1..100}; do
    ! umount "$1" 2>/dev/null || break
    sleep 0.1
  done
  ! mountpoint -q "$1"
  losetup -d "$ntfs_device"
}

# GPT: EFI system partition, Microsoft reserved partition, drive C:.
windows_gpt() { # VERSION DISK SIZE-MIB ESP-MIB MSR-MIB [small]
  local version=$1 disk=$2 size=$3 esp=$4 msr=$5 file
  local first=$((1 + esp + msr)) room=$((size - 2 - esp - msr))
  DISK_MIB=$size disk_new "$disk" "$DISK_GUID" "EFI system partition:esp:1:$esp" \
    "Microsoft reserved partition:msr:$((1 + esp)):$msr" "Basic data partition:ntfs:$first:$room"
  esp_new "$disk" 1 "$esp" 5EED0D15 SYSTEM
  ntfs_new "$disk" "$first" "$room" Windows 5eed0d15c0de0001
  printf '{"firmware":"uefi","folder":"%s","disk":"%s","system":"%s1","windows":"%s3"}\n' "$scratch/boot" \
    "$DISK_GUID" "${DISK_GUID%?}" "${DISK_GUID%?}" >"$scratch/boot.json"
  ntfs_mount "$disk" "$first" "$room" "$scratch/c"
  /usr/bin/python3 "$windows/tree.py" "$version" "$scratch/c" "$scratch/boot.json" "${@:6}"
  ntfs_umount "$scratch/c"
  find "$scratch/boot" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  while read -r file; do
    esp_put "$disk" 1 "$scratch/boot/$file" "/${file#./}"
  done < <(cd "$scratch/boot" && find . -type f | sort)
}

# MBR: an active partition with the boot manager, or none of its own; then drive C:.
windows_mbr() { # VERSION DISK SIZE-MIB BOOT-MIB
  local version=$1 disk=$2 size=$3 boot=$4 first room system target
  first=$((1 + boot)) room=$((size - 1 - boot))
  truncate -s "${size}M" "$disk"
  {
    printf 'label: dos\nlabel-id: 0x%s\nunit: sectors\n' "$DISK_SIGNATURE"
    [ "$boot" -eq 0 ] || printf 'start=2048,size=%s,type=7,bootable\n' $((boot * 2048))
    printf 'start=%s,size=%s,type=7%s\n' $((first * 2048)) $((room * 2048)) "$([ "$boot" -ne 0 ] || echo ,bootable)"
  } | sfdisk -q "$disk"
  /usr/bin/python3 "$windows/bootcode.py" mbr "$disk"
  system=$((1 << 20)) target=$scratch/c
  ntfs_new "$disk" "$first" "$room" Windows 5eed0d15c0de0002
  if [ "$boot" -ne 0 ]; then
    ntfs_new "$disk" 1 "$boot" 'System Reserved' 5eed0d15c0de0003
    target=$scratch/boot
  fi
  printf '{"firmware":"bios","folder":"%s","disk":%s,"system":%s,"windows":%s}\n' "$target" \
    $((16#$DISK_SIGNATURE)) "$system" $((first << 20)) >"$scratch/boot.json"
  ntfs_mount "$disk" "$first" "$room" "$scratch/c"
  /usr/bin/python3 "$windows/tree.py" "$version" "$scratch/c" "$scratch/boot.json" "${@:5}"
  ntfs_umount "$scratch/c"
  [ "$boot" -ne 0 ] || return 0
  ntfs_mount "$disk" 1 "$boot" "$scratch/s"
  cp -r "$scratch/boot/." "$scratch/s/"
  ntfs_umount "$scratch/s"
}

windows_finish() { # DISK OUT
  sfdisk --verify -q "$1" >"$scratch/verify.log" 2>&1 || { cat "$scratch/verify.log" >&2; return 1; }
  /usr/bin/python3 "$linux/boot.py" footer "$1"
  mv "$1" "$2"
}
