//! The XML is read back by a strict parser.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::Event;

use super::write;
use crate::report::testing::{HOSTILE, full, image, outcome, report};
use crate::report::v1::{OutcomeWord, Report};
use crate::text::{is_deceptive, safe};

/// An element with what is in it.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    fn get(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        &found.unwrap_or_else(|| panic!("{self:?} has no {name}")).1
    }

    fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    fn case(&self, rule: &str) -> &Element {
        let mut cases = self.named("testcase");
        cases
            .find(|case| case.get("name").starts_with(rule))
            .unwrap()
    }
}

/// Refuses whatever is not well-formed, every character that XML 1.0 has no place for, and
/// everything beside elements, text and the declaration.
fn parsed(xml: &str) -> Element {
    let forbidden = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{fffe}' | '\u{ffff}')
            || is_deceptive(c) && c != '\n'
    };
    assert!(!xml.chars().any(forbidden));
    let mut reader = Reader::from_str(xml);
    let config = reader.config_mut();
    config.check_comments = true;
    config.expand_empty_elements = true;
    let mut stack = vec![Element::default()];
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                let attributes = start.attributes().map(|attribute| {
                    let attribute = attribute.unwrap();
                    let key = attribute.key.as_ref().to_owned();
                    let value = attribute.normalized_value(XmlVersion::Implicit1_0);
                    (key, value.unwrap().into_owned())
                });
                stack.push(Element {
                    name: start.name().as_ref().to_owned(),
                    attributes: attributes.collect(),
                    ..Element::default()
                });
            }
            Event::End(_) => {
                let done = stack.pop().unwrap();
                stack.last_mut().unwrap().children.push(done);
            }
            Event::Text(text) => stack.last_mut().unwrap().text += &text.xml10_content(),
            Event::GeneralRef(entity) => {
                let c = match &*entity {
                    "lt" => '<',
                    "gt" => '>',
                    "amp" => '&',
                    "quot" => '"',
                    "apos" => '\'',
                    other => panic!("&{other};"),
                };
                stack.last_mut().unwrap().text.push(c);
            }
            Event::Decl(_) => assert_eq!(stack.len(), 1),
            Event::Eof => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(stack.len(), 1);
    let mut document = stack.pop().unwrap();
    assert_eq!(document.children.len(), 1);
    document.children.pop().unwrap()
}

fn written(report: &Report) -> Element {
    let mut out = Vec::new();
    write(&mut out, report).unwrap();
    parsed(&String::from_utf8(out).unwrap())
}

#[test]
fn no_case_has_the_class_and_the_name_of_another() {
    let named = |name: &str| crate::report::testing::warned(name);
    let root = written(&report(vec![named("a/disk.vhd"), named("b/disk.vhd")]));
    let cases: Vec<_> = root
        .named("testsuite")
        .flat_map(|suite| suite.named("testcase"))
        .map(|case| (case.get("classname"), case.get("name")))
        .collect();
    let linux = |folder: &str| format!("vhd-preflight.{folder}/disk.vhd.linux");
    assert_eq!(
        cases,
        [
            (linux("a").as_str(), "LNX001 some-rule"),
            (linux("b").as_str(), "LNX001 some-rule")
        ]
    );
}

#[test]
fn every_rule_is_a_case_with_the_result_that_the_exit_code_goes_by() {
    let root = written(&full("disk.vhd"));
    assert_eq!(root.name, "testsuites");
    let suites: Vec<_> = root.named("testsuite").collect();
    assert_eq!(suites.len(), 3);
    let [failed, unread, warned] = suites[..] else {
        panic!()
    };

    assert_eq!(failed.get("name"), "disk.vhd");
    assert_eq!((failed.get("tests"), failed.get("failures")), ("7", "1"));
    assert_eq!((failed.get("errors"), failed.get("skipped")), ("1", "3"));
    let properties: Vec<_> = failed.children[0].children.iter().collect();
    assert_eq!(properties[0].get("value"), "FAIL");
    assert_eq!(properties[1].get("value"), "lisa-2026-08");
    assert_eq!(properties[2].get("value"), "vhd-preflight 0.0.0");

    let case = failed.case("VHD001");
    assert_eq!(case.get("classname"), "vhd-preflight.disk.vhd.container");
    assert_eq!(case.get("name"), "VHD001 some-rule");
    let failure = case.named("failure").next().unwrap();
    assert_eq!(failure.get("message"), "disk.vhd (and 1 more)");
    for part in [
        "  Found: disk.vhd",
        "  Where: disk.vhd: disk.vhd:3",
        "  Fix: sed -i 'disk.vhd'",
        "Why: ",
    ] {
        assert!(failure.text.contains(part), "{}", failure.text);
    }
    let warning = failed.case("LNX001");
    assert_eq!(
        warning.named("failure").count() + warning.named("skipped").count(),
        0
    );
    assert!(warning.children[0].text.starts_with("warning: disk.vhd\n"));
    let blocking = failed.case("LNX002").children[0].get("message");
    assert_eq!(blocking, "undetermined: disk.vhd");
    assert_eq!(failed.case("LNX003").children[0].name, "skipped");
    assert_eq!(
        failed.case("PART001").children[0].get("message"),
        "not applicable: disk.vhd"
    );
    let accepted = failed.case("PART002").children[0].get("message");
    assert_eq!(accepted, "suppressed until 2027-01-31: disk.vhd");
    assert!(failed.case("OFFER001").children.is_empty());

    let error = &unread.case("the image").children[0];
    assert_eq!((error.name.as_str(), error.get("type")), ("error", "open"));
    assert_eq!((warned.get("failures"), warned.get("errors")), ("0", "0"));
    assert_eq!(
        (root.get("tests"), root.get("failures"), root.get("errors")),
        ("9", "1", "2")
    );
}

#[test]
fn an_open_question_beside_accepted_findings_stays_open() {
    let mut both = crate::report::testing::full_image("x").outcomes.remove(5);
    both.outcome = OutcomeWord::Fail;
    both.reason = Some("unreadable".to_owned());
    let suite = written(&report(vec![image("a.vhd", None, vec![both])]));
    let case = suite.children[0].case("PART002");
    assert_eq!(case.children[0].name, "error");
}

#[test]
fn hostile_text_is_text() {
    for text in HOSTILE {
        let mut out = Vec::new();
        write(&mut out, &full(text)).unwrap();
        let out = String::from_utf8(out).unwrap();
        for line in out.lines() {
            assert!(
                !line.contains("##") && !line.trim_start().starts_with("::"),
                "{line}"
            );
        }
        let root = parsed(&out);
        let plain = written(&full("x"));
        // The same elements, whatever the text.
        let shape = |element: &Element| format!("{:?}", names(element));
        assert_eq!(shape(&root), shape(&plain));
        let failed = root.named("testsuite").next().unwrap();
        assert_eq!(failed.get("name"), safe(text));
        let case = failed.case("VHD001").named("failure").next().unwrap();
        assert!(case.text.contains(&format!("  Found: {}\n", safe(text))));
    }
    let empty = outcome("VHD002", OutcomeWord::Pass, None, Vec::new());
    written(&report(vec![image("", None, vec![empty])]));
}

fn names(element: &Element) -> Vec<String> {
    let mut all = vec![element.name.clone()];
    all.extend(element.children.iter().flat_map(names));
    all
}
