//! What the sound machine has of: accounts, agent, roles, domain, what is left behind.

use super::Machine;
use crate::guest::hive::Data;
use crate::guest::pe::testing::{X64, versioned};
use crate::guest::windows::accounts::testing::{Stored, f, key, v};
use crate::guest::windows::domain::testing::name;
use crate::guest::windows::registry::HiveName::{Sam, Security, Software, System};

const SERVICES: &str = r"CurrentControlSet\Services";
const GUEST_AGENT: &str =
    r"C:\WindowsAzure\GuestAgent_2.7.41491.1172_2025-01-01\WindowsAzureGuestAgent.exe";

pub(super) fn add(machine: Machine) -> Machine {
    let machine = [
        (500, 0x210, "Administrator", Stored::Aes),
        (501, 0x215, "Guest", Stored::Nothing),
        (503, 0x215, "DefaultAccount", Stored::Nothing),
        (504, 0x11, "WDAGUtilityAccount", Stored::Aes),
    ]
    .into_iter()
    .fold(machine, |machine, (rid, control, name, stored)| {
        with_account(machine, rid, control, name, stored)
    })
    .key(Sam, r"SAM\Domains\Account\Users\Names\Administrator");
    let machine = [
        ("WindowsAzureGuestAgent", 2, 16, GUEST_AGENT),
        ("RdAgent", 2, 16, r"C:\WindowsAzure\Packages\WaAppAgent.exe"),
        (
            "RemoteAccess",
            4,
            32,
            r"%SystemRoot%\System32\svchost.exe -k netsvcs",
        ),
        ("SNMPTRAP", 3, 16, r"%SystemRoot%\System32\snmptrap.exe"),
        (
            "WinDefend",
            2,
            16,
            r#""C:\Program Files\Windows Defender\MsMpEng.exe""#,
        ),
        ("WdFilter", 0, 2, r"system32\drivers\WdFilter.sys"),
        (
            "MSiSCSI",
            3,
            32,
            r"%SystemRoot%\system32\svchost.exe -k netsvcs",
        ),
    ]
    .into_iter()
    .fold(machine, |machine, (name, start, kind, image)| {
        with_service(machine, name, start, kind, image)
    });
    let winlogon = r"Microsoft\Windows NT\CurrentVersion\Winlogon";
    let tcpip = format!(r"{SERVICES}\Tcpip\Parameters");
    machine
        .string(System, &format!(r"{SERVICES}\WdFilter"), "Group", "FSFilter Anti-Virus")
        .string(Software, winlogon, "AutoAdminLogon", "0")
        .string(Software, winlogon, "DefaultUserName", "")
        .string(System, &tcpip, "Domain", "")
        .string(System, &tcpip, "NV Domain", "")
        .string(
            System,
            r"CurrentControlSet\Control\ProductOptions",
            "ProductType",
            "ServerNT",
        )
        .set(Security, r"Policy\PolPrDmN", "", name("WORKGROUP"))
        .set(Security, r"Policy\PolPrDmS", "", Data::None(Vec::new()))
        .dword(Security, r"Policy\PolMachineAccountS", "", 0)
        .key(Security, r"Policy\Secrets\DPAPI_SYSTEM\CurrVal")
        .key(System, "MountedDevices")
        .files(|tree| {
            tree.bytes(
                &GUEST_AGENT[2..].replace('\\', "/"),
                &versioned(X64, [2, 7, 41491, 1172]),
            )
            .bytes(
                "/WindowsAzure/Packages/WaAppAgent.exe",
                &versioned(X64, [2, 7, 41491, 1172]),
            )
            .file(
                "/Windows/System32/drivers/etc/hosts",
                "# Copyright (c) 1993-2009 Microsoft Corp.\r\n#\r\n#\t127.0.0.1       localhost\r\n",
            )
            .bytes("/Windows/System32/Tasks/Microsoft/Windows/Own", b"")
            .dir("/Windows/Temp")
            .dir("/Users/Default")
            .dir("/Users/Public")
        })
}

/// A local account.
pub(crate) fn with_account(
    machine: Machine,
    rid: u32,
    control: u32,
    name: &str,
    stored: Stored,
) -> Machine {
    machine
        .set(Sam, &key(rid), "F", f(rid, control))
        .set(Sam, &key(rid), "V", v(name, stored))
}

/// A service or driver.
pub(crate) fn with_service(
    machine: Machine,
    name: &str,
    start: u32,
    kind: u32,
    image: &str,
) -> Machine {
    let key = format!(r"{SERVICES}\{name}");
    let machine = machine
        .dword(System, &key, "Start", start)
        .dword(System, &key, "Type", kind)
        .set(System, &key, "ImagePath", Data::ExpandSz(image.to_owned()));
    match kind & 0xf {
        0 => machine.string(System, &key, "ObjectName", "LocalSystem"),
        _ => machine,
    }
}

/// Rules of Windows that are asked of a machine whose SAM or SECURITY was damaged: none may panic,
/// and none may show what stands where the hashes are.
#[test]
fn no_damage_to_accounts_and_secrets_is_more_than_a_rule_can_take() {
    use crate::guest::windows::accounts::testing::MARK;
    use crate::guest::{Guest, WindowsGuest};
    use crate::rules::Profile;
    use crate::rules::registry::RULES;

    let machine = with_account(Machine::new(), 1001, 0x210, "joe", Stored::Rc4);
    let mut inspection = machine.inspection();
    let mark = format!("{:?}", &MARK[..4]);
    let mark = mark.trim_matches(['[', ']']);
    let text = crate::bytes::utf16(&MARK[4..10], false);
    let mut random = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % u64::try_from(below).unwrap()).unwrap()
    };
    let hives: Vec<_> = machine
        .hives
        .iter()
        .map(|(name, writer)| {
            let path = format!("/Windows/System32/config/{}", name.name());
            (*name, path, writer.build())
        })
        .collect();
    let sound = hives
        .iter()
        .fold(machine.tree.clone(), |tree, (_, path, bytes)| {
            tree.bytes(path, bytes)
        });
    let damaged: Vec<_> = hives
        .iter()
        .filter(|(name, ..)| [Sam, Security].contains(name))
        .collect();
    for round in 0..300 {
        let (_, path, bytes) = damaged[round % damaged.len()];
        let mut bytes = bytes.clone();
        for _ in 0..=next(6) {
            let at = 4096 + next(bytes.len() - 4096);
            bytes[at] = u8::try_from(next(256)).unwrap();
        }
        let root = sound
            .clone()
            .bytes(path, &bytes)
            .windows_root_with(Vec::new());
        let facts = WindowsGuest::gather(&root, &[]);
        let shown = format!("{facts:?}");
        assert!(
            !shown.contains(mark) && !shown.contains(&text),
            "round {round}"
        );
        inspection.guest = Ok(Some(Guest::Windows(Box::new(facts))));
        for rule in RULES.iter().filter(|rule| rule.id.starts_with("WIN")) {
            super::judge(rule, &inspection, Profile::default());
        }
    }
}
