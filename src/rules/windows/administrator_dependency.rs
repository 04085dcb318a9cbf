//! WIN020: what runs as the administrator.

use super::{at, guest, is_plain_name, known, powershell_quoted};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::{Spot, WindowsGuest};
use crate::rules::linux::guest_text::short;
use crate::rules::partition::{decided_unless, listed};
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// No service, application pool or task runs as the built-in administrator.
    ///
    /// ## Why
    /// Azure gives the built-in administrator the name and the password that the customer chooses.
    /// What was set up with the builder's name and password does not start any more, and an
    /// application must not depend on that account.
    ///
    /// ## Evidence
    /// `ObjectName` of every service; `userName` of application pools with `SpecificUser` and of
    /// virtual directories in `C:\Windows\System32\inetsrv\config\applicationHost.config`; `UserId`
    /// of the tasks in `C:\Windows\System32\Tasks` that Windows did not bring. The administrator is
    /// `Administrator`, the name that the SAM has for RID 500, or a security identifier that ends
    /// in -500.
    ///
    /// ## What Azure says
    /// The self-test `1.1.5` `User account dependency`, with the required value
    /// `Logged in user should not be an administrator`; the FAQ:
    /// `Application execution shouldn't be dependent on the administrator account.`
    ///
    /// ## Fix
    /// `sc.exe config NAME obj= 'NT SERVICE\NAME'`
    ///
    /// ## Limits
    /// Identities of COM+ applications, and what a program asks for while it runs, are not looked
    /// at. A task as the administrator only warns, since Windows and browsers make such tasks for
    /// whoever logs on. A service without `ObjectName` runs as LocalSystem.
    pub static WIN020 = {
        id: "WIN020",
        name: "administrator-dependency",
        level: Error,
        sources: [FAQ, SELF, SEC],
    };
}

/// Tasks that Windows and its browsers make for whoever logs on.
const OF_PEOPLE: [&str; 5] = [
    r"\Optimize Start Menu Cache Files-",
    r"\User_Feed_Synchronization-",
    r"\CreateExplorerShellUnelevatedTask",
    r"\OneDrive",
    r"\MicrosoftEdgeUpdateTask",
];

const LIST_SERVICES: &str =
    "Get-CimInstance Win32_Service | Where-Object StartName -like '*administrator*'";
const LIST_POOLS: &str = r"& $env:windir\System32\inetsrv\appcmd.exe list apppool /processModel.identityType:SpecificUser";
const OPEN_CONFIGURATION: &str =
    r"notepad.exe $env:windir\System32\inetsrv\config\applicationHost.config";
const LIST_TASKS: &str =
    "Get-ScheduledTask | Where-Object { $_.Principal.UserId -like '*administrator*' }";

/// Something that runs, and as whom.
struct Runner {
    what: String,
    account: String,
    spot: Spot,
    level: Level,
    fix: String,
}

/// Whose an account is.
#[derive(PartialEq)]
enum Whose {
    System,
    Administrator,
    /// A name that Azure gives to no customer's user.
    Reserved,
    Other,
}

fn check(subject: &Subject<'_>) -> Outcome {
    judge(subject).unwrap_or_else(|outcome| outcome)
}

fn judge(subject: &Subject<'_>) -> Result<Outcome, Outcome> {
    let guest = guest(subject)?;
    let mut open = None;
    let runners = runners(guest, &mut open)?;
    let renamed = match guest.accounts.by_rid(500) {
        Ok(Some(account)) => account.name.clone().map(Some),
        Ok(None) => Ok(None),
        Err(unknown) => Err(unknown),
    };
    let name = renamed.as_ref().ok().and_then(Option::as_deref);
    let mut bad = Vec::new();
    let mut others = Vec::new();
    for runner in runners {
        match whose(&runner.account, name) {
            Whose::System => {}
            Whose::Administrator => bad.push(finding(&runner, runner.level, "the administrator")),
            Whose::Reserved => bad.push(finding(
                &runner,
                Level::Warning,
                "an account whose name is reserved on Azure",
            )),
            Whose::Other => {
                if let Err(unknown) = &renamed {
                    open.get_or_insert_with(|| unknown.reason.clone());
                }
                others.push(
                    Finding::note(format!(
                        "{} runs as {}",
                        runner.what,
                        short(&runner.account)
                    ))
                    .at(at(&runner.spot)),
                );
            }
        }
    }
    bad.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let level = bad.first().map_or(Level::Note, |first| first.level);
    let mut findings = listed(level, bad.into_iter(), "that run as the administrator");
    findings.extend(listed(
        Level::Note,
        others.into_iter(),
        "that run as a user of their own",
    ));
    Ok(decided_unless(open, findings))
}

