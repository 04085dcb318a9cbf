//! VHD001: the footer's cookie.

use super::{Subject, fix};
use crate::container::Container;
use crate::container::vhd::FooterPlace;
use crate::finding::{Finding, Outcome, Place};
use crate::rules::declare_rule;

declare_rule! {
    /// The file's last 512 bytes begin with the cookie `conectix`.
    ///
    /// ## Why
    /// Azure decides by these eight bytes whether a blob is a VHD at all. It looks only at the last
    /// 512 bytes of the file: a footer that is anywhere else does not count.
    ///
    /// ## Evidence
    /// The last 512 bytes. Where the cookie is not there, the report says which damage it is: a
    /// footer of 511 bytes, a footer before the end, the copy at the front alone, zeros, or no
    /// footer at all.
    ///
    /// ## What Azure says
    /// - `InvalidVhd`:
    ///   `The specified cookie value in VHD footer indicates that disk '<name>' with blob <url> is not a supported VHD. Disk is expected to have cookie value 'conectix'.`
    /// - Partner Center: `Invalid virtual hard disk (VHD)`
    /// - Import of a managed disk: `Only blobs formatted as VHDs can be imported.`
    ///
    /// A size that is not whole MiB gets the same answer: where the cookie is right, look at VHD004
    /// and VHD005.
    ///
    /// ## Fix
    /// `qemu-img convert -f raw -O vpc -o subformat=fixed,force_size disk.raw disk.vhd`, or
    /// `Convert-VHD -Path disk.vhdx -DestinationPath disk.vhd -VHDType Fixed` on Windows.
    pub static VHD001 = {
        id: "VHD001",
        name: "footer-cookie",
        level: Error,
        sources: [FAQ, KB405, CLI6179],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let length = subject.inspection.length;
    let place = Place::image(length.saturating_sub(512), length.min(512))
        .structure("footer")
        .field("cookie");
    let error = |message: String, found: &str, fix: String| {
        Outcome::Decided(vec![
            Finding::error(message)
                .found(found)
                .required("`conectix` at the start of the last 512 bytes")
                .at(place)
                .fix(fix),
        ])
    };
    match &subject.inspection.container {
        Container::Vhd(vhd) if vhd.end.is_some() => Outcome::pass(),
        Container::Vhd(vhd) => match &vhd.displaced {
            Some(found) if found.place == FooterPlace::End511 => error(
                "the footer has only 511 bytes: the last one is missing".to_owned(),
                "`conectix` 511 bytes before the end",
                fix::remake(vhd),
            ),
            Some(found) => error(
                format!(
                    "the footer is {} bytes before the end of the file, where nobody looks for it",
                    length.saturating_sub(found.offset).saturating_sub(512)
                ),
                "other bytes after the footer",
                fix::cut_after(found.offset.saturating_add(512)),
            ),
            None => error(
                "only the copy of the footer at the front of the file is there; the footer at the \
                 end is missing"
                    .to_owned(),
                if vhd.end_is_zero {
                    "zeros"
                } else {
                    "other bytes"
                },
                "the file was cut or something was appended: copy or export it again".to_owned(),
            ),
        },
        Container::Foreign(foreign) => error(
            format!(
                "there is no VHD footer: the file is {}",
                foreign.format.name()
            ),
            if foreign.end_is_zero {
                "zeros"
            } else {
                "other bytes"
            },
            foreign.format.conversion().to_owned(),
        ),
    }
}
