//! The page that human output is written on: width, wrapping, labels and columns.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use textwrap::core::display_width;

use crate::report::fixes::{self, Language};
use crate::text::safe;

/// Headings and what matters most.
pub(crate) const BOLD: Style = Style::new().bold();
/// Labels, which stand beside what is read.
pub(crate) const DIM: Style = Style::new().dimmed();
/// Failure.
pub(crate) const RED: Style = AnsiColor::Red.on_default().bold();
/// Success.
pub(crate) const GREEN: Style = AnsiColor::Green.on_default().bold();
/// What needs attention.
pub(crate) const YELLOW: Style = AnsiColor::Yellow.on_default().bold();

/// `text` in `style`; whoever writes to no terminal strips it.
pub(crate) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Where lines go, and how wide they may be. All text is neutralised here, at the last moment.
pub(crate) struct Paper<'a> {
    out: &'a mut dyn Write,
    width: usize,
}

impl<'a> Paper<'a> {
    pub(crate) fn new(out: &'a mut dyn Write, width: usize) -> Self {
        Self { out, width }
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    pub(crate) fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// A heading after a blank line.
    pub(crate) fn heading(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "\n{}", styled(BOLD, &safe(text)))
    }

    /// Text that starts at column `indent`, as all of its lines do.
    pub(crate) fn text(&mut self, indent: usize, text: &str) -> io::Result<()> {
        self.labelled(indent, "", 0, Style::new(), text)
    }

    /// Wrapped text of this program's own, in which no word is broken: an address stays whole.
    pub(crate) fn prose(&mut self, indent: usize, text: &str) -> io::Result<()> {
        let lines = wrap_with(&safe(text), self.width.saturating_sub(indent), false);
        self.lines(indent, "", 0, Style::new(), &lines)
    }

    /// A label in a column of `column` characters, and wrapped text beside it.
    pub(crate) fn labelled(
        &mut self,
        indent: usize,
        label: &str,
        column: usize,
        style: Style,
        text: &str,
    ) -> io::Result<()> {
        let label = safe(label);
        let text = safe(text);
        let lines = wrap(&text, self.width.saturating_sub(indent + column));
        self.lines(indent, &label, column, style, &lines)
    }

    /// Labels one below the other, and one wrapped text beside them.
    pub(crate) fn beside(
        &mut self,
        indent: usize,
        labels: &[String],
        column: usize,
        style: Style,
        text: &str,
    ) -> io::Result<()> {
        let lines = wrap(&safe(text), self.width.saturating_sub(indent + column));
        let (first, rest) = lines.split_at(lines.len().min(labels.len()));
        for (at, label) in labels.iter().enumerate() {
            let line: Vec<_> = first.get(at).cloned().into_iter().collect();
            self.lines(indent, &safe(label), column, style, &line)?;
        }
        self.lines(indent, "", column, style, rest)
    }

    /// A label and what mends something: a command, which is only broken where its shell reads on
    /// (after `&&`, or between words behind its mark for that), or a sentence.
    pub(crate) fn fix(
        &mut self,
        indent: usize,
        label: &str,
        column: usize,
        style: Style,
        text: &str,
    ) -> io::Result<()> {
        let width = self.width.saturating_sub(indent + column);
        let lines = match fixes::kind(text).language() {
            None => wrap(&safe(text), width),
            Some(language) => {
                let steps = fixes::steps(text, language);
                let lines = |step: &str| command_lines(step.trim_end(), language, width);
                steps.into_iter().flat_map(lines).collect()
            }
        };
        self.lines(indent, label, column, style, &lines)
    }

    fn lines(
        &mut self,
        indent: usize,
        label: &str,
        column: usize,
        style: Style,
        lines: &[String],
    ) -> io::Result<()> {
        // A label that is too long for its column stands on a line of its own.
        let fits = column == 0 || display_width(label) < column;
        if !fits {
            writeln!(self.out, "{:indent$}{}", "", styled(style, label))?;
        }
        for (at, line) in lines.iter().enumerate() {
            let label = if at == 0 && fits { label } else { "" };
            let gap = column.saturating_sub(display_width(label));
            if label.is_empty() {
                writeln!(self.out, "{:width$}{line}", "", width = indent + column)?;
            } else {
                writeln!(
                    self.out,
                    "{:indent$}{}{:gap$}{line}",
                    "",
                    styled(style, label),
                    ""
                )?;
            }
        }
        if lines.is_empty() && fits && !label.is_empty() {
            writeln!(self.out, "{:indent$}{}", "", styled(style, label))?;
        }
        Ok(())
    }

