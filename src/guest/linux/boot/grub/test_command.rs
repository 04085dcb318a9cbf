//! GRUB's `test`: comparisons of words, numbers and files.

use super::exec::Machine;
use crate::filesystem::FileType;
use crate::known::Known;

impl Machine<'_> {
    /// Whether the words of a `test` are true.
    pub(super) fn test(&self, words: &[String]) -> Known<bool> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut any = false;
        for alternative in split(&words, "-o") {
            let mut all = true;
            for term in split(alternative, "-a") {
                all &= self.term(term)?;
            }
            any |= all;
        }
        Ok(any)
    }

    fn term(&self, words: &[&str]) -> Known<bool> {
        Ok(match words {
            [] => false,
            ["!", rest @ ..] => !self.term(rest)?,
            ["(", inner @ .., ")"] => {
                let inner: Vec<String> = inner.iter().map(|word| (*word).to_owned()).collect();
                // Parentheses are rare: one level of them is enough.
                !inner.iter().any(|word| word == "(") && self.test(&inner)?
            }
            [word] => !word.is_empty(),
            ["-z", word] => word.is_empty(),
            ["-n", word] => !word.is_empty(),
            [operator @ ("-e" | "-f" | "-d" | "-s"), file] => self.file_is(operator, file)?,
            [left, operator, right] => compare(left, operator, right),
            _ => false,
        })
    }

    fn file_is(&self, operator: &str, file: &str) -> Known<bool> {
        let Some(path) = self.guest_file(file)? else {
            return Ok(false);
        };
        Ok(self
            .root
            .metadata(&path)?
            .is_some_and(|found| match operator {
                "-d" => found.file_type == FileType::Directory,
                "-f" => found.file_type == FileType::File,
                "-s" => found.size > 0,
                _ => true,
            }))
    }
}

/// The words between the separators.
fn split<'a, 'b>(words: &'a [&'b str], separator: &str) -> Vec<&'a [&'b str]> {
    // A word that an operator takes is none itself: `[ "$x" = -o ]` is not worth reading.
    words.split(|word| *word == separator).collect()
}

fn compare(left: &str, operator: &str, right: &str) -> bool {
    let number = |text: &str| text.trim().parse::<i64>().unwrap_or(0);
    match operator {
        "=" | "==" => left == right,
        "!=" => left != right,
        "<" => left < right,
        ">" => left > right,
        "-eq" => number(left) == number(right),
        "-ne" => number(left) != number(right),
        "-lt" => number(left) < number(right),
        "-le" => number(left) <= number(right),
        "-gt" => number(left) > number(right),
        "-ge" => number(left) >= number(right),
        _ => false,
    }
}
