//! The arguments of a kernel as one line.

use crate::guest::Spot;

/// Bytes of a command line that are kept; the kernel itself takes 2048 or 4096.
const MAX: usize = 8192;

/// The arguments of a kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLine {
    /// The arguments as one line, variables expanded (hostile text). The values of arguments that
    /// carry a secret by their name stand as `***`.
    pub text: String,
    /// Where they were read.
    pub spot: Spot,
}

impl CommandLine {
    /// A command line that was read at `spot`.
    pub fn new(text: &str, spot: Spot) -> Self {
        let mut cut = text.len().min(MAX);
        while !text.is_char_boundary(cut) {
            cut = cut.saturating_sub(1);
        }
        let text = text.get(..cut).unwrap_or_default();
        let words: Vec<_> = split(text).map(without_secret).collect();
        Self {
            text: words.join(" "),
            spot,
        }
    }

    /// The arguments one by one; quotes keep blanks together, as the kernel has it.
    pub fn arguments(&self) -> impl Iterator<Item = &str> {
        split(&self.text)
    }

    /// The values of `key=value`, in order, without the quotes around them.
    pub fn values<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.arguments().filter_map(move |argument| {
            let value = argument.strip_prefix(key)?.strip_prefix('=')?;
            Some(value.trim_matches('"'))
        })
    }

    /// Whether the word stands there as it is: `quiet`, `numa=off`.
    pub fn has(&self, argument: &str) -> bool {
        self.arguments().any(|one| one == argument)
    }
}

/// The arguments of a line: at blanks that are not between double quotes.
pub(super) fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c: char| {
        quoted ^= c == '"';
        c.is_whitespace() && !quoted
    })
    .filter(|word| !word.is_empty())
}

/// Words in the name of an argument whose value is nobody's business.
const SECRET: [&str; 8] = [
    "passw",
    "passphrase",
    "secret",
    "token",
    "credential",
    "psk",
    "sas",
    "apikey",
];

/// The argument with `***` in place of its value, where its name says that it is secret.
fn without_secret(argument: &str) -> String {
    if let Some((name, _)) = argument.split_once('=') {
        let lower = name.to_ascii_lowercase();
        let secret = SECRET.iter().any(|word| lower.contains(word));
        // `systemd.show_password` and the like are switches, which have no value to hide; and a
        // web address may carry its user's password or a signature.
        if secret {
            return format!("{name}=***");
        }
    }
    match (
        argument.find("://"),
        argument.find('@'),
        argument.find("sig="),
    ) {
        (Some(scheme), Some(at), _) if at > scheme => {
            let (head, tail) = (argument.get(..scheme), argument.get(at..));
            format!(
                "{}://***{}",
                head.unwrap_or_default(),
                tail.unwrap_or_default()
            )
        }
        (Some(_), _, Some(signature)) => {
            format!("{}sig=***", argument.get(..signature).unwrap_or_default())
        }
        _ => argument.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::testing::Tree;

    fn of(text: &str) -> CommandLine {
        CommandLine::new(text, Tree::new().root().spot("/proc/cmdline"))
    }

    #[test]
    fn quotes_keep_blanks_together() {
        let line = of("root=UUID=x  ro dyndbg=\"file a.c +p; file b.c +p\"\tquiet console=ttyS0");
        assert_eq!(line.arguments().count(), 5);
        assert!(line.has("quiet") && !line.has("file"));
        assert_eq!(
            line.values("dyndbg").collect::<Vec<_>>(),
            ["file a.c +p; file b.c +p"]
        );
        assert_eq!(line.values("root").collect::<Vec<_>>(), ["UUID=x"]);
        assert_eq!(line.values("roo").count(), 0);
    }

    #[test]
    fn secrets_are_not_kept() {
        let line = of(
            "inst.vncpassword=hunter2 systemd.set_credential=a:hunter2 url=https://me:hunter2@x/y \
             b=https://x/z?se=1&sig=hunter2 ip=dhcp",
        );
        assert!(!format!("{line:?}").contains("hunter2"), "{line:?}");
        assert!(line.has("ip=dhcp") && line.has("inst.vncpassword=***"));
    }
}
