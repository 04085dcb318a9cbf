//! What rules on the kernel's arguments share: the default entries, and the commands that change
//! arguments on each distribution.

use super::known;
use crate::finding::{Finding, Outcome};
use crate::guest::LinuxGuest;
use crate::guest::linux::boot::{BootEntry, Loader, Way};
use crate::guest::linux::distribution::Family;
use crate::guest::pe::Machine;

/// The entries that are started when nobody chooses.
pub(crate) struct Defaults<'a> {
    /// Each with the way that leads to it, those with the same arguments once.
    pub(crate) entries: Vec<(&'a Way, &'a BootEntry)>,
    /// Why not all of them are known.
    pub(crate) open: Option<String>,
}

/// The default entries; where there is none the outcome to answer with.
pub(crate) fn defaults(guest: &LinuxGuest) -> Result<Defaults<'_>, Outcome> {
    let entries = guest.boot.defaults();
    let open = guest.boot.unknown().map(str::to_owned).or_else(|| {
        guest
            .esps
            .as_ref()
            .err()
            .map(|unknown| unknown.reason.clone())
    });
    match (entries.is_empty(), open) {
        (true, Some(reason)) => Err(Outcome::undetermined(reason)),
        (true, None) => {
            known(&guest.boot.default_entry)?;
            Err(Outcome::undetermined(
                "no boot loader's configuration was found in the guest, so the kernel's arguments \
                 are not known",
            ))
        }
        (false, open) => Ok(Defaults { entries, open }),
    }
}

/// Judges each default entry by `judge`.
pub(crate) fn each(
    guest: &LinuxGuest,
    judge: impl Fn(&Way, &BootEntry) -> Vec<Finding>,
) -> Outcome {
    let defaults = match defaults(guest) {
        Ok(defaults) => defaults,
        Err(outcome) => return outcome,
    };
    let findings = defaults
        .entries
        .iter()
        .flat_map(|(way, entry)| judge(way, entry))
        .collect();
    match defaults.open {
        Some(reason) => Outcome::Undetermined(reason, findings),
        None => Outcome::Decided(findings),
    }
}

/// The entry as a message names it, with the firmware where that matters.
pub(crate) fn named(way: &Way, entry: &BootEntry) -> String {
    let title: String = entry.title.chars().take(100).collect();
    match way.firmware {
        Some(firmware) => format!("the default boot entry {title:?} for {}", firmware.name()),
        None => format!("the default boot entry {title:?}"),
    }
}

/// At most 200 characters of a command line.
pub(crate) fn shown(entry: &BootEntry) -> String {
    let text = &entry.command_line.text;
    let mut shown: String = text.chars().take(200).collect();
    if shown.len() < text.len() {
        shown.push('\u{2026}');
    }
    if shown.is_empty() {
        shown.push_str("no arguments");
    }
    shown
}

fn family(guest: &LinuxGuest) -> Family {
    match &guest.distribution {
        Ok(Some(distribution)) => distribution.family(),
        _ => Family::Other,
    }
}

/// Writes GRUB's configuration anew, as the distribution does it.
pub(crate) fn regenerate(guest: &LinuxGuest) -> &'static str {
    match family(guest) {
        Family::Debian | Family::Ubuntu => "update-grub",
        _ => "grub2-mkconfig -o /boot/grub2/grub.cfg",
    }
}

/// The command that adds an argument for every kernel.
pub(crate) fn add(guest: &LinuxGuest, way: &Way, argument: &str) -> String {
    match (way.loader, family(guest)) {
        (Loader::Grub | Loader::GrubLegacy, Family::Fedora) => {
            format!("grubby --update-kernel=ALL --args=\"{argument}\"")
        }
        (Loader::Grub, _) => format!(
            "sed -i 's/^GRUB_CMDLINE_LINUX=\"\\(.*\\)\"/GRUB_CMDLINE_LINUX=\"\\1 {argument}\"/' \
             /etc/default/grub && {}",
            regenerate(guest)
        ),
        _ => format!(
            "add {argument} to the kernel's arguments (/etc/kernel/cmdline, or the entry's own \
             file), and build the boot entry anew"
        ),
    }
}

/// The command that takes an argument away from every kernel.
pub(crate) fn remove(guest: &LinuxGuest, way: &Way, argument: &str) -> String {
    match (way.loader, family(guest)) {
        (Loader::Grub | Loader::GrubLegacy, Family::Fedora) => {
            format!("grubby --update-kernel=ALL --remove-args=\"{argument}\"")
        }
        (Loader::Grub, _) => format!(
            "sed -i '/^GRUB_CMDLINE_LINUX/s/{}//g' /etc/default/grub && {}",
            argument.replace('.', "\\."),
            regenerate(guest)
        ),
        _ => {
            format!("take {argument} out of the kernel's arguments, and build the boot entry anew")
        }
    }
}

/// The processor of the guest, by its kernel or its loaders; x64 where nothing says otherwise.
pub(crate) fn machine(guest: &LinuxGuest) -> Machine {
    let of_kernel = guest
        .kernel
        .as_ref()
        .ok()
        .and_then(|kernel| kernel.as_ref()?.machine());
    let of_loaders = || {
        let esps = guest.esps.as_ref().ok()?;
        let arm = esps
            .iter()
            .any(|esp| esp.fallback(Machine::Arm64).is_some());
        let x64 = esps.iter().any(|esp| esp.fallback(Machine::X64).is_some());
        (arm && !x64).then_some(Machine::Arm64)
    };
    of_kernel.or_else(of_loaders).unwrap_or(Machine::X64)
}
