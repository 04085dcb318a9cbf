//! Hostile guests in every form: a Linux and a Windows whose own texts (names of accounts, of jobs,
//! of the system and the host, arguments, values of the registry) try to be commands, markup or
//! escape sequences.

mod guests;
mod read;

use std::path::Path;

use serde_json::Value;

use crate::run::{FORMS, Folder, validated};
use crate::services;
use guests::{linux, windows};

struct Forms {
    folder: Folder,
    report: Value,
}

impl Forms {
    fn of(disk: &[u8]) -> Self {
        let folder = Folder::new();
        folder.write("disk.vhd", disk);
        let formats: Vec<_> = FORMS
            .iter()
            .map(|form| format!("--format={form}={form}.out"))
            .collect();
        let mut args = vec!["check", "--no-scan", "--sarif-results=all", "disk.vhd"];
        args.extend(formats.iter().map(String::as_str));
        let said = folder.run(&args);
        assert_eq!(said.err, "");
        let report = validated(&std::fs::read_to_string(folder.path("json.out")).unwrap());
        Self { folder, report }
    }

    fn text(&self, form: &str) -> String {
        std::fs::read_to_string(self.folder.path(&format!("{form}.out"))).unwrap()
    }

    fn outcomes(&self) -> &[Value] {
        self.report["images"][0]["outcomes"].as_array().unwrap()
    }

    /// The findings that count, of a level.
    fn findings(&self, level: &str) -> usize {
        let all = self.outcomes().iter();
        all.flat_map(|outcome| outcome["findings"].as_array().unwrap())
            .filter(|finding| finding["level"] == level)
            .count()
    }
}

#[test]
fn a_hostile_linux_does_nothing_in_any_form() {
    let forms = Forms::of(&linux());
    // What is to be told came as far as the report.
    let told = forms.report["images"][0]["outcomes"].to_string();
    for text in [
        "alert(1)",
        "@everyone",
        "secrets.X",
        "vso[task.setvariable",
        "/etc/cron.d/::error::<b",
        "/dev/#",
        "::x::y",
    ] {
        assert!(told.contains(text), "{text} in {told}");
    }
    every_form(&forms);
}

#[test]
fn a_hostile_windows_does_nothing_in_any_form() {
    let forms = Forms::of(&windows());
    let facts = forms.report["images"][0].to_string();
    for text in ["::error::]]><script>", "@everyone", "::set-output", "[31m"] {
        assert!(facts.contains(text), "{text}");
    }
    every_form(&forms);
}

fn every_form(forms: &Forms) {
    for form in FORMS {
        let text = forms.text(form);
        let obeyed = |c: char| c != '\n' && vhd_preflight::text::is_deceptive(c);
        assert!(!text.contains(obeyed), "{form}");
        if form != "github" {
            let command = |line: &str| line.trim_start().starts_with("::");
            assert!(!text.lines().any(command), "{form}");
        }
        if form != "azure-pipelines" && form != "markdown" {
            assert!(!text.contains("##"), "{form}");
        }
        assert!(text.len() > 1000, "{form}");
    }
    read::github(forms);
    read::azure_pipelines(forms);
    read::junit(forms);
    let sarif: Value = serde_json::from_str(&forms.text("sarif")).unwrap();
    services::valid(&services::sarif(), &sarif, "sarif");
    let gitlab: Value = serde_json::from_str(&forms.text("gitlab")).unwrap();
    services::valid(&services::gitlab(), &gitlab, "gitlab");
    read::markdown(forms);
    read::html(forms);
}

#[test]
fn a_hostile_name_of_the_file_does_nothing_beside_a_hostile_guest() {
    if !cfg!(unix) {
        return;
    }
    let folder = Folder::new();
    let name = "\r\n::error title=x::y\n##vso[task.complete result=Failed;]]]><b>@a ${{x}}.vhd";
    folder.write(name, &linux());
    let summary = folder.path("summary.md");
    let environment = [("GITHUB_STEP_SUMMARY", Path::new(&summary))];
    let args = [
        "check",
        "--no-scan",
        "--format=github",
        "--format=azure-pipelines=azure.txt",
        "--format=markdown=report.md",
        name,
    ];
    let said = folder.run_in(&environment, &args);
    assert_eq!(said.err, "");
    assert!(!said.out.contains("##") && !said.out.contains("::error title=x"));
    let azure = std::fs::read_to_string(folder.path("azure.txt")).unwrap();
    let failed = |line: &str| line.contains("##vso[task.complete");
    assert!(!azure.lines().any(failed), "{azure}");
    let shown = std::fs::read_to_string(summary).unwrap();
    assert_eq!(
        shown,
        std::fs::read_to_string(folder.path("report.md")).unwrap()
    );
}
