//! Arch's folder of what is installed: a `desc` file for each package.

use super::{MAX_PACKAGES, Package, PackageFormat, Packages};
use crate::filesystem::FileType;
use crate::guest::Root;
use crate::known::{Known, Undetermined};

const FOLDER: &str = "/var/lib/pacman/local";

pub(super) fn read(root: &Root, packages: &mut Packages) -> Known<()> {
    let Some(entries) = root.list(FOLDER)? else {
        return Ok(());
    };
    let mut list = Vec::new();
    for entry in entries.iter().take(MAX_PACKAGES) {
        if entry.file_type != FileType::Directory {
            continue;
        }
        let Some(file) = root.text(&format!("{}/desc", entry.path))? else {
            continue;
        };
        let package = parse(&file.text)
            .ok_or_else(|| Undetermined::new(format!("{}: no name and version", file.spot)))?;
        list.push(package);
    }
    if !list.is_empty() {
        packages.add(PackageFormat::Pacman, root.spot(FOLDER), list)?;
    }
    Ok(())
}

fn parse(text: &str) -> Option<Package> {
    let value = |key: &str| {
        let mut lines = text.lines().skip_while(|line| *line != key);
        lines.nth(1).filter(|value| !value.is_empty())
    };
    Some(Package {
        name: value("%NAME%")?.to_owned(),
        version: value("%VERSION%")?.to_owned(),
        architecture: value("%ARCH%").unwrap_or_default().to_owned(),
        source: value("%BASE%").map(str::to_owned),
        source_version: None,
        format: PackageFormat::Pacman,
    })
}
