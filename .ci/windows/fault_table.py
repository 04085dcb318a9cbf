"""The table of faults: what is spoiled on which Windows disk, and exactly which rules turn to what.

Statuses are those of the profile lisa-2026-08. `advice` is a pass with a piece of advice. An empty
`expect` says that the change is none of any rule's business, or that it is worth a note only, which
`says` then names.
"""

import dataclasses

from fault_steps import (
    BINARY, CONTROL, DWORD, EXPAND_SZ, MULTI_SZ, SERVICES, SZ, bcd, dirty, element, elsewhere, esp, flags, installed,
    key_add, key_delete, machine, no_element, no_object, on_boot, on_system, on_windows, program, raw_write, reg_delete,
    reg_set, remove, service, start, table, task, user, write,
)
from hives import BOOTMGR, DEFAULT, DISABLED, EMS, NORMAL, boot_device

NOT_GOOD = {}
FILES = {}


@dataclasses.dataclass
class Fault:
    """One way to spoil an image; the fields are those of .ci/linux/fault_table.py."""

    name: str
    image: str
    expect: dict
    files: tuple = ()
    disk: tuple = ()
    options: tuple = ()
    says: dict = dataclasses.field(default_factory=dict)
    only: tuple = ()
    now_checked: str = ""
    others: tuple = ()


FAULTS = []
G2, G1, R2 = "server-2022-g2", "server-2019-g1", "server-2012r2-g1"
TERMINAL = CONTROL + r"\Terminal Server"
RDP = TERMINAL + r"\WinStations\RDP-Tcp"
POLICY = r"Policies\Microsoft\Windows NT\Terminal Services"
CURRENT = r"Microsoft\Windows\CurrentVersion"
NT = r"Microsoft\Windows NT\CurrentVersion"
FIREWALL = SERVICES + r"\SharedAccess\Parameters\FirewallPolicy"
TCPIP = SERVICES + r"\Tcpip\Parameters"
NIC = TCPIP + r"\Interfaces\{5eed0d15-0d15-4b1a-9e5d-0a6d15c0a001}"
DRIVERS = "Windows/System32/drivers"
AGENT = "WindowsAzure/GuestAgent_2.7.41491.1131"
UNDETERMINED = ("undetermined", "not-applicable")


def files(name, expect, *steps, image=G2, **more):
    """A fault on drive C:."""
    FAULTS.append(Fault(name, image, expect, files=steps, **more))


def disk(name, expect, *steps, image=G2, before=(), **more):
    """A fault on the disk itself, after the steps `before` on drive C:."""
    FAULTS.append(Fault(name, image, expect, files=before, disk=steps, **more))


# Nothing: mounting, and hivex's way to write a hive, must change no verdict.
for one in (G2, G1, R2):
    files("mounted and not touched", {}, write("Windows/Temp/nothing"), remove("Windows/Temp/nothing"), image=one)
files("a value set to what it is", {}, reg_set("SYSTEM", RDP, "PortNumber", DWORD, 3389))

# WIN001, WIN002.
files("the kernel is for 32-bit x86", {"WIN001": "fail"}, machine("Windows/System32/ntoskrnl.exe", 0x14C))
# The kernel decides: there is no 32-bit Windows with a kernel for x64.
files("the environment says x86, the kernel x64", {},
      reg_set("SYSTEM", CONTROL + r"\Session Manager\Environment", "PROCESSOR_ARCHITECTURE", SZ, "x86"))
files("a desktop edition", {"WIN002": "warn"}, reg_set("SOFTWARE", NT, "InstallationType", SZ, "Client"),
      reg_set("SOFTWARE", NT, "ProductName", SZ, "Windows 10 Pro"))
files("an evaluation edition", {"WIN002": "warn"}, reg_set("SOFTWARE", NT, "EditionID", SZ, "ServerDatacenterEval"))

# WIN003 to WIN005: Sysprep.
for state in ("COMPLETE", "UNDEPLOYABLE", "GENERALIZE_RESEAL_TO_AUDIT", "SPECIALIZE_RESEAL_TO_OOBE"):
    files(f"Sysprep left IMAGE_STATE_{state}", {"WIN003": "fail"},
          reg_set("SOFTWARE", CURRENT + r"\Setup\State", "ImageState", SZ, f"IMAGE_STATE_{state}"))
