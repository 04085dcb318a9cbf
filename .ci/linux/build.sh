#!/usr/bin/env bash
# Builds one real Linux image, here and now, as a publisher should: 30 GiB, a fixed sparse VHD, GPT,
# everything aligned to 1 MiB, boot loaders for both generations, nothing left over from the build.
#
#   .ci/linux/build.sh NAME OUT.vhd
#
# NAME: debian-ext4     Debian on ext4
#       debian-btrfs    the same tree on btrfs, subvolumes @ and @home
#       el-lvm-xfs      an enterprise Linux: LVM, XFS, /boot of its own, rpm in SQLite, BLS, dracut
#       debian-i386     32-bit, packages only unpacked: must be refused
#       debian-arm64    64-bit ARM, packages only unpacked
#
# VHD_PREFLIGHT_WORK=DIRECTORY keeps the Debian tree there, which three of the images share; without
# it each call downloads and unpacks anew. Root is needed (loop devices, mounts, chroot).
set -euo pipefail
linux=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -eq 2 ] || { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }

# In a mount name space of its own: whatever happens, no mount is left behind.
if [ -z "${VHD_PREFLIGHT_UNSHARED:-}" ]; then
  exec env VHD_PREFLIGHT_UNSHARED=1 unshare -m "$0" "$@"
fi

# shellcheck source=.ci/linux/tools.sh
. "$linux/tools.sh"
# shellcheck source=.ci/linux/disk.sh
. "$linux/disk.sh"
# shellcheck source=testdata/debian-disk.sh
. "$linux/../../testdata/debian-disk.sh"
# shellcheck source=.ci/linux/debian.sh
. "$linux/debian.sh"
# shellcheck source=.ci/linux/foreign.sh
. "$linux/foreign.sh"
# shellcheck source=.ci/linux/el.sh
. "$linux/el.sh"
have_tools

name=$1 out=$(realpath -m "$2") kept=${VHD_PREFLIGHT_WORK:-}
work=${kept:-$(mktemp -d)}
mkdir -p "$work"
work=$(realpath "$work")
scratch=$(mktemp -d -p "$work")
finish() {
  # What is mounted below goes first: nothing may be deleted through a mount.
  findmnt -rno TARGET | { grep -F "$scratch/" || true; } | sort -r |
    while read -r place; do umount "$place" || umount -l "$place"; done
  tidy
  rm -rf --one-file-system "$scratch" "${disk:-$scratch}"
  [ -n "$kept" ] || rm -rf --one-file-system "$work"
}
trap finish EXIT
# Bash then waits for the program that runs, so that nothing is written below a mount that went.
trap 'exit 143' TERM INT HUP

# Beside its final place, so that no half of an image is ever taken for one.
mkdir -p "${out%/*}"
disk=$out.part
rm -f "$disk"
case $name in
  debian-ext4) debian_image ext4 "$disk" ;;
  debian-btrfs) debian_image btrfs "$disk" ;;
  el-lvm-xfs) el_image "$disk" ;;
  debian-i386) foreign_image i386 "$disk" ;;
  debian-arm64) foreign_image arm64 "$disk" ;;
  *) echo "no such image: $name" >&2; exit 2 ;;
esac
disk_finish "$disk" "$out"
echo "$name: ${SECONDS}s, $(du -m "$out" | cut -f1) MiB"
