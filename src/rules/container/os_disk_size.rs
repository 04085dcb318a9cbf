//! VHD010: the OS disk's size within the Marketplace's limits.

use super::{Subject, bytes_and_mib, fix};
use crate::finding::{Finding, Outcome, Place};
use crate::inspect::{DiskRole, OsFamily};
use crate::rules::{GIB, declare_rule};

declare_rule! {
    /// The OS disk is within the Marketplace's limits of size.
    ///
    /// ## Why
    /// A larger disk needs an exception, costs more and replicates slowly; a customer cannot make
    /// it smaller. A disk below 30 GB is unusual and asks for questions.
    ///
    /// ## Evidence
    /// The virtual size in GiB. Linux: at most 1023, recommended from 30 on. Windows: at most 250,
    /// recommended from 30 on. From 51 on it is advice to take less, but for a Windows disk of 127
    /// or 128, which Azure's own images have.
    ///
    /// ## What Azure says
    /// - FAQ: `OS disk size validation`
    /// - `VHDSizeInvalid`, `OperationNotAllowed`
    ///
    /// ## Fix
    /// Shrink the file systems, the partitions and then the disk, or grow it with
    /// `qemu-img resize -f raw disk.raw 30G`; ask support for an exception above the limit.
    ///
    /// ## Limits
    /// The texts say GB and mean GiB in most places: a size between 1023 GB and 1023 GiB is marked
    /// as unclear. The image guide of 2017 asked for exactly 128 GB on Windows.
    /// ## Profiles
    /// - `faq-2021-09`: a Linux disk of less than 1 GiB is an error.
    /// - `lisa-2026-08`: less than 30 GiB is a warning, however small.
    /// - `strict`: as `lisa-2026-08`.
    pub static VHD010 = {
        id: "VHD010",
        name: "os-disk-size",
        level: Error,
        sources: [FAQ, POL, CRE17],
    };
}

const LEAST_RECOMMENDED: u64 = 30 * GIB;
const MOST_ADVISED: u64 = 50 * GIB;
/// The disk of Azure's own Windows images, and the one that the image guide of 2017 asked for.
const USUAL_WINDOWS: [u64; 2] = [127 * GIB, 128 * GIB];
const MOST_WINDOWS: u64 = 250 * GIB;
const MOST_LINUX: u64 = 1023 * GIB;
const MOST_LINUX_IN_GB: u64 = 1023 * 1_000_000_000;

fn check(subject: &Subject<'_>) -> Outcome {
    let inspection = subject.inspection;
    if inspection.role.value == DiskRole::Data {
        return Outcome::not_applicable("a data disk has limits of its own (VHD011)");
    }
    let size = match &inspection.disk_size {
        Ok(size) => *size,
        Err(unknown) => return Outcome::undetermined(&*unknown.reason),
    };
    let finding = |finding: Finding, required: String| {
        finding
            .found(bytes_and_mib(size))
            .required(required)
            .at(Place::disk(0, size).structure("disk"))
    };
    let os = inspection.os.as_ref().map(|os| os.value);
    let most = if os == Some(OsFamily::Windows) {
        MOST_WINDOWS
    } else {
        MOST_LINUX
    };
    if size > most {
        let error = Finding::error(format!(
            "the OS disk is larger than the Marketplace's {} GiB",
            most / GIB
        ))
        .fix("shrink partitions and disk, or ask support for an exception");
        return Outcome::Decided(vec![finding(error, format!("at most {} GiB", most / GIB))]);
    }
    let mut findings = Vec::new();
    if size > MOST_LINUX_IN_GB {
        let note = Finding::note(
            "the size is between 1023 GB and 1023 GiB: the unit of the limit is unclear",
        );
        findings.push(finding(note, "at most 1023 GB".to_owned()));
    }
    let floor = subject.profile.linux_os_disk_floor_gib();
    match floor {
        Some(floor) if size < floor * GIB && os != Some(OsFamily::Windows) => {
            let error = Finding::error(format!(
                "the OS disk is smaller than the {floor} GB that the FAQ of 2021 asks of Linux"
            ))
            .fix(fix::grow(subject, LEAST_RECOMMENDED));
            findings.push(finding(error, format!("at least {floor} GiB")));
        }
        _ if size < LEAST_RECOMMENDED => {
            let warning = Finding::warning("the OS disk is smaller than the recommended 30 GiB")
                .fix(fix::grow(subject, LEAST_RECOMMENDED));
            findings.push(finding(warning, "30 GiB or more".to_owned()));
        }
        _ if os == Some(OsFamily::Windows) && USUAL_WINDOWS.contains(&size) => {}
        _ if size > MOST_ADVISED => {
            let advice = Finding::advice(
                "30 to 50 GiB are suggested: a large disk costs more and replicates more slowly",
            );
            findings.push(finding(advice, "30 to 50 GiB".to_owned()));
        }
        _ => {}
    }
    if os.is_none() && size > MOST_WINDOWS {
        return Outcome::Undetermined(
            "the limit is 250 GiB for Windows and 1023 GiB for Linux, and the partitions do not \
             tell which it is; say --os linux or --os windows"
                .to_owned(),
            findings,
        );
    }
    Outcome::Decided(findings)
}
