//! Reads a whole file system, within bounds.

use std::sync::Arc;

use vhd_preflight::filesystem::{self, FileSystem, FileType, Subvolume};
use vhd_preflight::source::ReadAt;
use vhd_preflight::volume::FileSystemKind;

use crate::Input;
use crate::base::{Sectors, choose};

/// One input of a target of a file system: a committed image, the changes, the sums made right.
pub fn file_system(
    data: &[u8],
    images: &[&str],
    kinds: &[FileSystemKind],
    mend: fn(&mut Sectors, u64),
) {
    let mut input = Input(data);
    let (Some(kind), Some(mut image)) = (input.byte(), choose(images, &mut input)) else {
        return;
    };
    let choice = usize::from(kind);
    let mended = choice & 0x80 == 0;
    for at in image.change(&mut input) {
        if mended {
            mend(&mut image, at);
        }
    }
    let source: Arc<dyn ReadAt> = Arc::new(image);
    whole(&source, kinds[(choice & 0x7F) % kinds.len()]);
}

/// All questions that can be asked of the volume as a file system of that kind.
pub fn whole(source: &Arc<dyn ReadAt>, kind: FileSystemKind) {
    const RANGES: usize = 5000;
    let _ = filesystem::superblock(source, kind);
    if let Ok(free) = filesystem::free_space(source, kind, RANGES) {
        assert!(free.len() <= RANGES);
        assert!(free.iter().all(|range| range.start < range.end));
        assert!(free.iter().all(|range| range.end <= source.len()));
        assert!(free.windows(2).all(|pair| pair[0].end <= pair[1].start));
    }
    let Ok(fs) = filesystem::open(source, kind) else {
        return;
    };
    tree(&*fs);
    for which in [Subvolume::Path("root".to_owned()), Subvolume::Id(256)] {
        if let Ok(other) = fs.subvolume(&which) {
            tree(&*other);
        }
    }
}

fn tree(fs: &dyn FileSystem) {
    const PIECE: usize = 20_000;
    let mut pending = vec![Vec::new()];
    let mut left = 60;
    while let Some(folder) = pending.pop() {
        let path: &[u8] = if folder.is_empty() { b"/" } else { &folder };
        let entries = fs.list(path, 1000).unwrap_or_default();
        assert!(entries.len() <= 1000);
        for entry in entries.into_iter().take(30) {
            left -= 1;
            if left == 0 {
                return;
            }
            let child = [&folder[..], b"/", &entry.name].concat();
            let size = match fs.metadata(&child) {
                Ok(Some(metadata)) => metadata.size,
                _ => 0,
            };
            let _ = fs.read_link(&child);
            for offset in [0, 1000, size.saturating_sub(9)] {
                let bytes = fs.read(&child, offset, PIECE).unwrap_or_default();
                assert!(bytes.len() <= PIECE);
            }
            if entry.file_type == FileType::Directory && child.len() < 200 {
                pending.push(child);
            }
        }
    }
}
