//! The kernel of the default entry: its version, configuration, modules and blacklists.

mod blacklist;
mod config;
mod image;
mod modules;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::boot::Boot;
use crate::guest::pe::Machine;
use crate::guest::{Root, Spot};
use crate::known::{Known, Undetermined};

pub use blacklist::{Ban, BanKind};
pub use config::{Config, Setting};
pub use image::Image;
pub(super) use modules::built_in;
pub use modules::{Modules, module_name};

/// Where a driver is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Driver {
    /// In the kernel itself.
    BuiltIn,
    /// A module, at this path.
    Module(String),
    /// Nowhere.
    Absent,
}

/// A kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kernel {
    /// Its release, as `uname -r` says: `6.1.0-18-cloud-amd64`.
    pub release: String,
    /// Where that was read.
    pub spot: Spot,
    /// The guest's path of the image that the default entry starts.
    pub path: String,
    /// The image; none where the path leads to nothing.
    pub image: Known<Option<Image>>,
    /// Its modules; none where there is no folder of them.
    pub modules: Known<Option<Modules>>,
    /// The configuration that it was built by; none where no file tells.
    pub config: Known<Option<Config>>,
    /// The modules that may not be loaded, by name.
    pub bans: Known<BTreeMap<String, Ban>>,
}

impl Kernel {
    /// Where a driver is, by its module's name; `-` and `_` are the same.
    ///
    /// # Errors
    /// [`Undetermined`](crate::known::Undetermined) where the modules could not be read.
    pub fn driver(&self, name: &str) -> Known<Driver> {
        let name = module_name(name);
        let modules = self.modules.as_ref().map_err(Clone::clone)?;
        if let Some(modules) = modules {
            if modules.built_in.contains(&name) {
                return Ok(Driver::BuiltIn);
            }
            if let Some(path) = modules.files.get(&name) {
                return Ok(Driver::Module(path.clone()));
            }
        }
        // A kernel without a list of what is built in still has its configuration.
        if let (Some(option), Ok(Some(config))) = (config::option_of(&name), &self.config)
            && config.get(option) == Setting::BuiltIn
        {
            return Ok(Driver::BuiltIn);
        }
        match (modules, &self.config) {
            (Some(_), _) | (None, Ok(Some(_))) => Ok(Driver::Absent),
            (None, Err(unknown)) => Err(unknown.clone()),
            (None, Ok(None)) => Err(Undetermined::new(format!(
                "neither modules nor the configuration of kernel {} are in the guest",
                self.release
            ))),
        }
    }

    /// The line that keeps a module from being loaded, if there is one.
    ///
    /// # Errors
    /// [`Undetermined`](crate::known::Undetermined) where the blacklists could not be read.
    pub fn blacklisted(&self, name: &str) -> Known<Option<Spot>> {
        Ok(self.ban(name)?.map(|ban| ban.spot.clone()))
    }

    /// What keeps a module from being loaded.
    ///
    /// # Errors
    /// As [`blacklisted`](Self::blacklisted).
    pub fn ban(&self, name: &str) -> Known<Option<&Ban>> {
        let bans = self.bans.as_ref().map_err(Clone::clone)?;
        Ok(bans.get(&module_name(name)))
    }

    /// The processor that the image is for, where it says so.
    pub fn machine(&self) -> Option<Machine> {
        self.image.as_ref().ok()?.as_ref()?.machine
    }

    /// The numbers that the release begins with: `[6, 1, 0]`.
    pub fn numbers(&self) -> Vec<u32> {
        let end = self
            .release
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(self.release.len());
        self.release
            .get(..end)
            .unwrap_or_default()
            .split('.')
            .map_while(|part| part.parse().ok())
            .collect()
    }
}

/// Reads the kernel of the default entry; none where there is no entry, or it names no kernel.
pub(in crate::guest) fn gather(root: &Root, boot: &Boot) -> Known<Option<Kernel>> {
    let Some(entry) = boot.default_entry.as_ref().map_err(Clone::clone)? else {
        return Ok(None);
    };
    let Some(path) = &entry.kernel else {
        return Ok(None);
    };
    let image = image::read(root, path);
    let told = image
        .as_ref()
        .ok()
        .and_then(Option::as_ref)
        .and_then(|image| image.release.clone());
    let release = match told.or_else(|| image::release_of_name(path)) {
        Some(release) => release,
        None => match image::only_release(root)? {
            Some(release) => release,
            None => {
                return Err(Undetermined::new(format!(
                    "{}: neither the kernel nor its name says its release",
                    root.spot(path)
                )));
            }
        },
    };
    let modules = modules::read(root, &release);
    let config = config::read(root, &release, path);
    Ok(Some(Kernel {
        spot: root.real_spot(path),
        path: path.clone(),
        image,
        modules,
        config,
        bans: blacklist::read(root, &entry.command_line),
        release,
    }))
}
