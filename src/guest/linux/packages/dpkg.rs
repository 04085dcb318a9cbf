//! dpkg's status file, and the folder of such files that images without dpkg have.

use super::{Package, PackageFormat, Packages};
use crate::guest::Root;
use crate::known::Known;

pub(super) fn read(root: &Root, packages: &mut Packages) -> Known<()> {
    let status = root.text("/var/lib/dpkg/status")?;
    if let Some(file) = status {
        packages.add(PackageFormat::Dpkg, file.spot.clone(), parse(&file.text))?;
    }
    let folder = "/var/lib/dpkg/status.d";
    let Some(entries) = root.list(folder)? else {
        return Ok(());
    };
    let mut list = Vec::new();
    for entry in entries {
        if !entry.name.ends_with(".md5sums")
            && let Some(file) = root.text(&entry.path)?
        {
            list.extend(parse(&file.text));
        }
    }
    if !list.is_empty() {
        packages.add(PackageFormat::Dpkg, root.spot(folder), list)?;
    }
    Ok(())
}

/// The packages whose files are in place, by a status file's text.
fn parse(text: &str) -> Vec<Package> {
    let mut list = Vec::new();
    let mut stanza = Stanza::default();
    for line in text.lines() {
        if line.is_empty() {
            list.extend(std::mem::take(&mut stanza).package());
        } else {
            stanza.line(line);
        }
    }
    list.extend(stanza.package());
    list
}

#[derive(Default)]
struct Stanza<'a> {
    name: Option<&'a str>,
    status: Option<&'a str>,
    version: Option<&'a str>,
    architecture: Option<&'a str>,
    source: Option<&'a str>,
}

impl<'a> Stanza<'a> {
    fn line(&mut self, line: &'a str) {
        // Most lines are of other fields: told apart by their first letter.
        let field = match line.as_bytes().first() {
            Some(b'P') => ("Package:", &mut self.name),
            Some(b'S') if line.starts_with("St") => ("Status:", &mut self.status),
            Some(b'S') => ("Source:", &mut self.source),
            Some(b'V') => ("Version:", &mut self.version),
            Some(b'A') => ("Architecture:", &mut self.architecture),
            _ => return,
        };
        if let Some(value) = line.strip_prefix(field.0) {
            *field.1 = Some(value.trim());
        }
    }

    fn package(self) -> Option<Package> {
        // Images without dpkg leave the state out.
        let state = self.status.map_or("installed", |status| {
            status.split_whitespace().last().unwrap_or_default()
        });
        let in_place = matches!(
            state,
            "installed" | "triggers-awaited" | "triggers-pending" | "half-configured" | "unpacked"
        );
        let name = self.name.filter(|_| in_place)?;
        let version = self.version?;
        let (source, source_version) = match self.source.and_then(|text| text.split_once(' ')) {
            Some((source, version)) => (
                Some(source),
                version
                    .trim()
                    .strip_prefix('(')
                    .and_then(|v| v.strip_suffix(')')),
            ),
            None => (self.source, None),
        };
        Some(Package {
            name: name.to_owned(),
            version: version.to_owned(),
            architecture: self.architecture.unwrap_or_default().to_owned(),
            source: source.map(str::to_owned),
            source_version: source_version.map(str::to_owned),
            format: PackageFormat::Dpkg,
        })
    }
}
