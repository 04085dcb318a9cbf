"""The table of faults: what is spoiled in which image, and exactly which rules turn to what.

Statuses are those of the profile lisa-2026-08. `advice` is a pass with a piece of advice. An empty
`expect` says that the change is none of any rule's business, which is as much worth knowing.
"""

import dataclasses

from fault_steps import (
    append, debugfs, esp, grubenv, initramfs_without, jar, kernel_release, last_mib, last_mib_tree, link,
    no_module, no_package, on_last_mib, on_volume, package, package_version, power_cut, raw_write, remove,
    rename, rpm, sub, swap_file, swap_volume, table, unsigned, user, wipe, write,
)

# Images that are to be refused, and by which rules.
NOT_GOOD = {"debian-i386": {"LNX001"}}


@dataclasses.dataclass
class Fault:
    """One way to spoil an image."""

    name: str
    image: str
    expect: dict
    files: tuple = ()
    disk: tuple = ()
    options: tuple = ()
    # Rule to a part of a message that it gives now and did not before: notes change no status.
    says: dict = dataclasses.field(default_factory=dict)
    # Options that the good image is not checked with; `{folder}` stands for where FILES are.
    only: tuple = ()
    # What `not_checked` names of the good image, and no longer of the spoiled one.
    now_checked: str = ""
    # Statuses that any other rule may turn to, where a fault takes the ground from under many.
    others: tuple = ()


FAULTS = []
SSHD = "/etc/ssh/sshd_config"
SSHD_D = "/etc/ssh/sshd_config.d"
GRUB = "/boot/grub/grub.cfg"
UNITS = "/etc/systemd/system"
WANTS = f"{UNITS}/multi-user.target.wants"
AGENT = "/etc/waagent.conf"


def files(name, expect, *steps, image="debian-ext4", **more):
    """A fault in the guest's files."""
    FAULTS.append(Fault(name, image, expect, files=steps, **more))


def disk(name, expect, *steps, image="debian-ext4", before=(), **more):
    """A fault on the disk itself, after the steps `before` in its files."""
    FAULTS.append(Fault(name, image, expect, files=before, disk=steps, **more))


def without_argument(argument):
    """Takes an argument off every kernel command line, and off the intent in /etc/default/grub."""
    return (sub(GRUB, rf"(^\s*linux\s.*) {argument}", r"\1"),
            sub("/etc/default/grub", rf"(^GRUB_CMDLINE_LINUX=.*) {argument}", r"\1"))


def with_argument(argument):
    """Adds one to all of them."""
    return (sub(GRUB, r"(^\s*linux\s.*)$", rf"\1 {argument}"),
            sub("/etc/default/grub", r"(^GRUB_CMDLINE_LINUX=\".*)\"", rf'\1 {argument}"'))


def no_interval():
    """The main file without its ClientAliveInterval."""
    return sub(SSHD, r"^ClientAliveInterval.*\n", "")


def interval(value):
    """Another value in the main file."""
    return sub(SSHD, r"^ClientAliveInterval.*", f"ClientAliveInterval {value}")


# Nothing: mounting and unmounting must change no verdict.
files("mounted and not touched", {}, write("/var/tmp/nothing"), remove("/var/tmp/nothing"))
files("mounted and not touched", {}, write("/var/tmp/nothing"), remove("/var/tmp/nothing"),
      image="debian-btrfs")
files("mounted and not touched", {}, write("/var/tmp/nothing"), remove("/var/tmp/nothing"),
      image="el-lvm-xfs")

# SSH.
files("ClientAliveInterval not set", {"LNX029": "fail"}, no_interval())
files("ClientAliveInterval 0", {"LNX029": "fail"}, interval(0))
files("ClientAliveInterval 5m", {"LNX029": "fail"}, interval("5m"))
files("ClientAliveInterval 236", {"LNX029": "fail"}, interval(236))
files("ClientAliveInterval 15", {"LNX029": "warn"}, interval(15))
files("ClientAliveInterval 2m", {"LNX029": "warn"}, interval("2m"))
files("ClientAliveInterval in a drop-in only", {"LNX029": "warn"}, no_interval(),
      write(f"{SSHD_D}/50-cloudimg-settings.conf", "ClientAliveInterval 120\n"))
files("ClientAliveInterval 0 in a drop-in that comes first", {"LNX029": "fail"},
      write(f"{SSHD_D}/10-early.conf", "ClientAliveInterval 0\n"))
