#!/usr/bin/env bash
# Compares XFS and btrfs with the kernel on larger images made on the spot: thousands of entries,
# large, sparse and fragmented files, each way of compression, logs that were not closed.
#
#   filesystems-xfs-btrfs.sh [TOTALS]     leaves `passed failed` in the file TOTALS
#
# Each image is one check, and so is each that should have been made and was not. Needs root or sudo
# (loop devices, mounts), a kernel that mounts XFS and btrfs, xfsprogs, btrfs-progs, util-linux and
# python3.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
totals=${1:-}
passed=0 failed=0
work=$(mktemp -d)
images=$work/images

finish() {
  rm -rf "$work"
  echo "$passed passed, $failed failed"
  [ -z "$totals" ] || echo "$passed $failed" >"$totals"
  [ "$failed" -eq 0 ]
}
as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n env "PATH=$PATH" "$@"; fi; }

for tool in mkfs.xfs xfs_db xfs_io mkfs.btrfs btrfs blkid mount python3 cargo; do
  command -v "$tool" >/dev/null || {
    echo "FAILED: $tool is missing: apt-get install xfsprogs btrfs-progs util-linux python3"
    failed=$((failed + 1))
  }
done
[ "$failed" -eq 0 ] || { finish; exit 1; }

# What was made before a failure is compared all the same.
as_root testdata/make-xfs-btrfs.sh --large "$images" >"$work/made.log" 2>&1 || {
  echo "FAILED: not every image could be made"
  tail -n 15 "$work/made.log"
  failed=$((failed + 1))
}
cargo test --quiet --locked --test filesystems_xfs_btrfs --no-run || {
  echo "FAILED: the comparison does not build"
  failed=$((failed + 1))
}

compare() { # NAME
  [ -s "$images/$1.list" ] || { echo "no list was made"; return 1; }
  VHD_PREFLIGHT_LISTING=$images/$1.img VHD_PREFLIGHT_KIND=${1%%-*} \
    VHD_PREFLIGHT_EXPECTED=$images/$1.list \
    cargo test --quiet --locked --test filesystems_xfs_btrfs -- \
    --exact an_image_that_is_named_is_as_the_kernel_shows_it >"$work/compared" 2>&1 ||
    { tail -n 40 "$work/compared"; return 1; }
  # A test of another name would pass by not being run.
  grep -q '1 passed' "$work/compared" || { echo "no comparison was run"; return 1; }
}

for name in xfs-v5 xfs-v5-dirty xfs-v5-1k xfs-v4 btrfs-fedora btrfs-opensuse btrfs-dirty; do
  start=$SECONDS
  if compare "$name"; then
    passed=$((passed + 1))
    echo "ok: $name, $(grep -c '^entry' "$images/$name.list") entries and" \
      "$(grep -c '^free' "$images/$name.list" || true) free extents, $((SECONDS - start))s"
  else
    failed=$((failed + 1))
    echo "FAILED: $name"
  fi
done
finish
