//! The report as the commands of Azure Pipelines: issues of the run, and a group an image in the
//! log.
//!
//! The agent looks for `##vso[` anywhere in a line. A command of ours starts its line, so that
//! nothing behind it is looked at, and its properties are escaped as the agent undoes it; no other
//! text holds `##`. That a run failed is the exit code's to say.

use std::io::{self, Write};

use super::v1::{self, FindingLevel, Verdict};
use super::{build_log, words};
use crate::text::safe;

/// Writes the report.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut dyn Write, report: &v1::Report) -> io::Result<()> {
    problems(out, report, FindingLevel::Error, "error")?;
    for image in &report.images {
        for error in &image.errors {
            issue(
                out,
                "error",
                "inspection",
                &[safe(&image.path), safe(&error.message)],
            )?;
        }
        findings(out, image, FindingLevel::Error, "error")?;
        if image.verdict == Some(Verdict::Incomplete) {
            incomplete(out, image)?;
        }
    }
    problems(out, report, FindingLevel::Warning, "warning")?;
    for image in &report.images {
        findings(out, image, FindingLevel::Warning, "warning")?;
    }
    for image in &report.images {
        group(out, image)?;
    }
    for line in build_log::configuration(report) {
        writeln!(out, "{line}")?;
    }
    for image in &report.images {
        writeln!(out, "{}", build_log::verdict(image))?;
    }
    let passed = |image: &v1::Image| image.verdict == Some(Verdict::Pass);
    let problems = &report.configuration.problems;
    let failed = problems.iter().any(|one| one.level == FindingLevel::Error);
    let warned = !problems.is_empty() || report.images.iter().any(|i| i.summary.warnings > 0);
    if warned && !failed && report.images.iter().all(passed) {
        writeln!(
            out,
            "##vso[task.complete result=SucceededWithIssues;]passed with warnings"
        )?;
    }
    Ok(())
}

/// Has the agent show the Markdown file at `path` beside the run. The path is absolute, and the
/// file is there when the agent reads the line.
///
/// # Errors
/// What the writer says.
pub fn upload_summary(out: &mut dyn Write, path: &str) -> io::Result<()> {
    writeln!(out, "##vso[task.uploadsummary]{}", data(path))
}

/// Escapes the text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%AZP25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(']', "%5D").replace(';', "%3B")
}

fn issue(out: &mut dyn Write, kind: &str, code: &str, lines: &[String]) -> io::Result<()> {
    let code = property(code);
    let text = data(&lines.join("\n"));
    writeln!(out, "##vso[task.logissue type={kind};code={code};]{text}")
}

/// What is wrong with the configuration, which the exit code counts, too.
fn problems(
    out: &mut dyn Write,
    report: &v1::Report,
    level: FindingLevel,
    kind: &str,
) -> io::Result<()> {
    let problems = report.configuration.problems.iter();
    for problem in problems.filter(|problem| problem.level == level) {
        issue(out, kind, "configuration", &build_log::problem(problem))?;
    }
    Ok(())
}

fn findings(
    out: &mut dyn Write,
    image: &v1::Image,
    level: FindingLevel,
    kind: &str,
) -> io::Result<()> {
    for (outcome, finding) in words::open_findings(image, level) {
        let first = format!("{} {}: {}", outcome.rule, outcome.name, safe(&image.path));
        let mut lines = vec![first];
        lines.extend(build_log::described(finding));
        issue(out, kind, outcome.rule, &lines)?;
    }
    Ok(())
}

fn incomplete(out: &mut dyn Write, image: &v1::Image) -> io::Result<()> {
    let mut lines = vec![build_log::verdict(image)];
    lines.extend(build_log::missing(image));
    issue(out, "error", "incomplete", &lines)
}

