//! The sizes that a VHD states, side by side, and which reader believes which.

use super::Vhd;
use super::creator::{QemuSize, qemu_size};
use super::geometry::Geometry;

/// One statement of the disk's size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedSize {
    /// Where it stands.
    pub from: &'static str,
    /// Bytes.
    pub bytes: u64,
    /// Programs that take the size of the disk from there.
    pub readers: &'static str,
}

/// All sizes that `vhd` states.
pub fn stated_sizes(vhd: &Vhd) -> Vec<StatedSize> {
    let Some(footer) = vhd.footer() else {
        return Vec::new();
    };
    let qemu = if footer.geometry == Geometry::MAXIMUM {
        QemuSize::CurrentSize
    } else {
        qemu_size(footer.creator_application)
    };
    let mut sizes = vec![
        StatedSize {
            from: "current size",
            bytes: footer.current_size,
            readers: match qemu {
                QemuSize::CurrentSize => {
                    "Azure, Hyper-V, VirtualBox, 7-Zip, DiscUtils, qemu-img -f vpc"
                }
                QemuSize::Geometry => "Azure, Hyper-V, VirtualBox, 7-Zip, DiscUtils",
                QemuSize::GeometryBefore10 => {
                    "Azure, Hyper-V, VirtualBox, 7-Zip, DiscUtils, qemu-img 10 -f vpc"
                }
            },
        },
        StatedSize {
            from: "original size",
            bytes: footer.original_size,
            readers: "libvhdi, oslo.utils",
        },
        StatedSize {
            from: "disk geometry",
            bytes: footer.geometry.bytes(),
            readers: match qemu {
                QemuSize::CurrentSize => "none",
                QemuSize::Geometry => "qemu-img -f vpc",
                QemuSize::GeometryBefore10 => "qemu-img 8 -f vpc",
            },
        },
    ];
    match &vhd.header {
        Some(header) if vhd.layout.has_blocks() => sizes.push(StatedSize {
            from: "table entries times block size",
            bytes: u64::from(header.max_table_entries).saturating_mul(u64::from(header.block_size)),
            readers: "azure-vhd-utils, when it uploads a dynamic disk",
        }),
        _ => {
            let data = vhd.data_bytes();
            sizes.push(StatedSize {
                from: "file length less the footer",
                bytes: data,
                readers: "Azure, which compares it with current size",
            });
            sizes.push(StatedSize {
                from: "file length",
                bytes: vhd.file_length,
                readers: "qemu-img without -f vpc, which takes a fixed disk for a raw one",
            });
        }
    }
    sizes
}
