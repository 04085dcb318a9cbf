#!/usr/bin/python3
"""Spoils good Windows disks in one way at a time and looks whether exactly the right rules turn.

    faults.py BINARY IMAGES_DIR TOTALS_FILE [NAME-PART...]

It is .ci/linux/faults.py with this folder's table, steps and way to mount. Copies share their bytes
with the good image (reflinks on a scratch XFS). Run it by the Python that has hivex: /usr/bin/python3.
"""

import importlib.util
import pathlib
import sys

sys.dont_write_bytecode = True
import guest  # noqa: E402

# Loaded by its path; what it imports, `guest` and `fault_table`, it finds here.
_spec = importlib.util.spec_from_file_location("linux_faults", pathlib.Path(__file__).parent.parent / "linux/faults.py")
faults = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(faults)

if __name__ == "__main__":
    guest.private_mounts()
    faults.main()
