//! sudo's rules: the main file with what it includes, and the settings in it that matter here.

use crate::filesystem::FileType;
use crate::guest::{Located, Root, Spot, TextFile};
use crate::known::{Known, Undetermined};

/// Includes within includes.
const MAX_DEPTH: u32 = 128;
/// Files that are read.
const MAX_FILES: usize = 1000;
/// The main file, and where a vendor keeps it.
const MAIN: [&str; 2] = ["/etc/sudoers", "/usr/etc/sudoers"];

/// A setting of `Defaults`, one for each word of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The name, without `!` before it and without a value.
    pub name: String,
    /// Whether it is switched on, not off by `!`.
    pub on: bool,
    /// To whom it applies (`:user`, `@host`, `>runas`, `!command`); none where it is to all.
    pub scope: Option<String>,
    /// Where it stands.
    pub spot: Spot,
    /// Whether it is the first word of an unscoped line that begins with `Defaults` in the first
    /// column, which is where Microsoft's test suite sees it.
    pub first: bool,
}

/// What sudo is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sudoers {
    /// The main file.
    pub main: Spot,
    /// The settings of `Defaults`, in the order in which sudo reads them.
    pub settings: Vec<Setting>,
    /// Rules that let every user run everything (`ALL ALL=(ALL) ALL`): the rule with single blanks.
    pub all_for_all: Vec<Located<String>>,
    /// What could not be read.
    pub open: Vec<Undetermined>,
}

impl Sudoers {
    /// The settings of that name.
    pub fn settings<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Setting> {
        self.settings
            .iter()
            .filter(move |setting| setting.name == name)
    }
}

/// The lines, those that a backslash continues put together, comments cut off.
fn lines(file: &TextFile) -> Vec<(u32, String)> {
    let mut out = Vec::new();
    let mut whole: Option<(u32, String)> = None;
    for (number, line) in file.lines() {
        let (start, mut text) = whole.take().unwrap_or((number, String::new()));
        match line.strip_suffix('\\') {
            Some(part) => {
                text.push_str(part);
                // What continues is a word of its own.
                text.push(' ');
                whole = Some((start, text));
            }
            None => {
                text.push_str(line);
                out.push((start, text));
            }
        }
    }
    out.extend(whole);
    out
}

/// Cuts a comment off: from a `#` that begins a word and is no user number, outside of quotes.
fn without_comment(line: &str) -> &str {
    let mut quoted = false;
    let mut before = ' ';
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if before == '\\' {
            before = ' ';
            continue;
        }
        if c == '"' {
            quoted = !quoted;
        }
        let number = chars.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        if c == '#' && !quoted && !number {
            return line.get(..at).unwrap_or(line);
        }
        before = c;
    }
    line
}

/// The parts of a list at its commas, outside of quotes.
fn parts(list: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for c in list.chars() {
        if c == '"' {
            quoted = !quoted;
        }
        if c == ',' && !quoted {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}

/// The first word; a backslash keeps a blank in it.
fn first_word(text: &str) -> String {
    let mut word = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => word.extend(chars.next()),
            ' ' | '\t' => break,
            _ => word.push(c),
        }
    }
    word
}

struct Reader<'a> {
    root: &'a Root,
    files: usize,
    out: Sudoers,
}

