//! What processor the guest is made for: by its first program, and by its kernel images.

use std::fmt;
use std::io::Read;

use crate::bytes::Fields;
use crate::guest::{Located, Root};
use crate::known::Known;

/// Kernel images that are looked at.
const MAX_KERNELS: usize = 16;
/// Bytes of a file's beginning that tell what it is.
const HEAD: u64 = 64 << 10;

/// The machine of programs and kernels for 64-bit x86, as ELF numbers it.
const EM_X86_64: u16 = 62;
const EM_AARCH64: u16 = 183;
const EM_386: u16 = 3;
const EM_ARM: u16 = 40;

/// The machine that a program is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Machine {
    /// ELF's number of the machine: 62 is x86-64, 183 AArch64.
    pub code: u16,
    /// Width of its addresses: 32 or 64.
    pub bits: u8,
}

impl Machine {
    /// Whether Azure has such machines: 64-bit x86 and 64-bit Arm.
    pub fn is_supported(self) -> bool {
        self.bits == 64 && matches!(self.code, EM_X86_64 | EM_AARCH64)
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code, self.bits) {
            (EM_X86_64, 64) => f.write_str("x86_64"),
            (EM_X86_64, _) => f.write_str("x32"),
            (EM_AARCH64, 64) => f.write_str("aarch64"),
            (EM_386, _) => f.write_str("i386"),
            (EM_ARM, _) => f.write_str("arm (32-bit)"),
            (code, bits) => write!(f, "ELF machine {code}, {bits}-bit"),
        }
    }
}

/// What processor the guest is made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Architecture {
    /// The machine of the first program that is found of init, systemd and the shell; none where
    /// there is none of them.
    pub program: Known<Option<Located<Machine>>>,
    /// The kernel images, and their machine where their header tells it.
    pub kernels: Known<Vec<Located<Option<Machine>>>>,
}

/// Reads the headers of the first program and of the kernels.
pub(super) fn gather(root: &Root) -> Architecture {
    Architecture {
        program: program(root),
        kernels: kernels(root),
    }
}

fn program(root: &Root) -> Known<Option<Located<Machine>>> {
    for path in [
        "/sbin/init",
        "/usr/lib/systemd/systemd",
        "/lib/systemd/systemd",
        "/bin/busybox",
        "/bin/bash",
        "/bin/sh",
        "/usr/bin/bash",
    ] {
        let Some(head) = root.bytes_at(path, 0, 64)? else {
            continue;
        };
        // An init that is a script says nothing.
        if let Some(machine) = elf(&head) {
            return Ok(Some(Located::new(machine, root.real_spot(path))));
        }
    }
    Ok(None)
}

fn kernels(root: &Root) -> Known<Vec<Located<Option<Machine>>>> {
    let mut found: Vec<Located<Option<Machine>>> = Vec::new();
    for pattern in [
        "/boot/vmlinuz*",
        "/boot/vmlinux*",
        "/boot/Image*",
        "/usr/lib/modules/*/vmlinuz",
    ] {
        for path in root.glob(pattern)? {
            let spot = root.real_spot(&path);
            if found.len() >= MAX_KERNELS || found.iter().any(|seen| seen.spot == spot) {
                continue;
            }
            if let Some(head) = root.bytes_at(&path, 0, HEAD)? {
                found.push(Located::new(kernel(&head), spot));
            }
        }
    }
    Ok(found)
}

/// The machine of an ELF file.
fn elf(head: &[u8]) -> Option<Machine> {
    let fields = Fields::new("ELF header", 0, head);
    if fields.bytes("magic", 0, 4).ok()? != b"\x7fELF" {
        return None;
    }
    let bits = match fields.u8("class", 4).ok()? {
        1 => 32,
        2 => 64,
        _ => return None,
    };
    let code = match fields.u8("data", 5).ok()? {
        1 => fields.u16_le("machine", 18),
        2 => fields.u16_be("machine", 18),
        _ => return None,
    };
    Some(Machine {
        code: code.ok()?,
        bits,
    })
}

/// The machine of a kernel image: ELF, a bzImage, an Arm image, a PE file, or one of these packed
/// by gzip.
fn kernel(head: &[u8]) -> Option<Machine> {
    if head.starts_with(&[0x1f, 0x8b]) {
        let mut inner = Vec::new();
        let decoder = flate2::read::GzDecoder::new(head);
        // The packed bytes end in the middle of a block, which is no matter here.
        let _ = decoder.take(HEAD).read_to_end(&mut inner);
        return plain_kernel(&inner);
    }
    plain_kernel(head)
}

