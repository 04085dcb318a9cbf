//! `vhd-preflight inspect`: facts without opinions.

use std::path::Path;

use super::args::{Format, Images, Output};
use super::configuration;
use super::exit::Exit;
use super::output::{self, Failure, Target};
use crate::inspect::{Options, inspect_file};
use crate::report::{build, human, json};

/// Shows what is in images, without opinions: every field with its offset, bytes and meaning.
///
/// All copies of the footer, the dynamic disk header, the block allocation table summed up, every
/// size that the file states and who believes it, parents, the partition table, the volumes with
/// their file systems, and what the files of a Linux guest say, or the registry and the files of
/// Windows, each with its place. The content pass is left out.
#[derive(clap::Args)]
#[command(after_long_help = "\
Exit codes:
  0  every image was read
  2  an image could not be read, or changed while it was")]
pub(super) struct Args {
    #[command(flatten)]
    images: Images,

    #[command(flatten)]
    output: Output,

    #[command(flatten)]
    configuration: configuration::Args,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let images = args.images.selected()?;
    let inputs = args.images.files(&images, None);
    let target = Target::new(args.output.output.as_deref(), &inputs)?;
    let (config, file) = args.configuration.load()?;
    if let Some(file) = &file {
        target.refuse_read("the configuration", file)?;
    }
    let options = |path: &Path| Options {
        io: args.images.io.into(),
        parents: args.images.parents.clone(),
        role: configuration::disk_role(&config, path),
        os: configuration::os(&config),
        generation: configuration::generation(&config)
            .map(|said| said.value)
            .unwrap_or_default(),
        scan: false,
        ..Options::default()
    };
    let inspected: Vec<_> = images
        .iter()
        .map(|path| {
            (
                path.to_string_lossy().into_owned(),
                inspect_file(path, &options(path)),
            )
        })
        .collect();
    for error in inspected
        .iter()
        .filter_map(|(_, result)| result.as_ref().err())
    {
        output::error(&error.to_string());
    }
    let document = build::inspect(&inspected);
    target.write(|out| match args.output.format {
        Format::Json => json::write(out, &document),
        Format::Human => human::inspect(out, &document, args.output.width()),
    })?;
    let whole = inspected.iter().all(|(_, result)| result.is_ok());
    Ok(if whole { Exit::Clean } else { Exit::NoWork })
}
