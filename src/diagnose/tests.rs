//! The knowledge is whole and sound, and is recognised in every disguise.
#![allow(clippy::arithmetic_side_effects)]

mod hostile;
mod literal;
mod real;
mod threads;

use std::collections::BTreeSet;

use super::message::Message;
use super::{diagnose, messages};
use crate::rules::registry;

/// The ids that `text` is recognised as.
fn ids(text: &str) -> Vec<&'static str> {
    diagnose(text)
        .matches
        .iter()
        .map(|found| found.message.id)
        .collect()
}

#[test]
fn ids_are_unique_and_every_message_says_all_that_it_should() {
    let mut seen = BTreeSet::new();
    for message in messages() {
        for id in message.ids() {
            assert!(seen.insert(id), "{id} is there twice");
            assert!(id.len() == 6 && id.starts_with("MSG"), "{id}");
        }
        let id = message.id;
        assert!(
            !message.title.is_empty() && !message.means.is_empty(),
            "{id}"
        );
        assert!(!message.causes.is_empty(), "{id}: no cause");
        assert!(!message.sources.is_empty(), "{id}: no source");
        assert!(
            message.means.ends_with('.') && !message.beyond.ends_with('.'),
            "{id}"
        );
        let recognised = message.says.len()
            + message.headings.len()
            + message.codes.len()
            + message.clauses.len()
            + message.tests.len();
        assert!(recognised > 0, "{id}: by what?");
        for cause in message.causes {
            assert!(
                !cause.what.is_empty() && !cause.fix.is_empty() || cause.rules.is_empty(),
                "{id}"
            );
        }
        for source in message.sources {
            assert!(source.url().starts_with("https://"), "{id}: {source:?}");
            assert!(!source.date().is_empty(), "{id}: {source:?}");
        }
    }
    assert!(seen.len() > 170, "{} messages", seen.len());
}

#[test]
fn every_rule_that_a_message_names_exists() {
    for message in messages() {
        for rule in message.rules() {
            let known = registry::find(rule).map(|rule| rule.id);
            assert_eq!(known, Some(rule), "{}", message.id);
        }
    }
}

/// What stands in a wording where something varies.
const FILLERS: [&str; 6] = [
    "/subscriptions/0b2f9b91-93da-4d14-8279-813a24bb4f51/resourceGroups/my rg/disk (1)",
    "x",
    "https://acct.blob.core.windows.net/vhds/a%20b.vhd?sp=rl&st=2026-11-01T00:00:00Z&se=2026-12-31T00:00:00Z&sv=2022-11-02&sr=c&sig=abc%2Bdef%3D",
    "20,480.4140625",
    "[Thu, 13 Jun 2019 16:18:07 GMT]",
    "ein Rechner mit Umlauten äöü",
];

fn filled(wording: &str, turn: usize) -> String {
    let mut out = String::new();
    let mut turn = turn;
    let wording = wording.replace('…', "<x>");
    let mut rest = wording.as_str();
    while let Some((piece, more)) = rest.split_once('<') {
        out.push_str(piece);
        out.push_str(FILLERS[turn % FILLERS.len()]);
        turn += 1;
        rest = more.split_once('>').map_or("", |(_, rest)| rest);
    }
    out + rest
}

fn json(text: &str) -> String {
    serde_json::to_string(&serde_json::json!({ "error": { "code": "X", "message": text } }))
        .unwrap()
}

/// What happens to messages on their way. The second part tells whether the lines of the text are
/// the same afterwards.
fn disguises(text: &str) -> Vec<(String, bool)> {
    let words: Vec<_> = text.split(' ').collect();
    let wrapped = |eol: &str| {
        words
            .chunks(3)
            .map(|line| line.join(" "))
            .collect::<Vec<_>>()
            .join(eol)
    };
    vec![
        (text.to_owned(), true),
        (text.to_uppercase(), true),
        (
            text.replace('\'', "\u{2019}").replace('"', "\u{201c}"),
            true,
        ),
        (text.replace(' ', "  "), true),
        (format!("before it\n{text}\nbehind it"), true),
        (wrapped("\n"), false),
        (wrapped("\r\n    "), false),
        (wrapped("\\r\\n"), false),
        (json(text), false),
        (json(&json(&json(text))), false),
        (words.join("\u{1b}[0m \u{1b}[1;31m"), true),
        (words.join("%20"), true),
        (words.join("&nbsp;"), true),
        (text.replace(' ', "\u{a0}"), true),
    ]
}

