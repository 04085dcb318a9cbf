//! Volumes.

use super::v1;
use crate::filesystem::State;
use crate::inspect::VolumeFacts;
use crate::scan::RegionContent;
use crate::volume::Content;

/// `measured` is what the content pass found in space that file systems mark as free.
pub(super) fn volume(facts: &VolumeFacts, measured: &[RegionContent]) -> v1::Volume {
    let volume = &facts.volume;
    let superblock = facts
        .superblock
        .as_ref()
        .and_then(|found| found.as_ref().ok());
    let swap = match &volume.content {
        Ok(Content::Swap(area)) => Some(area),
        _ => None,
    };
    let unread = facts
        .superblock
        .as_ref()
        .and_then(|found| found.as_ref().err());
    let (state, state_evidence) = match superblock.map(|superblock| &superblock.state) {
        None => (None, None),
        Some(State::Clean) => (Some("clean"), None),
        Some(State::Dirty(evidence)) => (Some("dirty"), Some(evidence.clone())),
        Some(State::Errors(evidence)) => (Some("errors"), Some(evidence.clone())),
    };
    v1::Volume {
        name: volume.name.to_string(),
        partition: volume.partition,
        size: volume.length,
        content: volume.content.as_ref().ok().map(content),
        problem: volume
            .content
            .as_ref()
            .err()
            .or(unread)
            .map(|unknown| unknown.reason.clone()),
        label: superblock
            .and_then(|superblock| superblock.label.clone())
            .or_else(|| swap.and_then(|area| area.label.clone())),
        uuid: superblock
            .and_then(|superblock| superblock.uuid.clone())
            .or_else(|| swap.and_then(|area| area.uuid.clone())),
        partition_uuid: volume.partition_uuid.clone(),
        state,
        state_evidence,
        unsupported: superblock
            .map(|superblock| superblock.unsupported.clone())
            .unwrap_or_default(),
        mounted_at: facts.mounted_at.clone(),
        free: facts
            .free
            .as_ref()
            .and_then(|free| free.as_ref().ok())
            .map(|ranges| ranges.iter().map(|range| range.end - range.start).sum()),
        free_not_zero: measured
            .iter()
            .find(|region| region.name == volume.name.to_string())
            .map(|region| region.tally.non_zero_4k),
    }
}

fn content(content: &Content) -> &'static str {
    match content {
        Content::FileSystem(kind) => kind.name(),
        Content::Swap(_) => "swap",
        Content::Luks { .. } => "luks",
        Content::BitLocker => "bitlocker",
        Content::MdRaid => "md-raid",
        Content::LvmPhysicalVolume => "lvm",
        Content::Blank => "blank",
        Content::Unknown => "unknown",
    }
}
