//! What is installed, by the guest's package databases: dpkg, rpm, apk, pacman.

mod apk;
mod dpkg;
mod pacman;
mod rpm;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use crate::guest::version::{VersionOrder, upstream};
use crate::guest::{Located, Root, Spot};
use crate::known::{Known, Undetermined};

/// Packages of one guest; real ones have a few thousand.
const MAX_PACKAGES: usize = 200_000;

/// Whose database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PackageFormat {
    /// Debian's.
    Dpkg,
    /// Red Hat's and SUSE's.
    Rpm,
    /// Alpine's.
    Apk,
    /// Arch's.
    Pacman,
}

impl PackageFormat {
    /// The order of its versions.
    pub fn order(self) -> VersionOrder {
        match self {
            Self::Dpkg => VersionOrder::Dpkg,
            Self::Rpm | Self::Pacman => VersionOrder::Rpm,
            Self::Apk => VersionOrder::Apk,
        }
    }

    /// The program's name: `dpkg`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dpkg => "dpkg",
            Self::Rpm => "rpm",
            Self::Apk => "apk",
            Self::Pacman => "pacman",
        }
    }
}

/// An installed package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// The whole version as its manager prints it: `[epoch:]version[-release]`.
    pub version: String,
    /// Its architecture as the manager names it: `amd64`, `x86_64`, `noarch`; empty where it has
    /// none, as a key that rpm was given.
    pub architecture: String,
    /// The source package that it was built from, where that is said.
    pub source: Option<String>,
    /// The source package's version, where that is said and another than the package's own.
    pub source_version: Option<String>,
    /// Whose package.
    pub format: PackageFormat,
}

impl Package {
    /// The version without epoch and without the distribution's revision: `2.2.46` of
    /// `1:2.2.46-0ubuntu1~18.04.1`.
    pub fn upstream_version(&self) -> &str {
        upstream(&self.version)
    }

    /// The name of its source package; its own where none is said.
    pub fn source_name(&self) -> &str {
        self.source.as_deref().unwrap_or(&self.name)
    }

    /// The version of its source package; its own where none is said.
    pub fn source_version(&self) -> &str {
        self.source_version.as_deref().unwrap_or(&self.version)
    }
}

/// What is installed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Packages {
    /// The databases that were found, and where.
    pub databases: Vec<Located<PackageFormat>>,
    /// The packages, by name, and by version where one is there more than once.
    pub list: Vec<Package>,
}

impl Packages {
    /// The package of that name; the newest where several are installed, as of kernels.
    pub fn find(&self, name: &str) -> Option<&Package> {
        self.all(name).last()
    }

    /// Every package of that name, the newest last.
    pub fn all(&self, name: &str) -> &[Package] {
        let from = self.list.partition_point(|package| *package.name < *name);
        let to = self.list.partition_point(|package| *package.name <= *name);
        self.list.get(from..to).unwrap_or_default()
    }

    /// The place of the database that tells of `package`.
    pub fn spot(&self, package: &Package) -> Option<&Spot> {
        self.databases
            .iter()
            .find(|database| database.value == package.format)
            .map(|database| &database.spot)
    }

    /// Puts a database's packages in.
    fn add(&mut self, format: PackageFormat, spot: Spot, packages: Vec<Package>) -> Known<()> {
        if self.list.len().saturating_add(packages.len()) > MAX_PACKAGES {
            return Err(Undetermined::new(format!(
                "{spot}: it lists more than {MAX_PACKAGES} packages"
            )));
        }
        self.databases.push(Located::new(format, spot));
        self.list.extend(packages);
        Ok(())
    }
}

/// Reads every database that is there; no database at all is an empty answer, one that cannot be
/// read makes the whole unknown.
pub(super) fn gather(root: &Root) -> Known<Packages> {
    let mut packages = Packages::default();
    dpkg::read(root, &mut packages)?;
    rpm::read(root, &mut packages)?;
    apk::read(root, &mut packages)?;
    pacman::read(root, &mut packages)?;
    packages.list.sort_by(|a, b| {
        a.name
            .cmp(&b.name)
            .then_with(|| match a.version == b.version {
                true => Ordering::Equal,
                false => a.format.order().compare(&a.version, &b.version),
            })
            .then_with(|| a.architecture.cmp(&b.architecture))
    });
    Ok(packages)
}
