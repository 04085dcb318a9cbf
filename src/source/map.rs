//! The memory map of an image, and the only `unsafe` code of this crate.
//!
//! Two things make a map of a file that others may change unsafe:
//!
//! * *Truncation.* Touching a mapped page that lies beyond the end of the file raises SIGBUS,
//!   which ends the process. No library catches it, so a handler does: a fault inside one of our
//!   maps puts a page of zeros where the fault was and marks the map as broken; the read that
//!   touched it looks at the mark and answers [`ReadError::Changed`]. A fault anywhere else gets the
//!   default treatment. (Windows does not let a mapped file shrink.)
//! * *Change.* The bytes may change between two looks. So no reference into the map ever leaves
//!   this module: bytes are copied out, once, and what was copied is what is judged.
#![allow(unsafe_code)]

use std::fs::File;
use std::io;

use memmap2::Mmap;

use super::{ReadError, check_bounds};

/// A read-only map of a whole file.
pub(super) struct Map {
    // Dropped before `map`, so that the handler never answers for a range that is unmapped.
    guard: guard::Guard,
    map: Mmap,
}

impl Map {
    /// Maps `file`.
    ///
    /// # Errors
    /// The system's, or that too many maps are open at once to be guarded.
    pub(super) fn new(file: &File) -> io::Result<Self> {
        // SAFETY: the map is private to this module, and its bytes are only ever copied out with
        // raw pointers (`read_at`), never borrowed: a concurrent change cannot break a reference.
        // A truncation is caught by the guard that is set up before the first access.
        let map = unsafe { Mmap::map(file)? };
        let guard = guard::Guard::new(map.as_ptr() as usize, map.len())?;
        Ok(Self { guard, map })
    }

    /// Size of the map in bytes.
    pub(super) fn len(&self) -> u64 {
        self.map.len() as u64
    }

    /// Copies the bytes at `offset` into `buf`.
    pub(super) fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        check_bounds(offset, buf.len(), self.len())?;
        // SAFETY: the range was checked to lie within the map, `buf` is ours alone, and the two
        // cannot overlap. A page that has vanished is replaced by the guard while this runs.
        unsafe {
            std::ptr::copy_nonoverlapping(
                self.map.as_ptr().add(offset as usize),
                buf.as_mut_ptr(),
                buf.len(),
            );
        }
        if self.guard.was_hit() {
            return Err(ReadError::Changed {
                detail: "a mapped page was gone: the file was cut shorter".to_owned(),
            });
        }
        Ok(())
    }
}

#[cfg(unix)]
mod guard {
    //! The SIGBUS handler and the table of the ranges that it answers for.

    use std::io;
    use std::sync::Once;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    /// How many maps can be guarded at once; a file beyond that is read instead of mapped.
    const SLOTS: usize = 128;
    const FREE: usize = 0;
    const RESERVED: usize = 1;

    struct Slot {
        start: AtomicUsize,
        len: AtomicUsize,
        hit: AtomicBool,
    }

    static TABLE: [Slot; SLOTS] = [const {
        Slot {
            start: AtomicUsize::new(FREE),
            len: AtomicUsize::new(0),
            hit: AtomicBool::new(false),
        }
    }; SLOTS];
    static PAGE: AtomicUsize = AtomicUsize::new(4096);
    static INSTALL: Once = Once::new();

    /// The entry of one map in the table.
    pub(super) struct Guard(usize);

    impl Guard {
        pub(super) fn new(start: usize, len: usize) -> io::Result<Self> {
            INSTALL.call_once(install);
            for (index, slot) in TABLE.iter().enumerate() {
                let claimed = slot.start.compare_exchange(
                    FREE,
                    RESERVED,
                    Ordering::AcqRel,
                    Ordering::Relaxed,
                );
                if claimed.is_ok() {
                    slot.len.store(len, Ordering::Relaxed);
                    slot.hit.store(false, Ordering::Relaxed);
                    slot.start.store(start, Ordering::Release);
                    return Ok(Self(index));
                }
            }
            Err(io::Error::other("too many files are mapped at once"))
        }

        pub(super) fn was_hit(&self) -> bool {
            TABLE[self.0].hit.load(Ordering::Acquire)
        }
    }

    impl Drop for Guard {
        fn drop(&mut self) {
            TABLE[self.0].start.store(FREE, Ordering::Release);
        }
    }

    fn install() {
        // SAFETY: plain calls into libc with a zeroed, then filled `sigaction`; the handler below
        // has the signature that SA_SIGINFO asks for.
        unsafe {
            let page = libc::sysconf(libc::_SC_PAGESIZE);
            if let Ok(page) = usize::try_from(page) {
                PAGE.store(page, Ordering::Relaxed);
            }
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = handler as *const () as usize;
            action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
            libc::sigemptyset(&raw mut action.sa_mask);
            libc::sigaction(libc::SIGBUS, &raw const action, std::ptr::null_mut());
        }
    }

    /// Runs inside the faulting thread. Only atomics, `mmap` and `sigaction` are used: nothing
    /// that takes a lock or allocates.
    extern "C" fn handler(
        signal: libc::c_int,
        info: *mut libc::siginfo_t,
        _context: *mut libc::c_void,
    ) {
        // SAFETY: the kernel hands a valid `siginfo_t` to a handler with SA_SIGINFO; the page that
        // is replaced lies within a map of ours, which nothing else uses.
        unsafe {
            let address = (*info).si_addr() as usize;
            for slot in &TABLE {
                let start = slot.start.load(Ordering::Acquire);
                if start <= RESERVED || address < start {
                    continue;
                }
                if address - start < slot.len.load(Ordering::Relaxed) {
                    let page = PAGE.load(Ordering::Relaxed);
                    let put = libc::mmap(
                        (address & !(page - 1)) as *mut libc::c_void,
                        page,
                        libc::PROT_READ,
                        libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED,
                        -1,
                        0,
                    );
                    if put != libc::MAP_FAILED {
                        slot.hit.store(true, Ordering::Release);
                        return;
                    }
                }
            }
            // Not ours: back to the default, so that the fault repeats and ends the process.
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = libc::SIG_DFL;
            libc::sigaction(signal, &raw const action, std::ptr::null_mut());
        }
    }
}

#[cfg(not(unix))]
mod guard {
    //! Systems on which a mapped file cannot shrink need no guard.

    pub(super) struct Guard;

    impl Guard {
        pub(super) fn new(_start: usize, _len: usize) -> std::io::Result<Self> {
            Ok(Self)
        }

        pub(super) fn was_hit(&self) -> bool {
            false
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_truncated_map_answers_changed_and_does_not_end_the_process() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&vec![7; 1 << 20]).unwrap();
        let map = Map::new(&file).unwrap();
        let mut buf = [0; 512];
        map.read_at(900_000, &mut buf).unwrap();
        assert_eq!(buf[0], 7);
        file.set_len(100_000).unwrap();
        let answer = map.read_at(900_000, &mut buf);
        assert!(
            matches!(answer, Err(ReadError::Changed { .. })),
            "{answer:?}"
        );
        // Another map of the same process is not touched by it.
        let mut other = tempfile::tempfile().unwrap();
        other.write_all(&[1; 4096]).unwrap();
        Map::new(&other).unwrap().read_at(0, &mut buf).unwrap();
        assert_eq!(buf[0], 1);
    }
}
