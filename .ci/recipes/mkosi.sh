#!/bin/sh
# After mkosi, which writes raw disks only: a whole number of MiB, the backup of the partition table
# at the new end, then a fixed VHD of exactly that size.
# usage: mkosi.sh image.raw
set -eu
raw=$1
image=${raw%.raw}.vhd
truncate --size=%1M "$raw"
sgdisk --move-second-header "$raw"
qemu-img convert -f raw -O vpc -o subformat=fixed,force_size "$raw" "$image"
vhd-preflight check --disk os --os linux -- "$image"
