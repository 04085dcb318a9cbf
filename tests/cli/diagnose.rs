//! `diagnose`: from the command line, from a file, from standard input, with and without an image.

use assert_cmd::Command;

use crate::run::{Folder, Said, snapshot, too_wide, validated};

const SIZE: &str = "The VHD 'https://a.blob.core.windows.net/c/d.vhd' has an unsupported virtual size of 25174528 bytes.  The size must be a whole number (in MBs).";

fn piped(folder: &Folder, args: &[&str], input: &[u8]) -> Said {
    let output = Command::cargo_bin("vhd-preflight")
        .unwrap()
        .current_dir(folder.path(""))
        .args(args)
        .write_stdin(input)
        .output()
        .unwrap();
    Said::from(output)
}

#[test]
fn one_message_from_three_places() {
    let folder = Folder::new();
    folder.write("error.txt", SIZE.as_bytes());
    let argument = folder.run(&["diagnose", SIZE]);
    let words = folder.run(&[&["diagnose"], &*SIZE.split(' ').collect::<Vec<_>>()].concat());
    let file = folder.run(&["diagnose", "error.txt"]);
    let dash = piped(&folder, &["diagnose", "-"], SIZE.as_bytes());
    let nothing = piped(&folder, &["diagnose"], SIZE.as_bytes());
    for (said, place) in [
        (&argument, "the text of the command line"),
        (&words, "the text of the command line"),
        (&file, "the file error.txt"),
        (&dash, "standard input"),
        (&nothing, "standard input"),
    ] {
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        assert!(
            said.out.starts_with("1 known failure message\n"),
            "{}",
            said.out
        );
        assert!(
            said.out.contains(place) && said.out.contains("MSG106"),
            "{}",
            said.out
        );
    }
    snapshot("diagnose", &argument.out);
}

