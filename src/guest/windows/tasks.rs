//! Scheduled tasks that Windows did not bring: the files below `\Windows\System32\Tasks`.
//!
//! Arguments of commands are not kept, since passwords stand in them; only the paths on other
//! drives that they name are.

use super::paths;
use super::registry::Registry;
use super::xml::{self, Step};
use crate::filesystem::FileType;
use crate::guest::{Root, Spot};
use crate::known::{Known, Undetermined};

/// The folder of all tasks.
const FOLDER: &str = "/Windows/System32/Tasks";
/// The folder in it whose tasks are Windows' own.
const OWN: &str = "/Windows/System32/Tasks/Microsoft/Windows";
/// Folders within folders.
const MAX_DEPTH: u32 = 8;
/// Tasks that are read.
const MAX_TASKS: usize = 2000;
/// Bytes of one task; a real one has some 4 KiB.
const MAX_BYTES: u64 = 1 << 20;
/// Principals and commands of one task that are kept.
const MAX_PARTS: usize = 32;

/// What a task is and does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Definition {
    /// `UserId` of its principals: names or security identifiers (hostile text).
    pub users: Vec<String>,
    /// `Command` of its actions, without arguments (hostile text).
    pub commands: Vec<String>,
    /// Paths on drives other than `C:` in its commands, arguments and folders (hostile text).
    pub other_drives: Vec<String>,
    /// Whether it is switched on.
    pub is_enabled: bool,
    /// `DeleteExpiredTaskAfter`: it deletes itself when its last trigger has expired.
    pub deletes_itself: bool,
    /// Whether nothing but a point in time, or its registration, starts it, and only once.
    pub runs_once: bool,
}

/// A scheduled task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its name with its folders: `\Contoso\Nightly` (hostile text).
    pub name: String,
    /// Its file.
    pub spot: Spot,
    /// What it is and does.
    pub definition: Known<Definition>,
}

/// The tasks outside of `\Microsoft\Windows`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tasks {
    /// In the order of their paths.
    pub list: Known<Vec<Task>>,
    /// Whether there are more than were read.
    pub is_cut: bool,
}

/// Reads them.
pub(super) fn gather(root: &Root, _registry: &Registry) -> Tasks {
    let mut is_cut = false;
    let list = files(root, &mut is_cut).map(|paths| {
        let task = |path: String| Task {
            name: path
                .get(FOLDER.len()..)
                .unwrap_or_default()
                .replace('/', "\\"),
            spot: root.spot(&path),
            definition: definition(root, &path),
        };
        paths.into_iter().map(task).collect()
    });
    Tasks { list, is_cut }
}

/// The paths of the files of tasks.
fn files(root: &Root, is_cut: &mut bool) -> Known<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![(FOLDER.to_owned(), 0_u32)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in root.entries(&folder)? {
            match entry.file_type {
                FileType::Directory if entry.path.eq_ignore_ascii_case(OWN) => {}
                FileType::Directory if depth < MAX_DEPTH && folders.len() < MAX_TASKS => {
                    folders.push((entry.path, depth.saturating_add(1)));
                }
                FileType::File if found.len() < MAX_TASKS => found.push(entry.path),
                FileType::Directory | FileType::File => *is_cut = true,
                _ => {}
            }
        }
    }
    found.sort();
    Ok(found)
}

fn definition(root: &Root, path: &str) -> Known<Definition> {
    let unknown = |why: String| Undetermined::new(format!("{}: {why}", root.spot(path)));
    let bytes = root.bytes(path, MAX_BYTES)?;
    let bytes = bytes.ok_or_else(|| unknown("it is no file".to_owned()))?;
    let text = xml::decode(&bytes).map_err(unknown)?;
    read(&text).map_err(unknown)
}

fn read(text: &str) -> Result<Definition, String> {
    let mut task = Definition {
        is_enabled: true,
        ..Definition::default()
    };
    let mut is_task = false;
    let mut triggers = Triggers::default();
    let mut is_cut = false;
    let mut keep = |list: &mut Vec<String>, text: &str| {
        if list.len() < MAX_PARTS {
            list.push(text.chars().take(1024).collect());
        } else {
            is_cut = true;
        }
    };
    xml::walk(text, |path, _, step| {
        let Step::End(text) = step else {
            is_task |= path == "Task";
            triggers.see(path);
            return;
        };
        match path {
            "Task/Principals/Principal/UserId" => keep(&mut task.users, text),
            "Task/Settings/Enabled" => task.is_enabled = !text.eq_ignore_ascii_case("false"),
            "Task/Settings/DeleteExpiredTaskAfter" => task.deletes_itself = true,
            _ => {}
        }
        if path == "Task/Actions/Exec/Command" {
            keep(&mut task.commands, text);
        }
        if path.starts_with("Task/Actions/Exec/") {
            for other in paths::on_other_drives(text) {
                keep(&mut task.other_drives, &other);
            }
        }
    })?;
    if is_cut {
        return Err(format!(
            "it has more than {MAX_PARTS} principals or commands"
        ));
    }
    task.runs_once = triggers.once && !triggers.again;
    match is_task {
        true => Ok(task),
        false => Err("it is no task".to_owned()),
    }
}

