//! VHD008: the footer's other fields.

use super::{Subject, bytes_and_mib, fix, footer_field, vhd};
use crate::container::vhd::{FoundFooter, VHD_EPOCH, writer};
use crate::finding::{Finding, Level, Outcome};
use crate::rules::declare_rule;

declare_rule! {
    /// The footer's version, features, saved state, sizes, time stamp and unique id make sense.
    ///
    /// ## Why
    /// A version other than 1.0 is refused by readers, Microsoft's among them. A disk in a saved
    /// state belongs to a suspended machine, whose memory holds what the disk lacks. The other
    /// fields matter to some readers only, or to none.
    ///
    /// ## Evidence
    /// Features, file format version, time stamp, creator, original size, unique id, saved state
    /// and the reserved bytes. Errors: version, saved state. Warnings: features without their
    /// always-set bit or with unknown ones, a time in the future, an all-zero unique id, an
    /// original size of 0. The rest are notes.
    ///
    /// ## What Azure says
    /// No literal message is known.
    ///
    /// ## Fix
    /// Shut the machine down (not save it) before the disk is exported; make the VHD anew.
    ///
    /// ## Limits
    /// Reserved bytes that are not zero are never an error: Windows 10 leaves stale memory there.
    /// That is a small leak, which a publisher may want to know of.
    pub static VHD008 = {
        id: "VHD008",
        name: "footer-fields",
        level: Error,
        sources: [FAQ, VHDSPEC, OPENVMM],
    };
}

const VERSION: u32 = 0x0001_0000;
/// Bit 0, temporary; bit 1, always set; bit 8, seen of Virtual PC 7 for Macintosh.
const KNOWN_FEATURES: u32 = 0x103;
const RESERVED_FEATURE: u32 = 2;
/// How far ahead of ours another machine's clock may be.
const CLOCK_SKEW: i64 = 24 * 3600;

fn check(subject: &Subject<'_>) -> Outcome {
    let (vhd, found) = match vhd(subject) {
        Ok(parts) => parts,
        Err(outcome) => return outcome,
    };
    let mut findings = Vec::new();
    let remake = fix::remake(vhd);
    gravest(found, &remake, &mut findings);
    doubtful(
        found,
        &remake,
        subject.inspection.looked_at.as_second(),
        &mut findings,
    );
    remarks(found, &mut findings);
    Outcome::Decided(findings)
}

fn at(level: Level, found: &FoundFooter, field: &str, message: impl Into<String>) -> Finding {
    let value = found
        .footer
        .fields(found.offset)
        .into_iter()
        .find(|candidate| candidate.name == field);
    let finding = Finding::new(level, message).at(footer_field(found, field));
    match value {
        Some(value) => finding.found(format!("0x{} ({})", value.raw, value.meaning)),
        None => finding,
    }
}

fn gravest(found: &FoundFooter, remake: &str, findings: &mut Vec<Finding>) {
    let footer = &found.footer;
    if footer.file_format_version != VERSION {
        findings.push(
            at(
                Level::Error,
                found,
                "file format version",
                "the file format version is not 1.0",
            )
            .required("0x00010000 (1.0)")
            .fix(remake),
        );
    }
    match footer.saved_state {
        0 => {}
        1 => findings.push(
            at(
                Level::Error,
                found,
                "saved state",
                "the disk is in a saved state: it belongs to a suspended machine",
            )
            .required("0")
            .fix("start the machine, shut it down, and export the disk again"),
        ),
        _ => findings.push(
            at(
                Level::Warning,
                found,
                "saved state",
                "the saved state is neither 0 nor 1",
            )
            .required("0")
            .fix(remake),
        ),
    }
}

fn doubtful(found: &FoundFooter, remake: &str, now: i64, findings: &mut Vec<Finding>) {
    let footer = &found.footer;
    if footer.features & RESERVED_FEATURE == 0 || footer.features & !KNOWN_FEATURES != 0 {
        findings.push(
            at(
                Level::Warning,
                found,
                "features",
                "the features are not those that the format defines; some readers refuse them",
            )
            .required("0x00000002")
            .fix(remake),
        );
    }
    let written = VHD_EPOCH.saturating_add(i64::from(footer.time_stamp));
    if written > now.saturating_add(CLOCK_SKEW) {
        findings.push(
            at(
                Level::Warning,
                found,
                "time stamp",
                "the time stamp lies in the future",
            )
            .required("a time in the past, or 0")
            .fix("set the clock of the machine that makes the image, and make it again"),
        );
    }
    if footer.has_null_id() {
        findings.push(
            at(
                Level::Warning,
                found,
                "unique id",
                "the unique id is all zero",
            )
            .required("a UUID of its own for every disk")
            .fix(remake),
        );
    }
    if footer.original_size == 0 {
        findings.push(
            at(
                Level::Warning,
                found,
                "original size",
                "the original size is 0; readers that size the disk by it see an empty one",
            )
            .required(bytes_and_mib(footer.current_size))
            .fix(remake),
        );
    }
}

fn remarks(found: &FoundFooter, findings: &mut Vec<Finding>) {
    let footer = &found.footer;
    let mut note = |field: &str, message: &str| {
        findings.push(at(Level::Note, found, field, message));
    };
    if footer.features & 1 != 0 {
        note("features", "the disk is marked temporary");
    }
    if footer.time_stamp == 0 {
        note(
            "time stamp",
            "the time stamp is not set, as reproducible builds leave it",
        );
    }
    if footer.original_size != footer.current_size && footer.original_size != 0 {
        note(
            "original size",
            "the original size differs from the current size: the disk was resized, or its writer keeps it so",
        );
    }
    if writer(footer.creator_application).is_none() {
        note(
            "creator application",
            "the creator code is of no known writer",
        );
    }
    if !matches!(&footer.creator_host_os, b"Wi2k" | b"Mac " | [0, 0, 0, 0]) {
        note(
            "creator host OS",
            "the creator host OS is none that the format defines",
        );
    }
    if footer.reserved_non_zero > 0 {
        note(
            "reserved",
            "reserved bytes are not zero: some writers leave stale memory there, which is published with the disk",
        );
    }
}
