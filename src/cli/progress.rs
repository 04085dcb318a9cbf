//! Progress bars, which live on standard error and only on a terminal.

use std::io::IsTerminal as _;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::scan::Progress;
use crate::text::safe;

/// What takes less is over before a bar could be read.
const PATIENCE: Duration = Duration::from_secs(1);

/// Progress of the content pass of one image.
pub(super) struct Bar {
    name: String,
    wanted: bool,
    bar: OnceLock<ProgressBar>,
    shown: AtomicBool,
}

impl Bar {
    /// A bar for the image of that name; none is drawn when it is not wanted.
    pub(super) fn new(name: &str, wanted: bool) -> Self {
        Self {
            name: safe(name),
            wanted: wanted && std::io::stderr().is_terminal(),
            bar: OnceLock::new(),
            shown: AtomicBool::new(false),
        }
    }

    /// A bar that counts from the start, so that its rate is right, and is not seen yet.
    fn hidden(&self, total: u64) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
        // The name comes last and is cut to what is left of the line.
        let template = "[{bar:20}] {binary_bytes} of {binary_total_bytes}, \
                        {binary_bytes_per_sec}, {eta} left  {wide_msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.with_message(self.name.clone())
    }
}

impl Progress for Bar {
    fn start(&self, total_data_bytes: u64) {
        if self.wanted {
            self.bar.get_or_init(|| self.hidden(total_data_bytes));
        }
    }

    fn advance(&self, bytes: u64) {
        let Some(bar) = self.bar.get() else {
            return;
        };
        bar.inc(bytes);
        if bar.elapsed() > PATIENCE && !self.shown.swap(true, Ordering::Relaxed) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    fn finish(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}
