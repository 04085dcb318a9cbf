#!/usr/bin/env bash
# The page of `--format html` in a real headless Chromium: no console error, no request, filters,
# copying, keyboard, contrast in both themes, phone width, paper, and guest names that would like to
# be markup. Installs what it needs. Usage: .ci/html/check.sh [PROGRAM [SCREENSHOT-FOLDER]]
set -euo pipefail
export PATH=$PATH:/usr/sbin:/sbin
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
program=$(realpath "${1:-target/release/vhd-preflight}")
shots=${2:-}
as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi; }

need=()
command -v chromium >/dev/null || need+=(chromium)
command -v npm >/dev/null || need+=(nodejs npm)
command -v zstd >/dev/null || need+=(zstd)
command -v debugfs >/dev/null || need+=(e2fsprogs)
command -v sfdisk >/dev/null || need+=(fdisk)
if [ ${#need[@]} -gt 0 ]; then
  as_root apt-get update -qq
  as_root apt-get install -y -qq --no-install-recommends "${need[@]}" >/dev/null
fi

work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
mkdir -p "$work/pages" "$work/images"
cp .ci/html/check.js .ci/html/package.json .ci/html/package-lock.json "$work/"
(cd "$work" && npm ci --no-audit --no-fund --silent)

# A verdict is no error of this script; that no page came of it is.
page() { # NAME ARGUMENT...
  local name=$1
  shift
  "$program" check --quiet --format "html=$work/pages/$name.html" "$@" || [ -s "$work/pages/$name.html" ]
}

for name in fixed-good dynamic-good diff-child fixed-bad-checksum; do
  zstd -qd "testdata/containers/$name.vhd.zst" -o "$work/images/$name.vhd"
done
cp testdata/debian-12-small.vhd "$work/images/previous.vhd"
(
  cd "$work/images"
  # A changed version, whose guest has names that would like to be more than names.
  evil='<script>window.pwned=1</script><img src=x onerror=window.pwned=1>'
  cp --sparse=always previous.vhd hostile.vhd
  root="hostile.vhd?offset=$(sfdisk -J previous.vhd | awk -F'[:,]' '/"start"/ { at = $2 } END { print at * 512 }')"
  for file in /usr/lib/os-release /etc/fstab; do
    debugfs -R "cat $file" "$root" 2>/dev/null >"$work/file"
    case $file in
      *os-release) echo "PRETTY_NAME=\"$evil\"" >>"$work/file" ;;
      *) echo "/dev/sdb1 /${evil// /_}&lt; ext4 defaults 0 2" >>"$work/file" ;;
    esac
    printf 'rm %s\nwrite %s %s\n' "$file" "$work/file" "$file" | debugfs -w -f - "$root" >/dev/null 2>&1
  done
  cp hostile.vhd '<img src=x onerror="window.pwned=1">.vhd'
  page good previous.vhd
  page hostile --previous previous.vhd hostile.vhd
  page hostile-name '<img src=x onerror="window.pwned=1">.vhd' hostile.vhd
  page several fixed-good.vhd dynamic-good.vhd diff-child.vhd fixed-bad-checksum.vhd not-there.vhd
  page no-content --no-scan dynamic-good.vhd
  # Accepted for a reason that would like to be markup, and once for too long.
  cat >accepted.toml <<EOF
[[suppress]]
rule = "LNX038"
reason = '</script>$evil'
expires = 2999-01-31
[[suppress]]
rule = "VHD010"
reason = 'until then'
expires = 2020-01-31
EOF
  page hostile-configured --no-scan --config accepted.toml hostile.vhd
)
ls -l "$work/pages"
if [ -n "$shots" ]; then mkdir -p "$shots"; shots=$(realpath "$shots"); fi
cd "$work"
node check.js pages ${shots:+"$shots"}
