//! Who wrote a VHD, by the creator application code of its footer, and by which field QEMU sizes
//! that writer's disks.

/// Which field QEMU takes the size of a disk from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QemuSize {
    /// Current size, in every version that was looked at (8.2 and 10.0).
    CurrentSize,
    /// The CHS product, in every version.
    Geometry,
    /// The CHS product in 8.2, which had a list of creators to trust; current size in 10.0.
    GeometryBefore10,
}

/// The writer that a creator code stands for, as far as it is known.
pub fn writer(code: [u8; 4]) -> Option<&'static str> {
    Some(match &code {
        b"vpc " => "Microsoft Virtual PC",
        b"vs  " => "Microsoft Virtual Server",
        b"win " => "Windows or Hyper-V",
        b"qemu" => "qemu-img without force_size",
        b"qem2" => "qemu-img with force_size",
        b"d2v " | b"d2v\0" => "disk2vhd",
        b"tap\0" => "XenServer tapdisk",
        b"CTXS" => "Citrix XenConvert",
        b"vbox" => "VirtualBox",
        b"wa\0\0" => "azure-vhd-utils",
        b"*img" => "FreeBSD mkimg",
        b"dutl" => "DiscUtils",
        b"elem" => "Kairos AuroraBoot",
        b"suse" => "SUSE elemental",
        b"xo  " => "Xen Orchestra",
        b"caml" => "the OCaml vhd library",
        b"mVHD" => "MiniVHD",
        b"DBox" => "DOSBox-X",
        b"aaru" => "Aaru",
        b"dic " => "DiscImageChef",
        b"am  " => "am-img-vhd",
        b"go-v" => "go-vhd",
        [0, 0, 0, 0] => "not stated (hcsshim and openvmm leave it empty)",
        _ => return None,
    })
}

/// By which field QEMU sizes this writer's disks. A geometry at its maximum always means current
/// size, whoever wrote it.
pub fn qemu_size(code: [u8; 4]) -> QemuSize {
    match &code {
        b"vpc " | b"qemu" => QemuSize::Geometry,
        b"vs  " | b"win " | b"qem2" | b"d2v " | b"tap\0" | b"CTXS" => QemuSize::CurrentSize,
        _ => QemuSize::GeometryBefore10,
    }
}