impl Reader<'_> {
    fn file(&mut self, file: &TextFile, depth: u32) {
        self.files = self.files.saturating_add(1);
        if depth > MAX_DEPTH || self.files > MAX_FILES {
            self.out.open.push(Undetermined::new(format!(
                "{}: sudo's rules include more than {MAX_FILES} files or themselves",
                file.spot
            )));
            return;
        }
        for (number, line) in lines(file) {
            if self.files > MAX_FILES {
                return;
            }
            let trimmed = line.trim();
            let (word, rest) = trimmed.split_once([' ', '\t']).unwrap_or((trimmed, ""));
            match word {
                "#include" | "@include" => self.include(rest, file, depth),
                "#includedir" | "@includedir" => self.include_folder(rest, file, depth),
                _ => self.rule(&line, file.at(number)),
            }
        }
    }

    /// The path of an include: quotes and backslashes taken off, relative to the file's folder.
    fn path(argument: &str, file: &TextFile) -> String {
        let argument = argument.trim();
        let path = match argument.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next().unwrap_or_default().to_owned(),
            None => first_word(argument),
        };
        if path.starts_with('/') {
            return path;
        }
        let folder = file
            .spot
            .path
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        format!("{folder}/{path}")
    }

    fn include(&mut self, argument: &str, file: &TextFile, depth: u32) {
        let path = Self::path(argument, file);
        if path.contains('%') {
            // The name of the machine, which is only known once it runs.
            let reason = format!("{}: it includes {path} by the machine's name", file.spot);
            self.out.open.push(Undetermined::new(reason));
            return;
        }
        self.read(&path, depth);
    }

    fn include_folder(&mut self, argument: &str, file: &TextFile, depth: u32) {
        let entries = match self.root.entries(&Self::path(argument, file)) {
            Ok(entries) => entries,
            Err(unknown) => {
                self.out.open.push(unknown);
                return;
            }
        };
        for entry in entries {
            // Those that packages and editors put aside.
            let aside = entry.name.contains('.') || entry.name.ends_with('~');
            if !aside && entry.file_type != FileType::Directory {
                self.read(&entry.path, depth);
            }
        }
    }

    fn read(&mut self, path: &str, depth: u32) {
        if self.files > MAX_FILES {
            return;
        }
        match self.root.text(path) {
            Ok(Some(file)) => self.file(&file, depth.saturating_add(1)),
            Ok(None) => {}
            Err(unknown) => self.out.open.push(unknown),
        }
    }

    fn rule(&mut self, line: &str, spot: Spot) {
        let text = without_comment(line).trim_end();
        let trimmed = text.trim_start();
        if let Some(rest) = trimmed.strip_prefix("Defaults") {
            self.defaults(rest, text.starts_with("Defaults"), &spot);
            return;
        }
        // `ALL ALL=(ALL) ALL`, however it is spaced, with or without a group, a tag or a host list.
        let packed: String = trimmed.split_whitespace().collect();
        let everything = packed.strip_prefix("ALLALL=").is_some_and(|what| {
            let what = what
                .strip_prefix("(ALL)")
                .or_else(|| what.strip_prefix("(ALL:ALL)"))
                .unwrap_or(what);
            let what = what.rsplit(':').next().unwrap_or_default();
            what == "ALL"
        });
        if everything {
            let rule = trimmed.split_whitespace().collect::<Vec<_>>().join(" ");
            self.out.all_for_all.push(Located::new(rule, spot));
        }
    }

    fn defaults(&mut self, rest: &str, at_start: bool, spot: &Spot) {
        let (scope, list) = if rest.starts_with([' ', '\t']) {
            (None, rest)
        } else {
            let rest = rest.trim_start();
            let (scope, list) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
            (Some(scope.to_owned()), list)
        };
        for (index, part) in parts(list).iter().enumerate() {
            let part = part.trim();
            let name = part.trim_start_matches('!');
            // An odd number of marks switches off.
            let on = part.len().saturating_sub(name.len()) % 2 == 0;
            let name = name
                .split(['=', '+', '-', ' ', '\t'])
                .next()
                .unwrap_or_default();
            if !name.is_empty() {
                self.out.settings.push(Setting {
                    name: name.to_owned(),
                    on,
                    scope: scope.clone(),
                    spot: spot.clone(),
                    first: index == 0 && at_start && scope.is_none(),
                });
            }
        }
    }
}

