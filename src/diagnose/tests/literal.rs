//! Messages as Azure, Partner Center, the test suite and the guest print them, with names filled
//! in, some wrapped as a console wraps them: all of them stand in `literal.txt`.

use super::{disguises, ids};
use crate::diagnose::{diagnose, messages};

/// Every id of the reference on failure messages.
#[test]
fn every_message_of_the_reference_is_there() {
    let ranges = [
        101..=117,
        201..=209,
        301..=310,
        401..=438,
        539..=542,
        544..=546,
        548..=552,
        514..=518,
        601..=626,
        701..=719,
    ];
    let known: Vec<_> = messages()
        .iter()
        .flat_map(|message| message.ids())
        .collect();
    for number in ranges.into_iter().flatten() {
        let id = format!("MSG{number}");
        assert!(known.contains(&id.as_str()), "{id} is missing");
    }
}

/// An entry's id, and a text that is of it.
fn literal() -> Vec<(&'static str, String)> {
    include_str!("literal.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .map(|(id, text)| (id, text.replace("\\n", "\n")))
        .collect()
}

/// Whether `text` is first of all the entry of this id or alias.
fn is_first(id: &str, text: &str) -> bool {
    let found = diagnose(text);
    let first = found.matches.first();
    first.is_some_and(|found| found.message.ids().any(|known| known == id))
}

#[test]
fn literal_messages_are_recognised() {
    let all = literal();
    assert!(all.len() >= 350, "{}", all.len());
    let wrong: Vec<_> = all
        .iter()
        .filter(|(id, text)| !is_first(id, text))
        .map(|(id, text)| format!("{id} {:?}: {text}", ids(text)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn literal_messages_are_recognised_in_every_disguise() {
    const SENTENCE: usize = 6;
    let mut wrong = Vec::new();
    for (id, text) in literal() {
        let sentence = text.split_whitespace().count() >= SENTENCE;
        // Two words are anybody's, but in a report they are a heading.
        let report = if sentence {
            ""
        } else {
            "\n\nof the certification report"
        };
        for (disguise, same_lines) in disguises(&text) {
            let disguise = format!("{disguise}{report}");
            // A heading that is broken into lines is none any more.
            if (same_lines || sentence) && !is_first(id, &disguise) {
                wrong.push(format!("{id} {:?}: {disguise:?}", ids(&disguise)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}: {wrong:#?}", wrong.len());
}

/// Windows PowerShell and some consoles cut lines at their width, in the middle of a word.
#[test]
fn a_word_that_a_narrow_console_cut_in_two_is_one_word() {
    let mut wrong = Vec::new();
    for text in [
        "New-AzDisk : The upload size in bytes 49276704256 - 512 bytes for the VHD fo\r\noter (49276703744 in this case) must be a mult\r\niple of MiB.\r\n",
        "az : Only blobs formatted as VH\nDs can be imp\norted.",
        "ErrorCode: OSProvisio\nningTimedOut",
        "OS Provisioning for VM 'vm1' did not finish in the allo\ntted time. The VM may st\nill finish provisi\noning successfully. Please check provisioning state later.",
    ] {
        let whole = text.replace("\r\n", "").replace('\n', "");
        if ids(text).is_empty() || ids(text) != ids(&whole) {
            wrong.push(format!("{:?} {:?}: {text}", ids(text), ids(&whole)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(ids("in\nvalid VPC image"), Vec::<&str>::new(), "two words");
}

#[test]
fn a_log_prefix_of_words_of_the_message_is_no_part_of_it() {
    let text = "2026-11-20T11:39:01.123Z [ERROR] OS provisioning for VM 'x' failed.\n2026-11-20T11:39:01.123Z [ERROR] Error details: 5. Make sure the image has been\n2026-11-20T11:39:01.124Z [ERROR] properly prepared (generalized).";
    assert_eq!(ids(text), ["MSG702"]);
}
