//! How the guest boots: the loaders' configuration, the default entry, and the kernel's arguments
//! there.

mod bls;
mod command_line;
mod grub;
mod grubenv;
mod intent;
mod interface;
mod legacy;
mod order;
mod place;
mod syslinux;
#[cfg(test)]
mod tests;
mod uki;
mod watched;

use crate::guest::esp::{Esp, LoaderKind};
use crate::guest::{Root, Spot};
use crate::known::Known;

pub use command_line::CommandLine;
pub use grubenv::GrubEnv;
pub use intent::Intent;
pub(super) use uki::initrd_section;
pub use watched::{Searched, WATCHED};

/// What a loader would start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BootEntry {
    /// Its title (hostile text).
    pub title: String,
    /// The name by which it can be chosen, where it has one.
    pub id: Option<String>,
    /// The guest's path of the kernel, where it is a file of its own, or of the unified image.
    pub kernel: Option<String>,
    /// The guest's paths of the initial RAM disks, in order; a unified image stands for its own.
    pub initrds: Vec<String>,
    /// The kernel's arguments.
    pub command_line: CommandLine,
}

/// Which firmware takes a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Firmware {
    /// UEFI: generation 2.
    Uefi,
    /// BIOS: generation 1.
    Bios,
}

impl Firmware {
    /// Its name with the generation.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uefi => "UEFI (generation 2)",
            Self::Bios => "BIOS (generation 1)",
        }
    }
}

/// Whose configuration it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Loader {
    /// GRUB 2.
    Grub,
    /// systemd-boot, or another that reads the entries of the Boot Loader Specification.
    Specification,
    /// A unified kernel image that the firmware starts itself.
    UnifiedImage,
    /// GRUB 0.97.
    GrubLegacy,
    /// SYSLINUX or EXTLINUX.
    Syslinux,
}

/// A way from a firmware to a kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The firmware that takes it; none where any may.
    pub firmware: Option<Firmware>,
    /// Whose configuration it is.
    pub loader: Loader,
    /// Where it begins: the first configuration file, or the image.
    pub start: Spot,
    /// The files that were read on it.
    pub files: Vec<Spot>,
    /// What is started when nobody chooses.
    pub entry: Known<Option<BootEntry>>,
    /// All entries that start a kernel, the first of a long menu.
    pub entries: Vec<BootEntry>,
}

/// How the guest boots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Boot {
    /// The entry that is started when nobody chooses; none where there is no loader's
    /// configuration.
    pub default_entry: Known<Option<BootEntry>>,
    /// The ways that were found, that of UEFI first.
    pub ways: Vec<Way>,
    /// What `/etc/default/grub` and its folder want; none where they are not there.
    pub intent: Known<Option<Intent>>,
    /// The configuration files that were looked through for [`WATCHED`] words.
    pub searched: Known<Vec<Searched>>,
    /// The line of the network configuration that names `eth0`, where nothing but the kernel's
    /// arguments could make sure of that name.
    pub expects_eth0: Known<Option<Spot>>,
}

impl Boot {
    /// The default entries that differ in their arguments, each with the way that leads to it.
    pub fn defaults(&self) -> Vec<(&Way, &BootEntry)> {
        let mut defaults: Vec<(&Way, &BootEntry)> = Vec::new();
        for way in &self.ways {
            if let Ok(Some(entry)) = &way.entry
                && !defaults
                    .iter()
                    .any(|(_, seen)| seen.command_line.text == entry.command_line.text)
            {
                defaults.push((way, entry));
            }
        }
        defaults
    }

    /// Why the default entry of a way is not known, where it is not.
    pub fn unknown(&self) -> Option<&str> {
        let of_ways = self.ways.iter().map(|way| way.entry.as_ref().err());
        std::iter::once(self.default_entry.as_ref().err())
            .chain(of_ways)
            .flatten()
            .map(|unknown| unknown.reason.as_str())
            .next()
    }
}

/// Reads the loaders' configuration; `esps` are the EFI system partitions.
pub(in crate::guest) fn gather(root: &Root, esps: &Known<Vec<Esp>>) -> Boot {
    let mut ways = Vec::new();
    let mut failed = esps.as_ref().err().cloned();
    if let Ok(esps) = esps {
        for esp in esps {
            uefi(root, esp, &mut ways);
        }
    }
    // GRUB for BIOS has the folder of its configuration in its core image: one of these two.
    for path in ["/boot/grub2/grub.cfg", "/boot/grub/grub.cfg"] {
        if let Some(outcome) = grub::run(root, path, "pc") {
            ways.push(Way {
                firmware: Some(Firmware::Bios),
                loader: Loader::Grub,
                start: root.spot(path),
                files: outcome.files,
                entry: outcome.entry,
                entries: outcome.entries,
            });
            break;
        }
    }
    if ways.is_empty()
        && let Err(unknown) = others(root, esps, &mut ways)
    {
        failed = failed.or(Some(unknown));
    }
    let default_entry = ways
        .iter()
        .map(|way| &way.entry)
        .find(|entry| !matches!(entry, Ok(None)))
        .cloned();
    let others: Vec<String> = ways
        .iter()
        .flat_map(|way| &way.files)
        .map(|spot| spot.path.clone())
        .filter(|path| !path.to_ascii_lowercase().ends_with(".efi"))
        .collect();
    Boot {
        default_entry: match (default_entry, failed) {
            (Some(entry), _) => entry,
            (None, Some(unknown)) => Err(unknown),
            (None, None) => Ok(None),
        },
        intent: intent::gather(root),
        searched: watched::gather(root, &others),
        expects_eth0: interface::expected(root),
        ways,
    }
}