files("no image state", {"WIN003": "undetermined"}, reg_delete("SOFTWARE", CURRENT + r"\Setup\State", "ImageState"))
files("State.ini says complete, the registry generalised", {},
      write("Windows/Setup/State/State.ini", "[State]\r\nImageState=IMAGE_STATE_COMPLETE\r\n"),
      says={"WIN003": "State.ini"})
files("Sysprep logged errors", {"WIN004": "warn"}, write(
    "Windows/System32/Sysprep/Panther/setuperr.log",
    "2026-01-01 00:00:00, Error                 SYSPRP Package was installed for a user, but not provisioned\r\n"))
ANSWERS = ('<?xml version="1.0" encoding="utf-8"?>\n<unattend xmlns="urn:schemas-microsoft-com:unattend">'
           '<settings pass="oobeSystem"><component name="Microsoft-Windows-Shell-Setup">{}</component></settings></unattend>\n')
files("an answer file", {"WIN005": "warn"}, write(
    "Windows/System32/Sysprep/unattend.xml", ANSWERS.format("<TimeZone>UTC</TimeZone>")))
files("an answer file with a password", {"WIN005": "fail", "WIN031": "advice"}, write("Windows/Panther/unattend.xml", ANSWERS.format(
    "<UserAccounts><AdministratorPassword><Value>not-a-secret</Value><PlainText>true</PlainText>"
    "</AdministratorPassword></UserAccounts>")))

# WIN006.
files("SQL Server", {"WIN006": "fail"}, reg_set(
    "SOFTWARE", r"Microsoft\Microsoft SQL Server\Instance Names\SQL", "MSSQLSERVER", SZ, "MSSQL16.MSSQLSERVER"),
      service("MSSQLSERVER", r"C:\Program Files\Microsoft SQL Server\MSSQL16.MSSQLSERVER\MSSQL\Binn\sqlservr.exe",
              account=r"NT Service\MSSQLSERVER"))
files("Visual Studio", {"WIN006": "fail"}, installed("Visual Studio Professional 2022", "Microsoft Corporation"),
      program("Program Files/Microsoft Visual Studio/2022/Professional/Common7/IDE/devenv.exe", (17, 8, 0, 0)))
files("Exchange Server", {"WIN006": "fail"}, installed("Microsoft Exchange Server 2019", "Microsoft Corporation"))

# WIN007, WIN008: Remote Desktop.
files("Remote Desktop denied", {"WIN007": "fail", "OFFER002": "warn"}, reg_set("SYSTEM", TERMINAL, "fDenyTSConnections", DWORD, 1),
      reg_delete("SOFTWARE", POLICY, "fDenyTSConnections"))
files("Remote Desktop denied, and allowed by policy", {"WIN007": "warn"},
      reg_set("SYSTEM", TERMINAL, "fDenyTSConnections", DWORD, 1))
files("Remote Desktop denied by policy", {"WIN007": "fail", "OFFER002": "warn"},
      reg_set("SOFTWARE", POLICY, "fDenyTSConnections", DWORD, 1))
files("Remote Desktop's service disabled", {"WIN007": "fail", "OFFER002": "warn"}, start("TermService", 4))
files("Remote Desktop on another port", {"WIN008": "fail"}, reg_set("SYSTEM", RDP, "PortNumber", DWORD, 3390))
files("no network level authentication", {"WIN008": "advice"}, reg_set("SYSTEM", RDP, "UserAuthentication", DWORD, 0))
files("a certificate bound to the listener", {"WIN008": "advice"},
      reg_set("SYSTEM", RDP, "SSLCertificateSHA1Hash", BINARY, bytes(range(20))))

# WIN009: firewall.
files("a firewall profile off", {"WIN009": "advice"}, reg_set("SYSTEM", FIREWALL + r"\PublicProfile", "EnableFirewall", DWORD, 0))
files("all incoming connections refused", {"WIN009": "warn", "OFFER002": "warn"}, *(
    reg_set("SYSTEM", FIREWALL + rf"\{profile}Profile", "DoNotAllowExceptions", DWORD, 1)
    for profile in ("Domain", "Public", "Standard")))