files("ClientAliveInterval within a Match block only", {"LNX029": "fail"}, no_interval(),
      append(SSHD, "\nMatch User nobody\n  ClientAliveInterval 180\n"))
files("SSH server not enabled", {"LNX030": "fail", "OFFER002": "warn"},
      remove(f"{WANTS}/ssh.service", f"{UNITS}/sshd.service"))
files("SSH server masked", {"LNX030": "fail", "OFFER002": "warn"},
      link(f"{UNITS}/ssh.service", "/dev/null"))
files("SSH on another port", {"LNX030": "fail"}, append(SSHD, "\nPort 2222\n"))
files("root may log in with a password", {"LNX040": "advice"}, append(SSHD, "\nPermitRootLogin yes\n"))
files("empty passwords permitted", {"LNX033": "fail"}, append(SSHD, "\nPermitEmptyPasswords yes\n"))

# Kernel command line.
files("no serial console", {"LNX007": "fail"}, *without_argument("console=ttyS0,115200n8"))
files("no earlyprintk", {"LNX008": "warn"}, *without_argument("earlyprintk=ttyS0,115200"))
files("no rootdelay", {"LNX009": "warn"}, *without_argument("rootdelay=300"))
files("quiet", {"LNX010": "advice"}, *with_argument("quiet"))
files("provisioning DVD hidden in the default entry", {"LNX011": "fail"},
      *with_argument("libata.atapi_enabled=0"))
files("provisioning DVD hidden in the recovery entry", {"LNX011": "warn"},
      sub(GRUB, r"(^\s*linux\s.* single.*)$", r"\1 reserve=0x1f0,0x8"))
files("root= names no file system of the image", {"LNX038": "fail"},
      sub(GRUB, r"root=UUID=\S+", "root=UUID=11111111-2222-4333-8444-555555555555"))

# fstab.
files("fstab: root by a UUID that is not there", {"LNX038": "fail"},
      sub("/etc/fstab", r"^UUID=\S+(\s+/\s)", r"UUID=11111111-2222-4333-8444-555555555555\1"))
files("fstab: root by a device's name", {"LNX038": "warn"},
      sub("/etc/fstab", r"^UUID=\S+(\s+/\s)", r"/dev/sda3\1"))
files("fstab: a data disk without nofail", {"LNX038": "warn"},
      append("/etc/fstab", "UUID=11111111-2222-4333-8444-555555555555 /data ext4 defaults 0 2\n"))
files("fstab: a data disk with nofail", {},
      append("/etc/fstab", "UUID=11111111-2222-4333-8444-555555555555 /data ext4 defaults,nofail 0 2\n"))
files("noexec /var/tmp with an old cloud-init", {"LNX062": "warn"},
      append("/etc/fstab", "tmpfs /var/tmp tmpfs noexec,nosuid 0 0\n"),
      package_version("cloud-init", "20.2-2~deb10u2"))

# Drivers.
files("udf cannot be loaded", {"LNX016": "fail"}, write("/etc/modprobe.d/cis.conf", "install udf /bin/true\n"))
files("vfat blacklisted", {"LNX016": "fail"}, write("/etc/modprobe.d/cis.conf", "blacklist vfat\n"))
files("initramfs without hv_storvsc", {"LNX015": "fail"}, initramfs_without("hv_storvsc"))
files("initramfs without hv_netvsc", {"LNX015": "warn"}, initramfs_without("hv_netvsc"))
files("initramfs that is none", {"LNX015": "undetermined"},
      sub("/boot/grub/grub.cfg", r"^(\s*)initrd\s.*", r"\1initrd /boot/initrd.broken"),
      write("/boot/initrd.broken", "this is not an archive of any kind\n" * 200))
files("kernel without hv_netvsc", {"LNX014": "fail"}, no_module("HYPERV_NET", "hv_netvsc"))
files("kernel without the Hyper-V screen", {"LNX014": "warn"}, no_module("FB_HYPERV", "hyperv_fb"))
files("kernel without CIFS", {"LNX017": "warn"}, no_module("CIFS", "cifs"))

files("no io_timeout for NVMe", {}, *without_argument("nvme_core.io_timeout=240"),
      says={"LNX054": "no nvme_core.io_timeout=240"})
