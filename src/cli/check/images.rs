//! The images of a call: each looked at and judged, small ones side by side.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use super::super::declared::Declared;
use super::super::many::{Means, Share};
use super::super::output::{self, Failure};
use super::super::progress::Bars;
use super::super::{configuration, content, interrupt, previous};
use super::Args;
use crate::advisories::Feed;
use crate::estimate::Observation;
use crate::inspect::{InspectError, Inspection, Measure, Options, inspect_file, unique_id};
use crate::report::{build, v1};
use crate::rules::{Sibling, not_checked, registry};
use crate::scan::{DigestCost, NoProgress, Progress};

/// What is said of an image, and what was read for it.
pub(super) struct Checked {
    pub(super) said: v1::Image,
    pub(super) parents: Vec<PathBuf>,
}

/// What every image of a call is looked at by.
pub(super) struct Asked<'a> {
    pub(super) args: &'a Args,
    pub(super) declared: &'a Declared<'a>,
    pub(super) feed: Option<&'a Feed>,
    pub(super) observations: &'a [Observation],
    /// Cells of the map; 0 where none is drawn.
    pub(super) cells: usize,
}

impl Args {
    fn options<'a>(
        &self,
        declared: &Declared<'_>,
        image: &Path,
        measure: Measure<'a>,
        progress: &'a dyn Progress,
    ) -> Options<'a> {
        Options {
            io: self.images.io.into(),
            parents: self.images.parents.clone(),
            role: declared.role(image),
            os: declared.os.clone(),
            generation: declared.generation,
            offer: configuration::offer(declared.config),
            scan: !self.no_scan,
            measure,
            advisories: None,
            progress,
        }
    }
}

/// All images, each inspected and judged before its facts are let go: what is kept of an image is
/// what is said of it. Only the unique ids are read beforehand, as what one image is worth may
/// depend on the others of the offer.
pub(super) fn check_all(asked: &Asked<'_>, images: &[PathBuf]) -> Result<Vec<Checked>, Failure> {
    let (args, declared) = (asked.args, asked.declared);
    let digests = args.beside.digests(args.content.digests());
    let measure = Measure {
        threads: args.content.threads,
        digests: &digests,
        cancel: Some(interrupt::watch()),
        map_cells: asked.cells,
        ..Measure::default()
    };
    let announce: Option<&(dyn Fn(&DigestCost) + Sync)> =
        (!args.quiet).then_some(&content::announce);
    let previous = match &declared.previous {
        Some(said) => {
            let measure = Measure {
                announce: announce.map(|announce| announce as _),
                ..measure
            };
            let options = args.options(declared, &said.value, measure, &NoProgress);
            Some(previous::load(&said.value, &options, args.quiet)?)
        }
        None => None,
    };
    let glances = glance(args, images);
    let bars = Bars::new(!args.quiet);
    let means = Means {
        threads: args.content.threads,
        scan: !args.no_scan,
    };
    let (threads, cells) = (args.content.threads, asked.cells);
    means.each(images, |at, share| {
        interrupt::check()?;
        let path = images.get(at).map_or(Path::new(""), PathBuf::as_path);
        let name = path.to_string_lossy();
        // What could not be opened a moment ago was said, and is not tried again.
        if let Some((_, Err(error))) = glances.get(at) {
            return Ok(failed(&name, error));
        }
        let progress = bars.bar(&name);
        let measure = Measure {
            threads: match share {
                Share::Whole => threads,
                Share::OneThread => NonZeroUsize::new(1),
            },
            digests: &digests,
            // What a small image costs is over before it is read.
            announce: announce
                .filter(|_| share == Share::Whole)
                .map(|announce| announce as _),
            cancel: Some(interrupt::watch()),
            map_cells: cells,
            previous: previous.as_ref(),
            ..Measure::default()
        };
        let options = Options {
            advisories: asked.feed,
            ..args.options(declared, path, measure, &progress)
        };
        match inspect_file(path, &options) {
            Ok(inspection) => Ok(judged(asked, &inspection, &siblings(&glances, at))),
            // The images that are left are not begun: one message is enough.
            Err(error @ InspectError::Interrupted { .. }) => Err(Failure::new(error.to_string())),
            Err(error) => {
                bars.aside(|| output::error(&error.to_string()));
                Ok(failed(&name, &error))
            }
        }
    })
}

/// What is known of an image before it is inspected.
type Glance = (String, Result<Option<[u8; 16]>, InspectError>);

/// The unique ids of several images, and at once what cannot be opened: a name that is misspelt
/// must not be told after hours. One image has no others to be compared with.
fn glance(args: &Args, images: &[PathBuf]) -> Vec<Glance> {
    if images.len() < 2 {
        return Vec::new();
    }
    images
        .iter()
        .map(|path| {
            let id = unique_id(path, args.images.io.into());
            if let Err(error) = &id {
                output::error(&error.to_string());
            }
            (path.to_string_lossy().into_owned(), id)
        })
        .collect()
}

/// The images beside the one at position `at`.
fn siblings(glances: &[Glance], at: usize) -> Vec<Sibling> {
    let others = glances.iter().enumerate().filter(|(other, _)| *other != at);
    others
        .filter_map(|(_, (name, id))| {
            Some(Sibling {
                name: name.clone(),
                unique_id: *id.as_ref().ok()?,
            })
        })
        .collect()
}

fn failed(name: &str, error: &InspectError) -> Checked {
    Checked {
        said: build::failed_image(name, error),
        parents: Vec::new(),
    }
}

fn judged(asked: &Asked<'_>, inspection: &Inspection, siblings: &[Sibling]) -> Checked {
    let inputs = asked.args.estimate.inputs(inspection, asked.observations);
    let previous = asked.declared.previous.as_ref();
    let chain = inspection.container.vhd().map(|vhd| vhd.chain.as_slice());
    let parents = chain.unwrap_or_default().iter();
    Checked {
        parents: parents.map(|link| PathBuf::from(&link.path)).collect(),
        said: build::image(&build::Judged {
            inspection,
            outcomes: &registry::judge(inspection, asked.declared.profile(), siblings),
            not_checked: &not_checked::list(inspection),
            inputs: inputs.as_ref(),
            previous: previous.map(|said| &*said.value),
        }),
    }
}
