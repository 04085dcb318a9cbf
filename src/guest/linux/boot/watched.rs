//! Arguments that tests look for in the whole text of a loader's configuration: in entries that
//! are not the default, and in comments too.

use super::{GrubEnv, grubenv};
use crate::guest::{Located, Root};
use crate::known::Known;

/// The words.
pub const WATCHED: [&str; 3] = ["libata.atapi_enabled=0", "reserve=0x1f0,0x8", "numa=off"];

/// The files that Microsoft's test reads, whichever distribution it is.
const FILES: [&str; 5] = [
    "/boot/grub/grub.cfg",
    "/boot/grub2/grub.cfg",
    "/boot/grub/grub.conf",
    "/boot/grub2/grubenv",
    "/boot/grub/menu.lst",
];

/// Places of one word in one file that are kept.
const MAX_PLACES: usize = 8;

/// A configuration file that was looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Searched {
    /// The path as a test names it, links not followed.
    pub path: String,
    /// The places of the words that were found.
    pub found: Vec<Located<&'static str>>,
}

/// Looks through those files and `others`; a file that is not there is left out.
pub(super) fn gather(root: &Root, others: &[String]) -> Known<Vec<Searched>> {
    let mut paths: Vec<&str> = FILES.to_vec();
    for path in others {
        if !paths.contains(&path.as_str()) {
            paths.push(path);
        }
    }
    let mut searched = Vec::new();
    for path in paths {
        let Some(file) = root.text(path)? else {
            continue;
        };
        let mut found = Vec::new();
        for word in WATCHED {
            if !file.text.contains(word) {
                continue;
            }
            found.extend(
                file.lines()
                    .filter(|(_, line)| line.contains(word))
                    .take(MAX_PLACES)
                    .map(|(number, _)| Located::new(word, file.at(number))),
            );
        }
        searched.push(Searched {
            path: path.to_owned(),
            found,
        });
    }
    Ok(searched)
}

/// The environment block that belongs to the guest's own GRUB.
pub(super) fn environment(root: &Root) -> Known<Option<GrubEnv>> {
    for path in ["/boot/grub2/grubenv", "/boot/grub/grubenv"] {
        if let Some(env) = grubenv::read(root, path)? {
            return Ok(Some(env));
        }
    }
    Ok(None)
}
