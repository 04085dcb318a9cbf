//! What the content pass found.

use super::{delta, map, v1};
use crate::inspect::Measured;
use crate::scan::{Checksums, Content, Digest, DigestKind, RegionContent};

/// `previous` is the name of the version that the delta is against.
pub(super) fn content(
    content: &Content,
    measured: &Measured,
    previous: Option<&str>,
) -> v1::Content {
    v1::Content {
        virtual_bytes: content.disk_bytes,
        data_bytes: content.data_bytes,
        hole_bytes: content.hole_bytes,
        unavailable_bytes: content.unavailable_bytes,
        unavailable_reason: content.unavailable_reason.as_deref().map(str::to_owned),
        non_zero_bytes: v1::NonZero {
            at_512: content.non_zero.at_512,
            at_4k: content.non_zero.at_4k,
            at_2m: content.non_zero.at_2m,
            at_4m: content.non_zero.at_4m,
        },
        block_size: content.block_size,
        non_zero_blocks: content.non_zero_blocks,
        unique_bytes: content.unique_block_bytes,
        duplicate_bytes: content.duplicate_block_bytes,
        digest: content.digest_hex(),
        complete: content.is_complete(),
        regions: measured.regions.iter().map(region).collect(),
        digests: digests(&measured.checksums),
        delta: previous
            .zip(measured.delta.as_ref())
            .map(|(previous, found)| delta::delta(previous, found)),
        map: measured.map.as_ref().map(map::map),
    }
}

fn region(region: &RegionContent) -> v1::Region {
    v1::Region {
        name: region.name.clone(),
        bytes: region.bytes,
        data_bytes: region.tally.data_bytes,
        non_zero_bytes: region.tally.non_zero_512,
        block_bytes: region.tally.block_bytes,
        duplicate_bytes: region.tally.duplicate_block_bytes,
        unavailable_bytes: region.tally.unavailable_bytes,
    }
}

fn digests(checksums: &Checksums) -> Option<v1::Digests> {
    let wanted = !(checksums.file.is_empty() && checksums.disk.is_empty());
    wanted.then(|| v1::Digests {
        file: checksums.file.iter().map(checksum).collect(),
        disk: checksums.disk.iter().map(checksum).collect(),
    })
}

fn checksum(digest: &Digest) -> v1::Checksum {
    v1::Checksum {
        kind: digest.kind.name(),
        hex: digest.hex(),
        base64: (digest.kind == DigestKind::Md5).then(|| digest.base64()),
    }
}
