#!/usr/bin/python3
"""Puts a generalised Windows Server into a mounted NTFS volume.

    tree.py VERSION ROOT BOOT.json [small]

VERSION is a name of versions.py; ROOT is where ntfs-3g has mounted drive C:. BOOT.json, by build.sh,
says where the boot files go and what the BCD's devices are. `small` leaves the drivers out that no
rule looks at.

The files are synthetic: registry hives out of the texts in registry/, small programs with a version
resource, texts as Windows writes them. What they hold is what a server has that was prepared by
Microsoft's page and generalised; nothing of Windows itself is in them.
"""

import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import hives  # noqa: E402
import pe  # noqa: E402
import versions  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
AGENT = (2, 7, 41491, 1131)
HIDDEN_SYSTEM = 0x6
NATIVE = ["ntoskrnl.exe", "hal.dll", "win32k.sys"]
USER = ["kernel32.dll", "ntdll.dll", "smss.exe", "services.exe", "lsass.exe", "svchost.exe", "winlogon.exe", "cmd.exe",
        "termsrv.dll", "rdpcorets.dll", "fveapi.dll", "fveapibase.dll", "iologmsg.dll", "bcdedit.exe",
        "oobe/windeploy.exe", "Sysprep/sysprep.exe", "WindowsPowerShell/v1.0/powershell.exe"]
# Drivers that rules look at; the others that the registry names are left out of the small disk.
WATCHED = {"acpi", "cdrom", "classpnp", "disk", "http", "hyperkbd", "mrxsmb", "mrxsmb10", "mrxsmb20", "ntfs", "netvsc",
           "netvsc63", "partmgr", "pci", "srv", "srv2", "storahci", "stornvme", "storport", "storvsc", "tcpip", "vmbus",
           "vmstorfl", "volmgr", "volmgrx", "volsnap", "atapi", "intelide", "mountmgr", "vdrvroot", "msiscsi"}
TASK = """<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.6" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Author>Microsoft Corporation</Author>
    <URI>{uri}</URI>
  </RegistrationInfo>
  <Principals>
    <Principal id="LocalSystem">
      <UserId>S-1-5-18</UserId>
    </Principal>
  </Principals>
  <Settings>
    <Enabled>true</Enabled>
  </Settings>
  <Triggers/>
  <Actions Context="LocalSystem">
    <Exec>
      <Command>%windir%\\system32\\{command}</Command>
    </Exec>
  </Actions>
</Task>
"""
HOSTS = """# Copyright (c) 1993-2009 Microsoft Corp.
#
# This is a sample HOSTS file used by Microsoft TCP/IP for Windows.
#
#      102.54.94.97     rhino.acme.com          # source server
#       38.25.63.10     x.acme.com              # x client host

# localhost name resolution is handled within DNS itself.
#\t127.0.0.1       localhost
#\t::1             localhost
"""


class Tree:
    """A tree on ntfs-3g."""

    def __init__(self, root):
        self.root = pathlib.Path(root)

    def put(self, path, data=b""):
        """A file, with the folders above it."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data.encode("ascii") if isinstance(data, str) else data)
        return target

    def folder(self, path):
        (self.root / path).mkdir(parents=True, exist_ok=True)

    def attributes(self, path, bits):
        """DOS attributes beside those that are set."""
        name, key = self.root / path, "system.ntfs_attrib"
        old, = struct.unpack("<I", os.getxattr(name, key))
        os.setxattr(name, key, struct.pack("<I", old | bits))

    def junction(self, path, target):
        """A directory junction to a path of drive C:, hidden as Windows' own are."""
        self.folder(path)
        there, shown = rf"\??\C:{target}".encode("utf-16le"), rf"C:{target}".encode("utf-16le")
        body = struct.pack("<HHHH", 0, len(there), len(there) + 2, len(shown)) + there + b"\0\0" + shown + b"\0\0"
        self.attributes(path, HIDDEN_SYSTEM)
        os.setxattr(self.root / path, "system.ntfs_reparse_data",
                    struct.pack("<IHH", 0xA0000003, len(body), 0) + body)


def crlf(text):
    return text.replace("\n", "\r\n")


