//! VHD009: geometry and creator.

use super::{Subject, bytes_and_mib, fix, footer_field, vhd};
use crate::container::vhd::{Geometry, QemuSize, qemu_size};
use crate::finding::{Finding, Outcome};
use crate::rules::declare_rule;

declare_rule! {
    /// No program that sizes the disk by its geometry sees another size than the footer states.
    ///
    /// ## Why
    /// Azure and Hyper-V ignore the geometry. QEMU does not, for some creator codes: it then sees
    /// a disk of another size, and a conversion cuts the disk or makes its size fractional.
    ///
    /// ## Evidence
    /// Cylinders, heads, sectors and the creator code. A difference is a warning where every QEMU
    /// goes by the geometry (creators `vpc ` and `qemu`), and a note where only older ones do.
    /// A geometry at its maximum, at zero or unlike the format's algorithm is a note.
    ///
    /// ## What Azure says
    /// Nothing: the geometry does not decide.
    ///
    /// ## Fix
    /// Convert with qemu-img 2.6 or newer and `force_size`, which writes the maximum geometry and
    /// keeps the size.
    ///
    /// ## Limits
    /// It is never an error: the recipe that Microsoft recommends writes 65535/16/255 for every
    /// size, and Microsoft's own writers write 0/0/0.
    pub static VHD009 = {
        id: "VHD009",
        name: "geometry",
        level: Warning,
        sources: [GEN, QEMU1490611, VHDSPEC],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let (vhd, found) = match vhd(subject) {
        Ok(parts) => parts,
        Err(outcome) => return outcome,
    };
    let footer = &found.footer;
    let geometry = footer.geometry;
    let size = footer.current_size;
    let expected = Geometry::for_size(size);
    let differs = geometry != Geometry::MAXIMUM && geometry.bytes() != size;
    let shown = format!("{geometry} = {}", bytes_and_mib(geometry.bytes()));
    let place = footer_field(found, "disk geometry");
    let note = |message: &str| Finding::note(message).found(&*shown).at(place.clone());
    let code = footer.creator_application;
    let finding = match qemu_size(code) {
        QemuSize::Geometry if differs => {
            let less = if geometry.bytes() < size {
                "smaller"
            } else {
                "larger"
            };
            Finding::warning(format!(
                "QEMU sizes disks of the creator `{}` by the geometry, and sees a {less} disk than Azure",
                code.escape_ascii()
            ))
            .found(shown)
            .required(bytes_and_mib(size))
            .at(place)
            .fix(fix::remake(vhd))
        }
        _ if geometry == Geometry::MAXIMUM && expected != geometry => {
            note("the geometry is the maximum: readers go by the current size")
        }
        _ if geometry.is_zero() => note("the geometry is zero: readers go by the current size"),
        QemuSize::GeometryBefore10 if differs => {
            note("QEMU 8 and older size disks of this creator by the geometry; newer ones do not")
        }
        _ if geometry != expected => {
            note("the geometry is not the one that the format's algorithm gives for the size")
        }
        _ => return Outcome::pass(),
    };
    Outcome::Decided(vec![finding])
}
