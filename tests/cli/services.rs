//! SARIF and GitLab's code quality report: valid for every committed image, and whole as snapshots.

use std::io::Read as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::images;
use crate::run::{FORMS, Folder, snapshot};

fn testdata() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

fn unpacked(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).unwrap();
    ruzstd::decoding::StreamingDecoder::new(file)
        .unwrap()
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}

/// The validator of the standard's schema.
pub(crate) fn sarif() -> jsonschema::Validator {
    let schema = unpacked(&testdata().join("schemas/sarif-schema-2.1.0.json.zst"));
    // Its pattern of languages holds a bracket too many, which not every reader of patterns takes.
    let schema = String::from_utf8(schema).unwrap();
    let schema = schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    jsonschema::options()
        .should_validate_formats(true)
        .build(&serde_json::from_str(&schema).unwrap())
        .unwrap()
}

/// What GitLab's documents ask for, and no more: its own schema lets anything pass.
pub(crate) fn gitlab() -> jsonschema::Validator {
    let schema = json!({
        "type": "array",
        "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": { "type": "string", "minLength": 1, "maxLength": 2100 },
                "check_name": { "type": "string", "pattern": "^([A-Z]+[0-9]{3}|not-inspected|configuration)$" },
                "fingerprint": { "type": "string", "pattern": "^[0-9a-f]{32}$" },
                "severity": { "enum": ["info", "minor", "major", "critical", "blocker"] },
                "location": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["path", "lines"],
                    "properties": {
                        "path": { "type": "string", "pattern": "^[^/]", "not": { "pattern": "\\.\\./" } },
                        "lines": {
                            "type": "object",
                            "additionalProperties": false,
                            "required": ["begin"],
                            "properties": { "begin": { "type": "integer", "minimum": 1 } }
                        }
                    }
                }
            }
        }
    });
    jsonschema::validator_for(&schema).unwrap()
}

pub(crate) fn valid(validator: &jsonschema::Validator, document: &Value, name: &str) {
    let errors: Vec<_> = validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
}

fn read(folder: &Folder, name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(folder.path(name)).unwrap()).unwrap()
}

/// A row for each result that is no pass: `fail error VHD004 footer/current size`.
fn rows(sarif: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    results
        .iter()
        .filter(|result| !["pass", "notApplicable"].contains(&result["kind"].as_str().unwrap()))
        .map(|result| {
            let location = &result["locations"][0];
            let names = location["logicalLocations"].as_array();
            let name = names.and_then(|names| names.last());
            let bytes = &location["physicalLocation"]["region"];
            let bytes = match (&bytes["byteOffset"], &bytes["byteLength"]) {
                (Value::Number(offset), Value::Number(length)) => format!(" {offset}+{length}"),
                (Value::Number(offset), _) => format!(" {offset}"),
                _ => String::new(),
            };
            let name = name.map(|name| {
                let full = name["fullyQualifiedName"].as_str();
                let full = full.map_or_else(|| text(&name["name"]), str::to_owned);
                format!(" {}:{full}", text(&name["kind"]))
            });
            format!(
                "  {} {} {}{bytes}{}",
                text(&result["kind"]),
                text(&result["level"]),
                text(&result["ruleId"]),
                name.unwrap_or_default()
            )
        })
        .collect()
}

/// Validates both forms of every image of a folder, and keeps what SARIF says of each.
fn every_image(folder: &str) {
    let (sarif, gitlab) = (sarif(), gitlab());
    let mut paths: Vec<_> = std::fs::read_dir(testdata().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "zst"))
        .collect();
    paths.sort_unstable();
    let mut said_of_all = String::new();
    for path in &paths {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let folder = Folder::new();
        folder.write(&name, &unpacked(path));
        let said = folder.run(&[
            "check",
            "--quiet",
            "--no-scan",
            "--sarif-results=all",
            "--format=json=report.json",
            "--format=sarif=report.sarif",
            "--format=gitlab=report.gitlab.json",
            &name,
        ]);
        assert_eq!(said.err, "", "{name}");
        let document = read(&folder, "report.sarif");
        valid(&sarif, &document, &name);
        let violations = read(&folder, "report.gitlab.json");
        valid(&gitlab, &violations, &name);
        let report = read(&folder, "report.json");
        agree(&report, &document, &violations, &name);
        said_of_all.push_str(&format!("{name}\n{}\n", rows(&document).join("\n")));
    }
    assert!(paths.len() > 2, "{} images", paths.len());
    snapshot(&format!("sarif-{folder}"), &said_of_all);
}

