//! Whole scripts, of reports with hostile text in every field.

use super::*;
use crate::report::v1::{
    Finding, FindingLevel, FindingState, Image, OutcomeWord, REPORT, Remedy, Report, RuleOutcome,
    Summary, Tool, Verdict,
};

fn finding(message: &str, found: &str, fix: &str) -> Finding {
    Finding {
        level: FindingLevel::Error,
        message: message.to_owned(),
        found: Some(found.to_owned()),
        required: None,
        place: None,
        fix: Some(fix.to_owned()),
        references: Vec::new(),
        fingerprint: String::new(),
        state: FindingState::Open,
        suppression: None,
    }
}

fn outcome(rule: &'static str, remedy: Remedy, findings: Vec<Finding>) -> RuleOutcome {
    RuleOutcome {
        rule,
        name: "name",
        title: String::new(),
        remedy,
        blocking: true,
        level: FindingLevel::Error,
        weight: None,
        outcome: OutcomeWord::Fail,
        reason: None,
        why: None,
        findings,
    }
}

fn report(path: &str, outcomes: Vec<RuleOutcome>) -> Report {
    Report {
        schema: REPORT,
        tool: Tool::default(),
        profile: "strict".to_owned(),
        configuration: crate::report::v1::Configuration::default(),
        images: vec![Image {
            path: path.to_owned(),
            verdict: Some(Verdict::Fail),
            summary: Summary::default(),
            outcomes,
            not_checked: Vec::new(),
            facts: None,
            content: None,
            estimate: None,
            errors: Vec::new(),
        }],
    }
}

fn script(report: &Report, language: Language) -> String {
    let mut out = Vec::new();
    write(&mut out, report, language).unwrap();
    String::from_utf8(out).unwrap()
}

/// Lines that a shell would act on, without the script's own.
fn active(script: &str) -> Vec<&str> {
    let body = script.split("failed() {").nth(1).unwrap();
    let body = body.split("\npart=${1:-}").next().unwrap();
    body.lines()
        .skip(1)
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with("step '"))
        .filter(|line| !line.ends_with("() {") && *line != "}" && !line.starts_with("failed"))
        .map(|line| line.strip_suffix(" ||").unwrap_or(line))
        .collect()
}

const HOSTILE: [&str; 6] = [
    "a\nreboot\n",
    "x; reboot #",
    "$(reboot)",
    "`reboot`",
    "'; reboot; '",
    "\u{1b}[2J\u{202e}##vso[task.complete]\r::error::",
];

#[test]
fn nothing_of_a_guest_becomes_a_command() {
    for text in HOSTILE {
        let fixes = [
            format!("rm -f {text}"),
            format!("sed -i 's/{text}//' /etc/fstab"),
            format!("take {text} out of /etc/fstab"),
            text.to_owned(),
        ];
        for fix in fixes {
            let outcomes = vec![outcome(
                "LNX001",
                Remedy::Guest,
                vec![finding(text, text, &fix)],
            )];
            let report = report(text, outcomes);
            for language in [Language::Shell, Language::PowerShell] {
                let script = script(&report, language);
                assert!(
                    !script.lines().any(|line| {
                        let line = line.trim_start();
                        line.contains("reboot") && !line.starts_with('#')
                    }),
                    "{script}"
                );
                assert!(!script.contains(['\u{1b}', '\u{202e}', '\r']), "{script}");
                assert!(!script.contains("##vso"), "{script}");
            }
            let script = script(&report, Language::Shell);
            assert_eq!(active(&script), Vec::<&str>::new(), "{script}");
        }
    }
}

#[test]
fn what_is_quoted_as_it_should_be_is_a_command() {
    let path = "/root/a; reboot 'b'";
    let fix = "rm -f '/root/a; reboot '\\''b'\\'''";
    let outcomes = vec![outcome(
        "LNX031",
        Remedy::Guest,
        vec![finding("m", path, fix)],
    )];
    assert_eq!(
        active(&script(&report("a", outcomes), Language::Shell)),
        [fix]
    );
}

