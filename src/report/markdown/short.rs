//! What has to move and how long that takes, in a few lines; figures are never added up.

use super::escape::text;
use crate::report::v1::{self, Content, Delta, Estimate};
use crate::report::words::{bandwidth, basis, bound};
use crate::text::{counted, duration, size};

pub(super) fn content_and_time(out: &mut String, image: &v1::Image) {
    let mut lines = Vec::new();
    if let Some(content) = &image.content {
        moved(&mut lines, content);
    }
    if let Some(estimate) = &image.estimate {
        time(&mut lines, estimate);
    }
    if lines.is_empty() {
        return;
    }
    out.push_str("### Content and time\n\n");
    for line in lines {
        out.push_str(&format!("- {}\n", text(&line)));
    }
    out.push('\n');
}

fn moved(lines: &mut Vec<String>, content: &Content) {
    lines.push(format!(
        "Disk of {}: {} are not zero in pages of 512 bytes; AzCopy sends {}",
        size(content.virtual_bytes),
        size(content.non_zero_bytes.at_512),
        size(content.non_zero_bytes.at_4m)
    ));
    if content.unavailable_bytes > 0 {
        let reason = content.unavailable_reason.as_deref();
        lines.push(format!(
            "Not at hand, and counted as zeros: {} ({})",
            size(content.unavailable_bytes),
            reason.unwrap_or("it could not be read")
        ));
    }
    lines.extend(content.delta.as_ref().map(compared));
    lines.push(format!("Digest of the content: `{}`", content.digest));
}

fn compared(delta: &Delta) -> String {
    if delta.identical {
        return format!("Against {}: the same, to the last byte", delta.previous);
    }
    let total = &delta.total;
    let other = total.changed_bytes.saturating_add(total.added_bytes);
    format!(
        "Against {}: {} changed or added, {} of that new",
        delta.previous,
        size(other),
        size(total.new_content_bytes)
    )
}

fn time(lines: &mut Vec<String>, estimate: &Estimate) {
    if let Some(upload) = &estimate.upload {
        let times: Vec<_> = upload
            .times
            .iter()
            .map(|time| {
                let seconds = duration(time.time.seconds);
                format!("{seconds} at {}", bandwidth(time.bits_per_second))
            })
            .collect();
        lines.push(format!(
            "Upload: {}{} in {} by {}; {}",
            bound(upload.bound),
            size(upload.bytes),
            counted(upload.requests, "request"),
            upload.uploader,
            times.join(", ")
        ));
    }
    let rounds: Vec<_> = estimate
        .fixed_phases
        .rounds
        .iter()
        .map(|round| {
            let rounds = counted(u64::from(round.rounds), "round");
            format!("{} for {rounds}", duration(round.seconds))
        })
        .collect();
    if !rounds.is_empty() {
        let rounds = rounds.join(", ");
        lines.push(format!(
            "Certification and what belongs to it, as a rule (partly assumed): {rounds}"
        ));
    }
    for row in &estimate.replication.rows {
        let basis = basis(&row.provenance);
        lines.push(format!(
            "Replication, {}: {} ({basis})",
            row.stage, row.statement
        ));
    }
    let ceiling = &estimate.ceiling;
    lines.push(format!(
        "The longest that was ever stated for everything: {} ({})",
        duration(ceiling.seconds),
        basis(&ceiling.provenance)
    ));
}
