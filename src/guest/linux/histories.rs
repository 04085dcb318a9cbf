//! What shells, editors and databases remember of what was typed: that there is a file, whose, and
//! of what size; never a line of it.

use super::accounts::homes::Homes;
use crate::guest::{Root, Spot};
use crate::known::{Known, Undetermined};

/// Who keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryKind {
    /// A shell, by the names that Microsoft's test suite looks for: `.*sh_history`, `.history`.
    Shell,
    /// Another program, or a shell by another name.
    Tool(&'static str),
}

/// A history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// The file.
    pub spot: Spot,
    /// Bytes.
    pub size: u64,
    /// Who keeps it.
    pub kind: HistoryKind,
    /// In whose home it lies; none in a home that is no account's.
    pub owner: Option<String>,
}

/// The histories in the homes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Histories {
    /// In the order in which they were found.
    pub list: Vec<History>,
    /// What could not be looked at.
    pub open: Vec<Undetermined>,
}

const TOOLS: [(&str, &str); 22] = [
    (".histfile", "zsh"),
    (".zhistory", "zsh"),
    ("fish_history", "fish"),
    (".mysql_history", "mysql"),
    (".mariadb_history", "mariadb"),
    (".mycli-history", "mycli"),
    (".psql_history", "psql"),
    (".sqlite_history", "sqlite3"),
    (".rediscli_history", "redis-cli"),
    (".mongorc_history", "mongo"),
    (".dbshell", "mongo"),
    (".python_history", "python"),
    (".node_repl_history", "node"),
    (".irb_history", "irb"),
    (".php_history", "php"),
    (".gdb_history", "gdb"),
    (".lesshst", "less"),
    (".viminfo", "vim"),
    (".nviminfo", "vim"),
    (".scapy_history", "scapy"),
    (".influx_history", "influx"),
    (".cqlsh_history", "cqlsh"),
];

/// Who keeps a file of that name; none where it is no history.
pub(super) fn kind(name: &str) -> Option<HistoryKind> {
    let shell = name == ".history" || (name.starts_with('.') && name.ends_with("sh_history"));
    if shell {
        return Some(HistoryKind::Shell);
    }
    TOOLS
        .iter()
        .find(|(file, _)| *file == name)
        .map(|(_, tool)| HistoryKind::Tool(tool))
}

/// Measures the histories that lie in the homes.
pub(super) fn gather(root: &Root, homes: &Known<Homes>) -> Known<Histories> {
    let homes = homes.as_ref().map_err(Clone::clone)?;
    let mut out = Histories {
        list: Vec::new(),
        open: homes.open.clone(),
    };
    for file in &homes.files {
        let Some(kind) = kind(&file.name) else {
            continue;
        };
        match size(root, &file.path, file.is_link) {
            Ok(None) => {}
            Ok(Some(size)) => out.list.push(History {
                spot: root.spot(&file.path),
                size,
                kind,
                owner: file.owner.clone(),
            }),
            Err(unknown) => out.open.push(unknown),
        }
    }
    Ok(out)
}

/// The size of a file; none of a link to nothing or to `/dev/null`, which keeps nothing.
fn size(root: &Root, path: &str, is_link: bool) -> Known<Option<u64>> {
    if is_link && root.read_link(path)?.as_deref() == Some("/dev/null") {
        return Ok(None);
    }
    let Some(found) = root.metadata(path)? else {
        return Ok(None);
    };
    Ok((found.file_type == crate::filesystem::FileType::File).then_some(found.size))
}