files("kernel without Azure's own network card", {}, no_module("MICROSOFT_MANA", "mana"),
      says={"LNX055": "no mana"})
files("kernel of 2018", {"LNX019": "fail", "LNX028": "warn"},
      kernel_release("4.9.0-8-cloud-amd64", "4.9.130-2"),
      sub("/usr/lib/os-release", r"^VERSION_ID=.*", 'VERSION_ID="9"'),
      sub("/usr/lib/os-release", r"^VERSION_CODENAME=.*", "VERSION_CODENAME=stretch"))
# The table of the fix has no row for such a kernel on such a release.
files("kernel of 2012", {"LNX018": "advice", "LNX019": "undetermined"},
      kernel_release("3.2.0-4-amd64", "3.2.102-1"))

# Agent.
files("no agent", {"LNX003": "fail", "OFFER002": "warn"}, no_package("waagent"),
      remove("/usr/sbin/waagent*", "/usr/lib/python3/dist-packages/azurelinuxagent",
             "/usr/lib/python3/dist-packages/*Agent*"))
AGENT_2_2_40 = (package_version("waagent", "2.2.40-1"),
                sub("/usr/lib/python3/dist-packages/azurelinuxagent/common/version.py",
                    r"^AGENT_VERSION = .*", "AGENT_VERSION = '2.2.40'"),
                remove("/usr/lib/python3/dist-packages/*Agent*info"))
files("agent 2.2.40", {"LNX003": "warn", "OFFER002": "warn"}, *AGENT_2_2_40)
files("agent 2.2.40 that does not update itself",
      {"LNX003": "fail", "LNX005": "fail", "OFFER002": "warn"}, *AGENT_2_2_40,
      sub(AGENT, r"^AutoUpdate\.Enabled=y", "AutoUpdate.Enabled=n"))
files("agent does not update itself", {"LNX005": "warn"},
      sub(AGENT, r"^AutoUpdate\.Enabled=y", "AutoUpdate.Enabled=n"))
files("agent does not update to the newest", {"LNX005": "warn"},
      append(AGENT, "\nAutoUpdate.UpdateToLatestVersion=n\n"))
files("agent not enabled", {"LNX004": "fail", "OFFER002": "warn"}, remove(f"{WANTS}/walinuxagent.service"))
files("agent masked", {"LNX004": "fail", "OFFER002": "warn"}, link(f"{UNITS}/walinuxagent.service", "/dev/null"))
files("agent without extensions", {"LNX006": "warn", "OFFER002": "warn"},
      sub(AGENT, r"^Extensions\.Enabled=y", "Extensions.Enabled=n"))
files("agent keeps the root password", {"LNX006": "warn"},
      sub(AGENT, r"^Provisioning\.DeleteRootPassword=y", "Provisioning.DeleteRootPassword=n"))
files("agent provisions and keeps the root password", {"LNX006": "warn", "OFFER002": "pass"},
      sub(AGENT, r"^Provisioning\.Agent=.*", "Provisioning.Agent=waagent"),
      sub(AGENT, r"^Provisioning\.DeleteRootPassword=y", "Provisioning.DeleteRootPassword=n"))
files("agent makes swap", {"LNX012": "warn"},
      sub(AGENT, r"^ResourceDisk\.EnableSwap=n", "ResourceDisk.EnableSwap=y"))

# Swap.
files("swap file in fstab", {"LNX012": "fail"}, swap_file("/swapfile"),
      append("/etc/fstab", "/swapfile none swap sw 0 0\n"))
files("swap file that nothing names", {"LNX012": "fail"}, swap_file("/swap.img"))
files("swap file made by cloud-init", {"LNX012": "fail"},
      write("/etc/cloud/cloud.cfg.d/95-swap.cfg", "swap:\n  filename: /swap.img\n  size: 1073741824\n"))
SWAP_UUID = "5eed05a9-1a2b-4c3d-8e4f-5a6b7c8d9e0a"
disk("swap partition", {"PART006": "fail", "LNX012": "fail"}, last_mib("8200"),
     on_last_mib("mkswap", "-q", "-U", SWAP_UUID, "{}"),
     before=(append("/etc/fstab", f"UUID={SWAP_UUID} none swap sw 0 0\n"),))
disk("swap on a partition of another type", {"PART006": "fail"}, last_mib("8300"),
     on_last_mib("mkswap", "-q", "{}"))
