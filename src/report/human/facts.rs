//! All facts of an image: for `-v`, and for `inspect`.

use std::io;

use super::paper::{BOLD, DIM, Paper};
use super::{v1, volumes};
use crate::text::{exact, grouped, size, size_exact};

pub(super) fn facts(paper: &mut Paper<'_>, facts: &v1::Facts) -> io::Result<()> {
    container(paper, &facts.container)?;
    disk(paper, facts)?;
    if let Some(table) = &facts.partition_table {
        partition_table(paper, table, &facts.partitions)?;
    }
    volumes::volumes(paper, &facts.volumes)?;
    if let Some(guest) = &facts.guest {
        volumes::guest(paper, guest)?;
    }
    if !facts.unknown.is_empty() {
        paper.heading("Not known")?;
        for unknown in &facts.unknown {
            paper.labelled(2, unknown.fact, 20, DIM, &unknown.reason)?;
        }
    }
    Ok(())
}

fn container(paper: &mut Paper<'_>, container: &v1::Container) -> io::Result<()> {
    paper.heading("File")?;
    paper.labelled(2, "kind", 12, DIM, container.kind)?;
    if let Some(evidence) = container.recognised_by {
        paper.labelled(2, "known by", 12, DIM, evidence)?;
    }
    if let Some(layout) = container.layout {
        paper.labelled(2, "layout", 12, DIM, layout)?;
    }
    paper.labelled(2, "length", 12, DIM, &size_exact(container.file_length))?;
    if let Some(allocated) = container.file_allocated {
        paper.labelled(2, "allocated", 12, DIM, &size_exact(allocated))?;
    }
    for footer in &container.footers {
        let used = if footer.used {
            ", the disk is read by it"
        } else {
            ""
        };
        let sound = if footer.sound { "sound" } else { "not sound" };
        let title = format!(
            "Footer ({}) at byte {}: {sound}{used}",
            footer.place,
            grouped(footer.offset)
        );
        paper.heading(&title)?;
        fields(paper, &footer.fields)?;
    }
    if let Some(header) = &container.dynamic_header {
        paper.heading(&format!(
            "Dynamic disk header at byte {}",
            grouped(header.offset)
        ))?;
        fields(paper, &header.fields)?;
    }
    if let Some(problem) = &container.dynamic_header_problem {
        paper.heading("Dynamic disk header")?;
        paper.text(2, problem)?;
    }
    table(paper, container)?;
    if !container.stated_sizes.is_empty() {
        paper.heading("Stated sizes, and who believes them")?;
        let rows: Vec<_> = container
            .stated_sizes
            .iter()
            .map(|size| {
                vec![
                    size.from.to_owned(),
                    grouped(size.bytes),
                    size.readers.to_owned(),
                ]
            })
            .collect();
        paper.table(2, &[false, true], &rows)?;
    }
    parent(paper, container)
}

/// Place, name and meaning of every field; the bytes themselves on a line of their own where they
/// are not what is read anyway.
fn fields(paper: &mut Paper<'_>, fields: &[v1::Field]) -> io::Result<()> {
    let rows: Vec<_> = fields
        .iter()
        .map(|field| {
            let meaning = format!("{}  {}", field.raw, field.meaning);
            vec![grouped(field.offset), field.name.to_owned(), meaning]
        })
        .collect();
    paper.table(2, &[true, false], &rows)
}

fn table(paper: &mut Paper<'_>, container: &v1::Container) -> io::Result<()> {
    if let Some(problem) = &container.block_allocation_table_problem {
        paper.heading("Block allocation table")?;
        paper.text(2, problem)?;
    }
    let Some(table) = &container.block_allocation_table else {
        return Ok(());
    };
    paper.heading(&format!(
        "Block allocation table at byte {}",
        grouped(table.offset)
    ))?;
    let entries = format!(
        "{} promised, {} needed, {} read, {} with a block",
        grouped(table.max_entries),
        grouped(table.needed),
        grouped(table.read),
        grouped(table.allocated)
    );
    paper.labelled(2, "entries", 12, DIM, &entries)?;
    if let (Some(first), Some(end)) = (table.first_byte, table.end_byte) {
        let blocks = format!("from byte {} to byte {}", grouped(first), grouped(end));
        paper.labelled(2, "blocks", 12, DIM, &blocks)?;
    }
    if table.bad_count > 0 {
        let count = format!("{} out of place", grouped(table.bad_count));
        paper.labelled(2, "bad", 12, DIM, &count)?;
        for bad in &table.bad {
            let text = format!(
                "block {} at sector {}: {}",
                bad.block, bad.sector, bad.problem
            );
            paper.text(4, &text)?;
        }
    }
    if let Some(bitmaps) = &container.bitmaps {
        let text = format!(
            "{} blocks compared; {} sectors hold data that their bitmap denies",
            grouped(bitmaps.blocks),
            grouped(bitmaps.unmarked_sectors)
        );
        paper.labelled(2, "bitmaps", 12, DIM, &text)?;
    }
    Ok(())
}

