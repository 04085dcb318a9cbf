//! The configuration file, suppressions and baselines, as the program follows them.

use std::fs;

use serde_json::Value;

use crate::run::{FORMS, Folder, Said, snapshot, too_wide, validated};

const FILE: &str = "vhd-preflight.toml";

fn with(text: &str) -> Folder {
    let folder = Folder::with_images();
    folder.write(FILE, text.as_bytes());
    folder
}

fn check(folder: &Folder, args: &[&str]) -> Said {
    folder.run(&[&["check", "--no-scan"], args].concat())
}

fn json(folder: &Folder, args: &[&str]) -> (Value, Said) {
    folder.json(&[&["check", "--no-scan"], args].concat())
}

/// What a report says of a rule.
fn rule<'a>(document: &'a Value, id: &str) -> &'a Value {
    let outcomes = document["images"][0]["outcomes"].as_array().unwrap();
    outcomes.iter().find(|one| one["rule"] == id).unwrap()
}

const EXPIRED: &str = r#"
[[suppress]]
rule = "VHD003"
reason = "the footer is rewritten on upload"
expires = 2000-01-01
"#;
const ACCEPTED: &str = r#"
[[suppress]]
rule = "VHD003"
reason = "the footer is rewritten on upload"
expires = 9000-01-01

[[suppress]]
rule = "VHD004"
image = "b*.vhd"
reason = "a test image"
expires = 9000-01-01
"#;
const UNUSED: &str = r#"
[[suppress]]
rule = "VHD005"
reason = "nothing is wrong with it"
expires = 9000-01-01
"#;

#[test]
fn accepted_findings_stay_in_the_report_and_do_not_count() {
    let folder = with(ACCEPTED);
    let said = check(&folder, &["bad.vhd"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    assert_eq!(too_wide(&said.out), [""; 0]);
    snapshot("human-suppressed", &said.out);
    let (document, _) = json(&folder, &["bad.vhd"]);
    let image = &document["images"][0];
    assert_eq!(image["verdict"], "pass");
    assert_eq!(image["summary"]["suppressed"], 2);
    assert_eq!(image["summary"]["errors"], 0);
    let finding = &rule(&document, "VHD004")["findings"][0];
    assert_eq!(
        (&finding["state"], &finding["level"]),
        (&"suppressed".into(), &"error".into())
    );
    assert_eq!(finding["suppression"]["reason"], "a test image");
    assert_eq!(finding["suppression"]["expires"], "9000-01-01");
    // Without the file everything counts.
    assert_eq!(check(&folder, &["--no-config", "bad.vhd"]).code, 1);
    // Another image is not what the second one is for, and the first fits nothing there.
    let said = check(&folder, &["good.vhd"]);
    assert!(
        said.out
            .starts_with("WARNING: the suppression of VHD003 fits no"),
        "{}",
        said.out
    );
    assert!(!said.out.contains("suppression of VHD004 fits"));
}

#[test]
fn an_expired_suppression_fails_and_an_unused_one_warns() {
    for (text, image, option, code, word) in [
        (
            EXPIRED,
            "bad.vhd",
            "error",
            1,
            "FAIL: the suppression of VHD003 expired on 2000-01-01",
        ),
        (
            EXPIRED,
            "good.vhd",
            "error",
            1,
            "FAIL: the suppression of VHD003 expired on 2000-01-01",
        ),
        (
            EXPIRED,
            "good.vhd",
            "never",
            0,
            "FAIL: the suppression of VHD003 expired",
        ),
        (
            UNUSED,
            "good.vhd",
            "error",
            0,
            "WARNING: the suppression of VHD005 fits no finding",
        ),
        (
            UNUSED,
            "good.vhd",
            "warning",
            1,
            "WARNING: the suppression of VHD005 fits no finding",
        ),
    ] {
        let folder = with(text);
        let said = check(&folder, &["-q", "--fail-on", option, image]);
        assert_eq!(said.code, code, "{text} {image} {option}: {}", said.out);
        assert!(said.out.starts_with(word), "{}", said.out);
        let (document, _) = json(&folder, &["--fail-on", option, image]);
        let problems = document["configuration"]["problems"].as_array().unwrap();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0]["from"], "vhd-preflight.toml:2");
    }
}

