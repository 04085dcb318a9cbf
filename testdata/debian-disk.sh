# shellcheck shell=bash
# Functions that build a bootable Debian disk from real packages; sourced by make-debian.sh (the
# small committed image) and by .ci/debian.sh (the full one that CI builds on the spot).
#
# Needs root, mmdebstrap, mke2fs and debugfs, mkfs.vfat, mtools, sgdisk, qemu-img, python3.
# No loop devices, mounts of disks or device-mapper: file systems are filled by mke2fs -d and mcopy,
# so that it works in a container too. GRUB is taken from the packages inside of the image.

# One point in time for everything that carries a time stamp: 2026-01-01T00:00:00Z.
export SOURCE_DATE_EPOCH=1767225600
export E2FSPROGS_FAKE_TIME=$SOURCE_DATE_EPOCH
export LC_ALL=C TZ=UTC

# Fixed identifiers: the same input gives the same disk.
DISK_GUID=5eed0d15-c0de-4b1a-9e5d-0a6d15c00000
ROOT_UUID=5eed0f00-7f5a-4c0e-8d6b-2b1a3c4d5e6f
ESP_ID=5EED0E5B
GRUB_MODULES="part_gpt part_msdos ext2 fat normal configfile linux search search_fs_uuid echo test \
serial terminal minicmd reboot halt ls cat"

# The Debian archives that this system itself uses, as one-line sources: the project names no
# mirror of its own. Backports are left out, they would make another Debian.
debian_sources() { # FILE
  # Without the archives' release files apt does not know whose they are.
  apt-get indextargets --format '$(ORIGIN)' | grep '^Debian$' >/dev/null || apt-get update -qq >&2
  apt-get indextargets --format '$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)' \
    'Created-By: Packages' | sort -u | awk -F'|' '$1 == "Debian" && $3 !~ /backports/ {
      print "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] " $2 " " $3 " " $4 }' >"$1"
  [ -s "$1" ] || { echo "no Debian archive among this system's apt sources" >&2; return 1; }
}

# A root file system with kernel, GRUB, SSH server, agent and cloud-init, in a directory.
debian_root() { # DIRECTORY SOURCES [PACKAGE...]
  local root=$1 sources=$2 suite
  shift 2
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mmdebstrap --quiet --mode=root --variant=minbase --format=directory \
    --aptopt='APT::Install-Recommends "false"' \
    --include="linux-image-cloud-amd64,grub-pc-bin,grub-efi-amd64-bin,grub2-common" \
    --include="openssh-server,openssl,waagent,cloud-init,hyperv-daemons" \
    --include="systemd-sysv,udev,netbase,iproute2,e2fsprogs,$(IFS=, && echo "$*")" \
    "$suite" "$root" "$sources" >&2
}