/// What starts a task.
#[derive(Default)]
struct Triggers {
    once: bool,
    again: bool,
}

impl Triggers {
    fn see(&mut self, path: &str) {
        let Some(rest) = path.strip_prefix("Task/Triggers/") else {
            return;
        };
        match rest.split_once('/') {
            None if ["TimeTrigger", "RegistrationTrigger"].contains(&rest) => self.once = true,
            None => self.again = true,
            Some((_, "Repetition")) => self.again = true,
            Some(_) => {}
        }
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! Tasks as files, for tests.

    /// A task that runs a command as a user, as Windows writes it: UTF-16 with its mark.
    pub(crate) fn task(user: &str, command: &str, settings: &str) -> Vec<u8> {
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n<Task version=\"1.2\" xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">\r\n  <Principals>\r\n    <Principal id=\"Author\">\r\n      <UserId>{user}</UserId>\r\n    </Principal>\r\n  </Principals>\r\n  <Settings>{settings}</Settings>\r\n  <Actions Context=\"Author\">\r\n    <Exec>\r\n      <Command>{command}</Command>\r\n      <Arguments>-Password PLANTED -Log E:\\logs\\a.txt</Arguments>\r\n    </Exec>\r\n  </Actions>\r\n</Task>"
        );
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xff, 0xfe].into_iter().chain(units).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::testing::task;
    use super::*;
    use crate::rules::windows::testing::Machine;

    #[test]
    fn tasks_outside_of_windows_own_are_read_and_arguments_forgotten() {
        let settings =
            "<Enabled>false</Enabled><DeleteExpiredTaskAfter>PT0S</DeleteExpiredTaskAfter>";
        let facts = Machine::new()
            .files(|tree| {
                tree.bytes(
                    "/Windows/System32/Tasks/Contoso/Nightly",
                    &task(r".\Administrator", r"D:\run &amp; go.exe", settings),
                )
                .bytes(
                    "/Windows/System32/Tasks/Microsoft/Windows/Own",
                    b"never read",
                )
                .file("/Windows/System32/Tasks/broken", "<Task><Principals>")
                .unreadable("/Windows/System32/Tasks/unread")
            })
            .facts();
        let list = facts.tasks.list.unwrap();
        assert_eq!(list.len(), 3);
        assert_eq!(list[0].name, r"\Contoso\Nightly");
        assert_eq!(
            list[0].spot.path,
            r"C:\Windows\System32\Tasks\Contoso\Nightly"
        );
        let found = list[0].definition.clone().unwrap();
        assert_eq!(found.users, [r".\Administrator"]);
        assert_eq!(found.commands, [r"D:\run & go.exe"]);
        assert_eq!(found.other_drives, [r"D:\run", r"E:\logs\a.txt"]);
        assert!(!found.is_enabled && found.deletes_itself);
        assert!(!format!("{found:?}").contains("PLANTED"));
        assert!(list[1].definition.is_err() && list[2].definition.is_err());
    }

    #[test]
    fn what_grows_without_end_is_not_known() {
        let many = "<UserId>x</UserId>".repeat(99);
        let text = format!("<Task><Principals><Principal>{many}</Principal></Principals></Task>");
        assert!(read(&text).unwrap_err().contains("more than"));
        assert!(read("<html></html>").unwrap_err().contains("no task"));
    }

    #[test]
    fn damage_ends_soon() {
        let sound = task("S-1-5-18", r"C:\a.exe", "<Enabled>true</Enabled>");
        for at in 0..sound.len() {
            for value in [0x00, b'<', b'>', b'/', b'&', 0xd8, 0xff] {
                let mut bytes = sound.clone();
                bytes[at] = value;
                if let Ok(text) = xml::decode(&bytes) {
                    let _ = read(&text);
                }
            }
            let cut = xml::decode(&sound[..at]).map(|text| read(&text));
            assert!(!matches!(cut, Ok(Ok(_))), "{at}");
        }
    }

    #[test]
    fn a_task_that_runs_once_is_known_by_its_triggers() {
        for (triggers, once) in [
            (
                "<TimeTrigger><StartBoundary>x</StartBoundary></TimeTrigger>",
                true,
            ),
            ("<RegistrationTrigger/>", true),
            (
                "<TimeTrigger><Repetition><Interval/></Repetition></TimeTrigger>",
                false,
            ),
            ("<TimeTrigger/><BootTrigger/>", false),
            ("<CalendarTrigger/>", false),
            ("", false),
        ] {
            let task = read(&format!("<Task><Triggers>{triggers}</Triggers></Task>")).unwrap();
            assert_eq!(task.runs_once, once, "{triggers}");
        }
    }
}