#[test]
fn the_name_of_a_configuration_is_text_in_every_form() {
    let folder = with(&format!("{EXPIRED}{UNUSED}"));
    let name = "##vso[task.complete]::error::<script>@me.toml";
    folder.write(name, EXPIRED.as_bytes());
    // In JSON a colon is one within a string.
    for form in FORMS
        .into_iter()
        .filter(|form| !["json", "sarif"].contains(form))
    {
        let said = check(&folder, &["--config", name, "--format", form, "good.vhd"]);
        assert_eq!(said.code, 1, "{form}: {}", said.err);
        for word in ["##vso[task.complete", "::error::<"] {
            assert!(!said.out.contains(word), "{form}: {}", said.out);
        }
        let is_text = !said.out.contains("<script>@me");
        assert!(
            is_text || !["junit", "markdown", "html"].contains(&form),
            "{form}"
        );
    }
}

#[test]
fn errors_say_where_a_file_was_named() {
    for (text, expected) in [
        (
            "\nbaseline = \"none.json\"",
            "(named at vhd-preflight.toml:2)",
        ),
        (
            "advisories = \"none.zip\"",
            "(named at vhd-preflight.toml:1)",
        ),
        (
            "formats = [\"json\", \"sarif\"]",
            "vhd-preflight.toml:1: two forms of the report go to standard output",
        ),
    ] {
        let said = check(&with(text), &["good.vhd"]);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{text}");
        assert!(said.err.contains(expected), "{}", said.err);
    }
    let folder = Folder::with_images();
    let osv = folder.write("osv.json", b"{\"id\": \"A-1\"}");
    let said = check(
        &folder,
        &["--advisories", "osv.json", "-o", "osv.json", "good.vhd"],
    );
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("is the advisories of this call"),
        "{}",
        said.err
    );
    assert_eq!(fs::read(osv).unwrap(), b"{\"id\": \"A-1\"}");
}

#[test]
fn a_configuration_writes_nothing_outside_of_its_folder() {
    let folder = Folder::with_images();
    fs::create_dir_all(folder.path("project/out")).unwrap();
    folder.write("mine", b"mine");
    let outside = folder.path("mine");
    #[cfg(unix)]
    std::os::unix::fs::symlink("../mine", folder.path("project/link")).unwrap();
    let mut files = vec!["../mine".to_owned(), "../new".to_owned()];
    files.push(outside.to_string_lossy().replace('\\', "/"));
    files.extend(cfg!(unix).then(|| "link".to_owned()));
    let config = ["--config", "project/vhd-preflight.toml", "good.vhd"];
    for file in files {
        let text = format!("formats = [\"json={file}\"]");
        folder.write("project/vhd-preflight.toml", text.as_bytes());
        let said = check(&folder, &config);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{file}");
        assert!(
            said.err.contains("lies outside of the folder"),
            "{}",
            said.err
        );
    }
    assert_eq!(fs::read(&outside).unwrap(), b"mine");
    assert!(!folder.path("new").exists());
    folder.write(
        "project/vhd-preflight.toml",
        b"formats = [\"json=out/r.json\"]",
    );
    assert_eq!(check(&folder, &config).code, 0);
    assert!(folder.path("project/out/r.json").exists());
}

