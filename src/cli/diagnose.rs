//! `vhd-preflight diagnose`: what a failure message means, and which of its causes an image shows.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::configuration::{self, of_word};
use super::declared::ProfileName;
use super::exit::Exit;
use super::interrupt;
use super::output::{self, Failure, Target};
use super::progress::Bar;
use crate::config::Config;
use crate::diagnose::{self, LONGEST_TEXT};
use crate::inspect::{Measure, Options, inspect_file};
use crate::report::v1::{DiagnosedText, TextKind};
use crate::report::{build, diagnosis, human, json, v1};
use crate::rules::{Profile, not_checked, registry};

/// Explains failure messages: what each means, its causes, the evidence to look for, the fix.
///
/// Takes whatever holds the message: an error of Azure with all its JSON, the text of a report of
/// Partner Center, the answer of the self-test, a log of LISA, a serial log, a code
/// (OSProvisioningTimedOut), or a clause of the certification policies (200.3.3.1). Case, quotes,
/// line breaks, names, numbers and addresses in it do not matter.
///
/// With --image the rules behind the messages look at that image, and the answer says which of the
/// causes it shows, with the evidence, or that it shows none, and what remains.
#[derive(clap::Args)]
#[command(after_long_help = AFTER)]
pub(super) struct Args {
    /// The text; or the name of a file that holds it; or - for standard input, which is also read
    /// when nothing is given.
    #[arg(value_name = "TEXT|-|FILE")]
    text: Vec<String>,

    /// Say which of the causes this image shows.
    #[arg(long, value_name = "IMAGE")]
    image: Option<PathBuf>,

    /// The dated set of thresholds to judge the image by; else what the configuration says.
    #[arg(long, value_enum, value_name = "NAME", requires = "image")]
    profile: Option<ProfileName>,

    /// Leave the content pass over the image out: a second instead of minutes, but rules that need
    /// the content stay undetermined.
    #[arg(long, requires = "image")]
    no_scan: bool,

    #[command(flatten)]
    configuration: configuration::Args,

    /// Form of the output.
    #[arg(long, value_enum, default_value_t)]
    format: Form,

    /// Write to FILE instead of standard output; it appears when it is whole.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

const AFTER: &str = "\
Exit codes:
  0  at least one message was recognised
  1  nothing was recognised; what comes nearest is shown
  2  the text or the image cannot be read

Examples:
  vhd-preflight diagnose \"Only blobs formatted as VHDs can be imported.\"
  vhd-preflight diagnose 200.3.3.1
  vhd-preflight diagnose serial.log --image disk.vhd
  az vm create ... 2>&1 | vhd-preflight diagnose - --format markdown";

#[derive(Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Form {
    /// For people.
    #[default]
    Human,
    /// For programs; `vhd-preflight schema diagnose` prints its JSON Schema.
    Json,
    /// Markdown, for a ticket.
    Markdown,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let (input, text) = read(args)?;
    let mut inputs: Vec<PathBuf> = args.image.iter().cloned().collect();
    inputs.extend(input.path.as_deref().map(PathBuf::from));
    let target = Target::new(args.output.as_deref(), &inputs)?;
    let found = diagnose::diagnose(&text);
    let image = match &args.image {
        Some(path) if !found.matches.is_empty() => Some(judge(args, path)?),
        _ => None,
    };
    let image = image
        .as_ref()
        .map(|(image, profile)| (image, profile.name()));
    let document = build::diagnosis(input, &found, image);
    interrupt::check()?;
    let width = match args.output {
        Some(_) => human::WIDTH,
        None => output::width(),
    };
    target.write(|out| match args.format {
        Form::Human => human::diagnosis(out, &document, width),
        Form::Json => json::write(out, &document),
        Form::Markdown => diagnosis::markdown(out, &document),
    })?;
    Ok(if document.messages.is_empty() {
        Exit::Blocking
    } else {
        Exit::Clean
    })
}