files("the rules of Remote Desktop off", {"WIN009": "warn", "OFFER002": "warn"}, *(
    reg_set("SYSTEM", FIREWALL + r"\FirewallRules", f"RemoteDesktop-UserMode-In-{name}", SZ,
            f"v2.31|Action=Allow|Active=FALSE|Dir=In|Protocol={number}|LPort=3389|App=%SystemRoot%\\system32\\svchost.exe|"
            "Svc=termservice|Name=@FirewallAPI.dll,-28775|EmbedCtxt=@FirewallAPI.dll,-28752|")
    for name, number in (("TCP", 6), ("UDP", 17))))
files("no rule for ping", {"WIN009": "advice"}, reg_delete("SYSTEM", FIREWALL + r"\FirewallRules", "FPS-ICMP4-ERQ-In"))

# WIN010 to WIN018: settings.
files("the DHCP client disabled", {"WIN010": "fail"}, start("Dhcp", 4))
# Windows' own default differs between versions.
files("RemoteRegistry manual", {}, start("RemoteRegistry", 3), says={"WIN010": "RemoteRegistry"})
files("the clock holds local time", {"WIN011": "advice"},
      reg_set("SYSTEM", CONTROL + r"\TimeZoneInformation", "RealTimeIsUniversal", DWORD, 0))
# Where the scheme is kept, no page of Microsoft's says.
files("power scheme balanced", {}, reg_set(
    "SYSTEM", CONTROL + r"\Power\User\PowerSchemes", "ActivePowerScheme", SZ, "381b4222-f694-41f0-9685-ff5bb260df2e"),
      says={"WIN011": "power scheme"})
files("new disks stay offline", {"WIN012": "advice"}, reg_set("SYSTEM", SERVICES + r"\partmgr\Parameters", "SanPolicy", DWORD, 3))
files("a WinHTTP proxy", {"WIN013": "warn"}, reg_set(
    "SOFTWARE", CURRENT + r"\Internet Settings\Connections", "WinHttpSettings", BINARY,
    bytes.fromhex("1800000000000000030000000e000000") + b"proxy.test:808" + bytes(4)))
files("a persistent route", {"WIN013": "warn"}, reg_set(
    "SYSTEM", TCPIP + r"\PersistentRoutes", "10.1.0.0,255.255.0.0,10.0.0.1,1", SZ, ""))
files("a static address", {"WIN014": "fail"}, reg_set("SYSTEM", NIC, "EnableDHCP", DWORD, 0),
      reg_set("SYSTEM", NIC, "IPAddress", MULTI_SZ, ["192.168.1.10"]),
      reg_set("SYSTEM", NIC, "SubnetMask", MULTI_SZ, ["255.255.255.0"]))
files("DVD drives disabled", {"WIN015": "fail"}, start("cdrom", 4))
files("removable drives denied by policy", {"WIN015": "fail"}, reg_set(
    "SOFTWARE", r"Policies\Microsoft\Windows\RemovableStorageDevices", "Deny_All", DWORD, 1))
disk("the BCD starts from a partition that is not there", {"WIN016": "fail"},
     bcd(element(DEFAULT, 0x11000001, elsewhere), element(DEFAULT, 0x21000001, elsewhere)))
disk("the BCD starts from a partition that is not there", {"WIN016": "fail"},
     bcd(element(DEFAULT, 0x11000001, elsewhere), element(DEFAULT, 0x21000001, elsewhere)), image=G1)
disk("the BCD has no boot manager", {"WIN016": "fail"}, bcd(no_object(BOOTMGR)))
disk("recovery on after a failed start", {"WIN016": "advice"}, bcd(element(DEFAULT, 0x16000009, 1)))
disk("no serial console in the BCD", {"WIN016": "advice"}, bcd(element(DEFAULT, 0x260000B0, 0)), image=G1)
disk("boot failures shown", {"WIN016": "advice"}, bcd(no_element(DEFAULT, 0x250000E0)))
disk("the boot manager's device is `boot`", {}, bcd(element(BOOTMGR, 0x11000001, boot_device())))
disk("another serial port", {"WIN016": "advice"}, bcd(element(EMS, 0x15000022, 2)))
files("a crash dump left", {"WIN017": "advice"}, write("Windows/MEMORY.DMP", b"PAGEDU64" + bytes(8184)))
files("crash dumps off", {"WIN017": "advice"}, reg_set("SYSTEM", CONTROL + r"\CrashControl", "CrashDumpEnabled", DWORD, 0))
files("the paging file on D: before there is a VM", {}, reg_set(
    "SYSTEM", CONTROL + r"\Session Manager\Memory Management", "PagingFiles", MULTI_SZ, [r"D:\pagefile.sys"]))

