//! Swap that is no partition: files, and the units that switch swap on.

use super::fstab::Fstab;
use crate::guest::{Located, Root, Spot};
use crate::known::Known;

/// Where swap files usually stand.
const USUAL: [&str; 8] = [
    "/swapfile",
    "/swap.img",
    "/swap",
    "/swap/swapfile",
    "/var/swap",
    "/var/swapfile",
    "/mnt/swapfile",
    "/mnt/swap.img",
];

/// Page sizes at whose end the signature stands.
const PAGES: [u64; 3] = [4096, 16_384, 65_536];

/// A file that is laid out as swap space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwapFile {
    /// The file.
    pub spot: Spot,
    /// Its size in bytes.
    pub size: u64,
}

/// A systemd unit that switches swap on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwapUnit {
    /// What it switches on: `What=` (hostile text).
    pub what: String,
    /// The line that says so.
    pub spot: Spot,
    /// The link that starts it; none where nothing does.
    pub enabled: Option<Spot>,
}

/// Swap that is no partition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Swap {
    /// Files that are laid out as swap space.
    pub files: Vec<SwapFile>,
    /// Units that switch swap on.
    pub units: Vec<SwapUnit>,
}

/// Looks for it: files where they usually stand and where fstab says, units where they stand.
pub(super) fn gather(root: &Root, fstab: &Known<Option<Fstab>>) -> Known<Swap> {
    let listed = fstab
        .as_ref()
        .ok()
        .and_then(Option::as_ref)
        .map(|fstab| fstab.entries.as_slice())
        .unwrap_or_default()
        .iter()
        .filter(|entry| entry.is_swap() && entry.device.starts_with('/'))
        .map(|entry| entry.device.as_str())
        .filter(|device| !device.starts_with("/dev/"));
    let mut paths: Vec<&str> = USUAL.into_iter().chain(listed).collect();
    paths.sort_unstable();
    paths.dedup();
    let mut swap = Swap::default();
    for path in paths {
        swap.files.extend(swap_file(root, path)?);
    }
    for path in root.glob("/etc/systemd/system/*.swap")? {
        swap.units.extend(unit(root, &path)?);
    }
    Ok(swap)
}

fn swap_file(root: &Root, path: &str) -> Known<Option<SwapFile>> {
    for page in PAGES {
        let Some(end) = root.bytes_at(path, page.saturating_sub(10), 10)? else {
            return Ok(None);
        };
        if end == b"SWAPSPACE2" || end == b"SWAP-SPACE" {
            let size = root.metadata(path)?.map_or(0, |metadata| metadata.size);
            let spot = root.real_spot(path);
            return Ok(Some(SwapFile { spot, size }));
        }
    }
    Ok(None)
}

fn unit(root: &Root, path: &str) -> Known<Option<SwapUnit>> {
    // A unit that is a link to /dev/null is masked: there is no file to read.
    let Some(file) = root.text(path)? else {
        return Ok(None);
    };
    let what = file.settings().find_map(|(number, line)| {
        let what = line.strip_prefix("What=")?;
        Some(Located::new(what.trim().to_owned(), file.at(number)))
    });
    let Some(what) = what else {
        return Ok(None);
    };
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut enabled = None;
    for target in ["swap.target", "multi-user.target", "local-fs.target"] {
        for kind in ["wants", "requires"] {
            let link = format!("/etc/systemd/system/{target}.{kind}/{name}");
            if enabled.is_none() && root.link_metadata(&link)?.is_some() {
                enabled = Some(root.spot(&link));
            }
        }
    }
    Ok(Some(SwapUnit {
        what: what.value,
        spot: what.spot,
        enabled,
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

    use super::super::fstab;
    use super::*;
    use crate::guest::testing::Tree;

    fn signed(page: usize) -> Vec<u8> {
        let mut bytes = vec![0; page];
        bytes[page - 10..].copy_from_slice(b"SWAPSPACE2");
        bytes
    }

    #[test]
    fn files_are_known_by_their_signature_and_units_by_their_link() {
        let root = Tree::new()
            .bytes("/swapfile", &signed(4096))
            .bytes("/data/my swap", &signed(65_536))
            .file("/swap.img", "no swap at all")
            .file("/etc/fstab", "/data/my\\040swap none swap sw 0 0\n")
            .file(
                "/etc/systemd/system/swapfile.swap",
                "[Swap]\nWhat=/swapfile\n",
            )
            .link(
                "/etc/systemd/system/swap.target.wants/swapfile.swap",
                "../swapfile.swap",
            )
            .link("/etc/systemd/system/masked.swap", "/dev/null")
            .root();
        let swap = gather(&root, &fstab::gather(&root)).unwrap();
        let files: Vec<_> = swap
            .files
            .iter()
            .map(|file| file.spot.path.as_str())
            .collect();
        assert_eq!(files, ["/data/my swap", "/swapfile"]);
        assert_eq!(swap.units.len(), 1);
        assert_eq!(swap.units[0].spot.line, Some(2));
        assert!(swap.units[0].enabled.is_some());
    }
}
