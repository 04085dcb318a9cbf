//! A volume group as its metadata text describes it.

use std::collections::{BTreeMap, BTreeSet};

use super::text::{self, Section, Value};

/// The longest name that LVM2 accepts.
const MAX_NAME: usize = 127;
const SECTOR: u64 = 512;

/// A volume group.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) uuid: String,
    /// Counts the changes of the metadata.
    pub(super) seqno: u64,
    /// Bytes of an extent.
    pub(super) extent: u64,
    /// Physical volumes by the names that segments call them by.
    pub(super) physical: BTreeMap<String, Physical>,
    /// Logical volumes that a user sees.
    pub(super) logical: Vec<Logical>,
    /// What is wrong with it beyond one volume.
    pub(super) problems: Vec<String>,
}

/// A physical volume, as its group describes it.
#[derive(Debug, Clone)]
pub(super) struct Physical {
    pub(super) uuid: String,
    /// Device on which it was last seen (hostile text).
    pub(super) device: String,
    /// Byte of the volume at which its first extent begins.
    pub(super) start: u64,
    /// Number of extents.
    pub(super) extents: u64,
}

/// A logical volume.
#[derive(Debug, Clone)]
pub(super) struct Logical {
    pub(super) name: String,
    /// Its extents in order, without gaps; or why they are not read here.
    pub(super) stretches: Result<Vec<Stretch>, String>,
    /// Extents of all its segments.
    pub(super) extents: u64,
}

/// A segment: extents that lie in one way, linear being one stripe.
#[derive(Debug, Clone)]
pub(super) struct Stretch {
    /// First extent of the logical volume.
    pub(super) start: u64,
    /// Number of extents.
    pub(super) count: u64,
    /// Bytes of a stripe; all of it where there is one stripe.
    pub(super) stripe: u64,
    /// Physical volume and its first extent, for each stripe.
    pub(super) stripes: Vec<(String, u64)>,
}

/// Reads the text of a metadata area.
///
/// # Errors
/// What keeps the text from describing a group.
pub(super) fn parse(bytes: &[u8]) -> Result<Group, String> {
    let root = text::parse(bytes)?;
    let Some((name, section)) = root.sections().next() else {
        return Err("the metadata text has no volume group".to_owned());
    };
    let number = |name: &str| {
        let missing = || format!("the volume group has no number `{name}`");
        section.number(name).ok_or_else(missing)
    };
    if !is_name(name) {
        return Err("the volume group has a name that LVM2 does not allow".to_owned());
    }
    let extent = number("extent_size")?.checked_mul(SECTOR);
    let mut group = Group {
        name: name.to_owned(),
        uuid: section.text("id").unwrap_or_default().to_owned(),
        seqno: number("seqno")?,
        extent: extent
            .filter(|extent| *extent > 0)
            .ok_or("the volume group has extents of an impossible size")?,
        physical: BTreeMap::new(),
        logical: Vec::new(),
        problems: Vec::new(),
    };
    if section.lists("status", "EXPORTED") {
        let message = "it is exported: no system activates it before it is imported again";
        group.problems.push(message.to_owned());
    }
    for (key, own) in section
        .section("physical_volumes")
        .iter()
        .flat_map(|all| all.sections())
    {
        match physical(own) {
            Some(found) => {
                group.physical.insert(key.to_owned(), found);
            }
            None => group
                .problems
                .push("the description of a physical volume is incomplete".to_owned()),
        }
    }
    if let Some(all) = section.section("logical_volumes") {
        logical_volumes(all, &mut group);
    }
    Ok(group)
}

/// Whether LVM2 allows a group or volume to have this name.
fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+_.-".contains(&byte);
    !name.is_empty() && name.len() <= MAX_NAME && name.bytes().all(allowed)
}

fn physical(section: &Section) -> Option<Physical> {
    let device = section.text("device").unwrap_or_default();
    Some(Physical {
        uuid: section.text("id")?.to_owned(),
        device: device.chars().take(MAX_NAME).collect(),
        start: section.number("pe_start")?.checked_mul(SECTOR)?,
        extents: section.number("pe_count")?,
    })
}

