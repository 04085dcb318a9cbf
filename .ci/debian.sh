#!/usr/bin/env bash
# A real Debian image, built here and now from packages: 30 GiB, GPT, GRUB for BIOS and UEFI, kernel,
# ext4, converted as Azure's pages say. It must pass. Then it is spoiled in more than ten ways, one at
# a time, and each must be caught by the rule, at the level, and with the exit code that it deserves.
#
#   .ci/debian.sh BINARY [TOTALS]      TOTALS: a file for `passed failed`
#
# KEEP=DIRECTORY keeps the image there and uses it again, for working on this script.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
binary=$(realpath "$1")
totals=${2:-/dev/null}
# shellcheck source=testdata/debian-disk.sh
. "$here/../testdata/debian-disk.sh"

for tool in mmdebstrap qemu-img sgdisk mkfs.vfat mcopy mke2fs debugfs python3; do
  command -v "$tool" >/dev/null || { echo "missing: $tool; nothing was checked" >&2; exit 1; }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gib=30
raw=$work/disk.raw
good=$work/debian-12.vhd

if [ -n "${KEEP:-}" ] && [ -e "$KEEP/disk.raw" ]; then
  cp --sparse=always "$KEEP/disk.raw" "$raw"
else
  SECONDS=0
  debian_sources "$work/sources"
  debian_root "$work/root" "$work/sources"
  debian_prepare "$work/root"
  debian_grub "$work/root" "$work"
  echo "packages unpacked and configured: ${SECONDS}s"
  # Inode tables are left to the kernel's first mount, as every installer does.
  debian_disk "$work/root" "$work" "$raw" $((gib * 1024)) 64 lazy_itable_init=1
  rm -rf "$work/root"
  echo "disk built: ${SECONDS}s"
  [ -z "${KEEP:-}" ] || { mkdir -p "$KEEP" && cp --sparse=always "$raw" "$KEEP/disk.raw"; }
fi
debian_vhd "$raw" "$good"
qemu-img info -f vpc "$good" | sed 1d
sgdisk -p "$raw" | sed -n '/^Number/,$p'
sgdisk -v "$raw" | grep 'No problems found' >/dev/null

passed=0 failed=0

# Checks one image: exit code, verdict, and the findings that must be there, as RULE=LEVEL.
expect() { # NAME FILE EXIT VERDICT [RULE=LEVEL...]
  local name=$1 file=$2 code=$3 verdict=$4 got=0
  shift 4
  timeout 60 "$binary" check "$file" --format json --no-scan --output "$work/report.json" \
    >"$work/out" 2>&1 || got=$?
  if python3 - "$work/report.json" "$name" "$got" "$code" "$verdict" "$@" 2>"$work/why" <<'END'
import json, sys
report, name, got, code, verdict, *wanted = sys.argv[1:]
image, = json.load(open(report))["images"]
found = {f"{o['rule']}={f['level']}" for o in image["outcomes"] for f in o.get("findings") or ()}
errors = sorted(entry for entry in found if entry.endswith("=error"))
wrong = []
if got != code:
    wrong.append(f"exit code {got}, expected {code}")
if image["verdict"] != verdict:
    wrong.append(f"verdict {image['verdict']}, expected {verdict}")
wrong += [f"not reported: {entry}" for entry in wanted if entry not in found]
# Whatever is not spoiled must stay without an error.
if not wanted and errors:
    wrong.append("false errors: " + " ".join(errors))
print(f"{'FAILED' if wrong else 'ok    '} {name}: {image['verdict']}, exit {got}, "
      f"{' '.join(errors) or 'no errors'}{': ' if wrong else ''}{'; '.join(wrong)}")
sys.exit(1 if wrong else 0)
END
  then passed=$((passed + 1)); else
    failed=$((failed + 1))
    # Only where there was no report to judge by: what the program or Python said instead.
    tail -n 3 "$work/why" "$work/out" 2>/dev/null | sed 's/^/       /'
  fi
  rm -f "$work/report.json"
}

