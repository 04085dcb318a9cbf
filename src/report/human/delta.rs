//! The disk against the version that was published before.

use std::io;

use super::paper::{BOLD, DIM, Paper};
use super::v1;
use crate::text::{size, size_exact};

/// The section, where a previous version was named.
pub(super) fn section(paper: &mut Paper<'_>, image: &v1::Image) -> io::Result<()> {
    let delta = image
        .content
        .as_ref()
        .and_then(|content| content.delta.as_ref());
    let unknown = image
        .facts
        .iter()
        .flat_map(|facts| &facts.unknown)
        .find(|unknown| unknown.fact == "content.delta");
    if delta.is_none() && unknown.is_none() {
        return Ok(());
    }
    paper.heading("Against the previous version")?;
    match (delta, unknown) {
        (Some(delta), _) => compared(paper, delta),
        (None, Some(unknown)) => {
            paper.text(2, &format!("could not be compared: {}", unknown.reason))
        }
        (None, None) => Ok(()),
    }
}

pub(super) fn compared(paper: &mut Paper<'_>, delta: &v1::Delta) -> io::Result<()> {
    paper.labelled(2, "previous", 10, DIM, &delta.previous)?;
    if delta.previous_bytes != delta.current_bytes {
        let text = format!(
            "{} before, {} now",
            size_exact(delta.previous_bytes),
            size_exact(delta.current_bytes)
        );
        paper.labelled(2, "disk", 10, DIM, &text)?;
    }
    if delta.identical {
        paper.labelled(2, "content", 10, BOLD, "same content, to the last byte")?;
    } else {
        table(paper, delta)?;
        paper.text(
            2,
            "Blocks of 64 KiB that are not zero. Moved ones are changed or added, but their \
             content was elsewhere on the previous disk; new is the rest of those.",
        )?;
    }
    for note in &delta.notes {
        let text = match note.provenance.date {
            Some(date) => format!("{} ({}, {date})", note.text, note.provenance.source),
            None => note.text.clone(),
        };
        paper.labelled(2, "-", 2, DIM, &text)?;
    }
    Ok(())
}

/// A row for each part of the disk. Where there is one part only, its row would repeat the total.
fn table(paper: &mut Paper<'_>, delta: &v1::Delta) -> io::Result<()> {
    let head = [
        "where",
        "unchanged",
        "changed",
        "added",
        "removed",
        "moved",
        "new",
        "",
    ];
    let row = |name: &str, bytes: &v1::DeltaBytes| {
        let cell = |bytes: u64| match bytes {
            0 => "-".to_owned(),
            bytes => size(bytes),
        };
        vec![
            name.to_owned(),
            cell(bytes.unchanged_bytes),
            cell(bytes.changed_bytes),
            cell(bytes.added_bytes),
            cell(bytes.removed_bytes),
            cell(bytes.moved_bytes),
            cell(bytes.new_content_bytes),
            String::new(),
        ]
    };
    let mut rows = vec![head.map(str::to_owned).to_vec(), row("disk", &delta.total)];
    rows.extend(delta.regions.iter().map(|region| {
        row(
            region.name.trim_end_matches(" of any partition"),
            &region.bytes,
        )
    }));
    paper.table(2, &[false, true, true, true, true, true, true], &rows)
}