#[test]
fn parts_are_apart_the_seal_comes_last_and_the_host_begins_once() {
    let guest = |rule, fix: &str| outcome(rule, Remedy::Guest, vec![finding("m", "f", fix)]);
    let host = |rule, fix: &str| outcome(rule, Remedy::Image, vec![finding("m", "f", fix)]);
    let outcomes = vec![
        host("VHD003", "qemu-img convert -O vpc disk.vhd fixed.vhd"),
        host("VHD004", "qemu-img resize disk.raw 1G"),
        guest("LNX001", "waagent -force -deprovision+user"),
        guest("LNX002", "rm -f /a"),
        guest("LNX003", "rm -f /a"),
        guest("LNX004", "install a newer kernel"),
        outcome("OFFER002", Remedy::Offer, vec![finding("m", "f", "say so")]),
    ];
    let text = script(&report("disk.vhd", outcomes), Language::Shell);
    assert_eq!(
        active(&text),
        [
            "rm -f /a",
            "waagent -force -deprovision+user",
            "if [ -e fixed.vhd ] || [ -e disk.raw ]; then",
            "exit 1",
            "fi",
            "qemu-img convert -O vpc disk.vhd fixed.vhd",
        ]
    );
    for part in [
        "# qemu-img resize",
        "# To do: install a newer kernel",
        "#   say so",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(text.contains("\nset -eu\n") && text.contains(CONFIRM));
}

#[test]
fn what_has_to_be_done_by_hand_first_is_not_run_past() {
    let host = |rule, fix: &str| outcome(rule, Remedy::Image, vec![finding("m", "f", fix)]);
    let outcomes = vec![
        host("VHD003", "merge the chain first (Merge-VHD), then convert"),
        host("VHD010", "qemu-img resize -f raw disk.raw 32212254720"),
    ];
    let text = script(&report("disk.vhd", outcomes), Language::Shell);
    assert_eq!(active(&text), Vec::<&str>::new(), "{text}");
    assert!(text.contains("# To do: merge the chain") && text.contains("  # qemu-img resize"));
}

#[cfg(unix)]
#[test]
fn a_command_that_fails_in_its_middle_ends_the_script() {
    let outcomes = vec![outcome(
        "LNX001",
        Remedy::Guest,
        vec![finding(
            "m",
            "f",
            "rm /nowhere/at/all && echo b >> /dev/null",
        )],
    )];
    let text = script(&report("a", outcomes), Language::Shell);
    let mut shell = std::process::Command::new("sh");
    shell
        .args(["-c", &text, "fix.sh", "guest"])
        .env(CONFIRM, "guest");
    let output = shell.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("LNX001: this did not work") && !said.contains("\ndone"),
        "{said}"
    );
}

#[test]
fn a_step_for_many_findings_is_named_once() {
    let findings = vec![
        finding("m", "a", "rm -f /a*"),
        finding("n", "b", "rm -f /a*"),
    ];
    let outcomes = vec![outcome("LNX042", Remedy::Guest, findings)];
    let text = script(&report("a", outcomes), Language::Shell);
    assert_eq!(text.matches("step 'LNX042 name'").count(), 1, "{text}");
    assert_eq!(text.matches("# LNX042 name, error").count(), 2, "{text}");
}

#[test]
fn findings_that_do_not_count_are_left_alone() {
    let mut accepted = finding("m", "f", "rm -f /a");
    accepted.state = FindingState::Suppressed;
    let outcomes = vec![outcome("LNX001", Remedy::Guest, vec![accepted])];
    let text = script(&report("a", outcomes), Language::Shell);
    assert!(!text.contains("rm -f") && text.contains("nothing to run in the guest"));
}

#[test]
fn commands_of_a_windows_guest_are_active_in_powershell_and_for_reading_in_a_shell() {
    let reg = "reg add \"HKLM\\SYSTEM\\x\" /v Start /t REG_DWORD /d 0 /f";
    let hostile = "Remove-Item -LiteralPath 'C:\\a\u{2019}; Restart-Computer #' -Force";
    let outcomes = vec![outcome(
        "WIN010",
        Remedy::Guest,
        vec![finding("m", "f", reg), finding("m", "f", hostile)],
    )];
    let report = report("win\u{d1}.vhd", outcomes);
    let mut works: Vec<_> = report.images.iter().map(collect::work).collect();
    works.iter_mut().for_each(|work| work.windows = true);
    let mut out = Vec::new();
    powershell::script(&mut out, &report, &works).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains(&format!("\n    {reg}\n")), "{text}");
    assert!(text.contains("    # To do: Remove-Item -LiteralPath 'C:\\a\\u{2019}; Restart"));
    assert!(text.is_ascii());
    let mut out = Vec::new();
    shell::script(&mut out, &report, &works).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains(&format!("\n  # {reg}\n")), "{text}");
    assert_eq!(active(&text), Vec::<&str>::new());
}
