//! The order in which an image is looked at.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::measure::{self, Measure, Pass, Stop};
use super::offer::Offer;
use super::subject::{self, DiskRole, Generation, Guess, OsFamily};
use super::volumes;
use super::{Inspection, Known, Measured, Undetermined};
use crate::advisories::{Feed, Matches};
use crate::container::vhd::{BitmapFacts, Layout, ParentSearch, compare_bitmaps};
use crate::container::{self, Opened};
use crate::guest::Guest;
use crate::partition;
use crate::scan::{self, Outline, Progress};
use crate::source::{ImageFile, IoChoice, OpenError, ReadAt, ReadError};

/// What the user says that cannot be seen, and how to look.
#[derive(Clone)]
pub struct Options<'a> {
    /// How the file is read.
    pub io: IoChoice,
    /// Files that may be parents of a differencing disk.
    pub parents: Vec<PathBuf>,
    /// Judge as an OS disk or a data disk.
    pub role: Option<Guess<DiskRole>>,
    /// The operating system family.
    pub os: Option<Guess<OsFamily>>,
    /// The Hyper-V generation.
    pub generation: Generation,
    /// What the offer says of the image.
    pub offer: Offer,
    /// Whether the content pass is run.
    pub scan: bool,
    /// What the content pass measures beside the content.
    pub measure: Measure<'a>,
    /// Advisories to match the guest's packages with.
    pub advisories: Option<&'a Feed>,
    /// Told of the content pass's progress.
    pub progress: &'a dyn Progress,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            io: IoChoice::Auto,
            parents: Vec::new(),
            role: None,
            os: None,
            generation: Generation::Any,
            offer: Offer::default(),
            scan: true,
            measure: Measure::default(),
            advisories: None,
            progress: &scan::NoProgress,
        }
    }
}

/// Why an image could not be inspected at all: there is no verdict on it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum InspectError {
    /// It could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It changed while it was read.
    #[error(
        "{}: changed while it was read ({detail}); nothing is said of it: \
         wait until whatever writes to it is done, and check again", .path.display()
    )]
    Changed {
        /// The image, or the parent of it that changed.
        path: PathBuf,
        /// What was seen.
        detail: String,
    },
    /// It was interrupted.
    #[error("{}: interrupted; nothing is said of it", .path.display())]
    Interrupted {
        /// The image.
        path: PathBuf,
    },
    /// Its bytes could not be read.
    #[error("{}: {error}", .path.display())]
    Read {
        /// The image.
        path: PathBuf,
        /// What the system said.
        error: ReadError,
    },
}

impl InspectError {
    fn of(path: &Path, error: Stop) -> Self {
        let path = path.to_owned();
        match error {
            Stop::Interrupted => Self::Interrupted { path },
            Stop::Read(ReadError::Changed { detail }) => Self::Changed { path, detail },
            Stop::Read(error) => Self::Read { path, error },
        }
    }
}

/// Inspects the file at `path`.
///
/// # Errors
/// [`InspectError`]: then nothing may be said of the image.
pub fn inspect_file(path: &Path, options: &Options<'_>) -> Result<Inspection, InspectError> {
    let file = Arc::new(ImageFile::open(path, options.io)?);
    let source: Arc<dyn ReadAt> = Arc::clone(&file) as Arc<dyn ReadAt>;
    let folder = path.parent().map(|folder| match folder.as_os_str().len() {
        0 => PathBuf::from("."),
        _ => folder.to_owned(),
    });
    let (mut inspection, parents) = look(&path.to_string_lossy(), &source, folder, options)
        .map_err(|error| InspectError::of(path, error))?;
    // What was read is only worth something if it was one and the same file from start to end.
    for file in std::iter::once(&file).chain(&parents) {
        file.check_unchanged()
            .map_err(|error| InspectError::of(file.path(), error.into()))?;
    }
    inspection.allocated = file.allocated();
    inspection.mapped = file.is_mapped();
    Ok(inspection)
}

/// The unique id in the footer of the file at `path`, without looking at anything else; none where
/// it has no footer.
///
/// # Errors
/// As [`inspect_file`].
pub fn unique_id(path: &Path, io: IoChoice) -> Result<Option<[u8; 16]>, InspectError> {
    let source: Arc<dyn ReadAt> = Arc::new(ImageFile::open(path, io)?);
    let search = ParentSearch {
        folder: None,
        named: Vec::new(),
        io,
    };
    let opened =
        container::open(&source, &search).map_err(|error| InspectError::of(path, error.into()))?;
    let footer = opened.container.vhd().and_then(|vhd| vhd.footer());
    Ok(footer.map(|footer| footer.unique_id))
}

/// Inspects bytes that are not a file, such as a test's. Parents are only those that are named.
///
/// # Errors
/// As [`inspect_file`].
pub fn inspect_source(
    name: &str,
    source: &Arc<dyn ReadAt>,
    options: &Options<'_>,
) -> Result<Inspection, InspectError> {
    look(name, source, None, options)
        .map(|(inspection, _)| inspection)
        .map_err(|error| InspectError::of(Path::new(name), error))
}

