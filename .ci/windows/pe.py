"""Small programs for x64 with a version resource, by mingw's assembler, windres and ld.

Each does nothing but return; what is real is the form: PE32+, the machine, the subsystem and
VS_VERSIONINFO. Loaders are signed with a key that anybody can compute: a signature is there, and it
proves nothing.
"""

import hashlib
import os
import pathlib
import subprocess
import tempfile

TOOL = "x86_64-w64-mingw32-"
NATIVE, CONSOLE, EFI, BOOT = 1, 3, 10, 16  # subsystems
RESOURCE = """1 VERSIONINFO
FILEVERSION {numbers}
PRODUCTVERSION {numbers}
FILEFLAGSMASK 0x3f
FILEFLAGS 0
FILEOS 0x40004
FILETYPE {kind}
FILESUBTYPE 0
BEGIN
  BLOCK "StringFileInfo"
  BEGIN
    BLOCK "040904B0"
    BEGIN
      VALUE "CompanyName", "{company}\\0"
      VALUE "FileDescription", "synthetic, of vhd-preflight\\0"
      VALUE "FileVersion", "{version}\\0"
      VALUE "OriginalFilename", "{name}\\0"
      VALUE "ProductVersion", "{version}\\0"
    END
  END
  BLOCK "VarFileInfo"
  BEGIN
    VALUE "Translation", 0x409, 1200
  END
END
"""


def _run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, check=False,
                          stdin=subprocess.DEVNULL, **options)
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stderr.decode(errors='replace')}")


class Linker:
    """Makes programs in a directory of its own."""

    def __init__(self):
        self.home = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.home.name)
        (self.folder / "start.s").write_text(".globl start\nstart: xor %eax, %eax\nret\n", encoding="ascii")
        _run(f"{TOOL}as", self.folder / "start.s", "-o", self.folder / "start.o")
        # windres wants the C compiler's preprocessor; there is nothing to process.
        cat = self.folder / "cat"
        cat.write_text('#!/bin/sh\nfor last; do :; done\nexec cat "$last"\n', encoding="ascii")
        cat.chmod(0o755)
        self.made = {}

    def program(self, name, version, subsystem=CONSOLE, company="Microsoft Corporation"):
        """The bytes of a program with this name and this file version of four numbers."""
        key = (name, version, subsystem, company)
        if key not in self.made:
            kind = {"sys": 3, "dll": 2}.get(name.rsplit(".", 1)[-1].lower(), 1)
            (self.folder / "v.rc").write_text(RESOURCE.format(
                numbers=",".join(map(str, version)), version=".".join(map(str, version)), kind=kind, name=name,
                company=company), encoding="ascii")
            _run(f"{TOOL}windres", "--preprocessor", self.folder / "cat", "-i", self.folder / "v.rc", "-o",
                 self.folder / "v.o")
            _run(f"{TOOL}ld", "--no-insert-timestamp", "--subsystem", subsystem, "-s", "-nostdlib", "-e", "start",
                 *(["--dll"] if kind == 2 else []), "-o", self.folder / "program", self.folder / "start.o",
                 self.folder / "v.o")
            self.made[key] = (self.folder / "program").read_bytes()
        return self.made[key]

    def signed(self, data):
        """A program with an Authenticode signature."""
        key, certificate = self._identity()
        (self.folder / "plain.efi").write_bytes(data)
        (self.folder / "signed.efi").unlink(missing_ok=True)
        _run("osslsigncode", "sign", "-certs", certificate, "-key", key, "-h", "sha256", "-st", "1767225600", "-in",
             self.folder / "plain.efi", "-out", self.folder / "signed.efi")
        return (self.folder / "signed.efi").read_bytes()

    def _identity(self):
        key, certificate = self.folder / "key.pem", self.folder / "certificate.pem"
        if not key.exists():
            (self.folder / "key.conf").write_text(_rsa(), encoding="ascii")
            _run("openssl", "asn1parse", "-genconf", self.folder / "key.conf", "-noout", "-out", self.folder / "key.der")
            _run("openssl", "rsa", "-inform", "DER", "-in", self.folder / "key.der", "-out", key)
            _run("openssl", "req", "-new", "-key", key, "-subj", "/CN=vhd-preflight synthetic loader", "-out",
                 self.folder / "request.pem")
            # `openssl ca` is the command that takes both dates.
            (self.folder / "index").touch()
            (self.folder / "ca.conf").write_text(
                f"[ca]\ndefault_ca=d\n[d]\ndatabase={self.folder}/index\nnew_certs_dir={self.folder}\n"
                f"default_md=sha256\npolicy=p\nserial={self.folder}/serial\n"
                "[p]\ncommonName=supplied\n", encoding="ascii")
            (self.folder / "serial").write_text("01\n", encoding="ascii")
            _run("openssl", "ca", "-batch", "-config", self.folder / "ca.conf", "-selfsign", "-keyfile", key, "-in",
                 self.folder / "request.pem", "-out", certificate, "-startdate", "20260101000000Z", "-enddate",
                 "20360101000000Z", "-notext", env={**os.environ, "LC_ALL": "C"})
        return key, certificate


def _rsa():
    """An RSA key out of two fixed numbers, for `openssl asn1parse`: the same in every build."""
    e = 65537
    p, q = (_prime(int.from_bytes(hashlib.sha512(seed).digest(), "big") | 3 << 510 | 1, e) for seed in (b"p", b"q"))
    d = pow(e, -1, (p - 1) * (q - 1))
    numbers = (0, p * q, e, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))
    return "asn1=SEQUENCE:key\n[key]\n" + "".join(f"n{i}=INTEGER:{n:#x}\n" for i, n in enumerate(numbers))


def _prime(number, e):
    while any(number % small == 0 for small in (3, 5, 7, 11, 13)) or number % e == 1 or \
            any(pow(base, number - 1, number) != 1 for base in (2, 3, 5, 7)):
        number += 2
    return number
