#!/usr/bin/env bash
# Makes testdata/boot/initrd.*: small initial RAM disks of the same few files in every compression
# that Linux takes, by the tools that distributions use, each behind an uncompressed archive as
# microcode comes; and boot/kernel-*.head.zst, grub-*.cfg, from real Debian packages.
#
#   make-boot.sh archives            needs cpio, gzip, xz, zstd, lz4, lzma, bzip2
#   make-boot.sh debian SUITE        needs root, mmdebstrap, e2fsprogs and a loop device
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C TZ=UTC
out=$here/boot
mkdir -p "$out"

pack() ( # DIRECTORY, as initramfs-tools and dracut do it
  cd "$1"
  find . -exec touch -h -d @1767225600 {} +
  find . | sort | cpio --quiet --reproducible -R 0:0 -o -H newc
)

archives() {
  local early=$work/early main=$work/main modules
  mkdir -p "$early/kernel/x86/microcode" "$main"/{etc/cmdline.d,bin,conf}
  head -c 3000 /dev/zero | tr '\0' 'M' >"$early/kernel/x86/microcode/GenuineIntel.bin"
  echo 'root=UUID=5eed0f00-7f5a-4c0e-8d6b-2b1a3c4d5e6f rd.luks.passphrase=planted' >"$main/etc/cmdline.d/95root.conf"
  echo '#!/bin/sh' >"$main/init"
  modules=$main/usr/lib/modules/6.1.0-50-cloud-amd64
  mkdir -p "$modules"/kernel/drivers/{hv,scsi,net/hyperv,input/serio,nvme/host}
  echo vmbus >"$modules/kernel/drivers/hv/hv_vmbus.ko"
  echo storvsc >"$modules/kernel/drivers/scsi/hv_storvsc.ko"
  echo netvsc >"$modules/kernel/drivers/net/hyperv/hv_netvsc.ko.xz"
  echo keyboard >"$modules/kernel/drivers/input/serio/hyperv-keyboard.ko.zst"
  echo nvme >"$modules/kernel/drivers/nvme/host/nvme.ko"
  echo kernel/drivers/scsi/sd_mod.ko >"$modules/modules.builtin"
  (cd "$modules" && find kernel -name '*.ko*' | sort | sed 's/$/:/') >"$modules/modules.dep"
  mkdir -p "$main/usr/sbin"
  head -c 20000 /dev/zero | tr '\0' 'X' >"$main/usr/sbin/last"
  pack "$early" >"$work/early.cpio"
  pack "$main" >"$work/main.cpio"
  local kind
  for kind in none gzip xz zstd lz4 lzma bzip2; do
    case $kind in
      none) cat ;;
      gzip) gzip -n -9 ;;
      xz) xz --check=crc32 --lzma2=dict=1MiB ;;
      zstd) zstd -q -19 ;;
      lz4) lz4 -q -9 -l ;;
      lzma) lzma -9 ;;
      bzip2) bzip2 -9 ;;
    esac <"$work/main.cpio" >"$work/main.$kind"
    cat "$work/early.cpio" "$work/main.$kind" | zstd -q -19 >"$out/initrd.$kind.zst"
  done
}

# The kernel's first bytes and grub-mkconfig's output with two kernels, of a Debian release.
debian() { # SUITE
  local suite=$1 root=$work/root disk=$work/disk mount=$work/mount uuid=5eed0f00-7f5a-4c0e-8d6b-2b1a3c4d5e6f
  local mirror device loop version old=6.1.0-18-cloud-amd64 name
  mirror=$(apt-get indextargets --format '$(ORIGIN)|$(REPO_URI)' 'Created-By: Packages' |
    awk -F'|' '$1 == "Debian" && !/security/ { print $2; exit }')
  mmdebstrap --quiet --mode=root --variant=minbase --format=directory \
    --aptopt='APT::Install-Recommends "false"' \
    --include=linux-image-cloud-amd64,grub-efi-amd64-bin,grub2-common,initramfs-tools "$suite" "$root" \
    "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
  version=$(cd "$root/boot" && echo vmlinuz-*) version=${version#vmlinuz-}
  head -c 20480 "$root/boot/vmlinuz-$version" | zstd -q -19 >"$out/kernel-$suite.head.zst"
  for name in vmlinuz initrd.img config System.map; do
    cp "$root/boot/$name-$version" "$root/boot/$name-$old"
  done
  cat >"$root/etc/default/grub" <<'END'
GRUB_DEFAULT=0
GRUB_TIMEOUT=5
GRUB_DISTRIBUTOR=Debian
GRUB_CMDLINE_LINUX_DEFAULT="quiet"
GRUB_CMDLINE_LINUX="console=tty0 console=ttyS0,115200 earlyprintk=ttyS0,115200 consoleblank=0"
END
  truncate -s 2G "$disk"
  mke2fs -q -F -t ext4 -U "$uuid" -d "$root" "$disk"
  loop=$(losetup --find --show "$disk")
  # GRUB's script passes over loop devices, so the disk gets another name.
  device=/dev/vhd-boot
  mknod "$device" b "$((16#$(stat -c %t "$loop")))" "$((16#$(stat -c %T "$loop")))"
  mkdir -p /dev/disk/by-uuid "$mount"
  ln -sf "$device" "/dev/disk/by-uuid/$uuid"
  mount "$device" "$mount"
  mount --bind /dev "$mount/dev" && mount -t proc proc "$mount/proc" && mount -t sysfs sysfs "$mount/sys"
  chroot "$mount" grub-mkconfig -o /boot/grub/grub.cfg
  cp "$mount/boot/grub/grub.cfg" "$out/grub-$suite.cfg"
  umount "$mount/sys" "$mount/proc" "$mount/dev" "$mount"
  losetup -d "$loop"
  rm -f "$device" "/dev/disk/by-uuid/$uuid"
}

case ${1:-} in
  archives) archives ;;
  debian) debian "$2" ;;
  *) sed -n '2,9s/^# \?//p' "$0" && exit 2 ;;
esac
