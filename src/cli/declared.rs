//! What the images of a call are meant to be: options, and the file where they say nothing.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::configuration::{self, Choice, choose, of_word};
use super::exit::FailOn;
use crate::config::Config;
use crate::inspect::{DiskRole, Generation, Guess, OsFamily};
use crate::report::v1;
use crate::rules::Profile;

/// What cannot be seen, and by what to judge.
#[derive(clap::Args)]
#[group(skip)]
#[command(next_help_heading = "What the image is meant to be")]
pub(super) struct Args {
    /// Judge as the disk that the machine boots from, or as a data disk; auto, the default, decides
    /// by the partitions, and the report says why.
    #[arg(long, value_enum, value_name = "ROLE")]
    disk: Option<Role>,

    /// The operating system; auto, the default, decides by the partitions where they tell.
    #[arg(long, value_enum, value_name = "SYSTEM")]
    os: Option<Os>,

    /// The Hyper-V generation that the offer declares [default: any].
    #[arg(long, value_enum, value_name = "NUMBER")]
    generation: Option<Gen>,

    /// The dated set of thresholds to judge by; sources disagree [default: lisa-2026-08].
    #[arg(long, value_enum, value_name = "NAME")]
    profile: Option<ProfileName>,

    /// What makes the exit code 1 [default: error].
    #[arg(long, value_enum, value_name = "LEVEL")]
    fail_on: Option<FailOn>,

    /// Show and count only what is not in this report (--format json) of before.
    #[arg(long, value_name = "REPORT")]
    baseline: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Role {
    /// By what is found.
    Auto,
    /// The disk that the machine boots from.
    Os,
    /// A further disk of the offer.
    Data,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Os {
    /// By what is found.
    Auto,
    /// Linux, and what Azure treats like it.
    Linux,
    /// Windows.
    Windows,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Gen {
    /// BIOS.
    #[value(name = "1")]
    One,
    /// UEFI.
    #[value(name = "2")]
    Two,
    /// Not declared.
    Any,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ProfileName {
    /// The published certification FAQ and the self-test tools of its time.
    #[value(name = "faq-2021-09")]
    Faq202109,
    /// Microsoft's open test suite as of August 2026.
    #[value(name = "lisa-2026-08")]
    Lisa202608,
    /// The strictest value that any source states.
    Strict,
}

impl ProfileName {
    pub(super) fn profile(self) -> Profile {
        match self {
            Self::Faq202109 => Profile::Faq202109,
            Self::Lisa202608 => Profile::Lisa202608,
            Self::Strict => Profile::Strict,
        }
    }
}

/// The options and the file, decided.
pub(super) struct Declared<'a> {
    args: &'a Args,
    pub(super) config: &'a Config,
    profile: Choice<ProfileName>,
    fail_on: Choice<FailOn>,
    pub(super) generation: Generation,
    pub(super) os: Option<Guess<OsFamily>>,
    pub(super) advisories: Choice<PathBuf>,
    pub(super) previous: Choice<PathBuf>,
    pub(super) baseline: Choice<PathBuf>,
}

impl<'a> Declared<'a> {
    /// Decides; `advisories` and `previous` are the options of these names.
    pub(super) fn new(
        args: &'a Args,
        config: &'a Config,
        advisories: Option<&PathBuf>,
        previous: Option<&PathBuf>,
    ) -> Self {
        let path = |option: Option<&PathBuf>, name, file| {
            choose(option.cloned(), name, file, |path: &PathBuf| {
                Some(path.clone())
            })
        };
        Self {
            args,
            config,
            profile: choose(
                args.profile,
                "--profile",
                config.profile.as_ref(),
                |word: &String| of_word(word),
            ),
            fail_on: choose(
                args.fail_on,
                "--fail-on",
                config.fail_on.as_ref(),
                |word: &String| of_word(word),
            ),
            generation: match args.generation {
                Some(Gen::One) => Generation::One,
                Some(Gen::Two) => Generation::Two,
                Some(Gen::Any) => Generation::Any,
                None => configuration::generation(config)
                    .map(|said| said.value)
                    .unwrap_or_default(),
            },
            os: match args.os {
                Some(Os::Linux) => Some(OsFamily::Linux.into()),
                Some(Os::Windows) => Some(OsFamily::Windows.into()),
                Some(Os::Auto) => None,
                None => configuration::os(config),
            },
            advisories: path(advisories, "--advisories", config.advisories.as_ref()),
            previous: path(previous, "--previous", config.previous.as_ref()),
            baseline: path(
                args.baseline.as_ref(),
                "--baseline",
                config.baseline.as_ref(),
            ),
        }
    }

    pub(super) fn profile(&self) -> Profile {
        let chosen = self.profile.as_ref();
        chosen.map_or_else(Profile::default, |said| said.value.profile())
    }

    pub(super) fn fail_on(&self) -> FailOn {
        let chosen = self.fail_on.as_ref();
        chosen.map(|said| said.value).unwrap_or_default()
    }

    /// What the disk of this image is for, where somebody said so.
    pub(super) fn role(&self, image: &Path) -> Option<Guess<DiskRole>> {
        match self.args.disk {
            Some(Role::Os) => Some(DiskRole::Os.into()),
            Some(Role::Data) => Some(DiskRole::Data.into()),
            Some(Role::Auto) => None,
            None => configuration::disk_role(self.config, image),
        }
    }

    /// What was declared, and where, for the report.
    pub(super) fn shown(&self) -> v1::Configuration {
        let mut settings = Vec::new();
        let mut add = |name: &str, value: String, from: &str| {
            settings.push(v1::Setting {
                name: name.to_owned(),
                value,
                from: from.to_owned(),
            });
        };
        if let Some(said) = &self.profile {
            add(
                "profile",
                said.value.profile().name().to_owned(),
                &said.from,
            );
        }
        let config = self.config;
        let disk = word(self.args.disk, "--disk", config.disk.as_ref());
        let os = word(self.args.os, "--os", config.os.as_ref());
        let generation = word(
            self.args.generation,
            "--generation",
            config.generation.as_ref(),
        );
        let fail_on = word(self.args.fail_on, "--fail-on", config.fail_on.as_ref());
        for (name, said) in [
            ("disk", disk),
            ("os", os),
            ("generation", generation),
            ("fail-on", fail_on),
        ] {
            if let Some((value, from)) = said {
                add(name, value, &from);
            }
        }
        for (name, said) in [
            ("advisories", &self.advisories),
            ("previous", &self.previous),
            ("baseline", &self.baseline),
        ] {
            if let Some(said) = said {
                add(name, said.value.to_string_lossy().into_owned(), &said.from);
            }
        }
        settings.extend(configuration::settings(config));
        v1::Configuration {
            file: (!config.name.is_empty()).then(|| config.name.clone()),
            settings,
            problems: Vec::new(),
            baseline: None,
        }
    }
}

/// The word that an option or the file says, and which of them.
fn word<T: ValueEnum>(
    option: Option<T>,
    name: &str,
    file: Option<&crate::config::Declared<String>>,
) -> Option<(String, String)> {
    let named = option.and_then(|value| {
        let word = value.to_possible_value()?.get_name().to_owned();
        Some((word, name.to_owned()))
    });
    named.or_else(|| file.map(|file| (file.value.clone(), file.from.clone())))
}
