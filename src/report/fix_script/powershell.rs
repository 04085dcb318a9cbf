//! The script for PowerShell in a Windows guest. Nothing in it but ASCII: see [`super::fixes`].

use std::io::{self, Write};

use super::collect::{Step, Work};
use super::{CONFIRM, Language, title};
use crate::report::v1::Report;

/// A comment of nothing but ASCII.
fn comment(text: &str) -> String {
    let mut ascii = String::new();
    for c in super::comment(text).chars() {
        match c.is_ascii() {
            true => ascii.push(c),
            false => ascii.extend(c.escape_default()),
        }
    }
    ascii
}

pub(super) fn script(out: &mut dyn Write, report: &Report, works: &[Work<'_>]) -> io::Result<()> {
    title(out, &report.tool, &comment(&report.profile))?;
    out.write_all(
        b"#\n\
        # Nobody has run this. Read every command, leave out what you do not want, and keep a copy\n\
        # of the image. Names in it come from the image; what could not be shown to be harmless is a\n\
        # comment. It changes the machine that it runs on: run it elevated in the started guest, and\n\
        # take the image anew afterwards, with Sysprep as the last step.\n\
        #\n",
    )?;
    writeln!(
        out,
        "#   $env:{CONFIRM} = 'guest'; .\\fix.ps1 [IMAGE-NUMBER]"
    )?;
    writeln!(
        out,
        "param([string]$Image = {})",
        if works.len() > 1 { "''" } else { "'1'" }
    )?;
    writeln!(
        out,
        "Set-StrictMode -Version 2\n$ErrorActionPreference = 'Stop'\n$global:LASTEXITCODE = 0\n"
    )?;
    // A cmdlet that fails ends the script; of a program only the exit code says so.
    out.write_all(
        b"function Confirm-Step([string]$Rule) {\n    \
        if ($global:LASTEXITCODE -ne 0) {\n        \
        Write-Warning ('{0}: exit code {1}: see what it said' -f $Rule, $global:LASTEXITCODE)\n        \
        $global:LASTEXITCODE = 0\n    }\n}\n\n",
    )?;
    writeln!(out, "if ($env:{CONFIRM} -ne 'guest') {{")?;
    writeln!(
        out,
        "    Write-Warning 'Read this script first. Then set {CONFIRM} to guest.'"
    )?;
    writeln!(out, "    exit 1\n}}")?;
    for (at, work) in works.iter().enumerate() {
        let number = at + 1;
        writeln!(out, "\n# Image {number}: {}", comment(work.image))?;
        writeln!(out, "function Repair-Guest{number} {{")?;
        if !work.windows {
            writeln!(
                out,
                "    # The guest is not Windows: --fix-script=fix.sh writes its commands."
            )?;
        }
        let language = match work.windows {
            true => Language::PowerShell,
            false => Language::Shell,
        };
        for step in &work.guest {
            let command = step.runs(language);
            let active = command && work.windows && !step.advice;
            written(out, step, active)?;
        }
        writeln!(out, "    Write-Output 'done'\n}}")?;
        for (title, steps) in [
            ("On the host, in a POSIX shell", &work.host),
            ("In Partner Center", &work.offer),
        ] {
            if !steps.is_empty() {
                writeln!(out, "# {title}:")?;
            }
            for step in steps {
                for reason in &step.reasons {
                    let (rule, name, said) = (reason.rule, reason.name, comment(reason.message));
                    writeln!(out, "#   {rule} {name}: {said}")?;
                }
                writeln!(out, "#     {}", comment(step.fix))?;
            }
        }
    }
    writeln!(out, "\nswitch ($Image) {{")?;
    for number in 1..=works.len() {
        writeln!(out, "    '{number}' {{ Repair-Guest{number} }}")?;
    }
    writeln!(
        out,
        "    default {{ Write-Warning 'usage: .\\fix.ps1 IMAGE-NUMBER'; exit 1 }}\n}}"
    )
}

fn written(out: &mut dyn Write, step: &Step<'_>, active: bool) -> io::Result<()> {
    for reason in &step.reasons {
        let (rule, name, level) = (reason.rule, reason.name, reason.level.word());
        writeln!(
            out,
            "    # {rule} {name}, {level}: {}",
            comment(reason.message)
        )?;
    }
    match active {
        true => {
            let rule = step.reasons.first().map_or("step", |reason| reason.rule);
            writeln!(out, "    {}\n    Confirm-Step '{rule}'\n", step.fix)
        }
        false => writeln!(out, "    # To do: {}\n", comment(step.fix)),
    }
}
