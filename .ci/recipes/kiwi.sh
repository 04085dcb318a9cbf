#!/bin/sh
# After kiwi: its result is named .vhdfixed, of which azcopy does not see that it is a page blob.
# The description of the image has to say formatoptions="force_size"; VHD004 tells if it did not.
# usage: kiwi.sh result.vhdfixed
set -eu
result=$1
image=${result%.vhdfixed}.vhd
mv -- "$result" "$image"
vhd-preflight check --disk os --os linux -- "$image"
