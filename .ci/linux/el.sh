# shellcheck shell=bash
# An image as an enterprise Linux 9 is: LVM with XFS on it, /boot of its own, packages in rpm's SQLite
# database, boot entries by the Boot Loader Specification, an initramfs by dracut, modules in xz.
#
# No such distribution's archive is needed: programs and kernel are Debian's under the names that they
# would have there, packed by rpmbuild and installed by rpm.

# shellcheck source=.ci/linux/el_tree.sh
. "$linux/el_tree.sh"

EL_KERNEL=5.14.0-570.12.1.el9_6.x86_64
EL_DISK=5eed0003-c0de-4b1a-9e5d-0a6d15c00000
EL_ESP_ID=5EED0E59
EL_ESP_MIB=200 EL_BOOT_MIB=1024
EL_ROOT_LV_MIB=20480 EL_VAR_LV_MIB=4096
EL_BOOT_UUID=5eed0b00-1a2b-4c3d-8e4f-5a6b7c8d9e05
EL_ROOT_UUID=5eed0e90-1a2b-4c3d-8e4f-5a6b7c8d9e06
EL_VAR_UUID=5eed0e9f-1a2b-4c3d-8e4f-5a6b7c8d9e07
EL_ENTRY=5eed0e11c0de4b1a9e5d0a6d15c0ffee-$EL_KERNEL
EL_ARGUMENTS="root=/dev/mapper/rootvg-rootlv ro console=tty1 console=ttyS0,115200n8 earlyprintk=ttyS0,115200 rootdelay=300 nvme_core.io_timeout=240"

# LVM without device-mapper and without a trace on this machine.
lvm_do() { # COMMAND DEVICE ARGUMENT...
  local command=$1 device=$2
  shift 2
  "$command" --driverloaded n --nolocking --devices "$device" \
    --config 'backup { backup=0 archive=0 } activation { udev_sync=0 udev_rules=0 }' "$@" \
    2> >(grep -vE 'leaked on|WARNING' >&2 || true)
}

el_image() { # DISK
  local disk=$1 boot=$((2 + EL_ESP_MIB)) root=$scratch/root stage=$scratch/stage pv size device
  local pv_first=$((boot + EL_BOOT_MIB))
  size=$((DISK_MIB - 1 - pv_first))
  debian_tree
  el_stage "$stage"
  el_packages "$stage" "$scratch/rpms"

  disk_new "$disk" "$EL_DISK" bios:bios:1:1 "esp:esp:2:$EL_ESP_MIB" "boot:linux:$boot:$EL_BOOT_MIB" \
    "lvm:lvm:$pv_first:$size"
  attach_mib pv "$disk" "$pv_first" "$size"
  lvm_do pvcreate "$pv" -q -q -y "$pv" >/dev/null
  lvm_do vgcreate "$pv" -q -q rootvg "$pv" >/dev/null
  lvm_do lvcreate "$pv" -q -q -an -Zn -Wn -n rootlv -L "${EL_ROOT_LV_MIB}m" rootvg >/dev/null
  lvm_do lvcreate "$pv" -q -q -an -Zn -Wn -n varlv -L "${EL_VAR_LV_MIB}m" rootvg >/dev/null
  el_volume "$disk" "$pv" "$pv_first" rootlv "$EL_ROOT_LV_MIB" root "$EL_ROOT_UUID" "$root"
  mkdir -p "$root/boot" "$root/var"
  el_volume "$disk" "$pv" "$pv_first" varlv "$EL_VAR_LV_MIB" var "$EL_VAR_UUID" "$root/var"
  attach_mib device "$disk" "$boot" "$EL_BOOT_MIB"
  mkfs.xfs -q -m uuid="$EL_BOOT_UUID" -L boot "$device"
  mount_loop "$device" "$root/boot"
  losetup -d "$pv"

  el_install "$root" "$scratch/rpms"
  el_boot "$root"
  esp_new "$disk" 2 "$EL_ESP_MIB" "$EL_ESP_ID" EFI-SYSTEM
  el_esp "$disk" 2
  el_bios "$disk"
  umount -R "$root"
}

# A logical volume that lies in one piece: its place from LVM's own words, XFS, mounted.
el_volume() { # DISK PV PV-FIRST-MIB NAME SIZE-MIB LABEL UUID DIRECTORY
  local device start pe extent
  start=$(lvm_do pvs "$2" --noheadings --nosuffix --units b -o pe_start | tr -d ' ')
  extent=$(lvm_do vgs "$2" --noheadings --nosuffix --units b -o vg_extent_size rootvg | tr -d ' ')
  pe=$(lvm_do lvs "$2" --noheadings --segments -o seg_pe_ranges "rootvg/$4" | sed -E 's/.*:([0-9]+)-[0-9]+ *$/\1/')
  attach device "$1" $((($3 << 20) + start + pe * extent)) $(($5 << 20))
  mkfs.xfs -q -m uuid="$7" -L "$6" "$device"
  mount_loop "$device" "$8"
}

# rpmbuild: one spec, all packages.
el_packages() { # STAGE OUTPUT-DIRECTORY
  python3 "$linux/el_spec.py" "$1" "$EL_KERNEL" >"$scratch/el.spec"
  rpmbuild -bb --quiet --target x86_64 --nodeps --define "_topdir $scratch/rpmbuild" --define "_rpmdir $2" \
    --define "_buildhost localhost" --define 'use_source_date_epoch_as_buildtime 1' \
    --define '_rpmfilename %%{NAME}.rpm' "$scratch/el.spec" >"$scratch/rpmbuild.log" 2>&1 ||
    { tail -n 20 "$scratch/rpmbuild.log" >&2; return 1; }
}