/// Nothing of the report is lost: every rule has a result, every finding one in each form.
fn agree(report: &Value, sarif: &Value, violations: &Value, name: &str) {
    let outcomes = report["images"][0]["outcomes"].as_array().unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let mut fingerprints = Vec::new();
    for outcome in outcomes {
        let rule = &outcome["rule"];
        let own: Vec<_> = results.iter().filter(|r| r["ruleId"] == *rule).collect();
        assert!(!own.is_empty(), "{name}: no result of {rule}");
        for finding in outcome["findings"].as_array().unwrap() {
            let print = &finding["fingerprint"];
            let same = |r: &&&Value| r["partialFingerprints"]["vhdPreflight/v1"] == *print;
            assert_eq!(own.iter().filter(same).count(), 1, "{name}: {rule}");
            fingerprints.push(print);
        }
        let open = own.iter().any(|r| r["kind"] == "open");
        assert_eq!(open, outcome["outcome"] == "undetermined", "{name}: {rule}");
    }
    for print in fingerprints {
        let violations = violations.as_array().unwrap();
        let same = violations.iter().filter(|v| v["fingerprint"] == *print);
        assert_eq!(same.count(), 1, "{name}");
    }
}

#[test]
fn containers() {
    every_image("containers");
}

#[test]
fn foreign_formats() {
    every_image("foreign");
}

#[test]
fn volumes() {
    every_image("volumes");
}

/// The document without the texts of all rules but the first, and without versions.
fn shortened(mut document: Value) -> String {
    let driver = &mut document["runs"][0]["tool"]["driver"];
    driver["version"] = "[VERSION]".into();
    driver["semanticVersion"] = "[VERSION]".into();
    driver["rules"].as_array_mut().unwrap().truncate(1);
    serde_json::to_string_pretty(&document).unwrap()
}

#[test]
fn sarif_of_a_bad_image_and_of_one_that_is_not_there() {
    let folder = Folder::with_images();
    let said = folder.run(&["check", "--format", "sarif", "bad.vhd", "none.vhd"]);
    assert_eq!(said.code, 2);
    let document: Value = serde_json::from_str(&said.out).unwrap();
    valid(&sarif(), &document, "bad.vhd");
    assert_eq!(
        document["runs"][0]["invocations"][0]["executionSuccessful"],
        false
    );
    snapshot("sarif", &shortened(document));
}

#[test]
fn code_quality_of_a_bad_image_and_of_one_that_is_not_there() {
    let folder = Folder::with_images();
    let said = folder.run(&["check", "--format", "gitlab", "bad.vhd", "none.vhd"]);
    assert_eq!(said.code, 2);
    valid(
        &gitlab(),
        &serde_json::from_str(&said.out).unwrap(),
        "bad.vhd",
    );
    snapshot("gitlab", &said.out);
}

#[test]
fn what_is_wrong_with_the_configuration_is_told_in_every_form() {
    let folder = Folder::with_images();
    let configuration = "[[suppress]]\nrule = \"LNX009\"\nreason = \"##vso[a]\"\n\
                         expires = 2020-01-31\n\n[[suppress]]\nrule = \"LNX010\"\n\
                         reason = \"x\"\nexpires = 2999-01-31\n";
    folder.write("vhd-preflight.toml", configuration.as_bytes());
    for form in FORMS {
        let said = folder.run(&["check", "--no-scan", "--format", form, "good.vhd"]);
        // The image passes, and the call does not.
        assert_eq!((said.code, said.err.as_str()), (1, ""), "{form}");
        let words: Vec<_> = said.out.split_whitespace().collect();
        let words = words.join(" ");
        for text in [
            "of LNX009 expired on 2020-01-31",
            "of LNX010 fits no finding",
        ] {
            assert!(words.contains(text), "{form}: {}", said.out);
        }
        match form {
            "sarif" => {
                let document: Value = serde_json::from_str(&said.out).unwrap();
                valid(&sarif(), &document, form);
                let invocation = &document["runs"][0]["invocations"][0];
                let note = &invocation["toolConfigurationNotifications"][0];
                assert_eq!(note["level"], "error");
                let place = &note["locations"][0]["physicalLocation"];
                assert_eq!(place["artifactLocation"]["uri"], "vhd-preflight.toml");
                assert_eq!(place["region"], json!({ "startLine": 1 }));
            }
            "gitlab" => {
                let rows: Value = serde_json::from_str(&said.out).unwrap();
                valid(&gitlab(), &rows, form);
                assert_eq!(rows[0]["severity"], "critical");
                assert_eq!(rows[1]["severity"], "major");
                let place = json!({ "path": "vhd-preflight.toml", "lines": { "begin": 6 } });
                assert_eq!(rows[1]["location"], place);
            }
            "junit" => assert!(said.out.contains(" failures=\"1\""), "{}", said.out),
            "github" => assert!(said.out.starts_with("::error title=configuration%3A ")),
            "azure-pipelines" => {
                let issue = "##vso[task.logissue type=error;code=configuration;]";
                assert!(said.out.starts_with(issue), "{}", said.out);
                assert!(!said.out.contains("task.complete"), "{}", said.out);
            }
            _ => {}
        }
    }
}

