#!/usr/bin/env bash
# Makes the committed file systems of testdata/filesystems (ext, FAT and NTFS) again. Needs root.
#
# Names, sizes and content are the same each time; times and free space are not, so new images are
# committed only when they have to show something new.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
populate=$here/../.ci/populate.py
out=$(mktemp -d)
scale=2
# shellcheck source=testdata/filesystems/images.sh
. "$here/filesystems/images.sh"
trap 'clean_up; rm -rf "$out"' EXIT

ext_clean ext2 16 -t ext2 -b 1024
ext_clean ext3 16 -t ext3 -b 1024 -J size=1
ext_clean ext4 16 -t ext4 -b 4096 -J size=4
ext_clean ext4-1k-plain 16 -t ext4 -b 1024 -J size=1 -O ^metadata_csum
ext_clean ext4-bigalloc 32 -t ext4 -b 4096 -J size=4 -O bigalloc -C 16384
ext_clean ext4-meta-bg 16 -t ext4 -b 1024 -J size=1 -O meta_bg,^resize_inode,64bit,large_dir,ea_inode
ext_clean ext4-inline 16 -t ext4 -b 4096 -J size=4 -O inline_data -I 256
ext_dirty ext4-dirty 16 "" -t ext4 -b 4096 -J size=4
ext_dirty ext4-dirty-data 16 ,data=journal -t ext4 -b 4096 -J size=4 -O ^64bit
ext_dirty ext3-dirty 16 "" -t ext3 -b 1024 -J size=1
ext_dirty ext4-dirty-v1 16 ,journal_checksum -t ext4 -b 1024 -J size=1 -O ^metadata_csum
ext_wrapped ext4-wrapped 16 "" -t ext4 -b 1024 -J size=1
ext_journal_v2 ext4-dirty-v2 16 -t ext4 -b 4096 -J size=4
fat fat12 2880 -F 12
fat fat16 16384 -F 16 -s 4
fat fat32 34816 -F 32 -s 1
scale=1
ntfs ntfs 16 4096 -L NTFS-preflight

for image in "$out"/*.img; do
  name=$(basename "$image" .img)
  blkid -p -o export "$image" | grep -E '^(LABEL|UUID|TYPE|VERSION|SEC_TYPE)=' | sort >"$out/$name.facts"
  [ "$name" != ntfs ] || "$here/filesystems/ntfs.py" pack "$image" >>"$out/$name.facts"
  zstd -q -19 --long=27 -f "$image" -o "$here/filesystems/$name.img.zst"
  cp "$out/$name.list" "$out/$name.facts" "$here/filesystems/"
  [ ! -e "$out/$name.free" ] || cp "$out/$name.free" "$here/filesystems/"
done
du -bc "$here"/filesystems/{ext,fat,ntfs.}* | tail -n 1
