"""What tells the synthetic Windows versions apart, beside the texts in registry/."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Version:
    """One release of Windows Server."""

    name: str  # as in registry/NAME.*.reg
    file_version: tuple  # of its own binaries: the build and the revision of a cumulative update
    minor: int  # of its hives: the format's version 1.MINOR
    user_manager: bool  # 2016 and later
    aes: bool  # how the SAM keeps hashes; RC4 before
    defender: bool  # Microsoft Defender is built in
    smb1: bool  # SMB 1 is installed
    network: str  # the driver of Hyper-V's network card
    administrator_disabled: bool


VERSIONS = {
    "server-2022": Version("server-2022", (10, 0, 20348, 2700), 5, True, True, True, False, "netvsc.sys", True),
    "server-2019": Version("server-2019", (10, 0, 17763, 6293), 5, True, True, True, False, "netvsc.sys", True),
    "server-2012r2": Version("server-2012r2", (6, 3, 9600, 21620), 5, False, False, False, True, "netvsc63.sys",
                             False),
}
