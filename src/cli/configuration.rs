//! The configuration file and the options of a call, put together: an option wins over the file,
//! and of each value it is known where it comes from.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::output::{self, Failure};
use super::report_output::ReportFormat;
use crate::config::{self, Config, Declared, Found, Vocabulary};
use crate::inspect::{DiskRole, Generation, Guess, Offer, OfferType, OsFamily, Property, Said};
use crate::report::v1;
use crate::rules::Profile;
use crate::rules::registry::RULES;

/// Which file is read.
#[derive(clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Configuration")]
pub(super) struct Args {
    /// The configuration file [default: vhd-preflight.toml in the working directory or above it, up
    /// to the root of the repository]. Options win over it; `vhd-preflight init` writes one.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<PathBuf>,

    /// Read no configuration file.
    #[arg(long)]
    no_config: bool,
}

impl Args {
    /// The file that counts, and where it is; an empty one where there is none.
    ///
    /// # Errors
    /// All that is wrong with the file is told at once.
    pub(super) fn load(&self) -> Result<(Config, Option<PathBuf>), Failure> {
        let found = match &self.config {
            Some(path) => Some(Found::named(path)),
            None if self.no_config => None,
            // Where the working directory is not known, nothing is above it.
            None => std::env::current_dir()
                .ok()
                .and_then(|start| config::find(&start)),
        };
        let Some(found) = found else {
            return Ok((Config::default(), None));
        };
        let config = config::load(&found, &vocabulary()).map_err(|error| {
            let mut lines = error.lines();
            let last = lines.pop().unwrap_or_default();
            for line in &lines {
                output::error(line);
            }
            Failure::new(last)
        })?;
        Ok((config, Some(found.path)))
    }
}

/// The names that a file may use.
pub(super) fn vocabulary() -> Vocabulary {
    Vocabulary {
        rules: RULES.iter().map(|rule| (rule.id, rule.name)).collect(),
        profiles: Profile::ALL.iter().map(|profile| profile.name()).collect(),
        formats: ReportFormat::value_variants()
            .iter()
            .filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()))
            .collect(),
    }
}

/// A value with where it comes from: an option by its name, or a file and line.
pub(super) type Choice<T> = Option<Said<T>>;

/// An option's value, or else the file's.
pub(super) fn choose<T: Clone, F>(
    option: Option<T>,
    name: &str,
    file: Option<&Declared<F>>,
    read: impl Fn(&F) -> Option<T>,
) -> Choice<T> {
    let named = option.map(|value| Said {
        value,
        from: name.to_owned(),
    });
    named.or_else(|| {
        let file = file?;
        Some(Said {
            value: read(&file.value)?,
            from: file.from.clone(),
        })
    })
}

/// The value of an enum of options that has this word.
pub(super) fn of_word<T: ValueEnum>(word: &str) -> Option<T> {
    T::from_str(word, false).ok()
}

/// What a file says of the disk, for a command that has no options for it.
pub(super) fn disk_role(config: &Config, image: &Path) -> Option<Guess<DiskRole>> {
    let name = image.to_string_lossy();
    let fits = |disk: &&Declared<config::DataDisk>| {
        let glob = disk.value.image.as_ref();
        glob.is_some_and(|glob| glob.fits_image(&name))
    };
    if let Some(disk) = config.data_disks.iter().find(fits) {
        return Some(Guess::said(DiskRole::Data, disk.from.clone()));
    }
    let declared = config.disk.as_ref()?;
    let role = match declared.value.as_str() {
        "data" => DiskRole::Data,
        _ => DiskRole::Os,
    };
    Some(Guess::said(role, declared.from.clone()))
}

/// What a file says of the operating system.
pub(super) fn os(config: &Config) -> Option<Guess<OsFamily>> {
    let declared = config.os.as_ref()?;
    let os = match declared.value.as_str() {
        "windows" => OsFamily::Windows,
        _ => OsFamily::Linux,
    };
    Some(Guess::said(os, declared.from.clone()))
}

/// What a file says of the generation.
pub(super) fn generation(config: &Config) -> Choice<Generation> {
    let declared = config.generation.as_ref()?;
    Some(Said {
        value: match declared.value.as_str() {
            "1" => Generation::One,
            _ => Generation::Two,
        },
        from: declared.from.clone(),
    })
}

