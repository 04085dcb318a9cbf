//! Many images in one call: the same as one by one, in the order named, in one report.

use serde_json::Value;

use crate::images::{SIZE, bad, disk, footer, good};
use crate::run::{Folder, snapshot};

/// 30 images in three folders, every third with a fault, each with an id of its own.
fn thirty() -> Folder {
    let folder = Folder::new();
    for name in ["a", "b", "c"] {
        std::fs::create_dir_all(folder.path("all").join(name)).unwrap();
    }
    for number in 0..30_u8 {
        let image = match number % 3 {
            0 => bad(),
            _ => with_id(number),
        };
        let inner = ["a", "b", "c"][usize::from(number) % 3];
        sparse(
            &folder.path(&format!("all/{inner}/disk-{number:02}.vhd")),
            &image,
        );
    }
    folder
}

/// Writes what is not zero only: 30 images of 24 MiB are much otherwise.
fn sparse(path: &std::path::Path, image: &[u8]) {
    use std::io::{Seek as _, SeekFrom, Write as _};
    let mut file = std::fs::File::create(path).unwrap();
    file.set_len(image.len() as u64).unwrap();
    for (at, piece) in image.chunks(1 << 16).enumerate() {
        if piece.iter().any(|byte| *byte != 0) {
            file.seek(SeekFrom::Start((at << 16) as u64)).unwrap();
            file.write_all(piece).unwrap();
        }
    }
}

fn with_id(id: u8) -> Vec<u8> {
    let mut image = disk();
    image.extend(footer(SIZE as u64, |footer| footer[83] = id));
    image
}

fn paths(document: &Value) -> Vec<String> {
    let images = document["images"].as_array().unwrap();
    images
        .iter()
        .map(|image| image["path"].as_str().unwrap().replace('\\', "/"))
        .collect()
}

#[test]
fn a_folder_is_checked_as_its_images_are_one_by_one() {
    let folder = thirty();
    let (mut all, said) = folder.json(&["check", "--threads", "4", "all"]);
    assert_eq!((said.code, said.err.as_str()), (1, ""));
    let names = paths(&all);
    assert_eq!(names.len(), 30);
    assert!(names.is_sorted(), "{names:?}");
    for (at, name) in names.iter().enumerate().step_by(7) {
        let (mut one, _) = folder.json(&["check", name]);
        let mut one = one["images"][0].take();
        let mut beside = all["images"][at].take();
        // Alone an image has no others that it could be a copy of.
        for image in [&mut one, &mut beside] {
            image["outcomes"]
                .as_array_mut()
                .unwrap()
                .retain(|outcome| outcome["rule"] != "VHD019");
            image["summary"].take();
        }
        assert_eq!(one, beside, "{name}");
    }
}

#[test]
fn the_same_call_says_the_same_whatever_the_number_of_threads() {
    let folder = thirty();
    let one = folder.run(&["check", "--threads", "1", "all/a", "all/c"]);
    for _ in 0..3 {
        let many = folder.run(&["check", "--threads", "8", "all/a", "all/c"]);
        assert_eq!((many.code, &many.out), (one.code, &one.out));
    }
    assert!(
        one.out
            .starts_with("FAIL: 20 images, by the worst of them\n"),
        "{}",
        one.out
    );
}

#[test]
fn the_order_is_that_of_the_command_line_and_each_image_counts_once() {
    let folder = thirty();
    let args = [
        "check",
        "--no-scan",
        "all/c/disk-29.vhd",
        "all/**/disk-1?.vhd",
        "all",
    ];
    let (document, said) = folder.json(&args);
    assert_eq!(said.err, "");
    let names = paths(&document);
    assert_eq!(names.len(), 30);
    assert_eq!(names[0], "all/c/disk-29.vhd");
    assert_eq!(names[1], "all/a/disk-12.vhd");
    assert_eq!(names[11], "all/a/disk-00.vhd");
}

#[test]
fn copies_are_still_known_among_many() {
    let folder = Folder::new();
    folder.write("a.vhd", &good());
    folder.write("b.vhd", &with_id(7));
    folder.write("c.vhd", &good());
    let (document, _) = folder.json(&["check", "--no-scan", "*.vhd"]);
    let outcome = |at: usize| {
        let outcomes = document["images"][at]["outcomes"].as_array().unwrap();
        let found = outcomes.iter().find(|outcome| outcome["rule"] == "VHD019");
        found.unwrap().clone()
    };
    assert_eq!(outcome(0)["outcome"], "warn");
    assert_eq!(
        outcome(0)["findings"][0]["message"],
        "c.vhd has the same unique id"
    );
    assert_eq!(outcome(1)["outcome"], "pass");
    assert_eq!(
        outcome(2)["findings"][0]["message"],
        "a.vhd has the same unique id"
    );
}

#[test]
fn the_worst_verdict_decides_and_what_cannot_be_opened_is_in_its_place() {
    let folder = thirty();
    let code = |args: &[&str]| {
        folder
            .run(&[&["check", "-q", "--no-scan"], args].concat())
            .code
    };
    assert_eq!(code(&["all/b"]), 0);
    assert_eq!(code(&["all/b", "all/a"]), 1);
    assert_eq!(code(&["all/b", "all/a", "none.vhd"]), 2);
    assert_eq!(code(&["all/none*.vhd"]), 2);
    let said = folder.run(&[
        "check",
        "--no-scan",
        "all/b/disk-01.vhd",
        "none.vhd",
        "all/a/disk-00.vhd",
    ]);
    assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    snapshot("human-summary", said.out.split("\n\n").next().unwrap());
}

#[test]
fn what_is_left_out_of_a_folder_is_said() {
    let folder = thirty();
    folder.write("all/a/notes.txt", b"x");
    folder.write("all/b/disk.vhdx", b"x");
    let said = folder.run(&["check", "-q", "--no-scan", "all"]);
    assert!(
        said.err
            .contains("a/notes.txt, b/disk.vhdx: not called *.vhd and left out"),
        "{}",
        said.err
    );
    // The other commands take folders, too.
    assert_eq!(folder.run(&["inspect", "all/b"]).code, 0);
    assert_eq!(folder.run(&["estimate", "--no-scan", "all/b"]).code, 0);
}
