//! WIN018: where the paging file lies.

use super::{Judgement, at, guest};
use crate::finding::{Finding, Level, Outcome};
use crate::rules::linux::guest_text::short;
use crate::rules::partition::listed;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// The paging file is not on a drive that the customer's machine may not have.
    ///
    /// ## Why
    /// On Azure the temporary disk, mostly `D:`, is the place for the paging file, but it is set
    /// only once the machine is there: a size without a temporary disk has a data disk or the DVD
    /// drive under that letter, or nothing.
    ///
    /// ## Evidence
    /// `Session Manager\Memory Management!PagingFiles`: a line each, of a path and its least and
    /// greatest size. `?:\pagefile.sys`, or no value, is the default: Windows chooses.
    ///
    /// ## Fix
    /// On the machine that was made of the image:
    /// `Set-ItemProperty -Path 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management' -Name PagingFiles -Value 'D:\pagefile.sys' -Type MultiString`
    ///
    /// ## Limits
    /// Nothing in the image has to be done; no known test reads it.
    pub static WIN018 = {
        id: "WIN018",
        name: "paging-file",
        level: Note,
        sources: [WINP, PAGING],
    };
}

const DEFAULT: &str = r"Set-ItemProperty -Path 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management' -Name PagingFiles -Value '?:\pagefile.sys' -Type MultiString";

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let setting = &guest.system_settings.paging_files;
    let mut judgement = Judgement::default();
    let Some(Some(files)) = judgement.set(setting) else {
        return judgement.outcome();
    };
    let files: Vec<&str> = files
        .iter()
        .map(|file| file.trim())
        .filter(|file| !file.is_empty())
        .collect();
    if files.is_empty() {
        judgement.find([Finding::note(
            "Windows has no paging file, so that a crash leaves no dump of memory",
        )
        .found("an empty PagingFiles")
        .required(r"?:\pagefile.sys")
        .at(at(&setting.spot))
        .fix(DEFAULT)]);
    }
    let elsewhere = files
        .iter()
        .filter(|file| {
            let drive = file.strip_prefix(r"\??\").unwrap_or(file);
            !drive.starts_with(['C', 'c', '?'])
        })
        .map(|file| {
            let temporary = file.starts_with(['D', 'd']);
            Finding::note(if temporary {
                "the paging file is on D: already, which not every size has as its temporary disk"
            } else {
                "the paging file is on a drive that a machine made of the image may not have"
            })
            .found(short(file))
            .required(r"?:\pagefile.sys until the machine is there")
            .at(at(&setting.spot))
            .fix(DEFAULT)
        });
    judgement.find(listed(Level::Note, elsewhere, "paging files"));
    judgement.outcome()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::hive::Data;
    use crate::guest::windows::registry::HiveName::System;
    use crate::rules::windows::testing::*;

    const KEY: &str = r"CurrentControlSet\Control\Session Manager\Memory Management";

    fn with(files: &[&str]) -> Outcome {
        let files = files.iter().map(|file| (*file).to_owned()).collect();
        let machine = Machine::new().set(System, KEY, "PagingFiles", Data::MultiSz(files));
        of(&WIN018, &machine)
    }

    #[test]
    fn it_only_notes() {
        assert_eq!(of(&WIN018, &Machine::new()), Outcome::pass());
        let unset = Machine::new().unset(System, KEY, "PagingFiles");
        assert_eq!(of(&WIN018, &unset), Outcome::pass());
        assert_eq!(with(&[r"c:\pagefile.sys 0 0"]), Outcome::pass());
        for files in [&[r"D:\pagefile.sys"][..], &[r"E:\pagefile.sys 16 16"], &[]] {
            let outcome = with(files);
            assert_eq!(worst(&outcome), Some(Level::Note), "{files:?}");
        }
        let many: Vec<String> = (0..40).map(|n| format!(r"D:\{n}.sys")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(with(&many).findings().len(), 17);
        assert_needs(&WIN018, System);
        assert_applies_to_windows_only(&WIN018);
    }
}
