//! LZNT1, the compression of NTFS: chunks that each stand for 4,096 bytes (MS-XCA, 2.5).

use super::super::FsError;
use super::corrupt;

/// Bytes that a chunk stands for.
const CHUNK: usize = 4096;
/// Bit of a chunk's header: it is compressed.
const COMPRESSED: u16 = 0x8000;

/// The first `size` bytes of what `source` stands for; zeros where it ends before.
pub(super) fn decompress(mut source: &[u8], size: usize) -> Result<Vec<u8>, FsError> {
    let mut out = vec![0; size];
    for chunk in out.chunks_mut(CHUNK) {
        let Some((header, rest)) = source.split_first_chunk::<2>() else {
            break;
        };
        let header = u16::from_le_bytes(*header);
        if header == 0 {
            break;
        }
        let length = usize::from(header & 0xfff).saturating_add(1);
        let Some((data, after)) = rest.split_at_checked(length) else {
            return Err(corrupt("a compressed chunk is cut off"));
        };
        if header & COMPRESSED != 0 {
            expand(data, chunk)?;
        } else if let (Some(to), Some(from)) = (chunk.get_mut(..length), data.get(..length)) {
            to.copy_from_slice(from);
        } else {
            return Err(corrupt("a chunk that is longer than what it stands for"));
        }
        source = after;
    }
    Ok(out)
}

/// Expands one chunk; what it does not fill stays as it is.
fn expand(mut data: &[u8], out: &mut [u8]) -> Result<(), FsError> {
    let mut at = 0_usize;
    while let Some((flags, rest)) = data.split_first() {
        data = rest;
        for bit in 0..8 {
            if data.is_empty() {
                break;
            }
            if flags >> bit & 1 == 0 {
                let Some((to, (byte, rest))) = out.get_mut(at).zip(data.split_first()) else {
                    return Err(corrupt("a compressed chunk that is too long"));
                };
                *to = *byte;
                data = rest;
                at = at.saturating_add(1);
                continue;
            }
            let Some((token, rest)) = data.split_first_chunk::<2>() else {
                return Err(corrupt("a compressed chunk ends within a match"));
            };
            data = rest;
            let token = u16::from_le_bytes(*token);
            // The further into the chunk, the more bits the distance takes of the length's.
            let mut shift = 12_u32;
            let mut reach = at.saturating_sub(1);
            while reach >= 0x10 && shift > 0 {
                reach >>= 1;
                shift = shift.saturating_sub(1);
            }
            let distance = usize::from(token.checked_shr(shift).unwrap_or(0)).saturating_add(1);
            let mask = 0xffff_u16.checked_shr(16_u32.saturating_sub(shift));
            let length = usize::from(token & mask.unwrap_or(0)).saturating_add(3);
            for _ in 0..length {
                let from = at.checked_sub(distance).and_then(|from| out.get(from));
                let Some((byte, to)) = from.copied().zip(out.get_mut(at)) else {
                    return Err(corrupt("a match of a compressed chunk lies outside of it"));
                };
                *to = byte;
                at = at.saturating_add(1);
            }
        }
    }
    Ok(())
}
