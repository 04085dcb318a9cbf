# shellcheck shell=bash
# What .ci/windows needs from the machine; sourced by build.sh, testdata/make-windows.sh and .ci/run.
# Python is the system's, where python3-hivex is.

windows_tools() {
  cat <<'END'
hivexregedit libwin-hivex-perl
hivexsh libhivex-bin
reglookup reglookup
ntfs-3g ntfs-3g
mkntfs ntfs-3g
ntfsls ntfs-3g
x86_64-w64-mingw32-ld binutils-mingw-w64-x86-64
x86_64-w64-mingw32-windres binutils-mingw-w64-x86-64
osslsigncode osslsigncode
openssl openssl
faketime faketime
sfdisk fdisk
sgdisk gdisk
blkid util-linux
losetup mount
findmnt util-linux
unshare util-linux
mkfs.vfat dosfstools
mcopy mtools
zstd zstd
END
}

# The package of the Python module that the scripts need, where it is missing.
windows_modules() {
  /usr/bin/python3 -c 'import hivex' 2>/dev/null || echo python3-hivex
}

# Missing packages, one a line.
windows_missing() {
  local command package
  while read -r command package; do
    command -v "$command" >/dev/null || echo "$package"
  done < <(windows_tools)
  windows_modules
}

# Installs what is missing. Needs root.
need_windows_tools() {
  local missing
  mapfile -t missing < <(windows_missing)
  [ "${#missing[@]}" -gt 0 ] || return 0
  echo "installing: ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Says which are missing, and fails if any is: nothing is skipped in silence.
have_windows_tools() {
  local missing
  mapfile -t missing < <(windows_missing)
  [ "${#missing[@]}" -eq 0 ] || { echo "missing packages: ${missing[*]}" >&2; return 1; }
}