fn segments(volume: &Section) -> impl Iterator<Item = &Section> {
    volume
        .sections()
        .filter(|(name, _)| name.starts_with("segment"))
        .map(|(_, segment)| segment)
}

fn logical_volumes(all: &Section, group: &mut Group) {
    // A snapshot is described by a hidden third volume, which names the other two.
    let mut stores = BTreeSet::new();
    let mut merging = BTreeSet::new();
    for segment in all.sections().flat_map(|(_, volume)| segments(volume)) {
        if segment.text("type") == Some("snapshot") {
            stores.extend(segment.text("cow_store"));
            if let Some(store) = segment.text("merging_store") {
                stores.insert(store);
                merging.extend(segment.text("origin"));
            }
        }
    }
    for (name, volume) in all.sections() {
        // The text has a snapshot's store as hidden, but a user sees it as the snapshot.
        if !volume.lists("status", "VISIBLE") && !stores.contains(name) {
            continue;
        }
        if !is_name(name) {
            let message = "a logical volume has a name that LVM2 does not allow";
            group.problems.push(message.to_owned());
            continue;
        }
        let stretches = if stores.contains(name) {
            Err(unsupported("snapshot"))
        } else if merging.contains(name) {
            Err("a snapshot is being merged into it, which is not read here".to_owned())
        } else {
            layout(volume)
        };
        let counts = segments(volume).filter_map(|segment| segment.number("extent_count"));
        group.logical.push(Logical {
            name: name.to_owned(),
            stretches,
            extents: counts.fold(0, u64::saturating_add),
        });
    }
}

fn unsupported(kind: &str) -> String {
    let shown: String = kind.chars().take(32).collect();
    format!("it is of the LVM2 type `{shown}`, which is not read here")
}

/// The segments of a volume, in order.
fn layout(volume: &Section) -> Result<Vec<Stretch>, String> {
    let mut out = segments(volume)
        .map(stretch)
        .collect::<Result<Vec<Stretch>, String>>()?;
    out.sort_by_key(|stretch| stretch.start);
    let counted = volume.number("segment_count");
    if counted != u64::try_from(out.len()).ok() || out.is_empty() {
        return Err(format!(
            "its metadata counts {} segments, but {} are described",
            counted.unwrap_or(0),
            out.len()
        ));
    }
    let mut expected = 0_u64;
    for stretch in &out {
        if stretch.start != expected {
            return Err(format!(
                "its metadata has a segment at extent {}, where extent {expected} is next",
                stretch.start
            ));
        }
        expected = expected.saturating_add(stretch.count);
    }
    Ok(out)
}

fn stretch(segment: &Section) -> Result<Stretch, String> {
    let kind = segment.text("type").unwrap_or("none");
    if !matches!(kind, "striped" | "linear") {
        return Err(unsupported(kind));
    }
    let number = |name: &str| {
        let missing = || format!("a segment of it has no number `{name}`");
        segment.number(name).ok_or_else(missing)
    };
    let mut stripes = Vec::new();
    for pair in segment.list("stripes").chunks(2) {
        match pair {
            [Value::Text(volume), Value::Number(extent)] if *extent >= 0 => {
                stripes.push((volume.clone(), u64::try_from(*extent).unwrap_or(0)));
            }
            _ => return Err("a segment of it has a list of stripes that makes no sense".to_owned()),
        }
    }
    let (start, count) = (number("start_extent")?, number("extent_count")?);
    let width = u64::try_from(stripes.len()).unwrap_or(u64::MAX);
    if Some(width) != segment.number("stripe_count")
        || count == 0
        || count.checked_rem(width) != Some(0)
    {
        return Err(format!(
            "a segment of it has {count} extents on {width} stripes, which does not come out even"
        ));
    }
    let stripe = match width {
        1 => u64::MAX,
        _ => number("stripe_size")?.saturating_mul(SECTOR),
    };
    Ok(Stretch {
        start,
        count,
        stripe,
        stripes,
    })
}