files("swap file on btrfs", {"LNX012": "fail"}, swap_file("/swapfile"),
      append("/etc/fstab", "/swapfile none swap sw 0 0\n"), image="debian-btrfs")
disk("swap on a logical volume", {"PART006": "fail", "LNX012": "fail"}, swap_volume("swaplv"),
     before=(append("/etc/fstab", "/dev/mapper/rootvg-swaplv none swap defaults 0 0\n"),),
     image="el-lvm-xfs")

# Software.
files("no openssl", {"LNX020": "fail"}, no_package("openssl"), remove("/usr/bin/openssl"))
files("openssl 1.1.0", {"LNX020": "fail"}, package_version("openssl", "1.1.0l-1~deb9u9"))
files("openssl 1.1.1", {}, package_version("openssl", "1.1.1w-0+deb11u1"))
files("Python 3.8", {"LNX021": "warn"}, link("/usr/bin/python3", "python3.8"),
      rename("/usr/bin/python3.11", "/usr/bin/python3.8"), package_version("python3", "3.8.2-3"),
      package_version("python3-minimal", "3.8.2-3"))
files("no Python", {"LNX021": "fail"}, remove("/usr/bin/python3*"),
      no_package("python3", "python3-minimal", "python3.11", "python3.11-minimal"))
files("OMI 1.6.8.0", {"LNX023": "fail"}, package("omi", "1.6.8.0", "amd64"))
files("OMI 1.9.1-0", {}, package("omi", "1.9.1-0", "amd64"))
files("OMI without a package", {"LNX023": "fail"}, write("/opt/omi/bin/omiserver", "\x7fELF", 0o755))
files("log4j 2.14.1", {"LNX025": "warn"}, jar("/opt/product/lib/log4j-core-2.14.1.jar", "2.14.1"))
files("log4j 2.17.1", {}, jar("/opt/product/lib/log4j-core-2.17.1.jar", "2.17.1"))
files("an archive named as a bomb", {"LNX026": "warn"}, write("/opt/product/test/zip-bomb.zip", "PK"))
files("nmap's script with a flagged address", {"LNX026": "warn"},
      write("/usr/share/nmap/scripts/http-malware-host.nse", "-- last-another-life.ru:8080\n"))
files("Defender preinstalled", {"LNX027": "warn"}, package("mdatp", "101.24012.0001", "amd64"))
files("Debian 10", {"LNX028": "warn"},
      sub("/usr/lib/os-release", r'^VERSION_ID=.*', 'VERSION_ID="10"'),
      sub("/usr/lib/os-release", r'^VERSION_CODENAME=.*', "VERSION_CODENAME=buster"))
files("a distribution that Azure does not endorse", {"LNX002": "warn", "LNX049": "not-applicable"},
      sub("/usr/lib/os-release", r"^ID=.*", "ID=frobnix\nID_LIKE=debian"))

files("no daemons of Hyper-V", {"LNX053": "advice"}, no_package("hyperv-daemons"))
files("old TLS allowed", {"LNX059": "advice"},
      append("/etc/ssl/openssl.cnf", "\n[system_default_sect]\nMinProtocol = TLSv1\n"))

# Known vulnerabilities: advisories as OSV writes them.
def osv(name, version):
    """One grave flaw of a Debian package, mended in a version."""
    return {"id": name, "modified": "2026-01-01T00:00:00Z", "aliases": ["CVE-2026-99999"],
            "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
            "affected": [{"package": {"ecosystem": "Debian:12", "name": "sudo"},
                          "ranges": [{"type": "ECOSYSTEM",
                                      "events": [{"introduced": "0"}, {"fixed": version}]}]}]}


# Files that faults.py writes beside the images.
FILES = {"open.json": osv("TEST-1", "9.9.9-1"), "mended.json": osv("TEST-2", "1.9.0-1")}
files("a package with a grave flaw that is mended elsewhere", {"LNX024": "fail"},
      only=("--advisories", "{folder}/open.json"), now_checked="vulnerabilities")
files("a package with a grave flaw that is mended here", {"LNX024": "pass"},
      only=("--advisories", "{folder}/mended.json"), now_checked="vulnerabilities")
files("the package downgraded below it", {"LNX024": "fail"}, package_version("sudo", "1.8.31-1"),
      only=("--advisories", "{folder}/mended.json"), now_checked="vulnerabilities")

