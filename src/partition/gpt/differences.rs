//! Where the two copies of a GPT say different things.

use std::collections::BTreeMap;

use super::GptCopy;
use super::array::GptEntry;

/// Differences that are listed; the rest is counted.
const MAX_LISTED: usize = 8;

/// What `primary` and `backup` disagree about, as sentences.
pub(super) fn between(primary: &GptCopy, backup: &GptCopy) -> Vec<String> {
    let (first, second) = (&primary.header, &backup.header);
    let mut differences = Vec::new();
    if first.disk_guid != second.disk_guid {
        differences.push(format!(
            "DiskGUID: {} in the primary, {} in the backup",
            first.disk_guid, second.disk_guid
        ));
    }
    let numbers = [
        (
            "FirstUsableLBA",
            first.first_usable_lba,
            second.first_usable_lba,
        ),
        (
            "LastUsableLBA",
            first.last_usable_lba,
            second.last_usable_lba,
        ),
        (
            "NumberOfPartitionEntries",
            first.entry_count.into(),
            second.entry_count.into(),
        ),
        (
            "SizeOfPartitionEntry",
            first.entry_size.into(),
            second.entry_size.into(),
        ),
    ];
    for (field, one, other) in numbers {
        if one != other {
            differences.push(format!(
                "{field}: {one} in the primary, {other} in the backup"
            ));
        }
    }
    if let (Ok(one), Ok(other)) = (&primary.array, &backup.array) {
        differences.extend(entries(&one.entries, &other.entries));
    }
    let surplus = differences.len().saturating_sub(MAX_LISTED);
    if surplus > 0 {
        differences.truncate(MAX_LISTED);
        differences.push(format!("and {surplus} more"));
    }
    differences
}

fn entries<'a>(
    primary: &'a [GptEntry],
    backup: &'a [GptEntry],
) -> impl Iterator<Item = String> + use<'a> {
    let mut both: BTreeMap<u32, (Option<&GptEntry>, Option<&GptEntry>)> = BTreeMap::new();
    for entry in primary {
        both.entry(entry.index).or_default().0 = Some(entry);
    }
    for entry in backup {
        both.entry(entry.index).or_default().1 = Some(entry);
    }
    both.into_iter().filter_map(|(index, pair)| {
        let number = index.saturating_add(1);
        match pair {
            (Some(one), Some(other)) if same(one, other) => None,
            (Some(one), Some(other)) => Some(format!(
                "entry {number}: LBA {} to {} in the primary, LBA {} to {} in the backup, or \
                 another type, GUID, name or attribute",
                one.first_lba, one.last_lba, other.first_lba, other.last_lba
            )),
            (Some(_), None) => Some(format!("entry {number} is only in the primary")),
            (None, Some(_)) => Some(format!("entry {number} is only in the backup")),
            (None, None) => None,
        }
    })
}

/// Whether two entries say the same; where each stands on the disk does not count.
fn same(one: &GptEntry, other: &GptEntry) -> bool {
    (
        one.type_guid,
        one.guid,
        one.first_lba,
        one.last_lba,
        one.attributes,
        &one.name,
    ) == (
        other.type_guid,
        other.guid,
        other.first_lba,
        other.last_lba,
        other.attributes,
        &other.name,
    )
}
