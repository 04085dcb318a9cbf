#!/usr/bin/env bash
# Scripts of fixes, as real shells read them: bash and dash take each for a script, none does
# anything before it was read, and names with commands in them run nothing. Installs shellcheck, which
# reads them, too.
#
# usage: .ci/fix-scripts.sh PROGRAM WORK-FOLDER
set -euo pipefail
export PATH=$PATH:/usr/sbin:/sbin
program=$(realpath "$1") work=$2
as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi; }
need=()
command -v shellcheck >/dev/null || need+=(shellcheck)
command -v debugfs >/dev/null || need+=(e2fsprogs)
command -v sfdisk >/dev/null || need+=(fdisk)
if [ ${#need[@]} -gt 0 ]; then
  as_root apt-get update -qq
  as_root apt-get install -y -qq --no-install-recommends "${need[@]}" >/dev/null
fi
mkdir -p "$work"
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")
cd "$work"
passed=0 failed=0
check() { # TITLE COMMAND...
  local title=$1
  shift
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "failed: $title" >&2; fi
}
refused() { ! "$@" 2>said.txt && grep -q 'Read this script first' said.txt; }

# One image by plain and by hostile names; its end is cut off, so that there is much to mend.
image=$here/testdata/debian-12-small.vhd
names=(plain.vhd "it's.vhd" '$(touch owned).vhd' '`touch owned`.vhd' $'a\ntouch owned\n.vhd' 'a; touch owned #.vhd' '"; touch owned; ".vhd')
for name in "${names[@]}"; do
  head -c -1024 "$image" >"./$name"
done
for name in "${names[@]}" "$image"; do
  "$program" check --no-scan -q --fix-script=fix.sh -- "$name" >/dev/null || [ $? -le 2 ]
  check "bash -n: $name" bash -n fix.sh
  check "dash -n: $name" dash -n fix.sh
  check "shellcheck: $name" shellcheck -s sh fix.sh
  for part in guest host ''; do
    check "unread $part: $name" refused env -u VHD_PREFLIGHT_I_HAVE_READ_THIS dash fix.sh $part
    check "read for the other part: $name" refused env VHD_PREFLIGHT_I_HAVE_READ_THIS=other bash fix.sh $part
  done
done
"$program" check --no-scan -q --fix-script=all.sh . >/dev/null || [ $? -le 2 ]
check "bash -n: all" bash -n all.sh
# With nothing to call: what is not the script's own ends it at the first step.
for shell in bash dash; do
  path=$(command -v "$shell")
  for part in guest host; do
    env -i VHD_PREFLIGHT_I_HAVE_READ_THIS=$part PATH=/nowhere "$path" all.sh $part 1 2>/dev/null || true
  done
done
check "nothing was run" test ! -e owned

# A guest whose names would like to be commands, and programs that only say how they were called:
# each name arrives as it is.
cp --sparse=always "$image" guest.vhd
root="guest.vhd?offset=$(sfdisk -J "$image" | awk -F'[:,]' '/"start"/ { at = $2 } END { print at * 512 }')"
home="/home/it's \$(touch owned); x"
debugfs -R 'cat /etc/passwd' "$root" 2>/dev/null >passwd
echo "joe:x:1000:1000::$home:/bin/bash" >>passwd
echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZvbyBiYXIgYmF6IHF1eCBxdXV4IGNvcmdlIGdyYXVs a@b' >keys
cat >edits <<EOF
rm /etc/passwd
write passwd /etc/passwd
mkdir "$home"
mkdir "$home/.ssh"
write keys "$home/.ssh/authorized_keys"
write keys "$home/.bash_history"
EOF
debugfs -w -f edits "$root" >/dev/null 2>&1
"$program" check --no-scan -q --fix-script=guest.sh guest.vhd >/dev/null || [ $? -le 2 ]
check "shellcheck: a hostile guest" shellcheck -s sh -S warning guest.sh
mkdir -p stubs
for name in $(sed -n '/^const PROGRAMS/,/^];/s/^    "\(.*\)",$/\1/p' "$here/src/report/fixes/shell.rs"); do
  printf '#!/bin/sh\n{ printf "%%s" "%s"; printf " [%%s]" "$@"; echo; } >>called\n' "$name" >"stubs/$name"
  chmod +x "stubs/$name"
done
for shell in bash dash; do
  rm -f called
  env -i VHD_PREFLIGHT_I_HAVE_READ_THIS=guest "PATH=$PWD/stubs" "$(command -v "$shell")" guest.sh guest || true
  check "$shell: each name is one word" grep -qxF "rm [-f] [$home/.ssh/authorized_keys]" called
  check "$shell: nothing else was run" test ! -e owned
done 2>/dev/null
# A command that fails in its middle ends the script, and says where.
printf '#!/bin/sh\nexit 3\n' >stubs/rm
check "a failure ends it" bash -c '! env -i VHD_PREFLIGHT_I_HAVE_READ_THIS=guest "PATH=$1" /bin/sh guest.sh guest 2>said.txt && grep -q "did not work" said.txt' _ "$PWD/stubs"
echo "fix scripts: $passed passed, $failed failed"
[ -z "${COUNTS:-}" ] || echo "$passed $failed" >"$COUNTS"
[ "$failed" -eq 0 ]