#[test]
fn a_good_image_has_no_failure_and_says_what_is_not_written() {
    let folder = Folder::with_images();
    let run = |args: &[&str]| -> Value {
        let said = folder.run(&[&["check", "--format", "sarif", "good.vhd"], args].concat());
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        serde_json::from_str(&said.out).unwrap()
    };
    let problems = run(&[]);
    let count = |document: &Value| document["runs"][0]["results"].as_array().unwrap().len();
    // That 24 MiB are little for a data disk is no failure.
    assert_eq!(
        rows(&problems),
        ["  fail warning VHD011 diskOffset:disk@0+25165824"]
    );
    let notes = problems["runs"][0]["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(
        notes.contains("left-out") && notes.contains("passed"),
        "{notes}"
    );
    let all = run(&["--sarif-results", "all"]);
    let rules = all["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    assert!(count(&all) >= rules.len());
}

#[test]
fn a_volume_that_cannot_be_read_is_one_alert_and_not_a_hundred() {
    let folder = Folder::new();
    folder.write(
        "locked.img",
        &unpacked(&testdata().join("volumes/bitlocker.img.zst")),
    );
    let said = folder.run(&[
        "check",
        "--no-scan",
        "--format=sarif=report.sarif",
        "--format=gitlab=report.gitlab.json",
        "--quiet",
        "locked.img",
    ]);
    assert_eq!(said.err, "");
    let document = read(&folder, "report.sarif");
    let open: Vec<_> = rows(&document)
        .into_iter()
        .filter(|row| row.contains("open"))
        .collect();
    assert!((1..20).contains(&open.len()), "{open:#?}");
    let text = document["runs"][0]["results"].to_string();
    let violations = read(&folder, "report.gitlab.json").to_string();
    // But no rule is forgotten.
    for rule in ["LNX001", "LNX050", "WIN036"] {
        assert!(text.contains(rule) && violations.contains(rule), "{rule}");
    }
}

#[test]
fn fingerprints_outlive_a_rebuild() {
    let prints = |image: &[u8]| -> Vec<String> {
        let folder = Folder::new();
        folder.write("disk.vhd", image);
        let said = folder.run(&["check", "--no-scan", "--format", "gitlab", "disk.vhd"]);
        let rows: Value = serde_json::from_str(&said.out).unwrap();
        let rows = rows.as_array().unwrap();
        rows.iter()
            .map(|row| row["fingerprint"].to_string())
            .collect()
    };
    let first = prints(&images::bad());
    // Another identifier, a larger disk: the footer lies elsewhere.
    let mut disk = images::disk();
    let size = disk.len() + (1 << 20) + 17 * 512;
    disk.resize(size, 0);
    disk.extend(images::footer(size as u64, |footer| {
        footer[28..32].copy_from_slice(b"qemu");
        footer[40..48].copy_from_slice(&(25_u64 << 20).to_be_bytes());
        footer[60..64].copy_from_slice(&3_u32.to_be_bytes());
        footer[68] = 0x77;
    }));
    assert_eq!(prints(&disk), first);
    assert!(first.len() > 2);
}

/// The Debian disk made anew: its root lies elsewhere, the disk is larger, the table and the footer
/// have other identifiers, and the footer another time.
fn rebuilt(image: &[u8]) -> Vec<u8> {
    const MIB: usize = 1 << 20;
    const ROOT: usize = 6 * MIB;
    let (disk, footer) = image.split_at(image.len() - 512);
    let (head, rest) = disk.split_at(ROOT);
    let root = &rest[..57 * MIB];
    let mut new = [head, &vec![0; MIB], root, &vec![0; MIB]].concat();
    let last = (new.len() / 512 - 1) as u64;
    let put = |bytes: &mut [u8], at: usize, value: u64| {
        bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
    };
    let seal = |header: &mut [u8]| {
        header[16..20].fill(0);
        let sum = crc32fast::hash(&header[..92]);
        header[16..20].copy_from_slice(&sum.to_le_bytes());
    };
    let (table, entries) = (512, 1024..1024 + 128 * 128);
    new[458..462].copy_from_slice(&u32::try_from(last).unwrap().to_le_bytes());
    for entry in entries.clone().step_by(128) {
        let entry = &mut new[entry..entry + 128];
        if entry[..16] != [0; 16] {
            entry[16] ^= 0x5a;
        }
        for at in [32, 40] {
            let lba = u64::from_le_bytes(entry[at..at + 8].try_into().unwrap());
            if lba * 512 >= ROOT as u64 {
                put(entry, at, lba + 2048);
            }
        }
    }
    let sum = crc32fast::hash(&new[entries.clone()]);
    let header = &mut new[table..table + 512];
    header[56] ^= 0x5a;
    header[88..92].copy_from_slice(&sum.to_le_bytes());
    put(header, 32, last);
    put(header, 48, last - 33);
    seal(header);
    let mut backup = header.to_vec();
    put(&mut backup, 24, last);
    put(&mut backup, 32, 1);
    put(&mut backup, 72, last - 32);
    seal(&mut backup);
    let end = new.len();
    let copy = new[entries].to_vec();
    new[end - 33 * 512..end - 512].copy_from_slice(&copy);
    new[end - 512..].copy_from_slice(&backup);
    let mut footer = footer.to_vec();
    footer[24..28].copy_from_slice(&[1, 2, 3, 4]);
    footer[40..48].copy_from_slice(&(end as u64).to_be_bytes());
    footer[48..56].copy_from_slice(&(end as u64).to_be_bytes());
    footer[68] ^= 0x5a;
    footer[64..68].fill(0);
    let sum = footer.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    footer[64..68].copy_from_slice(&(!sum).to_be_bytes());
    [new, footer].concat()
}

#[test]
fn fingerprints_outlive_a_rebuild_of_a_whole_system() {
    let folder = Folder::new();
    let first = std::fs::read(testdata().join("debian-12-small.vhd")).unwrap();
    folder.write("second.vhd", &rebuilt(&first));
    folder.write("first.vhd", &first);
    let prints = |name: &str| -> Vec<(String, String)> {
        let (document, said) = folder.json(&["check", "--no-scan", name]);
        assert_eq!(said.err, "");
        let outcomes = document["images"][0]["outcomes"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        outcomes
            .iter()
            .flat_map(|outcome| {
                let findings = outcome["findings"].as_array().unwrap().iter();
                findings.map(|f| (text(&outcome["rule"]), text(&f["fingerprint"])))
            })
            .collect()
    };
    let (first, second) = (prints("first.vhd"), prints("second.vhd"));
    assert_eq!(first, second);
    let mut distinct: Vec<_> = first.iter().map(|(_, print)| print).collect();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), first.len());
    assert!(first.len() > 10, "{first:?}");
}

#[cfg(unix)]
#[test]
fn a_hostile_file_name_does_nothing() {
    let folder = Folder::new();
    let name = "##vso[task.complete]\n::error::x\u{1b}[31m\u{202e}[l](http:e){0}<b>.vhd";
    folder.write(name, &images::bad());
    for format in ["sarif", "gitlab"] {
        let said = folder.run(&["check", "--no-scan", "--format", format, name]);
        assert_eq!(said.code, 1, "{}", said.err);
        let document: Value = serde_json::from_str(&said.out).unwrap();
        let validator = if format == "sarif" { sarif() } else { gitlab() };
        valid(&validator, &document, format);
        assert!(!said.out.contains("##") && !said.out.contains('\u{1b}'));
        assert!(!said.out.contains('\u{202e}'));
        // No line of the log begins with a command, however it is indented.
        assert!(
            !said
                .out
                .lines()
                .any(|line| line.trim_start().starts_with("::"))
        );
        if format == "sarif" {
            for result in document["runs"][0]["results"].as_array().unwrap() {
                let text = result["message"]["text"].as_str().unwrap();
                assert!(!text.contains("](") && !text.contains("::"), "{text}");
            }
        }
    }
}
