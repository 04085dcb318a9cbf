//! The report as the commands of GitHub Actions: annotations, and a group an image in the log.
//!
//! A step shows ten annotations of each type and drops the rest without a word, so that the gravest
//! come first and the tenth says how many more there are. A command starts its line, and its text is
//! escaped as the runner undoes it; every other line holds text that is no command.

use std::io::{self, Write};

use super::v1::{self, FindingLevel, Verdict};
use super::{build_log, words};
use crate::text::safe;

/// Annotations of one type that a step shows.
const MOST: usize = 10;

/// Writes the report.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut dyn Write, report: &v1::Report) -> io::Result<()> {
    let mut errors = problems(report, FindingLevel::Error);
    for image in &report.images {
        errors.extend(no_verdict(image));
        errors.extend(findings(image, FindingLevel::Error));
    }
    errors.extend(report.images.iter().filter_map(incomplete));
    let all = |level| {
        report
            .images
            .iter()
            .flat_map(move |image| findings(image, level))
    };
    annotate(out, "error", "errors", errors)?;
    annotate(
        out,
        "warning",
        "warnings",
        problems(report, FindingLevel::Warning)
            .into_iter()
            .chain(all(FindingLevel::Warning))
            .collect(),
    )?;
    annotate(
        out,
        "notice",
        "pieces of advice",
        all(FindingLevel::Advice).collect(),
    )?;
    for image in &report.images {
        group(out, image)?;
    }
    for line in build_log::configuration(report) {
        writeln!(out, "{line}")?;
    }
    for image in &report.images {
        writeln!(out, "{}", build_log::verdict(image))?;
    }
    Ok(())
}

/// What is shown beside the log.
struct Annotation {
    title: String,
    lines: Vec<String>,
}

/// Escapes the text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

fn annotate(
    out: &mut dyn Write,
    command: &str,
    noun: &str,
    mut annotations: Vec<Annotation>,
) -> io::Result<()> {
    if annotations.len() > MOST {
        let more = annotations.len() - (MOST - 1);
        annotations.truncate(MOST - 1);
        annotations.push(Annotation {
            title: format!("{more} more {noun}"),
            lines: vec![
                "GitHub shows ten of a type. All of them stand in the log of this step, in a \
                 group for each image, and in the job summary."
                    .to_owned(),
            ],
        });
    }
    for annotation in annotations {
        let title = property(&annotation.title);
        let text = data(&annotation.lines.join("\n"));
        writeln!(out, "::{command} title={title}::{text}")?;
    }
    Ok(())
}

fn findings(image: &v1::Image, level: FindingLevel) -> Vec<Annotation> {
    words::open_findings(image, level)
        .into_iter()
        .map(|(outcome, finding)| Annotation {
            title: format!("{} {}: {}", outcome.rule, outcome.name, safe(&image.path)),
            lines: build_log::described(finding),
        })
        .collect()
}

/// What is wrong with the configuration, which the exit code counts, too.
fn problems(report: &v1::Report, level: FindingLevel) -> Vec<Annotation> {
    let problems = report.configuration.problems.iter();
    problems
        .filter(|problem| problem.level == level)
        .map(|problem| Annotation {
            title: format!("configuration: {}", safe(&problem.from)),
            lines: build_log::problem(problem),
        })
        .collect()
}

fn no_verdict(image: &v1::Image) -> Option<Annotation> {
    image.verdict.is_none().then(|| Annotation {
        title: format!("{}: {}", words::verdict(None), safe(&image.path)),
        lines: image
            .errors
            .iter()
            .map(|error| safe(&error.message))
            .collect(),
    })
}

fn incomplete(image: &v1::Image) -> Option<Annotation> {
    (image.verdict == Some(Verdict::Incomplete)).then(|| Annotation {
        title: format!("{}: {}", words::verdict(image.verdict), safe(&image.path)),
        lines: build_log::missing(image),
    })
}