fn look(
    name: &str,
    source: &Arc<dyn ReadAt>,
    folder: Option<PathBuf>,
    options: &Options<'_>,
) -> Result<(Inspection, Vec<Arc<ImageFile>>), Stop> {
    let search = ParentSearch {
        folder,
        named: options.parents.clone(),
        io: options.io,
    };
    let opened = container::open(source, &search)?;
    let disk: Known<&dyn ReadAt> = match &opened.disk {
        Ok(disk) => Ok(&**disk),
        Err(reason) => Err(Undetermined::new(reason.clone())),
    };
    let partitions = match disk.clone() {
        Ok(disk) => keep_changed(partition::read(disk), "the partition table")?,
        Err(unknown) => Err(unknown),
    };
    let looked = match (&opened.disk, &partitions) {
        (Ok(disk), Ok(table)) => keep_changed(
            volumes::look(
                disk,
                table,
                options.scan,
                options.os.as_ref().map(|os| os.value),
            ),
            "the volumes",
        )?,
        (_, Err(unknown)) => Err(unknown.clone()),
        (Err(reason), _) => Err(Undetermined::new(reason.clone())),
    };
    let (volumes, groups, guest) = match looked {
        Ok(looked) => (Ok(looked.volumes), looked.groups, looked.guest),
        Err(unknown) => (Err(unknown.clone()), Vec::new(), Err(unknown)),
    };
    // A hostile table can make a small file a disk of terabytes of stored bytes.
    let excess = opened.container.vhd().and_then(|vhd| vhd.excess.as_deref());
    let bitmaps = bitmaps(&opened, options.scan, excess)?;
    let (content, measured) = match &disk {
        _ if !options.scan => (
            Err(Undetermined::new(
                "the content pass was left out (--no-scan)",
            )),
            Measured::default(),
        ),
        Err(unknown) => (Err(unknown.clone()), Measured::default()),
        Ok(_) if excess.is_some() => (Err(not_read(excess)), Measured::default()),
        Ok(disk) => measure::content(&Pass {
            disk: *disk,
            image: &**source,
            container: &opened.container,
            partitions: partitions.as_ref().ok(),
            volumes: volumes.as_deref().unwrap_or_default(),
            measure: &options.measure,
            progress: options.progress,
        })?,
    };
    let outline = match &disk {
        Ok(disk) if !options.scan => outline(*disk)?,
        _ => None,
    };
    let role = options.role.clone();
    let role = role.unwrap_or_else(|| subject::guess_role(&partitions, &guest));
    let os = options.os.clone();
    let os = os.or_else(|| subject::guess_os(&partitions, &guest));
    let inspection = Inspection {
        looked_at: jiff::Timestamp::now(),
        name: name.to_owned(),
        length: source.len(),
        allocated: None,
        mapped: false,
        disk_size: disk.map(ReadAt::len),
        partitions,
        volumes,
        groups,
        advisories: options.advisories.map(|feed| matched(feed, &guest)),
        guest,
        bitmaps,
        content,
        outline,
        measured,
        role,
        os,
        generation: options.generation,
        offer: options.offer.clone(),
        container: opened.container,
    };
    Ok((inspection, opened.parents))
}

/// A change of the file ends everything; any other trouble makes one fact unknown.
fn keep_changed<T>(result: Result<T, ReadError>, what: &str) -> Result<Known<T>, ReadError> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(error @ ReadError::Changed { .. }) => Err(error),
        Err(error) => Ok(Err(Undetermined::new(format!(
            "{what} could not be read: {error}"
        )))),
    }
}

/// What the advisories say of the guest's packages.
fn matched(feed: &Feed, guest: &Known<Option<Guest>>) -> Known<Matches> {
    let guest = guest.as_ref().map_err(Clone::clone)?;
    let Some(Guest::Linux(linux)) = guest else {
        return Err(Undetermined::new("no Linux guest was found"));
    };
    let packages = linux.packages.as_ref().map_err(Clone::clone)?;
    match linux.distribution.as_ref().map_err(Clone::clone)? {
        Some(distribution) => Ok(feed.matches(distribution, packages)),
        None => Err(Undetermined::new("no file says which distribution it is")),
    }
}

fn bitmaps(
    opened: &Opened,
    scan: bool,
    excess: Option<&str>,
) -> Result<Known<BitmapFacts>, ReadError> {
    let layout = opened.container.vhd().map(|vhd| vhd.layout);
    match (&opened.blocks, layout) {
        (Some(_), Some(Layout::Differencing)) => Ok(Err(Undetermined::new(
            "in a differencing disk a clear bit asks the parent; it says nothing of the data",
        ))),
        (Some(_), _) if !scan => Ok(Err(Undetermined::new(
            "the content pass was left out (--no-scan)",
        ))),
        (Some(_), _) if excess.is_some() => Ok(Err(not_read(excess))),
        (Some(blocks), _) => keep_changed(compare_bitmaps(blocks), "the block bitmaps"),
        (None, _) => Ok(Err(Undetermined::new(match &opened.disk {
            Err(reason) => reason.clone(),
            Ok(_) => "the disk has no blocks".to_owned(),
        }))),
    }
}

fn not_read(excess: Option<&str>) -> Undetermined {
    Undetermined::new(format!(
        "the blocks were not read: {}",
        excess.unwrap_or_default()
    ))
}

/// Without the pass, the extents still bound what has to move.
fn outline(disk: &dyn ReadAt) -> Result<Option<Outline>, ReadError> {
    match Outline::of(disk) {
        Ok(outline) => Ok(Some(outline)),
        Err(error) => match error.read_error() {
            Some(changed @ ReadError::Changed { .. }) => Err(changed.clone()),
            _ => Ok(None),
        },
    }
}
