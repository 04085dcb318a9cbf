"""The ways to spoil an image: small functions that the table of faults is written in.

A step on files gets the guest's mounted root; a step on the disk gets the layout and the copy's path.
"""

import contextlib
import os
import pathlib
import re
import shutil
import struct
import tempfile
import zipfile

import boot
import guest


def place(root, path):
    """A guest's path below the mounted root, links of the last component not followed."""
    return pathlib.Path(root, path.lstrip("/"))


def write(path, text="", mode=0o644):
    """Makes or replaces a file; numbers of bytes are as good as a text."""
    def step(root):
        target = place(root, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_symlink():
            target.unlink()
        target.write_bytes(b"x" * text if isinstance(text, int) else text.encode())
        target.chmod(mode)
    return step


def append(path, text):
    """Adds to the end of a file that is there."""
    def step(root):
        with open(place(root, path), "a", encoding="utf-8") as file:
            file.write(text)
    return step


def sub(path, pattern, replacement, count=0):
    """Replaces by a regular expression (over lines), and fails where nothing fits."""
    def step(root):
        targets = sorted(pathlib.Path(root).glob(path.lstrip("/")))
        if not targets:
            raise RuntimeError(f"{path} is not there")
        for target in targets:
            text = target.read_text(encoding="utf-8")
            new, times = re.subn(pattern, replacement, text, count=count, flags=re.M)
            if not times:
                raise RuntimeError(f"{target}: nothing fits {pattern}")
            target.write_text(new, encoding="utf-8")
    return step


def grubenv(pattern, replacement):
    """Replaces within GRUB's environment block, which keeps its 1024 bytes."""
    def step(root):
        target = place(root, "/boot/grub2/grubenv")
        text = target.read_text(encoding="ascii")
        new = re.sub(pattern, replacement, text).rstrip("#").ljust(1024, "#")
        if len(new) != 1024 or new == text:
            raise RuntimeError(f"{target}: nothing fits {pattern}, or it grows too long")
        target.write_text(new, encoding="ascii")
    return step


def remove(*paths):
    """Removes files, directories and links by pattern; each pattern has to fit something."""
    def step(root):
        for path in paths:
            # A link into the guest's own tree leads nowhere here, and glob does not see it.
            targets = list(pathlib.Path(root).glob(path.lstrip("/"))) or [place(root, path)]
            for target in targets:
                if not os.path.lexists(target):
                    raise RuntimeError(f"{path} is not there")
                if target.is_dir() and not target.is_symlink():
                    shutil.rmtree(target)
                else:
                    target.unlink()
    return step


def link(path, target):
    """Makes or replaces a symbolic link."""
    def step(root):
        name = place(root, path)
        name.parent.mkdir(parents=True, exist_ok=True)
        if name.is_symlink() or name.exists():
            name.unlink()
        name.symlink_to(target)
    return step


def rename(path, new):
    """Renames a file."""
    def step(root):
        place(root, path).rename(place(root, new))
    return step


# Packages in dpkg's database.

STATUS = "/var/lib/dpkg/status"
GRUB_CFG = "/boot/grub/grub.cfg"


def package(name, version, architecture="all"):
    """Adds an installed package."""
    return append(STATUS, f"\nPackage: {name}\nStatus: install ok installed\nPriority: optional\n"
                  f"Section: misc\nMaintainer: nobody <nobody@example.com>\n"
                  f"Architecture: {architecture}\nVersion: {version}\nDescription: {name}\n\n")


def no_package(*names):
    """Takes packages out of the database."""
    alternatives = "|".join(map(re.escape, names))
    return sub(STATUS, rf"(?:^|(?<=\n))Package: (?:{alternatives})\n(?:.+\n)*\n?", "")


def package_version(name, version):
    """Gives an installed package another version."""
    return sub(STATUS, rf"(^Package: {re.escape(name)}\n(?:.+\n)*?Version: ).*", rf"\g<1>{version}")


def rpm(*arguments):
    """rpm on the guest's database, scripts and files left alone."""
    def step(root):
        guest.run("rpm", "--root", root, "--dbpath", "/var/lib/rpm", *arguments)
        for name in ("rpmdb.sqlite-wal", "rpmdb.sqlite-shm", ".rpm.lock"):
            place(root, "/var/lib/rpm/" + name).unlink(missing_ok=True)
    return step


def user(name, number, password, home=None, shell="/bin/bash"):
    """Adds an account."""
    home = home or f"/home/{name}"

    def step(root):
        append("/etc/passwd", f"{name}:x:{number}:{number}::{home}:{shell}\n")(root)
        append("/etc/group", f"{name}:x:{number}:\n")(root)
        append("/etc/shadow", f"{name}:{password}:20454:0:99999:7:::\n")(root)
        place(root, home).mkdir(parents=True, exist_ok=True)
    return step


def swap_file(path):
    """Makes a swap file of 1 MiB as mkswap leaves it."""
    def step(root):
        target = place(root, path)
        target.touch(mode=0o600)
        if guest.run("stat", "-f", "-c", "%T", root).strip() == "btrfs":
            guest.run("chattr", "+C", target)
        with open(target, "wb") as file:
            file.write(bytes(guest.MIB))
        guest.run("mkswap", "-q", target)
    return step


@contextlib.contextmanager
def initramfs(root):
    """Debian's initramfs, unpacked, and packed again."""
    image, = pathlib.Path(root, "boot").glob("initrd.img-*")
    with tempfile.TemporaryDirectory() as home:
        guest.run("unmkinitramfs", image, home)
        main = pathlib.Path(home, "main")
        main = main if main.is_dir() else pathlib.Path(home)
        yield main
        # Level 1: whether it is small is of no interest here.
        guest.run("bash", "-ec", 'cd "$1"; find . | LC_ALL=C sort | '
                  'cpio -o -H newc -R 0:0 --quiet | zstd -q -1 >"$2"', "cpio", main, image)


def initramfs_without(*names):
    """Takes kernel modules out of Debian's initramfs, from its file list and its modules.dep."""
    def step(root):
        with initramfs(root) as main:
            for name in names:
                found = list(main.glob(f"usr/lib/modules/*/**/{name}.ko*"))
                if not found:
                    raise RuntimeError(f"the initramfs has no {name}")
                for file in found:
                    file.unlink()
            for listing in main.glob("usr/lib/modules/*/modules.dep"):
                lines = listing.read_text(encoding="ascii").splitlines(keepends=True)
                gone = tuple(f"/{name}.ko" for name in names)
                listing.write_text("".join(
                    line for line in lines if not any(g in line.split(":")[0] for g in gone)),
                    encoding="ascii")
    return step


def kernel_release(name, version):
    """Gives Debian's kernel another release and its package another version, wherever they stand:
    in the kernel, in the folders of its modules, in the names of its files, in GRUB's menu."""
    def step(root):
        old, = (path.name for path in pathlib.Path(root, "usr/lib/modules").iterdir())
        with initramfs(root) as main:
            for folder in main.glob(f"usr/lib/modules/{old}"):
                folder.rename(folder.with_name(name))
        place(root, f"/usr/lib/modules/{old}").rename(place(root, f"/usr/lib/modules/{name}"))
        for path in list(pathlib.Path(root, "boot").glob(f"*-{old}")):
            path.rename(path.with_name(path.name.replace(old, name)))
        boot.release(place(root, f"/boot/vmlinuz-{name}"), name)
        sub(GRUB_CFG, re.escape(old), name)(root)
        package_version(f"linux-image-{old}", version)(root)
        sub(STATUS, f"^Package: linux-image-{re.escape(old)}$", f"Package: linux-image-{name}")(root)
    return step


def no_module(option, *names):
    """Takes modules out of the kernel: its configuration, the files, the lists that name them."""
    def step(root):
        sub("/boot/config-*", rf"^CONFIG_{option}=.*", f"# CONFIG_{option} is not set")(root)
        for name in names:
            remove(f"/usr/lib/modules/*/kernel/**/{name}.ko*")(root)
        # The binary indexes hold the names too; without them the texts count.
        remove("/usr/lib/modules/*/modules.*.bin")(root)
        for listing in pathlib.Path(root).glob("usr/lib/modules/*/modules.[ado]*"):
            text = listing.read_text(encoding="utf-8")
            for name in names:
                text = re.sub(rf"^.*/{name}\.ko[^:\n]*(?::.*)?\n", "", text, flags=re.M)
                text = re.sub(rf"^alias .* {name.replace('-', '_')}\n", "", text, flags=re.M)
            listing.write_text(text, encoding="utf-8")
    return step


def jar(path, version):
    """A jar of log4j-core as Maven lays it out."""
    def step(root):
        target = place(root, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("META-INF/MANIFEST.MF",
                             f"Manifest-Version: 1.0\nImplementation-Version: {version}\n")
            archive.writestr("META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties",
                             f"version={version}\ngroupId=org.apache.logging.log4j\n"
                             "artifactId=log4j-core\n")
            archive.writestr("org/apache/logging/log4j/core/lookup/JndiLookup.class", b"\xca\xfe\xba\xbe")
    return step


# Steps on the disk.

def power_cut(path, pattern, replacement):
    """Replaces a file as an editor does, up to the journal, and keeps the disk of that moment: what
    is in the journal has not reached its place, and the old file is what a reader without it sees.
    """
    def step(image, copy):
        kept = pathlib.Path(f"{copy}.kept")
        with tempfile.TemporaryDirectory() as home:
            with image.mounted(copy, home) as root:
                target = place(root, path)
                new = target.with_name(target.name + ".new")
                body, times = re.subn(pattern, replacement, target.read_text(encoding="utf-8"),
                                      flags=re.M)
                if not times:
                    raise RuntimeError(f"{target}: nothing fits {pattern}")
                with open(new, "w", encoding="utf-8") as file:
                    file.write(body)
                    file.flush()
                    os.fsync(file.fileno())
                new.rename(target)
                folder = os.open(target.parent, os.O_RDONLY)
                os.fsync(folder)
                os.close(folder)
                guest.run("cp", "--reflink=always", copy, kept)
        kept.replace(copy)
    return step


def debugfs(command):
    """A debugfs command on the ext4 root."""
    def step(image, copy):
        offset, _ = image.volumes["root"]
        guest.run("debugfs", "-w", "-R", command, f"{copy}?offset={offset}")
    return step


def raw_write(offset, data):
    """Bytes at an offset of the disk."""
    def step(_image, copy):
        with open(copy, "r+b") as file:
            file.seek(offset)
            file.write(data)
    return step


def table(*options):
    """sgdisk on the disk, whose footer it must not take for a part of it."""
    def step(_image, copy):
        size = os.path.getsize(copy)
        with open(copy, "r+b") as file:
            file.seek(size - 512)
            footer = file.read()
            file.truncate(size - 512)
        try:
            guest.run("sgdisk", *options, copy)
        finally:
            with open(copy, "ab") as file:
                file.write(footer)
    return step


LAST_MIB = 30719 * 2048  # the sector where the last MiB begins; the root ends before it


def last_mib(kind):
    """A partition in the last MiB, as far as the backup table lets it reach."""
    return table("-a", "1", "-n", f"9:{LAST_MIB}:{LAST_MIB + 2048 - 34}", "-t", f"9:{kind}")


def on_last_mib(*command):
    """A program on a loop device over that partition; `{}` stands for the device."""
    def step(_image, copy):
        with guest.loop(copy, LAST_MIB * 512, (2048 - 33) * 512) as device:
            guest.run(*[device if word == "{}" else word for word in command])
    return step


def last_mib_tree(**files):
    """A small ext2 with these files (`__` for a slash) on the partition in the last MiB."""
    def step(_image, copy):
        with tempfile.TemporaryDirectory() as home:
            for name, text in files.items():
                write("/" + name.replace("__", "/").replace("_", "-"), text)(home)
            with guest.loop(copy, LAST_MIB * 512, (2048 - 33) * 512) as device:
                guest.run("mke2fs", "-q", "-t", "ext2", "-d", home, device)
    return step


def on_volume(name, *command, **options):
    """A program on a loop device over a volume; `{}` stands for the device."""
    def step(image, copy):
        with guest.loop(copy, *image.volumes[name]) as device:
            guest.run(*[device if word == "{}" else word for word in command], **options)
    return step


def wipe(name, length):
    """Zeros the beginning of a volume."""
    def step(image, copy):
        raw_write(image.volumes[name][0], bytes(length))(image, copy)
    return step


def esp(*command):
    """An mtools command on the ESP."""
    def step(image, copy):
        guest.run(command[0], "-i", image.esp(copy), *command[1:])
    return step


def unsigned(path):
    """Takes the entry of the certificate table out of a program on the ESP; its bytes stay."""
    def step(image, copy):
        with tempfile.TemporaryDirectory() as home:
            local = pathlib.Path(home, "program.efi")
            guest.run("mcopy", "-i", image.esp(copy), f"::{path}", local)
            data = bytearray(local.read_bytes())
            header, = struct.unpack_from("<I", data, 0x3C)
            magic, = struct.unpack_from("<H", data, header + 24)
            entry = header + 24 + (112 if magic == 0x20B else 96) + 4 * 8
            if data[entry:entry + 8] == bytes(8):
                raise RuntimeError(f"{path} is not signed as it is")
            data[entry:entry + 8] = bytes(8)
            local.write_bytes(data)
            guest.run("mcopy", "-o", "-i", image.esp(copy), local, f"::{path}")
    return step


def swap_volume(name):
    """A new logical volume with a swap header."""
    def step(image, copy):
        start, size = image.partitions["lvm"]
        with guest.loop(copy, start, size) as device:
            guest.lvm("lvcreate", device, "-q", "-q", "-an", "-Zn", "-Wn", "-n", name, "-L", "64m",
                      "rootvg")
        begin, length = guest.Image(copy).volumes[name]
        with guest.loop(copy, begin, length) as device:
            guest.run("mkswap", "-q", device)
    return step