/// The way of UEFI through one ESP.
fn uefi(root: &Root, esp: &Esp, ways: &mut Vec<Way>) {
    let mut push = |loader, start: Spot, files, entry, entries| {
        ways.push(Way {
            firmware: Some(Firmware::Uefi),
            loader,
            start,
            files,
            entry,
            entries,
        });
    };
    for fallback in &esp.fallbacks {
        match fallback.kind {
            LoaderKind::UnifiedImage => {
                let path = &fallback.file.spot.path;
                let image = uki::read(root, path).map(|image| image.map(|image| image.entry));
                let entries = image.iter().flatten().cloned().collect();
                let start = fallback.file.spot.clone();
                push(
                    Loader::UnifiedImage,
                    start.clone(),
                    vec![start],
                    image,
                    entries,
                );
                return;
            }
            LoaderKind::SystemdBoot => {
                let start = fallback.file.spot.clone();
                match specification(root, std::slice::from_ref(esp)) {
                    Ok(Some(outcome)) => push(
                        Loader::Specification,
                        start,
                        outcome.files,
                        Ok(outcome.entry),
                        outcome.entries,
                    ),
                    Ok(None) => push(Loader::Specification, start, vec![], Ok(None), vec![]),
                    Err(unknown) => {
                        push(Loader::Specification, start, vec![], Err(unknown), vec![]);
                    }
                }
                return;
            }
            _ => {}
        }
    }
    // The loader beside the fallback, or the vendor's, whichever has a configuration that leads
    // to a kernel.
    for config in &esp.grub_configs {
        if let Some(outcome) = grub::run(root, &config.path, "efi") {
            let leads = !matches!(outcome.entry, Ok(None));
            push(
                Loader::Grub,
                config.clone(),
                outcome.files,
                outcome.entry,
                outcome.entries,
            );
            if leads {
                return;
            }
        }
    }
}

/// The entries of the Boot Loader Specification on the ESPs, and on `/boot`.
fn specification(root: &Root, esps: &[Esp]) -> Known<Option<bls::Outcome>> {
    let mut points: Vec<String> = esps.iter().map(|esp| esp.point.clone()).collect();
    if !points.iter().any(|point| point == "/boot") {
        points.push("/boot".to_owned());
    }
    let env = watched::environment(root)?;
    bls::run(root, &points, env.as_ref())
}

/// Without GRUB 2: entries of the specification, GRUB 0.97, SYSLINUX.
fn others(root: &Root, esps: &Known<Vec<Esp>>, ways: &mut Vec<Way>) -> Known<()> {
    let esps = esps.as_deref().unwrap_or_default();
    if let Some(outcome) = specification(root, esps)? {
        let start = outcome
            .entry
            .as_ref()
            .map(|entry| entry.command_line.spot.clone())
            .unwrap_or_else(|| root.spot("/boot/loader/entries"));
        ways.push(Way {
            firmware: None,
            loader: Loader::Specification,
            start,
            files: outcome.files,
            entry: Ok(outcome.entry),
            entries: outcome.entries,
        });
        return Ok(());
    }
    if let Some(file) = root.first_text(&[
        "/boot/grub/grub.conf",
        "/boot/grub/menu.lst",
        "/etc/grub.conf",
    ])? {
        let outcome = legacy::run(root, &file);
        ways.push(Way {
            firmware: Some(Firmware::Bios),
            loader: Loader::GrubLegacy,
            start: file.spot.clone(),
            files: vec![file.spot],
            entry: Ok(outcome.entry),
            entries: outcome.entries,
        });
        return Ok(());
    }
    let mut paths: Vec<String> = [
        "/boot/extlinux/extlinux.conf",
        "/boot/extlinux.conf",
        "/extlinux.conf",
        "/boot/syslinux/syslinux.cfg",
        "/syslinux/syslinux.cfg",
    ]
    .map(str::to_owned)
    .to_vec();
    for esp in esps {
        for name in [
            "EFI/syslinux/syslinux.cfg",
            "syslinux/syslinux.cfg",
            "EFI/BOOT/syslinux.cfg",
        ] {
            paths.push(place::join(&esp.point, name));
        }
    }
    for path in paths {
        if let Some(file) = root.text(&path)? {
            let outcome = syslinux::run(root, &file);
            ways.push(Way {
                firmware: None,
                loader: Loader::Syslinux,
                start: file.spot.clone(),
                files: vec![file.spot],
                entry: Ok(outcome.entry),
                entries: outcome.entries,
            });
            return Ok(());
        }
    }
    Ok(())
}
