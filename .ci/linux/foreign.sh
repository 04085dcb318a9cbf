# shellcheck shell=bash
# Images of other architectures: packages of i386 and arm64, unpacked and not configured, because
# nothing of them is run here. Enough for what is read: architecture, packages, kernel, initramfs,
# boot path, and the configuration that the Debian images have too.

declare -A FOREIGN_UUID=([i386]=5eed0386-1a2b-4c3d-8e4f-5a6b7c8d9e03
  [arm64]=5eed0a64-1a2b-4c3d-8e4f-5a6b7c8d9e04)
FOREIGN_DISK=5eed0002-c0de-4b1a-9e5d-0a6d15c00000

foreign_image() { # i386|arm64 DISK
  local arch=$1 disk=$2 uuid=${FOREIGN_UUID[$1]} tree=$scratch/tree device
  local first=$((2 + DEBIAN_ESP_MIB)) size console=ttyS0 packages arguments version
  size=$((DISK_MIB - 1 - first))
  case $arch in
    i386) packages="linux-image-686 grub-pc-bin" ;;
    arm64) packages="linux-image-cloud-arm64 grub-efi-arm64-signed shim-signed" console=ttyAMA0 ;;
  esac
  if [ "$arch" = arm64 ]; then
    disk_new "$disk" "$FOREIGN_DISK" "esp:esp:1:$((DEBIAN_ESP_MIB + 1))" "root:root-$arch:$first:$size"
  else
    disk_new "$disk" "$FOREIGN_DISK" bios:bios:1:1 "root:root-$arch:$first:$size"
  fi
  attach_mib device "$disk" "$first" "$size"
  mke2fs -q -t ext4 -U "$uuid" -L root -m 1 -O ^orphan_file,^metadata_csum_seed \
    -E lazy_itable_init=1,root_owner=0:0 "$device"
  mount_loop "$device" "$tree" -o noinit_itable

  # The release alone: what is unpacked here is judged by its architecture, and mirrors are less
  # careful with the other indices of architectures that few use.
  debian_sources "$scratch/all"
  grep -vE -- '-(security|updates) ' "$scratch/all" >"$scratch/sources"
  # shellcheck disable=SC2086 # the packages are words
  foreign_unpack "$tree" "$arch" $packages waagent cloud-init openssh-server openssl python3 systemd-sysv \
    udev zstd sudo base-files base-passwd bash busybox netbase ifupdown isc-dhcp-client
  version=$(cd "$tree/usr/lib/modules" && echo [0-9]*)
  foreign_accounts "$tree"
  foreign_units "$tree"
  debian_clean "$tree"
  debian_configure "$tree"
  depmod -b "$tree" "$version"
  foreign_initramfs "$tree" "$version"

  if [ "$arch" = arm64 ]; then
    debian_esp "$disk" 1 "$((DEBIAN_ESP_MIB + 1))" "$DEBIAN_ESP_ID" "$tree" aa64 arm64 "$uuid" ''
  else
    grub_bios "$disk" "$tree" 2 /boot/grub ext2
  fi
  arguments=${DEBIAN_ARGUMENTS/console=ttyS0/console=$console}
  sed -i "s/console=ttyS0/console=$console/" "$tree/etc/default/grub"
  debian_fstab ext4 "$uuid" >"$tree/etc/fstab"
  [ "$arch" != i386 ] || sed -i /vfat/d "$tree/etc/fstab"
  # grub-mkconfig is a script of the image, but asks the image's programs.
  cat >"$tree/boot/grub/grub.cfg" <<END
set default="0"
set timeout=1
menuentry 'Debian GNU/Linux' --class debian --class gnu-linux --class gnu --class os {
	search --no-floppy --fs-uuid --set=root $uuid
	linux /boot/vmlinuz-$version root=UUID=$uuid ro $arguments
	initrd /boot/initrd.img-$version
}
END
  umount "$tree"
}