/// Reads sudo's rules; none where there is no main file.
pub(super) fn gather(root: &Root) -> Known<Option<Sudoers>> {
    let Some(file) = root.first_text(&MAIN)? else {
        return Ok(None);
    };
    let mut reader = Reader {
        root,
        files: 0,
        out: Sudoers {
            main: file.spot.clone(),
            settings: Vec::new(),
            all_for_all: Vec::new(),
            open: Vec::new(),
        },
    };
    reader.file(&file, 0);
    Ok(Some(reader.out))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::testing::Tree;

    /// openSUSE's file, shortened to its rules.
    const SUSE: &str = "## sudoers file.\n\nDefaults always_set_home\n\
        Defaults secure_path=\"/usr/sbin:/usr/bin:/sbin:/bin\"\n\
        Defaults env_reset\n\
        Defaults env_keep = \"LANG LC_ADDRESS LC_CTYPE\"\n\
        Defaults !insults\n\n\
        Defaults targetpw   # ask for the password of the target user i.e. root\n\
        ALL   ALL=(ALL) ALL   # WARNING! Only use this together with 'Defaults targetpw'!\n\n\
        root ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n";

    fn of(tree: Tree) -> Sudoers {
        gather(&tree.root()).unwrap().unwrap()
    }

    #[test]
    fn the_files_of_suse_and_debian_are_read_as_sudo_does() {
        let suse = of(Tree::new().file("/usr/etc/sudoers", SUSE));
        let target: Vec<_> = suse.settings("targetpw").collect();
        assert_eq!(target.len(), 1);
        assert!(target[0].on && target[0].first && target[0].scope.is_none());
        assert_eq!(target[0].spot.line, Some(9));
        assert_eq!(suse.all_for_all.len(), 1);
        assert_eq!(suse.all_for_all[0].value, "ALL ALL=(ALL) ALL");
        assert!(suse.settings("insults").all(|setting| !setting.on));
        let debian = of(Tree::new().file(
            "/etc/sudoers",
            "Defaults\tenv_reset\nDefaults\tuse_pty\n#Defaults targetpw\n\
             root\tALL=(ALL:ALL) ALL\n%sudo\tALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n",
        ));
        assert_eq!(debian.settings("targetpw").count(), 0);
        assert!(debian.all_for_all.is_empty() && debian.open.is_empty());
        assert_eq!(gather(&Tree::new().root()), Ok(None));
    }

    #[test]
    fn drop_ins_are_those_that_sudo_takes() {
        let sudoers = of(Tree::new()
            .file("/etc/sudoers", "#includedir /etc/sudoers.d\n@include own\n")
            .file(
                "/etc/sudoers.d/10-a",
                "Defaults:joe env_reset, \\\n  !targetpw, targetpw\n",
            )
            .file("/etc/sudoers.d/20-b.bak", "Defaults targetpw\n")
            .file("/etc/sudoers.d/30-c~", "Defaults targetpw\n")
            .file("/etc/own", " Defaults targetpw\nALL ALL = NOPASSWD: ALL\n"));
        let seen: Vec<_> = sudoers
            .settings("targetpw")
            .map(|one| {
                (
                    one.spot.path.as_str(),
                    one.on,
                    one.first,
                    one.scope.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("/etc/sudoers.d/10-a", false, false, Some(":joe")),
                ("/etc/sudoers.d/10-a", true, false, Some(":joe")),
                ("/etc/own", true, false, None),
            ]
        );
        assert_eq!(sudoers.all_for_all.len(), 1);
    }

    #[test]
    fn lines_are_cut_as_sudos_own_converter_cuts_them() {
        // What cvtsudoers 1.9.13 prints of each line: the settings of targetpw, and whether
        // everybody may run everything.
        let answers: [(&str, &[bool], usize); 16] = [
            ("Defaults targetpw#x", &[true], 0),
            ("Defaults !!targetpw", &[true], 0),
            ("Defaults !targetpw", &[false], 0),
            ("Defaults targetpw # as", &[true], 0),
            (" Defaults targetpw", &[true], 0),
            ("Defaults\ttargetpw,env_reset", &[true], 0),
            ("Defaults targetpw, !targetpw", &[true, false], 0),
            ("Defaults:joe targetpw", &[true], 0),
            ("Defaults@host targetpw", &[true], 0),
            ("Defaults env_keep += \"A B\", targetpw", &[true], 0),
            ("Defaults secure_path=\"/a,targetpw:#b\"", &[], 0),
            ("Defaults env_reset, \\\n  targetpw", &[true], 0),
            ("#include own", &[true], 0),
            ("@include own # comment", &[true], 0),
            ("ALL ALL=(ALL)NOPASSWD:ALL", &[], 1),
            ("#1000 ALL=(ALL) ALL", &[], 0),
        ];
        for (line, settings, everybody) in answers {
            let sudoers = of(Tree::new()
                .file("/etc/sudoers", &format!("{line}\n"))
                .file("/etc/own", "Defaults targetpw\n"));
            let seen: Vec<_> = sudoers.settings("targetpw").map(|one| one.on).collect();
            assert_eq!(seen, settings, "{line}");
            assert_eq!(sudoers.all_for_all.len(), everybody, "{line}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_open_and_loops_end() {
        let hidden = of(Tree::new()
            .file(
                "/etc/sudoers",
                "@includedir /etc/sudoers.d\n@include /etc/%h\n",
            )
            .unreadable("/etc/sudoers.d/a"));
        assert_eq!(hidden.open.len(), 2);
        let looped = of(Tree::new().file("/etc/sudoers", "@include sudoers\n@include sudoers\n"));
        assert!(!looped.open.is_empty());
        assert!(gather(&Tree::new().unreadable("/etc/sudoers").root()).is_err());
    }

    #[test]
    fn mutated_rules_neither_hang_nor_panic() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..2000 {
            let mut bytes = SUSE.as_bytes().to_vec();
            for _ in 0..3 {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                let at = usize::try_from(state >> 33).unwrap() % bytes.len();
                bytes[at] = b"\"\\#,!=\n @%\xff"[usize::try_from(state >> 40).unwrap() % 11];
            }
            let _ = gather(&Tree::new().bytes("/etc/sudoers", &bytes).root());
        }
    }
}
