#!/usr/bin/env bash
# Times the content pass as a whole process against what reads or hashes the same files: `cat` (the
# bare read), b3sum (the fastest hash that people use), bmaptool and qemu-img (what knows holes).
# All in one run, on a warm page cache, so that the ratios hold on a machine that is shared.
#
# Usage: benches/compare.sh [DENSE_GIB [DATA_MIB_OF_THE_SPARSE_TIB]]
# Needs: cargo, hyperfine, qemu-img, bmaptool (Debian's packages), b3sum (cargo install b3sum).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dense_gib=${1:-8} data_mib=${2:-3000}
cargo build --release --quiet
program=$PWD/target/release/vhd-preflight
work=$(mktemp -d -p "${BENCH_DIR:-/tmp}")
trap 'rm -rf "$work"' EXIT
cd "$work"

# dense.vhd: every block stored, about 40 % of the bytes zero, the rest without repetition.
python3 - "$dense_gib" "$data_mib" <<'END'
import os, random, sys
gib, mib = int(sys.argv[1]), int(sys.argv[2])
zeros = bytes(4096)
with open("dense.raw", "wb") as out:
    for _ in range(gib * 16):
        noise = os.urandom(64 << 20)
        # Runs of 4 KiB to 1 MiB, two fifths of them zeros, as a file system leaves them.
        at, rng = 0, random.Random(1)
        piece = bytearray(noise)
        while at < len(piece):
            run = 4096 << rng.randrange(9)
            if rng.random() < 0.4:
                end = min(at + run, len(piece))
                piece[at:end] = bytes(end - at)
            at += run
        out.write(piece)
# sparse.raw: 1 TiB, the data in some 500 extents.
with open("sparse.raw", "wb") as out:
    out.truncate(1 << 40)
    rng, left = random.Random(2), mib << 20
    for n in range(500):
        size = max(4096, left // 500 // 4096 * 4096)
        out.seek(n * ((1 << 40) // 500) // 4096 * 4096)
        out.write(os.urandom(size))
END
# -S 0: the zeros of the dense disk are stored; those of the sparse one stay holes.
qemu-img convert -f raw -O vpc -S 0 -o subformat=fixed,force_size dense.raw dense.vhd
qemu-img convert -f raw -O vpc -o subformat=fixed,force_size sparse.raw sparse.vhd
rm dense.raw sparse.raw
cat dense.vhd >/dev/null

echo "== dense: $dense_gib GiB, every block stored"
hyperfine --warmup 1 --runs 5 --ignore-failure --style basic --export-json dense.json \
  -n cat 'cat dense.vhd' \
  -n vhd-preflight "$program check -q dense.vhd" \
  -n 'vhd-preflight, 1 thread' "$program check -q --threads 1 dense.vhd" \
  -n b3sum 'b3sum dense.vhd' \
  -n 'b3sum --no-mmap' 'b3sum --no-mmap dense.vhd' >/dev/null
echo "== sparse: 1 TiB, $data_mib MiB of data in 500 extents"
hyperfine --warmup 1 --runs 5 --ignore-failure --style basic --export-json sparse.json \
  -n vhd-preflight "$program check -q --disk data sparse.vhd" \
  -n 'bmaptool create' 'bmaptool -q create -o sparse.bmap sparse.vhd' \
  -n 'qemu-img map' 'qemu-img map -f raw --output json sparse.vhd' >/dev/null
python3 - <<'END'
import json
for name, unit in (("dense", "cat"), ("sparse", "vhd-preflight")):
    results = {r["command"]: r for r in json.load(open(f"{name}.json"))["results"]}
    one = results[unit]["median"]
    for command, result in results.items():
        print(f"{name:7} {command:26} median {result['median']:8.3f} s, "
              f"{result['median'] / one:6.2f} of {unit}, from {result['min']:.3f} to {result['max']:.3f}")
END
for disk in dense sparse; do
  /usr/bin/time -f "$disk: peak memory %M KiB" "$program" check -q --disk data "$disk.vhd" >/dev/null || true
done