#[test]
fn two_things_never_go_to_one_file() {
    let folder = Folder::with_images();
    fs::create_dir_all(folder.path("x")).unwrap();
    for args in [
        &["--format", "json=out", "--format", "sarif=./out"][..],
        &["--format", "json=out", "--fix-script=./out"],
        &["--exception-request=out", "--fix-script=x/../out"],
    ] {
        let said = check(&folder, &[args, &["good.vhd"]].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{args:?}");
        assert!(said.err.contains("go to"), "{}", said.err);
        assert!(!folder.path("out").exists(), "{args:?}");
    }
}

#[test]
fn images_are_known_by_their_path_from_the_file() {
    let folder = with(
        "[[suppress]]\nrule = \"VHD003\"\nimage = \"out/*.vhd\"\nreason = \"r\"\nexpires = 9000-01-01\n",
    );
    fs::create_dir_all(folder.path("out")).unwrap();
    fs::copy(folder.path("bad.vhd"), folder.path("out/bad.vhd")).unwrap();
    let whole = folder.path("out/bad.vhd");
    let suppressed = |place: &str, image: &str| {
        let output = assert_cmd::Command::cargo_bin("vhd-preflight")
            .unwrap()
            .current_dir(folder.path(place))
            .args(["check", "--no-scan", "--format", "json", image])
            .output()
            .unwrap();
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        document["images"][0]["summary"]["suppressed"].as_u64()
    };
    assert_eq!(suppressed("", "out/bad.vhd"), Some(1));
    assert_eq!(suppressed("out", "bad.vhd"), Some(1));
    assert_eq!(suppressed("out", whole.to_str().unwrap()), Some(1));
    assert_eq!(suppressed("", "bad.vhd"), Some(0));
}

#[test]
fn options_win_over_the_file_and_the_report_says_where_each_value_is_from() {
    let folder = with(
        "profile = \"strict\"\ngeneration = 1\ndisk = \"os\"\nfail-on = \"never\"\n\
         [claims]\nnvme = true\n[rules]\nVHD004 = \"warning\"\nVHD003 = \"off\"\n",
    );
    let (document, said) = json(&folder, &["--generation", "2", "bad.vhd"]);
    assert_eq!(said.code, 0);
    assert_eq!(document["profile"], "strict");
    let configuration = &document["configuration"];
    assert_eq!(configuration["file"], FILE);
    let settings = configuration["settings"].as_array().unwrap();
    let settings: Vec<_> = settings
        .iter()
        .map(|one| {
            let word = |name: &str| one[name].as_str().unwrap().to_owned();
            format!("{}={} {}", word("name"), word("value"), word("from"))
        })
        .collect();
    assert_eq!(
        settings,
        [
            "profile=strict vhd-preflight.toml:1",
            "disk=os vhd-preflight.toml:3",
            "generation=2 --generation",
            "fail-on=never vhd-preflight.toml:4",
            "claims.nvme=true vhd-preflight.toml:6",
            "rules.VHD003=off vhd-preflight.toml:9",
            "rules.VHD004=warning vhd-preflight.toml:8",
        ]
    );
    let disk = &document["images"][0]["facts"]["disk"];
    assert_eq!(disk["generation"], "2");
    assert_eq!(disk["role"]["why"], "vhd-preflight.toml:3");
    assert_eq!(rule(&document, "VHD004")["findings"][0]["level"], "warning");
    assert_eq!(rule(&document, "VHD004")["blocking"], false);
    let off = rule(&document, "VHD003");
    assert_eq!(
        off["reason"],
        "disabled by the configuration: vhd-preflight.toml:9"
    );
    assert_eq!(off["outcome"], "not-applicable");
    // The claim makes a rule of notes one that blocks.
    let nvme = rule(&document, "LNX054");
    assert_eq!(
        (&nvme["blocking"], &nvme["level"]),
        (&true.into(), &"error".into())
    );
    assert_eq!(check(&folder, &["--fail-on", "error", "bad.vhd"]).code, 1);
    let (document, _) = json(&folder, &["--no-config", "bad.vhd"]);
    assert_eq!(document["configuration"]["file"], Value::Null);
    assert_eq!(document["configuration"]["settings"], serde_json::json!([]));
    assert_eq!(rule(&document, "LNX054")["blocking"], false);
}

#[test]
fn the_file_is_found_upward_named_by_an_option_or_left_out() {
    let folder = with("fail-on = \"never\"\n");
    fs::create_dir_all(folder.path("a/b")).unwrap();
    let image = folder.path("bad.vhd");
    let image = image.to_str().unwrap();
    let run = |place: &str, args: &[&str]| {
        let output = assert_cmd::Command::cargo_bin("vhd-preflight")
            .unwrap()
            .current_dir(folder.path(place))
            .args(["check", "--no-scan", "--format", "json"])
            .args(args)
            .arg(image)
            .output()
            .unwrap();
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        let file = document["configuration"]["file"].clone();
        (output.status.code().unwrap(), file)
    };
    assert_eq!(run("a/b", &[]), (0, "../../vhd-preflight.toml".into()));
    assert_eq!(run("a/b", &["--no-config"]), (1, Value::Null));
    fs::create_dir(folder.path("a/.git")).unwrap();
    assert_eq!(run("a/b", &[]), (1, Value::Null));
    let named = "../../vhd-preflight.toml";
    assert_eq!(run("a/b", &["--config", named]), (0, named.into()));
}

#[test]
fn everything_wrong_with_a_file_is_told_before_any_work() {
    let folder = with("profil = \"strict\"\n[claims]\nnvme = 1\n[rules]\nVDH004 = \"off\"\n");
    for command in ["check", "inspect", "estimate"] {
        let said = folder.run(&[command, "good.vhd"]);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{command}");
        assert_eq!(
            said.err
                .lines()
                .map(|line| line.split(';').next().unwrap())
                .collect::<Vec<_>>(),
            [
                "error: vhd-preflight.toml:1:1: unknown key \"profil\"",
                "error: vhd-preflight.toml:3:8: \"nvme\" is an integer",
                "error: vhd-preflight.toml:5:1: the key in [rules] names no rule: \"VDH004\"",
            ]
        );
        let said = folder.run(&[command, "--no-config", "--no-scan", "good.vhd"]);
        let said = if command == "inspect" {
            folder.run(&[command, "--no-config", "good.vhd"])
        } else {
            said
        };
        assert_eq!(said.code, 0, "{command}: {}", said.err);
    }
    assert_eq!(
        check(&folder, &["--config", "none.toml", "good.vhd"]).code,
        2
    );
    // Neither commands for a build service nor for a terminal get through.
    folder.write(
        FILE,
        "\"##vso[task.complete]\\u001b[31m\\n::error::\" = 1\n".as_bytes(),
    );
    let said = check(&folder, &["good.vhd"]);
    assert_eq!(said.code, 2);
    for word in ["##", "::", "\u{1b}"] {
        assert!(!said.err.contains(word), "{}", said.err);
    }
    assert_eq!(said.err.lines().count(), 1);
}

#[test]
fn only_what_is_new_counts_against_a_baseline() {
    let folder = Folder::with_images();
    let run = |args: &[&str]| check(&folder, args);
    assert_eq!(run(&["--format", "json=old.json", "-q", "bad.vhd"]).code, 1);
    let said = run(&["--baseline", "old.json", "bad.vhd"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    assert!(said.out.starts_with("PASS: bad.vhd\n"), "{}", said.out);
    assert!(
        said.out
            .contains("Known from the baseline, and not counted")
    );
    assert_eq!(too_wide(&said.out), [""; 0]);
    // A good image against it: what it had is gone.
    let (document, said) = json(&folder, &["--baseline", "old.json", "good.vhd"]);
    assert_eq!(said.code, 0);
    let gone = document["configuration"]["baseline"]["gone"]
        .as_array()
        .unwrap();
    let gone: Vec<_> = gone
        .iter()
        .map(|one| one["rule"].as_str().unwrap())
        .collect();
    assert!(
        gone.contains(&"VHD003") && gone.contains(&"VHD004"),
        "{gone:?}"
    );
    let said = run(&["--baseline", "old.json", "good.vhd"]);
    assert!(said.out.contains("Gone since the baseline"), "{}", said.out);
    // And the other way round all is new.
    assert_eq!(
        run(&["--format", "json=good.json", "-q", "good.vhd"]).code,
        0
    );
    assert_eq!(run(&["--baseline", "good.json", "bad.vhd"]).code, 1);
    // The report is its own schema's; another document is none, and it is never written over.
    let text = fs::read_to_string(folder.path("old.json")).unwrap();
    validated(&text);
    let said = folder.run(&["inspect", "--format", "json", "-o", "facts.json", "bad.vhd"]);
    assert_eq!(said.code, 0);
    let said = run(&["--baseline", "facts.json", "bad.vhd"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("vhd-preflight/inspect/v1"),
        "{}",
        said.err
    );
    let said = run(&[
        "--baseline",
        "old.json",
        "--format",
        "json=old.json",
        "bad.vhd",
    ]);
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("is the baseline of this call"),
        "{}",
        said.err
    );
    assert_eq!(fs::read_to_string(folder.path("old.json")).unwrap(), text);
}

#[test]
fn forms_files_and_the_version_before_come_from_the_file() {
    let folder =
        with("formats = [\"json=out.json\"]\nprevious = \"old.vhd\"\nbaseline = \"base.json\"\n");
    fs::copy(folder.path("good.vhd"), folder.path("old.vhd")).unwrap();
    let said = folder.run(&[
        "check",
        "--no-config",
        "--format",
        "json=base.json",
        "good.vhd",
    ]);
    assert_eq!(said.code, 0);
    let said = folder.run(&["check", "good.vhd"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(said.out.starts_with("PASS: good.vhd"));
    let document = validated(&fs::read_to_string(folder.path("out.json")).unwrap());
    assert!(document["images"][0]["content"]["delta"].is_object());
    assert_eq!(document["images"][0]["summary"]["warnings"], 0);
    let said = check(&folder, &["-q", "good.vhd"]);
    assert!(
        said.err.contains("--no-scan reads no content"),
        "{}",
        said.err
    );
    let said = folder.run(&["check", "good.vhd", "bad.vhd"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err
            .contains("`previous` (vhd-preflight.toml:2) is the version"),
        "{}",
        said.err
    );
    folder.write("own.toml", b"formats = [\"json=own.toml\"]");
    let said = check(&folder, &["--config", "own.toml", "good.vhd"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("is the configuration of this call"),
        "{}",
        said.err
    );
}

#[test]
fn what_is_declared_of_the_offer_is_judged() {
    let folder = with(
        "[offer]\npreview-subscriptions = [\"CSP_2015-05-01\"]\nprevious-data-disks = 1\n\
         [[data-disks]]\nlun = 0\nimage = \"good.vhd\"\n[[data-disks]]\nlun = 2\n",
    );
    let (document, said) = json(&folder, &["--disk", "os", "good.vhd"]);
    assert_eq!(said.code, 1);
    for (id, outcome) in [
        ("DATA001", "pass"),
        ("DATA002", "fail"),
        ("DATA003", "fail"),
        ("DATA004", "pass"),
        ("OFFER004", "fail"),
    ] {
        assert_eq!(rule(&document, id)["outcome"], outcome, "{id}");
        assert_eq!(rule(&document, id)["remedy"], "offer", "{id}");
    }
    // Without the option the file says that it is a data disk.
    let (document, _) = json(&folder, &["good.vhd"]);
    let role = &document["images"][0]["facts"]["disk"]["role"];
    assert_eq!(
        (&role["value"], &role["why"]),
        (&"data".into(), &"vhd-preflight.toml:4".into())
    );
    assert_eq!(rule(&document, "DATA002")["outcome"], "not-applicable");
    let (document, _) = folder.json(&["inspect", "good.vhd"]);
    assert_eq!(
        document["images"][0]["facts"]["disk"]["role"]["why"],
        "vhd-preflight.toml:4"
    );
}

#[test]
fn init_writes_a_file_that_changes_nothing() {
    let folder = Folder::with_images();
    let (before, _) = json(&folder, &["bad.vhd"]);
    let said = folder.run(&["init"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let written = fs::read_to_string(folder.path(FILE)).unwrap();
    snapshot("init", &written);
    let (mut after, _) = json(&folder, &["bad.vhd"]);
    assert_eq!(after["configuration"]["file"], FILE);
    after["configuration"] = before["configuration"].clone();
    assert_eq!(before, after);
    // It is not written over, but on demand.
    folder.write(FILE, b"# mine\n");
    let said = folder.run(&["init"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("is there already; --force replaces it"),
        "{}",
        said.err
    );
    assert_eq!(fs::read(folder.path(FILE)).unwrap(), b"# mine\n");
    assert_eq!(folder.run(&["init", "--force"]).code, 0);
    assert_eq!(fs::read_to_string(folder.path(FILE)).unwrap(), written);
}
