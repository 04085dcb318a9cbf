//! An image with an outcome of every kind, findings of every level and state, and places of every
//! kind, to see which of them a form of a report tells apart.

use super::*;

/// The image; where a guest has a say it tries whatever [`HOSTILE`] holds.
pub(in crate::report) fn every_kind(path: &str) -> Image {
    let hostile = HOSTILE.concat();
    let mut bytes = said("footer", FindingLevel::Error);
    bytes.place = Some(Place {
        offset: Some(512),
        length: Some(8),
        structure: Some("footer".into()),
        field: Some("current size".into()),
        ..place(PlaceSpace::Image)
    });
    let mut file = said(&hostile, FindingLevel::Warning);
    file.place = Some(Place {
        volume: Some(format!("partition 1 (ext4 {hostile})")),
        path: Some(format!("/home/{hostile}")),
        line: Some(3),
        ..place(PlaceSpace::Guest)
    });
    file.found = Some(hostile.clone());
    file.fix = Some(format!("rm -- '{hostile}'"));
    let mut registry = said("registry", FindingLevel::Advice);
    registry.place = Some(Place {
        volume: Some("partition 2 (NTFS C:)".into()),
        path: Some("/Windows/System32/config/SYSTEM".into()),
        registry: Some(r"SYSTEM\Select!Current".into()),
        ..place(PlaceSpace::Guest)
    });
    let mut disk = said("disk", FindingLevel::Note);
    disk.place = Some(Place {
        offset: Some(1 << 20),
        length: Some(512),
        partition: Some(2),
        ..place(PlaceSpace::Disk)
    });
    let mut accepted = said("accepted", FindingLevel::Error);
    accepted.state = FindingState::Suppressed;
    accepted.suppression = Some(Suppression {
        reason: "agreed".into(),
        expires: "2027-01-31".into(),
    });
    let mut known = said("known", FindingLevel::Warning);
    known.state = FindingState::Known;
    let mut open = outcome("PART007", OutcomeWord::Undetermined, None, Vec::new());
    open.reason = Some(format!("the volume {hostile} cannot be read"));
    let mut light = outcome("WIN020", OutcomeWord::Undetermined, None, Vec::new());
    light.blocking = false;
    let mut apart = outcome("DATA005", OutcomeWord::NotApplicable, None, Vec::new());
    apart.reason = Some("the disk is the one that the machine boots from".into());
    let outcomes = vec![
        outcome("VHD001", OutcomeWord::Pass, None, Vec::new()),
        outcome("VHD004", OutcomeWord::Fail, None, vec![bytes]),
        outcome("VHD009", OutcomeWord::Pass, None, vec![accepted]),
        outcome("VHD014", OutcomeWord::Warn, None, vec![known]),
        outcome("PART003", OutcomeWord::Pass, None, vec![disk]),
        open,
        outcome("LNX050", OutcomeWord::Warn, None, vec![file]),
        outcome("LNX058", OutcomeWord::Pass, None, vec![registry]),
        light,
        apart,
    ];
    image(path, Some(Verdict::Fail), outcomes)
}

fn place(space: PlaceSpace) -> Place {
    Place {
        space,
        offset: None,
        length: None,
        structure: None,
        field: None,
        partition: None,
        volume: None,
        path: None,
        line: None,
        registry: None,
    }
}