fn plain_kernel(head: &[u8]) -> Option<Machine> {
    let fields = Fields::new("kernel image", 0, head);
    let machine = |code, bits| Some(Machine { code, bits });
    if let Some(machine) = elf(head) {
        return Some(machine);
    }
    if fields.bytes("magic", 0x38, 4) == Ok(b"ARMd") {
        return machine(EM_AARCH64, 64);
    }
    if fields.bytes("magic", 0x202, 4) == Ok(b"HdrS") {
        // From protocol 2.12 on the image says whether it can be started in 64-bit mode.
        return match fields.u16_le("version", 0x206).ok()? {
            0..=0x20b => None,
            _ if fields.u16_le("xloadflags", 0x236).ok()? & 1 == 1 => machine(EM_X86_64, 64),
            _ => machine(EM_386, 32),
        };
    }
    if head.starts_with(b"MZ") {
        let at = usize::try_from(fields.u32_le("PE offset", 0x3c).ok()?).ok()?;
        if fields.bytes("PE signature", at, 4).ok()? != b"PE\0\0" {
            return None;
        }
        return match fields.u16_le("PE machine", at.checked_add(4)?).ok()? {
            0x8664 => machine(EM_X86_64, 64),
            0xaa64 => machine(EM_AARCH64, 64),
            0x014c => machine(EM_386, 32),
            _ => None,
        };
    }
    None
}

#[cfg(test)]
pub(crate) mod testing {
    /// The first bytes of an ELF program.
    pub(crate) fn elf(code: u8, class: u8) -> Vec<u8> {
        let mut head = b"\x7fELF\0\x01\x01".to_vec();
        head[4] = class;
        head.resize(64, 0);
        head[18] = code;
        head
    }

    /// The first bytes of a bzImage.
    pub(crate) fn bz_image(long_mode: bool) -> Vec<u8> {
        let mut head = vec![0; 0x400];
        head[0x202..0x206].copy_from_slice(b"HdrS");
        head[0x206] = 0x0f;
        head[0x207] = 0x02;
        head[0x236] = u8::from(long_mode) | 0x02;
        head
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::testing::{bz_image, elf};
    use super::*;
    use crate::guest::testing::Tree;

    #[test]
    fn the_first_program_is_found_through_its_links() {
        let root = Tree::new()
            .link("/sbin", "usr/sbin")
            .link("/usr/sbin/init", "/lib/systemd/systemd")
            .link("/lib", "usr/lib")
            .bytes("/usr/lib/systemd/systemd", &elf(62, 2))
            .root();
        let program = gather(&root).program.unwrap().unwrap();
        assert_eq!(program.value.to_string(), "x86_64");
        assert_eq!(program.spot.path, "/usr/lib/systemd/systemd");
        assert!(program.value.is_supported());
    }

    #[test]
    fn a_script_as_init_leaves_it_to_the_shell() {
        let root = Tree::new()
            .file("/sbin/init", "#!/bin/sh\n")
            .bytes("/bin/sh", &elf(183, 2))
            .root();
        let program = gather(&root).program.unwrap().unwrap();
        assert_eq!(program.value.to_string(), "aarch64");
        assert_eq!(gather(&Tree::new().root()).program, Ok(None));
        assert!(
            gather(&Tree::new().unreadable("/sbin/init").root())
                .program
                .is_err()
        );
    }

    #[test]
    fn kernels_of_all_shapes_are_known() {
        let mut arm = vec![0; 128];
        arm[0x38..0x3c].copy_from_slice(b"ARMd");
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(&arm).unwrap();
        let packed = packer.finish().unwrap();
        let mut pe = b"MZ".to_vec();
        pe.resize(0x80, 0);
        pe[0x3c] = 0x40;
        pe[0x40..0x46].copy_from_slice(b"PE\0\0\x64\xaa");
        for (bytes, name) in [
            (bz_image(true), Some("x86_64")),
            (bz_image(false), Some("i386")),
            (arm, Some("aarch64")),
            (packed, Some("aarch64")),
            (pe, Some("aarch64")),
            (elf(62, 2), Some("x86_64")),
            (vec![0; 600], None),
            (Vec::new(), None),
        ] {
            let root = Tree::new().bytes("/boot/vmlinuz-1", &bytes).root();
            let kernels = gather(&root).kernels.unwrap();
            let found = kernels[0].value.map(|machine| machine.to_string());
            assert_eq!(found.as_deref(), name);
        }
    }
}
