//! VHD020: the two footers of a dynamic disk.

use super::{Subject, blocks, footer_field};
use crate::container::vhd::{FoundFooter, Vhd};
use crate::finding::{Finding, Level, Outcome, Place};
use crate::rules::declare_rule;

declare_rule! {
    /// The two footers of a dynamic or differencing disk are the same.
    ///
    /// ## Why
    /// By the format the footer at the end counts, and the copy at the front stands in when the
    /// end is damaged. QEMU reads the front first. Where they differ, two programs see two disks,
    /// and a conversion keeps one of them.
    ///
    /// ## Evidence
    /// The first and the last 512 bytes. Error: the footer at the end is missing or damaged, or the
    /// two differ in disk type, current size or data offset. Warning: the copy at the front is
    /// missing or damaged, or another field differs.
    ///
    /// ## What Azure says
    /// Nothing: it refuses disks that are not fixed (VHD003).
    ///
    /// ## Fix
    /// Export the disk again. Where that cannot be had, copy the sound footer over the other one
    /// in a copy of the file, and compare the result with the source.
    pub static VHD020 = {
        id: "VHD020",
        name: "footer-copies",
        level: Error,
        sources: [VHDSPEC],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let (vhd, _) = match blocks(subject) {
        Ok(parts) => parts,
        Err(outcome) => return outcome,
    };
    let mut findings = Vec::new();
    one_end(vhd, vhd.end.as_ref(), "end", Level::Error, &mut findings);
    one_end(
        vhd,
        vhd.front.as_ref(),
        "front",
        Level::Warning,
        &mut findings,
    );
    if let (Some(end), Some(front)) = (&vhd.end, &vhd.front) {
        differences(end, front, &mut findings);
    }
    Outcome::Decided(findings)
}

fn one_end(
    vhd: &Vhd,
    found: Option<&FoundFooter>,
    which: &str,
    level: Level,
    findings: &mut Vec<Finding>,
) {
    let offset = if which == "end" {
        vhd.file_length.saturating_sub(512)
    } else {
        0
    };
    match found {
        None => findings.push(
            Finding::new(
                level,
                format!("the footer at the {which} of the file is missing"),
            )
            .found("no `conectix`")
            .required("a footer in the first and in the last 512 bytes")
            .at(Place::image(offset, 512).structure("footer"))
            .fix(from_the_other(vhd, which)),
        ),
        Some(found) if !found.footer.checksum_ok() => findings.push(
            Finding::new(
                level,
                format!("the footer at the {which} of the file is damaged: its checksum is wrong"),
            )
            .found(format!("{:#010x}", found.footer.checksum))
            .required(format!("{:#010x}", found.footer.computed_checksum))
            .at(footer_field(found, "checksum"))
            .fix(from_the_other(vhd, which)),
        ),
        Some(_) => {}
    }
}

/// Puts the sound copy in the place of the broken one, in a copy of the file.
fn from_the_other(vhd: &Vhd, broken: &str) -> String {
    let sound = |found: &Option<FoundFooter>| found.as_ref().is_some_and(|f| f.footer.is_sound());
    let copy = "cp --sparse=always disk.vhd fixed.vhd";
    match (broken, &vhd.end) {
        ("front", Some(_)) if sound(&vhd.end) => {
            format!("{copy} && tail -c 512 disk.vhd | dd of=fixed.vhd conv=notrunc")
        }
        ("end", Some(end)) if sound(&vhd.front) => format!(
            "{copy} && head -c 512 disk.vhd | dd of=fixed.vhd seek={} oflag=seek_bytes conv=notrunc",
            end.offset
        ),
        // Where nothing but the footer is missing, it goes to the end again.
        ("end", None)
            if sound(&vhd.front) && vhd.bat.as_ref().is_some_and(|bat| bat.bad_count == 0) =>
        {
            format!("{copy} && head -c 512 disk.vhd >> fixed.vhd")
        }
        _ => "export or copy the disk again".to_owned(),
    }
}

fn differences(end: &FoundFooter, front: &FoundFooter, findings: &mut Vec<Finding>) {
    let fields = end.footer.fields(end.offset);
    for (a, b) in fields.iter().zip(front.footer.fields(front.offset)) {
        let at = |found: &FoundFooter| {
            let start = usize::try_from(a.offset - end.offset).unwrap_or(0);
            found
                .footer
                .raw()
                .get(start..start + a.length)
                .map(<[u8]>::to_vec)
        };
        // The checksum follows from the others, and a wrong one was said above.
        if a.name == "checksum" || at(end) == at(front) {
            continue;
        }
        let grave = matches!(a.name, "disk type" | "current size" | "data offset");
        let level = if grave { Level::Error } else { Level::Warning };
        findings.push(
            Finding::new(level, format!("the two footers differ in {}", a.name))
                .found(format!(
                    "{} at the end, {} at the front",
                    a.meaning, b.meaning
                ))
                .required("the same bytes in both")
                .at(footer_field(end, a.name))
                .fix("export the disk again; which of the two is right cannot be seen"),
        );
    }
}