    /// A label and text on one line, however long: names are there to be copied, too.
    pub(crate) fn line(&mut self, label: &str, style: Style, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}{}", styled(style, label), safe(text))
    }

    /// An address, which is never broken: it is there to be copied.
    pub(crate) fn address(&mut self, indent: usize, url: &str) -> io::Result<()> {
        writeln!(self.out, "{:indent$}{}", "", safe(url))
    }

    /// A drawing or a number in full, whose line is never broken. Made here of characters that do
    /// nothing: not a word of it is from an image.
    pub(crate) fn drawn(&mut self, indent: usize, label: &str, drawing: &str) -> io::Result<()> {
        let line = format!("{:indent$}{}{drawing}", "", styled(DIM, label));
        writeln!(self.out, "{}", line.trim_end())
    }

    /// Short texts in as many columns as there is room for, read from left to right.
    pub(crate) fn columns(&mut self, indent: usize, cells: &[String]) -> io::Result<()> {
        let cells: Vec<_> = cells.iter().map(|cell| safe(cell)).collect();
        let widest = cells
            .iter()
            .map(|cell| display_width(cell))
            .max()
            .unwrap_or(0);
        let room = self.width.saturating_sub(indent) + 2;
        let per_line = (room / (widest + 2)).max(1);
        for row in cells.chunks(per_line) {
            let line: String = row.iter().map(|cell| pad(cell, widest + 2)).collect();
            writeln!(self.out, "{:indent$}{}", "", line.trim_end())?;
        }
        Ok(())
    }

    /// Rows whose columns are as wide as their widest cell; numbers (`right`) are aligned at their
    /// last digit, and the last column is wrapped.
    pub(crate) fn table(
        &mut self,
        indent: usize,
        right: &[bool],
        rows: &[Vec<String>],
    ) -> io::Result<()> {
        let count = rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<_> = (0..count)
            .map(|at| {
                let cells = rows.iter().filter_map(|row| row.get(at));
                cells
                    .map(|cell| display_width(&safe(cell)))
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        for row in rows {
            let Some((last, first)) = row.split_last() else {
                continue;
            };
            let mut label = String::new();
            for (at, cell) in first.iter().enumerate() {
                let cell = safe(cell);
                let width = widths.get(at).copied().unwrap_or(0);
                if right.get(at).copied().unwrap_or(false) {
                    let gap = width.saturating_sub(display_width(&cell));
                    label.push_str(&" ".repeat(gap));
                    label.push_str(&cell);
                    label.push_str("  ");
                } else {
                    label.push_str(&pad(&cell, width + 2));
                }
            }
            let column = display_width(&label);
            let lines = wrap(&safe(last), self.width.saturating_sub(indent + column));
            for (at, line) in lines.iter().enumerate() {
                let lead = if at == 0 {
                    label.clone()
                } else {
                    " ".repeat(column)
                };
                writeln!(
                    self.out,
                    "{:indent$}{}",
                    "",
                    format!("{lead}{line}").trim_end()
                )?;
            }
            if lines.is_empty() {
                writeln!(self.out, "{:indent$}{}", "", label.trim_end())?;
            }
        }
        Ok(())
    }
}

/// A command in lines that are one for its shell. A word that is longer than a line stays whole:
/// broken it would be another one.
fn command_lines(command: &str, language: Language, width: usize) -> Vec<String> {
    if display_width(&safe(command)) <= width {
        return vec![safe(command)];
    }
    let goes_on = match language {
        Language::Shell => " \\",
        Language::PowerShell => " `",
    };
    // Later lines stand two columns further in, and all but the last end in the mark.
    let room = width.saturating_sub(goes_on.len() + 2);
    let mut lines: Vec<String> = Vec::new();
    // What ends in `&&` goes on by itself, and stands with the word before it.
    let (line, and) = match command.strip_suffix(" &&") {
        Some(line) => (line, " &&"),
        None => (command, ""),
    };
    let mut words: Vec<_> = fixes::words(line, language)
        .into_iter()
        .map(|word| safe(word.trim_end_matches(' ')))
        .collect();
    if let Some(last) = words.last_mut() {
        last.push_str(and);
    }
    for word in words {
        match lines.last_mut() {
            Some(line) if display_width(line) + 1 + display_width(&word) <= room => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    let last = lines.len().saturating_sub(1);
    let line = |(at, line): (usize, String)| {
        let lead = if at == 0 { "" } else { "  " };
        let tail = if at == last { "" } else { goes_on };
        format!("{lead}{line}{tail}")
    };
    lines.into_iter().enumerate().map(line).collect()
}

fn pad(text: &str, width: usize) -> String {
    let gap = width.saturating_sub(display_width(text));
    format!("{text}{:gap$}", "")
}

/// Wraps at spaces only, so that options and paths stay whole where they fit on a line.
fn wrap(text: &str, width: usize) -> Vec<String> {
    wrap_with(text, width, true)
}

/// As [`wrap`]; a word that fits on no line is broken only if `break_words`.
fn wrap_with(text: &str, width: usize, break_words: bool) -> Vec<String> {
    let options = textwrap::Options::new(width.max(20))
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit)
        .break_words(break_words);
    textwrap::wrap(text, options)
        .into_iter()
        .map(|line| line.into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(width: usize, write: impl FnOnce(&mut Paper<'_>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut Paper::new(&mut out, width)).unwrap();
        anstream::adapter::strip_bytes(&out)
            .into_vec()
            .try_into()
            .unwrap()
    }

    #[test]
    fn labels_and_their_text_stay_in_their_columns() {
        let text = page(30, |p| {
            p.labelled(2, "found", 10, DIM, "one two three four five six")
        });
        assert_eq!(
            text,
            "  found     one two three four\n            five six\n"
        );
        let long = page(30, |p| p.labelled(2, "a long label", 6, DIM, "text"));
        assert_eq!(long, "  a long label\n        text\n");
    }

    #[test]
    fn a_command_is_only_broken_where_the_shell_reads_on() {
        let command = "qemu-img convert -f vpc -O raw disk.vhd disk.raw && sgdisk -e disk.raw";
        let text = page(44, |p| p.fix(2, "mend", 6, DIM, command));
        assert_eq!(
            text,
            "  mend  qemu-img convert -f vpc -O raw \\\n          disk.vhd disk.raw &&\n        sgdisk -e disk.raw\n"
        );
        let joined = text
            .replace("\\\n", "")
            .replace("&&\n", "&&")
            .replace("mend", "");
        assert_eq!(
            joined.split_whitespace().collect::<Vec<_>>().join(" "),
            command
        );
    }

    #[test]
    fn a_command_that_is_copied_from_the_page_is_the_command() {
        let path = format!("some/{}.vhd", "long-folder/".repeat(9));
        let command =
            format!("qemu-img convert -f raw -O vpc {path} -o force_size a.vhd && cp a b");
        let text = page(60, |p| p.fix(4, "mend", 10, BOLD, &command));
        let joined = text.replace("mend", "").replace("\\\n", " ");
        let words: Vec<_> = joined.split_whitespace().collect();
        assert_eq!(words.join(" "), command, "{text}");
    }

    #[test]
    fn a_command_is_not_broken_within_quotes_and_goes_on_as_its_shell_does() {
        let sed = "sed -i 's/^X=\"\\(.*\\)\"/X=\"\\1 console=tty1 earlyprintk=ttyS0\"/' /etc/default/grub && update-grub";
        let text = page(50, |p| p.fix(2, "mend", 6, DIM, sed));
        assert!(
            text.contains("\\1 console=tty1 earlyprintk=ttyS0\"/' \\\n"),
            "{text}"
        );
        let remove = "Remove-Item -LiteralPath 'C:\\Program Files\\a b c' -Recurse -Force";
        let text = page(50, |p| p.fix(2, "mend", 6, DIM, remove));
        assert_eq!(
            text,
            "  mend  Remove-Item -LiteralPath `\n          'C:\\Program Files\\a b c' -Recurse `\n          -Force\n"
        );
    }

    #[test]
    fn columns_and_tables_keep_to_the_width() {
        let cells: Vec<String> = (0..7).map(|n| format!("VHD00{n} name")).collect();
        let text = page(40, |p| p.columns(2, &cells));
        assert!(
            text.lines().all(|line| line.len() <= 40) && text.lines().count() == 3,
            "{text}"
        );
        let rows = [
            vec!["a".into(), "1".into(), "x".into()],
            vec!["bb".into(), "22".into(), "y".into()],
        ];
        assert_eq!(
            page(40, |p| p.table(1, &[false, true], &rows)),
            " a    1  x\n bb  22  y\n"
        );
    }

    #[test]
    fn hostile_text_is_neutralised_on_the_page() {
        let text = page(60, |p| p.text(0, "a\u{1b}[2Jb ##vso[x] ::error::"));
        assert_eq!(text, "a\\u{1b}[2Jb #\\#vso[x] :\\:error:\\:\n");
    }
}