def event_log():
    """The header of an empty event log: `ElfFile`, one chunk not yet used, its checksum."""
    import zlib
    head = struct.pack("<8sQQQIHHHH", b"ElfFile\0", 0, 0, 1, 128, 1, 3, 4096, 0).ljust(120, b"\0")
    return (head + struct.pack("<II", 0, zlib.crc32(head))).ljust(4096, b"\0")


def registry(tree, version, home):
    """The hives, each with its two logs, which are empty after a clean shutdown."""
    config = "Windows/System32/config"
    texts = HERE / "registry"
    paths = {}
    for name in ("SYSTEM", "SOFTWARE", "SECURITY", "DEFAULT", "COMPONENTS"):
        paths[name] = home / name
        hives.new(paths[name], rf"\SystemRoot\System32\Config\{name}"[-31:], version.minor)
        own = texts / f"{version.name}.{name.lower()}.reg"
        hives.merge(paths[name], name, texts / f"{name.lower()}.reg", *([own] if own.exists() else []))
    with hives.Editor(paths["SOFTWARE"]) as software:
        current = r"Microsoft\Windows NT\CurrentVersion"
        if "UBR" in [name for name, _, _ in software.values(current)]:
            software.set(current, "UBR", hives.DWORD, version.file_version[3])
    paths["SAM"] = home / "SAM"
    hives.sam(paths["SAM"], version)
    for name, path in paths.items():
        hives.settle(path)
        tree.put(f"{config}/{name}", path.read_bytes())
        for log in ("LOG1", "LOG2"):
            tree.put(f"{config}/{name}.{log}")
            tree.attributes(f"{config}/{name}.{log}", HIDDEN_SYSTEM)
    tree.put("Users/Default/NTUSER.DAT", paths["DEFAULT"].read_bytes())
    tree.attributes("Users/Default/NTUSER.DAT", HIDDEN_SYSTEM)
    return paths["SYSTEM"]


def drivers(system):
    """The files that the services of type 1 and 2 name, by hivexregedit's own reading."""
    text = subprocess.run(["hivexregedit", "--export", "--unsafe-printable-strings", system,
                           r"\ControlSet001\Services"], check=True, capture_output=True).stdout.decode("utf-8", "replace")
    found = set(re.findall(r'System32\\\\?drivers\\\\?([^"]+\.sys)', text, re.I))
    return sorted(name.replace("\\\\", "/").replace("\\", "/") for name in found)


def programs(tree, version, system, linker, small):
    """The system's own files, each of the version's build."""
    build = version.file_version
    for name in NATIVE:
        tree.put(f"Windows/System32/{name}", linker.program(name, build, pe.NATIVE))
    for name in USER:
        tree.put(f"Windows/System32/{name}", linker.program(name.rsplit("/", 1)[-1], build, pe.CONSOLE))
    for name in ("winload.exe", "winload.efi"):
        tree.put(f"Windows/System32/{name}", linker.program(name, build, pe.BOOT))
    tree.put("Windows/explorer.exe", linker.program("explorer.exe", build, 2))
    for name in sorted({*drivers(system), "classpnp.sys", "storport.sys", "msiscsi.sys"}):
        if not small or name.rsplit(".", 1)[0].lower() in WATCHED:
            tree.put(f"Windows/System32/drivers/{name}", linker.program(name.rsplit("/", 1)[-1], build, pe.NATIVE))
    folder = "WindowsAzure/GuestAgent_" + ".".join(map(str, AGENT))
    for name in ("WaAppAgent.exe", "WindowsAzureGuestAgent.exe"):
        tree.put(f"{folder}/{name}", linker.program(name, AGENT, pe.CONSOLE))
    tree.put("WindowsAzure/Packages/WaAppAgent.exe", linker.program("WaAppAgent.exe", AGENT, pe.CONSOLE))
    tree.folder("Packages/Plugins")


