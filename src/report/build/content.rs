//! What the content pass found.

use super::v1;
use crate::scan::Content;

pub(super) fn content(content: &Content) -> v1::Content {
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
    }
}
