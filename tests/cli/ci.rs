//! The forms for build services.

use std::fs;

use crate::images;
use crate::run::{Folder, snapshot};

#[test]
fn junit_of_a_bad_image() {
    let said = Folder::with_images().run(&["check", "--format", "junit", "bad.vhd"]);
    assert_eq!((said.code, said.err.as_str()), (1, ""));
    snapshot("junit", &said.out);
}

#[test]
fn github_annotates_and_groups() {
    let said = Folder::with_images().run(&["check", "--format", "github", "good.vhd", "bad.vhd"]);
    assert_eq!((said.code, said.err.as_str()), (1, ""));
    snapshot("github", &said.out);
}

#[test]
fn azure_pipelines_has_issues_and_groups() {
    let args = [
        "check",
        "--format",
        "azure-pipelines",
        "good.vhd",
        "bad.vhd",
    ];
    let said = Folder::with_images().run(&args);
    assert_eq!((said.code, said.err.as_str()), (1, ""));
    snapshot("azure-pipelines", &said.out);
}

#[test]
fn markdown_of_both_images() {
    let args = ["check", "--format", "markdown", "good.vhd", "bad.vhd"];
    let said = Folder::with_images().run(&args);
    assert_eq!((said.code, said.err.as_str()), (1, ""));
    snapshot("markdown", &said.out);
}

#[test]
fn github_shows_a_summary_behind_what_stands_there() {
    let folder = Folder::with_images();
    let summary = folder.path("summary.md");
    let environment = [("GITHUB_STEP_SUMMARY", summary.as_path())];
    let check = |format: &str| {
        let args = ["check", "--no-scan", "--format", format, "good.vhd"];
        folder.run_in(&environment, &args)
    };
    // Another form is not meant for GitHub.
    assert_eq!(check("markdown=report.md").code, 0);
    assert!(!summary.exists());
    let report = fs::read_to_string(folder.path("report.md")).unwrap();
    assert_eq!(check("github").code, 0);
    assert_eq!(fs::read_to_string(&summary).unwrap(), report);
    assert_eq!(check("github=commands.txt").code, 0);
    let both = fs::read_to_string(&summary).unwrap();
    assert_eq!(both, format!("{report}\n\n{report}"));
    // GitHub takes 1 MiB, and shows nothing of more.
    fs::write(&summary, vec![b'x'; 1024 * 1024 - 100]).unwrap();
    assert_eq!(check("github").code, 0);
    assert_eq!(fs::metadata(&summary).unwrap().len(), 1024 * 1024 - 100);
}

#[test]
fn a_summary_is_never_written_to_an_image() {
    let folder = Folder::with_images();
    let image = folder.path("good.vhd");
    let environment = [("GITHUB_STEP_SUMMARY", image.as_path())];
    let said = folder.run_in(&environment, &["check", "--format", "github", "good.vhd"]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(
        said.err.contains("images are never written to"),
        "{}",
        said.err
    );
    assert_eq!(fs::read(image).unwrap(), images::good());
}

#[test]
fn azure_pipelines_is_told_of_a_markdown_file_that_is_there() {
    let folder = Folder::with_images();
    let args = [
        "check",
        "--no-scan",
        "--format",
        "azure-pipelines",
        "--format",
        "markdown=report.md",
        "good.vhd",
    ];
    let said = folder.run(&args);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let mut last = said.out.lines().rev();
    let path = last
        .next()
        .unwrap()
        .strip_prefix("##vso[task.uploadsummary]");
    let path = std::path::PathBuf::from(path.unwrap());
    assert!(path.is_absolute());
    assert!(
        fs::read_to_string(path)
            .unwrap()
            .starts_with("## PASS: `good.vhd`")
    );
    let complete = "##vso[task.complete result=SucceededWithIssues;]passed with warnings";
    assert_eq!(last.next(), Some(complete));
}

#[cfg(unix)]
#[test]
fn a_hostile_file_name_is_no_command() {
    let folder = Folder::new();
    let name = "\n::error title=x::y\n##vso[task.complete result=Failed;]]]><b>@a `x.vhd";
    folder.write(name, &images::good());
    for format in ["github", "azure-pipelines", "junit", "markdown"] {
        let said = folder.run(&["check", "--no-scan", "--format", format, name]);
        // Azure refuses such a name.
        assert_eq!((said.code, said.err.as_str()), (1, ""), "{format}");
        assert!(!said.out.contains("::error title=x"), "{}", said.out);
        assert!(!said.out.contains("##vso[task.complete"), "{}", said.out);
        let own = [
            "::error title=VHD",
            "::warning title=VHD",
            "::group",
            "::endgroup",
        ];
        for line in said
            .out
            .lines()
            .filter(|line| line.trim_start().starts_with("::"))
        {
            assert!(own.iter().any(|own| line.starts_with(own)), "{line}");
        }
    }
}