# What Azure's preparation guides ask for, and nothing that belongs to one machine.
debian_prepare() { # DIRECTORY
  local root=$1 kernel
  rm -f "$root"/etc/ssh/ssh_host_*key* "$root"/root/.bash_history "$root"/etc/resolv.conf
  rm -f "$root"/var/log/*.log "$root"/var/log/apt/* "$root"/var/log/wtmp "$root"/var/log/btmp
  rm -f "$root"/var/cache/ldconfig/aux-cache "$root"/var/lib/systemd/random-seed
  rm -f "$root"/var/lib/dpkg/*-old "$root"/var/cache/debconf/*-old "$root"/etc/*-
  : >"$root/etc/machine-id"
  echo debian >"$root/etc/hostname"
  printf '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n' >"$root/etc/hosts"
  printf 'UUID=%s\t/\text4\terrors=remount-ro\t0 1\nUUID=%s-%s\t/boot/efi\tvfat\tumask=0077\t0 1\n' \
    "$ROOT_UUID" "${ESP_ID:0:4}" "${ESP_ID:4:4}" >"$root/etc/fstab"
  mkdir -p "$root/boot/efi" "$root/boot/grub" "$root/etc/default"
  # In the main file: tests read it, not the drop-ins.
  sed -i -E 's/^#?ClientAliveInterval .*/ClientAliveInterval 180/' "$root/etc/ssh/sshd_config"
  grep -q '^ClientAliveInterval 180$' "$root/etc/ssh/sshd_config"
  sed -i -E 's/^#?PasswordAuthentication .*/PasswordAuthentication no/' "$root/etc/ssh/sshd_config"
  # Debian's package leaves its updates to apt; the checks of certification want the agent's own.
  sed -i -E 's/^#? ?AutoUpdate.Enabled=.*/AutoUpdate.Enabled=y/' "$root/etc/waagent.conf"
  grep -q '^AutoUpdate.Enabled=y$' "$root/etc/waagent.conf"
  mkdir -p "$root/etc/cloud/cloud.cfg.d"
  echo 'datasource_list: [ Azure ]' >"$root/etc/cloud/cloud.cfg.d/90_dpkg.cfg"
  cat >"$root/etc/default/grub" <<'END'
GRUB_DEFAULT=0
GRUB_TIMEOUT=1
GRUB_DISTRIBUTOR=Debian
GRUB_CMDLINE_LINUX_DEFAULT=""
GRUB_CMDLINE_LINUX="console=tty1 console=ttyS0,115200n8 earlyprintk=ttyS0,115200 rootdelay=300"
GRUB_TERMINAL="console serial"
GRUB_SERIAL_COMMAND="serial --speed=115200"
END
  kernel=$(cd "$root/boot" && echo vmlinuz-*)
  # grub-mkconfig wants to see the root file system on a device, which does not exist yet.
  cat >"$root/boot/grub/grub.cfg" <<END
set default=0
set timeout=1
serial --speed=115200
terminal_input console serial
terminal_output console serial
menuentry 'Debian GNU/Linux' --class debian --class gnu-linux --class gnu --class os {
	search --no-floppy --fs-uuid --set=root $ROOT_UUID
	linux /boot/$kernel root=UUID=$ROOT_UUID ro console=tty1 console=ttyS0,115200n8 earlyprintk=ttyS0,115200 rootdelay=300
	initrd /boot/initrd.img-${kernel#vmlinuz-}
}
END
}

# GRUB for both firmwares, made by the image's own grub-mkimage: core.img for the bios_grub
# partition, BOOTX64.EFI for the ESP. Every module that is needed is inside of the two.
debian_grub() { # ROOT OUTPUT-DIRECTORY
  local root=$1 out=$2
  mkdir -p "$root/tmp/grub"
  cat >"$root/tmp/grub/early.cfg" <<END
search --no-floppy --fs-uuid --set=root $ROOT_UUID
set prefix=(\$root)/boot/grub
configfile \$prefix/grub.cfg
END
  # shellcheck disable=SC2086 # the modules are words
  chroot "$root" grub-mkimage -O i386-pc -p '(,gpt3)/boot/grub' -c /tmp/grub/early.cfg \
    -o /tmp/grub/core.img biosdisk $GRUB_MODULES
  # shellcheck disable=SC2086
  chroot "$root" grub-mkimage -O x86_64-efi -p /EFI/BOOT -c /tmp/grub/early.cfg \
    -o /tmp/grub/BOOTX64.EFI $GRUB_MODULES
  cp "$root/tmp/grub/core.img" "$root/tmp/grub/BOOTX64.EFI" "$root/usr/lib/grub/i386-pc/boot.img" "$out/"
  cp "$root/tmp/grub/early.cfg" "$out/grub.cfg"
  rm -r "$root/tmp/grub"
}

# GPT with bios_grub at 1 MiB, ESP at 2 MiB, ext4 root up to the last MiB; both boot paths.
debian_disk() { # ROOT GRUB-DIRECTORY DISK SIZE-MIB ESP-MIB EXTENDED-OPTION [MKE2FS-OPTION...]
  local root=$1 grub=$2 disk=$3 size=$4 esp=$5 extended=$6
  shift 6
  local first=$((2 + esp)) room=$((size - 1 - 2 - esp))
  rm -f "$disk"
  truncate -s "${size}M" "$disk"
  sgdisk -U "$DISK_GUID" \
    -n "1:1MiB:$((2 * 2048 - 1))" -t 1:ef02 -c 1:bios -u "1:${DISK_GUID%0}1" \
    -n "2:2MiB:$((first * 2048 - 1))" -t 2:ef00 -c 2:esp -u "2:${DISK_GUID%0}2" \
    -n "3:${first}MiB:$(((first + room) * 2048 - 1))" -t 3:8304 -c 3:root -u "3:${DISK_GUID%0}3" \
    "$disk" >/dev/null

  local part=$grub/esp.img
  rm -f "$part"
  truncate -s "${esp}M" "$part"
  mkfs.vfat --invariant -n ESP -i "$ESP_ID" -h 4096 "$part" >/dev/null
  touch -d "@$SOURCE_DATE_EPOCH" "$grub/BOOTX64.EFI" "$grub/grub.cfg"
  MTOOLS_SKIP_CHECK=1 mmd -i "$part" ::EFI ::EFI/BOOT
  MTOOLS_SKIP_CHECK=1 mcopy -m -i "$part" "$grub/BOOTX64.EFI" "$grub/grub.cfg" ::EFI/BOOT/
  dd if="$part" of="$disk" bs=1M seek=2 conv=notrunc,sparse status=none

  mke2fs -q -F -t ext4 -d "$root" -U "$ROOT_UUID" -L root -m 1 \
    -E "offset=$((first << 20)),hash_seed=$ROOT_UUID,root_owner=0:0,$extended" "$@" "$disk" "$((room * 1024))"
  # mke2fs -d copies the change and access times of the source, which say when this script ran.
  dumpe2fs -h "$disk?offset=$((first << 20))" 2>/dev/null |
    awk -F': *' -v time="@$SOURCE_DATE_EPOCH" '
      /^Inode count/ { all = $2 }
      /^Free inodes/ { for (n = 2; n <= all - $2; n++) {
        print "set_inode_field <" n "> ctime " time
        print "set_inode_field <" n "> atime " time } }' >"$grub/times"
  debugfs -w -f "$grub/times" "$disk?offset=$((first << 20))" >/dev/null 2>&1

  # What grub-bios-setup does, without its search through this machine's devices: boot.img into
  # the boot sector, told where core.img starts; core.img told where its own rest lies.
  python3 - "$disk" "$grub/boot.img" "$grub/core.img" <<'END'
import struct, sys
disk, boot, core = sys.argv[1:]
boot, core = bytearray(open(boot, "rb").read()), bytearray(open(core, "rb").read())
start = 2048
struct.pack_into("<Q", boot, 0x5C, start)      # first sector of core.img
boot[0x64] = 0xFF                              # the drive that the firmware booted from
boot[0x66:0x68] = b"\x90\x90"                  # hard disk: no check for a floppy's drive number
core = core.ljust(-(-len(core) // 512) * 512, b"\0")
struct.pack_into("<QHH", core, 0x1F4, start + 1, len(core) // 512 - 1, 0x820)
if len(core) > 1 << 20:
    sys.exit("core.img does not fit its partition")
with open(disk, "r+b") as file:
    file.write(boot[:440])
    file.seek(start * 512)
    file.write(core)
END
}

# The fixed VHD by the recipe that Microsoft's pages give.
debian_vhd() { # DISK VHD
  qemu-img convert -f raw -O vpc -o subformat=fixed,force_size "$1" "$2"
}
