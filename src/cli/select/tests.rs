//! Tests of the selection, on folders made here.

use super::*;
use std::fs;

fn tree() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "b.vhd",
        "a.VHD",
        "sub/c.vhd",
        "sub/x.qcow2",
        ".h.vhd",
        "z.txt",
    ] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, b"x").unwrap();
    }
    folder
}

fn named(folder: &tempfile::TempDir, names: &[&str]) -> Result<Selection, String> {
    let paths: Vec<_> = names.iter().map(|name| folder.path().join(name)).collect();
    select(&paths).map_err(|failure| failure.message)
}

fn names(folder: &tempfile::TempDir, selection: &Selection) -> Vec<String> {
    let inner = |path: &PathBuf| {
        let path = path.strip_prefix(folder.path()).unwrap();
        path.to_string_lossy().replace('\\', "/")
    };
    selection.images.iter().map(inner).collect()
}

#[test]
fn a_folder_stands_for_its_images_by_name_and_what_is_left_out_is_said() {
    let folder = tree();
    let found = named(&folder, &[""]).unwrap();
    assert_eq!(
        names(&folder, &found),
        [".h.vhd", "a.VHD", "b.vhd", "sub/c.vhd"]
    );
    assert_eq!(found.notes.len(), 1);
    assert!(found.notes[0].contains("sub/x.qcow2, z.txt: not called *.vhd"));
}

#[test]
fn an_image_counts_once_where_it_is_named_first() {
    let folder = tree();
    let found = named(
        &folder,
        &["sub/c.vhd", "sub/../b.vhd", "*.vhd", "sub", "b.vhd"],
    )
    .unwrap();
    assert_eq!(names(&folder, &found), ["sub/c.vhd", "sub/../b.vhd"]);
}

#[test]
fn patterns_are_expanded_as_a_shell_does() {
    let folder = tree();
    let expanded = |pattern: &str| names(&folder, &named(&folder, &[pattern]).unwrap());
    assert_eq!(expanded("*.vhd"), ["b.vhd"]);
    assert_eq!(expanded("[ab].*"), ["a.VHD", "b.vhd"]);
    assert_eq!(expanded("*/?.vhd"), ["sub/c.vhd"]);
    assert_eq!(expanded("**/*.vhd"), ["b.vhd", "sub/c.vhd"]);
    assert_eq!(expanded(".*.vhd"), [".h.vhd"]);
    assert_eq!(expanded("s*"), ["sub/c.vhd"], "a folder, for its images");
    assert!(
        named(&folder, &["*.raw"])
            .unwrap_err()
            .contains("nothing fits")
    );
    assert!(
        named(&folder, &["no/*.vhd"])
            .unwrap_err()
            .contains("nothing fits")
    );
    // A file may be called so.
    fs::write(folder.path().join("[1].vhd"), b"x").unwrap();
    assert_eq!(expanded("[1].vhd"), ["[1].vhd"]);
}

#[test]
fn a_call_that_would_look_at_nothing_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    assert!(named(&folder, &[""]).unwrap_err().contains("holds no file"));
    fs::create_dir(folder.path().join("sub")).unwrap();
    assert!(
        named(&folder, &["s*"])
            .unwrap_err()
            .contains("holds no image")
    );
    // A file that is not there is left to whoever opens it: it gets its place in the report.
    let found = named(&folder, &["none.vhd"]).unwrap();
    assert_eq!(names(&folder, &found), ["none.vhd"]);
}

#[test]
fn folders_beyond_the_deepest_level_are_named_and_not_looked_into() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.vhd"), b"x").unwrap();
    let mut deep = folder.path().to_owned();
    for _ in 0..=MOST_LEVELS {
        deep.push("d");
    }
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("b.vhd"), b"x").unwrap();
    let found = named(&folder, &[""]).unwrap();
    assert_eq!(names(&folder, &found), ["a.vhd"]);
    assert!(found.notes[0].contains("too deep"), "{:?}", found.notes);
}

#[cfg(unix)]
#[test]
fn links_are_followed_within_the_folder_only() {
    use std::os::unix::fs::symlink;
    let outside = tree();
    let folder = tree();
    symlink(folder.path().join("b.vhd"), folder.path().join("in.vhd")).unwrap();
    symlink(outside.path().join("b.vhd"), folder.path().join("out.vhd")).unwrap();
    symlink(outside.path(), folder.path().join("folder")).unwrap();
    symlink(folder.path(), folder.path().join("loop")).unwrap();
    let found = named(&folder, &[""]).unwrap();
    // in.vhd is b.vhd once more.
    assert_eq!(
        names(&folder, &found),
        [".h.vhd", "a.VHD", "b.vhd", "sub/c.vhd"]
    );
    let note = found
        .notes
        .iter()
        .find(|note| note.contains("links"))
        .unwrap();
    assert!(note.contains("folder, loop, out.vhd"), "{note}");
}
