//! Volumes and the guest, for `-v` and for `inspect`.

use std::io;

use super::paper::{BOLD, DIM, Paper};
use super::v1;
use crate::text::size;

pub(super) fn volumes(paper: &mut Paper<'_>, volumes: &[v1::Volume]) -> io::Result<()> {
    if volumes.is_empty() {
        return Ok(());
    }
    paper.heading("Volumes")?;
    for volume in volumes {
        let mut words = format!(
            "{}, {}",
            size(volume.size),
            volume.content.unwrap_or("not known")
        );
        if !volume.mounted_at.is_empty() {
            words = format!("{words} at {}", volume.mounted_at.join(", "));
        }
        if let Some(state) = volume.state {
            words = format!("{words}, {state}");
        }
        paper.labelled(2, &volume.name, 14, BOLD, &words)?;
        let mut more: Vec<String> = Vec::new();
        more.extend(
            volume
                .label
                .as_ref()
                .map(|label| format!("label \"{label}\"")),
        );
        more.extend(volume.uuid.as_ref().map(|uuid| format!("UUID {uuid}")));
        more.extend(volume.free.map(|free| format!("{} free", size(free))));
        if !more.is_empty() {
            paper.text(16, &more.join(", "))?;
        }
        if let Some(evidence) = &volume.state_evidence {
            paper.text(16, evidence)?;
        }
        if !volume.unsupported.is_empty() {
            let text = format!("not read here: {}", volume.unsupported.join(", "));
            paper.text(16, &text)?;
        }
        if let Some(problem) = &volume.problem {
            paper.text(16, problem)?;
        }
    }
    Ok(())
}

pub(super) fn guest(paper: &mut Paper<'_>, guest: &v1::Guest) -> io::Result<()> {
    let mut subject = "";
    for fact in &guest.facts {
        if fact.subject != subject {
            subject = fact.subject;
            paper.heading(&format!("Guest: {subject}"))?;
        }
        paper.labelled(2, &fact.name, 24, DIM, &fact.value)?;
        if let Some(place) = &fact.place {
            paper.labelled(6, "in", 3, DIM, &place_text(place))?;
        }
    }
    if !guest.packages.is_empty() {
        paper.heading(&format!("Guest: packages ({})", guest.packages.len()))?;
        let names: Vec<_> = guest
            .packages
            .iter()
            .map(|package| format!("{} {}", package.name, package.version))
            .collect();
        paper.columns(2, &names)?;
    }
    if !guest.unknown.is_empty() {
        paper.heading("Guest: not known")?;
        for unknown in &guest.unknown {
            paper.labelled(2, unknown.subject, 14, DIM, &unknown.reason)?;
        }
    }
    Ok(())
}

fn place_text(place: &v1::GuestPlace) -> String {
    if let Some(key) = &place.registry {
        return format!("{}: {key}", place.volume);
    }
    let line = place.line.map(|line| format!(":{line}"));
    format!(
        "{}: {}{}",
        place.volume,
        place.path,
        line.unwrap_or_default()
    )
}