# WIN019 to WIN023.
files("Failover Clustering", {"WIN019": "fail"}, service("ClusSvc", r"%SystemRoot%\Cluster\clussvc.exe"))
# Sysprep does not support that role either.
files("DHCP Server", {"WIN019": "fail", "WIN004": "warn"}, service("DHCPServer", r"%SystemRoot%\system32\svchost.exe -k DHCPServer",
                                               account=r"NT AUTHORITY\NetworkService", kind=0x20))
files("SNMP, installed and disabled", {}, service("SNMP", r"%SystemRoot%\System32\snmp.exe", 4))
files("Remote Access turned on", {"WIN019": "fail"}, start("RemoteAccess", 2), image=G1)
files("a service as Administrator", {"WIN020": "fail"}, service("Example", r"C:\Example\service.exe", account=r".\Administrator"))
files("a local user with a password", {"WIN021": "fail"}, user("builder", 1001, NORMAL, True))
files("a local user, disabled", {}, user("builder", 1001, NORMAL | DISABLED, True), says={"WIN021": "builder"})
files("Guest enabled", {"WIN021": "fail"}, flags(501, NORMAL | 0x4))
files("automatic logon with its password", {"WIN021": "fail"}, reg_set("SOFTWARE", NT + r"\Winlogon", "AutoAdminLogon", SZ, "1"),
      reg_set("SOFTWARE", NT + r"\Winlogon", "DefaultPassword", SZ, "not-a-secret"))
files("a restart is pending", {"WIN022": "warn"}, key_add("SOFTWARE", CURRENT + r"\Component Based Servicing\RebootPending"))
files("a servicing transaction is pending", {"WIN022": "warn"}, write("Windows/WinSxS/pending.xml", "<PendingTransaction/>\r\n"))
files("automatic updates off by policy", {"WIN023": "warn"}, reg_set(
    "SOFTWARE", r"Policies\Microsoft\Windows\WindowsUpdate\AU", "NoAutoUpdate", DWORD, 1))
files("Windows Update disabled", {"WIN023": "warn"}, start("wuauserv", 4))

# WIN024 to WIN029.
files("SMB as before the update against WannaCry", {"WIN024": "fail"}, program(f"{DRIVERS}/srv.sys", (6, 3, 9600, 18603)), image=R2)
files("an old storport", {"WIN025": "advice"}, program(f"{DRIVERS}/storport.sys", (6, 3, 9600, 18572)), image=R2)
files("no VM agent", {"WIN026": "warn"}, key_delete("SYSTEM", SERVICES + r"\RdAgent"),
      key_delete("SYSTEM", SERVICES + r"\WindowsAzureGuestAgent"), remove("WindowsAzure"))
files("an old VM agent", {"WIN026": "warn", "OFFER002": "warn"}, *(
    program(f"{path}/{name}", (2, 7, 41491, 1009)) for path, name in (
        (AGENT, "WaAppAgent.exe"), (AGENT, "WindowsAzureGuestAgent.exe"), ("WindowsAzure/Packages", "WaAppAgent.exe"))))
files("storvsc disabled", {"WIN027": "fail"}, start("storvsc", 4))
files("storvsc overridden", {"WIN027": "fail"}, reg_set("SYSTEM", SERVICES + r"\storvsc\StartOverride", "0", DWORD, 3))
files("no vmbus", {"WIN027": "fail"}, key_delete("SYSTEM", SERVICES + r"\vmbus"))
files("VMware Tools", {"WIN028": "advice"}, service("VMTools", r"C:\Program Files\VMware\VMware Tools\vmtoolsd.exe"),
      installed("VMware Tools", "VMware, Inc."))
files("joined to a domain", {"WIN029": "warn"}, reg_set("SYSTEM", TCPIP, "Domain", SZ, "corp.test"),
      reg_set("SYSTEM", TCPIP, "NV Domain", SZ, "corp.test"),
      reg_set("SECURITY", r"Policy\PolPrDmS", "", 0, bytes.fromhex("010400000000000515000000010000000200000003000000")),
      reg_set("SECURITY", r"Policy\PolMachineAccountS", "", BINARY,
              bytes.fromhex("01050000000000051500000001000000020000000300000050040000")))
