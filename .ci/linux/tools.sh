# shellcheck shell=bash
# What .ci/linux needs from the machine; sourced by .ci/linux/build.sh and by .ci/run.

# Command and package, one pair a line. Only what is missing is installed, so that newer versions stay.
linux_tools() {
  cat <<'END'
mmdebstrap mmdebstrap
dpkg-deb dpkg
sfdisk fdisk
sgdisk gdisk
blkid util-linux
losetup mount
findmnt util-linux
unshare util-linux
mkfs.vfat dosfstools
mcopy mtools
mke2fs e2fsprogs
debugfs e2fsprogs
mkfs.xfs xfsprogs
xfs_db xfsprogs
mkfs.btrfs btrfs-progs
pvcreate lvm2
cryptsetup cryptsetup-bin
rpmbuild rpm
rpm rpm
dracut dracut-core
grub-mkimage grub-common
lsinitramfs initramfs-tools-core
lsinitrd dracut-core
mkswap util-linux
setpriv util-linux
cpio cpio
depmod kmod
ldconfig libc-bin
xz xz-utils
zstd zstd
python3 python3
END
}

# Installs what is missing. Needs root.
need_tools() {
  local missing=() command package
  while read -r command package; do
    command -v "$command" >/dev/null || missing+=("$package")
  done < <(linux_tools)
  [ "${#missing[@]}" -gt 0 ] || return 0
  echo "installing: ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Says which are missing, and fails if any is: nothing is skipped in silence.
have_tools() {
  local status=0 command package
  while read -r command package; do
    command -v "$command" >/dev/null || { echo "missing: $command (package $package)" >&2; status=1; }
  done < <(linux_tools)
  return "$status"
}
