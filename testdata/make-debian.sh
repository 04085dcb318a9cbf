#!/usr/bin/env bash
# Makes testdata/debian-12-small.vhd: a Linux disk of 64 MiB from real Debian packages, laid out as
# a publisher's image should be, and the facts that independent tools report of it.
#
# Right are: GPT with its backup in the last sector, the first MiB free, partitions on whole MiB,
# GRUB for BIOS (boot sector and bios_grub partition) and for UEFI (EFI/BOOT/BOOTX64.EFI), a whole
# number of MiB, file length = size + 512, zeroed free space, and the guest's configuration: kernel
# command line, sshd_config, waagent.conf, cloud-init, dpkg database, no keys and no machine id.
# Only the size is below what the Marketplace recommends.
#
# It is a real kernel with a small initrd, real configuration and a real package database, but not
# a whole system: to stay small in git, most of /usr is left out (see `keep` below), so it boots as
# far as the kernel and its initrd. CI builds the whole system (.ci/debian.sh).
#
# Root is needed (packages are unpacked with their owners). The same archive gives the same file.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=testdata/debian-disk.sh
. "$here/debian-disk.sh"

size=64 esp=4
image=$here/debian-12-small.vhd
work=$(mktemp -d)
# A tmpfs lists its directories in the order of creation, so that the inodes come out the same.
small=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "$work")")
trap 'rm -rf "$work" "$small"' EXIT

debian_sources "$work/sources"
debian_root "$work/root" "$work/sources" xz-utils cloud-guest-utils
debian_prepare "$work/root"
debian_grub "$work/root" "$work"

