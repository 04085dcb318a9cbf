//! Values of accounts for tests, with marks where a real machine has its hashes.
#![allow(clippy::arithmetic_side_effects)]

use crate::guest::hive::Data;

/// What stands where the hash of a password would: it must be seen nowhere.
pub(crate) const MARK: &[u8; 16] = b"PLANTED-SECRET-H";

/// What is stored of a password.
#[derive(Clone, Copy)]
pub(crate) enum Stored {
    /// Only the header of a hash, in revision 2 (AES).
    Nothing,
    /// Only the header of a hash, in revision 1 (RC4).
    NothingRc4,
    /// A hash in revision 2.
    Aes,
    /// A hash in revision 1.
    Rc4,
    /// A revision that does not exist.
    Unknown,
}

/// The key of the account with this RID.
pub(crate) fn key(rid: u32) -> String {
    format!(r"SAM\Domains\Account\Users\{rid:08X}")
}

/// The value `F` with these bits of `UserAccountControl`.
pub(crate) fn f(rid: u32, control: u32) -> Data {
    let mut bytes = vec![0; 80];
    bytes[0x30..0x34].copy_from_slice(&rid.to_le_bytes());
    bytes[0x38..0x3c].copy_from_slice(&control.to_le_bytes());
    Data::Binary(bytes)
}

/// The value `V` of an account.
pub(crate) fn v(name: &str, password: Stored) -> Data {
    let mut bytes = vec![0; 0xcc];
    let mut put = |at: usize, part: &[u8]| {
        let offset = u32::try_from(bytes.len() - 0xcc).unwrap();
        let length = u32::try_from(part.len()).unwrap();
        bytes[at..at + 4].copy_from_slice(&offset.to_le_bytes());
        bytes[at + 4..at + 8].copy_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(part);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    };
    let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    put(0x0c, &name);
    let aes = |offset: u8| {
        let mut header = vec![1, 0, 2, 0, offset, 0, 0, 0];
        header.resize(24, 0x5a);
        header
    };
    let hash = match password {
        Stored::Nothing => aes(0),
        Stored::NothingRc4 => vec![1, 0, 1, 0],
        Stored::Aes => [&aes(24)[..], MARK, MARK].concat(),
        Stored::Rc4 => [&[1, 0, 1, 0][..], MARK].concat(),
        Stored::Unknown => [&[1, 0, 9, 0][..], MARK].concat(),
    };
    let none = match password {
        Stored::NothingRc4 | Stored::Rc4 => vec![1, 0, 1, 0],
        _ => aes(0),
    };
    put(0x9c, &none);
    put(0xa8, &hash);
    Data::Binary(bytes)
}
