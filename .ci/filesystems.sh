#!/usr/bin/env bash
# ext2, ext3, ext4, FAT and NTFS of thousands of entries, clean and as a crash leaves them, against
# the kernel's own mount of the same image (FAT: against what was copied in; NTFS: against
# ntfs-3g's): every entry, its type, size, content and link target, and the free space of ext as
# dumpe2fs sees it, of NTFS by the bitmap that ntfs-3g shows.
#
#   .ci/filesystems.sh [--binary-free] [TOTALS]     TOTALS: a file for `passed failed`
#   .ci/filesystems.sh --build                      prints the path of the test's program, built
#
# Needs root; with VHD_PREFLIGHT_TEST set to what --build printed, no cargo.
# --binary-free only makes the images and the kernel's lists, and compares nothing.
# ONLY=NAME makes one. XFS and btrfs have a script of their own beside this one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
compare=1
test=${VHD_PREFLIGHT_TEST:-}
build() {
  cargo test --locked --quiet --test filesystems --no-run --message-format=json |
    sed -nE '/"name":"filesystems"/s/.*"executable":"([^"]+)".*/\1/p' | tail -n 1
}
if [ "${1:-}" = --build ]; then build; exit; fi
if [ "${1:-}" = --binary-free ]; then compare=0; shift; fi
totals=${1:-/dev/null}
populate=$PWD/.ci/populate.py
out=$(mktemp -d)
scale=100
# shellcheck source=testdata/filesystems/images.sh
. testdata/filesystems/images.sh
trap 'clean_up; rm -rf "$out"' EXIT
trap 'exit 1' INT TERM

for tool in mke2fs dumpe2fs debugfs losetup mkfs.vfat mcopy mdel mkntfs ntfs-3g ntfsinfo ntfsfallocate python3; do
  command -v "$tool" >/dev/null || { echo "missing: $tool; nothing was checked" >&2; exit 1; }
done
[ "$compare" -eq 0 ] || [ -n "$test" ] || test=$(build)
[ "$compare" -eq 0 ] || [ -x "$test" ] || { echo "the test was not built; nothing was checked" >&2; exit 1; }

passed=0 failed=0
# Makes an image and compares it. The name begins with its kind.
check() { # FUNCTION NAME ARGUMENTS...
  local name=$2 kind=${2%%-*} status=0
  [ -z "${ONLY:-}" ] || [ "$ONLY" = "$name" ] || return 0
  # Not in a condition: bash switches -e off there.
  set +e
  (set -e; "$@" >"$out/log" 2>&1)
  status=$?
  if [ "$status" -eq 0 ] && [ "$compare" -eq 1 ]; then
    free=()
    [ ! -e "$out/$name.free" ] || free=("VHD_PREFLIGHT_FREE=$out/$name.free")
    env VHD_PREFLIGHT_LISTING="$out/$name.img" VHD_PREFLIGHT_KIND="$kind" \
      VHD_PREFLIGHT_EXPECTED="$out/$name.list" "${free[@]}" \
      "$test" listing_equals_the_kernels >"$out/log" 2>&1
    status=$?
    # A test of another name would pass by not being run.
    grep -q '1 passed' "$out/log" || status=1
  fi
  set -e
  if [ "$status" -eq 0 ]; then
    passed=$((passed + 1))
    echo "ok     $name: $(wc -l <"$out/$name.list") entries"
  else
    failed=$((failed + 1))
    umount -q "$mounted" || true
    echo "FAILED $name"
    tail -n 30 "$out/log" | sed 's/^/       /'
  fi
  rm -f "$out/$name".*
}

check ext_clean ext2 256 -t ext2
check ext_clean ext2-1k 256 -t ext2 -b 1024
check ext_clean ext3 256 -t ext3
check ext_clean ext3-1k 256 -t ext3 -b 1024
check ext_clean ext4 256 -t ext4
check ext_clean ext4-1k 256 -t ext4 -b 1024
check ext_clean ext4-2k 256 -t ext4 -b 2048
check ext_clean ext4-no-checksums 256 -t ext4 -O ^metadata_csum
check ext_clean ext4-32bit 256 -t ext4 -O ^64bit
check ext_clean ext4-uninit-bg 2048 -t ext4 -O ^metadata_csum,uninit_bg
check ext_clean ext4-no-journal 256 -t ext4 -O ^has_journal
check ext_clean ext4-block-maps 256 -t ext4 -O ^extent,^64bit
check ext_clean ext4-bigalloc 512 -t ext4 -O bigalloc -C 65536
check ext_clean ext4-meta-bg 512 -t ext4 -b 1024 -O meta_bg,^resize_inode,large_dir,ea_inode
check ext_clean ext4-sparse-super2 512 -t ext4 -O sparse_super2
check ext_clean ext4-mmp 256 -t ext4 -O mmp
check ext_clean ext4-small-inodes 256 -t ext4 -I 128 -O ^metadata_csum
check ext_dirty ext4-dirty 256 "" -t ext4
check ext_dirty ext4-dirty-1k 256 "" -t ext4 -b 1024
check ext_dirty ext4-dirty-32bit 256 "" -t ext4 -O ^64bit
check ext_dirty ext4-dirty-no-checksums 256 "" -t ext4 -O ^metadata_csum
check ext_dirty ext4-dirty-v1 256 ,journal_checksum -t ext4 -O ^metadata_csum
check ext_dirty ext4-dirty-async-v1 256 ,journal_async_commit,data=writeback -t ext4 -O ^metadata_csum
check ext_dirty ext4-dirty-async 256 ,journal_async_commit,data=writeback -t ext4
check ext_dirty ext4-dirty-data 256 ,data=journal -t ext4
check ext_dirty ext3-dirty 256 "" -t ext3
check ext_dirty ext3-dirty-data 256 ,data=journal -t ext3 -b 1024
check ext_wrapped ext4-wrapped 256 "" -t ext4 -J size=4
check ext_wrapped ext4-wrapped-data 256 ,data=journal -t ext4 -J size=8
check ext_wrapped ext3-wrapped 256 "" -t ext3 -b 1024 -J size=2
check ext_journal_v2 ext4-dirty-v2 256 -t ext4
# mtools takes minutes for thousands of files in one directory.
scale=15
check fat fat12 8192 -F 12 -s 8
check fat fat16 131072 -F 16
check fat fat32 131072 -F 32
scale=20
check ntfs ntfs 256 4096
check ntfs ntfs-512 256 512
check ntfs ntfs-64k 2048 65536
check ntfs ntfs-sectors 256 4096 -s 4096
check ntfs_full ntfs-full 16 4096

echo "filesystems: $passed passed, $failed failed"
echo "$passed $failed" >"$totals"
[ "$failed" -eq 0 ]
