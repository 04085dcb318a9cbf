"""The ways to spoil a Windows disk: small functions that the table of faults is written in.

A step on files gets drive C: as ntfs-3g has mounted it; a step on the disk gets the layout and the
copy's path. Hives are changed by python3-hivex, where they are.
"""

import os
import pathlib
import shutil
import struct
import tempfile

import guest
import hives
import pe
import tree
from hives import BINARY, DWORD, EXPAND_SZ, MULTI_SZ, SZ  # noqa: F401 (the table's words)

CONFIG = "Windows/System32/config"
CONTROL, SERVICES = r"ControlSet001\Control", r"ControlSet001\Services"
LINKER = pe.Linker()


def _hive(root, name):
    return pathlib.Path(root, CONFIG, name)


def edit(name, *changes):
    """Changes a hive: each change gets its editor."""
    def step(root):
        with hives.Editor(_hive(root, name)) as editor:
            for change in changes:
                change(editor)
    return step


def reg_set(hive, key, name, kind, data):
    """Sets a value; its key is made where it is not there."""
    return edit(hive, lambda editor: editor.set(key, name, kind, data))


def reg_delete(hive, key, name):
    """Takes away a value that is there."""
    return edit(hive, lambda editor: editor.unset(key, name))


def key_delete(hive, key):
    """Takes away a key that is there."""
    return edit(hive, lambda editor: editor.remove(key))


def key_add(hive, key):
    """Makes a key."""
    return edit(hive, lambda editor: editor.key(key))


def start(service, number):
    """When a service or driver that is there starts."""
    def change(editor):
        if editor.key(rf"{SERVICES}\{service}", make=False) is None:
            raise RuntimeError(f"there is no service {service}")
        editor.set(rf"{SERVICES}\{service}", "Start", DWORD, number)
    return edit("SYSTEM", change)


def service(name, image, begin=2, account="LocalSystem", kind=0x10, **more):
    """Adds a service or driver."""
    key = rf"{SERVICES}\{name}"

    def change(editor):
        editor.set(key, "ErrorControl", DWORD, 1)
        editor.set(key, "ImagePath", EXPAND_SZ, image)
        editor.set(key, "ObjectName", SZ, account)
        editor.set(key, "Start", DWORD, begin)
        editor.set(key, "Type", DWORD, kind)
        for value, text in more.items():
            editor.set(key, value, SZ, text)
    return edit("SYSTEM", change)


def installed(name, publisher="Example", view=""):
    """Adds a program to those that Settings lists."""
    key = rf"{view}Microsoft\Windows\CurrentVersion\Uninstall\{name}"

    def change(editor):
        editor.set(key, "DisplayName", SZ, name)
        editor.set(key, "DisplayVersion", SZ, "1.0")
        editor.set(key, "Publisher", SZ, publisher)
    return edit("SOFTWARE", change)


def user(name, rid, flags, password):
    """Adds a local account, with a hash of the form that this version keeps, or without one."""
    return edit("SAM", lambda editor: hives.add_user(editor, name, rid, flags, "", (
        hives.A_HASH if password else hives.NO_HASH)[True], hives.FILE_TIME))


def flags(rid, number):
    """The flags of an account that is there."""
    key = rf"SAM\Domains\Account\Users\{rid:08X}"

    def change(editor):
        data, = (bytearray(d) for n, _, d in editor.values(key) if n == "F")
        struct.pack_into("<I", data, 0x38, number)
        editor.set(key, "F", BINARY, bytes(data))
    return edit("SAM", change)


# Files.

def write(path, data=b""):
    """Makes or replaces a file; numbers of bytes are as good as a text."""
    def step(root):
        target = pathlib.Path(root, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"x" * data if isinstance(data, int) else data.encode() if isinstance(data, str) else data)
    return step


def remove(*paths):
    """Removes files and folders that are there."""
    def step(root):
        for path in paths:
            target = pathlib.Path(root, path)
            if not os.path.lexists(target):
                raise RuntimeError(f"{path} is not there")
            if target.is_dir() and not target.is_symlink():
                shutil.rmtree(target)
            else:
                target.unlink()
    return step


def program(path, version, subsystem=pe.NATIVE):
    """A program of another version."""
    return write(path, LINKER.program(path.rsplit("/", 1)[-1], version, subsystem))


