//! `vhd-preflight history import`: records out of another file.

use std::fs::File;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use super::{Published, place};
use crate::cli::exit::Exit;
use crate::cli::output::{self, Failure};
use crate::history::{About, Added, History, Import, ImportError, MOST_FILE_BYTES, import};
use crate::text::{counted, safe};

/// Takes records over: from another history, or from the status JSON of an offer.
///
/// A status (Cloud Partner Portal API: Retrieve offer status, or Retrieve operations) holds the
/// times of the steps, but not what was published: for it the sizes have to be given. Nothing is
/// taken from a file that is understood in part only, and a record that is there already is not
/// added again.
#[derive(clap::Args)]
pub(super) struct Args {
    /// A history (one JSON object a line) or a status (JSON with `steps`).
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    published: Published,

    /// For a status: where you took it from, for yourself.
    #[arg(long, default_value = "status of the offer", value_name = "TEXT")]
    source: String,
}

pub(super) fn run(args: &Args, file: Option<&Path>) -> Result<Exit, Failure> {
    let about = args
        .published
        .sizes()
        .map(|(virtual_bytes, payload_bytes)| About {
            change: args.published.change.change(),
            virtual_bytes,
            payload_bytes,
            regions: args.published.regions,
            source: args.source.clone(),
        });
    let bytes = read(&args.file)
        .map_err(|error| Failure::new(format!("{}: {error}", args.file.display())))?;
    let found = import(&bytes, about.as_ref()).map_err(|error| {
        let hint = match error {
            ImportError::AboutMissing => " (--virtual-bytes, --payload-bytes)",
            _ => "",
        };
        Failure::new(format!("{}: {error}{hint}", args.file.display()))
    })?;
    let history = History::at(place::to_write(file)?);
    let added = history
        .import(&found.records)
        .map_err(|error| Failure::new(error.to_string()))?;
    output::to_stdout(|out| say(out, history.path(), added, &found))?;
    Ok(Exit::Clean)
}

/// The file, but no more of it than is imported at once.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    // Asked before it is opened: a pipe that nobody writes to would never let go.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("is not a regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MOST_FILE_BYTES + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn say(out: &mut dyn Write, path: &Path, added: Added, found: &Import) -> io::Result<()> {
    writeln!(
        out,
        "{}: added {}, {} there already",
        safe(&path.to_string_lossy()),
        counted(added.added as u64, "record"),
        added.already_there
    )?;
    for step in &found.left_out {
        writeln!(
            out,
            "  left out: {}: {}",
            safe(step.step),
            safe(step.reason)
        )?;
    }
    Ok(())
}