# Downloads packages with all that they need, by this machine's apt and a database of its own, and
# unpacks them. No dpkg installs them, so that its database is written from what they say themselves.
foreign_unpack() { # TREE ARCH PACKAGE...
  local tree=$1 arch=$2 apt=$scratch/apt part
  shift 2
  mkdir -p "$apt"/{lists/partial,archives/partial,parts} "$tree"/var/lib/dpkg/info \
    "$tree"/{dev,proc,sys,run,tmp,boot,root,home} "$tree"/usr/{bin,sbin,lib}
  : >"$apt/status"
  for part in bin sbin lib; do ln -s "usr/$part" "$tree/$part"; done
  cat >"$apt/apt.conf" <<END
APT::Architecture "$arch"; APT::Architectures { "$arch"; }; APT::Install-Recommends "false";
Dir::State "$apt"; Dir::State::Lists "$apt/lists"; Dir::State::status "$apt/status";
Dir::Cache "$apt"; Dir::Cache::archives "$apt/archives"; Acquire::Languages "none";
Dir::Etc::SourceList "$scratch/sources"; Dir::Etc::SourceParts "$apt/parts"; Debug::NoLocking "true";
APT::Sandbox::User "root";
END
  (cd "$apt" && export APT_CONFIG=$apt/apt.conf && apt-get -qq update &&
    apt-get -qq --download-only install "$@") >&2
  echo "$arch" >"$tree/var/lib/dpkg/arch"
  # Names with their packages; links to directories that usrmerge has are left to tar.
  find "$apt/archives" -name '*.deb' -print0 | sort -z | xargs -0 -n 1 -P 2 bash -ec '
    info=$1/var/lib/dpkg/info
    { read -r name; read -r arch; read -r multi; } < <(dpkg-deb -W --showformat="\${Package}\n\${Architecture}\n\${Multi-Arch}\n" "$2")
    [ "$multi" != same ] || name=$name:$arch
    dpkg-deb -f "$2" | sed "1a Status: install ok installed" >"$info/$name.stanza"
    echo >>"$info/$name.stanza"
    dpkg-deb --fsys-tarfile "$2" | tar -C "$1" -xpv --keep-directory-symlink --warning=no-timestamp |
      sed -e "s:^\.::; s:/\$::; s:^\$:/.:" >"$info/$name.list"' unpack "$tree"
  cat "$tree"/var/lib/dpkg/info/*.stanza >"$tree/var/lib/dpkg/status"
  rm -f "$tree"/var/lib/dpkg/info/*.stanza
}

# What the maintainer scripts would have done.
foreign_accounts() { # TREE
  cp "$1/usr/share/base-passwd/passwd.master" "$1/etc/passwd"
  cp "$1/usr/share/base-passwd/group.master" "$1/etc/group"
  sed -i 's/^\([^:]*\):[^:]*:/\1:x:/' "$1/etc/passwd"
  sed 's/^\([^:]*\):.*/\1:*:20454:0:99999:7:::/' "$1/etc/passwd" >"$1/etc/shadow"
  chmod 640 "$1/etc/shadow"
  cp "$1/usr/share/openssh/sshd_config" "$1/etc/ssh/sshd_config"
  mkdir -p "$1/etc/ssh/sshd_config.d" "$1/root"
  ln -sf python3."$(cd "$1/usr/bin" && ls -d python3.[0-9]* | sed 's/python3\.//' | sort -n | tail -n 1)" \
    "$1/usr/bin/python3"
}
foreign_units() { # TREE
  local wants=$1/etc/systemd/system unit
  mkdir -p "$wants/multi-user.target.wants" "$wants/cloud-init.target.wants"
  for unit in ssh walinuxagent; do
    ln -sf "/lib/systemd/system/$unit.service" "$wants/multi-user.target.wants/$unit.service"
  done
  for unit in cloud-init-local cloud-init cloud-config cloud-final; do
    ln -sf "/lib/systemd/system/$unit.service" "$wants/cloud-init.target.wants/$unit.service"
  done
}

# An initramfs of two archives, as distributions lay it out: an uncompressed one in front (where
# microcode goes), then drivers, busybox and a start script, compressed.
foreign_initramfs() { # TREE VERSION
  local tree=$1 version=$2 early=$scratch/early main=$scratch/main path
  local names='hv_vmbus|hv_storvsc|hv_netvsc|hv_utils|hv_balloon|hyperv-keyboard|hid-hyperv|nvme|nvme-core|ext4|jbd2|mbcache|crc16|crc32c_generic|sd_mod|scsi_mod|scsi_common|scsi_transport_fc'
  mkdir -p "$early/kernel/x86/microcode" "$main/bin" "$main/usr/lib/modules/$version"
  head -c 2048 /dev/zero >"$early/kernel/x86/microcode/GenuineIntel.bin"
  cp "$tree/usr/bin/busybox" "$main/bin/"
  (cd "$tree/usr/lib/modules/$version" && find . -name '*.ko*' | grep -E "/($names)\.ko" &&
    printf './modules.%s\n' builtin builtin.modinfo order) |
    (cd "$tree/usr/lib/modules/$version" && cpio -pdm --quiet "$main/usr/lib/modules/$version")
  ln -s usr/lib "$main/lib"
  depmod -b "$main" "$version"
  printf '#!/bin/busybox sh\nfor module in %s; do /bin/busybox modprobe "$module"; done\n' \
    "${names//|/ }" >"$main/init"
  chmod 755 "$main/init"
  path=$tree/boot/initrd.img-$version
  (cd "$early" && find . | LC_ALL=C sort | cpio -o -H newc --quiet -R 0:0) >"$path"
  (cd "$main" && find . | LC_ALL=C sort | cpio -o -H newc --quiet -R 0:0 | zstd -q -9 -T2) >>"$path"
}
