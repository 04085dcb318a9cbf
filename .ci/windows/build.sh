#!/usr/bin/env bash
# Builds one synthetic Windows disk, as a publisher's should be: 127 GiB, a fixed sparse VHD, aligned to
# 1 MiB, and on it what a Windows Server has that was prepared for Azure and generalised.
#
#   .ci/windows/build.sh NAME OUT.vhd
#
# NAME: server-2022-g2     GPT: EFI system partition, Microsoft reserved partition, drive C:
#       server-2019-g1     MBR: an active partition with the boot manager, then drive C:
#       server-2012r2-g1   MBR: drive C: alone, active
#
# Synthetic: NTFS is mkntfs's and ntfs-3g's, hives are hivexregedit's and python3-hivex's, programs are
# mingw's. Nothing of Windows is on it. Root is needed (loop devices, FUSE).
set -euo pipefail
windows=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -eq 2 ] || { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }

# In a mount name space of its own: whatever happens, no mount is left behind.
if [ -z "${VHD_PREFLIGHT_UNSHARED:-}" ]; then
  exec env VHD_PREFLIGHT_UNSHARED=1 unshare -m "$0" "$@"
fi
linux=$windows/../linux
# shellcheck source=.ci/windows/tools.sh
. "$windows/tools.sh"
# shellcheck source=.ci/linux/disk.sh
. "$linux/disk.sh"
# shellcheck source=.ci/windows/disk.sh
. "$windows/disk.sh"
have_windows_tools

name=$1 out=$(realpath -m "$2")
mkdir -p "${out%/*}"
scratch=$(mktemp -d)
disk=$out.part # beside its final place, so that no half of an image is ever taken for one
finish() {
  # What is mounted below goes first: nothing may be deleted through a mount.
  findmnt -rno TARGET | { grep -F "$scratch/" || true; } | sort -r |
    while read -r place; do umount "$place" || umount -l "$place"; done
  tidy
  rm -rf --one-file-system "$scratch" "$disk"
}
trap finish EXIT
trap 'exit 143' TERM INT HUP

rm -f "$disk"
case $name in
  server-2022-g2) windows_gpt server-2022 "$disk" "$WINDOWS_DISK_MIB" 100 16 ;;
  server-2019-g1) windows_mbr server-2019 "$disk" "$WINDOWS_DISK_MIB" 500 ;;
  server-2012r2-g1) windows_mbr server-2012r2 "$disk" "$WINDOWS_DISK_MIB" 0 ;;
  *) echo "no such image: $name" >&2; exit 2 ;;
esac
windows_finish "$disk" "$out"
echo "$name: ${SECONDS}s, $(du -m "$out" | cut -f1) MiB"
