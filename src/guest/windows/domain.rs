//! Membership of a domain, as the local security policy and the network's parameters tell it.

use super::registry::{HiveName, Registry};
use super::setting::Setting;
use crate::bytes::{Fields, utf16};
use crate::guest::hive::Data;
use crate::guest::{Root, Spot};
use crate::known::Known;

/// Parameters of TCP/IP.
const TCPIP: &str = r"CurrentControlSet\Services\Tcpip\Parameters";
/// Whether it is a server, a domain controller or a workstation.
const PRODUCT: &str = r"CurrentControlSet\Control\ProductOptions";
/// The password of the machine's own account in a domain.
const MACHINE_SECRET: &str = r"Policy\Secrets\$MACHINE.ACC";

/// Signs of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// Whether `Policy\PolPrDmS` of SECURITY holds a security identifier (SID), as it does only
    /// for members of a domain.
    pub primary_domain_sid: Setting<bool>,
    /// Whether `Policy\PolMachineAccountS` holds a SID: that of the machine's account in a domain.
    pub machine_account_sid: Setting<bool>,
    /// `Policy\PolPrDmN`: the domain or, without one, the workgroup (hostile text).
    pub primary_domain: Setting<String>,
    /// `Domain` of TCP/IP: the primary DNS suffix, which may be set without a domain (hostile
    /// text).
    pub dns_suffix: Setting<String>,
    /// `NV Domain`: the suffix from the next start on (hostile text).
    pub next_dns_suffix: Setting<String>,
    /// `ProductType`: `WinNT`, `ServerNT`, or `LanmanNT` on a domain controller.
    pub product_type: Setting<String>,
    /// The place of the password of the machine's account, where one is kept.
    pub machine_secret: Known<Option<Spot>>,
}

/// Reads it.
pub(super) fn gather(_root: &Root, registry: &Registry) -> Domain {
    let tcpip = |name: &str| registry.string(HiveName::System, TCPIP, name);
    let secret = registry.key(HiveName::Security, MACHINE_SECRET);
    Domain {
        primary_domain_sid: registry.setting(HiveName::Security, r"Policy\PolPrDmS", "", has_sid),
        machine_account_sid: registry.setting(
            HiveName::Security,
            r"Policy\PolMachineAccountS",
            "",
            has_sid,
        ),
        primary_domain: registry.setting(HiveName::Security, r"Policy\PolPrDmN", "", counted_text),
        dns_suffix: tcpip("Domain"),
        next_dns_suffix: tcpip("NV Domain"),
        product_type: registry.string(HiveName::System, PRODUCT, "ProductType"),
        machine_secret: secret.map(|key| key.map(|key| key.spot())),
    }
}

/// The bytes of a value of the policy, whose type says nothing.
fn raw(data: &Data) -> Option<Vec<u8>> {
    Some(match data {
        Data::None(bytes) | Data::Binary(bytes) | Data::Other { bytes, .. } => bytes.clone(),
        Data::Dword(number) => number.to_le_bytes().to_vec(),
        Data::Qword(number) => number.to_le_bytes().to_vec(),
        _ => return None,
    })
}

/// Whether it holds a SID: revision 1, a count of numbers, six bytes of authority, the numbers.
fn has_sid(data: Data) -> Result<bool, Data> {
    let Some(bytes) = raw(&data) else {
        return Err(data);
    };
    if bytes.iter().all(|byte| *byte == 0) {
        return Ok(false);
    }
    match bytes.as_slice() {
        [1, count @ 1..=15, rest @ ..]
            if rest.len() >= usize::from(*count).saturating_mul(4).saturating_add(6) =>
        {
            Ok(true)
        }
        _ => Err(data),
    }
}

/// A text behind a header that tells its length in bytes: the length, the most, where it begins.
fn counted_text(data: Data) -> Result<String, Data> {
    let Some(bytes) = raw(&data) else {
        return Err(data);
    };
    if bytes.iter().all(|byte| *byte == 0) {
        return Ok(String::new());
    }
    let fields = Fields::new("LSA text", 0, &bytes);
    let text = fields
        .u16_le("length", 0)
        .and_then(|length| fields.bytes("text", 8, usize::from(length)));
    match text {
        Ok(text) => Ok(utf16(text, false)),
        Err(_) => Err(data),
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! Values of the local security policy for tests.

    use crate::guest::hive::Data;

    /// The SID of a domain.
    pub(crate) fn sid() -> Data {
        let mut bytes = vec![1, 4, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0];
        bytes.extend_from_slice(&[7; 12]);
        Data::None(bytes)
    }

    /// The name of a domain or workgroup.
    pub(crate) fn name(name: &str) -> Data {
        let text: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = u16::try_from(text.len()).unwrap();
        let mut bytes = [length.to_le_bytes(), length.to_le_bytes()].concat();
        bytes.extend_from_slice(&8_u32.to_le_bytes());
        bytes.extend_from_slice(&text);
        Data::None(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sid_is_told_from_nothing_and_from_what_is_neither() {
        assert_eq!(has_sid(testing::sid()), Ok(true));
        assert_eq!(has_sid(Data::Dword(0)), Ok(false));
        assert_eq!(has_sid(Data::None(Vec::new())), Ok(false));
        assert!(has_sid(Data::None(vec![1, 4, 0, 0])).is_err());
        assert!(has_sid(Data::Binary(b"WORKGROUP".to_vec())).is_err());
        assert!(has_sid(Data::Sz("S-1-5-21".to_owned())).is_err());
    }

    #[test]
    fn a_name_stands_behind_its_header() {
        let name = testing::name("WORKGROUP");
        assert_eq!(counted_text(name).as_deref(), Ok("WORKGROUP"));
        assert_eq!(counted_text(Data::None(vec![0; 8])).as_deref(), Ok(""));
        assert!(counted_text(Data::None(vec![200, 0, 200, 0, 8, 0, 0, 0, 65, 0])).is_err());
    }
}
