//! Ctrl-C: the first one ends the run in good order, the second one at once.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::exit::Exit;
use super::output::{self, Failure};
use crate::scan::Cancel;

static CANCEL: Cancel = Cancel::new();
static WATCHED: AtomicBool = AtomicBool::new(false);
/// Held while a file is put in its place, so that the program does not end in the middle of it;
/// true from then on: the work is done, and not to be called interrupted.
static WRITTEN: Mutex<bool> = Mutex::new(false);

/// How long the pass may take to come to its end. It asks for the flag every few milliseconds, but
/// not while the system makes it wait for a slow disk, or in the short work around it.
const PATIENCE: Duration = Duration::from_millis(700);

const INTERRUPTED: &str = "interrupted before the work was done";

/// What a shell reports of a program that a second Ctrl-C ended.
const KILLED: i32 = 130;

/// From now on Ctrl-C sets the flag that is returned, instead of ending the program where it is.
pub(super) fn watch() -> &'static Cancel {
    if !WATCHED.swap(true, Ordering::Relaxed) {
        // Without a handler Ctrl-C does what it does anyway: it ends the program at once.
        let _ = ctrlc::set_handler(on_signal);
    }
    &CANCEL
}

/// Runs in a thread of its own, once for each signal.
fn on_signal() {
    if CANCEL.is_cancelled() {
        process::exit(KILLED);
    }
    CANCEL.cancel();
    // Without a thread for it, a second Ctrl-C still ends whatever does not end by itself.
    let _ = std::thread::Builder::new().spawn(|| {
        std::thread::sleep(PATIENCE);
        // Whoever is still at work by now is not asking for the flag. Nothing is half-written: a
        // file that is being put in its place is waited for.
        let written = writing();
        if !*written {
            output::error(INTERRUPTED);
            process::exit(i32::from(Exit::NoWork.code()));
        }
    });
}

/// An error if the run was interrupted: what was found until then is not to be printed.
pub(super) fn check() -> Result<(), Failure> {
    if CANCEL.is_cancelled() {
        return Err(Failure::new(INTERRUPTED));
    }
    Ok(())
}

/// While this is held, the first Ctrl-C does not end the program; nor does it when this was set.
pub(super) fn writing() -> MutexGuard<'static, bool> {
    WRITTEN.lock().unwrap_or_else(PoisonError::into_inner)
}