# Accounts.
HASH = "$6$saltsalt$" + "A" * 86
files("root with a password", {"LNX032": "fail", "LNX036": "fail"},
      sub("/etc/shadow", r"^root:[^:]*:", f"root:{HASH}:"))
files("a user with a password", {"LNX032": "fail", "LNX037": "warn"}, user("builder", 1000, HASH))
files("a locked user", {"LNX037": "warn"}, user("builder", 1000, "!"))
files("an empty password", {"LNX033": "fail"}, sub("/etc/shadow", r"^daemon:[^:]*:", "daemon::"))
files("a key for root", {"LNX035": "fail"},
      write("/root/.ssh/authorized_keys", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE5vdEFLZXk builder\n", 0o600))
files("a key for root that only tells whom to log in as", {},
      write("/root/.ssh/authorized_keys",
            "no-port-forwarding,command=\"echo 'Please login as the user \\\"azureuser\\\" rather than "
            "the user \\\"root\\\".';echo;sleep 10;exit 142\" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE5v\n",
            0o600))
files("history of 2000 bytes", {"LNX031": "fail"}, write("/root/.sh_history", 2000, 0o600))
files("history of 100 bytes", {"LNX031": "fail"}, write("/root/.zsh_history", 100, 0o600))
files("empty history", {"LNX031": "warn"}, write("/root/.zsh_history", "", 0o600))
files("history in a home that nobody owns", {"LNX031": "fail", "LNX037": "advice"},
      write("/home/old/.bash_history", 1200, 0o600))
files("history in the home subvolume", {"LNX031": "fail", "LNX037": "advice"},
      write("/home/old/.bash_history", 1200, 0o600),
      image="debian-btrfs")

# Generalisation.
files("provisioned already", {"LNX041": "fail"}, write("/var/lib/waagent/ovf-env.xml", "<Environment/>\n"),
      write("/var/lib/waagent/provisioned", "1\n"))
files("SSH host keys left", {"LNX042": "fail"},
      write("/etc/ssh/ssh_host_ed25519_key", "-----BEGIN OPENSSH PRIVATE KEY-----\n", 0o600),
      write("/etc/ssh/ssh_host_ed25519_key.pub", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE5v\n"))
files("cloud-init's link dangles", {"LNX043": "warn"}, link("/var/lib/cloud/instance", "instances/1234"))
files("cloud-init's state left", {"LNX043": "warn"}, write("/var/lib/cloud/instances/1234/user-data.txt"),
      link("/var/lib/cloud/instance", "/var/lib/cloud/instances/1234"))
files("machine-id left", {"LNX044": "warn"}, write("/etc/machine-id", "5eed0d15c0de4b1a9e5d0a6d15c0ffee\n"))
files("random seed left", {"LNX044": "warn"}, write("/var/lib/systemd/random-seed", 512, 0o600))
files("nobody provisions", {"LNX034": "fail", "LNX042": "warn"}, write("/etc/cloud/cloud-init.disabled"))
files("cloud-init does not look for Azure", {"LNX034": "fail", "LNX042": "warn", "OFFER002": "warn"},
      write("/etc/cloud/cloud.cfg.d/91-azure_datasource.cfg", "datasource_list: [ NoCloud, None ]\n"))
files("the installer's cloud-init settings left", {"LNX034": "warn"},
      write("/etc/cloud/cloud.cfg.d/99-installer.cfg", "ssh_pwauth: true\n"))
files("a static address only", {"LNX045": "fail", "LNX013": "advice"},
      write("/etc/network/interfaces.d/eth0", "auto eth0\niface eth0 inet static\n  address 192.0.2.10/24\n"
            "  gateway 192.0.2.1\n"),
      write("/etc/cloud/cloud.cfg.d/99-disable-network-config.cfg", "network: {config: disabled}\n"))
files("a proxy for everything", {"LNX045": "warn"},
      write("/etc/environment", "http_proxy=http://proxy.example:3128\n"))
files("a build machine in hosts", {"LNX045": "warn"}, append("/etc/hosts", "192.0.2.7 build.example build\n"))
files("targetpw", {"LNX039": "warn"}, append("/etc/sudoers", "\nDefaults targetpw\n"))
files("a private key", {"LNX050": "fail"},
      write("/root/.ssh/id_ed25519", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"
            "-----END OPENSSH PRIVATE KEY-----\n", 0o600))
files("cloud credentials", {"LNX050": "warn"}, write("/root/.aws/credentials", "[default]\n", 0o600))
files("firewall on", {"LNX051": "warn", "OFFER002": "warn"},
      write("/etc/ufw/ufw.conf", "ENABLED=yes\nLOGLEVEL=low\n"),
      write("/usr/lib/systemd/system/ufw.service", "[Unit]\nDescription=firewall\n[Service]\n"
            "ExecStart=/usr/sbin/ufw\n[Install]\nWantedBy=multi-user.target\n"),
      link(f"{WANTS}/ufw.service", "/lib/systemd/system/ufw.service"), package("ufw", "0.36.2-1"))
files("no package source", {"LNX049": "warn"}, write("/etc/apt/sources.list", "# nothing\n"))
files("a table of cron", {"LNX052": "warn"},
      write("/var/spool/cron/crontabs/root", "0 4 * * * /root/backup\n", 0o600))
files("the resource disk wanted by two", {"LNX057": "advice"},
      sub(AGENT, r"^ResourceDisk\.Format=n", "ResourceDisk.Format=y"))
files("eth0 by name", {"LNX013": "advice"},
      write("/etc/network/interfaces.d/eth0", "auto eth0\niface eth0 inet dhcp\n"))
files("eth0 by name, and the name kept", {},
      write("/etc/network/interfaces.d/eth0", "auto eth0\niface eth0 inet dhcp\n"),
      *with_argument("net.ifnames=0"))
files("a DHCP server", {"LNX058": "warn"},
      write("/usr/lib/systemd/system/isc-dhcp-server.service", "[Service]\nExecStart=/usr/sbin/dhcpd\n"
            "[Install]\nWantedBy=multi-user.target\n"),
      link(f"{WANTS}/isc-dhcp-server.service", "/lib/systemd/system/isc-dhcp-server.service"),
      package("isc-dhcp-server", "4.4.3-P1-2", "amd64"))

# Enterprise Linux: LVM, boot entries by specification, rpm.
ENTRY = "/boot/loader/entries/*.conf"
BLS_LITERAL = r"options root=/dev/mapper/rootvg-rootlv ro console=tty1 console=ttyS0,115200n8 earlyprintk=ttyS0,115200 rootdelay=300"


def el(name, expect, *steps, **more):
    """A fault in the files of the enterprise Linux."""
    files(name, expect, *steps, image="el-lvm-xfs", **more)


el("arguments in the entry itself", {}, sub(ENTRY, r"^options .*", BLS_LITERAL))
el("arguments in the entry itself, without earlyprintk", {"LNX008": "warn"},
   sub(ENTRY, r"^options .*", BLS_LITERAL.replace(" earlyprintk=ttyS0,115200", "")))
el("kernelopts without serial console", {"LNX007": "fail"}, grubenv(" console=ttyS0,115200n8", ""))
el("root= of the machine that built it", {"LNX038": "fail"},
   grubenv("root=/dev/mapper/rootvg-rootlv", "root=/dev/mapper/loop0p4"))
el("fstab: root on a volume that is not there", {"LNX038": "fail"},
   sub("/etc/fstab", "^/dev/mapper/rootvg-rootlv", "/dev/mapper/rhel-root"))
el("ClientAliveInterval not set", {"LNX029": "fail"}, no_interval())
el("ClientAliveInterval 0 in a drop-in that comes first", {"LNX029": "fail"},
   append(f"{SSHD_D}/50-redhat.conf", "ClientAliveInterval 0\n"))
el("no openssl", {"LNX020": "fail"}, rpm("-e", "--justdb", "--nodeps", "openssl"), remove("/usr/bin/openssl"))
el("no agent", {"LNX003": "fail", "OFFER002": "warn"}, rpm("-e", "--justdb", "--nodeps", "WALinuxAgent"),
   remove("/usr/sbin/waagent"))
el("package database damaged", {"LNX023": "undetermined", "LNX027": "undetermined"},
   write("/var/lib/rpm/rpmdb.sqlite", "SQLite format 3\0" + "x" * 5000), others=("undetermined",))
el("a static address in ifcfg-eth0", {"LNX045": "fail"},
   sub("/etc/sysconfig/network-scripts/ifcfg-eth0", "^BOOTPROTO=.*",
       "BOOTPROTO=none\nIPADDR=192.0.2.10\nPREFIX=24\nGATEWAY=192.0.2.1")),
el("NETWORKING not yes", {"LNX045": "warn"},
   sub("/etc/sysconfig/network", "^NETWORKING=yes", "NETWORKING=no"))
el("names of network cards kept by udev", {"LNX046": "warn"},
   write("/etc/udev/rules.d/70-persistent-net.rules", "# written by the installer\n"))
el("cloud-init not enabled, so that the agent provisions", {},
   remove(f"{UNITS}/cloud-init.target.wants"))
el("no repository", {"LNX049": "warn"}, remove("/etc/yum.repos.d/*"))
el("targetpw in a file of its own", {"LNX039": "warn"},
   sub("/etc/sudoers", "^#includedir", "@includedir"),
   write("/etc/sudoers.d/suse", "Defaults targetpw\n", 0o440))
el("provisioned already, on the volume of /var", {"LNX041": "fail"},
   write("/var/lib/waagent/ovf-env.xml", "<Environment/>\n"), write("/var/lib/waagent/provisioned", "1\n"))

el("Red Hat's 6.5", {"LNX018": "fail", "LNX047": "warn", "LNX028": "warn", "LNX049": "warn"},
   sub("/usr/lib/os-release", r"^VERSION_ID=.*", 'VERSION_ID="6.5"'))
# SUSE's repositories and packages have other names, and are not there.
SUSE = (sub("/usr/lib/os-release", r"^ID=.*", "ID=sles"),
        sub("/usr/lib/os-release", r"^ID_LIKE=.*", "ID_LIKE=suse"),
        sub("/usr/lib/os-release", r"^VERSION_ID=.*", 'VERSION_ID="15.7"'), remove("/etc/sysconfig/network"))
el("SUSE without settings of its DHCP client", {"LNX048": "warn", "LNX049": "warn", "LNX053": "advice"}, *SUSE)
el("SUSE's DHCP client sets no name", {"LNX048": "pass", "LNX049": "warn", "LNX053": "advice"}, *SUSE,
   write("/etc/sysconfig/network/dhcp", 'DHCLIENT_SET_HOSTNAME="no"\n'))

# Partitions, boot paths, file systems.
disk("GRUB not signed", {"LNX056": "warn"}, unsigned("/EFI/BOOT/grubx64.efi"))
disk("GRUB not signed, for generation 1", {}, unsigned("/EFI/BOOT/grubx64.efi"), options=("--generation", "1"))
disk("a second system", {"PART007": "warn"}, last_mib("8300"),
     last_mib_tree(etc__os_release="ID=debian\n", etc__passwd="root:x:0:0::/root:/bin/sh\n",
                   etc__fstab="# none\n"))
disk("no fallback loader, for generation 2",
     {"PART002": "fail", "PART009": "fail", "LNX056": "not-applicable"},
     esp("mdel", "::/EFI/BOOT/BOOTX64.EFI"), options=("--generation", "2"))
disk("no boot code, for generation 1", {"PART002": "fail", "PART010": "fail"}, raw_write(0, bytes(440)),
     options=("--generation", "1"))
disk("a partition for LVM", {"PART008": "advice"}, last_mib("8e00"))
disk("a partition for RAID", {"PART008": "advice"}, last_mib("fd00"))
disk("ext4 marked as holding errors", {"PART011": "warn"}, debugfs("ssv state 2"))
disk("ext4 not unmounted, the change in its journal", {"PART011": "warn", "LNX029": "fail"},
     power_cut(SSHD, r"^ClientAliveInterval.*\n", ""))
disk("XFS not unmounted, the change in its log", {"PART011": "warn", "LNX029": "fail"},
     power_cut(SSHD, r"^ClientAliveInterval.*\n", ""), image="el-lvm-xfs")
disk("root encrypted", {"PART012": "fail"},
     wipe("root", 1 << 20),
     on_volume("root", "cryptsetup", "luksFormat", "-q", "--type", "luks2", "--pbkdf", "pbkdf2",
               "--pbkdf-force-iterations", "1000", "--key-file", "/etc/hostname", "{}"),
     others=("undetermined", "not-applicable", "pass", "fail", "warn", "advice"))
disk("Linux declared as Windows", {"PART013": "fail"}, table("-p"), options=("--os", "windows"))