#[test]
fn an_image_says_which_cause_it_is() {
    let folder = Folder::with_images();
    let said = folder.run(&["diagnose", SIZE, "--image", "bad.vhd", "--no-scan"]);
    assert_eq!(said.code, 0, "{}", said.err);
    snapshot("diagnose-image", &said.out);
    let (document, _) = folder.json(&["diagnose", SIZE, "--image", "good.vhd", "--no-scan"]);
    let shown = &document["messages"][0]["shown"];
    assert_eq!(shown["answer"], "not-shown");
    assert_eq!(shown["outcomes"][0]["rule"], "VHD004");
    assert_eq!(document["image"]["path"], "good.vhd");
    assert!(
        !document["image"]["not_checked"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[test]
fn json_and_markdown() {
    let folder = Folder::with_images();
    let (document, said) = folder.json(&["diagnose", "200.3.3.1"]);
    assert_eq!(said.code, 0);
    assert_eq!(document["messages"][0]["rules"][0], "LNX029");
    assert!(document["messages"][0]["shown"].is_null());
    let args = [
        "diagnose",
        SIZE,
        "--image",
        "bad.vhd",
        "--no-scan",
        "--format",
        "markdown",
    ];
    let said = folder.run(&args);
    assert_eq!(said.code, 0);
    snapshot("diagnose-markdown", &said.out);
    let schema = folder.run(&["schema", "diagnose"]).out;
    assert_eq!(
        schema,
        include_str!("../../src/report/diagnose-v1.schema.json")
    );
}

#[test]
fn a_self_test_answer_is_read_test_by_test() {
    let folder = Folder::new();
    let answer = r#"{"TrackingId":"1","Response":"{\"Tests\":[{\"Tes tID\":\"48\",\"TestCaseName\":\"Bash History\",\"Result\":\"Failed\",\"ActualValue\":\"2\",\"Re quiredValue\":\"1024\"},{\"TestID\":\"39\",\"TestCaseName\":\"Linux Agent Version\",\"Result\":\"Passed\"}]}"}"#;
    folder.write("answer.json", answer.as_bytes());
    let (document, said) = folder.json(&["diagnose", "answer.json"]);
    assert_eq!(said.code, 0);
    assert_eq!(document["input"]["self_tests"], 2);
    assert_eq!(document["messages"].as_array().unwrap().len(), 1);
    assert_eq!(document["messages"][0]["test"]["required"], "1024");
    let passed = answer.replace("Failed", "Passed");
    let said = piped(&folder, &["diagnose", "-"], passed.as_bytes());
    assert_eq!(said.code, 1);
    assert!(said.out.starts_with("every test passed"), "{}", said.out);
}

#[test]
fn what_is_not_recognised_ends_with_1_and_what_cannot_be_read_with_2() {
    let folder = Folder::new();
    let said = folder.run(&["diagnose", "OSProvisionTimedOut"]);
    assert_eq!((said.code, said.err.as_str()), (1, ""));
    snapshot("diagnose-nothing", &said.out);
    let (document, _) = folder.json(&["diagnose", "good morning"]);
    assert!(document["nearest"].as_array().unwrap().is_empty());
    let said = folder.run(&["diagnose", "serial.log"]);
    assert_eq!(said.code, 1);
    assert!(
        said.err.contains("there is no file serial.log"),
        "{}",
        said.err
    );
    for args in [
        &["diagnose", "."][..],
        &["diagnose", "  "],
        &["diagnose", SIZE, "--image", "none.vhd"],
        &["diagnose", SIZE, "--profile", "strict"],
        &["diagnose", SIZE, "--format", "sarif"],
    ] {
        let said = folder.run(args);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{args:?}");
        assert!(!said.err.is_empty());
    }
}

#[test]
fn an_output_file_never_replaces_what_is_read() {
    let folder = Folder::with_images();
    folder.write("error.txt", SIZE.as_bytes());
    for target in ["error.txt", "bad.vhd"] {
        let args = ["diagnose", "error.txt", "--image", "bad.vhd", "-o", target];
        assert_eq!(folder.run(&args).code, 2);
    }
    let said = folder.run(&[
        "diagnose",
        "error.txt",
        "--format",
        "json",
        "-o",
        "out.json",
    ]);
    assert_eq!((said.code, said.out.as_str()), (0, ""));
    validated(&std::fs::read_to_string(folder.path("out.json")).unwrap());
}

#[test]
fn hostile_text_does_nothing_to_a_terminal_a_log_or_a_ticket() {
    let folder = Folder::new();
    let evil = "\u{1b}]0;owned\u{7}\u{202e}##vso[task.complete]\n::error::x <script>alert(1)</script> [x](http://evil) @all `x`";
    let text = format!("The source blob {evil} is not accessible. {evil}");
    for format in ["human", "json", "markdown"] {
        let said = piped(
            &folder,
            &["diagnose", "--format", format, "-"],
            text.as_bytes(),
        );
        assert_eq!(said.code, 0, "{}", said.err);
        let out = said.out;
        assert!(!out.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{out}");
        assert!(!out.contains("##vso"), "{out}");
        let commands = |line: &str| line.trim_start().starts_with("::");
        assert!(!out.lines().any(commands), "{out}");
        if format == "markdown" {
            for forbidden in ["<script", "](http://evil", "@all", "http://evil", " `x`"] {
                assert!(!out.contains(forbidden), "{forbidden}: {out}");
            }
        }
    }
    let binary: Vec<u8> = (0..=255).cycle().take(1 << 20).collect();
    assert_eq!(piped(&folder, &["diagnose", "-"], &binary).code, 1);
    let utf16: Vec<u8> = "\u{feff}The blob is not a valid VHD."
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let said = piped(&folder, &["diagnose", "-"], &utf16);
    assert!(said.out.contains("MSG103"), "{}", said.out);
}

/// What Windows PowerShell's `>` writes, and what editors put before UTF-8.
#[test]
fn texts_with_a_byte_order_mark_are_read_as_what_they_are() {
    let folder = Folder::new();
    let answer =
        r#"{"Tests":[{"TestID":"48","TestCaseName":"Bash History – é","Result":"Failed"}]}"#;
    let units = |join: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let units = "\u{feff}".encode_utf16().chain(answer.encode_utf16());
        units.flat_map(join).collect()
    };
    folder.write("le.json", &units(u16::to_le_bytes));
    folder.write("be.json", &units(u16::to_be_bytes));
    folder.write("utf8.json", format!("\u{feff}{answer}").as_bytes());
    for file in ["le.json", "be.json", "utf8.json"] {
        let (document, said) = folder.json(&["diagnose", file]);
        assert_eq!(said.code, 0, "{file}");
        let test = &document["messages"][0]["test"];
        assert_eq!(test["name"], "Bash History – é", "{file}");
        assert_eq!(test["result"], "Failed", "{file}");
    }
    let text = "Fehler – The blob is not a valid VHD.";
    let mut bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.splice(0..0, [0xff, 0xfe]);
    // A file that was cut in the middle of a character.
    bytes.push(b'x');
    let (document, _) = {
        folder.write("cut.txt", &bytes);
        folder.json(&["diagnose", "cut.txt"])
    };
    let said = &document["messages"][0]["place"]["text"];
    assert_eq!(said, "The blob is not a valid VHD");
}

/// A pipe that took standard output only is the usual mistake.
#[test]
fn where_there_is_no_text_the_answer_says_so() {
    let folder = Folder::new();
    folder.write("empty.log", b" \n");
    let said = piped(&folder, &["diagnose", "-"], b"");
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(said.err.contains("2>&1"), "{}", said.err);
    let said = folder.run(&["diagnose", "empty.log"]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(
        said.err.contains("empty.log: there is no text"),
        "{}",
        said.err
    );
}

#[test]
fn the_configuration_says_what_no_image_shows() {
    let folder = Folder::with_images();
    let args = [
        "diagnose",
        "DataDisk mapped incorrectly",
        "--image",
        "good.vhd",
        "--no-scan",
    ];
    folder.write("vhd-preflight.toml", b"disk = \"os\"\n");
    let said = folder.run(&args);
    assert!(
        said.out
            .contains("nothing to judge by DATA002, DATA001: no data disks"),
        "{}",
        said.out
    );
    let (document, _) = folder.json(&args);
    assert_eq!(
        document["messages"][0]["shown"]["answer"],
        "beyond-the-image"
    );
    folder.write(
        "vhd-preflight.toml",
        b"disk = \"os\"\nprofile = \"strict\"\n[[data-disks]]\nlun = 0\n[[data-disks]]\nlun = 2\n",
    );
    let (document, _) = folder.json(&args);
    let message = &document["messages"][0];
    assert_eq!(message["shown"]["answer"], "shown");
    assert_eq!(message["causes"][0]["found_by"][0], "DATA002");
    assert_eq!(document["image"]["profile"], "strict");
    let (document, _) = folder.json(&[&args[..], &["--no-config"]].concat());
    assert_eq!(
        document["messages"][0]["shown"]["answer"],
        "beyond-the-image"
    );
}

#[test]
fn a_page_of_80_columns_is_wide_enough() {
    let folder = Folder::with_images();
    for args in [
        &["diagnose", "InvalidVhd", "--image", "bad.vhd", "--no-scan"][..],
        &[
            "diagnose",
            "OSProvisioningTimedOut",
            "--image",
            "good.vhd",
            "--no-scan",
        ],
        &["diagnose", "200.3.3"],
    ] {
        let said = folder.run(args);
        assert!(said.out.len() > 200, "{args:?} {}", said.err);
        assert_eq!(too_wide(&said.out), Vec::<&str>::new(), "{args:?}");
    }
}
