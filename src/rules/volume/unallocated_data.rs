//! PART017: data in space that file systems mark as free.

use super::{called, place, volumes};
use crate::finding::{Finding, Outcome};
use crate::rules::{MIB, Subject, declare_rule};
use crate::volume::{Content, FileSystemKind};

declare_rule! {
    /// Space that the file systems mark as free holds zeros.
    ///
    /// ## Why
    /// What was deleted still stands on the disk: it is uploaded, replicated to every region, and
    /// stored for nothing, and whoever starts the image can read it back.
    ///
    /// ## Evidence
    /// The allocation maps of the file systems (ext block bitmaps, XFS free space B+trees, btrfs's
    /// extent tree, the FAT, NTFS's `$Bitmap`) against the content pass: bytes in units of 4 KiB
    /// that are not all zero.
    ///
    /// ## Fix
    /// `fstrim -av` in the guest before the last shutdown where the hypervisor discards, or
    /// `zerofree /dev/<ext volume>` on an unmounted one, or build the image anew. Windows:
    /// `Optimize-Volume -DriveLetter C -ReTrim`, or `sdelete -z C:`.
    ///
    /// ## Limits
    /// File systems whose maps cannot be read are named and not counted.
    pub static PART017 = {
        id: "PART017",
        name: "free-space-zero",
        level: Note,
        sources: [PBLOB],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let volumes = match volumes(subject) {
        Ok(volumes) => volumes,
        Err(outcome) => return outcome,
    };
    let inspection = subject.inspection;
    if let Err(unknown) = &inspection.content {
        return Outcome::undetermined(unknown.reason.clone());
    }
    let file_systems: Vec<_> = volumes
        .iter()
        .filter(|facts| matches!(facts.volume.content, Ok(Content::FileSystem(_))))
        .collect();
    if file_systems.is_empty() {
        return Outcome::not_applicable("the disk has no file systems");
    }
    let mut findings = Vec::new();
    let mut open = Vec::new();
    for facts in file_systems {
        match &facts.free {
            Some(Ok(_)) => {}
            Some(Err(unknown)) => {
                open.push(format!("{}: {}", called(facts), unknown.reason));
                continue;
            }
            None => {
                open.push(format!(
                    "{}: its free space was not looked at",
                    called(facts)
                ));
                continue;
            }
        }
        let name = facts.volume.name.to_string();
        let Some(free) = inspection
            .measured
            .free
            .iter()
            .find(|free| free.name == name)
        else {
            continue;
        };
        let stale = free.tally.non_zero_4k;
        // Less than that is not worth a word.
        if stale >= MIB {
            findings.push(
                Finding::note(format!(
                    "{} of free space on {} hold data that is moved for nothing",
                    in_mib(stale),
                    called(facts)
                ))
                .found(format!("{stale} bytes that are not zero in {} free ones", free.bytes))
                .required("zeros, which uploaders leave out")
                .at(place(facts))
                .fix(match &facts.volume.content {
                    Ok(Content::FileSystem(FileSystemKind::Ntfs)) => {
                        "Optimize-Volume -DriveLetter C -ReTrim in the guest before the last shutdown, or sdelete.exe -z C:"
                    }
                    _ => {
                        "fstrim -av in the guest before the last shutdown, or zerofree on the unmounted volume"
                    }
                }),
            );
        }
    }
    match open.is_empty() {
        true => Outcome::Decided(findings),
        false => Outcome::Undetermined(open.join("; "), findings),
    }
}

fn in_mib(bytes: u64) -> String {
    format!("{}.{} MiB", bytes / MIB, bytes % MIB * 10 / MIB)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::inspect::{DiskRole, Inspection, Measured, OsFamily, VolumeFacts};
    use crate::known::Undetermined;
    use crate::rules::Profile;
    use crate::rules::volume::testing::*;
    use crate::scan::{RegionContent, Tally};

    fn scanned(stale: u64, free: Option<Result<(), &str>>) -> Inspection {
        let facts = VolumeFacts {
            free: free.map(|free| match free {
                Ok(()) => Ok(vec![0..1 << 19, 1 << 19..1 << 20]),
                Err(reason) => Err(Undetermined::new(reason)),
            }),
            ..partition(1, LINUX)
        };
        let mut inspection = inspection(Ok(vec![facts]), DiskRole::Os, Some(OsFamily::Linux));
        let zeros = crate::source::MemorySource::new(vec![0; 4096]);
        inspection.content = Ok(crate::scan::scan(&zeros, &crate::scan::NoProgress).unwrap());
        inspection.measured = Measured {
            free: vec![RegionContent {
                name: "partition 1".to_owned(),
                bytes: 1 << 20,
                tally: Tally {
                    non_zero_4k: stale,
                    ..Tally::default()
                },
            }],
            ..Measured::default()
        };
        inspection
    }

    #[test]
    fn what_was_deleted_and_not_zeroed_is_counted() {
        let of = |inspection: &Inspection| judge(&PART017, inspection, Profile::default());
        assert_eq!(of(&scanned(MIB - 1, Some(Ok(())))), Outcome::pass());
        let outcome = of(&scanned(3 << 19, Some(Ok(()))));
        assert_eq!(outcome.findings()[0].level, Level::Note);
        assert!(outcome.findings()[0].message.starts_with("1.5 MiB"));
        assert_evidence(&outcome);
        let unread = of(&scanned(0, Some(Err("its log is dirty"))));
        assert_eq!(unread.status(), Status::Undetermined);
        assert_eq!(of(&scanned(0, None)).status(), Status::Undetermined);
    }

    #[test]
    fn without_a_pass_or_a_file_system_it_says_so() {
        let outcome = on_linux(&PART017, &[partition(1, LINUX)]);
        assert_eq!(outcome.status(), Status::Undetermined);
        let mut inspection = scanned(0, None);
        inspection.volumes = Ok(vec![partition(2, SWAP)]);
        let outcome = judge(&PART017, &inspection, Profile::default());
        assert_eq!(outcome.status(), Status::NotApplicable);
    }
}
