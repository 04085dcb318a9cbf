# shellcheck shell=bash
# The Debian images for amd64: one tree, configured by its own packages, on ext4 or on btrfs.

# For btrfs and ext4 a file system identifier each, so that no two images are taken for one another.
declare -A DEBIAN_UUID=([ext4]=5eed0e04-1a2b-4c3d-8e4f-5a6b7c8d9e01
  [btrfs]=5eed0b7f-1a2b-4c3d-8e4f-5a6b7c8d9e02)
DEBIAN_DISK=5eed0001-c0de-4b1a-9e5d-0a6d15c00000
DEBIAN_ESP_ID=5EED0E51
DEBIAN_ESP_MIB=64
DEBIAN_ARGUMENTS="console=tty1 console=ttyS0,115200n8 earlyprintk=ttyS0,115200 rootdelay=300 nvme_core.io_timeout=240"

# The tree, built once and then taken from the work directory.
debian_tree() { # sets $tree
  tree=$work/debian-tree
  [ ! -e "$tree.done" ] || return 0
  rm -rf --one-file-system "$tree"
  debian_sources "$scratch/sources"
  # The drivers are listed before the kernel is configured, so that one update-initramfs is enough.
  mmdebstrap --quiet --mode=root --variant=minbase --format=directory \
    --aptopt='APT::Install-Recommends "false"' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --include="linux-image-cloud-amd64,grub-pc-bin,grub-efi-amd64-signed,shim-signed,grub2-common" \
    --include="waagent,cloud-init,openssh-server,openssl,python3,hyperv-daemons,sudo" \
    --include="cloud-guest-utils,gdisk,systemd-sysv,udev,netbase,iproute2,ifupdown,isc-dhcp-client" \
    --include="e2fsprogs,btrfs-progs,dosfstools,ca-certificates,zstd" \
    --essential-hook='mkdir -p "$1/etc/initramfs-tools" && printf "%s\n" hv_vmbus hv_storvsc \
      hv_netvsc hyperv-keyboard hid-hyperv nvme >"$1/etc/initramfs-tools/modules"' \
    "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$tree" "$scratch/sources" >&2
  debian_clean "$tree"
  debian_configure "$tree"
  touch "$tree.done"
}

# What belongs to the machine that built it, and to no other.
debian_clean() { # ROOT
  local root=$1
  rm -f "$root"/etc/ssh/ssh_host_* "$root"/root/.*history "$root"/etc/resolv.conf "$root"/etc/*-
  rm -f "$root"/var/log/*.log "$root"/var/log/apt/* "$root"/var/log/[bw]tmp "$root"/var/log/lastlog
  rm -f "$root"/var/cache/ldconfig/aux-cache "$root"/var/lib/systemd/random-seed
  rm -f "$root"/var/lib/dpkg/*-old "$root"/var/cache/debconf/*-old "$root"/var/lib/dbus/machine-id
  rm -rf "$root"/var/lib/waagent/* "$root"/var/lib/cloud "$root"/var/lib/dhcp/* "$root"/var/log/journal/*
  rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin
  rm -f "$root"/etc/{apt/apt.conf.d,dpkg/dpkg.cfg.d}/*mmdebstrap "$root"/etc/apt/sources.list.d/* "$root"/dev/null
  : >"$root/etc/machine-id"
  echo localhost.localdomain >"$root/etc/hostname"
  printf '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n' >"$root/etc/hosts"
}

# What Azure's preparation guides ask for, without what depends on the file system.
debian_configure() { # ROOT
  local root=$1 suite
  suite=$(. "$root/usr/lib/os-release" && echo "$VERSION_CODENAME")
  mkdir -p "$root"/etc/{default,network,apt} "$root"/boot/{efi,grub}
  # In the main file: some tests read it and not the drop-ins.
  sed -i -E 's/^#?ClientAliveInterval .*/ClientAliveInterval 180/
    s/^#?PasswordAuthentication .*/PasswordAuthentication no/' "$root/etc/ssh/sshd_config"
  grep -qx 'ClientAliveInterval 180' "$root/etc/ssh/sshd_config"
  sed -i -E 's/^#? ?AutoUpdate\.Enabled=.*/AutoUpdate.Enabled=y/' "$root/etc/waagent.conf"
  grep -qx 'AutoUpdate.Enabled=y' "$root/etc/waagent.conf"
  # cloud-init manages the resource disk; two would quarrel over it.
  sed -i 's/^ResourceDisk\.Format=.*/ResourceDisk.Format=n/' "$root/etc/waagent.conf"
  printf 'datasource_list: [ Azure ]\ndatasource:\n  Azure:\n    apply_network_config: true\n' \
    >"$root/etc/cloud/cloud.cfg.d/91-azure_datasource.cfg"
  printf 'auto lo\niface lo inet loopback\nsource /etc/network/interfaces.d/*\n' \
    >"$root/etc/network/interfaces"
  # The mirror that Debian's images for Azure name.
  printf 'deb http://debian-archive.trafficmanager.net/debian %s main\n' \
    "$suite" "$suite-updates" >"$root/etc/apt/sources.list"
  printf 'deb http://debian-archive.trafficmanager.net/debian-security %s-security main\n' \
    "$suite" >>"$root/etc/apt/sources.list"
  cat >"$root/etc/default/grub" <<END
GRUB_DEFAULT=0
GRUB_TIMEOUT=1
GRUB_DISTRIBUTOR=Debian
GRUB_CMDLINE_LINUX_DEFAULT=""
GRUB_CMDLINE_LINUX="$DEBIAN_ARGUMENTS"
GRUB_TERMINAL="console serial"
GRUB_SERIAL_COMMAND="serial --speed=115200"
END
}

