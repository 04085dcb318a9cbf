//! Tests of answer files as Setup takes and leaves them.

use super::*;
use crate::guest::windows::encoded_text::utf16_file;
use crate::guest::windows::registry::HiveName;
use crate::rules::windows::testing::Machine;

/// An answer file with a password of each kind; its own text is never to be seen again.
const FULL: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<unattend xmlns="urn:schemas-microsoft-com:unattend">
  <settings pass="specialize" wasPassProcessed="true">
    <component name="Microsoft-Windows-UnattendedJoin">
      <Identification><Credentials><Password>Pl4nted</Password></Credentials></Identification>
    </component>
  </settings>
  <settings pass="oobeSystem">
    <component name="Microsoft-Windows-Shell-Setup">
      <AutoLogon>
        <Enabled>true</Enabled>
        <Password><Value>Pl4nted</Value><PlainText>true</PlainText></Password>
      </AutoLogon>
      <UserAccounts>
        <AdministratorPassword>
          <Value>*SENSITIVE*DATA*DELETED*</Value>
        </AdministratorPassword>
        <LocalAccounts><LocalAccount><Password><Value/></Password></LocalAccount></LocalAccounts>
      </UserAccounts>
    </component>
  </settings>
</unattend>
"#;

fn found(machine: &Machine) -> Vec<AnswerFile> {
    machine.facts().answer_files.files.unwrap()
}

#[test]
fn passes_and_passwords_are_found_and_no_password_is_kept() {
    for bytes in [FULL.as_bytes().to_vec(), utf16_file(FULL)] {
        let machine =
            Machine::new().files(|tree| tree.bytes("/Windows/Panther/Unattend.XML", &bytes));
        let files = found(&machine);
        assert_eq!(files.len(), 1);
        assert!(files[0].is_copy);
        let content = files[0].content.as_ref().unwrap();
        let passes: Vec<_> = content
            .passes
            .iter()
            .map(|p| (&*p.value.name, p.value.is_done))
            .collect();
        assert_eq!(passes, [("specialize", true), ("oobeSystem", false)]);
        assert!(!content.is_done());
        let secrets: Vec<_> = content
            .secrets
            .iter()
            .map(|s| (&*s.value.element, s.value.is_deleted, s.spot.line.unwrap()))
            .collect();
        assert_eq!(
            secrets,
            [
                (r"Credentials\Password", false, 5),
                (r"AutoLogon\Password", false, 12),
                (r"UserAccounts\AdministratorPassword", true, 16),
            ]
        );
        assert_eq!(content.auto_logon.as_ref().unwrap().spot.line, Some(11));
        assert!(!format!("{files:?}").contains("Pl4nted"));
    }
}

#[test]
fn every_folder_that_setup_looks_in_is_looked_in() {
    for path in [
        "/unattend.xml",
        "/Autounattend.xml",
        "/Windows/Panther/unattend-original.xml",
        "/Windows/Panther/Unattend/unattend.xml",
        "/Windows/System32/Sysprep/Unattend_oobe.xml",
    ] {
        let machine = Machine::new().files(|tree| tree.file(path, FULL));
        assert_eq!(found(&machine).len(), 1, "{path}");
    }
    let named = Machine::new()
        .files(|tree| tree.file("/build/answers.txt", FULL))
        .string(
            HiveName::System,
            "Setup",
            "UnattendFile",
            r"c:\Build\answers.txt",
        );
    assert_eq!(found(&named)[0].spot.path, r"C:\Build\answers.txt");
    let elsewhere = Machine::new().string(HiveName::System, "Setup", "UnattendFile", r"A:\x.xml");
    assert!(found(&elsewhere).is_empty() && found(&Machine::new()).is_empty());
}

#[test]
fn what_is_no_answer_file_is_not_known() {
    let other = |text: &str| Machine::new().files(|tree| tree.file("/unattend.xml", text));
    for text in ["<html></html>", "\u{fffd}\u{0}"] {
        let found = found(&other(text));
        let content = found[0].content.as_ref();
        assert!(
            content.is_err() || content.is_ok_and(|c| c.unread.is_some()),
            "{text}"
        );
    }
    let notes = Machine::new().files(|tree| tree.file("/sysprep-notes.xml", "<html></html>"));
    assert!(found(&notes).is_empty());
    let named_so = Machine::new().files(|tree| tree.file("/Sysprep.xml", FULL));
    assert!(found(&named_so)[0].content.is_ok());
    let unread = Machine::new().files(|tree| tree.unreadable("/unattend.xml"));
    assert!(found(&unread)[0].content.is_err());
}

#[test]
fn what_was_read_before_damage_is_kept() {
    let deep = "<unattend>".to_owned() + &"<a>".repeat(100);
    for text in ["<unattend", &deep, "<unattend>"] {
        let machine = Machine::new().files(|tree| tree.file("/unattend.xml", text));
        let files = found(&machine);
        assert!(
            files[0].content.as_ref().unwrap().unread.is_some(),
            "{text}"
        );
    }
    let cut = FULL.split("<UserAccounts>").next().unwrap();
    let machine = Machine::new().files(|tree| tree.file("/unattend.xml", cut));
    let files = found(&machine);
    let content = files[0].content.as_ref().unwrap();
    assert!(content.unread.is_some() && content.secrets.len() == 2);
}

#[test]
fn more_answer_files_or_passes_than_are_read_are_not_known() {
    let with = |count: usize| {
        Machine::new().files(|mut tree| {
            for number in 0..count {
                let path = format!("{PANTHER}/unattend{number}.xml");
                tree = tree.bytes(&path, b"<unattend/>");
            }
            tree
        })
    };
    let is_known = |files: &[AnswerFile]| files.iter().all(|file| file.content.is_ok());
    let files = found(&with(MAX_FILES));
    assert!(files.len() == MAX_FILES && is_known(&files));
    let files = found(&with(MAX_FILES + 5));
    assert_eq!(files.len(), MAX_FILES + 1);
    let unknown = files[MAX_FILES].content.clone().unwrap_err();
    assert!(
        unknown.reason.contains("more than 32"),
        "{}",
        unknown.reason
    );
    // Behind sixty-four that Setup is done with.
    let done = "<settings wasPassProcessed='true'/>".repeat(64);
    let gone = "<Password>*SENSITIVE*DATA*DELETED*</Password>".repeat(64);
    for (sixty_four, more) in [
        (done, "<settings/>"),
        (gone, "<Password>Pl4nted</Password>"),
    ] {
        for (more, is_open) in [("", false), (more, true)] {
            let text = format!("<unattend>{sixty_four}{more}</unattend>");
            let path = format!("{PANTHER}/unattend.xml");
            let machine = Machine::new().files(|tree| tree.bytes(&path, text.as_bytes()));
            let content = found(&machine)[0].content.clone().unwrap();
            assert_eq!(content.unread.is_some(), is_open);
        }
    }
}
