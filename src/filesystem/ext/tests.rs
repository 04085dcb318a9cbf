//! The parsers by themselves: a superblock that lies is told from one that does not.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use std::sync::Arc;

use super::*;
use crate::source::MemorySource;

/// A superblock of 1 KiB blocks, 8192 of them in one group.
fn superblock_with(changes: &[(usize, &[u8])]) -> Result<Superblock, FsError> {
    let mut bytes = vec![0; 4096];
    let mut put = |at: usize, new: &[u8]| {
        bytes[1024 + at..1024 + at + new.len()].copy_from_slice(new);
    };
    put(0x0, &2048_u32.to_le_bytes());
    put(0x4, &8192_u32.to_le_bytes());
    put(0x14, &1_u32.to_le_bytes());
    put(0x20, &8192_u32.to_le_bytes());
    put(0x28, &2048_u32.to_le_bytes());
    put(0x38, &[0x53, 0xef]);
    put(0x3a, &[1, 0]);
    put(0x4c, &1_u32.to_le_bytes());
    put(0x58, &128_u16.to_le_bytes());
    put(0x60, &2_u32.to_le_bytes());
    put(0x68, &[0xab; 16]);
    put(0x78, "Wurzel-ö".as_bytes());
    for (at, new) in changes {
        put(*at, new);
    }
    let source: Arc<dyn ReadAt> = Arc::new(MemorySource::new(bytes));
    superblock(&source, FileSystemKind::Ext2)
}

#[test]
fn a_superblock_is_read_and_its_contradictions_are_named() {
    let good = superblock_with(&[]).unwrap();
    assert_eq!(good.label.as_deref(), Some("Wurzel-ö"));
    assert_eq!(
        good.uuid.as_deref(),
        Some("abababab-abab-abab-abab-abababababab")
    );
    assert_eq!(
        (good.size, &good.state),
        (8 << 20, &crate::filesystem::State::Clean)
    );
    let wrong: [(usize, &[u8]); 8] = [
        (0x38, &[0, 0]),
        (0x18, &[7, 0, 0, 0]),
        (0x20, &[0; 4]),
        (0x28, &[0; 4]),
        (0x58, &[0, 0]),
        (0x58, &[0, 8]),
        (0x14, &[9, 0, 0, 0]),
        (0x20, &[0xff; 4]),
    ];
    for change in wrong {
        let result = superblock_with(&[change]);
        assert!(
            matches!(result, Err(FsError::Corrupt(_))),
            "{change:?}: {result:?}"
        );
    }
    let features = superblock_with(&[(0x60, &[0x03, 0x90, 0x01, 0x80])]).unwrap();
    assert_eq!(
        features.unsupported,
        [
            "compression",
            "dirdata",
            "inline_data",
            "encrypt",
            "unknown features 0x80000000"
        ]
    );
}
