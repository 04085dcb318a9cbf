//! Commands for a POSIX shell.

/// Programs that fixes call and that a script may. Words that also begin sentences, such as
/// `install`, are not among them.
const PROGRAMS: [&str; 48] = [
    "apt-get",
    "az",
    "azcopy",
    "chmod",
    "cloud-init",
    "cp",
    "dd",
    "dnf",
    "dracut",
    "echo",
    "export",
    "gpart",
    "grub-install",
    "grub2-editenv",
    "grub2-mkconfig",
    "grubby",
    "head",
    "ln",
    "mkdir",
    "mkinitrd",
    "mv",
    "passwd",
    "printf",
    "pwconv",
    "qemu-img",
    "rm",
    "rpm",
    "sed",
    "sfdisk",
    "sgdisk",
    "sshd",
    "swapoff",
    "systemctl",
    "tail",
    "tdnf",
    "touch",
    "truncate",
    "ufw",
    "update-crypto-policies",
    "update-grub",
    "update-initramfs",
    "userdel",
    "usermod",
    "vgrename",
    "waagent",
    "wipefs",
    "yum",
    "zypper",
];

/// Programs that a person has to call: what they take away does not come back, or they ask.
const BY_HAND: [&str; 4] = ["crontab", "ewfexport", "lvremove", "subscription-manager"];

/// What a rule has the shell expand, word for word.
const EXPANSIONS: [&str; 1] = ["$(ls /etc/ssh/sshd_config.d/*.conf 2>/dev/null)"];

/// Whether `fix` consists of calls of known programs, and of nothing else.
pub(super) fn runs(fix: &str) -> bool {
    let plain = EXPANSIONS
        .iter()
        .fold(fix.to_owned(), |fix, known| fix.replace(known, "expanded"));
    calls(&plain).is_some_and(|found| known(&found, &[&PROGRAMS]))
}

/// Whether `line` consists of calls of programs that a person may be told to call.
pub(super) fn typed(line: &str) -> bool {
    // Parts in parentheses are commands, too.
    let plain = line.replace(')', "");
    calls(&plain).is_some_and(|found| known(&found, &[&PROGRAMS, &BY_HAND]))
}

fn known(found: &[String], lists: &[&[&str]]) -> bool {
    let listed = |name: &String| lists.iter().any(|list| list.contains(&name.as_str()));
    !found.is_empty() && found.iter().all(listed)
}

/// Whether a text of the guest stands in `fix` as it is although the shell would not take it for a
/// word of its own. Quoted as it should be, its single quotes look different.
pub(super) fn breaks_out(fix: &str, text: &str) -> bool {
    let active = |c: char| "'\"\\`$;&|<>(){}*?[]!~#\n ".contains(c);
    if !text.contains(active) {
        return false;
    }
    let quoted = format!("'{}'", text.replace('\'', "'\\''"));
    fix.replace(&quoted, "").contains(text)
}

/// The programs that a line calls; none where it is more, or other, than calls of programs. A word
/// that ends in a comma or a colon belongs to a sentence.
fn calls(line: &str) -> Option<Vec<String>> {
    let mut programs = Vec::new();
    let mut word = Word::default();
    let mut first = true;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\'' => {
                word.begin();
                loop {
                    match chars.next()? {
                        '\'' => break,
                        inner => word.text.push(inner),
                    }
                }
            }
            '"' => {
                word.begin();
                loop {
                    match chars.next()? {
                        '"' => break,
                        '$' | '`' => return None,
                        '\\' => word.text.push(chars.next()?),
                        inner => word.text.push(inner),
                    }
                }
            }
            '\\' => {
                word.begin();
                word.text.push(chars.next()?);
            }
            ' ' => word.end(&mut programs, &mut first)?,
            ';' => {
                word.end(&mut programs, &mut first)?;
                first = true;
            }
            '&' => {
                (chars.next()? == '&').then_some(())?;
                word.end(&mut programs, &mut first)?;
                first = true;
            }
            '|' => {
                chars.next_if_eq(&'|');
                word.end(&mut programs, &mut first)?;
                first = true;
            }
            '>' => {
                // A redirection, whose file is a word like others; not one of a program's name.
                if first {
                    return None;
                }
                chars.next_if_eq(&'>');
                word.end(&mut programs, &mut first)?;
            }
            '$' | '`' | '<' | '(' | ')' | '{' | '}' | '!' => return None,
            '#' if !word.begun => return None,
            other => {
                word.begin();
                word.text.push(other);
                word.punctuated = matches!(other, ',' | ':');
            }
        }
    }
    word.end(&mut programs, &mut first)?;
    Some(programs)
}

/// The word that is being read.
#[derive(Default)]
struct Word {
    text: String,
    begun: bool,
    /// Whether its last character is a comma or a colon that stands in no quotes.
    punctuated: bool,
}

impl Word {
    fn begin(&mut self) {
        self.begun = true;
        self.punctuated = false;
    }

    /// The first word of a call is its program.
    fn end(&mut self, programs: &mut Vec<String>, first: &mut bool) -> Option<()> {
        let word = std::mem::take(self);
        if word.punctuated {
            return None;
        }
        if word.begun && *first {
            programs.push(word.text);
            *first = false;
        }
        Some(())
    }
}