/// The text, and where it came from.
fn read(args: &Args) -> Result<(DiagnosedText, String), Failure> {
    match args.text.as_slice() {
        [] if io::stdin().is_terminal() => Err(Failure::new(
            "nothing to diagnose: give the message, a file that holds it, or - for standard input",
        )),
        [] => bounded(TextKind::StandardInput, None, io::stdin().lock()),
        [one] if one == "-" => bounded(TextKind::StandardInput, None, io::stdin().lock()),
        [one] if Path::new(one).exists() => {
            let cannot = |error| Failure::new(format!("{one}: cannot be read: {error}"));
            if Path::new(one).is_dir() {
                return Err(Failure::new(format!("{one}: is a directory, not a text")));
            }
            let file = File::open(one).map_err(cannot)?;
            bounded(TextKind::File, Some(one), file)
        }
        words => {
            let text = words.join(" ");
            if words.len() == 1 && looks_like_a_file(&text) {
                output::note(&format!(
                    "there is no file {text}; it is taken as the message itself"
                ));
            }
            bounded(TextKind::Argument, None, text.as_bytes())
        }
    }
}

/// Whether one probably meant a file: one word with a folder or an ending of a log.
fn looks_like_a_file(text: &str) -> bool {
    const ENDINGS: [&str; 4] = [".log", ".txt", ".json", ".out"];
    !text.contains(char::is_whitespace) && ENDINGS.iter().any(|ending| text.ends_with(ending))
}

fn bounded(
    kind: TextKind,
    path: Option<&String>,
    reader: impl Read,
) -> Result<(DiagnosedText, String), Failure> {
    let mut bytes = Vec::new();
    reader
        .take(LONGEST_TEXT.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| {
            let name = path.map_or("standard input", String::as_str);
            Failure::new(format!("{name}: cannot be read: {error}"))
        })?;
    let limit = usize::try_from(LONGEST_TEXT).unwrap_or(usize::MAX);
    let truncated = bytes.len() > limit;
    bytes.truncate(limit);
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let text = decoded(bytes);
    if text.trim().is_empty() {
        return Err(Failure::new(match kind {
            TextKind::File => format!(
                "{}: there is no text in it",
                path.map_or("the file", String::as_str)
            ),
            TextKind::StandardInput => "standard input holds no text: most programs write their \
                                        errors to standard error, which 2>&1 sends into the pipe"
                .to_owned(),
            TextKind::Argument => "nothing to diagnose: the text is empty".to_owned(),
        }));
    }
    let input = DiagnosedText {
        kind,
        path: path.cloned(),
        bytes: length,
        truncated,
        self_tests: None,
    };
    Ok((input, text))
}

/// The text of `bytes`: UTF-8, or UTF-16 where a byte order mark says so, as in what PowerShell's
/// redirection writes. What is neither has marks in place of the bytes that are no text.
fn decoded(bytes: Vec<u8>) -> String {
    let units = |pairs: &[u8], join: fn([u8; 2]) -> u16| -> String {
        let units = pairs.as_chunks::<2>().0.iter().map(|pair| join(*pair));
        char::decode_utf16(units)
            .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    };
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => units(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        },
    }
}

fn judge(args: &Args, path: &Path) -> Result<(v1::Image, Profile), Failure> {
    let (config, _) = args.configuration.load()?;
    let profile = profile(args, &config);
    let progress = Bar::new(&path.to_string_lossy(), true);
    let options = Options {
        scan: !args.no_scan,
        role: configuration::disk_role(&config, path),
        os: configuration::os(&config),
        generation: configuration::generation(&config)
            .map(|said| said.value)
            .unwrap_or_default(),
        offer: configuration::offer(&config),
        measure: Measure {
            cancel: Some(interrupt::watch()),
            ..Measure::default()
        },
        progress: &progress,
        ..Options::default()
    };
    let inspection =
        inspect_file(path, &options).map_err(|error| Failure::new(error.to_string()))?;
    let image = build::image(&build::Judged {
        inspection: &inspection,
        outcomes: &registry::judge(&inspection, profile, &[]),
        not_checked: &not_checked::list(&inspection),
        inputs: None,
        previous: None,
    });
    Ok((image, profile))
}

fn profile(args: &Args, config: &Config) -> Profile {
    let declared = || of_word(&config.profile.as_ref()?.value);
    args.profile
        .or_else(declared)
        .map_or_else(Profile::default, ProfileName::profile)
}
