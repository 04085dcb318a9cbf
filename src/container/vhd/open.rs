//! Reads both ends of a file, decides how it is laid out, and opens it as a disk.

use std::sync::Arc;

use super::bat::{Bat, BatError, BatFacts};
use super::dynamic::{Backing, BlockDisk};
use super::footer::{COOKIE, DiskType, FOOTER_SIZE, Footer, NO_OFFSET};
use super::header::{DynamicHeader, HEADER_SIZE};
use super::parent::{self, MOST_PARENTS, ParentSearch};
use super::{ChainLink, FooterPlace, FoundFooter, Layout, Vhd};
use crate::bytes::is_zero;
use crate::container::Disk;
use crate::source::{ExtentKind, ImageFile, ReadAt, ReadError, Window};

/// How far before the end a displaced footer is looked for.
const SEARCH: u64 = 1 << 20;

/// A VHD with what can be read of its disk.
pub(in crate::container) struct OpenedVhd {
    pub(in crate::container) vhd: Vhd,
    pub(in crate::container) disk: Disk,
    /// The same disk, where it is one in blocks, for those who ask for its bitmaps.
    pub(in crate::container) blocks: Option<Arc<BlockDisk>>,
    /// The files of the chain, to be asked afterwards whether they changed.
    pub(in crate::container) parents: Vec<Arc<ImageFile>>,
}

/// Reads `image` as a VHD; `None` when there is no footer in it.
///
/// # Errors
/// [`ReadError`] when its ends cannot be read, or it changed.
pub(in crate::container) fn open(
    image: &Arc<dyn ReadAt>,
    search: &ParentSearch,
) -> Result<Option<OpenedVhd>, ReadError> {
    open_link(image, search, MOST_PARENTS)
}

fn open_link(
    image: &Arc<dyn ReadAt>,
    search: &ParentSearch,
    parents_left: usize,
) -> Result<Option<OpenedVhd>, ReadError> {
    let Some(mut vhd) = read_ends(&**image)? else {
        return Ok(None);
    };
    find_header(&**image, &mut vhd)?;
    let mut parents = Vec::new();
    let (disk, blocks): (Disk, _) = if vhd.layout.has_blocks() {
        match open_blocks(image, &mut vhd, search, parents_left, &mut parents)? {
            Ok(blocks) => {
                let disk: Arc<dyn ReadAt> = blocks.clone();
                (Ok(disk), Some(blocks))
            }
            Err(problem) => (Err(problem), None),
        }
    } else {
        (open_fixed(image, &vhd), None)
    };
    Ok(Some(OpenedVhd {
        vhd,
        disk,
        blocks,
        parents,
    }))
}

fn footer_at(
    image: &dyn ReadAt,
    place: FooterPlace,
    offset: u64,
    len: usize,
) -> Result<Option<FoundFooter>, ReadError> {
    let bytes = image.read_vec(offset, len)?;
    Ok(found_in(&bytes, place, offset))
}

/// The footer that `bytes`, which were read at `offset`, hold if they begin with its cookie.
fn found_in(bytes: &[u8], place: FooterPlace, offset: u64) -> Option<FoundFooter> {
    bytes
        .starts_with(&COOKIE)
        .then(|| Footer::parse(offset, bytes).ok())
        .flatten()
        .map(|footer| FoundFooter {
            place,
            offset,
            footer,
        })
}

fn read_ends(image: &dyn ReadAt) -> Result<Option<Vhd>, ReadError> {
    let length = image.len();
    let short = FOOTER_SIZE.saturating_sub(1);
    let last = |size: usize| length.checked_sub(u64::try_from(size).unwrap_or(u64::MAX));
    let mut end = None;
    let mut end_is_zero = false;
    if let Some(offset) = last(FOOTER_SIZE) {
        let bytes = image.read_vec(offset, FOOTER_SIZE)?;
        end_is_zero = is_zero(&bytes);
        end = found_in(&bytes, FooterPlace::End, offset);
    }
    let front = match last(FOOTER_SIZE) {
        Some(offset) if offset > 0 => footer_at(image, FooterPlace::Front, 0, FOOTER_SIZE)?,
        _ => None,
    };
    let mut displaced = None;
    if end.is_none() {
        if let Some(offset) = last(short) {
            displaced = footer_at(image, FooterPlace::End511, offset, short)?;
        }
        if displaced.is_none() {
            displaced = find_displaced(image)?;
        }
    }
    // The end counts, by the specification; then the front, if it is sound or all that there is.
    let sound = |found: &Option<FoundFooter>| found.as_ref().is_some_and(|f| f.footer.is_sound());
    let used = if sound(&end) {
        FooterPlace::End
    } else if sound(&front) {
        FooterPlace::Front
    } else if end.is_some() {
        FooterPlace::End
    } else if let Some(found) = &displaced {
        found.place
    } else if front.is_some() {
        FooterPlace::Front
    } else {
        return Ok(None);
    };
    Ok(Some(Vhd {
        file_length: length,
        end,
        front,
        displaced,
        end_is_zero,
        used,
        layout: Layout::Fixed,
        header: None,
        header_problem: None,
        bat: None,
        bat_problem: None,
        excess: None,
        parent: None,
        chain: Vec::new(),
    }))
}

