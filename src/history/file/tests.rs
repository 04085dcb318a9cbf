//! The file: nothing is lost, whatever happens on the way.

use super::super::testing::record;
use super::super::{BadField, observations};
use super::*;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn records_are_appended_and_read_again() {
    let folder = folder();
    let history = History::at(folder.path().join("deep").join("history.jsonl"));
    assert_eq!(history.records().unwrap(), []);
    assert!(
        !folder.path().join("deep").exists(),
        "reading made a folder"
    );
    let first = history.add(&[record(1.0), record(2.0)]).unwrap();
    assert_eq!((first.added, first.already_there), (2, 0));
    history.add(&[record(2.0)]).unwrap();
    let expected = [record(1.0), record(2.0), record(2.0)];
    assert_eq!(history.records().unwrap(), expected);
    let again = history.import(&[record(2.0), record(3.0)]).unwrap();
    assert_eq!((again.added, again.already_there), (1, 1));
    assert_eq!(history.records().unwrap().len(), 4);
    assert_eq!(
        names(&folder.path().join("deep")),
        ["history.jsonl", "history.jsonl.lock"]
    );
}

#[test]
fn the_bytes_that_stand_in_the_file_stay_as_they_are() {
    let folder = folder();
    let path = folder.path().join("h");
    // Written by hand: blanks, another order of fields, no end of the last line.
    let by_hand = "\n{ \"hours\": 6.15e1, \"date\":\"2026-05-12\",\"change_kind\":\"image\",\"virtual_bytes\":1,\"payload_bytes\":0,\"regions\":1,\"phase\":\"packaging\",\"source\":\"me\"}";
    fs::write(&path, by_hand).unwrap();
    History::at(&path).add(&[record(1.0)]).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(
        text,
        format!("{by_hand}\n{}", record(1.0).to_line().unwrap())
    );
}

#[test]
fn an_interrupted_write_loses_nothing() {
    let folder = folder();
    let path = folder.path().join("h");
    let history = History::at(&path);
    history.add(&[record(1.0)]).unwrap();
    let before = fs::read(&path).unwrap();
    // The write fails half-way.
    let error = replace_file(&path, |file| {
        file.write_all(b"{\"date\"")?;
        Err(io::Error::other("no space left"))
    });
    let message = error.unwrap_err().to_string();
    assert!(message.contains("no space left"), "{message}");
    assert_eq!(fs::read(&path).unwrap(), before);
    // The process died half-way: its temporary file is left behind, and is in nobody's way.
    fs::write(folder.path().join("h.1.tmp"), "{\"date\"").unwrap();
    assert_eq!(history.records().unwrap(), [record(1.0)]);
    history.add(&[record(2.0)]).unwrap();
    assert_eq!(history.records().unwrap(), [record(1.0), record(2.0)]);
    assert_eq!(names(folder.path()), ["h", "h.1.tmp", "h.lock"]);
}

#[test]
fn a_bad_record_or_a_bad_file_changes_nothing() {
    let folder = folder();
    let path = folder.path().join("h");
    let history = History::at(&path);
    let error = history.add(&[record(1.0), record(f64::NAN)]).unwrap_err();
    assert!(
        matches!(
            &error,
            HistoryError::BadRecord {
                index: 1,
                bad: BadField { field: "hours", .. }
            }
        ),
        "{error}"
    );
    assert!(!path.exists());
    fs::write(&path, "{}\n").unwrap();
    let error = history.add(&[record(1.0)]).unwrap_err();
    assert!(
        error.to_string().contains("line 1, field `date`"),
        "{error}"
    );
    assert_eq!(fs::read(&path).unwrap(), b"{}\n");
}

#[test]
fn writers_at_the_same_time_all_get_their_turn() {
    let folder = folder();
    let path = folder.path().join("h");
    std::thread::scope(|scope| {
        for writer in 1..=4 {
            let history = History::at(&path).with_patience(Duration::from_secs(60));
            scope.spawn(move || {
                for turn in 1..=10 {
                    let hours = f64::from(writer * 100 + turn);
                    history.add(&[record(hours)]).unwrap();
                }
            });
        }
    });
    assert_eq!(History::at(&path).records().unwrap().len(), 40);
}

#[test]
fn a_writer_that_does_not_finish_is_reported() {
    let folder = folder();
    let path = folder.path().join("h");
    let history = History::at(&path).with_patience(Duration::from_millis(50));
    let lock = Lock::take(&path, Duration::ZERO).unwrap();
    let error = history.add(&[record(1.0)]).unwrap_err();
    assert!(matches!(error, HistoryError::Locked { .. }), "{error}");
    assert!(error.to_string().contains("h.lock"), "{error}");
    // Who only reads does not wait.
    assert_eq!(history.records().unwrap(), []);
    drop(lock);
    history.add(&[record(1.0)]).unwrap();
}

#[test]
fn a_file_without_bounds_is_refused() {
    let folder = folder();
    let path = folder.path().join("h");
    // One line of 1 GiB, which takes no room on the disk.
    fs::File::create(&path).unwrap().set_len(1 << 30).unwrap();
    let history = History::at(&path);
    let error = history.records().unwrap_err();
    assert!(matches!(error, HistoryError::TooLarge { .. }), "{error}");
    assert!(history.add(&[record(1.0)]).is_err());
    assert_eq!(fs::metadata(&path).unwrap().len(), 1 << 30);
    // Nor does a folder do.
    for history in [History::at(folder.path()), History::at("/")] {
        assert!(matches!(
            history.add(&[record(1.0)]).unwrap_err(),
            HistoryError::NotAFile { .. }
        ));
    }
}

#[test]
fn a_history_that_would_grow_too_large_stays_as_it_is() {
    let folder = folder();
    let path = folder.path().join("h");
    let blank = "\n".repeat(usize::try_from(MOST_FILE_BYTES).unwrap());
    fs::write(&path, &blank).unwrap();
    let error = History::at(&path).add(&[record(1.0)]).unwrap_err();
    assert!(matches!(error, HistoryError::TooLarge { .. }), "{error}");
    assert_eq!(fs::metadata(&path).unwrap().len(), MOST_FILE_BYTES);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_permissions_stay() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = folder();
    let (path, link) = (folder.path().join("real"), folder.path().join("link"));
    History::at(&path).add(&[record(1.0)]).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    History::at(&link).add(&[record(2.0)]).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(History::at(&path).records().unwrap().len(), 2);
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn the_time_model_gets_the_oldest_first() {
    let mut late = record(3.0);
    late.date = jiff::civil::date(2026, 6, 1);
    let ordered: Vec<f64> = observations(&[late, record(2.0), record(1.0)])
        .iter()
        .map(|one| one.hours)
        .collect();
    assert_eq!(ordered, [2.0, 1.0, 3.0]);
}
