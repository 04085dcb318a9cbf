//! GRUB's environment block: 1024 bytes of `name=value` lines, the rest `#`.

use std::collections::BTreeMap;

use crate::guest::{Root, Spot};
use crate::known::Known;

/// Bytes that are read; the block has 1024, and longer ones exist.
const MAX: u64 = 64 << 10;

/// The variables of an environment block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrubEnv {
    /// By name.
    pub(super) variables: BTreeMap<String, String>,
    /// The file.
    pub spot: Spot,
}

impl GrubEnv {
    /// The value of a variable that says which entry is started, or with which arguments:
    /// `saved_entry`, `next_entry`, `kernelopts`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }
}

/// Reads a block; none where there is no such file.
pub(super) fn read(root: &Root, path: &str) -> Known<Option<GrubEnv>> {
    let Some(bytes) = root.bytes_at(path, 0, MAX)? else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&bytes);
    let mut variables = BTreeMap::new();
    // A backslash keeps a line end, or another backslash, in a value.
    let mut line = String::new();
    let mut escaped = false;
    for c in text.chars().chain(['\n']) {
        match c {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            '\n' if !escaped => {
                if !line.starts_with('#')
                    && let Some((name, value)) = line.split_once('=')
                {
                    variables.insert(name.to_owned(), value.to_owned());
                }
                line.clear();
            }
            c => line.push(c),
        }
        escaped = false;
    }
    Ok(Some(GrubEnv {
        variables,
        spot: root.real_spot(path),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::testing::Tree;

    #[test]
    fn a_block_is_read_to_its_filling() {
        let mut block = "# GRUB Environment Block\nsaved_entry=ffff-5.14.0.x86_64\n\
            kernelopts=root=/dev/sda2 ro a\\\\b\n"
            .to_owned();
        block.push_str(&"#".repeat(1024 - block.len()));
        let root = Tree::new().file("/boot/grub2/grubenv", &block).root();
        let env = read(&root, "/boot/grub2/grubenv").unwrap().unwrap();
        assert_eq!(env.get("saved_entry"), Some("ffff-5.14.0.x86_64"));
        assert_eq!(env.get("kernelopts"), Some("root=/dev/sda2 ro a\\b"));
        assert_eq!(env.variables.len(), 2);
        assert_eq!(read(&root, "/nowhere"), Ok(None));
    }
}
