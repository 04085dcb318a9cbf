//! What the content pass found: what would have to move.

use std::io;

use super::map;
use super::paper::{DIM, Paper};
use super::v1;
use crate::text::{exact, grouped, size};

pub(super) fn content(
    paper: &mut Paper<'_>,
    content: &v1::Content,
    facts: Option<&v1::Facts>,
) -> io::Result<()> {
    paper.heading("Content: what has to move")?;
    let row = |name: &str, bytes: u64, note: &str| {
        vec![
            name.to_owned(),
            size(bytes),
            grouped(bytes),
            note.to_owned(),
        ]
    };
    let mut rows = vec![row(
        "virtual size",
        content.virtual_bytes,
        "bytes of the disk",
    )];
    if let Some(allocated) = facts.and_then(|facts| facts.container.file_allocated) {
        rows.push(row(
            "allocated",
            allocated,
            "taken by the file on this machine",
        ));
    }
    rows.push(row(
        "data extents",
        content.data_bytes,
        "read; the rest are holes",
    ));
    let non_zero = content.non_zero_bytes;
    rows.push(row(
        "non-zero, 512 B",
        non_zero.at_512,
        "pages of a page blob",
    ));
    rows.push(row("non-zero, 4 KiB", non_zero.at_4k, "file system blocks"));
    rows.push(row(
        "non-zero, 2 MiB",
        non_zero.at_2m,
        "what azure-vhd-utils sends",
    ));
    rows.push(row("non-zero, 4 MiB", non_zero.at_4m, "what AzCopy sends"));
    let blocks = format!("blocks of {}, each content once", size(content.block_size));
    rows.push(row("unique", content.unique_bytes, &blocks));
    paper.table(2, &[false, true, true], &rows)?;
    let digest = if content.complete {
        "digest"
    } else {
        "digest of what is at hand"
    };
    paper.labelled(2, digest, 8, DIM, &content.digest)?;
    if !content.complete {
        let reason = content
            .unavailable_reason
            .as_deref()
            .unwrap_or("it could not be read");
        let text = format!(
            "{} are not at hand and count as zeros: {reason}",
            exact(content.unavailable_bytes)
        );
        paper.text(2, &text)?;
    }
    regions(paper, &content.regions)?;
    if let Some(digests) = &content.digests {
        checksums(paper, digests)?;
    }
    if let Some(map) = &content.map {
        let partitions = facts.map_or(&[][..], |facts| &facts.partitions);
        map::map(paper, map, content.virtual_bytes, partitions)?;
    }
    Ok(())
}

/// What lies where.
fn regions(paper: &mut Paper<'_>, regions: &[v1::Region]) -> io::Result<()> {
    if regions.is_empty() {
        return Ok(());
    }
    paper.blank()?;
    let head = [
        "where",
        "size",
        "non-zero, 512 B",
        "data extents",
        "duplicate",
        "",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(regions.iter().map(|region| {
        let missing = match region.unavailable_bytes {
            0 => String::new(),
            bytes => format!("{} missing", size(bytes)),
        };
        vec![
            region.name.clone(),
            size(region.bytes),
            size(region.non_zero_bytes),
            size(region.data_bytes),
            size(region.duplicate_bytes),
            missing,
        ]
    }));
    paper.table(2, &[false, true, true, true, true], &rows)
}

/// What others can check: the file as it lies there, and the disk in it.
fn checksums(paper: &mut Paper<'_>, digests: &v1::Digests) -> io::Result<()> {
    let of = [
        ("of the file", &digests.file),
        ("of the disk", &digests.disk),
    ];
    for (what, digests) in of.into_iter().filter(|(_, digests)| !digests.is_empty()) {
        paper.blank()?;
        paper.text(2, &format!("Checksums {what}:"))?;
        for digest in digests {
            // Never broken: they are there to be copied.
            paper.drawn(4, &format!("{:12}", digest.kind), &digest.hex)?;
            if let Some(base64) = &digest.base64 {
                paper.drawn(4, "Content-MD5 ", base64)?;
            }
        }
    }
    Ok(())
}
