//! The device that an element of the boot configuration names, from its bytes.
//!
//! Microsoft publishes the meaning (`BcdDeviceData`) and not the bytes; they are laid out as in
//! ReactOS's boot environment library (`bl.h`, `bcd.h`): the GUID of an object with further
//! options, then the type, flags and size of a descriptor, then the descriptor.

use std::fmt;

use uuid::Uuid;

use crate::bytes::{FieldError, Fields};

/// Bytes before the descriptor: the GUID of the object with further options.
const HEAD: usize = 16;

/// A device that something is started from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Device {
    /// The volume that the boot manager itself was started from (type 5, `boot`).
    Boot,
    /// The first volume that has the program (type 8, `locate`), as `sysprep /generalize` leaves it.
    Locate,
    /// A partition of a local disk (type 6).
    Partition(PartitionId),
    /// A partition of something else: a virtual disk in a file, a RAM disk, by the number of its
    /// kind.
    Elsewhere(u32),
    /// A device of another type, by its number.
    Other(u32),
}

/// How a partition of a local disk is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartitionId {
    /// On a GPT by two GUIDs.
    Gpt {
        /// Of the disk.
        disk: Uuid,
        /// Of the partition.
        partition: Uuid,
    },
    /// On an MBR by two numbers.
    Mbr {
        /// Of the disk, at byte 440 of its sector 0.
        signature: u32,
        /// Where the partition begins, in bytes.
        offset: u64,
    },
    /// The whole disk, or a style that is not known, by its number.
    Other(u32),
}

impl fmt::Display for PartitionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gpt { partition, .. } => write!(f, "GPT partition {partition}"),
            Self::Mbr { signature, offset } => write!(
                f,
                "the partition at byte {offset} of the MBR disk with signature 0x{signature:08x}"
            ),
            Self::Other(style) => write!(f, "a partition of style {style}"),
        }
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boot => f.write_str("boot"),
            Self::Locate => f.write_str("locate"),
            Self::Partition(id) => id.fmt(f),
            Self::Elsewhere(kind) => write!(f, "a partition of a device of kind {kind}"),
            Self::Other(kind) => write!(f, "a device of type {kind}"),
        }
    }
}

impl Device {
    /// Reads the data of an element.
    ///
    /// # Errors
    /// [`FieldError`] where they end before the device does.
    pub fn parse(bytes: &[u8]) -> Result<Self, FieldError> {
        let fields = Fields::new("BCD device", 0, bytes);
        let kind = fields.u32_le("device type", HEAD)?;
        // The size counts from the type on; what it promises has to be there.
        let size = fields.u32_le("size of the descriptor", HEAD + 8)?;
        fields.bytes(
            "descriptor",
            HEAD,
            usize::try_from(size).unwrap_or(usize::MAX),
        )?;
        Ok(match kind {
            5 => Self::Boot,
            6 => match fields.u32_le("kind of the disk", 0x30)? {
                0 => Self::Partition(PartitionId::parse(&fields)?),
                other => Self::Elsewhere(other),
            },
            8 => Self::Locate,
            other => Self::Other(other),
        })
    }
}

impl PartitionId {
    fn parse(fields: &Fields<'_>) -> Result<Self, FieldError> {
        let guid = |field, at| fields.array(field, at).map(Uuid::from_bytes_le);
        // The other way round than in the documented property `PartitionStyle`.
        Ok(match fields.u32_le("partition style", 0x34)? {
            0 => Self::Gpt {
                disk: guid("disk GUID", 0x38)?,
                partition: guid("partition GUID", 0x20)?,
            },
            1 => Self::Mbr {
                signature: fields.u32_le("disk signature", 0x38)?,
                offset: fields.u64_le("partition offset", 0x20)?,
            },
            other => Self::Other(other),
        })
    }
}

#[cfg(test)]
pub(crate) mod testing {
    #![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

    use super::{Device, PartitionId};

    /// The bytes of a device, as an element has them.
    pub(crate) fn bytes(device: &Device) -> Vec<u8> {
        let mut bytes = vec![0; 88];
        let mut put = |at: usize, what: &[u8]| bytes[at..at + what.len()].copy_from_slice(what);
        put(0x18, &0x48_u32.to_le_bytes());
        let kind: u32 = match device {
            Device::Boot => 5,
            Device::Locate => 8,
            Device::Partition(_) | Device::Elsewhere(_) => 6,
            Device::Other(kind) => *kind,
        };
        put(0x10, &kind.to_le_bytes());
        match device {
            Device::Partition(PartitionId::Gpt { disk, partition }) => {
                put(0x20, &partition.to_bytes_le());
                put(0x38, &disk.to_bytes_le());
            }
            Device::Partition(PartitionId::Mbr { signature, offset }) => {
                put(0x20, &offset.to_le_bytes());
                put(0x34, &1_u32.to_le_bytes());
                put(0x38, &signature.to_le_bytes());
            }
            Device::Partition(PartitionId::Other(style)) => put(0x34, &style.to_le_bytes()),
            Device::Elsewhere(kind) => put(0x30, &kind.to_le_bytes()),
            _ => {}
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::uuid;

    /// Laid out as in published dumps of MBR disks: a partition at byte 0x15F00000 of the disk with
    /// signature E1D6E1D6.
    const DUMP: &str = "00000000000000000000000000000000\
        06000000000000004800000000000000\
        0000f015000000000000000000000000\
        0000000001000000d6e1d6e100000000\
        00000000000000000000000000000000\
        0000000000000000";

    fn unhex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text
            .chars()
            .filter_map(|c| c.to_digit(16))
            .map(|digit| u8::try_from(digit).unwrap())
            .collect();
        digits
            .chunks(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect()
    }

    #[test]
    fn partitions_are_read_from_their_bytes() {
        let mbr = PartitionId::Mbr {
            signature: 0xe1d6_e1d6,
            offset: 0x15f0_0000,
        };
        assert_eq!(Device::parse(&unhex(DUMP)), Ok(Device::Partition(mbr)));
        let mut gpt = unhex(DUMP);
        gpt[0x20..0x30].copy_from_slice(&[
            0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11, 0xba, 0x4b, 0, 0xa0, 0xc9, 0x3e, 0xc9,
            0x3b,
        ]);
        gpt[0x34] = 0;
        let Ok(Device::Partition(PartitionId::Gpt { partition, disk })) = Device::parse(&gpt)
        else {
            panic!("a GPT partition");
        };
        assert_eq!(partition, uuid!("c12a7328-f81f-11d2-ba4b-00a0c93ec93b"));
        assert_eq!(disk, uuid!("e1d6e1d6-0000-0000-0000-000000000000"));
    }

    #[test]
    fn the_other_types_are_told_apart_and_damage_is_an_error() {
        for device in [
            Device::Boot,
            Device::Locate,
            Device::Elsewhere(6),
            Device::Other(4),
            Device::Partition(PartitionId::Other(2)),
        ] {
            assert_eq!(Device::parse(&testing::bytes(&device)), Ok(device));
        }
        let sound = unhex(DUMP);
        for length in 0..sound.len() {
            assert!(Device::parse(&sound[..length]).is_err(), "{length}");
        }
        let mut long = sound;
        long[0x18] = 0xff;
        assert!(Device::parse(&long).is_err());
    }
}
