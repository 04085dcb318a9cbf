//! Many images within the means of one machine.
//!
//! The content pass of one image keeps every processor busy by itself, so that large images take
//! their turns. Small ones, and all of them where the pass is left out, are looked at side by side,
//! one thread each: what takes the time there is opening files and reading structures. So neither
//! the threads nor the memory grow with the number of images.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::output::Failure;

/// Files up to this size are looked at side by side.
const SMALL: u64 = 256 << 20;
/// Images that are looked at at the same time, however many processors there are: each holds the
/// facts of its guest and the buffers of its pass.
const MOST_AT_ONCE: usize = 8;

/// What an image may use of the machine while it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Share {
    /// All of it.
    Whole,
    /// One thread.
    OneThread,
}

/// How the images of a call share the machine.
pub(super) struct Means {
    /// Threads that the user allows; without a number as many as there are processors.
    pub(super) threads: Option<NonZeroUsize>,
    /// Whether the content is read.
    pub(super) scan: bool,
}

impl Means {
    /// Whether the image at `path` is looked at beside others.
    fn side_by_side(&self, path: &Path) -> bool {
        !self.scan || fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() <= SMALL)
    }

    fn workers(&self, images: usize) -> usize {
        let processors = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let threads = self.threads.map_or_else(processors, NonZeroUsize::get);
        threads.min(images).min(MOST_AT_ONCE)
    }

    /// Does `work` on every image; what comes out is in the order of the images.
    ///
    /// # Errors
    /// That of the first image in their order that ends everything; images that were not begun by
    /// then are left alone.
    pub(super) fn each<T: Send>(
        &self,
        images: &[PathBuf],
        work: impl Fn(usize, Share) -> Result<T, Failure> + Sync,
    ) -> Result<Vec<T>, Failure> {
        let several = images.len() > 1;
        let (small, large): (Vec<usize>, Vec<usize>) = (0..images.len()).partition(|at| {
            let image = images.get(*at);
            several && image.is_some_and(|image| self.side_by_side(image))
        });
        let results: Mutex<Vec<(usize, Result<T, Failure>)>> = Mutex::new(Vec::new());
        let stopped = AtomicBool::new(false);
        let one = |at: usize, share| {
            let result = work(at, share);
            if result.is_err() {
                stopped.store(true, Ordering::Relaxed);
            }
            let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
            results.push((at, result));
        };
        let next = AtomicUsize::new(0);
        let worker = || {
            while !stopped.load(Ordering::Relaxed) {
                let Some(at) = small.get(next.fetch_add(1, Ordering::Relaxed)) else {
                    break;
                };
                one(*at, Share::OneThread);
            }
        };
        thread::scope(|scope| {
            // Where the system has no thread to spare, this one does the work alone.
            for _ in 1..self.workers(small.len()) {
                let _ = thread::Builder::new().spawn_scoped(scope, worker);
            }
            worker();
        });
        for at in large {
            if stopped.load(Ordering::Relaxed) {
                break;
            }
            one(at, Share::Whole);
        }
        let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        results.sort_by_key(|(at, _)| *at);
        results.into_iter().map(|(_, result)| result).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEANS: Means = Means {
        threads: NonZeroUsize::new(3),
        scan: true,
    };

    fn images(folder: &Path, count: usize) -> Vec<PathBuf> {
        let path = |at| folder.join(format!("{at}.vhd"));
        (0..count)
            .map(path)
            .inspect(|path| fs::write(path, b"x").unwrap())
            .collect()
    }

    #[test]
    fn results_come_in_the_order_of_the_images_and_no_more_than_the_threads_work_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut images = images(folder.path(), 20);
        // One that is no small file takes its turn alone.
        images.insert(5, folder.path().join("missing"));
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let found = MEANS.each(&images, |at, share| {
            let at_once = now.fetch_add(1, Ordering::SeqCst) + 1;
            most.fetch_max(at_once, Ordering::SeqCst);
            if share == Share::Whole {
                assert_eq!((at, at_once), (5, 1));
            }
            thread::sleep(std::time::Duration::from_millis(5));
            now.fetch_sub(1, Ordering::SeqCst);
            Ok(at)
        });
        assert!(found.is_ok_and(|found| found == (0..21).collect::<Vec<_>>()));
        let most = most.into_inner();
        assert!((2..=3).contains(&most), "{most}");
    }

    #[test]
    fn one_that_ends_everything_ends_it() {
        let folder = tempfile::tempdir().unwrap();
        let images = images(folder.path(), 50);
        let begun = AtomicUsize::new(0);
        let found: Result<Vec<()>, _> = MEANS.each(&images, |_, _| {
            begun.fetch_add(1, Ordering::SeqCst);
            thread::sleep(std::time::Duration::from_millis(5));
            Err(Failure::new("interrupted"))
        });
        assert!(found.is_err_and(|failure| failure.message == "interrupted"));
        assert!(begun.into_inner() <= 3);
    }

    #[test]
    fn one_image_has_the_machine_for_itself() {
        let folder = tempfile::tempdir().unwrap();
        let images = images(folder.path(), 1);
        let found = MEANS.each(&images, |_, share| Ok(share));
        assert!(found.is_ok_and(|found| found == [Share::Whole]));
    }
}
