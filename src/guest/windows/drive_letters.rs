//! Drive letters that were given to volumes.

use super::registry::{HiveName, Registry};
use crate::bytes::utf16;
use crate::guest::hive::Data;
use crate::guest::{Root, Spot};
use crate::known::Known;

/// The key whose values name volumes; Sysprep empties it.
const KEY: &str = "MountedDevices";
/// The first words of the values that are drive letters.
const LETTER: &str = r"\DosDevices\";

/// What a drive letter stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Device {
    /// A partition, by its disk's signature and its start, or by its identifier.
    Partition,
    /// A DVD drive.
    Dvd,
    /// A floppy disk drive.
    Floppy,
    /// Something else.
    Other,
}

/// A drive letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriveLetter {
    /// The letter, in upper case.
    pub letter: char,
    /// What it stands for.
    pub device: Device,
    /// Its value.
    pub spot: Spot,
}

/// The drive letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriveLetters {
    /// Those that `MountedDevices` has, in its order; one a letter.
    pub list: Known<Vec<DriveLetter>>,
}

/// Reads them.
pub(super) fn gather(_root: &Root, registry: &Registry) -> DriveLetters {
    let read = || -> Known<Vec<DriveLetter>> {
        let Some(key) = registry.key(HiveName::System, KEY)? else {
            return Ok(Vec::new());
        };
        let mut list: Vec<DriveLetter> = Vec::new();
        for (name, found) in key.values()? {
            let Some(letter) = letter(&name) else {
                continue;
            };
            if list.iter().all(|drive| drive.letter != letter) {
                list.push(DriveLetter {
                    letter,
                    device: device(&found.value),
                    spot: found.spot,
                });
            }
        }
        Ok(list)
    };
    DriveLetters { list: read() }
}

/// The letter in the name of a value such as `\DosDevices\D:`.
fn letter(name: &str) -> Option<char> {
    let head = name.get(..LETTER.len())?;
    let mut rest = name.get(LETTER.len()..)?.chars();
    let letter = rest.next().filter(char::is_ascii_alphabetic)?;
    let is_letter = rest.next() == Some(':') && rest.next().is_none();
    (head.eq_ignore_ascii_case(LETTER) && is_letter).then(|| letter.to_ascii_uppercase())
}

/// What the data of a letter stand for: 12 bytes for a partition of an MBR, `DMIO:ID:` and 16 for
/// one of a GPT, else the path of a device in UTF-16.
fn device(data: &Data) -> Device {
    let Data::Binary(bytes) = data else {
        return Device::Other;
    };
    if bytes.len() == 12 || bytes.starts_with(b"DMIO:ID:") {
        return Device::Partition;
    }
    let path = utf16(bytes, false).to_ascii_lowercase();
    if path.contains("cdrom") {
        Device::Dvd
    } else if path.contains("fdc") || path.contains("floppy") {
        Device::Floppy
    } else {
        Device::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::windows::testing::Machine;

    #[test]
    fn letters_are_read_with_what_they_stand_for() {
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut machine = Machine::new();
        for (name, bytes) in [
            (r"\DosDevices\C:", vec![1; 12]),
            (r"\DosDevices\e:", [&b"DMIO:ID:"[..], &[7; 16]].concat()),
            (r"\DosDevices\D:", wide(r"\??\SCSI#CdRom&Ven_Msft")),
            (r"\DosDevices\A:", wide(r"\??\FDC#GENERIC_FLOPPY_DRIVE")),
            (r"\DosDevices\F:", wide(r"\??\STORAGE#RemovableMedia")),
            (r"\??\Volume{0}", vec![2; 12]),
            (r"\DosDevices\long:name", vec![2; 12]),
        ] {
            machine = machine.set(HiveName::System, KEY, name, Data::Binary(bytes));
        }
        let list = machine.facts().drive_letters.list.unwrap();
        let found: Vec<_> = list.iter().map(|d| (d.letter, d.device)).collect();
        assert_eq!(
            found,
            [
                ('C', Device::Partition),
                ('E', Device::Partition),
                ('D', Device::Dvd),
                ('A', Device::Floppy),
                ('F', Device::Other),
            ]
        );
        assert_eq!(
            list[1].spot.registry.as_deref(),
            Some(r"SYSTEM\MountedDevices!\DosDevices\e:")
        );
        assert_eq!(Machine::new().facts().drive_letters.list, Ok(Vec::new()));
    }
}
