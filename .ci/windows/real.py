#!/usr/bin/python3
"""Reads registry hives and an NTFS volume of real machines, and compares with hivex and ntfs-3g.

    real.py LIB_TESTS FILESYSTEM_TESTS TOTALS_FILE

The two programs are those that `cargo test --no-run` builds. The data come with the source packages
of a public forensic framework: they belong to its authors, are downloaded for this run and kept
nowhere. pip fetches them, so that its settings say from where.
"""

import gzip
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile

import hivex

sys.dont_write_bytecode = True
import guest  # noqa: E402

# Package, version, SHA-256 of its archive, and the files that are wanted.
PACKAGES = [
    ("dissect.regf", "3.9.dev2", "29be16c68e664b0e41db73db892374a836e40fa74d8a39d7e2052e53e955817a", ["tests/data/SYSTEM.gz"]),
    ("dissect.ntfs", "3.9.dev2", "31b0f38e3187bc1a73bd9db920c24c36f72dbad44d0a1a4f810bc0bf4b054c54", ["tests/data/ntfs.bin.gz"]),
    ("dissect.target", "3.8", "cce4f8428a6441b11c26b5bbe1ad0fe90903f16c82f9cc731541b91bfe19c4a7",
     ["tests/data/amcache-new.hve", "tests/data/amcache-old.hve", "tests/data/Syscache.hve"]),
]
POPULATE = pathlib.Path(__file__).parents[2] / "testdata/filesystems/ntfs.py"

passed, failed = 0, 0


def report(ok, line):
    """Counts one check and shows it."""
    global passed, failed
    passed, failed = passed + ok, failed + (not ok)
    print(("ok      " if ok else "FAILED  ") + line, flush=True)


def fetch(work):
    """The wanted files of all packages, by their names."""
    found = {}
    for package, version, digest, wanted in PACKAGES:
        subprocess.run(["pip3", "download", "-q", "--disable-pip-version-check",
                        "--no-deps", "--no-binary", package, "-d", work, f"{package}=={version}"], check=True)
        archive = pathlib.Path(work, f"{package}-{version}.tar.gz")
        if hashlib.sha256(archive.read_bytes()).hexdigest() != digest:
            sys.exit(f"{archive.name} is not the archive that was looked at")
        with tarfile.open(archive) as tar:
            for name in wanted:
                data = tar.extractfile(f"{package}-{version}/{name}").read()
                if name.endswith(".gz"):
                    name, data = name[:-3], gzip.decompress(data)
                path = pathlib.Path(work, pathlib.PurePath(name).name)
                path.write_bytes(data)
                found[path.name] = path
    return found


def shown(kind, data):
    """The data of a value as one word, as the test shows them."""
    def wide(data):
        return data[:len(data) // 2 * 2].decode("utf-16-le", "replace")
    if kind in (1, 2, 6):
        return json.dumps(wide(data).split("\0")[0], ensure_ascii=False)
    if kind == 7:
        texts = wide(data).split("\0")
        for _ in range(2):
            if texts and not texts[-1]:
                texts.pop()
        return json.dumps(texts if any(texts) else [], ensure_ascii=False, separators=(",", ":"))
    if kind in (4, 5) and len(data) == 4:
        return str(int.from_bytes(data, "little" if kind == 4 else "big"))
    if kind == 11 and len(data) == 8:
        return str(int.from_bytes(data, "little"))
    return f"{len(data)}:{hashlib.sha256(data).hexdigest()}" if len(data) > 64 else data.hex()


def facts(path):
    """Every key and value as hivex reads them, a line each."""
    hive = hivex.Hivex(str(path))
    lines = []

    def walk(node, where):
        lines.append(f"key\t{json.dumps(where, ensure_ascii=False)}\t{hive.node_timestamp(node)}")
        for value in hive.node_values(node):
            kind, data = hive.value_value(value)
            lines.append(f"value\t{json.dumps(hive.value_key(value), ensure_ascii=False)}\t{kind}\t{shown(kind, data)}")
        for sub in hive.node_children(node):
            walk(sub, where + "\\" + hive.node_name(sub))

    walk(hive.root(), "")
    return lines


def run(program, test, **variables):
    """Whether a test that is told its subject by the environment passes; its output where not."""
    done = subprocess.run([program, test, "--exact"], env=dict(os.environ, **variables, RUST_BACKTRACE="0"),
                          capture_output=True, text=True, check=False)
    # A test of another name would pass by not being run.
    ok = done.returncode == 0 and "1 passed" in done.stdout
    return ok, "" if ok else "\n" + (done.stdout + done.stderr)[-1500:]


def hives(tests, files):
    """Real hives against hivex."""
    for path in files:
        lines = facts(path)
        expected = path.with_suffix(".facts")
        expected.write_text("\n".join(lines) + "\n", encoding="utf-8")
        ok, why = run(tests, "guest::hive::tests::a_hive_equals_what_hivex_says",
                      VHD_PREFLIGHT_HIVE=str(path), VHD_PREFLIGHT_EXPECTED=str(expected))
        report(ok, f"{path.name}: {len(lines)} keys and values as hivex has them{why}")


def volume(tests, path):
    """A real NTFS against ntfs-3g."""
    with tempfile.TemporaryDirectory() as mounted:
        subprocess.run(["ntfs-3g", "-o", "ro", path, mounted], check=True)
        try:
            listed = subprocess.run([POPULATE, "list", mounted], capture_output=True, check=True).stdout
        finally:
            guest.unmount(mounted)
    expected = path.with_suffix(".list")
    expected.write_bytes(listed)
    ok, why = run(tests, "listing_equals_the_kernels", VHD_PREFLIGHT_LISTING=str(path),
                  VHD_PREFLIGHT_KIND="ntfs", VHD_PREFLIGHT_EXPECTED=str(expected))
    entries = len(listed.splitlines())
    report(ok, f"{path.name}: {entries} entries as ntfs-3g has them{why}")


def main():
    lib_tests, filesystem_tests, totals = sys.argv[1:]
    with tempfile.TemporaryDirectory() as work:
        found = fetch(work)
        hives(lib_tests, [path for name, path in sorted(found.items()) if name != "ntfs.bin"])
        volume(filesystem_tests, found["ntfs.bin"])
    print(f"{passed} passed, {failed} failed")
    pathlib.Path(totals).write_text(f"{passed} {failed}\n", encoding="utf-8")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
