//! Where a result lies: the image as the file, its bytes where they are those of the file, and by
//! name what lies within.

use super::super::artifact::{self, Artifact};
use super::super::v1::{Place, PlaceSpace};
use super::log::{ArtifactLocation, Location, LogicalLocation, PhysicalLocation, Region};
use crate::text::safe;

/// The base of relative paths; it is not said where that is.
pub(super) const BASE: &str = "%SRCROOT%";

/// The image's path, and its number among the run's artifacts.
pub(super) fn artifact_location(artifact: &Artifact, index: usize) -> ArtifactLocation {
    ArtifactLocation {
        uri: Some(artifact.uri()),
        uri_base_id: artifact.whole.then_some(BASE),
        index: Some(index),
        description: None,
    }
}

/// The location of a result on the image.
pub(super) fn location(image: &ArtifactLocation, place: Option<&Place>) -> Location {
    Location {
        physical_location: PhysicalLocation {
            artifact_location: image.clone(),
            region: place.and_then(region),
        },
        logical_locations: place.map(logical).unwrap_or_default(),
    }
}

/// A line of a file of the project, such as the configuration.
pub(super) fn file(path: &str, line: Option<u32>) -> Location {
    let file = artifact::of_file(path);
    Location {
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation {
                uri: Some(file.uri()),
                uri_base_id: file.whole.then_some(BASE),
                ..ArtifactLocation::default()
            },
            region: line.filter(|line| *line > 0).map(|line| Region {
                start_line: Some(line),
                byte_offset: None,
                byte_length: None,
            }),
        },
        logical_locations: Vec::new(),
    }
}

/// The bytes in the image file. Bytes of the disk or of a file in the guest are others: they have a
/// name, no region.
///
/// Without a line, although GitHub's documents ask for one: a region of line 1 is another place than
/// these bytes, and a region of both is invalid (3.30.4). GitHub takes bytes alone; its uploader
/// would read the whole image as text to hash a line of it.
fn region(place: &Place) -> Option<Region> {
    if place.space != PlaceSpace::Image {
        return None;
    }
    Some(Region {
        start_line: None,
        byte_offset: Some(place.offset?),
        byte_length: place.length,
    })
}

/// What lies there, by name: from the outermost to the innermost.
fn logical(place: &Place) -> Vec<LogicalLocation> {
    let mut found = Vec::new();
    let mut add = |kind, name: String, full: Option<String>| {
        found.push(LogicalLocation {
            name,
            fully_qualified_name: full,
            kind,
        });
    };
    if let Some(number) = place.partition {
        add("partition", format!("partition {number}"), None);
    }
    if let Some(volume) = &place.volume {
        add("volume", safe(volume), None);
    }
    if let Some(path) = &place.path {
        let name = path.rsplit('/').next().filter(|name| !name.is_empty());
        add("file", safe(name.unwrap_or(path)), Some(safe(path)));
    }
    if let Some(registry) = &place.registry {
        let (kind, name) = match registry.split_once('!') {
            Some((_, value)) => ("registryValue", value),
            None => (
                "registryKey",
                registry.rsplit('\\').next().unwrap_or(registry),
            ),
        };
        add(kind, safe(name), Some(safe(registry)));
    }
    if let Some(structure) = &place.structure {
        add("structure", safe(structure), None);
    }
    if let Some(field) = &place.field {
        let full = place.structure.as_ref();
        let full = full.map(|structure| safe(&format!("{structure}/{field}")));
        add("field", safe(field), full);
    }
    if let (Some(offset), PlaceSpace::Disk | PlaceSpace::Guest) = (place.offset, place.space) {
        let (kind, whole) = match place.space {
            PlaceSpace::Disk => ("diskOffset", "disk"),
            _ => ("fileOffset", "file"),
        };
        let length = place.length.map(|length| format!("+{length}"));
        let name = format!("{offset}{}", length.unwrap_or_default());
        let full = format!("{whole}@{name}");
        add(kind, name, Some(full));
    }
    found
}
