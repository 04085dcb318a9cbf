//! The local accounts of the Security Account Manager (SAM), without their secrets.
//!
//! Of each account two values are looked at: `F`, whose fields have a fixed place, and `V`, which
//! begins with 17 descriptors (offset, length, unknown) of what follows behind them. Of the hash of
//! a password only its own header is read, which tells whether a hash follows.

use super::registry::{HiveName, Registry, RegistryKey};
use crate::bytes::{FieldError, Fields, utf16};
use crate::guest::hive::Data;
use crate::guest::{Root, Spot};
use crate::known::{Known, Undetermined};

/// The key with one key an account. The first `SAM` is the hive's name, the second its only key.
const KEY: &str = r"SAM\Domains\Account\Users";
/// Accounts that are kept; a server has five.
const MAX_ACCOUNTS: usize = 2000;
/// Where what the descriptors of `V` describe begins: behind 17 of 12 bytes.
const V_DATA: usize = 0xcc;
/// Bytes of an account's name in UTF-16; Windows allows 20 characters.
const MAX_NAME: usize = 1024;

/// Places of descriptors in `V`.
const NAME: usize = 0x0c;
const LM_HASH: usize = 0x9c;
const NT_HASH: usize = 0xa8;
const NT_HISTORY: usize = 0xb4;
const LM_HISTORY: usize = 0xc0;

/// Flags in `UserAccountControl` of `F`.
const DISABLED: u32 = 1;
const PASSWORD_NOT_REQUIRED: u32 = 4;

/// Whether the hash of a password is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Password {
    /// None is: the password is empty.
    None,
    /// One is. It may be that of an empty password: only decryption would tell, and nothing is
    /// decrypted.
    Stored,
}

/// A local account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The relative identifier (RID): 500 is the built-in administrator, people begin at 1000.
    pub rid: u32,
    /// Its name (hostile text).
    pub name: Known<String>,
    /// The bits of `UserAccountControl`.
    pub control: Known<u32>,
    /// Whether a password is stored.
    pub password: Known<Password>,
    /// Its key.
    pub spot: Spot,
}

impl Account {
    /// Whether somebody can log on with it.
    ///
    /// # Errors
    /// [`Undetermined`] where it could not be read.
    pub fn is_enabled(&self) -> Known<bool> {
        self.control.clone().map(|bits| bits & DISABLED == 0)
    }

    /// Whether it may have an empty password.
    ///
    /// # Errors
    /// As [`is_enabled`](Self::is_enabled).
    pub fn needs_no_password(&self) -> Known<bool> {
        self.control
            .clone()
            .map(|bits| bits & PASSWORD_NOT_REQUIRED != 0)
    }

    /// Its name for people (hostile text): the RID where the name is not known.
    pub fn shown(&self) -> String {
        match &self.name {
            Ok(name) => name.clone(),
            Err(_) => format!("the account with RID {}", self.rid),
        }
    }
}

/// The local accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accounts {
    /// In the order of their RIDs.
    pub list: Known<Vec<Account>>,
    /// The key that holds them.
    pub spot: Spot,
}

impl Accounts {
    /// The account with this RID; none where there is no such account.
    ///
    /// # Errors
    /// [`Undetermined`] where the accounts could not be read.
    pub fn by_rid(&self, rid: u32) -> Known<Option<&Account>> {
        let list = self.list.as_ref().map_err(Clone::clone)?;
        Ok(list.iter().find(|account| account.rid == rid))
    }
}

/// Reads the accounts.
pub(super) fn gather(_root: &Root, registry: &Registry) -> Accounts {
    let spot = registry.spot(HiveName::Sam, KEY, None);
    let read = || -> Known<Vec<Account>> {
        let key = registry.key(HiveName::Sam, KEY)?;
        let key = key.ok_or_else(|| Undetermined::new(format!("{spot}: there is no such key")))?;
        // Beside the accounts there is one key, Names, which repeats their names.
        let keys: Vec<_> = key
            .subkeys()?
            .into_iter()
            .filter_map(|key| rid(key.name()).map(|rid| (rid, key)))
            .collect();
        if keys.len() > MAX_ACCOUNTS {
            return Err(Undetermined::new(format!(
                "{spot}: it has more than {MAX_ACCOUNTS} accounts"
            )));
        }
        let mut list: Vec<_> = keys.iter().map(|(rid, key)| account(*rid, key)).collect();
        list.sort_by_key(|account| account.rid);
        Ok(list)
    };
    Accounts { list: read(), spot }
}

