#!/usr/bin/env bash
# Makes the small variants of what .ci/windows/build.sh builds, and beside each, in NAME.facts.json, what
# independent tools report of it:
#
#   testdata/windows/server-2022.vhd.zst     96 MiB, GPT: EFI system partition, Microsoft reserved
#                                            partition, drive C:
#   testdata/windows/server-2012r2.vhd.zst   48 MiB, MBR: drive C: alone, active
#
# Synthetic, and the same in every run with the same tools: identifiers and times are fixed. Only the
# size is below what the Marketplace recommends, and of the drivers only those are there that rules
# look at. mkntfs's table $UpCase, 128 KiB in which no packer finds anything to save, is packed as how far
# each unit is from itself; "upcase" in the facts says where it is. Whoever unpacks adds the index of
# each 16-bit unit to it again (modulo 65536).
#
# Root is needed (loop devices, FUSE).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [ -z "${VHD_PREFLIGHT_UNSHARED:-}" ]; then
  exec env VHD_PREFLIGHT_UNSHARED=1 unshare -m "$0" "$@"
fi
windows=$here/../.ci/windows linux=$here/../.ci/linux
# shellcheck source=.ci/windows/tools.sh
. "$windows/tools.sh"
# shellcheck source=.ci/linux/disk.sh
. "$linux/disk.sh"
# shellcheck source=.ci/windows/disk.sh
. "$windows/disk.sh"
have_windows_tools

scratch=$(mktemp -d)
finish() {
  findmnt -rno TARGET | { grep -F "$scratch/" || true; } | sort -r |
    while read -r place; do umount "$place" || umount -l "$place"; done
  tidy
  rm -rf --one-file-system "$scratch"
}
trap finish EXIT
trap 'exit 143' TERM INT HUP

# Facts first, then the packing, which must be undone without loss.
pack() { # NAME
  local disk=$scratch/$1.vhd facts=$here/windows/$1.facts.json
  windows_finish "$disk.part" "$disk"
  /usr/bin/python3 "$windows/oracle.py" "$disk" "$facts"
  cp "$disk" "$scratch/whole"
  /usr/bin/python3 "$windows/upcase.py" "$disk" "$facts"
  zstd -q -f -19 --long "$disk" -o "$here/windows/$1.vhd.zst"
  /usr/bin/python3 "$windows/upcase.py" --undo "$disk" "$facts"
  cmp "$disk" "$scratch/whole"
}

mkdir -p "$here/windows"
windows_gpt server-2022 "$scratch/server-2022.vhd.part" 96 34 16 small
pack server-2022
windows_mbr server-2012r2 "$scratch/server-2012r2.vhd.part" 48 0 small
pack server-2012r2
ls -l "$here/windows"
