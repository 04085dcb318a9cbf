//! Files that a malware scan is known to flag, though they do no harm: found by their names in the
//! places where they usually lie.

use super::accounts::homes::Homes;
use super::secrets::shallow;
use crate::guest::{Root, Spot};
use crate::known::{Known, Undetermined};

/// Why a scan flags a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuspectKind {
    /// nmap's script with the address of a malware host in it.
    NmapAddress,
    /// A file for testing scanners, by its name.
    Eicar,
    /// An archive that unpacks without end, by its name.
    ArchiveBomb,
    /// A collection of files for testing scanners.
    Corpus,
}

/// Such a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspect {
    /// Why.
    pub kind: SuspectKind,
    /// The file.
    pub spot: Spot,
}

/// Such files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Suspects {
    /// In the order in which they were found.
    pub list: Vec<Suspect>,
    /// What could not be looked at.
    pub open: Vec<Undetermined>,
    /// Places that were not looked at whole, for their size.
    pub cut: Vec<Spot>,
}

/// The address that certification flagged in nmap's script.
const ADDRESS: &str = "last-another-life.ru";

const SCRIPTS: [&str; 2] = [
    "/usr/share/nmap/scripts/http-malware-host.nse",
    "/usr/local/share/nmap/scripts/http-malware-host.nse",
];

const CORPORA: [&str; 3] = [
    "/usr/share/clamav-testfiles",
    "/usr/share/clamav/test",
    "/usr/share/doc/clamav-testfiles/examples",
];

/// Where such files lie beside the homes; looked at a few folders deep.
const PLACES: [&str; 6] = ["/opt", "/srv", "/tmp", "/usr/local", "/var/tmp", "/var/www"];

/// Why a scan flags a file of that name.
fn by_name(name: &str) -> Option<SuspectKind> {
    let name = name.to_ascii_lowercase();
    if name.starts_with("eicar") {
        return Some(SuspectKind::Eicar);
    }
    let bomb = ["zip-bomb", "zipbomb", "zip_bomb"]
        .iter()
        .any(|word| name.contains(word))
        || name == "42.zip";
    bomb.then_some(SuspectKind::ArchiveBomb)
}

/// Whether a scan flags a file of that name.
pub(super) fn is_suspect(name: &str) -> bool {
    by_name(name).is_some()
}

/// Looks for such files.
pub(super) fn gather(root: &Root, homes: &Known<Homes>) -> Suspects {
    let mut out = Suspects::default();
    for path in SCRIPTS {
        match root.text(path) {
            Ok(Some(file)) => {
                let line = file.lines().find(|(_, line)| line.contains(ADDRESS));
                out.list.extend(line.map(|(number, _)| Suspect {
                    kind: SuspectKind::NmapAddress,
                    spot: file.at(number),
                }));
            }
            Ok(None) => {}
            Err(unknown) => out.open.push(unknown),
        }
    }
    for path in CORPORA {
        match root.entries(path) {
            Ok(entries) if entries.is_empty() => {}
            Ok(_) => out.list.push(Suspect {
                kind: SuspectKind::Corpus,
                spot: root.spot(path),
            }),
            Err(unknown) => out.open.push(unknown),
        }
    }
    let mut paths = Vec::new();
    match homes {
        Ok(homes) => {
            out.open.extend(homes.open.iter().cloned());
            paths.extend(
                homes
                    .files
                    .iter()
                    .map(|file| (file.name.clone(), file.path.clone())),
            );
        }
        Err(unknown) => out.open.push(unknown.clone()),
    }
    for place in PLACES {
        let found = shallow(root, place, &mut out.open, &mut out.cut);
        paths.extend(found.into_iter().map(|entry| (entry.name, entry.path)));
    }
    for (name, path) in paths {
        if let Some(kind) = by_name(&name)
            && !out.list.iter().any(|one| one.spot.path == path)
        {
            out.list.push(Suspect {
                kind,
                spot: root.spot(&path),
            });
        }
    }
    out
}
