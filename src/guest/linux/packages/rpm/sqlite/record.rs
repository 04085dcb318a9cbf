//! Rows as SQLite stores them: a list of types, then the values.

use super::super::error::RpmError;

/// Columns of one row that are read.
const MAX_COLUMNS: usize = 16;

/// A value of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    /// Nothing, or a fraction.
    Other,
    /// A whole number.
    Number(i64),
    /// A text or bytes.
    Bytes(&'a [u8]),
}

/// The first values of a row.
pub(super) fn values(row: &[u8]) -> Result<Vec<Value<'_>>, RpmError> {
    let cut = || RpmError::corrupt("a row ends too early");
    let mut types = row;
    let length = varint(&mut types).ok_or_else(cut)?;
    let length = usize::try_from(length).map_err(|_| cut())?;
    let mut body = row.get(length..).ok_or_else(cut)?;
    let used = row.len().saturating_sub(types.len());
    let mut types = row.get(used..length).ok_or_else(cut)?;
    let mut values = Vec::new();
    while !types.is_empty() && values.len() < MAX_COLUMNS {
        let kind = varint(&mut types).ok_or_else(cut)?;
        let length = match kind {
            0 | 8 | 9 => 0,
            1..=4 => kind,
            5 => 6,
            6 | 7 => 8,
            10 | 11 => return Err(RpmError::corrupt("a value has a type that is not in use")),
            _ => kind.saturating_sub(12) / 2,
        };
        let length = usize::try_from(length).map_err(|_| cut())?;
        let (bytes, rest) = body.split_at_checked(length).ok_or_else(cut)?;
        body = rest;
        values.push(match kind {
            0 | 7 => Value::Other,
            8 => Value::Number(0),
            9 => Value::Number(1),
            1..=6 => Value::Number(number(bytes)),
            _ => Value::Bytes(bytes),
        });
    }
    Ok(values)
}

/// A number with its sign, most significant byte first.
fn number(bytes: &[u8]) -> i64 {
    let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
    let start = if negative { -1 } else { 0 };
    bytes
        .iter()
        .fold(start, |number: i64, byte| (number << 8) | i64::from(*byte))
}

/// A number of one to nine bytes, which it takes off the front.
pub(super) fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for at in 0..9 {
        let byte = *bytes.get(at)?;
        if at == 8 {
            number = (number << 8) | u64::from(byte);
        } else {
            number = (number << 7) | u64::from(byte & 0x7f);
        }
        if at == 8 || byte & 0x80 == 0 {
            *bytes = bytes.get(at.checked_add(1)?..)?;
            return Some(number);
        }
    }
    None
}