def files(tree):
    """What Sysprep, Setup and Windows leave; nothing of who built the image."""
    tree.put("Windows/Setup/State/State.ini", crlf("[State]\nImageState=IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE\n"))
    tree.put("Windows/System32/Sysprep/Sysprep_succeeded.tag")
    tree.put("Windows/System32/Sysprep/Panther/setuperr.log")
    tree.put("Windows/System32/Sysprep/Panther/setupact.log",
             crlf("2026-01-01 00:00:00, Info                  SYSPRP Sysprep_Clean_Opk exited with code 0\n"))
    tree.put("Windows/System32/drivers/etc/hosts", crlf(HOSTS))
    for name in ("INDEX.BTR", "MAPPING1.MAP", "OBJECTS.DATA"):  # WMI's repository, there and not empty
        tree.put(f"Windows/System32/wbem/Repository/{name}", bytes(8192))
    for name in ("Application", "System", "Security"):
        tree.put(f"Windows/System32/winevt/Logs/{name}.evtx", event_log())
    for uri, command in (("Defrag/ScheduledDefrag", "defrag.exe"), ("Time Synchronization/SynchronizeTime", "sc.exe"),
                         ("UpdateOrchestrator/Schedule Scan", "usoclient.exe")):
        text = TASK.format(uri="\\Microsoft\\Windows\\" + uri.replace("/", "\\"), command=command)
        tree.put(f"Windows/System32/Tasks/Microsoft/Windows/{uri}", b"\xff\xfe" + crlf(text).encode("utf-16le"))
    for folder in ("Windows/Temp", "Windows/Prefetch", "Windows/WinSxS/Manifests", "Windows/servicing/Packages",
                   "Windows/System32/config/systemprofile", "Windows/ServiceProfiles/LocalService",
                   "Windows/ServiceProfiles/NetworkService", "Windows/System32/spool", "Program Files/Common Files",
                   "Program Files (x86)", "ProgramData/Microsoft/Windows", "Users/Public/Documents",
                   "Users/Default/AppData/Roaming/Microsoft/Windows", "Users/Default/Desktop", "PerfLogs",
                   "System Volume Information", "$Recycle.Bin", "Recovery"):
        tree.folder(folder)
    for name in ("System Volume Information", "$Recycle.Bin", "Recovery", "ProgramData", "Users/Default"):
        tree.attributes(name, HIDDEN_SYSTEM)
    tree.junction("Documents and Settings", r"\Users")
    tree.junction("Users/All Users", r"\ProgramData")
    tree.junction("Users/Default User", r"\Users\Default")
    tree.junction("ProgramData/Application Data", r"\ProgramData")
    tree.put("Users/Public/desktop.ini", crlf("[.ShellClassInfo]\nLocalizedResourceName=@shell32.dll,-21816\n"))


def boot(where, version, linker, home):
    """The boot manager and its store, into folders that build.sh copies: `esp` or the active partition."""
    efi = where["firmware"] == "uefi"
    target = pathlib.Path(where["folder"])
    if efi:
        system = hives.gpt_device(where["disk"], where["system"])
        windows = hives.gpt_device(where["disk"], where["windows"])
        loader = linker.signed(linker.program("bootmgfw.efi", version.file_version, pe.EFI))
        store = "EFI/Microsoft/Boot/BCD"
        for path in ("EFI/Microsoft/Boot/bootmgfw.efi", "EFI/Boot/bootx64.efi"):
            Tree(target).put(path, loader)
    else:
        system = hives.mbr_device(where["disk"], where["system"])
        windows = hives.mbr_device(where["disk"], where["windows"])
        store = "Boot/BCD"
        # The real one begins with 16-bit code and carries a packed program; this only looks like its start.
        Tree(target).put("bootmgr", b"\xe9\xd5\x01\xeb\x04\x90" + b"BOOTMGR is missing\0".ljust(506, b"\0"))
    hives.bcd(home / "BCD", efi, system, windows)
    Tree(target).put(store, (home / "BCD").read_bytes())


def main():
    name, root, where = sys.argv[1:4]
    version = versions.VERSIONS[name]
    tree, linker = Tree(root), pe.Linker()
    with tempfile.TemporaryDirectory() as home:
        home = pathlib.Path(home)
        system = registry(tree, version, home)
        programs(tree, version, system, linker, "small" in sys.argv[4:])
        files(tree)
        boot(json.loads(pathlib.Path(where).read_text(encoding="ascii")), version, linker, home)


if __name__ == "__main__":
    main()