/// Looks for a sound footer before the end: in the last MiB of the file, and in the last MiB of its
/// data when a hole follows (a file that was made longer).
fn find_displaced(image: &dyn ReadAt) -> Result<Option<FoundFooter>, ReadError> {
    let length = image.len();
    if let Some(found) = last_footer_in(image, length.saturating_sub(SEARCH), length)? {
        return Ok(Some(found));
    }
    // The last data extent, found from the end by doubling steps: no walk over millions of extents.
    let mut data_end = None;
    let mut back = SEARCH;
    loop {
        let from = length.saturating_sub(back);
        for extent in image.extents(from..length) {
            let extent = extent?;
            if extent.kind == ExtentKind::Data {
                data_end = Some(extent.end);
            }
        }
        if data_end.is_some() || from == 0 {
            break;
        }
        back = back.saturating_mul(2);
    }
    match data_end {
        Some(data_end) if data_end < length => {
            last_footer_in(image, data_end.saturating_sub(SEARCH), data_end)
        }
        _ => Ok(None),
    }
}

fn last_footer_in(
    image: &dyn ReadAt,
    from: u64,
    to: u64,
) -> Result<Option<FoundFooter>, ReadError> {
    let len = usize::try_from(to.saturating_sub(from)).unwrap_or(0);
    let bytes = image.read_vec(from, len)?;
    let candidates = bytes
        .windows(COOKIE.len())
        .enumerate()
        .rev()
        .filter(|(_, window)| *window == COOKIE);
    for (at, _) in candidates {
        let offset = from.saturating_add(u64::try_from(at).unwrap_or(0));
        // At the front it is the copy of a dynamic disk, not the end of a fixed one.
        if offset == 0 {
            continue;
        }
        let footer = bytes
            .get(at..)
            .and_then(|rest| Footer::parse(offset, rest).ok())
            .filter(Footer::is_sound);
        if let Some(footer) = footer {
            return Ok(Some(FoundFooter {
                place: FooterPlace::Displaced,
                offset,
                footer,
            }));
        }
    }
    Ok(None)
}

/// Finds the dynamic header, and by it the layout.
fn find_header(image: &dyn ReadAt, vhd: &mut Vhd) -> Result<(), ReadError> {
    let types: Vec<DiskType> = [vhd.footer(), vhd.front.as_ref().map(|found| &found.footer)]
        .into_iter()
        .flatten()
        .map(|footer| footer.disk_type)
        .collect();
    let mut offsets: Vec<u64> = [&vhd.end, &vhd.front, &vhd.displaced]
        .into_iter()
        .flatten()
        .map(|found| found.footer.data_offset)
        .filter(|offset| *offset != NO_OFFSET)
        .collect();
    let stated = vhd.footer().map_or(NO_OFFSET, |footer| footer.data_offset);
    offsets.sort_by_key(|offset| *offset != stated);
    if vhd.front.is_some() {
        // Where every writer puts it, should the offset be wrong.
        offsets.push(512);
    }
    let mut broken = None;
    for offset in offsets {
        let header = match image.read_vec(offset, HEADER_SIZE) {
            Ok(bytes) => DynamicHeader::parse(offset, &bytes).ok(),
            Err(error @ ReadError::Changed { .. }) => return Err(error),
            Err(_) => None,
        };
        match header {
            Some(header) if header.has_cookie() => {
                vhd.layout = if types.contains(&DiskType::Differencing) {
                    Layout::Differencing
                } else {
                    Layout::Dynamic
                };
                vhd.header = Some(header);
                return Ok(());
            }
            // Another cookie under a right checksum: a header all the same.
            Some(header) if header.checksum_ok() && header.block_size != 0 => {
                broken = broken.or(Some(header));
            }
            _ => {}
        }
    }
    if vhd.front.is_none() && broken.is_none() {
        // Nothing of a dynamic disk is there but perhaps the type: the bytes before the footer
        // are read as the disk.
        if types.iter().any(|kind| *kind != DiskType::Fixed) && stated != NO_OFFSET {
            vhd.header_problem = Some(format!("there is no dynamic disk header at byte {stated}"));
        }
        return Ok(());
    }
    let blocks = types
        .iter()
        .any(|kind| matches!(kind, DiskType::Dynamic | DiskType::Differencing));
    if blocks {
        vhd.layout = if types.contains(&DiskType::Differencing) {
            Layout::Differencing
        } else {
            Layout::Dynamic
        };
        vhd.header_problem = Some(format!(
            "there is no `cxsparse` at byte {stated}, where the footer says that the dynamic disk header is"
        ));
        vhd.header = broken;
    }
    Ok(())
}

