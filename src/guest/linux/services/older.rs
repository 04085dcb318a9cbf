//! What came before systemd, or instead of it: SysV scripts, Upstart's jobs, OpenRC's runlevels.

use super::{Services, UnitState};
use crate::guest::Root;
use crate::known::Known;

/// Where the runlevels' folders lie; the second is Red Hat's, the third SUSE's.
const SYSV: [&str; 3] = ["/etc", "/etc/rc.d", "/etc/init.d"];
/// Runlevels that a machine starts to; 0, 1 and 6 are for its end and for repairs.
const LEVELS: [&str; 5] = ["rc2.d", "rc3.d", "rc4.d", "rc5.d", "rcS.d"];

pub(super) fn gather(root: &Root, services: &mut Services) -> Known<()> {
    let levels = root.entries("/etc/runlevels")?;
    // OpenRC's and SysV's scripts lie in one place; what starts them differs.
    for entry in root.entries("/etc/init.d")? {
        let is_script = entry.file_type == crate::filesystem::FileType::File
            || entry.file_type == crate::filesystem::FileType::Symlink;
        let is_helper = matches!(entry.name.as_str(), "README" | "skeleton" | "functions");
        if is_script && !is_helper {
            services.enter(&entry.name, UnitState::Disabled(root.spot(&entry.path)));
        }
    }
    for level in levels {
        if !matches!(level.name.as_str(), "shutdown" | "single") {
            for entry in root.entries(&level.path)? {
                services.enter(&entry.name, UnitState::Enabled(root.spot(&entry.path)));
            }
        }
    }
    for folder in SYSV {
        for level in LEVELS {
            for entry in root.entries(&format!("{folder}/{level}"))? {
                if let Some(name) = started(&entry.name)
                    && root.exists(&entry.path)?
                {
                    services.enter(name, UnitState::Enabled(root.spot(&entry.path)));
                }
            }
        }
    }
    for job in root.entries("/etc/init")? {
        let Some(name) = job.name.strip_suffix(".conf") else {
            continue;
        };
        let Some(file) = root.text(&job.path)? else {
            continue;
        };
        let manual = match root.text(&format!("/etc/init/{name}.override"))? {
            Some(text) => text.settings().any(|(_, line)| line == "manual"),
            None => false,
        };
        let starts = file
            .settings()
            .find(|(_, line)| line.starts_with("start on"));
        services.enter(
            name,
            match starts {
                Some((number, _)) if !manual => UnitState::Enabled(file.at(number)),
                _ => UnitState::Disabled(file.spot.clone()),
            },
        );
    }
    Ok(())
}

/// The script that a link `S20name` starts.
fn started(link: &str) -> Option<&str> {
    let rest = link.strip_prefix('S')?;
    let name = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() > name.len() && !name.is_empty()).then_some(name)
}
