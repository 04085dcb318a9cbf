//! The upload by several programs side by side.

use std::io;

use super::estimate::{bandwidth, basis};
use super::paper::{DIM, Paper};
use super::v1::{PayloadBound, UploaderRow};
use crate::text::{duration, grouped, size};

pub(super) fn uploads(paper: &mut Paper<'_>, rows: &[UploaderRow]) -> io::Result<()> {
    paper.heading("Upload, by the program that uploads: arithmetic on bytes and rates")?;
    let Some(first) = rows.first() else {
        return paper.text(2, "nothing has to be uploaded");
    };
    let line = |name: &str, cell: &dyn Fn(&UploaderRow) -> String| {
        let mut cells = vec![name.to_owned()];
        cells.extend(rows.iter().map(cell));
        cells
    };
    let mut table = vec![
        line("", &|row| row.uploader.to_owned()),
        line("leaves out", &|row| {
            row.zero_unit_bytes.map_or_else(
                || "nothing".to_owned(),
                |unit| format!("{} zeros", size(unit)),
            )
        }),
        line("payload", &|row| {
            format!("{}{}", at_bound(row.bound), size(row.payload_bytes))
        }),
        line("requests", &|row| grouped(row.requests)),
    ];
    for (at, time) in first.times.iter().enumerate() {
        let name = format!("at {}", bandwidth(time.bits_per_second));
        table.push(line(&name, &|row| {
            row.times.get(at).map_or_else(String::new, |time| {
                let limit = time.limited_by;
                let short = limit.strip_prefix("blob ").unwrap_or(limit);
                format!("{}, {short}", duration(time.time.seconds))
            })
        }));
    }
    table.push(line("never below", &|row| duration(row.floor.seconds)));
    paper.table(2, &[], &table)?;
    legend(paper, first)?;
    for row in rows {
        if let Some(refusal) = &row.refusal {
            let text = format!(
                "{} cannot upload this disk: {} ({}); its figures only compare",
                row.uploader,
                refusal.reason,
                basis(&refusal.provenance)
            );
            paper.text(2, &text)?;
        }
    }
    Ok(())
}

/// What the words in the table mean, and what its rows rest on.
fn legend(paper: &mut Paper<'_>, row: &UploaderRow) -> io::Result<()> {
    let blob = format!(
        "behind each time what keeps it from being shorter: your bandwidth, the throughput of one \
         page blob ({} a second, {}), or the requests that it takes ({} a second)",
        size(row.blob_bytes_per_second),
        basis(&row.blob_limits_provenance),
        grouped(u64::from(row.blob_requests_per_second))
    );
    paper.labelled(2, "-", 2, DIM, &blob)?;
    if let Some(time) = row.times.first() {
        let text = format!(
            "the times are {}: {}",
            basis(&time.time.provenance),
            time.time.provenance.source
        );
        paper.labelled(2, "-", 2, DIM, &text)?;
    }
    Ok(())
}

fn at_bound(bound: PayloadBound) -> &'static str {
    match bound {
        PayloadBound::Exact => "",
        PayloadBound::AtMost => "at most ",
        PayloadBound::AtLeast => "at least ",
        PayloadBound::Unknown => "about ",
    }
}