/// Everything of an image, folded away in the log.
fn group(out: &mut dyn Write, image: &v1::Image) -> io::Result<()> {
    writeln!(out, "::group::{}", data(&build_log::verdict(image)))?;
    for line in build_log::whole(image) {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "::endgroup::")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{HOSTILE, full, image, many, outcome, report, warned};
    use crate::report::v1::OutcomeWord;

    /// A line as the runner reads it: a command with its properties, undone.
    #[derive(Debug, PartialEq)]
    struct Command {
        name: String,
        title: Option<String>,
        text: String,
    }

    fn undone(text: &str, escapes: &[(&str, &str)]) -> String {
        let all = escapes
            .iter()
            .fold(text.to_owned(), |text, (escape, c)| text.replace(escape, c));
        all.replace("%25", "%")
    }

    /// What actions/runner makes of a line: white space before a command is skipped; the older
    /// form is found anywhere.
    fn command(line: &str) -> Option<Command> {
        const DATA: [(&str, &str); 2] = [("%0D", "\r"), ("%0A", "\n")];
        const PROPERTY: [(&str, &str); 4] =
            [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ",")];
        assert!(!line.contains("##["), "{line}");
        let (head, text) = line.trim_start().strip_prefix("::")?.split_once("::")?;
        let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
        let mut title = None;
        for property in properties
            .split(',')
            .filter(|property| !property.is_empty())
        {
            let (key, value) = property.split_once('=').unwrap();
            assert_eq!(key, "title", "{line}");
            title = Some(undone(value, &PROPERTY));
        }
        Some(Command {
            name: name.to_owned(),
            title,
            text: undone(text, &DATA),
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
    fn annotations_come_gravest_first_and_the_rest_is_grouped() {
        let text = written(&full("disk.vhd"));
        let names: Vec<_> = commands(&text)
            .into_iter()
            .map(|command| command.name)
            .collect();
        let group = ["group", "endgroup"];
        let expected = [
            &["error"; 3][..],
            &["warning"; 2],
            &["notice"],
            &group,
            &group,
            &group,
        ];
        assert_eq!(names, expected.concat());
        let first = &commands(&text)[0];
        assert_eq!(first.title.as_deref(), Some("VHD001 some-rule: disk.vhd"));
        assert_eq!(
            first.text,
            "disk.vhd\nFound: disk.vhd\nRequired: disk.vhd\nWhere: disk.vhd: disk.vhd:3\n\
             Fix: sed -i 'disk.vhd'"
        );
        let suppressed = "PART002 some-rule: error (suppressed until 2027-01-31: disk.vhd): ";
        assert!(text.contains(suppressed), "{text}");
        assert!(text.contains("\nLNX003 some-rule: undetermined, not blocking: disk.vhd\n"));
        assert!(text.ends_with("NO VERDICT: disk.vhd\nPASS: disk.vhd (1 warning)\n"));
    }

    #[test]
    fn the_tenth_annotation_of_a_type_says_how_many_more_there_are() {
        let of = |text: &str, name: &str| -> Vec<_> {
            let all = commands(text).into_iter();
            all.filter(|command| command.name == name).collect()
        };
        let text = written(&report(vec![many(10, 25, 3)]));
        assert_eq!(of(&text, "error").len(), 10);
        assert!(of(&text, "error")[9].text.starts_with("number 9"));
        let warnings = of(&text, "warning");
        assert_eq!(warnings.len(), 10);
        assert!(warnings[8].text.starts_with("number 8"));
        assert_eq!(warnings[9].title.as_deref(), Some("16 more warnings"));
        assert_eq!(of(&text, "notice").len(), 3);
        assert!(text.contains("LNX001 some-rule: warning: number 24"));
    }

    #[test]
    fn an_incomplete_verdict_is_an_error_that_says_what_is_missing() {
        let open = |id| outcome(id, OutcomeWord::Undetermined, Some("no parent"), Vec::new());
        let outcomes = vec![open("PART001"), open("PART002")];
        let image = image("a,b:c.vhd", Some(Verdict::Incomplete), outcomes);
        let text = written(&report(vec![image]));
        let line = text.lines().next().unwrap();
        assert_eq!(
            line,
            "::error title=INCOMPLETE%3A a%2Cb%3Ac.vhd::no parent (leaves open PART001, PART002)"
        );
    }

    #[test]
    fn hostile_text_is_no_command() {
        let plain: Vec<_> = commands(&written(&full("x")))
            .into_iter()
            .map(|c| c.name)
            .collect();
        for text in HOSTILE {
            let out = written(&full(text));
            let commands = commands(&out);
            let names: Vec<_> = commands
                .iter()
                .map(|command| command.name.clone())
                .collect();
            assert_eq!(names, plain, "{out}");
            assert!(
                commands[0]
                    .text
                    .contains(&format!("\nFound: {}\n", safe(text)))
            );
            let title = format!("VHD001 some-rule: {}", safe(text));
            assert_eq!(commands[0].title.as_deref(), Some(title.as_str()));
            assert!(!out.contains("##"), "{out}");
            assert!(
                !out.chars()
                    .any(|c| c != '\n' && crate::text::is_deceptive(c))
            );
        }
        // As a whole report, too.
        assert_eq!(
            commands(&written(&report(vec![warned("::error::x")]))).len(),
            3
        );
    }
}