/// What a file says of the offer.
pub(super) fn offer(config: &Config) -> Offer {
    let claim = |claim: &Declared<config::Claim>| {
        let property = match claim.value.property {
            "extensions" => Property::Extensions,
            "cloud-init" => Property::CloudInit,
            "nvme" => Property::Nvme,
            "accelerated-networking" => Property::AcceleratedNetworking,
            "remote-access-disabled" => Property::RemoteAccessDisabled,
            _ => return None,
        };
        let said = Said {
            value: claim.value.is_claimed,
            from: claim.from.clone(),
        };
        Some((property, said))
    };
    let disks = config.data_disks.first().map(|first| Said {
        value: config
            .data_disks
            .iter()
            .map(|disk| disk.value.lun)
            .collect(),
        from: first.from.clone(),
    });
    Offer {
        offer_type: match config.offer_type.as_ref().map(|found| found.value.as_str()) {
            Some("solution-template") => OfferType::SolutionTemplate,
            Some("other") => OfferType::Other,
            _ => OfferType::VirtualMachine,
        },
        claims: config.claims.iter().filter_map(claim).collect(),
        preview_subscriptions: config.preview_subscriptions.clone().map(said),
        data_disks: disks,
        previous_data_disks: config.previous_data_disks.clone().map(said),
    }
}

fn said<T>(declared: Declared<T>) -> Said<T> {
    Said {
        value: declared.value,
        from: declared.from,
    }
}

/// The settings of a file that no option can win over, for the report.
pub(super) fn settings(config: &Config) -> Vec<v1::Setting> {
    let setting = |name: String, value: String, from: &str| v1::Setting {
        name,
        value,
        from: from.to_owned(),
    };
    let mut all = Vec::new();
    for claim in &config.claims {
        let name = format!("claims.{}", claim.value.property);
        all.push(setting(
            name,
            claim.value.is_claimed.to_string(),
            &claim.from,
        ));
    }
    if let Some(found) = &config.offer_type {
        all.push(setting(
            "offer.type".to_owned(),
            found.value.clone(),
            &found.from,
        ));
    }
    if let Some(found) = &config.preview_subscriptions {
        let name = "offer.preview-subscriptions".to_owned();
        all.push(setting(name, found.value.join(", "), &found.from));
    }
    if let Some(found) = &config.previous_data_disks {
        let name = "offer.previous-data-disks".to_owned();
        all.push(setting(name, found.value.to_string(), &found.from));
    }
    for disk in &config.data_disks {
        let glob = disk.value.image.as_ref();
        let image = glob.map_or(String::new(), |glob| format!(", {}", glob.text()));
        let value = format!("LUN {}{image}", disk.value.lun);
        all.push(setting("data-disks".to_owned(), value, &disk.from));
    }
    for rule in &config.rules {
        let name = format!("rules.{}", rule.value.rule);
        all.push(setting(
            name,
            rule.value.weight.word().to_owned(),
            &rule.from,
        ));
    }
    for found in &config.suppressions {
        let suppression = &found.value;
        let name = format!("suppress {}", suppression.rule);
        let value = format!("until {}: {}", suppression.expires, suppression.reason);
        all.push(setting(name, value, &found.from));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::exit::FailOn;

    #[test]
    fn the_committed_schema_is_current() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/config/config-v1.schema.json");
        let mut text = Vec::new();
        crate::report::json::write(&mut text, &config::schema(&vocabulary())).unwrap();
        if std::env::var_os("UPDATE_SCHEMA").is_some_and(|value| value == "1") {
            std::fs::write(&path, &text).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed.replace("\r\n", "\n").as_bytes() == text,
            "the schema is not current: run `UPDATE_SCHEMA=1 cargo test schema`"
        );
    }

    #[test]
    fn the_commented_file_fits_this_program_and_its_defaults() {
        let text = config::template();
        let config = Config::parse(&text, "f", Path::new(""), &vocabulary()).unwrap();
        let profile = config.profile.unwrap().value;
        assert_eq!(profile, Profile::default().name());
        let fail_on: FailOn = of_word(&config.fail_on.unwrap().value).unwrap();
        assert_eq!(fail_on, FailOn::default());
    }
}
