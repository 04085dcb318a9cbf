#!/bin/sh
# After osbuild (image-builder, composer): its VHD comes compressed, as disk.vhd.xz.
# usage: osbuild.sh disk.vhd.xz
set -eu
packed=$1
image=${packed%.xz}
xz --decompress --keep --force "$packed"
vhd-preflight check --disk os --os linux -- "$image"
