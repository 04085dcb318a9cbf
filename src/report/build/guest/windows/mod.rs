//! The facts of a Windows guest.

mod boot;
mod people;
mod platform;
mod remote;

use super::{Rows, v1};
use crate::guest::WindowsGuest;
use crate::guest::hive::State;

pub(super) fn guest(windows: &WindowsGuest) -> v1::Guest {
    let mut rows = Rows::new();
    rows.about("release");
    let release = &windows.release;
    for (name, setting) in [
        ("product", &release.product),
        ("edition", &release.edition),
        ("installation type", &release.installation),
        ("build", &release.build),
        ("display version", &release.display_version),
    ] {
        rows.setting(name, setting);
    }
    rows.setting("revision (UBR)", &release.revision);
    rows.about("hives");
    for hive in &windows.hives {
        if let Some(state) = rows.known(&hive.state) {
            let state = match state {
                State::Clean => "clean".to_owned(),
                State::Replayed { entries } => format!("{entries} log entries applied in memory"),
                State::Dirty(why) => format!("dirty: {why}"),
            };
            rows.add(hive.name.name(), state, Some(&hive.spot));
        }
    }
    platform::rows(&mut rows, windows);
    remote::rows(&mut rows, windows);
    boot::rows(&mut rows, windows);
    people::rows(&mut rows, windows);
    v1::Guest {
        family: "windows",
        facts: rows.facts,
        packages: Vec::new(),
        unknown: rows.unknown,
    }
}