fn context_of(message: &Message) -> String {
    message
        .context
        .first()
        .map(|word| format!("\n--\nseen with {word} here\n"))
        .unwrap_or_default()
}

#[test]
fn every_wording_is_recognised_in_every_disguise() {
    let mut tried = 0;
    let mut wrong = Vec::new();
    for (number, message) in messages().into_iter().enumerate() {
        for wording in message.says {
            let text = filled(wording, number);
            for (disguise, _) in disguises(&text) {
                let text = format!("{disguise}{}", context_of(message));
                tried += 1;
                if !ids(&text).contains(&message.id) {
                    wrong.push(format!("{}: {text:?} is {:?}", message.id, ids(&text)));
                }
            }
        }
    }
    assert!(tried > 3000, "{tried}");
    assert!(wrong.is_empty(), "{} of {tried}: {wrong:#?}", wrong.len());
}

#[test]
fn every_wording_is_recognised_across_the_lines_of_a_log() {
    let mut wrong = Vec::new();
    for (number, message) in messages().into_iter().enumerate() {
        for wording in message.says {
            let literal: usize = wording
                .split(' ')
                .filter(|word| !word.starts_with('<'))
                .count();
            if literal < 6 {
                continue;
            }
            let text = filled(wording, number);
            let words: Vec<_> = text.split(' ').collect();
            let middle = words.len() / 2;
            for prefix in [
                "==> azure-arm: ",
                "2026-11-01T11:39:01.123456Z ERROR Daemon Daemon ",
                "[   12.345678] ",
                "time=\"2026-11-01T11:39:01Z\" level=error msg=\"",
                "Nov 21 20:11:02 host-1 cloud-init[799]: ",
            ] {
                let text = format!(
                    "{prefix}{}\n{prefix}{}\n{}",
                    words[..middle].join(" "),
                    words[middle..].join(" "),
                    context_of(message)
                );
                if !ids(&text).contains(&message.id) {
                    wrong.push(format!("{}: {text:?}", message.id));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}: {wrong:#?}", wrong.len());
}

#[test]
fn headings_count_on_a_line_of_their_own_only() {
    for message in messages() {
        for heading in message.headings {
            let own = format!(
                "Certification report\n\n- {heading}\nmore text here and there\n{}",
                context_of(message)
            );
            assert!(ids(&own).contains(&message.id), "{}: {heading}", message.id);
            assert!(
                ids(heading).contains(&message.id),
                "{}: {heading}",
                message.id
            );
            if message.says.contains(heading) {
                continue;
            }
            let inside =
                format!("there was some talk of {heading} yesterday in the afternoon of the day");
            assert!(
                !ids(&inside).contains(&message.id),
                "{}: {heading}",
                message.id
            );
        }
    }
}

#[test]
fn codes_clauses_and_ids_are_enough() {
    for message in messages() {
        for code in message.codes.iter().chain(message.clauses) {
            let code = code.replace('*', "INVALID_CHARACTERS");
            assert_eq!(ids(&code).first(), Some(&message.id), "{code}");
            assert_eq!(
                ids(&code.to_lowercase()).first(),
                Some(&message.id),
                "{code}"
            );
        }
        for code in message.codes {
            let text = format!("{{\"code\": \"{}\"}}", code.replace('*', "X"));
            assert!(ids(&text).contains(&message.id), "{text}");
        }
        for id in message.ids() {
            assert_eq!(ids(id), [message.id]);
        }
    }
    assert_eq!(ids("Policy 200.5 Security"), ["MSG659"]);
    assert_eq!(
        ids("Python version: 3.9.2\nError: access denied\nInvalid signature\n"),
        Vec::<&str>::new()
    );
    assert_eq!(
        ids("it took 200.5 seconds and 200.4 MB"),
        Vec::<&str>::new()
    );
    assert_eq!(ids("ping 10.200.3.1 and 200.3.1.7"), Vec::<&str>::new());
    assert_eq!(ids("No swap on OS disk (200.3.3.3)"), ["MSG541"]);
    assert_eq!(
        ids("rejected by 200.3.3.3 and 200.5.1."),
        ["MSG654", "MSG660"]
    );
}

#[test]
fn of_wordings_that_overlap_the_one_that_says_most_counts() {
    let timed_out = "OS Provisioning for VM 'a' did not finish in the allotted time.";
    assert_eq!(ids(timed_out), ["MSG701"]);
    let agent = "However, the VM guest agent was detected running. This suggests the guest OS has not been properly prepared to be used as a VM image";
    assert_eq!(
        ids(&format!("OSProvisioningTimedOut: {timed_out} {agent}")),
        ["MSG702"]
    );
    let refused = "This request is not authorized to perform this operation";
    assert_eq!(ids(refused), ["MSG307"]);
    assert_eq!(
        ids(&format!("{refused} using this permission.")),
        ["MSG306"]
    );
}

#[test]
fn a_code_belongs_to_the_message_that_it_comes_with() {
    let text = "OSProvisioningTimedOut: KernelPanicException: smoke found panic in serial log. You can check the panic details from the serial console log.";
    assert_eq!(ids(text), ["MSG704"]);
    assert_eq!(
        ids("ErrorCode: InvalidVhd. is of Dynamic VHD type"),
        ["MSG118", "MSG101"]
    );
}

#[test]
fn the_failure_comes_before_what_follows_from_it_and_what_wraps_it() {
    let text = "AzCopy failed to complete the transfer: Disk 'X' in 'rg' was likely created. You may need to delete this disk before retrying this operation.\n\
        OS Provisioning for VM 'a' did not finish in the allotted time.\n\
        The specified cookie value in VHD footer indicates that disk 'x' with blob https://a/b is not a supported VHD.";
    assert_eq!(ids(text), ["MSG101", "MSG701", "MSG209"]);
}

#[test]
fn what_stands_there_is_shown_with_its_line_and_how_often() {
    let line = "The blob is not a valid VHD.\n";
    let found = diagnose(&format!("a\nb\n{}", line.repeat(3)));
    let first = &found.matches[0];
    assert_eq!((first.message.id, first.times), ("MSG103", 3));
    let place = first.first.as_ref().unwrap();
    assert_eq!(
        (place.line, &*place.text),
        (3, "The blob is not a valid VHD")
    );
}

#[test]
fn a_self_test_gives_one_match_for_each_test_that_did_not_pass() {
    let answer = r#"{"TrackingId":"1","Response":"{\"Tests\":[
        {\"TestID\":\"48\",\"TestCaseName\":\"Bash History\",\"Result\":\"Passed\"},
        {\"Tes tID\":\"46\",\"TestCaseName\":\"Client Alive Interval\",\"Result\":\"Warning\",\"ActualValue\":\"120\"},
        {\"TestID\":\"1.1.6\",\"TestCaseName\":\"Failover Cluster\",\"Result\":\"Failed\"},
        {\"TestID\":\"1.1.15\",\"TestCaseName\":\"Wireless LAN Service\",\"Re sult\":\"Failed\"},
        {\"TestID\":\"99\",\"TestCaseName\":\"New Test\",\"Result\":\"Failed\"}]}"}"#;
    let found = diagnose(answer);
    let ids: Vec<_> = found.matches.iter().map(|found| found.message.id).collect();
    assert_eq!(ids, ["MSG546", "MSG516", "MSG517"]);
    assert_eq!(found.tests, Some(5));
    assert_eq!(found.unknown_tests[0].name, "New Test");
    let passed =
        diagnose(r#"{"Tests":[{"TestID":"48","TestCaseName":"Bash History","Result":"Passed"}]}"#);
    assert!(passed.matches.is_empty() && passed.nearest.is_empty());
    assert_eq!(passed.tests, Some(1));
}

#[test]
fn what_is_not_recognised_has_neighbours() {
    let nearest = |text: &str| -> Vec<&str> {
        diagnose(text)
            .nearest
            .iter()
            .map(|near| near.message.id)
            .collect()
    };
    assert_eq!(nearest("OSProvisionTimedOut")[0], "MSG701");
    assert_eq!(nearest("InvalidVHDs")[0], "MSG101");
    assert_eq!(nearest("200.3.3.9")[0], "MSG657");
    assert_eq!(
        nearest("the cookie in the footer of my vhd is not conectix")[0],
        "MSG101"
    );
    assert!(!nearest("OperationNotAllowed").is_empty());
    assert!(nearest("good morning").is_empty());
}