/// The RID that the name of an account's key is, in eight hexadecimal digits.
fn rid(name: &str) -> Option<u32> {
    let is_rid = name.len() == 8 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_rid.then(|| u32::from_str_radix(name, 16).ok())?
}

fn account(rid: u32, key: &RegistryKey<'_>) -> Account {
    let f = binary(key, "F");
    let v = binary(key, "V");
    let unknown = |value: &str, error: FieldError| {
        Undetermined::new(format!("{}: {error}", key.spot_of(value)))
    };
    let control = f.and_then(|f| {
        Fields::new("F", 0, &f)
            .u32_le("UserAccountControl", 0x38)
            .map_err(|error| unknown("F", error))
    });
    let (name, password) = match &v {
        Ok(v) => {
            let v = Fields::new("V", 0, v);
            let or = |why: &str| Undetermined::new(format!("{}: {why}", key.spot_of("V")));
            let failed = |error| unknown("V", error);
            (
                name(&v)
                    .map_err(failed)
                    .and_then(|name| name.ok_or_else(|| or("its name is damaged"))),
                password(&v).map_err(failed).and_then(|found| {
                    found.ok_or_else(|| or("a password is stored in a form that is not known"))
                }),
            )
        }
        Err(why) => (Err(why.clone()), Err(why.clone())),
    };
    Account {
        rid,
        name,
        control,
        password,
        spot: key.spot(),
    }
}

/// The bytes of a `REG_BINARY` that every account has.
fn binary(key: &RegistryKey<'_>, name: &str) -> Known<Vec<u8>> {
    let spot = key.spot_of(name);
    match key.value(name)?.map(|found| found.value) {
        Some(Data::Binary(bytes)) => Ok(bytes),
        Some(other) => Err(Undetermined::new(format!(
            "{spot}: its type is {}, where it has to be REG_BINARY",
            other.kind_name()
        ))),
        None => Err(Undetermined::new(format!("{spot}: it is missing"))),
    }
}

/// What the descriptor at `at` of `V` describes.
fn described<'a>(
    v: &Fields<'a>,
    field: &'static str,
    at: usize,
) -> Result<(usize, &'a [u8]), FieldError> {
    let size = |at| {
        let number = v.u32_le(field, at)?;
        Ok(usize::try_from(number).unwrap_or(usize::MAX))
    };
    let from = V_DATA.saturating_add(size(at)?);
    let length = size(at.saturating_add(4))?;
    Ok((length, v.bytes(field, from, length)?))
}

/// The name; none where it cannot be one: in a damaged value its descriptor may lead to a hash,
/// and nothing of that may be shown.
fn name(v: &Fields<'_>) -> Result<Option<String>, FieldError> {
    let place = |at: usize| -> Result<(u32, u32), FieldError> {
        let from = v.u32_le("offset", at)?;
        let length = v.u32_le("length", at.saturating_add(4))?;
        Ok((from, from.saturating_add(length)))
    };
    let (from, to) = place(NAME)?;
    for secret in [LM_HASH, NT_HASH, NT_HISTORY, LM_HISTORY] {
        let (begin, end) = place(secret)?;
        if from < end && begin < to {
            return Ok(None);
        }
    }
    let (length, bytes) = described(v, "name", NAME)?;
    Ok((length <= MAX_NAME).then(|| utf16(bytes, false)))
}

/// Whether a hash is stored, of either kind; none where its form is not known.
fn password(v: &Fields<'_>) -> Result<Option<Password>, FieldError> {
    let mut all = Some(Password::None);
    for (field, at) in [("LM hash", LM_HASH), ("NT hash", NT_HASH)] {
        let (length, bytes) = described(v, field, at)?;
        match hash(field, length, bytes)? {
            Some(Password::Stored) => return Ok(Some(Password::Stored)),
            Some(Password::None) => {}
            None => all = None,
        }
    }
    Ok(all)
}

/// Whether a hash follows its header. In revision 1 (RC4) the header has 4 bytes, in revision 2
/// (AES) 24, of which those from the fifth say where the hash begins.
fn hash(field: &'static str, length: usize, bytes: &[u8]) -> Result<Option<Password>, FieldError> {
    if length == 0 {
        return Ok(Some(Password::None));
    }
    let header = Fields::new(field, 0, bytes);
    let revision = header.u16_le("revision", 2)?;
    Ok(match (revision, length) {
        (1, 4) => Some(Password::None),
        (1, 20) => Some(Password::Stored),
        (2, 24) => Some(Password::None),
        (2, 25..) if header.u32_le("data offset", 4)? == 0 => Some(Password::None),
        (2, 25..) => Some(Password::Stored),
        _ => None,
    })
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
