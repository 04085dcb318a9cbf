//! Small images, written here byte by byte, so that the tests of the program's output need nothing
//! but the format.

/// 24 MiB: the smallest whole number of MiB that is comfortably above Azure's least size.
pub(crate) const SIZE: usize = 24 << 20;

/// The footer of a fixed disk, changed by `spoil` before its checksum is made.
pub(crate) fn footer(size: u64, spoil: impl FnOnce(&mut [u8; 512])) -> [u8; 512] {
    let mut footer = [0; 512];
    let mut put = |at: usize, bytes: &[u8]| footer[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, b"conectix");
    put(8, &2_u32.to_be_bytes());
    put(12, &0x0001_0000_u32.to_be_bytes());
    put(16, &u64::MAX.to_be_bytes());
    put(24, &0x2a00_0000_u32.to_be_bytes());
    put(28, b"win ");
    put(32, &0x000a_0000_u32.to_be_bytes());
    put(36, b"Wi2k");
    put(40, &size.to_be_bytes());
    put(48, &size.to_be_bytes());
    put(56, &[0x02, 0xd2, 4, 17]);
    put(60, &2_u32.to_be_bytes());
    put(
        68,
        &[
            0x5a, 1, 2, 3, 4, 5, 0x46, 7, 0x88, 9, 10, 11, 12, 13, 14, 15,
        ],
    );
    spoil(&mut footer);
    let sum = footer
        .iter()
        .fold(0_u32, |sum, byte| sum + u32::from(*byte));
    footer[64..68].copy_from_slice(&(!sum).to_be_bytes());
    footer
}

/// A disk with an MBR and one active Linux partition, which holds the same 64 KiB twice.
pub(crate) fn disk() -> Vec<u8> {
    let mut disk = vec![0; SIZE];
    // Without boot code and active partition: taken as a data disk, of which everything is decided.
    disk[440..444].copy_from_slice(&0x1234_5678_u32.to_le_bytes());
    disk[446..462].copy_from_slice(&[0x00, 0, 2, 0, 0x83, 0, 0, 0, 0, 8, 0, 0, 0, 0xb8, 0, 0]);
    disk[510..512].copy_from_slice(&[0x55, 0xaa]);
    for (at, byte) in disk[1 << 20..(1 << 20) + 65_536].iter_mut().enumerate() {
        *byte = u8::try_from(at * 7 % 251).unwrap() | 1;
    }
    disk.copy_within(1 << 20..(1 << 20) + 65_536, 8 << 20);
    disk
}

/// A fixed VHD without a fault.
pub(crate) fn good() -> Vec<u8> {
    let mut image = disk();
    image.extend(footer(SIZE as u64, |_| {}));
    image
}

/// A fixed VHD as qemu-img writes it without `force_size`, which says that it is a dynamic one.
pub(crate) fn bad() -> Vec<u8> {
    let mut image = disk();
    let size = SIZE + 17 * 512;
    image.resize(size, 0);
    image.extend(footer(size as u64, |footer| {
        footer[28..32].copy_from_slice(b"qemu");
        footer[40..48].copy_from_slice(&(SIZE as u64).to_be_bytes());
        footer[60..64].copy_from_slice(&3_u32.to_be_bytes());
    }));
    image
}
