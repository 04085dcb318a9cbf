//! What cannot be inspected: one clear error that names the file, exit 2, and the other images of
//! the call are still checked.

use crate::images;
use crate::run::Folder;

#[test]
fn what_is_no_image_is_an_error_and_the_others_are_still_checked() {
    let folder = Folder::with_images();
    std::fs::create_dir(folder.path("folder")).unwrap();
    folder.write("empty.vhd", b"");
    // A folder stands for its images: one without any is no report's place, but wrong usage.
    let said = folder.run(&["check", "--no-scan", "folder", "good.vhd"]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(said.err.contains("folder: holds no file"), "{}", said.err);
    let mut cases = vec![
        ("empty.vhd", "is empty (0 bytes)"),
        ("none.vhd", "check the path"),
    ];
    if cfg!(unix) {
        let fifo = folder.path("fifo");
        let made = std::process::Command::new("mkfifo")
            .arg(&fifo)
            .status()
            .unwrap();
        assert!(made.success());
        cases.push(("fifo", "is a FIFO"));
    }
    for (name, reason) in &cases {
        let (document, said) = folder.json(&["check", "--no-scan", name, "good.vhd"]);
        assert_eq!(said.code, 2, "{name}");
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
        assert!(
            said.err.starts_with(&format!("error: {name}: ")),
            "{}",
            said.err
        );
        assert!(said.err.contains(reason), "{}", said.err);
        let (failed, good) = (&document["images"][0], &document["images"][1]);
        assert!(failed["verdict"].is_null() && failed["facts"].is_null());
        assert_eq!(failed["errors"][0]["kind"], "open");
        assert!(
            failed["errors"][0]["message"]
                .as_str()
                .unwrap()
                .contains(reason)
        );
        assert_eq!(good["verdict"], "pass");
        let said = folder.run(&["check", "--no-scan", name]);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_an_error() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let path = folder.write("secret.vhd", &images::good());
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::File::open(&path).is_ok() {
        // The superuser reads everything.
        return;
    }
    let said = folder.run(&["check", "secret.vhd"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("secret.vhd") && said.err.contains("permission"),
        "{}",
        said.err
    );
}

#[test]
fn wrong_usage_is_exit_2_with_a_hint() {
    let folder = Folder::with_images();
    for (args, hint) in [
        (&["check"][..], "<IMAGE>..."),
        (
            &["check", "--upload-bandwidth", "fast", "good.vhd"],
            "such as 20M",
        ),
        (
            &["check", "--upload-bandwidth", "10MB", "good.vhd"],
            "counts bytes",
        ),
        (&["check", "--regions", "0", "good.vhd"], "--regions"),
        (&["chekc", "good.vhd"], "check"),
        (&["man", "nothing"], "no subcommand"),
    ] {
        let said = folder.run(args);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{args:?}");
        assert!(said.err.contains(hint), "{args:?}: {}", said.err);
    }
}

#[test]
fn exit_codes_follow_what_fails() {
    let folder = Folder::with_images();
    for (args, code) in [
        (&["good.vhd"][..], 0),
        (&["bad.vhd"], 1),
        (&["good.vhd", "bad.vhd"], 1),
        (&["bad.vhd", "none.vhd"], 2),
        (&["--fail-on", "never", "bad.vhd"], 0),
        (&["--fail-on", "never", "none.vhd"], 2),
        // 24 MiB are less than what is recommended of an OS disk.
        (&["--fail-on", "warning", "--disk", "os", "good.vhd"], 1),
    ] {
        let said = folder.run(&[&["check", "-q", "--no-scan"], args].concat());
        assert_eq!(said.code, code, "{args:?}: {}{}", said.out, said.err);
    }
}
