//! `vhd-preflight history add`: one record.

use std::path::Path;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Published, place};
use crate::cli::exit::Exit;
use crate::cli::output::{self, Failure};
use crate::estimate::PhaseKind;
use crate::history::{History, Record};
use crate::text::{counted, safe};

/// Adds one observation: how long a phase took.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The phase that ended.
    #[arg(
        long,
        value_name = "PHASE",
        value_parser = PossibleValuesParser::new(PhaseKind::ALL.map(PhaseKind::word))
            .try_map(|word| PhaseKind::from_word(&word).ok_or("no phase"))
    )]
    phase: PhaseKind,

    /// Hours that it took, such as 61.5.
    #[arg(long, value_name = "HOURS")]
    hours: f64,

    /// The day on which it ended, such as 2026-05-12 [default: today, by UTC].
    #[arg(long, value_name = "DATE")]
    date: Option<Date>,

    #[command(flatten)]
    published: Published,

    /// Where you took the duration from, for yourself: without addresses that hold a signature.
    #[arg(long, default_value = "entered by hand", value_name = "TEXT")]
    source: String,
}

pub(super) fn run(args: &Args, file: Option<&Path>) -> Result<Exit, Failure> {
    let Some((virtual_bytes, payload_bytes)) = args.published.sizes() else {
        return Err(Failure::new(
            "--virtual-bytes and --payload-bytes are needed: a line by size is tried when there \
             are enough observations (`vhd-preflight estimate` shows both of an image)",
        ));
    };
    let record = Record {
        date: args
            .date
            .unwrap_or_else(|| jiff::Timestamp::now().to_zoned(TimeZone::UTC).date()),
        change: args.published.change.change(),
        virtual_bytes,
        payload_bytes,
        regions: args.published.regions,
        phase: args.phase,
        hours: args.hours,
        source: args.source.clone(),
    };
    // The option is named, not the place in a list of one.
    record.check().map_err(|bad| {
        let option = bad.field.replace('_', "-");
        Failure::new(format!(
            "--{option}: found {}, expected {}; nothing was written",
            bad.found, bad.expected
        ))
    })?;
    let history = History::at(place::to_write(file)?);
    history
        .add(std::slice::from_ref(&record))
        .map_err(|error| Failure::new(error.to_string()))?;
    let records = history
        .records()
        .map_err(|error| Failure::new(error.to_string()))?;
    let alike = records
        .iter()
        .filter(|other| (other.phase, other.change) == (record.phase, record.change))
        .count() as u64;
    output::to_stdout(|out| {
        writeln!(
            out,
            "added to {}: {} of {} ({})",
            safe(&history.path().to_string_lossy()),
            counted(alike, "observation"),
            record.phase.name(),
            record.change.word()
        )
    })?;
    Ok(Exit::Clean)
}
