//! Unified kernel images: one PE file with kernel, arguments and RAM disk as its sections.

use super::{BootEntry, CommandLine};
use crate::guest::pe::{self, Pe};
use crate::guest::{Root, Spot};
use crate::known::Known;

/// Bytes of a section of text that are read.
const MAX_TEXT: u64 = 64 << 10;
/// Images of a folder that are read.
const MAX_IMAGES: usize = 64;

/// A unified kernel image.
pub(super) struct Image {
    /// The file's name.
    pub(super) id: String,
    pub(super) sort_key: String,
    pub(super) version: String,
    pub(super) entry: BootEntry,
}

/// Whether a PE file is such an image.
pub(super) fn is_image(pe: &Pe) -> bool {
    pe.section(".linux").is_some()
}

/// Reads the image `path`; none where it is none.
pub(super) fn read(root: &Root, path: &str) -> Known<Option<Image>> {
    let Some(file) = pe::read(root, path)? else {
        return Ok(None);
    };
    let Some(pe) = file.pe().filter(|pe| is_image(pe)) else {
        return Ok(None);
    };
    let text = |name: &str| pe::section_text(root, path, pe, name, MAX_TEXT);
    let release = text(".osrel")?.unwrap_or_default();
    let value = |key: &str| {
        release
            .lines()
            .filter_map(|line| line.trim().split_once('='))
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value.trim_matches(['"', '\'']).to_owned())
            .filter(|value| !value.is_empty())
    };
    let id = path.rsplit('/').next().unwrap_or(path).to_owned();
    let title = value("PRETTY_NAME").unwrap_or_else(|| id.clone());
    let mut spot: Spot = file.spot.clone();
    let arguments = match text(".cmdline")? {
        Some(arguments) => arguments,
        // The kernel package's own file says what the next image will hold; an image without the
        // section is started with what stands there.
        None => match root.text("/etc/kernel/cmdline")? {
            Some(file) => {
                spot = file.spot;
                file.text
            }
            None => String::new(),
        },
    };
    Ok(Some(Image {
        sort_key: value("IMAGE_ID")
            .or_else(|| value("ID"))
            .unwrap_or_default(),
        version: value("IMAGE_VERSION")
            .or_else(|| value("VERSION_ID"))
            .or_else(|| value("BUILD_ID"))
            .unwrap_or_default(),
        entry: BootEntry {
            title,
            id: Some(id.clone()),
            kernel: Some(path.to_owned()),
            initrds: if pe.section(".initrd").is_some() {
                vec![path.to_owned()]
            } else {
                Vec::new()
            },
            command_line: CommandLine::new(arguments.trim(), spot),
        },
        id,
    }))
}

/// The images of a folder.
pub(super) fn read_folder(root: &Root, folder: &str) -> Known<Vec<Image>> {
    let mut images = Vec::new();
    for file in root.entries(folder)?.into_iter().take(MAX_IMAGES) {
        if file.name.to_ascii_lowercase().ends_with(".efi") {
            images.extend(read(root, &file.path)?);
        }
    }
    Ok(images)
}

/// The range of the RAM disk in the file `path`, where that is a unified image that holds one.
pub(in crate::guest::linux) fn initrd_section(
    root: &Root,
    path: &str,
) -> Known<Option<std::ops::Range<u64>>> {
    // RAM disks have names of their own: only an image ends so.
    if !path.to_ascii_lowercase().ends_with(".efi") {
        return Ok(None);
    }
    let file = pe::read(root, path)?;
    let section = file
        .as_ref()
        .and_then(|file| file.pe())
        .and_then(|pe| pe.section(".initrd"));
    Ok(section.map(|section| section.offset..section.offset.saturating_add(section.size)))
}