def machine(path, number):
    """Another machine type in a program's header."""
    def step(root):
        target = pathlib.Path(root, path)
        data = bytearray(target.read_bytes())
        header, = struct.unpack_from("<I", data, 0x3C)
        struct.pack_into("<H", data, header + 4, number)
        target.write_bytes(data)
    return step


def task(path, command=r"C:\tools\setup.exe", who="S-1-5-18"):
    """Adds a scheduled task."""
    text = tree.TASK.replace("%windir%\\system32\\{command}", command).replace("S-1-5-18", who)
    return write(f"Windows/System32/Tasks/{path}",
                 b"\xff\xfe" + tree.crlf(text.replace("{uri}", "\\" + path)).encode("utf-16le"))


# The boot configuration data.

def bcd(*changes):
    """Changes the store, which is on the EFI system partition or on the first volume."""
    def step(image, copy):
        def change(path):
            with hives.Editor(path) as editor:
                for one in changes:
                    one(editor, image)
        with tempfile.TemporaryDirectory() as home:
            if image.efi:
                local = pathlib.Path(home, "BCD")
                guest.run("mcopy", "-i", image.esp(copy), "::/EFI/Microsoft/Boot/BCD", local)
                change(local)
                guest.run("mcopy", "-o", "-i", image.esp(copy), local, "::/EFI/Microsoft/Boot/BCD")
            else:
                with image.mounted(copy, pathlib.Path(home, "system"), volume=image.system) as root:
                    change(root / "Boot/BCD")
    return step


def element(name, number, data):
    """Sets an element of an object."""
    return lambda editor, image: hives.element(editor, name, number, data(image) if callable(data) else data)


def no_object(name):
    """Takes an object out."""
    return lambda editor, image: editor.remove(rf"Objects\{name}")


def no_element(name, number):
    """Takes an element out of an object."""
    return lambda editor, image: editor.remove(rf"Objects\{name}\Elements\{number:08x}")


def elsewhere(image):
    """A partition that the disk has not."""
    if image.efi:
        return hives.gpt_device(image.identifier, "11111111-2222-4333-8444-555555555555")
    return hives.mbr_device(int(image.identifier, 16), 4096 << 20)


# The disk.

def raw_write(offset, data):
    """Bytes at an offset of the disk."""
    def step(_image, copy):
        with open(copy, "r+b") as file:
            file.seek(offset)
            file.write(data)
    return step


def on_windows(offset, data):
    """Bytes at an offset of drive C:."""
    return lambda image, copy: raw_write(image.windows[0] + offset, data)(image, copy)


def on_system(offset, data):
    """Bytes at an offset of the first volume."""
    return lambda image, copy: raw_write(image.system[0] + offset, data)(image, copy)


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


def esp(*command):
    """An mtools command on the EFI system partition."""
    return lambda image, copy: guest.run(command[0], "-i", image.esp(copy), *command[1:])


def on_boot(*steps):
    """Steps on the files of the active partition."""
    def step(image, copy):
        with tempfile.TemporaryDirectory() as home:
            with image.mounted(copy, pathlib.Path(home, "system"), volume=image.system) as root:
                for one in steps:
                    one(root)
    return step


def dirty(image, copy):
    """Sets the dirty flag in the record of $Volume, in the table and in its mirror."""
    offset = image.windows[0]
    with open(copy, "r+b") as file:
        file.seek(offset)
        boot = file.read(512)
        cluster = boot[13] * 512
        for start_at in struct.unpack_from("<QQ", boot, 0x30):
            at = offset + start_at * cluster + 3 * 1024
            file.seek(at)
            record = bytearray(file.read(1024))
            place, = struct.unpack_from("<H", record, 0x14)
            while True:
                kind, length = struct.unpack_from("<II", record, place)
                if kind == 0x70:  # $VOLUME_INFORMATION: eight bytes, the version, the flags
                    value, = struct.unpack_from("<H", record, place + 0x14)
                    record[place + value + 10] |= 1
                    break
                if kind == 0xFFFFFFFF or not length:
                    raise RuntimeError("$Volume has no $VOLUME_INFORMATION")
                place += length
            file.seek(at)
            file.write(record)
