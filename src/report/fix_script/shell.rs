//! The script for a POSIX shell: a function for each image and part, and one that chooses.

use std::io::{self, Write};

use super::collect::{Step, Work};
use super::{CONFIRM, Language, comment, title};
use crate::report::v1::{FindingLevel, Report};

/// What commands call an image whose name they cannot take.
const STAND_IN: &str = "disk.vhd";

pub(super) fn script(out: &mut dyn Write, report: &Report, works: &[Work<'_>]) -> io::Result<()> {
    head(out, report, works)?;
    for (at, work) in works.iter().enumerate() {
        let number = at + 1;
        writeln!(out, "\n# Image {number}: {}", comment(work.image))?;
        writeln!(out, "guest_{number}() {{")?;
        if work.windows {
            writeln!(
                out,
                "  # The guest is Windows: its commands are for PowerShell, and stand here"
            )?;
            writeln!(
                out,
                "  # for reading. --fix-script=fix.ps1 writes them as a script."
            )?;
        }
        let language = match work.windows {
            true => Language::PowerShell,
            false => Language::Shell,
        };
        for step in &work.guest {
            written(out, step, language, !work.windows && !step.advice)?;
        }
        end(
            out,
            work.windows || work.guest.is_empty(),
            "nothing to run in the guest",
        )?;
        writeln!(out, "\nhost_{number}() {{")?;
        host(out, work)?;
        end(out, work.host.is_empty(), "nothing to run on the host")?;
        if !work.offer.is_empty() {
            writeln!(out, "\n# In Partner Center:")?;
            for step in &work.offer {
                reasons(out, step, "")?;
                writeln!(out, "#   {}", comment(step.fix))?;
            }
        }
    }
    tail(out, works.len())
}

fn head(out: &mut dyn Write, report: &Report, works: &[Work<'_>]) -> io::Result<()> {
    writeln!(out, "#!/bin/sh")?;
    title(out, &report.tool, &comment(&report.profile))?;
    out.write_all(
        b"#\n\
        # Nobody has run this. Read every command, leave out what you do not want, and keep a copy\n\
        # of the image. Names of files and accounts in it come from the image; what could not be\n\
        # shown to be harmless is a comment.\n\
        #\n\
        # The guest part changes the machine that it runs on: run it as root in the started or\n\
        # chrooted guest, never on the host, and take the image anew afterwards. The host part makes\n\
        # new files beside the image and leaves the image as it is.\n\
        #\n",
    )?;
    writeln!(out, "#   {CONFIRM}=guest sh fix.sh guest [IMAGE-NUMBER]")?;
    writeln!(out, "#   {CONFIRM}=host  sh fix.sh host  [IMAGE-NUMBER]")?;
    if works.len() > 1 {
        writeln!(out, "#\n# The images:")?;
        for (at, work) in works.iter().enumerate() {
            writeln!(out, "#   {} {}", at + 1, comment(work.image))?;
        }
    }
    out.write_all(
        b"# shellcheck disable=SC2015\nset -eu\n\n\
        step() { printf '%s\\n' \"$1\" >&2; }\n\
        # A shell that ends at errors does not at those before an &&, so that each step asks.\n\
        failed() { step \"$1: this did not work, and nothing more is done\"; exit 1; }\n",
    )
}

/// Each command of the host begins with the image as it is, and makes the same new file: only the
/// first can be right before the result has been looked at. Where an error has to be mended by hand
/// before, not even that one.
fn host(out: &mut dyn Write, work: &Work<'_>) -> io::Result<()> {
    let mut begun = false;
    let mut warned = false;
    for step in &work.host {
        // Where the image's name is no plain word, the command speaks of another one.
        let other = work.image != STAND_IN && step.fix.replace(work.image, "").contains(STAND_IN);
        if other {
            writeln!(
                out,
                "  # ({STAND_IN} stands for the image here, whose name you have to quote)"
            )?;
        }
        let command = step.runs(Language::Shell);
        let active = !begun && !step.advice && !other && command;
        if begun && !warned {
            out.write_all(
                b"  # Each of the following begins with the image as it is, too: check what came of the\n  \
                # one above, and then see whether this is still needed.\n\n",
            )?;
            warned = true;
        }
        if active {
            out.write_all(
                b"  if [ -e fixed.vhd ] || [ -e disk.raw ]; then\n    \
                step 'fixed.vhd or disk.raw is there already: move it away first'\n    \
                exit 1\n  fi\n",
            )?;
        }
        written(out, step, Language::Shell, active)?;
        let by_hand = !command && step.worst() == FindingLevel::Error;
        begun |= active || by_hand;
    }
    Ok(())
}

fn written(
    out: &mut dyn Write,
    step: &Step<'_>,
    language: Language,
    active: bool,
) -> io::Result<()> {
    reasons(out, step, "  ")?;
    if !step.runs(language) {
        return writeln!(out, "  # To do: {}\n", comment(step.fix));
    }
    if !active {
        return writeln!(out, "  # {}\n", comment(step.fix));
    }
    let mut named: Vec<_> = step
        .reasons
        .iter()
        .map(|one| (one.rule, one.name))
        .collect();
    named.dedup();
    for (rule, name) in named {
        // Ids of rules are the program's own words.
        writeln!(out, "  step '{rule} {name}'")?;
    }
    let rule = step.reasons.first().map_or("step", |reason| reason.rule);
    writeln!(out, "  {} ||\n    failed '{rule}'\n", step.fix)
}

fn reasons(out: &mut dyn Write, step: &Step<'_>, indent: &str) -> io::Result<()> {
    for reason in &step.reasons {
        let (rule, name) = (reason.rule, reason.name);
        let level = reason.level.word();
        writeln!(
            out,
            "{indent}# {rule} {name}, {level}: {}",
            comment(reason.message)
        )?;
    }
    if step.advice
        && step
            .reasons
            .iter()
            .all(|reason| reason.level == FindingLevel::Advice)
    {
        writeln!(
            out,
            "{indent}# (advice: take the comment mark away if you want it)"
        )?;
    }
    Ok(())
}

fn end(out: &mut dyn Write, empty: bool, nothing: &str) -> io::Result<()> {
    match empty {
        true => writeln!(out, "  step '{nothing}'\n}}"),
        // A function that holds comments only is none.
        false => writeln!(out, "  step 'done'\n}}"),
    }
}

fn tail(out: &mut dyn Write, images: usize) -> io::Result<()> {
    writeln!(out, "\npart=${{1:-}}")?;
    match images {
        0 | 1 => writeln!(out, "image=${{2:-1}}")?,
        _ => writeln!(out, "image=${{2:-}}")?,
    }
    writeln!(
        out,
        "if [ \"${{{CONFIRM}:-}}\" != \"${{part:-unread}}\" ]; then"
    )?;
    writeln!(
        out,
        "  step 'Read this script first. Then say what you run: {CONFIRM}=guest sh fix.sh guest, or the same with host.'"
    )?;
    writeln!(out, "  exit 1\nfi\ncase \"$part $image\" in")?;
    for number in 1..=images {
        writeln!(out, "  'guest {number}') guest_{number} ;;")?;
        writeln!(out, "  'host {number}') host_{number} ;;")?;
    }
    writeln!(
        out,
        "  *) step 'usage: sh fix.sh guest|host IMAGE-NUMBER'; exit 1 ;;\nesac"
    )
}