el_install() { # ROOT RPMS
  local options=(--root "$1" --dbpath /var/lib/rpm --define '_db_backend sqlite' --define '_pkgverify_level none')
  mkdir -p "$1/var/lib/rpm"
  rpm "${options[@]}" --initdb
  # The links that merge /usr have to be there before anything goes through them.
  rpm "${options[@]}" -i --force-debian --nodeps --nosignature --noscripts "$2/filesystem.rpm"
  rm "$2/filesystem.rpm"
  rpm "${options[@]}" -i --force-debian --nodeps --nosignature --noscripts "$2"/*.rpm
  # Its journal is of no use in an image.
  rm -f "$1"/var/lib/rpm/{.rpm.lock,rpmdb.sqlite-wal,rpmdb.sqlite-shm} "$1"/var/lib/rpm/__db.*
  [ -s "$1/var/lib/rpm/rpmdb.sqlite" ]
  ldconfig -r "$1"
}

# /boot: kernel, configuration, initramfs, entries.
el_boot() { # ROOT
  local boot=$1/boot modules=$1/usr/lib/modules/$EL_KERNEL
  cp "$modules/vmlinuz" "$boot/vmlinuz-$EL_KERNEL"
  cp "$modules/config" "$boot/config-$EL_KERNEL"
  el_initramfs "$modules" "$boot/initramfs-$EL_KERNEL.img"
  mkdir -p "$boot/efi" "$boot/grub2" "$boot/loader/entries"
  cat >"$boot/loader/entries/$EL_ENTRY.conf" <<END
title AlmaLinux ($EL_KERNEL) 9.6 (Sage Margay)
version $EL_KERNEL
linux /vmlinuz-$EL_KERNEL
initrd /initramfs-$EL_KERNEL.img \$tuned_initrd
options \$kernelopts \$tuned_params
grub_users \$grub_users
grub_arg --unrestricted
grub_class almalinux
END
  python3 "$linux/boot.py" grubenv "$boot/grub2/grubenv" "saved_entry=$EL_ENTRY" "kernelopts=$EL_ARGUMENTS" \
    boot_success=0
  cat >"$boot/grub2/grub.cfg" <<END
set pager=1
if [ -f \${config_directory}/grubenv ]; then
  load_env -f \${config_directory}/grubenv
elif [ -s \$prefix/grubenv ]; then
  load_env
fi
set default="\${saved_entry}"
serial --speed=115200 --unit=0 --word=8 --parity=no --stop=1
terminal_input serial console
terminal_output serial console
set timeout=10
search --no-floppy --fs-uuid --set=boot $EL_BOOT_UUID
insmod blscfg
blscfg
END
}

# dracut, run in the Debian tree with this machine's dracut laid over it, so that programs and
# libraries in the initramfs are those of one system.
el_initramfs() { # MODULES OUTPUT
  local room=$scratch/dracut
  mkdir -p "$room"/{upper,work,root}
  mount -t overlay -o "lowerdir=$tree,upperdir=$room/upper,workdir=$room/work" overlay "$room/root"
  cp -a /usr/lib/dracut "$room/root/usr/lib/"
  cp -a "$(command -v dracut)" "$room/root/usr/bin/"
  mkdir -p "$room/root/etc/dracut.conf.d" "$room/root/usr/lib/modules/$EL_KERNEL"
  # Microcode that is none, so that an uncompressed archive stands in front.
  mkdir -p "$room/root/usr/lib/firmware/intel-ucode"
  head -c 4096 /dev/zero >"$room/root/usr/lib/firmware/intel-ucode/06-55-04"
  mount --bind "$1" "$room/root/usr/lib/modules/$EL_KERNEL"
  chroot_enter "$room/root"
  chroot "$room/root" dracut --force --quiet --no-hostonly --gzip --early-microcode \
    --add-drivers 'hv_vmbus hv_netvsc hv_storvsc hyperv-keyboard hid-hyperv nvme nvme-core xfs' \
    --omit 'plymouth lvm dm mdraid network btrfs resume' /tmp/initramfs.img "$EL_KERNEL" \
    >"$scratch/dracut.log" 2>&1 || { tail -n 20 "$scratch/dracut.log" >&2; return 1; }
  cp "$room/root/tmp/initramfs.img" "$2"
  chmod 600 "$2"
  chroot_leave "$room/root"
  umount -R "$room/root"
}

el_esp() { # DISK FIRST-MIB
  local shim=$tree/usr/lib/shim/shimx64.efi.signed directory
  # Debian's, because nobody else signs one.
  local grub=$tree/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed
  cat >"$scratch/el.cfg" <<END
search --no-floppy --root-dev-only --fs-uuid --set=dev $EL_BOOT_UUID
set prefix=(\$dev)/grub2
export \$prefix
configfile \$prefix/grub.cfg
END
  for directory in BOOT almalinux; do
    esp_put "$1" "$2" "$grub" "/EFI/$directory/grubx64.efi"
    esp_put "$1" "$2" "$scratch/el.cfg" "/EFI/$directory/grub.cfg"
  done
  esp_put "$1" "$2" "$shim" /EFI/BOOT/BOOTX64.EFI
  esp_put "$1" "$2" "$shim" /EFI/almalinux/shimx64.efi
}

el_bios() { # DISK
  local from=$tree/usr/lib/grub/i386-pc
  grub-mkimage -d "$from" -O i386-pc -p '(,gpt3)/grub2' -o "$scratch/core.img" biosdisk part_gpt xfs \
    normal configfile linux search search_fs_uuid echo test loadenv
  python3 "$linux/boot.py" bios "$1" "$from/boot.img" "$scratch/core.img" 2048
}