fn finding(runner: &Runner, level: Level, whom: &str) -> Finding {
    Finding::new(level, format!("{} runs as {whom}", runner.what))
        .found(short(&runner.account))
        .required("an account that does not depend on the customer's choice, such as NT SERVICE")
        .at(at(&runner.spot))
        .fix(runner.fix.clone())
}

/// The command with the name of the guest, quoted; another where the name is no plain one.
fn mended(name: &str, otherwise: &str, command: impl FnOnce(&str) -> String) -> String {
    match is_plain_name(name) {
        true => command(&powershell_quoted(name)),
        false => otherwise.to_owned(),
    }
}

/// Everything that runs as somebody; what could not be looked at goes to `open`.
fn runners(guest: &WindowsGuest, open: &mut Option<String>) -> Result<Vec<Runner>, Outcome> {
    let services = known(&guest.services)?;
    let mut runners = Vec::new();
    if services.is_cut {
        *open = Some(format!("{}: it has too many services", services.spot));
    }
    for service in &services.list {
        // What a driver has there is the name of its driver object.
        if matches!(service.is_driver(), Ok(Some(true))) {
            continue;
        }
        match service.account.get() {
            Ok(Some(account)) => runners.push(Runner {
                what: format!("the service {}", short(&service.name)),
                account: account.clone(),
                spot: service.account.spot.clone(),
                level: Level::Error,
                fix: mended(&service.name, LIST_SERVICES, |name| {
                    let account = powershell_quoted(&format!(r"NT SERVICE\{}", service.name));
                    format!("sc.exe config {name} obj= {account}")
                }),
            }),
            Ok(None) => {}
            Err(unknown) => {
                open.get_or_insert(unknown.reason);
            }
        }
    }
    match &guest.iis.configuration {
        Ok(configuration) => {
            let identities = configuration.iter().flat_map(|found| &found.identities);
            runners.extend(identities.map(|identity| Runner {
                what: format!("IIS: {}", short(&identity.name)),
                account: identity.user.clone(),
                spot: identity.spot.clone(),
                level: Level::Error,
                fix: match identity.is_pool {
                    true => mended(&identity.name, LIST_POOLS, |name| {
                        format!(
                            r"& $env:windir\System32\inetsrv\appcmd.exe set apppool /apppool.name:{name} /processModel.identityType:ApplicationPoolIdentity"
                        )
                    }),
                    false => OPEN_CONFIGURATION.to_owned(),
                },
            }));
        }
        Err(unknown) => {
            open.get_or_insert_with(|| unknown.reason.clone());
        }
    }
    match &guest.tasks.list {
        Ok(tasks) => {
            if guest.tasks.is_cut {
                open.get_or_insert_with(|| "there are too many scheduled tasks".to_owned());
            }
            for task in tasks {
                if OF_PEOPLE.iter().any(|of| task.name.starts_with(of)) {
                    continue;
                }
                let definition = match &task.definition {
                    Ok(definition) => definition,
                    Err(unknown) => {
                        open.get_or_insert_with(|| unknown.reason.clone());
                        continue;
                    }
                };
                let (folder, name) = task.name.rsplit_once('\\').unwrap_or(("", &task.name));
                runners.extend(definition.users.iter().map(|user| Runner {
                    what: format!("the task {}", short(&task.name)),
                    account: user.clone(),
                    spot: task.spot.clone(),
                    level: Level::Warning,
                    fix: mended(name, LIST_TASKS, |name| {
                        let folder = powershell_quoted(&format!("{folder}\\"));
                        format!(
                            "Set-ScheduledTask -TaskPath {folder} -TaskName {name} -User 'SYSTEM'"
                        )
                    }),
                }));
            }
        }
        Err(unknown) => {
            open.get_or_insert_with(|| unknown.reason.clone());
        }
    }
    Ok(runners)
}

fn whose(account: &str, administrator: Option<&str>) -> Whose {
    let account = account.trim().to_lowercase();
    if account.starts_with("s-1-5-21-") {
        return match account.ends_with("-500") {
            true => Whose::Administrator,
            false => Whose::Other,
        };
    }
    let (domain, name) = account.split_once('\\').unwrap_or(("", &account));
    let system = ["localsystem", "system", "localservice", "local service"];
    let network = ["networkservice", "network service", ""];
    if ["nt authority", "nt service", "iis apppool"].contains(&domain)
        || account.starts_with("s-1-5-")
        || system.contains(&name)
        || network.contains(&name)
    {
        return Whose::System;
    }
    let name = name.split('@').next().unwrap_or_default();
    if name == "administrator" || administrator.is_some_and(|own| own.to_lowercase() == name) {
        Whose::Administrator
    } else if ["admin", "root"].contains(&name) {
        Whose::Reserved
    } else {
        Whose::Other
    }
}

#[cfg(test)]
mod tests;