# A sparse copy to spoil: it costs what the image holds, not what it pretends to be.
spoiled=$work/spoiled.vhd
copy() { cp --sparse=always "${1:-$good}" "$spoiled"; }
# Bytes into a file, from hexadecimal.
patch() { # FILE OFFSET HEX
  python3 - "$@" <<'END'
import sys
with open(sys.argv[1], "r+b") as file:
    file.seek(int(sys.argv[2]))
    file.write(bytes.fromhex(sys.argv[3]))
END
}
# The footer with fields replaced and its checksum right again, so that only the field is wrong.
refooter() { # FIELD=VALUE...
  python3 - "$here/../testdata" "$spoiled" "$@" <<'END'
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import vhdlib
fields = {name: int(value) for name, value in (entry.split("=") for entry in sys.argv[3:])}
with open(sys.argv[2], "r+b") as file:
    at = file.seek(-512, 2)
    foot = vhdlib.refooter(file.read(512), **fields)
    file.seek(at)
    file.write(foot)
END
}
# A GPT entry altered in both arrays, all CRCs right again: only the geometry is wrong.
regpt() { # ENTRY FIRST-SECTOR
  python3 - "$spoiled" "$@" <<'END'
import struct, sys, zlib
path, number, first = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with open(path, "r+b") as file:
    disk_end = (file.seek(0, 2) - 512) // 512
    for at in (1, disk_end - 1):
        file.seek(at * 512)
        head = bytearray(file.read(92))
        table, count, size = struct.unpack_from("<QII", head, 72)
        file.seek(table * 512 + (number - 1) * size + 32)
        file.write(struct.pack("<Q", first))
        file.seek(table * 512)
        struct.pack_into("<I", head, 88, zlib.crc32(file.read(count * size)))
        struct.pack_into("<I", head, 16, 0)
        struct.pack_into("<I", head, 16, zlib.crc32(bytes(head)))
        file.seek(at * 512)
        file.write(head)
END
}
size=$(stat -c %s "$good")

expect "as built" "$good" 0 pass

copy; patch "$spoiled" $((size - 512 + 64)) deadbeef
expect "footer checksum altered" "$spoiled" 1 fail VHD007=error

copy; tail -c 512 "$good" >"$work/footer"; truncate -s $((size - 512 - (1 << 20))) "$spoiled"
cat "$work/footer" >>"$spoiled"
expect "1 MiB of data missing" "$spoiled" 1 fail VHD005=error

copy; truncate -s $((size - (1 << 20))) "$spoiled"
expect "file cut short by 1 MiB" "$spoiled" 1 fail VHD001=error

copy; truncate -s $((size + 512)) "$spoiled"
expect "512 bytes appended" "$spoiled" 1 fail VHD001=error VHD017=error

qemu-img convert -f raw -O vpc -o subformat=fixed "$raw" "$spoiled"
expect "converted without force_size" "$spoiled" 1 fail VHD004=error

rm "$spoiled"; qemu-img convert -f raw -O vpc -o subformat=dynamic,force_size "$raw" "$spoiled"
expect "converted to a dynamic disk" "$spoiled" 1 fail VHD003=error

copy; refooter saved_state=1
expect "saved state" "$spoiled" 1 fail VHD008=error

copy; refooter current_size=$((size - 512 - (1 << 20)))
expect "current size 1 MiB too small" "$spoiled" 1 fail VHD005=error

copy "$raw"; qemu-img resize -q -f raw "$spoiled" "$((gib + 1))G"
mv "$spoiled" "$work/grown.raw"; debian_vhd "$work/grown.raw" "$spoiled"; rm "$work/grown.raw"
expect "grown by qemu-img resize, GPT backup left behind" "$spoiled" 0 pass PART005=warning

copy; regpt 1 1024
expect "first partition inside of the first MiB" "$spoiled" 1 fail PART003=error

copy; patch "$spoiled" $((1024 * 512)) "$(printf 'left over' | od -An -tx1 | tr -d ' \n')"
expect "junk in the first MiB" "$spoiled" 1 fail PART003=error

copy; regpt 3 8192
expect "root partition overlaps the ESP" "$spoiled" 1 fail PART014=error

copy; patch "$spoiled" $((512 + 16)) 00000000
expect "CRC of the GPT header wrong" "$spoiled" 1 fail PART001=error

copy; mv "$spoiled" "$work/debian 12.vhd"
expect "file name with a space" "$work/debian 12.vhd" 1 fail VHD014=error
rm "$work/debian 12.vhd"

copy "$raw"
expect "raw disk under the name of a VHD" "$spoiled" 1 fail VHD001=error
rm "$spoiled"

qemu-img convert -f raw -O vhdx "$raw" "$spoiled"
expect "VHDX under the name of a VHD" "$spoiled" 1 fail VHD002=error

echo "debian: $passed passed, $failed failed"
echo "$passed $failed" >"$totals"
[ "$failed" -eq 0 ]