files("a domain controller", {"WIN029": "fail", "WIN004": "warn"}, service("NTDS", r"%SystemRoot%\System32\lsass.exe", kind=0x20),
      reg_set("SYSTEM", CONTROL + r"\ProductOptions", "ProductType", SZ, "LanmanNT"))

# WIN030 to WIN036.
files("a service on E:", {"WIN030": "warn"}, service("Example", r"E:\Example\service.exe"))
files("PowerShell's history", {"WIN031": "warn"}, write(
    "Users/Default/AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine/ConsoleHost_history.txt", "net user\r\n"))
files("a name in the hosts file", {"WIN031": "warn"}, write(f"{DRIVERS}/etc/hosts", "10.1.2.3 build.corp.test\r\n"))
files("a scheduled task of the publisher's", {}, task("Example setup"), says={"WIN032": "Example setup"})
files("NVMe with the old timeout", {}, reg_set("SYSTEM", SERVICES + r"\stornvme\Parameters", "IoTimeoutValue", DWORD, 30),
      says={"WIN033": "30"})
files("another antivirus", {"WIN034": "warn"}, service(
    "ExampleAv", r"System32\drivers\exampleav.sys", 0, kind=2, Group="FSFilter Anti-Virus"),
      program(f"{DRIVERS}/exampleav.sys", (1, 0, 0, 0)))

# The disk: PART and what Windows needs of it.
# With no generation declared, PART002 says that there is none; with one, the rule of its firmware does.
disk("no fallback loader", {"PART002": "fail", "PART009": "warn"}, esp("mdel", "::/EFI/Boot/bootx64.efi"))
disk("no fallback loader, Generation 2 declared", {"PART002": "fail", "PART009": "fail"},
     esp("mdel", "::/EFI/Boot/bootx64.efi"), options=("--generation", "2"))
disk("nothing on the EFI system partition", {"PART002": "fail", "PART009": "warn", "WIN016": "fail"}, esp("mdeltree", "::/EFI"))
for what, step in (("no boot code", raw_write(0, bytes(440))), ("no active partition", raw_write(446, b"\0"))):
    disk(what, {"PART002": "fail", "PART010": "not-applicable"}, step, image=G1)
    disk(what + ", Generation 1 declared", {"PART002": "fail", "PART010": "fail"}, step, image=G1,
         options=("--generation", "1"))
disk("no bootmgr and no BCD", {"PART002": "fail", "PART010": "not-applicable", "WIN016": "fail"},
     on_boot(remove("bootmgr", "Boot")), image=G1)
disk("BitLocker on drive C:", {"PART012": "fail"}, on_windows(3, b"-FVE-FS-"), others=UNDETERMINED)
disk("drive C: not unmounted cleanly", {"PART011": "warn"}, dirty)
disk("the boot volume not unmounted cleanly", {"PART011": "warn"}, lambda image, copy: dirty(
    type("System", (), {"windows": image.system}), copy), image=G1)
disk("the loader's boot sector gone", {"PART002": "fail", "PART010": "not-applicable"}, on_system(0x54, bytes(0x1AA)), image=G1, others=("fail",))
disk("the EFI system partition is of another type", {"PART002": "fail"}, table("-t", "1:0700"), others=("fail", "warn", *UNDETERMINED))

disk("Windows declared as Linux", {"PART013": "fail"}, table("-p"), options=("--os", "linux"))

# Hives that cannot be read: nothing may then pass that needs them.
files("SYSTEM is missing", {"WIN007": "undetermined"}, remove("Windows/System32/config/SYSTEM"), others=("undetermined",))
files("SOFTWARE is cut off", {"WIN003": "undetermined"}, write("Windows/System32/config/SOFTWARE", bytes(512)), others=("undetermined",))
files("SAM is not a hive", {"WIN021": "undetermined"}, write("Windows/System32/config/SAM", "not a hive"), others=("undetermined",))
files("the environment is quoted in %", {}, reg_set(
    "SYSTEM", CONTROL + r"\Session Manager\Environment", "Example", EXPAND_SZ, "%SystemRoot%"))
