//! How far Sysprep got: whether the image is generalised.

use super::encoded_text;
use super::registry::{HiveName, Registry};
use super::setting::Setting;
use crate::guest::{Located, Root, Spot};
use crate::known::Known;

/// The key with the state that Windows Setup keeps.
const STATE: &str = r"Microsoft\Windows\CurrentVersion\Setup\State";
/// The same state in a file.
const STATE_FILE: &str = "/Windows/Setup/State/State.ini";
/// What Sysprep writes when it has ended well.
const TAG: &str = "/Windows/System32/Sysprep/Sysprep_succeeded.tag";
/// The errors of Sysprep's runs.
const ERRORS: &str = "/Windows/System32/Sysprep/Panther/setuperr.log";
/// Where the extensions of a virtual machine are kept.
const EXTENSIONS: &str = "/Packages/Plugins";
/// Bytes of a state file that are read.
const MAX_STATE: u64 = 64 << 10;
/// Bytes of a log of errors that are read.
const MAX_LOG: u64 = 4 << 20;
/// Lines of that log, and extensions, that are kept.
const MAX_KEPT: usize = 8;

/// A log of errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorLog {
    /// The file.
    pub spot: Spot,
    /// Lines that say something.
    pub lines: usize,
    /// The first of them (hostile text).
    pub first: Vec<Located<String>>,
}

/// How far Sysprep got: whether the image is generalised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sysprep {
    /// `ImageState` of the registry, by which Windows Setup goes: `IMAGE_STATE_COMPLETE` of an
    /// installed machine.
    pub image_state: Setting<String>,
    /// `ImageState` of `State.ini`, a copy.
    pub state_file: Known<Option<Located<String>>>,
    /// `Sysprep_succeeded.tag`, where it is there.
    pub succeeded: Known<Option<Spot>>,
    /// `SYSTEM\Setup!SetupType`: 0 nothing is pending, 1 and 2 `CmdLine` is run at the next start.
    pub setup_type: Setting<u32>,
    /// `SYSTEM\Setup!CmdLine` (hostile text).
    pub command: Setting<String>,
    /// `SYSTEM\Setup!OOBEInProgress`.
    pub oobe_in_progress: Setting<u32>,
    /// `SYSTEM\Setup!SystemSetupInProgress`.
    pub setup_in_progress: Setting<u32>,
    /// `SysprepStatus!GeneralizationState`: public reports know 7 of machines that run, and 3 and 4
    /// of generalised ones.
    pub generalization_state: Setting<u32>,
    /// `SysprepStatus!CleanupState`.
    pub cleanup_state: Setting<u32>,
    /// `setuperr.log` of Sysprep, where it is there.
    pub errors: Known<Option<ErrorLog>>,
    /// Folders of extensions of a virtual machine (hostile text).
    pub extensions: Known<Vec<Located<String>>>,
}

/// Reads it.
pub(super) fn gather(root: &Root, registry: &Registry) -> Sysprep {
    let number = |path: &str, name: &str| registry.dword(HiveName::System, path, name);
    let status = r"Setup\Status\SysprepStatus";
    Sysprep {
        image_state: registry.string(HiveName::Software, STATE, "ImageState"),
        state_file: state_file(root),
        succeeded: root
            .exists(TAG)
            .map(|there| there.then(|| root.real_spot(TAG))),
        setup_type: number("Setup", "SetupType"),
        command: registry.string(HiveName::System, "Setup", "CmdLine"),
        oobe_in_progress: number("Setup", "OOBEInProgress"),
        setup_in_progress: number("Setup", "SystemSetupInProgress"),
        generalization_state: number(status, "GeneralizationState"),
        cleanup_state: number(status, "CleanupState"),
        errors: errors(root),
        extensions: extensions(root),
    }
}

fn state_file(root: &Root) -> Known<Option<Located<String>>> {
    let Some(file) = encoded_text::text(root, STATE_FILE, MAX_STATE)? else {
        return Ok(None);
    };
    let mut found = None;
    for (number, line) in file.lines() {
        if let Some((name, value)) = line.split_once('=')
            && name.trim().eq_ignore_ascii_case("ImageState")
        {
            found = Some(Located::new(value.trim().to_owned(), file.at(number)));
            break;
        }
    }
    Ok(found)
}

fn errors(root: &Root) -> Known<Option<ErrorLog>> {
    let Some(file) = encoded_text::text(root, ERRORS, MAX_LOG)? else {
        return Ok(None);
    };
    let lines = || file.lines().filter(|(_, line)| !line.trim().is_empty());
    Ok(Some(ErrorLog {
        lines: lines().count(),
        first: lines()
            .take(MAX_KEPT)
            .map(|(number, line)| Located::new(line.trim().to_owned(), file.at(number)))
            .collect(),
        spot: file.spot.clone(),
    }))
}

fn extensions(root: &Root) -> Known<Vec<Located<String>>> {
    let entries = root.entries(EXTENSIONS)?;
    Ok(entries
        .into_iter()
        .filter(|entry| entry.file_type == crate::filesystem::FileType::Directory)
        .take(MAX_KEPT)
        .map(|entry| Located::new(entry.name, root.spot(&entry.path)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::windows::encoded_text::utf16_file;
    use crate::rules::windows::testing::Machine;

    #[test]
    fn state_and_errors_are_read_in_either_encoding() {
        let log = "\u{feff}\r\n2026-01-01 10:00:00, Error      SYSPRP x\r\n\r\nmore\r\n";
        for bytes in [log.as_bytes().to_vec(), utf16_file(&log[3..])] {
            let state = utf16_file("[State]\r\n imagestate = IMAGE_STATE_COMPLETE \r\n");
            let machine =
                Machine::new().files(|tree| tree.bytes(STATE_FILE, &state).bytes(ERRORS, &bytes));
            let facts = machine.facts().sysprep;
            let state = facts.state_file.unwrap().unwrap();
            assert_eq!(
                (&*state.value, state.spot.line),
                ("IMAGE_STATE_COMPLETE", Some(2))
            );
            let errors = facts.errors.unwrap().unwrap();
            assert_eq!(errors.lines, 2);
            assert!(errors.first[0].value.ends_with("SYSPRP x"));
            assert_eq!(errors.first[1].spot.line, Some(4));
        }
    }
}
