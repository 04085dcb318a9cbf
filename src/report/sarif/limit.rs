//! What fits into GitHub's code scanning: so many results, so many bytes.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::super::json;
use super::log::Log;
use super::notes;
use super::results::Ranked;

/// Results that GitHub keeps of a run; it refuses a file with 25,000.
pub(super) const RESULTS: usize = 5000;
/// Bytes of the compressed file that GitHub accepts: 10 MB, taken as powers of ten.
pub(super) const BYTES: u64 = 10_000_000;

/// Puts the results into the run: all of them if they fit, else the gravest.
///
/// # Errors
/// What the serializer says.
pub(super) fn fill(log: &mut Log, results: Vec<Ranked>) -> io::Result<()> {
    fill_up_to(log, results, RESULTS, BYTES)
}

/// The same for other limits.
pub(super) fn fill_up_to(
    log: &mut Log,
    results: Vec<Ranked>,
    most: usize,
    bytes: u64,
) -> io::Result<()> {
    // In the order of their gravity; the number brings them back into that of the report.
    let mut kept: Vec<_> = results.into_iter().enumerate().collect();
    kept.sort_by_key(|(number, ranked)| (ranked.rank, *number));
    let mut lost: Vec<Ranked> = Vec::new();
    let mut room = most;
    loop {
        let beyond = kept.split_off(room.min(kept.len()));
        lost.extend(beyond.into_iter().map(|(_, ranked)| ranked));
        kept.sort_by_key(|(number, _)| *number);
        let numbers: Vec<_> = kept
            .iter()
            .map(|(number, ranked)| (*number, ranked.rank))
            .collect();
        let [run] = &mut log.runs;
        let [invocation] = &mut run.invocations;
        let said = invocation.tool_execution_notifications.len();
        run.results = kept.into_iter().map(|(_, ranked)| ranked.result).collect();
        if !lost.is_empty() {
            invocation
                .tool_execution_notifications
                .push(notes::cut(&lost));
        }
        if run.results.is_empty() || compressed_size(log)? <= bytes {
            return Ok(());
        }
        // The texts of hostile images may be long: half of them, until they fit.
        let [run] = &mut log.runs;
        let [invocation] = &mut run.invocations;
        invocation.tool_execution_notifications.truncate(said);
        room = run.results.len() / 2;
        let results = std::mem::take(&mut run.results).into_iter().zip(numbers);
        kept = results
            .map(|(result, (number, rank))| (number, Ranked { rank, result }))
            .collect();
        kept.sort_by_key(|(number, ranked)| (ranked.rank, *number));
    }
}

/// Bytes of the document when it is compressed as for an upload.
fn compressed_size(log: &Log) -> io::Result<u64> {
    let mut encoder = GzEncoder::new(Count(0), Compression::fast());
    json::write(&mut encoder, log)?;
    Ok(encoder.finish()?.0)
}

/// Counts what is written.
struct Count(u64);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self
            .0
            .saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
