"""An image's volumes by independent tools (sfdisk, blkid, lvm2), mounted by the kernel.

Shared by faults.py, which spoils copies, and facts.py, which reads them. Root is needed.
"""

import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys

MIB = 1 << 20
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC", "LVM_SUPPRESS_FD_WARNINGS": "1"}


def run(*command, **options):
    """The output of a program that must succeed; what it said goes into the error."""
    done = subprocess.run([str(word) for word in command], capture_output=True, check=False,
                          env=ENVIRONMENT, **options)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit {done.returncode}: "
                           f"{done.stderr.decode(errors='replace').strip()}")
    return done.stdout.decode(errors="replace")


@contextlib.contextmanager
def loop(path, offset, size, write=True):
    """A loop device over a part of a file."""
    device = run("losetup", "-f", "--show", *([] if write else ["-r"]), "-o", offset,
                 "--sizelimit", size, path).strip()
    try:
        yield device
    finally:
        # On a device that is mounted still, this waits for the mount to end.
        run("losetup", "-d", device)


def lvm(command, device, *options):
    """An LVM command without device-mapper, on one device, leaving nothing on this machine."""
    return run(command, "--driverloaded", "n", "--nolocking", "--devices", device, "--config",
               "backup { backup=0 archive=0 } activation { udev_sync=0 udev_rules=0 }", *options)


class Image:
    """Where the volumes of an image are. A copy of an image has them at the same places."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        table = json.loads(run("sfdisk", "-J", self.path))["partitiontable"]
        unit = table.get("sectorsize", 512)
        # By name, as build.sh gives them; a fault's own partition has none and goes by its node.
        named = [(part.get("name") or part["node"], part) for part in table["partitions"]]
        self.partitions = {name: (part["start"] * unit, part["size"] * unit) for name, part in named}
        self.numbers = {int(re.search(r"\d+$", part["node"])[0]): name for name, part in named}
        self.logical = self._logical() if "lvm" in self.partitions else {}
        self.volumes = {**self.partitions, **self.logical}
        self.blkid = {name: self._blkid(*place) for name, place in self.volumes.items()}

    def _logical(self):
        start, size = self.partitions["lvm"]
        with loop(self.path, start, size, write=False) as device:
            first, extent = lvm("vgs", device, "--noheadings", "--nosuffix", "--units", "b", "-o",
                                "pe_start,vg_extent_size", "rootvg").split()
            rows = lvm("lvs", device, "--noheadings", "--nosuffix", "--units", "b", "--segments",
                       "-o", "lv_name,lv_size,seg_pe_ranges", "rootvg").splitlines()
        out = {}
        for row in rows:
            name, length, ranges = row.split()
            begin = int(ranges.rsplit(":", 1)[1].split("-")[0])
            out[name] = (start + int(first) + begin * int(extent), int(length))
        return out

    def _blkid(self, offset, size):
        done = subprocess.run(
            ["blkid", "-p", "-o", "export", "-O", str(offset), "-S", str(size), self.path],
            capture_output=True, text=True, check=False, env=ENVIRONMENT)
        return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)

    def mounts(self):
        """Volume, mount point in the guest and options, root first."""
        if "rootlv" in self.volumes:
            return [("rootlv", "", []), ("varlv", "var", []), ("boot", "boot", [])]
        kind = self.blkid["root"]["TYPE"]
        if kind == "btrfs":
            options = ["-o", "compress-force=zstd,subvol=@"]
            return [("root", "", options), ("root", "home", ["-o", "compress-force=zstd,subvol=@home"])]
        return [("root", "", ["-o", "noinit_itable"])]

    @contextlib.contextmanager
    def mounted(self, path, place, write=True):
        """The guest's tree of the copy `path`, mounted at `place`."""
        done = []
        try:
            devices = {}
            with contextlib.ExitStack() as stack:
                for volume, inside, options in self.mounts():
                    if volume not in devices:
                        devices[volume] = stack.enter_context(loop(path, *self.volumes[volume], write))
                    target = pathlib.Path(place, inside)
                    target.mkdir(parents=True, exist_ok=True)
                    read_only = [] if write else ["-o", "ro"]
                    run("mount", *options, *read_only, devices[volume], target)
                    done.append(target)
            yield pathlib.Path(place)
        finally:
            for target in reversed(done):
                run("umount", target)

    def esp(self, path):
        """The ESP of the copy `path`, as mtools name it."""
        return f"{path}@@{self.partitions['esp'][0]}"


def private_mounts():
    """Starts this program again in a mount name space of its own, so that no mount is left behind."""
    if "VHD_PREFLIGHT_UNSHARED" not in os.environ:
        os.environ["VHD_PREFLIGHT_UNSHARED"] = "1"
        os.execvp("unshare", ["unshare", "-m", sys.executable, *sys.argv])