/// Everything of an image, folded away in the log.
fn group(out: &mut dyn Write, image: &v1::Image) -> io::Result<()> {
    writeln!(out, "##[group]{}", build_log::verdict(image))?;
    for line in build_log::whole(image) {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "##[endgroup]")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{HOSTILE, full, image, outcome, report, warned};
    use crate::report::v1::OutcomeWord;

    /// A line as the agent reads it.
    #[derive(Debug)]
    struct Command {
        name: String,
        properties: Vec<(String, String)>,
        text: String,
    }

    impl Command {
        fn get(&self, name: &str) -> &str {
            let found = self.properties.iter().find(|(key, _)| key == name);
            &found.unwrap_or_else(|| panic!("{self:?} has no {name}")).1
        }
    }

    fn undone(text: &str) -> String {
        [
            ("%3B", ";"),
            ("%0D", "\r"),
            ("%0A", "\n"),
            ("%5D", "]"),
            ("%AZP25", "%"),
        ]
        .iter()
        .fold(text.to_owned(), |text, (escape, c)| text.replace(escape, c))
    }

    /// What the agent makes of a line: the first `##vso[` in it counts, wherever it stands, and
    /// ends at the next `]`.
    fn command(line: &str) -> Option<Command> {
        let at = line.find("##vso[")?;
        assert_eq!(at, 0, "{line}");
        let (head, text) = line["##vso[".len()..].split_once(']')?;
        let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
        let pair = |pair: &str| {
            let (key, value) = pair.split_once('=').unwrap();
            (key.to_owned(), undone(value))
        };
        let properties = properties
            .split(';')
            .filter(|property| !property.is_empty());
        Some(Command {
            name: name.to_owned(),
            properties: properties.map(pair).collect(),
            text: undone(text),
        })
    }

    fn written(report: &v1::Report) -> String {
        let mut out = Vec::new();
        write(&mut out, report).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn commands(text: &str) -> Vec<Command> {
        text.split(['\n', '\r']).filter_map(command).collect()
    }

    #[test]
    fn errors_and_warnings_are_issues_with_the_rule_as_their_code() {
        let text = written(&full("disk.vhd"));
        let all = commands(&text);
        let kinds: Vec<_> = all.iter().map(|c| (c.get("type"), c.get("code"))).collect();
        let expected = [
            ("error", "VHD001"),
            ("error", "VHD001"),
            ("error", "inspection"),
            ("warning", "LNX001"),
            ("warning", "LNX001"),
        ];
        assert_eq!(kinds, expected);
        assert!(
            all[0]
                .text
                .starts_with("VHD001 some-rule: disk.vhd\ndisk.vhd\nFound: disk.vhd\n")
        );
        assert_eq!(text.matches("##[group]").count(), 3);
        assert_eq!(text.matches("##[endgroup]").count(), 3);
        // The exit code says that it failed.
        assert!(!text.contains("task.complete"));
    }

    #[test]
    fn only_warnings_alone_make_a_run_that_succeeded_with_issues() {
        let complete = |report| {
            let all = commands(&written(&report));
            let last = all.last().filter(|command| command.name == "task.complete");
            last.map(|command| command.get("result").to_owned())
        };
        let with_issues = Some("SucceededWithIssues".to_owned());
        assert_eq!(complete(report(vec![warned("a")])), with_issues);
        assert_eq!(complete(full("a")), None);
        let clean = image("a", Some(Verdict::Pass), Vec::new());
        assert_eq!(complete(report(vec![clean])), None);
        let open = outcome(
            "PART001",
            OutcomeWord::Undetermined,
            Some("no parent"),
            Vec::new(),
        );
        let open = image("a", Some(Verdict::Incomplete), vec![open]);
        let both = report(vec![warned("a"), open]);
        assert_eq!(complete(both.clone()), None);
        let text = written(&both);
        assert!(text.contains("no parent (leaves open PART001)"), "{text}");
        assert_eq!(commands(&text)[0].get("code"), "incomplete");
    }

    #[test]
    fn hostile_text_is_no_command() {
        let shape = |all: &[Command]| -> Vec<_> {
            let one = |c: &Command| format!("{} {:?}", c.name, c.properties);
            all.iter().map(one).collect()
        };
        let plain = shape(&commands(&written(&full("x"))));
        for text in HOSTILE {
            let out = written(&full(text));
            let all = commands(&out);
            assert_eq!(shape(&all), plain, "{out}");
            assert!(
                all[0].text.contains(&format!("\nFound: {}\n", safe(text))),
                "{out}"
            );
            assert_eq!(out.matches("##").count(), plain.len() + 6, "{out}");
            assert!(
                !out.chars()
                    .any(|c| c != '\n' && crate::text::is_deceptive(c))
            );
        }
    }

    #[test]
    fn text_and_properties_are_escaped_as_documented() {
        assert_eq!(data("50%;]\r\n"), "50%AZP25;]%0D%0A");
        assert_eq!(property("50%;]\r\n"), "50%AZP25%3B%5D%0D%0A");
        let mut out = Vec::new();
        upload_summary(&mut out, "/tmp/100%\n##vso[task.complete]").unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "##vso[task.uploadsummary]/tmp/100%AZP25%0A##vso[task.complete]\n"
        );
    }
}
