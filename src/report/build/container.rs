//! Facts of the container.

use super::v1;
use crate::container::vhd::{
    self, BatFacts, FooterPlace, FoundFooter, LocatedPath, ParentFacts, Vhd, stated_sizes,
};
use crate::container::{Container, ForeignFormat};
use crate::inspect::Inspection;

pub(super) fn container(inspection: &Inspection) -> v1::Container {
    let mut facts = match &inspection.container {
        Container::Vhd(vhd) => of_vhd(vhd),
        Container::Foreign(foreign) => v1::Container {
            recognised_by: Some(foreign.evidence),
            conversion: Some(foreign.format.conversion()),
            end_is_zero: foreign.end_is_zero,
            ..empty(kind(foreign.format))
        },
    };
    facts.file_length = inspection.length;
    facts.file_allocated = inspection.allocated;
    facts.bitmaps = inspection.bitmaps.as_ref().ok().map(|bitmaps| v1::Bitmaps {
        blocks: bitmaps.blocks,
        unmarked_sectors: bitmaps.unmarked_sectors,
    });
    facts
}

fn empty(kind: &'static str) -> v1::Container {
    v1::Container {
        kind,
        recognised_by: None,
        conversion: None,
        file_length: 0,
        file_allocated: None,
        layout: None,
        footers: Vec::new(),
        end_is_zero: false,
        dynamic_header: None,
        dynamic_header_problem: None,
        block_allocation_table: None,
        block_allocation_table_problem: None,
        bitmaps: None,
        stated_sizes: Vec::new(),
        parent: None,
        chain: Vec::new(),
    }
}

fn kind(format: ForeignFormat) -> &'static str {
    match format {
        ForeignFormat::Vhdx => "vhdx",
        ForeignFormat::Qcow => "qcow2",
        ForeignFormat::Vmdk => "vmdk",
        ForeignFormat::Vdi => "vdi",
        ForeignFormat::Raw => "raw",
        ForeignFormat::Iso => "iso",
        ForeignFormat::Ewf => "e01",
        ForeignFormat::Gzip => "gzip",
        ForeignFormat::Xz => "xz",
        ForeignFormat::Zstd => "zstd",
        ForeignFormat::Bzip2 => "bzip2",
        ForeignFormat::Zip => "zip",
        ForeignFormat::Tar => "tar",
        ForeignFormat::SevenZip => "7z",
        ForeignFormat::Html => "html",
        ForeignFormat::Xml => "xml",
        ForeignFormat::AllZero => "zeros",
        ForeignFormat::Unknown => "unknown",
    }
}

fn of_vhd(vhd: &Vhd) -> v1::Container {
    let mut footers: Vec<_> = [&vhd.end, &vhd.front, &vhd.displaced]
        .into_iter()
        .flatten()
        .map(|found| footer(found, found.place == vhd.used))
        .collect();
    footers.sort_by_key(|footer| !footer.used);
    v1::Container {
        layout: Some(vhd.layout.word()),
        footers,
        end_is_zero: vhd.end_is_zero,
        dynamic_header: vhd.header.as_ref().map(|header| v1::DynamicHeader {
            offset: header.offset,
            fields: fields(header.fields()),
        }),
        dynamic_header_problem: vhd.header_problem.clone(),
        block_allocation_table: vhd.bat.as_ref().map(table),
        block_allocation_table_problem: vhd.bat_problem.clone(),
        stated_sizes: stated_sizes(vhd)
            .into_iter()
            .map(|size| v1::StatedSize {
                from: size.from,
                bytes: size.bytes,
                readers: size.readers,
            })
            .collect(),
        parent: vhd.parent.as_ref().map(parent),
        chain: vhd
            .chain
            .iter()
            .map(|link| v1::ChainLink {
                path: link.path.clone(),
                layout: link.layout,
                problem: link.problem.clone(),
            })
            .collect(),
        ..empty("vhd")
    }
}

fn footer(found: &FoundFooter, used: bool) -> v1::Footer {
    v1::Footer {
        place: match found.place {
            FooterPlace::End => "end",
            FooterPlace::Front => "front",
            FooterPlace::End511 => "end-511",
            FooterPlace::Displaced => "displaced",
        },
        offset: found.offset,
        used,
        sound: found.footer.is_sound(),
        fields: fields(found.footer.fields(found.offset)),
    }
}

fn fields(fields: Vec<vhd::Field>) -> Vec<v1::Field> {
    fields
        .into_iter()
        .map(|field| v1::Field {
            name: field.name,
            offset: field.offset,
            length: u64::try_from(field.length).unwrap_or(u64::MAX),
            raw: field.raw,
            meaning: field.meaning,
        })
        .collect()
}

fn table(bat: &BatFacts) -> v1::BlockAllocationTable {
    v1::BlockAllocationTable {
        offset: bat.offset,
        max_entries: bat.max_entries,
        needed: bat.needed,
        read: bat.read,
        allocated: bat.allocated,
        first_byte: bat.first_byte,
        end_byte: bat.end_byte,
        bad_count: bat.bad_count,
        bad: bat
            .bad
            .iter()
            .map(|bad| v1::BadBlock {
                block: bad.block,
                sector: bad.sector,
                problem: bad.problem.clone(),
            })
            .collect(),
    }
}

fn parent(facts: &ParentFacts) -> v1::Parent {
    v1::Parent {
        unique_id: uuid::Uuid::from_bytes(facts.unique_id).to_string(),
        name: facts.name.clone(),
        locators: facts
            .locators
            .iter()
            .map(|(entry, path)| v1::Locator {
                entry: entry.to_string(),
                path: match path {
                    Ok(
                        LocatedPath::RelativeWindows(path)
                        | LocatedPath::AbsoluteWindows(path)
                        | LocatedPath::FileUrl(path),
                    ) => Some(path.clone()),
                    Ok(LocatedPath::Other) | Err(_) => None,
                },
                problem: match path {
                    Ok(LocatedPath::Other) => Some("a kind of path that is not decoded".to_owned()),
                    Ok(_) => None,
                    Err(problem) => Some(problem.clone()),
                },
            })
            .collect(),
        found: facts.found.clone(),
        rejected: facts
            .rejected
            .iter()
            .map(|rejected| v1::RejectedParent {
                path: rejected.path.clone(),
                reason: rejected.reason.clone(),
            })
            .collect(),
    }
}
