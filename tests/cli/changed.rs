//! A file that is cut shorter while it is read: one message, exit 2, no verdict, no crash.
#![cfg(target_os = "linux")]

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::images::footer;
use crate::run::{Folder, Said};

/// Much enough that the content pass still runs when the file is cut.
const SIZE: u64 = 320 << 20;

fn write_image(path: &Path) {
    let mut file = File::create(path).unwrap();
    // No two blocks alike and none zero, so that nothing is quicker than it has to be.
    let mut block = vec![1_u8; 1 << 20];
    for at in 0..SIZE >> 20 {
        block[..8].copy_from_slice(&(at + 1).to_le_bytes());
        file.write_all(&block).unwrap();
    }
    file.write_all(&footer(SIZE, |_| {})).unwrap();
}

/// Waits until the process has opened the file.
pub(crate) fn wait_until_open(child: &mut Child, path: &Path) {
    let folder = format!("/proc/{}/fd", child.id());
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(30) {
        let descriptors = fs::read_dir(&folder).into_iter().flatten().flatten();
        if descriptors
            .filter_map(|entry| fs::read_link(entry.path()).ok())
            .any(|link| link == path)
        {
            return;
        }
        assert!(
            child.try_wait().unwrap().is_none(),
            "it was over before it was seen to begin"
        );
    }
    panic!("it never opened the file");
}

fn cut_while_it_is_read(io: &str) {
    let folder = Folder::new();
    let path = folder
        .path("shrinks.vhd")
        .canonicalize()
        .unwrap_or_else(|_| folder.path("shrinks.vhd"));
    write_image(&path);
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("vhd-preflight"))
        .args(["check", "--io", io])
        .arg(&path)
        // One thread, so that the pass is not over too soon.
        .env("RAYON_NUM_THREADS", "1")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_until_open(&mut child, &path);
    OpenOptions::new()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(1 << 20)
        .unwrap();
    let said = Said::from(child.wait_with_output().unwrap());
    assert_eq!((said.code, said.out.as_str()), (2, ""), "{}", said.err);
    assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    assert!(
        said.err.contains("changed while it was read"),
        "{}",
        said.err
    );
    assert!(said.err.contains("shrinks.vhd"), "{}", said.err);
}

#[test]
fn cut_while_it_is_mapped() {
    cut_while_it_is_read("map");
}

#[test]
fn cut_while_it_is_read_by_position() {
    cut_while_it_is_read("read");
}