fn parent(paper: &mut Paper<'_>, container: &v1::Container) -> io::Result<()> {
    let Some(parent) = &container.parent else {
        return Ok(());
    };
    paper.heading("Parent")?;
    paper.labelled(2, "unique id", 12, DIM, &parent.unique_id)?;
    paper.labelled(2, "name", 12, DIM, &format!("\"{}\"", parent.name))?;
    for locator in &parent.locators {
        paper.labelled(2, "locator", 12, DIM, &locator.entry)?;
        let text = match (&locator.path, &locator.problem) {
            (Some(path), _) => path.clone(),
            (None, problem) => problem.clone().unwrap_or_default(),
        };
        paper.labelled(2, "", 12, DIM, &text)?;
    }
    let found = parent.found.as_deref().unwrap_or("no file that is it");
    paper.labelled(2, "found", 12, DIM, found)?;
    for rejected in &parent.rejected {
        let text = format!("{}: {}", rejected.path, rejected.reason);
        paper.labelled(2, "not it", 12, DIM, &text)?;
    }
    for link in &container.chain {
        let problem = link
            .problem
            .as_deref()
            .map(|problem| format!(": {problem}"));
        let text = format!(
            "{} ({}){}",
            link.path,
            link.layout,
            problem.unwrap_or_default()
        );
        paper.labelled(2, "chain", 12, DIM, &text)?;
    }
    Ok(())
}

fn disk(paper: &mut Paper<'_>, facts: &v1::Facts) -> io::Result<()> {
    let disk = &facts.disk;
    paper.heading("Disk")?;
    if let Some(bytes) = disk.size {
        paper.labelled(2, "size", 12, DIM, &size_exact(bytes))?;
    }
    let choice = |choice: &v1::Choice| format!("{}: {}", choice.value, choice.why);
    paper.labelled(2, "role", 12, DIM, &choice(&disk.role))?;
    let os = disk
        .os
        .as_ref()
        .map_or_else(|| "not known".to_owned(), choice);
    paper.labelled(2, "system", 12, DIM, &os)?;
    paper.labelled(2, "generation", 12, DIM, disk.generation)
}

fn partition_table(
    paper: &mut Paper<'_>,
    table: &v1::PartitionTable,
    partitions: &[v1::Partition],
) -> io::Result<()> {
    paper.heading("Partition table")?;
    paper.labelled(2, "scheme", 12, DIM, table.scheme)?;
    if table.scheme != "none" {
        paper.labelled(
            2,
            "sectors of",
            12,
            DIM,
            &exact(u64::from(table.sector_size)),
        )?;
    }
    if let Some(guid) = &table.disk_guid {
        paper.labelled(2, "disk GUID", 12, DIM, guid)?;
    }
    if let Some(signature) = &table.disk_signature {
        paper.labelled(2, "signature", 12, DIM, signature)?;
    }
    if let Some(mbr) = &table.mbr {
        let mut words = vec![if mbr.boot_code {
            "with boot code"
        } else {
            "no boot code"
        }];
        words.extend(mbr.protective.then_some("protects a GPT"));
        words.extend(mbr.hybrid.then_some("hybrid"));
        paper.labelled(2, "MBR", 12, DIM, &words.join(", "))?;
    }
    for part in partitions {
        partition(paper, part)?;
    }
    for header in &table.gpt_headers {
        gpt_header(paper, header)?;
    }
    for difference in &table.gpt_differences {
        paper.labelled(2, "copies", 12, DIM, difference)?;
    }
    for overlap in &table.overlaps {
        let text = format!(
            "partitions {} and {} share sectors {} to {}",
            overlap.first, overlap.second, overlap.first_lba, overlap.last_lba
        );
        paper.labelled(2, "overlap", 12, DIM, &text)?;
    }
    for gap in &table.gaps {
        let text = format!(
            "{} at byte {} (sectors {} to {})",
            size(gap.size),
            grouped(gap.offset),
            gap.first_lba,
            gap.last_lba
        );
        paper.labelled(2, "gap", 12, DIM, &text)?;
    }
    for anomaly in &table.anomalies {
        let text = format!(
            "{}, byte {}: {}",
            anomaly.structure,
            grouped(anomaly.offset),
            anomaly.message
        );
        paper.labelled(2, anomaly.kind, 12, DIM, &text)?;
    }
    Ok(())
}

fn partition(paper: &mut Paper<'_>, part: &v1::Partition) -> io::Result<()> {
    let kind = part.kind_name.unwrap_or("unknown type");
    let mut words = format!(
        "{} at byte {}, {kind}",
        size(part.size),
        grouped(part.offset)
    );
    if part.kind_name != Some(part.kind.as_str()) {
        words = format!("{words} ({})", part.kind);
    }
    for (flag, word) in [(part.active, ", active"), (part.logical, ", logical")] {
        words.push_str(if flag { word } else { "" });
    }
    paper.labelled(2, &format!("partition {}", part.number), 14, BOLD, &words)?;
    let mut more = format!("sectors {} to {}", part.first_lba, part.last_lba);
    if !part.name.is_empty() {
        more = format!("{more}, name \"{}\"", part.name);
    }
    if let Some(guid) = &part.guid {
        more = format!("{more}, GUID {guid}");
    }
    if part.attributes != 0 {
        more = format!("{more}, attributes {:#x}", part.attributes);
    }
    paper.text(16, &more)
}

fn gpt_header(paper: &mut Paper<'_>, header: &v1::GptHeader) -> io::Result<()> {
    let used = if header.used { "used" } else { "not used" };
    let text = format!(
        "sector {} (byte {}), {used}: header of {} bytes, CRC {}; MyLBA {}, AlternateLBA {}; \
         usable sectors {} to {}; {} entries of {} bytes at sector {}, CRC {}",
        header.lba,
        grouped(header.offset),
        header.header_size,
        header.header_crc,
        header.my_lba,
        header.alternate_lba,
        header.first_usable_lba,
        header.last_usable_lba,
        header.entry_count,
        header.entry_size,
        header.entries_lba,
        header.entries_crc
    );
    paper.labelled(2, &format!("GPT {}", header.copy), 14, BOLD, &text)?;
    for defect in &header.defects {
        paper.labelled(16, "-", 2, DIM, defect)?;
    }
    Ok(())
}