# An initrd with the drivers of Azure's and QEMU's disks only, by the image's own tool. Without udev
# and device-mapper it is half the size: the modules are listed, devtmpfs makes the nodes.
kernel=$(cd "$work/root/boot" && echo vmlinuz-*)
version=${kernel#vmlinuz-}
cp -a "$work/root/etc/initramfs-tools" "$work/root/tmp/initramfs"
sed -i 's/^MODULES=.*/MODULES=list/; s/^COMPRESS=.*/COMPRESS=xz/; s/^BUSYBOX=.*/BUSYBOX=n/' \
  "$work/root/tmp/initramfs/initramfs.conf"
printf '%s\n' hv_vmbus hv_storvsc hv_netvsc hyperv_keyboard sd_mod virtio_pci virtio_blk >"$work/root/tmp/initramfs/modules"
rm -f "$work"/root/usr/share/initramfs-tools/hooks/{udev,dmsetup}
rm -f "$work"/root/usr/share/initramfs-tools/scripts/init-{top,bottom}/udev
printf '%s\n' '#!/bin/sh' '[ "$1" != prereqs ] || exit 0' \
  '. /usr/share/initramfs-tools/hook-functions' 'copy_exec /usr/sbin/blkid /sbin' \
  >"$work/root/usr/share/initramfs-tools/hooks/blkid"
chmod +x "$work/root/usr/share/initramfs-tools/hooks/blkid"
chroot "$work/root" mkinitramfs -d /tmp/initramfs -o "/boot/initrd.img-$version" "$version" 2>/dev/null
rm -r "$work/root/tmp/initramfs"

# What stays. Whole files as the packages installed them; the rest of the system is left out.
keep=(
  ./etc ./boot ./root ./var/lib/dpkg/status ./var/lib/dpkg/arch ./var/lib/dpkg/diversions
  ./usr/lib/os-release ./usr/lib/systemd/system ./usr/lib/systemd/systemd
  ./usr/bin/dash ./usr/bin/sh ./usr/bin/openssl ./usr/sbin/init
  ./usr/sbin/sshd ./usr/sbin/waagent ./usr/bin/cloud-init ./usr/bin/python3 ./usr/bin/python3.11
  ./usr/lib/python3/dist-packages/azurelinuxagent/common/version.py
  "./usr/lib/modules/$version/modules.dep" "./usr/lib/modules/$version/modules.builtin"
  "./usr/lib/modules/$version/modules.alias"
  ./usr/lib/tmpfiles.d ./usr/lib/sysusers.d ./usr/lib/sysctl.d ./usr/lib/udev/rules.d
  ./usr/share/common-licenses
)
# The drivers that a machine in Azure needs first, as files too.
for module in hv_vmbus hv_storvsc hv_netvsc hv_utils hv_balloon hyperv-keyboard hid-hyperv udf vfat; do
  while read -r file; do keep+=("$file"); done < <(
    cd "$work/root" && find "./usr/lib/modules/$version" -name "$module.ko*")
done
for package in linux-image-cloud-amd64 "linux-image-$version" openssh-server openssl waagent \
  cloud-init dash systemd grub-common grub-pc-bin grub-efi-amd64-bin initramfs-tools klibc-utils \
  busybox udev kmod; do
  [ ! -e "$work/root/usr/share/doc/$package/copyright" ] ||
    keep+=("./usr/share/doc/$package/copyright")
done
leave=(./etc/ssl/certs ./boot/efi/* "./boot/System.map-$version" ./initrd.img.old ./vmlinuz.old)
(
  cd "$work/root"
  {
    find . -mindepth 1 -maxdepth 1 -print
    find ./dev ./proc ./sys ./run ./tmp ./mnt ./media ./opt ./srv ./home -maxdepth 0 2>/dev/null
    printf '%s\n' ./usr ./usr/bin ./usr/sbin ./usr/lib ./usr/share ./usr/local ./var ./var/lib \
      ./var/log ./var/tmp ./var/lib/waagent ./var/lib/cloud
    find ./var/lib/dpkg/info \( -name '*.list' -o -name '*.conffiles' \)
    find "${keep[@]}"
  } | LC_ALL=C sort -u | while read -r path; do
    for prefix in "${leave[@]}"; do
      case $path in "$prefix"/*) continue 2 ;; esac
      [ "$path" != "$prefix" ] || continue 2
    done
    # Only paths that exist in this root, whatever the release calls them.
    [ ! -e "$path" ] && [ ! -L "$path" ] || printf '%s\n' "$path"
  done >"$work/list"
  tar --no-recursion -T "$work/list" --mtime="@$SOURCE_DATE_EPOCH" -cf - | tar -xf - -C "$small"
)
# Directories on the way to a kept file, which the list does not name, got today's date.
find "$small" -depth -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

debian_disk "$small" "$work" "$work/disk.raw" "$size" "$esp" lazy_itable_init=0 -J size=4 -N 8192
debian_vhd "$work/disk.raw" "$work/image.vhd"
# qemu-img writes the time and a random identifier into the footer: the only bytes that would
# differ from run to run.
python3 - "$here" "$work/image.vhd" "$SOURCE_DATE_EPOCH" <<'END'
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import vhdlib
with open(sys.argv[2], "r+b") as file:
    at = file.seek(-512, 2)
    foot = vhdlib.refooter(file.read(512), time_stamp=int(sys.argv[3]) - vhdlib.EPOCH,
                           unique_id=bytes.fromhex("5eed0d15c0de4b1a9e5d0a6d15c0ffee"))
    file.seek(at)
    file.write(foot)
END
# The committed file is sparse where it may be: git stores the same bytes.
cp --sparse=always "$work/image.vhd" "$image"

python3 - "$here" "$image" "$work" <<'END'
import json, os, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import oracles, vhdlib
here, image, work = sys.argv[1:]
raw = os.path.join(work, "check.raw")
facts = {"tools": oracles.versions(), "made_by": "make-debian.sh",
         **oracles.vhd_facts(image, raw)}
vhdlib.Disk(image).flatten(raw)
dpkg = oracles.run("debugfs", "-R", "cat /var/lib/dpkg/status", raw + "?offset=6291456")[1]
fields, packages = {}, {}
for line in dpkg.splitlines() + [""]:
    if not line:
        if fields.get("Status") == "install ok installed":
            packages[fields["Package"]] = fields["Version"]
        fields = {}
    elif not line.startswith(" ") and ": " in line:
        fields.update([line.split(": ", 1)])
facts["fsck_exit"] = oracles.run("e2fsck", "-fn", raw + "?offset=6291456")[0]
facts["packages"] = dict(sorted(packages.items()))
with open(image.removesuffix(".vhd") + ".facts.json", "w") as file:
    json.dump(facts, file, indent=1, sort_keys=True)
    file.write("\n")
END
printf '%s: %s bytes, %s with gzip\n' "${image##*/}" "$(stat -c %s "$image")" "$(gzip -6c "$image" | wc -c)"
