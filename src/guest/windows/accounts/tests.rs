//! Tests of the accounts on hives with real values, damaged ones too.

use super::testing::{MARK, Stored, f, key, v};
use super::*;
use crate::rules::windows::testing::Machine;

fn with(rid: u32, control: u32, value: Data) -> Account {
    let facts = Machine::new()
        .set(HiveName::Sam, &key(rid), "F", f(rid, control))
        .set(HiveName::Sam, &key(rid), "V", value)
        .facts();
    let account = facts.accounts.by_rid(rid).unwrap();
    account.unwrap().clone()
}

#[test]
fn names_states_and_the_presence_of_passwords_are_read() {
    let joe = with(1001, 0x214, v("joe", Stored::Aes));
    assert_eq!(joe.name.as_deref(), Ok("joe"));
    assert_eq!(joe.is_enabled(), Ok(true));
    assert_eq!(joe.needs_no_password(), Ok(true));
    assert_eq!(
        joe.spot.registry.as_deref(),
        Some(r"SAM\SAM\Domains\Account\Users\000003E9")
    );
    for (stored, expected) in [
        (Stored::Nothing, Password::None),
        (Stored::NothingRc4, Password::None),
        (Stored::Aes, Password::Stored),
        (Stored::Rc4, Password::Stored),
    ] {
        let account = with(1001, 0x211, v("joe", stored));
        assert_eq!(account.password, Ok(expected));
        assert_eq!(account.is_enabled(), Ok(false));
    }
    assert!(
        with(1001, 0x10, v("joe", Stored::Unknown))
            .password
            .is_err()
    );
}

#[test]
fn nothing_of_a_hash_is_kept() {
    for stored in [Stored::Aes, Stored::Rc4, Stored::Unknown] {
        let account = with(1001, 0x10, v("joe", stored));
        let shown = format!("{account:?}");
        let mark = std::str::from_utf8(&MARK[..8]).unwrap();
        assert!(!shown.contains(mark), "{shown}");
        assert!(!shown.contains("[80, 76"), "{shown}");
        assert!(!shown.to_lowercase().contains("504c414e"), "{shown}");
    }
}

#[test]
fn a_name_that_leads_to_a_hash_is_none() {
    let Data::Binary(sound) = v("joe", Stored::Rc4) else {
        unreachable!();
    };
    let hash = u32::from_le_bytes(sound[0xa8..0xac].try_into().unwrap());
    for (offset, length) in [(hash, 20), (hash + 4, 16), (hash + 16, 4), (0, hash + 6)] {
        let mut bytes = sound.clone();
        bytes[0x0c..0x10].copy_from_slice(&offset.to_le_bytes());
        bytes[0x10..0x14].copy_from_slice(&length.to_le_bytes());
        let account = with(1001, 0x10, Data::Binary(bytes));
        assert!(account.name.is_err(), "{offset}");
        assert_eq!(account.password, Ok(Password::Stored));
    }
}

#[test]
fn damaged_values_are_not_known_and_nothing_fails() {
    let Data::Binary(sound) = v("joe", Stored::Aes) else {
        unreachable!();
    };
    for length in [0, 1, 0x10, 0xa0, 0xcb, sound.len() - 40] {
        let account = with(1001, 0x10, Data::Binary(sound[..length].to_vec()));
        assert!(account.password.is_err(), "{length}");
    }
    for at in 0..0xcc {
        let mut bytes = sound.clone();
        bytes[at] = 0xff;
        let _ = with(1001, 0x10, Data::Binary(bytes));
    }
    let text = with(1001, 0x10, Data::Sz("no bytes".to_owned()));
    assert!(text.name.is_err() && text.password.is_err());
    assert_eq!(text.shown(), "the account with RID 1001");
    let gone = Machine::new().without_key(HiveName::Sam, KEY).facts();
    assert!(gone.accounts.list.is_err());
    let unread = Machine::new().without_hive(HiveName::Sam).facts();
    assert!(unread.accounts.by_rid(500).is_err());
}