# The image.
debian_image() { # ext4|btrfs DISK
  local kind=$1 disk=$2 uuid=${DEBIAN_UUID[$1]} root=$scratch/root device node numbers
  local first=$((2 + DEBIAN_ESP_MIB)) size prefix
  size=$((DISK_MIB - 1 - first))
  debian_tree
  disk_new "$disk" "$DEBIAN_DISK" bios:bios:1:1 "esp:esp:2:$DEBIAN_ESP_MIB" "root:root-amd64:$first:$size"
  attach_mib device "$disk" "$first" "$size"
  # grub-mkconfig distrusts a root on /dev/loopN: the same device under another name.
  node=vhd-preflight-$$
  numbers=$(lsblk -dno MAJ:MIN "$device" | tr -d ' ')
  mknod "/dev/$node" b "${numbers%:*}" "${numbers#*:}"
  nodes+=("/dev/$node")
  mkdir -p "$root"
  case $kind in
    ext4)
      prefix='' # noinit_itable: the kernel would write zeros over all inode tables
      mke2fs -q -t ext4 -U "$uuid" -L root -m 1 -O ^orphan_file,^metadata_csum_seed \
        -E lazy_itable_init=1,root_owner=0:0 "/dev/$node"
      mount -o noinit_itable "/dev/$node" "$root"
      ;;
    btrfs)
      prefix=/@
      mkfs.btrfs -q -U "$uuid" -L root "/dev/$node" >/dev/null
      mount -o compress=zstd "/dev/$node" "$root"
      btrfs -q subvolume create "$root/@"
      btrfs -q subvolume create "$root/@home"
      umount "$root"
      mount -o compress=zstd,subvol=@ "/dev/$node" "$root"
      mkdir "$root/home"
      mount -o compress=zstd,subvol=@home "/dev/$node" "$root/home"
      ;;
  esac
  losetup -d "$device"
  cp -a "$tree/." "$root/"
  debian_fstab "$kind" "$uuid" >"$root/etc/fstab"
  chroot_enter "$root" "$node" "$numbers" "$uuid"
  chroot "$root" grub-mkconfig -o /boot/grub/grub.cfg 2>"$scratch/grub.log" ||
    { cat "$scratch/grub.log" >&2; return 1; }
  grep -E "^[[:space:]]*linux.*root=UUID=$uuid.*console=ttyS0" "$root/boot/grub/grub.cfg" >/dev/null ||
    { echo "grub-mkconfig wrote no such root" >&2; grep linux "$root/boot/grub/grub.cfg" >&2; return 1; }
  chroot_leave "$root"
  debian_esp "$disk" 2 "$DEBIAN_ESP_MIB" "$DEBIAN_ESP_ID" "$root" x64 x86_64 "$uuid" "$prefix"
  grub_bios "$disk" "$root" 3 "$prefix/boot/grub" "${kind/ext4/ext2}"
  umount -R "$root"
}

debian_fstab() { # KIND UUID
  case $1 in
    ext4) printf 'UUID=%s\t/\text4\terrors=remount-ro\t0\t1\n' "$2" ;;
    btrfs)
      printf 'UUID=%s\t/\tbtrfs\tcompress=zstd,subvol=@\t0\t0\n' "$2"
      printf 'UUID=%s\t/home\tbtrfs\tcompress=zstd,subvol=@home\t0\t0\n' "$2"
      ;;
  esac
  printf 'UUID=%s\t/boot/efi\tvfat\tumask=0077\t0\t1\n' "${DEBIAN_ESP_ID:0:4}-${DEBIAN_ESP_ID:4:4}"
}

# The ESP: the signed shim as fallback loader, the signed GRUB beside it, and its configuration
# where it looks for it.
debian_esp() { # DISK FIRST-MIB SIZE-MIB ID ROOT EFI-NAME GRUB-PLATFORM UUID PREFIX
  local disk=$1 first=$2 root=$5 efi=$6 platform=$7 file
  esp_new "$disk" "$first" "$3" "$4" ESP
  cat >"$scratch/esp.cfg" <<END
search.fs_uuid $8 root
set prefix=(\$root)'$9/boot/grub'
configfile \$prefix/grub.cfg
END
  esp_put "$disk" "$first" "$root/usr/lib/shim/shim$efi.efi.signed" "/EFI/BOOT/BOOT${efi^^}.EFI"
  for file in BOOT debian; do
    esp_put "$disk" "$first" "$root/usr/lib/grub/$platform-efi-signed/grub$efi.efi.signed" \
      "/EFI/$file/grub$efi.efi"
    esp_put "$disk" "$first" "$scratch/esp.cfg" "/EFI/$file/grub.cfg"
  done
  esp_put "$disk" "$first" "$root/usr/lib/shim/shim$efi.efi.signed" "/EFI/debian/shim$efi.efi"
}
