//! What the content pass is asked for on the command line: checksums, the map, manifests and the
//! version before.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use serde_json::Value;

use crate::images;
use crate::run::{Folder, snapshot, too_wide};

/// An image of the test data.
fn committed(name: &str) -> Vec<u8> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("testdata/containers/{name}.zst"));
    let mut image = Vec::new();
    ruzstd::decoding::StreamingDecoder::new(fs::File::open(path).unwrap())
        .unwrap()
        .read_to_end(&mut image)
        .unwrap();
    image
}

/// The next version of `good.vhd`: a block of the partition changed, one added, one moved there
/// from where it was, and one changed before the partition.
fn next() -> Vec<u8> {
    let mut image = images::good();
    image[(1 << 20) + 7] ^= 0xff;
    image[4 << 20] = 1;
    image.copy_within(8 << 20..(8 << 20) + 65_536, 12 << 20);
    image[8 << 20..(8 << 20) + 65_536].fill(0);
    image[20_000] = 1;
    image
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("good.vhd", &images::good());
    folder.write("next.vhd", &next());
    folder
}

fn content(folder: &Folder, args: &[&str]) -> Value {
    let (mut document, said) = folder.json(&[&["check"], args].concat());
    assert!(said.code < 2, "{}", said.err);
    document["images"][0]["content"].take()
}

/// Lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn checksums_are_those_that_others_compute() {
    let folder = folder();
    folder.write("raw.img", &images::disk());
    let of = |bytes: &[u8]| {
        [
            ("blake3", blake3::hash(bytes).to_hex().to_string()),
            ("md5", hex(&<md5::Md5 as md5::Digest>::digest(bytes))),
            (
                "sha256",
                hex(&<sha2::Sha256 as sha2::Digest>::digest(bytes)),
            ),
        ]
    };
    let disk = images::disk();
    let dynamic = committed("dynamic-good.vhd");
    folder.write("dynamic.vhd", &dynamic);
    for (name, file, disk) in [
        ("good.vhd", images::good(), Some(&disk)),
        ("raw.img", disk.clone(), Some(&disk)),
        ("dynamic.vhd", dynamic, None),
    ] {
        let (document, said) = folder.json(&["check", "--digest", "blake3,md5,sha256,md5", name]);
        let digests = &document["images"][0]["content"]["digests"];
        for (part, bytes) in [("file", Some(&file)), ("disk", disk)] {
            let found = digests[part].as_array().unwrap();
            assert_eq!(found.len(), 3, "{name}");
            let expected = bytes.map(|bytes| of(bytes)).into_iter().flatten();
            for (found, (kind, hex)) in found.iter().zip(expected) {
                assert_eq!((&found["kind"], &found["hex"]), (&kind.into(), &hex.into()));
                assert_eq!(found["base64"].is_string(), kind == "md5", "{name}");
            }
        }
        // What it costs is said before, beside the document.
        assert_eq!(said.err.lines().count(), 3, "{}", said.err);
        assert!(
            said.err.starts_with("note: --digest BLAKE3: "),
            "{}",
            said.err
        );
    }
    let said = folder.run(&["check", "-q", "--digest", "md5", "good.vhd"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(content(&folder, &["good.vhd"])["digests"].is_null());
}

#[test]
fn a_manifest_stands_for_its_image() {
    let folder = folder();
    let said = folder.run(&["manifest", "good.vhd", "-o", "good.manifest"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert_eq!(said.out.lines().count(), 1, "{}", said.out);
    let digest = content(&folder, &["good.vhd"])["digest"].take();
    for word in [
        "good.manifest: ",
        "24 MiB",
        "3 blocks",
        digest.as_str().unwrap(),
    ] {
        assert!(said.out.contains(word), "{}", said.out);
    }
    // The container does not count, and neither do the threads.
    folder.write("raw.img", &images::disk());
    let said = folder.run(&[
        "manifest",
        "--threads",
        "1",
        "raw.img",
        "-o",
        "raw.manifest",
    ]);
    assert_eq!(said.code, 0, "{}", said.err);
    let read = |name: &str| fs::read(folder.path(name)).unwrap();
    assert_eq!(read("good.manifest"), read("raw.manifest"));

    let delta = |previous: &str, image: &str| {
        let mut delta = content(&folder, &["--previous", previous, image])["delta"].take();
        assert_eq!(delta["previous"].take(), previous);
        delta
    };
    let same = delta("good.manifest", "good.vhd");
    assert_eq!(same["identical"], true);
    assert_eq!(same["total"]["unchanged_bytes"], 3 * 65_536);
    let changed = delta("good.manifest", "next.vhd");
    assert_eq!(changed["identical"], false);
    assert_eq!(changed, delta("good.vhd", "next.vhd"));
    assert_eq!(changed, delta("raw.img", "next.vhd"));
    // A manifest is replaced by the next one.
    let said = folder.run(&["manifest", "next.vhd", "-o", "good.manifest"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(delta("good.manifest", "next.vhd")["identical"], true);
}

#[test]
fn what_changed_is_counted_where_it_is() {
    let folder = folder();
    let content = content(&folder, &["--previous", "good.vhd", "next.vhd"]);
    let delta = &content["delta"];
    let counted = |bytes: &Value| {
        [
            "unchanged",
            "changed",
            "added",
            "removed",
            "moved",
            "new_content",
        ]
        .map(|name| bytes[format!("{name}_bytes")].as_u64().unwrap() / 65_536)
    };
    assert_eq!(counted(&delta["total"]), [0, 2, 2, 1, 1, 3]);
    let regions = delta["regions"].as_array().unwrap();
    assert_eq!(regions[0]["name"], "partition 1");
    assert_eq!(counted(&regions[0]), [0, 1, 2, 1, 1, 2]);
    assert_eq!(regions[1]["name"], "outside of any partition");
    assert_eq!(counted(&regions[1]), [0, 1, 0, 0, 0, 1]);
    // And what there is now, too.
    let region = &content["regions"][0];
    assert_eq!(region["non_zero_bytes"], 2 * 65_536 + 512);
    assert_eq!(region["duplicate_bytes"], 0);
}

#[test]
fn repeated_content_is_counted_in_its_partition() {
    let content = content(&folder(), &["good.vhd"]);
    let regions = content["regions"].as_array().unwrap();
    assert_eq!(regions.len(), 2);
    assert_eq!(regions[0]["bytes"], 23 << 20);
    assert_eq!(regions[0]["non_zero_bytes"], 2 * 65_536);
    assert_eq!(regions[0]["duplicate_bytes"], 65_536);
    assert_eq!(regions[1]["bytes"], 1 << 20);
    assert_eq!(regions[1]["non_zero_bytes"], 512);
    assert_eq!(regions[1]["duplicate_bytes"], 0);
}

#[test]
fn what_is_neither_manifest_nor_image_is_refused_with_the_reason() {
    let folder = folder();
    folder.run(&["manifest", "good.vhd", "-o", "good.manifest"]);
    let good = fs::read(folder.path("good.manifest")).unwrap();
    let mut damaged = good.clone();
    damaged[60] ^= 1;
    folder.write("damaged", &damaged);
    folder.write("short", &good[..good.len() - 40]);
    let mut newer = good.clone();
    newer[8] = 9;
    folder.write("newer", &newer);
    folder.write("notes.txt", b"the image of last summer, somewhere");
    folder.write("orphan.vhd", &committed("diff-orphan.vhd"));
    for (name, reason) in [
        ("damaged", "is damaged"),
        ("short", "cut short"),
        ("newer", "version 9"),
        ("notes.txt", "content cannot be told"),
        ("orphan.vhd", "content cannot be told"),
        ("none.manifest", "check the path"),
    ] {
        let said = folder.run(&["check", "--previous", name, "good.vhd"]);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{name}");
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
        let starts = format!("error: {name}: ");
        assert!(said.err.starts_with(&starts), "{}", said.err);
        assert!(said.err.contains(reason), "{name}: {}", said.err);
    }
}

#[test]
fn a_manifest_is_written_of_whole_disks_only_and_over_nothing_else() {
    let folder = folder();
    folder.write("orphan.vhd", &committed("diff-orphan.vhd"));
    let said = folder.run(&["manifest", "orphan.vhd", "-o", "orphan.manifest"]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(said.err.contains("parent"), "{}", said.err);
    assert!(!folder.path("orphan.manifest").exists());
    for (target, reason) in [
        ("good.vhd", "images are never written to"),
        ("next.vhd", "is no manifest"),
        (".", "is no regular file"),
        ("no/such/folder", "cannot be written"),
    ] {
        let said = folder.run(&["manifest", "good.vhd", "-o", target]);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{target}");
        assert!(said.err.contains(reason), "{target}: {}", said.err);
    }
    assert_eq!(fs::read(folder.path("good.vhd")).unwrap(), images::good());
    assert_eq!(fs::read(folder.path("next.vhd")).unwrap(), next());
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 3);
}

#[test]
fn a_disk_that_is_not_whole_is_not_compared_and_the_report_says_why() {
    let folder = folder();
    folder.write("orphan.vhd", &committed("diff-orphan.vhd"));
    let (document, said) = folder.json(&["check", "--previous", "good.vhd", "orphan.vhd"]);
    assert_eq!(said.code, 1, "{}", said.err);
    let image = &document["images"][0];
    assert!(image["content"]["delta"].is_null());
    let unknown = image["facts"]["unknown"].as_array().unwrap();
    assert!(unknown.iter().any(|fact| fact["fact"] == "content.delta"));
    let said = folder.run(&["check", "--previous", "good.vhd", "orphan.vhd"]);
    assert!(said.out.contains("could not be compared: "), "{}", said.out);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let folder = folder();
    let run = |threads: &[&str]| {
        let args = [
            "check",
            "--previous",
            "good.vhd",
            "--map",
            "always",
            "next.vhd",
        ];
        folder.json(&[&args, threads].concat()).1.out
    };
    let usual = run(&[]);
    assert_eq!(run(&["--threads", "1"]), usual);
    assert_eq!(run(&["--threads", "7"]), usual);
}

#[test]
fn the_map_is_drawn_when_it_is_asked_for() {
    let folder = folder();
    assert!(content(&folder, &["good.vhd"])["map"].is_null());
    let map = content(&folder, &["--map", "always", "good.vhd"])["map"].take();
    assert_eq!(map["compared"], false);
    let cells = map["cells"].as_str().unwrap();
    assert_eq!(map["cell_bytes"], 65_536);
    assert_eq!(cells.len(), images::SIZE / 65_536);
    let drawn: Vec<_> = cells
        .chars()
        .enumerate()
        .filter(|cell| cell.1 != 'z')
        .collect();
    assert_eq!(drawn, [(0, 'p'), (16, 'd'), (128, 'r')]);
    let said = folder.run(&["check", "good.vhd"]);
    assert!(!said.out.contains("Map of the disk"));
}

#[test]
fn human_report_with_all_that_the_pass_finds() {
    let folder = folder();
    let said = folder.run(&[
        "check",
        "--map",
        "always",
        "--digest",
        "sha256,md5",
        "--previous",
        "good.vhd",
        "next.vhd",
    ]);
    assert_eq!(too_wide(&said.out), Vec::<&str>::new());
    let content = said.out.split("Content: what has to move").nth(1).unwrap();
    let content = content.split("\nTime: ").next().unwrap();
    snapshot("human-content", content);
    let said = folder.run(&["check", "--previous", "good.vhd", "good.vhd"]);
    let delta = said.out.split("Against the previous version").nth(1);
    let delta = delta.unwrap().split("\nTime: ").next().unwrap();
    snapshot("human-same-content", delta);
}

#[test]
fn what_needs_the_pass_does_not_go_with_leaving_it_out() {
    let folder = folder();
    for (args, hint) in [
        (&["--threads", "2"][..], "--threads"),
        (&["--digest", "md5"], "--digest"),
        (&["--previous", "good.vhd"], "--previous"),
        (&["--map", "always"], "--map always"),
    ] {
        let said = folder.run(&[&["check", "--no-scan", "good.vhd"], args].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{args:?}");
        assert!(said.err.contains(hint), "{}", said.err);
        assert!(said.err.contains("--no-scan"), "{}", said.err);
    }
    for (args, hint) in [
        (&["--threads", "0"][..], "from 1 to"),
        (&["--threads", "99999"], "from 1 to"),
        (&["--digest", "md5,crc32"], "sha256, md5, blake3"),
        (&["--previous", "good.vhd", "next.vhd"], "check each"),
    ] {
        let said = folder.run(&[&["check", "good.vhd"], args].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{args:?}");
        assert!(said.err.contains(hint), "{}", said.err);
    }
    let said = folder.run(&["check", "--no-scan", "--map", "never", "good.vhd"]);
    assert_eq!(said.code, 0, "{}", said.err);
}

#[test]
fn the_version_before_is_never_written_to() {
    let folder = folder();
    let said = folder.run(&[
        "check",
        "--previous",
        "next.vhd",
        "good.vhd",
        "-o",
        "next.vhd",
    ]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("never written to"), "{}", said.err);
    assert_eq!(fs::read(folder.path("next.vhd")).unwrap(), next());
}
