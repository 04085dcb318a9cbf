//! `estimate` and `history`: the time side, from the image to the page and back from observations.

use std::fs;

use serde_json::{Value, json};

use crate::images;
use crate::run::{Folder, Said, snapshot, too_wide};

/// A fixed disk of `size` bytes with a byte at each of `places`, sparse on the machine.
#[cfg(unix)]
fn sparse(folder: &Folder, name: &str, size: u64, places: impl Iterator<Item = u64>) {
    use std::os::unix::fs::FileExt as _;
    let file = fs::File::create(folder.path(name)).unwrap();
    for place in places {
        file.write_all_at(b"x", place).unwrap();
    }
    file.write_all_at(&images::footer(size, |_| {}), size)
        .unwrap();
}

/// Adds a record of certification to `history.jsonl`.
fn add(folder: &Folder, hours: &str) -> Said {
    add_with(folder, hours, &[])
}

fn add_with(folder: &Folder, hours: &str, more: &[&str]) -> Said {
    let args = [
        "history",
        "add",
        "--history",
        "history.jsonl",
        "--phase",
        "certification",
        "--hours",
        hours,
        "--date",
        "2026-05-12",
        "--virtual-bytes",
        "30GiB",
        "--payload-bytes",
        "900MiB",
    ];
    folder.run(&[&args[..], more].concat())
}

fn done(name: &str, timestamp: &str) -> Value {
    json!({
        "stepName": name,
        "status": "complete",
        "messages": [{ "messageHtml": "", "level": "information", "timestamp": timestamp }],
    })
}

fn estimate(folder: &Folder, args: &[&str]) -> Value {
    let (mut document, said) = folder.json(&[&["estimate"], args].concat());
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{args:?}");
    document["images"][0]["estimate"].take()
}

/// The time by `uploader` at 100 Mbit/s, and the time below which it never comes.
#[cfg(unix)]
fn upload_seconds(estimate: &Value, uploader: &str) -> (f64, f64) {
    let rows = estimate["uploads"].as_array().unwrap();
    let row = rows.iter().find(|row| row["uploader"] == uploader).unwrap();
    assert_eq!(row["times"][0]["bits_per_second"], 100_000_000);
    (
        row["times"][0]["time"]["seconds"].as_f64().unwrap(),
        row["floor"]["seconds"].as_f64().unwrap(),
    )
}

