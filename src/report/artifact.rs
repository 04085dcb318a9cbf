//! What services that show findings by file are told of an image: a relative path, the same on every
//! machine and other than that of every other image of the report.

use super::v1;

/// An image by a path that a service may show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Artifact {
    /// The path with slashes, relative, without `.` and `..`; never empty.
    pub(super) path: String,
    /// Whether that is all of the path that the user gave, seen from where the program ran.
    pub(super) whole: bool,
}

impl Artifact {
    /// The path as a relative URI reference.
    pub(super) fn uri(&self) -> String {
        let mut uri = String::with_capacity(self.path.len());
        for byte in self.path.bytes() {
            // The first segment must hold no colon, which would make a scheme of it: so no segment.
            if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
                uri.push(char::from(byte));
            } else {
                uri.push_str(&format!("%{byte:02X}"));
            }
        }
        uri
    }
}

/// A file of the project by its path relative to it, as far as that is known.
pub(super) fn of_file(path: &str) -> Artifact {
    let (path, whole) = segments(path);
    let from = if whole {
        0
    } else {
        path.len().saturating_sub(1)
    };
    let path = path.get(from..).unwrap_or_default().join("/");
    Artifact {
        path: if path.is_empty() { "file".into() } else { path },
        whole,
    }
}

/// The images of a report, in their order. Of a path that is absolute or leads upwards the end is
/// taken: its beginning is that of one machine. As much of it as tells the images apart.
pub(super) fn artifacts(report: &v1::Report) -> Vec<Artifact> {
    let paths: Vec<_> = report.images.iter().map(|i| segments(&i.path)).collect();
    paths
        .iter()
        .map(|(path, whole)| {
            let mut length = if *whole { path.len() } else { 1 };
            while length < path.len() && is_shared(path, length, &paths) {
                length += 1;
            }
            let end = path.get(path.len().saturating_sub(length)..);
            let end = end.unwrap_or_default().join("/");
            Artifact {
                path: if end.is_empty() { "image".into() } else { end },
                whole: *whole,
            }
        })
        .collect()
}

/// Whether the last `length` segments of `path` are also those of another path.
fn is_shared(path: &[String], length: usize, all: &[(Vec<String>, bool)]) -> bool {
    let end = |path: &[String]| path.iter().rev().take(length).cloned().collect::<Vec<_>>();
    let own = end(path);
    all.iter()
        .any(|(other, _)| other != path && end(other) == own)
}

/// The names in a path, and whether it is one that leads down from where the program ran.
fn segments(path: &str) -> (Vec<String>, bool) {
    // A drive's letter, which only Windows knows: `C:\images\disk.vhd`.
    let drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes().get(2) == Some(&b'\\');
    let path = if drive || cfg!(windows) {
        path.replace('\\', "/")
    } else {
        path.to_owned()
    };
    let whole = !drive && !path.starts_with('/') && !path.split('/').any(|name| name == "..");
    let names = path
        .split('/')
        .filter(|name| !matches!(*name, "" | "." | ".."))
        .map(str::to_owned)
        .collect();
    (names, whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(given: &[&str]) -> Vec<String> {
        let image = |path: &&str| v1::Image {
            path: (*path).to_owned(),
            verdict: None,
            summary: v1::Summary::default(),
            outcomes: Vec::new(),
            not_checked: Vec::new(),
            facts: None,
            content: None,
            estimate: None,
            errors: Vec::new(),
        };
        let report = crate::report::build::report(
            crate::rules::Profile::Strict,
            given.iter().map(image).collect(),
        );
        artifacts(&report).into_iter().map(|a| a.path).collect()
    }

    #[test]
    fn paths_are_relative_and_tell_images_apart() {
        assert_eq!(paths(&["./out//disk.vhd"]), ["out/disk.vhd"]);
        assert_eq!(paths(&["/home/me/disk.vhd"]), ["disk.vhd"]);
        assert_eq!(paths(&["../a/disk.vhd"]), ["disk.vhd"]);
        assert_eq!(paths(&[r"C:\images\disk.vhd"]), ["disk.vhd"]);
        assert_eq!(paths(&["", "/"]), ["image", "image"]);
        assert_eq!(
            paths(&["/x/a/disk.vhd", "/x/b/disk.vhd", "/x/c/other.vhd"]),
            ["a/disk.vhd", "b/disk.vhd", "other.vhd"]
        );
        // The same image twice has one name.
        assert_eq!(paths(&["/x/a.vhd", "/x/a.vhd"]), ["a.vhd", "a.vhd"]);
    }

    #[test]
    fn uris_hold_no_character_that_means_something() {
        let artifact = Artifact {
            path: "a b/c:d%?#[\u{202e}ü\n.vhd".into(),
            whole: true,
        };
        assert_eq!(
            artifact.uri(),
            "a%20b/c%3Ad%25%3F%23%5B%E2%80%AE%C3%BC%0A.vhd"
        );
    }
}
