//! Alpine's list of what is installed: stanzas of lines with a letter and a colon.

use super::{Package, PackageFormat, Packages};
use crate::guest::Root;
use crate::known::Known;

pub(super) fn read(root: &Root, packages: &mut Packages) -> Known<()> {
    let paths = ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"];
    if let Some(file) = root.first_text(&paths)? {
        packages.add(PackageFormat::Apk, file.spot.clone(), parse(&file.text))?;
    }
    Ok(())
}

fn parse(text: &str) -> Vec<Package> {
    let mut list = Vec::new();
    for stanza in text.split("\n\n") {
        let value = |key: &str| {
            stanza
                .lines()
                .find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))
        };
        let (Some(name), Some(version)) = (value("P"), value("V")) else {
            continue;
        };
        list.push(Package {
            name: name.to_owned(),
            version: version.to_owned(),
            architecture: value("A").unwrap_or_default().to_owned(),
            source: value("o").map(str::to_owned),
            source_version: None,
            format: PackageFormat::Apk,
        });
    }
    list
}
