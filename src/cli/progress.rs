//! Progress bars, which live on standard error and only on a terminal.

use std::io::IsTerminal as _;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::scan::Progress;
use crate::text::safe;

/// What takes less is over before a bar could be read.
const PATIENCE: Duration = Duration::from_secs(1);

/// The bars of images that are looked at side by side, each on a line of its own.
pub(super) struct Bars {
    lines: MultiProgress,
    wanted: bool,
}

impl Bars {
    /// Bars, if they are wanted.
    pub(super) fn new(wanted: bool) -> Self {
        Self {
            lines: MultiProgress::new(),
            wanted,
        }
    }

    /// The bar of the image of that name.
    pub(super) fn bar(&self, name: &str) -> Bar {
        Bar {
            lines: Some(self.lines.clone()),
            ..Bar::new(name, self.wanted)
        }
    }

    /// Lets `say` write to standard error without a bar in its lines.
    pub(super) fn aside(&self, say: impl FnOnce()) {
        self.lines.suspend(say);
    }
}

/// Progress of the content pass of one image.
pub(super) struct Bar {
    name: String,
    wanted: bool,
    lines: Option<MultiProgress>,
    bar: OnceLock<ProgressBar>,
    shown: AtomicBool,
}

impl Bar {
    /// A bar for the image of that name; none is drawn when it is not wanted.
    pub(super) fn new(name: &str, wanted: bool) -> Self {
        Self {
            name: safe(name),
            wanted: wanted && std::io::stderr().is_terminal(),
            lines: None,
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
            match &self.lines {
                Some(lines) => drop(lines.add(bar.clone())),
                None => bar.set_draw_target(ProgressDrawTarget::stderr()),
            }
        }
    }

    fn finish(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}
