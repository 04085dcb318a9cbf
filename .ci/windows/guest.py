"""A Windows image's volumes by sfdisk and blkid, drive C: mounted by ntfs-3g. Root is needed.

Shared by faults.py, which spoils copies, and by oracle.py, which reads them.
"""

import contextlib
import importlib.util
import json
import pathlib
import subprocess
import sys
import time

sys.dont_write_bytecode = True
# By its path: it has the same name as this file.
_spec = importlib.util.spec_from_file_location("linux_guest", pathlib.Path(__file__).parent.parent / "linux/guest.py")
_linux = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_linux)
run, loop, private_mounts, MIB = _linux.run, _linux.loop, _linux.private_mounts, _linux.MIB


def unmount(place):
    """Ends a mount of ntfs-3g, which lets go of the last file after the program that closed it has gone on."""
    for _ in range(100):
        if subprocess.run(["umount", place], capture_output=True, check=False).returncode == 0:
            return
        time.sleep(0.1)
    run("umount", place)


class Image:
    """Where the volumes of an image are. A copy of an image has them at the same places."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        table = json.loads(run("sfdisk", "-J", self.path))["partitiontable"]
        self.label, self.identifier = table["label"], table["id"]
        self.partitions = [(part["start"] * 512, part["size"] * 512) for part in table["partitions"]]
        self.blkid = [self._blkid(*place) for place in self.partitions]
        # Drive C: is the last; the boot manager is on the first, which may be the same.
        self.windows, self.system = self.partitions[-1], self.partitions[0]
        self.efi = self.label == "gpt"

    def _blkid(self, offset, size):
        done = subprocess.run(["blkid", "-p", "-o", "export", "-O", str(offset), "-S", str(size), self.path],
                              capture_output=True, text=True, check=False)
        return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)

    @contextlib.contextmanager
    def mounted(self, path, place, write=True, volume=None):
        """A volume of the copy `path`, mounted at `place`; drive C: unless another is asked for."""
        place = pathlib.Path(place)
        place.mkdir(parents=True, exist_ok=True)
        with loop(path, *(volume or self.windows), write) as device:
            # Its daemon must not hold our pipes open; with the streams at hand a name may have a colon.
            done = subprocess.run(["ntfs-3g", "-o", "rw" if write else "ro", device, place], check=False,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if done.returncode:
                raise RuntimeError(f"ntfs-3g: exit {done.returncode}")
            try:
                yield place
            finally:
                unmount(place)

    def esp(self, path):
        """The EFI system partition of the copy `path`, as mtools name it."""
        return f"{path}@@{self.system[0]}"
