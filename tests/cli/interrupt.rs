//! Ctrl-C: one message, exit 2, at once, and nothing half-written.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::changed::wait_until_open;
use crate::images::footer;
use crate::run::{Folder, Said};

/// Takes no space, and minutes to be hashed byte by byte.
const SIZE: u64 = 64 << 30;

fn interrupted(args: &[&str]) -> (Said, Duration, usize) {
    let folder = Folder::new();
    let path = folder.path("").canonicalize().unwrap().join("big.vhd");
    let file = File::create(&path).unwrap();
    file.write_all_at(&[1; 4096], 1 << 20).unwrap();
    file.write_all_at(&footer(SIZE, |_| {}), SIZE).unwrap();
    fs::hard_link(&path, folder.path("link.vhd")).unwrap();
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("vhd-preflight"))
        .current_dir(folder.path(""))
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_until_open(&mut child, &path);
    std::thread::sleep(Duration::from_millis(200));
    let start = Instant::now();
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
    let said = Said::from(child.wait_with_output().unwrap());
    let files = fs::read_dir(folder.path("")).unwrap().count();
    (said, start.elapsed(), files)
}

#[test]
fn an_interrupted_run_says_so_and_leaves_nothing() {
    for args in [
        &[
            "check",
            "-q",
            "--digest",
            "md5",
            "big.vhd",
            "-o",
            "report.txt",
        ][..],
        &[
            "check",
            "-q",
            "--digest",
            "md5,sha256",
            "--threads",
            "1",
            "big.vhd",
            "--format",
            "json",
        ],
        // The images that are left are not begun.
        &["check", "-q", "--digest", "md5", "big.vhd", "link.vhd"],
    ] {
        let (said, took, files) = interrupted(args);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{args:?}");
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
        assert!(said.err.contains("interrupted"), "{}", said.err);
        assert!(took < Duration::from_secs(2), "{took:?}");
        assert_eq!(files, 2, "{args:?}");
    }
}
