//! The guest's SSH server: its configuration as sshd itself and as other readers see it.
//!
//! Three readers answer differently for the same files: sshd takes the first value along its
//! includes, a search for lines looks into the main file only, and the fall-back of Microsoft's
//! test suite takes the last line of the main file and of one drop-in of Ubuntu's.

mod config;
mod lines;
#[cfg(test)]
mod tests;
mod words;

use crate::guest::{Located, Root, Spot};
use crate::known::{Known, Undetermined};

pub use config::Refusal;
use config::{Configuration, Event};
use lines::Lines;
pub use words::seconds;

/// The places of the main file, in the order in which they are taken.
const MAIN: [&str; 3] = [
    "/etc/ssh/sshd_config",
    "/usr/etc/ssh/sshd_config",
    "/usr/local/etc/ssh/sshd_config",
];

/// Which server it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    /// OpenSSH's sshd.
    OpenSsh,
    /// dropbear, which reads no such configuration.
    Dropbear,
}

const PROGRAMS: [(&str, Server); 5] = [
    ("/usr/sbin/sshd", Server::OpenSsh),
    ("/usr/local/sbin/sshd", Server::OpenSsh),
    ("/usr/bin/sshd", Server::OpenSsh),
    ("/usr/sbin/dropbear", Server::Dropbear),
    ("/usr/local/sbin/dropbear", Server::Dropbear),
];

/// The guest's SSH server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ssh {
    /// The main configuration file; none where there is none.
    pub main: Known<Option<Spot>>,
    /// The server's program; none where none is installed.
    pub server: Known<Option<Located<Server>>>,
    /// The private host keys `ssh_host_*_key`: that they are there, never what they are.
    pub host_keys: Known<Vec<Spot>>,
    configuration: Configuration,
    lines: Lines,
}

impl Default for Ssh {
    /// A guest without a server.
    fn default() -> Self {
        Self {
            main: Ok(None),
            server: Ok(None),
            host_keys: Ok(Vec::new()),
            configuration: Configuration::default(),
            lines: Lines::default(),
        }
    }
}

impl Ssh {
    /// The value that sshd itself takes for a keyword, its words with one blank between them, as
    /// `sshd -T` would find it: the first one along the includes; a value under `Match` counts
    /// only under `Match all`. None where nothing sets it.
    ///
    /// # Errors
    /// [`Undetermined`] where a file that comes before any value could not be read.
    pub fn effective(&self, keyword: &str) -> Known<Option<Located<String>>> {
        Ok(self
            .effective_words(keyword)?
            .map(|words| Located::new(words.value.join(" "), words.spot)))
    }

    /// As [`effective`](Self::effective), word by word, quotes taken off.
    ///
    /// # Errors
    /// As [`effective`](Self::effective).
    pub fn effective_words(&self, keyword: &str) -> Known<Option<Located<Vec<String>>>> {
        self.is_read()?;
        let first = |chosen: fn(&config::Scope) -> bool| {
            for event in &self.configuration.events {
                match event {
                    Event::Open(reason, scope) if chosen(scope) => return Err(reason.clone()),
                    Event::Directive(directive)
                        if chosen(&directive.scope)
                            && directive.keyword.eq_ignore_ascii_case(keyword) =>
                    {
                        return Ok(Some(Located::new(
                            directive.arguments.clone(),
                            directive.spot.clone(),
                        )));
                    }
                    _ => {}
                }
            }
            Ok(None)
        };
        // What stands under `Match all` is laid over the global values at each connection. A file
        // that could not be read holds global values as a rule, and is asked for those.
        let over = self.configuration.events.iter().find_map(|event| {
            let Event::Directive(directive) = event else {
                return None;
            };
            (directive.scope.over && directive.keyword.eq_ignore_ascii_case(keyword))
                .then(|| Located::new(directive.arguments.clone(), directive.spot.clone()))
        });
        match over {
            Some(value) => Ok(Some(value)),
            None => first(|scope| scope.global),
        }
    }

    /// Every value that sshd reads for a keyword of which each counts, such as `Port` or
    /// `AllowUsers`, in its order.
    ///
    /// # Errors
    /// [`Undetermined`] where some file of the configuration could not be read.
    pub fn every(&self, keyword: &str) -> Known<Vec<Located<String>>> {
        self.is_read()?;
        let mut values = Vec::new();
        for event in &self.configuration.events {
            match event {
                Event::Open(reason, scope) if scope.global => return Err(reason.clone()),
                Event::Directive(directive)
                    if directive.scope.global
                        && directive.keyword.eq_ignore_ascii_case(keyword) =>
                {
                    values.push(Located::new(
                        directive.arguments.join(" "),
                        directive.spot.clone(),
                    ));
                }
                _ => {}
            }
        }
        Ok(values)
    }

    /// What a search for lines that begin with the keyword, spelled as here, finds in the main
    /// file: each value up to a comment, in the order of the lines, `Match` blocks and all.
    ///
    /// # Errors
    /// [`Undetermined`] where the main file could not be read.
    pub fn literal(&self, keyword: &str) -> Known<Vec<Located<String>>> {
        self.is_read()?;
        Ok(lines::values(&self.lines.main, keyword).collect())
    }

    /// What the fall-back of Microsoft's test suite takes, for when `sshd -T` fails: the last line
    /// that begins with the keyword in the main file and, on Ubuntu, in the drop-in of its cloud
    /// images.
    ///
    /// # Errors
    /// [`Undetermined`] where one of the two could not be read.
    pub fn fallback(&self, keyword: &str) -> Known<Option<Located<String>>> {
        self.is_read()?;
        let cloud = self.lines.cloud.as_ref().map_err(Clone::clone)?;
        Ok(lines::values(cloud, keyword)
            .last()
            .or_else(|| lines::values(&self.lines.main, keyword).last()))
    }

    /// What sshd refuses to start with, or what only `sshd -T` refuses.
    pub fn refusals(&self) -> &[Refusal] {
        &self.configuration.refusals
    }

    fn is_read(&self) -> Known<()> {
        self.main.as_ref().map(|_| ()).map_err(Clone::clone)
    }
}

fn server(root: &Root) -> Known<Option<Located<Server>>> {
    for (path, server) in PROGRAMS {
        if root.exists(path)? {
            return Ok(Some(Located::new(server, root.real_spot(path))));
        }
    }
    Ok(None)
}

fn host_keys(root: &Root) -> Known<Vec<Spot>> {
    let paths = root.glob("/etc/ssh/ssh_host_*_key")?;
    Ok(paths.iter().map(|path| root.spot(path)).collect())
}

/// Reads the server's configuration.
pub(super) fn gather(root: &Root) -> Ssh {
    let mut ssh = Ssh {
        server: server(root),
        host_keys: host_keys(root),
        ..Ssh::default()
    };
    for path in MAIN {
        match root.text(path) {
            Ok(None) => {}
            Ok(Some(file)) => {
                ssh.configuration = config::read(root, path, &file);
                ssh.lines = Lines::read(root, &file);
                ssh.main = Ok(Some(file.spot));
                return ssh;
            }
            Err(unknown) => {
                ssh.main = Err(Undetermined::new(unknown.reason));
                return ssh;
            }
        }
    }
    ssh
}