#[test]
fn human_estimate_of_a_good_image() {
    let said = Folder::with_images().run(&["estimate", "good.vhd"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert_eq!(too_wide(&said.out), Vec::<&str>::new());
    snapshot("estimate", &said.out);
}

#[cfg(unix)]
#[test]
fn a_whole_file_of_30_gib_takes_as_long_as_was_worked_out() {
    let folder = Folder::new();
    sparse(&folder, "large.vhd", 30 << 30, [1 << 20].into_iter());
    let args = [
        "large.vhd",
        "--no-scan",
        "--upload-bandwidth",
        "100M",
        "--uploader",
        "whole-file",
    ];
    let estimate = estimate(&folder, &args);
    let (seconds, floor) = upload_seconds(&estimate, "whole-file");
    assert_eq!((seconds.round(), floor), (2706.0, 512.0));
    assert_eq!(estimate["replication"]["floor"]["seconds"], 512.0);
    let steps = estimate["staging"].as_array().unwrap();
    assert_eq!(steps[2]["step"], "replication-preview");
    assert_eq!(steps[2]["floor_seconds"], 512.0);
    assert_eq!(steps[2]["typical_from"]["seconds"], 24.0 * 3600.0);
    assert_eq!(steps[2]["typical_to"]["seconds"], 48.0 * 3600.0);
    assert_eq!(steps[2]["high"]["seconds"], 168.0 * 3600.0);
    let rounds = estimate["fixed_phases"]["rounds"].as_array().unwrap();
    let hours: Vec<_> = rounds
        .iter()
        .map(|round| round["seconds"].as_f64().unwrap() / 3600.0)
        .collect();
    assert_eq!(hours, [61.75, 123.5, 185.25]);
}

#[cfg(unix)]
#[test]
fn the_payloads_of_two_granularities_take_as_long_as_was_worked_out() {
    // 450 units of 2 MiB in 238 of 4 MiB: the measured image of the reference, 900 and 952 MiB.
    let folder = Folder::new();
    let both = (0..212).flat_map(|unit: u64| [unit << 22, (unit << 22) + (2 << 20)]);
    let first = (212..238).map(|unit: u64| unit << 22);
    sparse(&folder, "system.vhd", 1 << 30, both.chain(first));
    let estimate = estimate(&folder, &["system.vhd", "--upload-bandwidth", "100M"]);
    let rows = estimate["uploads"].as_array().unwrap();
    assert_eq!(rows[0]["payload_bytes"], 952 << 20);
    assert_eq!(rows[1]["payload_bytes"], 900 << 20);
    let (seconds, floor) = upload_seconds(&estimate, "azcopy");
    assert_eq!((seconds.round(), (floor * 10.0).round()), (84.0, 159.0));
    let (seconds, floor) = upload_seconds(&estimate, "azure-vhd-utils");
    assert_eq!((seconds.round(), floor), (79.0, 15.0));
}

#[cfg(unix)]
#[test]
fn a_disk_that_is_too_large_for_an_uploader_is_refused_beside_its_figures() {
    let folder = Folder::new();
    sparse(&folder, "huge.vhd", 3 << 39, [1 << 20].into_iter());
    let args = ["huge.vhd", "--no-scan"];
    let estimate = estimate(&folder, &args);
    let rows = estimate["uploads"].as_array().unwrap();
    assert!(rows[0]["refusal"].is_null());
    assert_eq!(rows[1]["refusal"]["most_bytes"], 1_u64 << 40);
    let page = folder.run(&[&["estimate"], &args[..]].concat()).out;
    assert!(page.contains("azure-vhd-utils cannot upload this disk"));
    assert_eq!(too_wide(&page), Vec::<&str>::new());
}

#[test]
fn marketing_alone_drops_certification_with_the_reason() {
    let folder = Folder::with_images();
    let args = ["good.vhd", "--change", "marketing-only"];
    let estimate = estimate(&folder, &args);
    let step = &estimate["staging"][1];
    assert_eq!(
        (&step["step"], &step["time"]),
        (&json!("certification"), &json!("skipped"))
    );
    let reason = step["reason"].as_str().unwrap();
    assert!(reason.contains("staging guide, 2016-08-01"), "{reason}");
    assert_eq!(estimate["staging"][2]["time"], "no-figure");
    assert_eq!(estimate["uploads"], json!([]));
    assert!(estimate["waiting"][0]["whole"].is_null());
    let page = folder.run(&[&["estimate"], &args[..]].concat()).out;
    assert!(page.contains("certification: skipped when only marketing has changed"));
    assert!(page.contains("faster, no figure published") && page.contains("unknown"));
    assert_eq!(too_wide(&page), Vec::<&str>::new());
}

#[test]
fn a_model_of_the_waiting_stands_beside_what_is_documented() {
    let estimate = estimate(&Folder::with_images(), &["good.vhd"]);
    let waiting = estimate["waiting"].as_array().unwrap();
    assert_eq!(waiting.len(), 3);
    let mut last = 0.0;
    for (at, rounds) in waiting.iter().enumerate() {
        assert_eq!(rounds["rounds"], at + 1);
        assert_eq!(rounds["provenance"]["basis"], "assumed");
        let source = rounds["provenance"]["source"].as_str().unwrap();
        assert!(source.starts_with("model"), "{source}");
        assert_eq!(rounds["seed"], "0x564844505245464c");
        let whole = &rounds["whole"];
        let hours = ["p10_hours", "p50_hours", "p90_hours"].map(|p| whole[p].as_f64().unwrap());
        assert!(hours.is_sorted() && hours[1] > last, "{hours:?}");
        assert!(hours[2] <= rounds["clip"]["most_hours"].as_f64().unwrap());
        last = hours[1];
    }
    assert_eq!(estimate["ceiling"]["seconds"], 16.0 * 24.0 * 3600.0);
    assert!(estimate.get("total").is_none());
}

#[test]
fn three_observations_calibrate_their_rows() {
    let folder = Folder::with_images();
    let args = ["estimate", "good.vhd", "--history", "history.jsonl"];
    for (at, hours) in ["70", "55.5", "61.5"].iter().enumerate() {
        let said = add_with(&folder, hours, &["--source", "History tab"]);
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        assert!(said.out.contains(&format!("{} observation", at + 1)));
        let page = folder.run(&args).out;
        assert_eq!(page.contains("calibrated(3)"), at == 2, "{page}");
        assert_eq!(page.contains("too few to draw anything from"), at < 2);
        assert_eq!(too_wide(&page), Vec::<&str>::new());
    }
    let estimate = estimate(&folder, &args[1..]);
    let calibration = &estimate["calibrations"][0];
    assert_eq!(calibration["phase"], "certification");
    assert_eq!(calibration["basis"], "calibrated");
    assert_eq!(calibration["observed_hours"], json!([70.0, 55.5, 61.5]));
    assert_eq!(calibration["median_hours"], 61.5);
    let spreads = estimate["waiting_spreads"].as_array().unwrap();
    assert_eq!(spreads[1]["phase"], "certification");
    assert_eq!(
        (&spreads[1]["basis"], &spreads[1]["records"]),
        (&json!("calibrated"), &json!(3))
    );
    // The documented figure stays beside the publisher's own.
    assert_eq!(
        estimate["fixed_phases"]["phases"][1]["typical"]["seconds"],
        60.0 * 3600.0
    );
    let check = folder.run(&["check", "good.vhd", "--history", "history.jsonl"]);
    assert!(check.out.contains("calibrated(3)"), "{}", check.out);
    assert_eq!(too_wide(&check.out), Vec::<&str>::new());
    let without = folder.run(&["check", "good.vhd"]);
    assert!(!without.out.contains("calibrated"));
}

#[test]
fn a_line_by_size_is_used_when_it_beats_the_median() {
    let folder = Folder::with_images();
    for n in 1..=9 {
        let payload = format!("{}MiB", n * 2);
        let row = format!(
            "{{\"date\":\"2026-05-0{n}\",\"change_kind\":\"image\",\"virtual_bytes\":1073741824,\
             \"payload_bytes\":{},\"regions\":50,\"phase\":\"certification\",\"hours\":{},\
             \"source\":\"{payload}\"}}\n",
            (n * 2) << 20,
            n * 5
        );
        folder.write("one.jsonl", row.as_bytes());
        let args = ["import", "one.jsonl", "--history", "history.jsonl"];
        assert_eq!(folder.run(&[&["history"], &args[..]].concat()).code, 0);
    }
    let args = ["good.vhd", "--history", "history.jsonl"];
    let estimate = estimate(&folder, &args);
    let calibration = &estimate["calibrations"][0];
    assert_eq!(calibration["fit"]["used"], true);
    assert_eq!(calibration["fit"]["extrapolates"], false);
    assert_eq!(calibration["median_hours"], 25.0);
    // 8 MiB at 5 hours for each 2 MiB.
    assert_eq!(calibration["expected_hours"], 20.0);
    // 24 MiB are more than was ever observed: there the line says nothing.
    let whole = self::estimate(
        &folder,
        &[&args[..], &["--uploader", "whole-file"]].concat(),
    );
    let calibration = &whole["calibrations"][0];
    assert_eq!(calibration["fit"]["extrapolates"], true);
    assert_eq!(calibration["fit"]["used"], false);
    assert_eq!(calibration["expected_hours"], 25.0);
    let page = folder.run(&[&["estimate"], &args[..]].concat()).out;
    let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("by size 20 h for this image"), "{page}");
    assert_eq!(too_wide(&page), Vec::<&str>::new());
}

#[test]
fn a_history_is_listed_in_both_forms() {
    let folder = Folder::new();
    add_with(&folder, "61.5", &["--source", "\u{202e}##vso[x] tab"]);
    add_with(
        &folder,
        "12",
        &["--change", "marketing-only", "--regions", "1"],
    );
    let list = ["history", "list", "--history", "history.jsonl"];
    let said = folder.run(&list);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(!said.out.contains("##vso") && !said.out.contains('\u{202e}'));
    assert_eq!(too_wide(&said.out), Vec::<&str>::new());
    snapshot("history", &said.out);
    let (document, _) = folder.json(&list);
    assert_eq!(document["records"].as_array().unwrap().len(), 2);
    assert_eq!(document["records"][0]["payload_bytes"], 900 << 20);
    assert_eq!(document["records"][0]["source"], "\u{202e}##vso[x] tab");
}

#[test]
fn the_default_place_is_read_by_estimate_alone() {
    let folder = Folder::with_images();
    let list = folder.run(&["history", "list"]);
    assert_eq!((list.code, list.err.as_str()), (0, ""));
    assert!(list.out.contains("no records yet"));
    for _ in 0..3 {
        let said = folder.run(&[
            "history",
            "add",
            "--phase",
            "certification",
            "--hours",
            "61.5",
            "--virtual-bytes",
            "30GiB",
            "--payload-bytes",
            "900MiB",
        ]);
        assert_eq!((said.code, said.err.as_str()), (0, ""));
    }
    let page = folder.run(&["estimate", "good.vhd"]).out;
    assert!(page.contains("calibrated(3)"), "{page}");
    let page = folder.run(&["check", "good.vhd"]).out;
    assert!(!page.contains("calibrated"), "{page}");
}

#[test]
fn bad_rows_are_refused_with_their_line() {
    let folder = Folder::with_images();
    add(&folder, "61.5");
    let mut bytes = fs::read(folder.path("history.jsonl")).unwrap();
    let row = String::from_utf8(bytes.clone()).unwrap();
    bytes.extend(row.replace("61.5", "-1").into_bytes());
    folder.write("history.jsonl", &bytes);
    for args in [
        &["estimate", "good.vhd"][..],
        &["check", "good.vhd"],
        &["history", "list"],
        &["history", "import", "history.jsonl"],
    ] {
        let said = folder.run(&[args, &["--history", "history.jsonl"]].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{args:?}");
        assert!(
            said.err.contains("history.jsonl: ") && said.err.contains("line 2, field `hours`"),
            "{}",
            said.err
        );
    }
    let said = add(&folder, "60");
    assert_eq!(said.code, 2);
    assert!(said.err.contains("line 2"), "{}", said.err);
    assert_eq!(fs::read(folder.path("history.jsonl")).unwrap(), bytes);
}

#[test]
fn what_cannot_be_kept_is_refused_with_its_option() {
    let folder = Folder::new();
    for (more, hint) in [
        (&["--regions", "0"][..], "--regions: found 0"),
        (&["--source", "https://x?sig=abc"], "--source: found"),
        (&["--date", "12.5.2026"], "--date"),
    ] {
        let said = add_with(&folder, "61.5", more);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{more:?}");
        assert!(said.err.contains(hint), "{}", said.err);
        assert!(!said.err.contains("abc"), "a secret is not repeated");
    }
    let said = add(&folder, "0");
    assert!(said.err.contains("--hours: found 0"), "{}", said.err);
    let said = folder.run(&["history", "add", "--phase", "nap", "--hours", "1"]);
    assert!(said.err.contains("certification"), "{}", said.err);
    let said = folder.run(&["history", "add", "--phase", "certification", "--hours", "1"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("--virtual-bytes"), "{}", said.err);
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 0);
}

#[test]
fn a_history_that_is_named_has_to_be_there() {
    let folder = Folder::with_images();
    for args in [
        &["estimate", "good.vhd"][..],
        &["check", "good.vhd"],
        &["history", "list"],
    ] {
        let said = folder.run(&[args, &["--history", "none.jsonl"]].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{args:?}");
        assert!(said.err.contains("none.jsonl: there is no such history"));
    }
}

#[test]
fn a_status_is_imported_once() {
    let folder = Folder::new();
    let status = json!({ "status": "succeeded", "messages": [], "steps": [
        done("Validate Pre-Requisites", "2018-03-16T17:50:45.7215661Z"),
        done("Certification", "2018-03-18T17:50:45.7215661Z"),
        done("Provisioning", "2018-03-20T05:50:45Z"),
    ]});
    folder.write("status.json", status.to_string().as_bytes());
    let args = [
        "history",
        "import",
        "status.json",
        "--history",
        "history.jsonl",
    ];
    let said = folder.run(&args);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(said.err.contains("--virtual-bytes"), "{}", said.err);
    assert!(!folder.path("history.jsonl").exists());
    let sizes = ["--virtual-bytes", "30GiB", "--payload-bytes", "900MiB"];
    for expected in ["added 2 records, 0 there", "added 0 records, 2 there"] {
        let said = folder.run(&[&args[..], &sizes].concat());
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        assert!(said.out.contains(expected), "{}", said.out);
        assert!(said.out.contains("left out: automated-validation"));
    }
    let (document, _) = folder.json(&["history", "list", "--history", "history.jsonl"]);
    assert_eq!(document["records"][0]["phase"], "certification");
    assert_eq!(document["records"][0]["hours"], 48.0);
    folder.write("status.json", b"{\"steps\": [{\"stepName\": \"Lunch\"}]}");
    let said = folder.run(&[&args[..], &sizes].concat());
    assert_eq!(said.code, 2);
    assert!(said.err.contains("steps[0].stepName"), "{}", said.err);
}

#[test]
fn what_cannot_be_imported_is_named() {
    let folder = Folder::new();
    fs::create_dir(folder.path("folder")).unwrap();
    let mut cases = vec![("folder", "regular file"), ("none.json", "none.json: ")];
    if cfg!(unix) {
        let fifo = folder.path("fifo");
        let made = std::process::Command::new("mkfifo").arg(fifo).status();
        assert!(made.unwrap().success());
        cases.push(("fifo", "regular file"));
    }
    for (name, reason) in cases {
        let said = folder.run(&["history", "import", name, "--history", "history.jsonl"]);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{name}");
        assert!(said.err.starts_with("error: ") && said.err.contains(reason));
        assert!(!folder.path("history.jsonl").exists());
    }
}

#[test]
fn an_interrupted_write_leaves_the_history_as_it_was() {
    let folder = Folder::new();
    add(&folder, "61.5");
    let before = fs::read(folder.path("history.jsonl")).unwrap();
    // What a writer that died half way leaves behind.
    folder.write("history.jsonl.1.tmp", b"{\"date\":\"2026-0");
    let list = ["history", "list", "--history", "history.jsonl"];
    assert_eq!(folder.run(&list).code, 0);
    assert_eq!(add(&folder, "55").code, 0);
    let after = fs::read(folder.path("history.jsonl")).unwrap();
    assert!(after.starts_with(&before) && after.len() > before.len());
}

#[test]
fn a_writer_that_is_killed_has_written_all_or_nothing() {
    let folder = Folder::new();
    add(&folder, "61.5");
    let row = fs::read_to_string(folder.path("history.jsonl")).unwrap();
    let many: String = (1..=8000)
        .map(|hours| row.replace("61.5", &hours.to_string()))
        .collect();
    folder.write("many.jsonl", many.as_bytes());
    for milliseconds in [1, 5, 20, 60, 120, 250] {
        folder.write("history.jsonl", row.as_bytes());
        let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("vhd-preflight"))
            .current_dir(folder.path(""))
            .args([
                "history",
                "import",
                "many.jsonl",
                "--history",
                "history.jsonl",
            ])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        // It may be over already.
        let _ = child.kill();
        child.wait().unwrap();
        let text = fs::read_to_string(folder.path("history.jsonl")).unwrap();
        let lines = text.lines().count();
        assert!(
            text.starts_with(&row) && [1, 8001].contains(&lines),
            "{lines}"
        );
    }
    assert_eq!(add(&folder, "55").code, 0, "no lock is left");
}

#[test]
fn a_report_never_replaces_the_history_or_an_image() {
    let folder = Folder::with_images();
    add(&folder, "61.5");
    for (target, why) in [
        ("history.jsonl", "a report never replaces it"),
        ("good.vhd", "images are never written to"),
    ] {
        for command in ["estimate", "check"] {
            let args = [command, "good.vhd", "--history", "history.jsonl"];
            let said = folder.run(&[&args[..], &["-o", target]].concat());
            assert_eq!((said.code, said.out.as_str()), (2, ""), "{command}");
            assert!(said.err.contains(why), "{}", said.err);
        }
    }
}

#[test]
fn two_runs_say_the_same() {
    let folder = Folder::with_images();
    for hours in ["70", "55.5", "61.5"] {
        add(&folder, hours);
    }
    for format in ["human", "json"] {
        let run = || {
            let history = ["--history", "history.jsonl", "--format", format];
            folder
                .run(&[&["estimate", "good.vhd", "bad.vhd"], &history[..]].concat())
                .out
        };
        let first = run();
        assert!(first.len() > 1000);
        assert_eq!(first, run(), "{format}");
    }
}

#[test]
fn an_image_without_an_estimate_is_named_and_the_others_are_estimated() {
    let folder = Folder::with_images();
    let (document, said) = folder.json(&["estimate", "none.vhd", "good.vhd"]);
    assert_eq!(said.code, 2);
    assert!(said.err.starts_with("error: none.vhd: "), "{}", said.err);
    let images = &document["images"];
    assert!(images[0]["estimate"].is_null() && images[1]["estimate"].is_object());
    assert_eq!(images[0]["errors"][0]["kind"], "open");
    assert!(document["history"].is_null());
}

#[test]
fn the_version_before_stands_beside_the_times_and_changes_none() {
    let folder = Folder::with_images();
    let (alone, _) = folder.json(&["estimate", "good.vhd"]);
    let (compared, _) = folder.json(&["estimate", "--previous", "good.vhd", "good.vhd"]);
    assert!(alone["images"][0]["delta"].is_null());
    assert_eq!(compared["images"][0]["delta"]["identical"], true);
    assert_eq!(
        alone["images"][0]["estimate"],
        compared["images"][0]["estimate"]
    );
    let page = folder
        .run(&["estimate", "--previous", "good.vhd", "good.vhd"])
        .out;
    assert!(page.contains("same content, to the last byte"), "{page}");
    let several = folder.run(&["estimate", "--previous", "good.vhd", "good.vhd", "bad.vhd"]);
    assert_eq!(several.code, 2);
    // The version before is read, and so never written to.
    let before = fs::read(folder.path("bad.vhd")).unwrap();
    let args = ["--previous", "bad.vhd", "--output", "bad.vhd", "good.vhd"];
    let refused = folder.run(&[&["estimate"], &args[..]].concat());
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("never written to"), "{}", refused.err);
    assert_eq!(fs::read(folder.path("bad.vhd")).unwrap(), before);
}
