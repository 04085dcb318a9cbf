//! WIN032: scheduled tasks that Windows did not bring.

use super::{at, guest, is_plain_name, known, powershell_quoted};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::windows::tasks::{Definition, Task};
use crate::rules::linux::guest_text::short;
use crate::rules::partition::{decided_unless, listed};
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// Scheduled tasks are known to the publisher, and those that run once delete themselves.
    ///
    /// ## Why
    /// A task runs on every customer's machine. One that finishes the first start has no business
    /// there afterwards.
    ///
    /// ## Evidence
    /// The files below `C:\Windows\System32\Tasks`, without those of `Microsoft\Windows`: user,
    /// command, triggers, `DeleteExpiredTaskAfter`.
    ///
    /// ## Fix
    /// `Unregister-ScheduledTask -TaskPath FOLDER -TaskName NAME -Confirm:$false`
    ///
    /// ## Limits
    /// What a task does is not in its file. Arguments are not shown, since passwords stand in them.
    /// Tasks that Windows, Edge and OneDrive are known to make outside of `Microsoft\Windows` are
    /// not listed; Microsoft publishes no list of them. A task may also delete itself by its own
    /// command.
    pub static WIN032 = {
        id: "WIN032",
        name: "windows-scheduled-tasks",
        level: Note,
        sources: [BASE, CRE17, POL],
    };
}

/// Tasks beside those of `\Microsoft\Windows` that come with Windows and its applications.
const BROUGHT: [&str; 6] = [
    r"\Microsoft\XblGameSave\",
    r"\MicrosoftEdgeUpdateTask",
    r"\OneDrive",
    r"\User_Feed_Synchronization-",
    r"\Optimize Start Menu Cache Files-",
    r"\CreateExplorerShellUnelevatedTask",
];

fn check(subject: &Subject<'_>) -> Outcome {
    judge(subject).unwrap_or_else(|outcome| outcome)
}

fn judge(subject: &Subject<'_>) -> Result<Outcome, Outcome> {
    let tasks = &guest(subject)?.tasks;
    let list = known(&tasks.list)?;
    let mut open = tasks
        .is_cut
        .then(|| "there are more scheduled tasks than are read".to_owned());
    let mut findings = Vec::new();
    for task in list {
        match &task.definition {
            Ok(_) if BROUGHT.iter().any(|of| task.name.starts_with(of)) => {}
            Ok(definition) => findings.push(finding(task, definition)),
            Err(unknown) => {
                open.get_or_insert_with(|| unknown.reason.clone());
            }
        }
    }
    Ok(decided_unless(
        open,
        listed(Level::Note, findings.into_iter(), "scheduled tasks"),
    ))
}

fn finding(task: &Task, definition: &Definition) -> Finding {
    let or = |text: Option<&String>, none: &str| text.map_or(none.to_owned(), |text| short(text));
    let command = or(definition.commands.first(), "no program");
    let user = or(definition.users.first(), "a group");
    let mut message = format!("the task {} runs {command} as {user}", short(&task.name));
    if !definition.is_enabled {
        message.push_str("; it is disabled");
    }
    let (folder, name) = task.name.rsplit_once('\\').unwrap_or(("", &task.name));
    let stays = definition.runs_once && !definition.deletes_itself;
    if stays {
        message.push_str("; it runs once and does not delete itself");
    }
    let finding = Finding::note(message).at(at(&task.spot));
    if !stays {
        return finding;
    }
    if !is_plain_name(name) {
        return finding.fix("Get-ScheduledTask");
    }
    finding.fix(format!(
        "Unregister-ScheduledTask -TaskPath {} -TaskName {} -Confirm:$false",
        powershell_quoted(&format!("{folder}\\")),
        powershell_quoted(name)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::windows::tasks::testing::task;
    use crate::rules::windows::testing::*;

    const FOLDER: &str = "/Windows/System32/Tasks";

    fn with(name: &str, bytes: &[u8]) -> Machine {
        let path = format!("{FOLDER}/{name}");
        Machine::new().files(|tree| tree.bytes(&path, bytes))
    }

    #[test]
    fn tasks_are_noted_without_their_arguments() {
        assert_eq!(of(&WIN032, &Machine::new()), Outcome::pass());
        let outcome = of(
            &WIN032,
            &with("Contoso/Nightly", &task("SYSTEM", "a.exe", "")),
        );
        assert_eq!(outcome.status(), Status::Pass);
        let finding = &outcome.findings()[0];
        assert_eq!(
            finding.message,
            r"the task \Contoso\Nightly runs a.exe as SYSTEM"
        );
        assert!(finding.fix.is_none());
        assert!(!format!("{outcome:?}").contains("PLANTED"));
        let edge = with(
            "MicrosoftEdgeUpdateTaskMachineCore",
            &task("SYSTEM", "e.exe", ""),
        );
        assert_eq!(of(&WIN032, &edge), Outcome::pass());
    }

    #[test]
    fn a_task_that_runs_once_and_stays_is_told() {
        let once = "<Task><Triggers><TimeTrigger/></Triggers></Task>";
        let outcome = of(&WIN032, &with("First", once.as_bytes()));
        let finding = &outcome.findings()[0];
        assert!(finding.message.contains("does not delete itself"));
        assert_eq!(
            finding.fix.as_deref(),
            Some(r"Unregister-ScheduledTask -TaskPath '\' -TaskName 'First' -Confirm:$false")
        );
        let settings = "<Settings><DeleteExpiredTaskAfter>PT0S</DeleteExpiredTaskAfter></Settings>";
        let gone = once.replace("</Task>", &format!("{settings}</Task>"));
        let outcome = of(&WIN032, &with("First", gone.as_bytes()));
        assert!(outcome.findings()[0].fix.is_none());
    }

    #[test]
    fn a_task_that_cannot_be_read_is_undetermined() {
        let outcome = of(&WIN032, &with("broken", b"<Task>"));
        assert_eq!(outcome.status(), Status::Undetermined);
        assert_applies_to_windows_only(&WIN032);
    }
}
