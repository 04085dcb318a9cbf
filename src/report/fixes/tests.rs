//! What fixes are: a table of those that rules give, and what no rule should ever give.

use std::fs;
use std::path::Path;

use super::*;

/// What each text is, behind a word and a tabulator.
const TEXTS: &str = include_str!("texts.txt");

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Sentence => "words",
        Kind::Runs(Language::Shell) => "sh",
        Kind::Runs(Language::PowerShell) => "ps",
        Kind::Typed(Language::Shell) => "sh by hand",
        Kind::Typed(Language::PowerShell) => "ps by hand",
    }
}

#[test]
fn every_fix_of_a_rule_is_what_the_table_says() {
    let mut wrong = Vec::new();
    for line in TEXTS.lines() {
        let (said, text) = line.split_once('\t').unwrap();
        let found = word(kind(text));
        // Reports break these up, so that a command with one could not be copied from them.
        let broken_up = found != "words" && (text.contains("::") || text.contains("##"));
        if found != said || broken_up {
            wrong.push(format!("{found}\t{text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The literal at the start of `source`, without its quotes.
fn literal(source: &str) -> Option<String> {
    let mut chars = source.trim_start().strip_prefix('"')?.chars();
    let mut text = String::new();
    loop {
        match chars.next()? {
            '"' => return Some(text),
            '\\' => match chars.next()? {
                '\n' => {
                    let rest = chars.as_str().trim_start();
                    chars = rest.chars();
                }
                'n' => text.push_str("\\n"),
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
}

/// The literals that rules hand to `.fix(…)`, at once or by a constant of the same file.
fn literals(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]").next().unwrap();
    let calls = source.split(".fix(").skip(1);
    let text = |call: &str| {
        let call = call.trim_start();
        let call = call.strip_prefix("format!(").unwrap_or(call);
        let name = call
            .split(|c: char| !(c.is_ascii_uppercase() || c == '_'))
            .next()?;
        let constant = source.split(&format!("const {name}: &str =")).nth(1);
        literal(call).or_else(|| literal(constant.filter(|_| !name.is_empty())?))
    };
    calls.filter_map(text).collect()
}

#[test]
fn the_table_has_every_fix_that_stands_in_a_rule() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules")];
    let (mut found, mut missing) = (0, Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            for text in literals(&fs::read_to_string(&path).unwrap()) {
                found += 1;
                let pieces = text.split(['{', '}']);
                let longest = pieces.max_by_key(|piece| piece.len()).unwrap();
                if !TEXTS.contains(longest) {
                    missing.push(format!("{}: {text}", path.display()));
                }
            }
        }
    }
    assert!(found > 100, "only {found} were found");
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn what_a_shell_would_make_more_of_does_not_run() {
    for fix in [
        "rm -f $(reboot)",
        "rm -f `reboot`",
        "rm -f \"$HOME\"",
        "rm -f /a; reboot",
        "rm -f /a & reboot",
        "rm -f 'a",
        "rm -f a\nreboot",
        "rm -f a # b",
        "> /etc/passwd",
        "rm -f \u{202e}a",
        "rm -f a, then b",
        "in the guest: rm -f a",
        "",
        "Remove-Item -LiteralPath 'a'; Restart-Computer",
        "Remove-Item -LiteralPath 'a\u{2019}; calc #'",
        "Remove-Item -LiteralPath \"$env:X\"",
        "Remove-Item -LiteralPath (Get-Item x)",
        "Remove-Item -LiteralPath 'a",
        "Uninstall-WindowsFeature -Name x -Restart",
        "Remove-Item 'C:\\\u{d1}'",
    ] {
        assert!(!matches!(kind(fix), Kind::Runs(_)), "{fix}");
    }
    for fix in ["rm -f \u{202e}a", "rm -f a\nreboot", ""] {
        assert_eq!(kind(fix), Kind::Sentence);
    }
}

#[test]
fn text_of_the_guest_that_is_not_quoted_makes_no_command() {
    let shell = Kind::Runs(Language::Shell);
    let path = "/etc/x; rm -rf /home";
    let raw = format!("sed -i 's/a//' {path}");
    assert_eq!(kind(&raw), shell, "it looks like commands");
    assert_eq!(with_guest_text(&raw, &[path]), Kind::Sentence);
    let quoted = "sed -i 's/a//' '/etc/x; rm -rf /home'";
    assert_eq!(with_guest_text(quoted, &[path]), shell);
    let value = "x'; rm -rf /; echo '";
    let raw = format!("sed -i 's/{value}//' /etc/x");
    assert_eq!(with_guest_text(&raw, &[value]), Kind::Sentence);
}

#[test]
fn a_command_is_cut_where_its_shell_reads_on() {
    let fix = r#"rm -f '/a && b' "c \" && d" e\ f && cp a b && ls"#;
    let cut = steps(fix, Language::Shell);
    assert_eq!(
        cut,
        [
            r#"rm -f '/a && b' "c \" && d" e\ f && "#,
            "cp a b && ",
            "ls"
        ]
    );
    assert_eq!(cut.concat(), fix);
    let cut = words(r#"rm '/a && b' "c \" d" e\ f"#, Language::Shell);
    assert_eq!(cut, ["rm ", "'/a && b' ", r#""c \" d" "#, r"e\ f"]);
    let fix = r"Unregister-ScheduledTask -TaskPath '\a b\' -TaskName 'it''s c' -Confirm:$false";
    let cut = words(fix, Language::PowerShell);
    assert_eq!(cut.len(), 6, "{cut:?}");
    assert_eq!(cut.concat(), fix);
}

#[test]
fn the_lines_of_a_fix_are_harmless() {
    assert_eq!(
        command_lines("rm -f /x && ufw disable"),
        ["rm -f /x &&", "ufw disable"]
    );
    assert_eq!(
        command_lines("take it away && rm y\n::error::z"),
        ["take it away && rm y\\n:\\:error:\\:z"]
    );
}