fn open_fixed(image: &Arc<dyn ReadAt>, vhd: &Vhd) -> Disk {
    let data = vhd.data_bytes();
    let stated = vhd.footer().map_or(0, |footer| footer.current_size);
    // A size that the file does not hold is a finding; the disk is then what the file holds.
    let size = if stated == 0 { data } else { stated.min(data) };
    if size == 0 {
        return Err("the file holds no bytes before its footer".to_owned());
    }
    match Window::new(Arc::clone(image), 0, size) {
        Ok(window) => Ok(Arc::new(window)),
        Err(error) => Err(error.to_string()),
    }
}

fn open_blocks(
    image: &Arc<dyn ReadAt>,
    vhd: &mut Vhd,
    search: &ParentSearch,
    parents_left: usize,
    parents: &mut Vec<Arc<ImageFile>>,
) -> Result<Result<Arc<BlockDisk>, String>, ReadError> {
    let Some(header) = vhd.header.clone() else {
        return Ok(Err(vhd
            .header_problem
            .clone()
            .unwrap_or_else(|| "there is no dynamic disk header".to_owned())));
    };
    let size = vhd.footer().map_or(0, |footer| footer.current_size);
    // The parent first: it is a fact of its own, whether or not the table can be read.
    let backing = if vhd.layout == Layout::Differencing {
        open_parent(image, vhd, &header, search, parents_left, parents)?
    } else {
        // Locators have no meaning here, but some readers stumble over a broken one.
        if header.locators.iter().any(super::ParentLocator::is_used) {
            let (facts, _) = parent::find(&**image, &header, &ParentSearch::default());
            vhd.parent = Some(facts);
        }
        Backing::Zeros
    };
    if !header.block_size.is_power_of_two() || header.block_size < 512 {
        let problem = format!(
            "the block size of {} bytes is not a power of two of at least 512",
            header.block_size
        );
        vhd.bat_problem = Some(problem.clone());
        return Ok(Err(problem));
    }
    let bat = match Bat::read(&**image, &header, size) {
        Ok(bat) => bat,
        Err(BatError::Changed(error)) => return Err(error),
        Err(BatError::Unusable(problem)) => {
            let problem = format!("the block allocation table cannot be read: {problem}");
            vhd.bat_problem = Some(problem.clone());
            return Ok(Err(problem));
        }
    };
    let blocks_end = vhd
        .end
        .as_ref()
        .map_or(vhd.file_length, |found| found.offset);
    let facts = BatFacts::of(&bat, &header, blocks_end, size);
    let stored = facts.allocated.saturating_mul(u64::from(header.block_size));
    if stored > vhd.file_length {
        vhd.excess = Some(format!(
            "its {} blocks would hold {stored} bytes, more than the {} of the file: several \
             entries name one place",
            facts.allocated, vhd.file_length
        ));
    }
    vhd.bat = Some(facts);
    if size == 0 {
        return Ok(Err("the current size is 0".to_owned()));
    }
    let disk = BlockDisk::new(Arc::clone(image), &header, bat, size, backing);
    Ok(Ok(Arc::new(disk)))
}

fn open_parent(
    image: &Arc<dyn ReadAt>,
    vhd: &mut Vhd,
    header: &DynamicHeader,
    search: &ParentSearch,
    parents_left: usize,
    parents: &mut Vec<Arc<ImageFile>>,
) -> Result<Backing, ReadError> {
    let (facts, found) = parent::find(&**image, header, search);
    let name = facts.name.clone();
    vhd.parent = Some(facts);
    let missing = |reason: String| Ok(Backing::Missing(reason.into()));
    let Some((file, path)) = found else {
        return missing(format!(
            "the parent disk {} is not at hand",
            uuid::Uuid::from_bytes(header.parent_unique_id)
        ));
    };
    let mut link = ChainLink {
        path: path.display().to_string(),
        layout: "unknown",
        problem: None,
    };
    let Some(parents_left) = parents_left.checked_sub(1) else {
        let problem = format!("the chain is longer than {MOST_PARENTS} disks, or a loop");
        link.problem = Some(problem.clone());
        vhd.chain.push(link);
        return missing(problem);
    };
    let source: Arc<dyn ReadAt> = file.clone();
    parents.push(file);
    let next = ParentSearch {
        folder: path.parent().map(std::path::Path::to_owned),
        ..search.clone()
    };
    let Some(opened) = open_link(&source, &next, parents_left)? else {
        return missing(format!("the parent disk {name} has no footer"));
    };
    link.layout = opened.vhd.layout.word();
    link.problem = opened.disk.as_ref().err().cloned();
    vhd.chain.push(link);
    vhd.excess = opened.vhd.excess;
    vhd.chain.extend(opened.vhd.chain);
    parents.extend(opened.parents);
    match opened.disk {
        Ok(disk) => Ok(Backing::Parent(disk)),
        Err(problem) => missing(format!("the parent disk cannot be read: {problem}")),
    }
}
