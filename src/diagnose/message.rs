//! What is known of one failure message: how it is worded, what it means, what causes it.

use crate::rules::Source;

/// One failure message, or one family of wordings of the same failure.
#[derive(Debug)]
pub struct Message {
    /// Stable id, such as `MSG106`.
    pub id: &'static str,
    /// Further ids under which the same failure is known.
    pub aliases: &'static [&'static str],
    /// The failure in a few words.
    pub title: &'static str,
    /// Its literal wordings. What stands between `<` and `>`, or is `…`, is different every time.
    pub says: &'static [&'static str],
    /// Headings so short that they only count on a line of their own.
    pub headings: &'static [&'static str],
    /// Codes that belong to this failure alone, so that one without text is enough; a `*` at the
    /// end stands for any rest.
    pub codes: &'static [&'static str],
    /// Clauses of the certification policies that are about this.
    pub clauses: &'static [&'static str],
    /// Codes and clauses that come with this failure and with others: they never decide alone.
    pub shared: &'static [&'static str],
    /// Ids and names of the tests of Microsoft's self-test and toolkit.
    pub tests: &'static [&'static str],
    /// Words of which one has to be somewhere in the text, as the wording itself is anybody's.
    pub context: &'static [&'static str],
    /// Where it stands among several failures of one text.
    pub role: Role,
    /// What it means, in one or two sentences.
    pub means: &'static str,
    /// What causes it, the likeliest first.
    pub causes: &'static [Cause],
    /// What no image file can show of it; empty where a file can show everything.
    pub beyond: &'static str,
    /// Where this is known from.
    pub sources: &'static [Reference],
}

/// Everything empty, to be filled by `..BLANK`.
pub(super) const BLANK: Message = Message {
    id: "",
    aliases: &[],
    title: "",
    says: &[],
    headings: &[],
    codes: &[],
    clauses: &[],
    shared: &[],
    tests: &[],
    context: &[],
    role: Role::Failure,
    means: "",
    causes: &[],
    beyond: "",
    sources: &[],
};

/// Where a failure stands among several of one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It is the failure.
    Failure,
    /// It follows from another failure, so that another one of the same text comes first.
    FollowUp,
    /// It only says that something inside of it failed.
    Wrapper,
}

/// One cause of a failure.
#[derive(Debug)]
pub struct Cause {
    /// What is the matter.
    pub what: &'static str,
    /// The rules that find it in an image.
    pub rules: &'static [&'static str],
    /// The evidence to look for; empty where the rules say it all.
    pub look: &'static str,
    /// What mends it.
    pub fix: &'static str,
}

/// One cause.
pub(super) const fn cause(
    what: &'static str,
    rules: &'static [&'static str],
    look: &'static str,
    fix: &'static str,
) -> Cause {
    Cause {
        what,
        rules,
        look,
        fix,
    }
}

/// Where something is known from.
#[derive(Debug)]
pub enum Reference {
    /// A document that rules cite, too.
    Document(&'static Source),
    /// A document that only failures cite: title, date, address.
    Page(&'static str, &'static str, &'static str),
    /// A public thread, as `owner/repository#number`, and its date.
    Thread(&'static str, &'static str),
}

impl Reference {
    /// Its title.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Document(source) => source.title,
            Self::Page(title, ..) => title,
            Self::Thread(name, _) => name,
        }
    }

    /// Its date, or what is known of it.
    pub fn date(&self) -> &'static str {
        match self {
            Self::Document(source) => source.date,
            Self::Page(_, date, _) | Self::Thread(_, date) => date,
        }
    }

    /// Its address.
    pub fn url(&self) -> String {
        match self {
            Self::Document(source) => source.url.to_owned(),
            Self::Page(.., url) => (*url).to_owned(),
            Self::Thread(name, _) => match name.split_once('#') {
                Some((repository, number)) => {
                    format!("https://github.com/{repository}/issues/{number}")
                }
                None => format!("https://github.com/{name}"),
            },
        }
    }
}

impl Message {
    /// The rules behind its causes, each once, in the order of the causes.
    pub fn rules(&self) -> Vec<&'static str> {
        let mut rules = Vec::new();
        for rule in self.causes.iter().flat_map(|cause| cause.rules) {
            if !rules.contains(rule) {
                rules.push(*rule);
            }
        }
        rules
    }

    /// Its id and its aliases.
    pub fn ids(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.id).chain(self.aliases.iter().copied())
    }
}
