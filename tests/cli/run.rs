//! Runs the program in a folder of its own, and looks at what it says.

use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;

use crate::images;

/// All forms of a report.
pub(crate) const FORMS: [&str; 9] = [
    "human",
    "json",
    "sarif",
    "junit",
    "github",
    "gitlab",
    "azure-pipelines",
    "markdown",
    "html",
];

/// A temporary folder with images; the program runs in it, so that its output holds no other path.
pub(crate) struct Folder {
    folder: tempfile::TempDir,
}

/// What the program said.
pub(crate) struct Said {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: i32,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// With `good.vhd` and `bad.vhd`.
    pub(crate) fn with_images() -> Self {
        let folder = Self::new();
        folder.write("good.vhd", &images::good());
        folder.write("bad.vhd", &images::bad());
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn run(&self, args: &[&str]) -> Said {
        self.run_in(&[], args)
    }

    /// Runs with more of an environment, such as that of a build service.
    pub(crate) fn run_in(&self, environment: &[(&str, &Path)], args: &[&str]) -> Said {
        let output = Command::cargo_bin("vhd-preflight")
            .unwrap()
            .current_dir(self.folder.path())
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            // That of the service that runs these tests.
            .env_remove("GITHUB_STEP_SUMMARY")
            // The default place of the history, so that nobody's own is read or written.
            .env_remove("XDG_DATA_HOME")
            .env("HOME", self.folder.path())
            .env("APPDATA", self.folder.path())
            .envs(environment.iter().copied())
            .args(args)
            .output()
            .unwrap();
        Said::from(output)
    }

    /// Runs with `--format json`, and validates the document.
    pub(crate) fn json(&self, args: &[&str]) -> (Value, Said) {
        let said = self.run(&[args, &["--format", "json"]].concat());
        let document = validated(&said.out);
        (document, said)
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap_or(-1),
        }
    }
}

/// Parses a document and validates it against the committed schema that its field `schema` names.
pub(crate) fn validated(text: &str) -> Value {
    let document: Value = serde_json::from_str(text).unwrap();
    let name = match document["schema"].as_str().unwrap() {
        "vhd-preflight/report/v1" => "report-v1.schema.json",
        "vhd-preflight/inspect/v1" => "inspect-v1.schema.json",
        "vhd-preflight/estimate/v1" => "estimate-v1.schema.json",
        "vhd-preflight/diagnose/v1" => "diagnose-v1.schema.json",
        "vhd-preflight/history/v1" => "history-v1.schema.json",
        "vhd-preflight/explain/v1" => "explain-v1.schema.json",
        "vhd-preflight/verify/v1" => "verify-v1.schema.json",
        other => panic!("no schema for {other}"),
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/report")
        .join(name);
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    document
}

/// Lines of human output that are wider than a page, but for what must not be broken: addresses,
/// and single words of commands.
pub(crate) fn too_wide(text: &str) -> Vec<&str> {
    let has_long_word = |line: &str| line.split_whitespace().any(|word| word.len() > 50);
    text.lines()
        .filter(|line| line.chars().count() > 80 && !line.contains("://") && !has_long_word(line))
        .collect()
}

/// A snapshot without what differs from machine to machine: the version, and what a file system
/// makes of a file.
pub(crate) fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.add_filter(
        r#""version": "\d+\.\d+\.\d+[^"]*""#,
        r#""version": "[VERSION]""#,
    );
    settings.add_filter(
        r#""file_allocated": (\d+|null)"#,
        r#""file_allocated": "[ALLOCATED]""#,
    );
    settings.add_filter(
        r"vhd-preflight \d+\.\d+\.\d+(?:-[a-z0-9.]+)?",
        "vhd-preflight [VERSION]",
    );
    settings.add_filter(r"(?m)^  allocated .*\n", "  allocated [ALLOCATED]\n");
    settings.bind(|| insta::assert_snapshot!(name, text));
}
