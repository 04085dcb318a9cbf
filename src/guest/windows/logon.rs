//! Automatic logon and stored passwords, by their presence.

use super::registry::{HiveName, Registry};
use super::setting::Setting;
use crate::guest::Root;
use crate::guest::hive::Data;

/// The key of the program that logs people on.
const WINLOGON: &str = r"Microsoft\Windows NT\CurrentVersion\Winlogon";
/// The secret in which a password for automatic logon is kept encrypted.
const SECRET: &str = r"Policy\Secrets\DefaultPassword\CurrVal";

/// What logs somebody on without being asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logon {
    /// `AutoAdminLogon` of Winlogon: `1` is on. Windows reads a text and some tools write a number.
    pub auto_admin_logon: Setting<String>,
    /// `DefaultUserName` of Winlogon: who is logged on (hostile text).
    pub default_user_name: Setting<String>,
    /// Whether `DefaultPassword` of Winlogon, a password in plain text, holds anything.
    pub default_password: Setting<bool>,
    /// Whether the secret `DefaultPassword` of the Local Security Authority (LSA) holds anything.
    pub secret: Setting<bool>,
}

/// Reads it.
pub(super) fn gather(_root: &Root, registry: &Registry) -> Logon {
    Logon {
        auto_admin_logon: registry.setting(
            HiveName::Software,
            WINLOGON,
            "AutoAdminLogon",
            text_or_number,
        ),
        default_user_name: registry.string(HiveName::Software, WINLOGON, "DefaultUserName"),
        default_password: registry.setting(
            HiveName::Software,
            WINLOGON,
            "DefaultPassword",
            holds_something,
        ),
        secret: registry.setting(HiveName::Security, SECRET, "", holds_something),
    }
}

fn text_or_number(data: Data) -> Result<String, Data> {
    match data {
        Data::Sz(text) | Data::ExpandSz(text) => Ok(text.trim().to_owned()),
        Data::Dword(number) | Data::DwordBigEndian(number) => Ok(number.to_string()),
        other => Err(other),
    }
}

/// Whether there is anything but zeros; what it is is forgotten.
#[allow(clippy::unnecessary_wraps)] // The form that a reader of a setting has.
fn holds_something(data: Data) -> Result<bool, Data> {
    Ok(match data {
        Data::Sz(text) | Data::ExpandSz(text) | Data::Link(text) => !text.is_empty(),
        Data::MultiSz(list) => list.iter().any(|text| !text.is_empty()),
        Data::Dword(number) | Data::DwordBigEndian(number) => number != 0,
        Data::Qword(number) => number != 0,
        Data::None(bytes)
        | Data::Binary(bytes)
        | Data::ResourceList(bytes)
        | Data::FullResourceDescriptor(bytes)
        | Data::ResourceRequirementsList(bytes)
        | Data::Other { bytes, .. } => bytes.iter().any(|byte| *byte != 0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::windows::testing::Machine;

    #[test]
    fn passwords_are_known_by_their_presence_only() {
        let facts = Machine::new()
            .dword(HiveName::Software, WINLOGON, "AutoAdminLogon", 1)
            .string(HiveName::Software, WINLOGON, "DefaultUserName", "joe")
            .string(HiveName::Software, WINLOGON, "DefaultPassword", "PLANTED")
            .set(
                HiveName::Security,
                SECRET,
                "",
                Data::None(b"PLANTED".to_vec()),
            )
            .facts();
        let logon = &facts.logon;
        assert_eq!(logon.auto_admin_logon.value, Ok(Some("1".to_owned())));
        assert_eq!(logon.default_password.value, Ok(Some(true)));
        assert_eq!(logon.secret.value, Ok(Some(true)));
        assert_eq!(
            logon.secret.spot.registry.as_deref(),
            Some(r"SECURITY\Policy\Secrets\DefaultPassword\CurrVal!(Default)")
        );
        assert!(!format!("{logon:?}").contains("PLANTED"));
        let empty = Machine::new()
            .string(HiveName::Software, WINLOGON, "DefaultPassword", "")
            .set(HiveName::Security, SECRET, "", Data::None(vec![0; 8]))
            .facts();
        assert_eq!(empty.logon.default_password.value, Ok(Some(false)));
        assert_eq!(empty.logon.secret.value, Ok(Some(false)));
        assert_eq!(Machine::new().facts().logon.secret.value, Ok(None));
    }
}
