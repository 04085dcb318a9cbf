//! Scripts of fixes and requests for exceptions, as the program writes them.

use std::fs;

use crate::images::{bad, footer, good};
use crate::run::{Folder, snapshot};

#[test]
fn a_script_of_fixes_is_written_and_never_run() {
    let folder = Folder::with_images();
    let said = folder.run(&["check", "--fix-script", "bad.vhd"]);
    assert_eq!((said.code, said.err.as_str()), (1, ""));
    assert!(said.out.starts_with("#!/bin/sh\n"), "the report gives way");
    snapshot("fix-script", &said.out);
    let said = folder.run(&["check", "--fix-script=fix.ps1", "bad.vhd"]);
    assert!(said.out.starts_with("FAIL: bad.vhd\n"), "{}", said.out);
    let text = fs::read_to_string(folder.path("fix.ps1")).unwrap();
    assert!(text.contains("param([string]$Image = '1')") && text.is_ascii());
    assert!(!folder.path("fixed.vhd").exists());
}

/// As the script would be run by somebody who has not read it, and by somebody who has.
#[cfg(unix)]
#[test]
fn the_script_is_a_shell_script_and_does_nothing_unread() {
    let folder = Folder::new();
    let name = "it's $(touch owned); `touch owned`\n touch owned #.vhd";
    folder.write(name, &bad());
    folder.write("bad.vhd", &bad());
    let said = folder.run(&["check", "--fix-script=fix.sh", "-q", name, "bad.vhd"]);
    assert_eq!(said.code, 1, "{}", said.err);
    let run = |confirm: &str, args: &[&str]| {
        std::process::Command::new("sh")
            .current_dir(folder.path(""))
            .env("VHD_PREFLIGHT_I_HAVE_READ_THIS", confirm)
            .env("PATH", "/nowhere")
            .arg("fix.sh")
            .args(args)
            .output()
    };
    // The shell is looked for by the test's own PATH, the script's commands by an empty one.
    let Ok(sh) = std::process::Command::new("sh")
        .args(["-n"])
        .arg(folder.path("fix.sh"))
        .output()
    else {
        panic!("there is no sh");
    };
    assert!(
        sh.status.success(),
        "{}",
        String::from_utf8_lossy(&sh.stderr)
    );
    for (confirm, args, part) in [
        ("", &["host", "1"][..], "Read this script first"),
        ("guest", &["host", "1"], "Read this script first"),
        ("", &[], "Read this script first"),
        ("host", &["host"], "usage"),
    ] {
        if let Ok(done) = run(confirm, args) {
            assert_eq!(done.status.code(), Some(1));
            let err = String::from_utf8_lossy(&done.stderr);
            assert!(err.contains(part), "{err}");
        }
    }
    assert!(!folder.path("owned").exists());
}

#[test]
fn two_things_never_go_to_one_place() {
    let folder = Folder::with_images();
    for args in [
        &["--fix-script", "--exception-request"][..],
        &["--fix-script", "--format", "json"],
        &["--fix-script=x", "--attest", "x"],
        &["--fix-script=x", "--format", "json=x"],
        &["--fix-script=x", "-o", "x"],
        &["--attest", "-", "--format", "json"],
    ] {
        let said = folder.run(&[&["check", "bad.vhd"], args].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{args:?}");
        assert!(said.err.contains("go to"), "{}", said.err);
    }
    let said = folder.run(&[
        "check",
        "bad.vhd",
        "--fix-script",
        "--format",
        "json=r.json",
    ]);
    assert_eq!(said.code, 1);
    assert!(said.out.starts_with("#!/bin/sh") && folder.path("r.json").exists());
}

#[test]
fn a_request_is_drafted_where_an_exception_is_known() {
    let folder = Folder::new();
    // 600 GiB of nothing.
    let size = 600_u64 << 30;
    let path = folder.write("big.vhd", b"");
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    let disk = crate::images::disk();
    {
        use std::io::{Seek as _, SeekFrom, Write as _};
        let mut file = &file;
        file.write_all(&disk[..512]).unwrap();
        file.seek(SeekFrom::Start(size)).unwrap();
        file.write_all(&footer(size, |_| {})).unwrap();
    }
    let args = [
        "check",
        "--no-scan",
        "--disk",
        "os",
        "--os",
        "linux",
        "--exception-request",
    ];
    let said = folder.run(&[&args[..], &["big.vhd"]].concat());
    assert!(
        said.out.contains("Exception Type: tests"),
        "{}{}",
        said.out,
        said.err
    );
    snapshot("exception-request", &said.out);
    // What the configuration accepts has its reason and its last day already.
    folder.write(
        "accepted.toml",
        b"[[suppress]]\nrule = \"VHD013\"\nreason = \"holds the models: TICKET-7\"\nexpires = 2999-01-31\n",
    );
    let said = folder.run(&[&args[..], &["--config", "accepted.toml", "big.vhd"]].concat());
    for part in [
        "\nReason:         holds the models: TICKET-7\n",
        "\nTimeline:       until 2999-01-31\n",
        "VHD013 large-disk",
    ] {
        assert!(said.out.contains(part), "{part}: {}{}", said.out, said.err);
    }
    folder.write("bad.vhd", &bad());
    folder.write("good.vhd", &good());
    // A disk that is too small is only to be made larger.
    let small = folder.run(&["check", "--disk", "os", "--exception-request", "bad.vhd"]);
    assert!(!small.out.contains("Exception Type"), "{}", small.out);
    let said = folder.run(&["check", "--exception-request", "bad.vhd"]);
    assert!(
        said.out
            .starts_with("bad.vhd: no finding that an exception is known for.\n")
    );
    assert!(
        said.out.contains("mend them before you submit"),
        "{}",
        said.out
    );
    let said = folder.run(&["check", "--exception-request", "good.vhd"]);
    assert_eq!(
        said.out,
        "good.vhd: no finding that an exception is known for.\n"
    );
}
