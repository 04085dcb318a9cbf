//! Each form read back as strictly as its reader can be: whatever is a command, an element or a link
//! is one of ours.

use std::collections::BTreeSet;

use html5ever::tendril::TendrilSink as _;
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use quick_xml::Reader;
use serde_json::Value;

use super::Forms;

/// Whether a title of an annotation is one of ours: `VHD004 size-whole-mib: disk.vhd`.
fn is_title(forms: &Forms, title: &str) -> bool {
    let mut rules = forms.outcomes().iter();
    rules.any(|outcome| {
        let (rule, name) = (&outcome["rule"], &outcome["name"]);
        let own = format!(
            "{} {}%3A disk.vhd",
            rule.as_str().unwrap(),
            name.as_str().unwrap()
        );
        own == title
    })
}

pub(super) fn github(forms: &Forms) {
    let text = forms.text("github");
    let mut counts = [0; 3];
    for line in text
        .split(['\n', '\r'])
        .filter(|line| line.trim_start().starts_with("::"))
    {
        let (head, _) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        if head == "group" || head == "endgroup" {
            continue;
        }
        let (name, title) = head.split_once(" title=").unwrap();
        let kinds = ["error", "warning", "notice"];
        counts[kinds.iter().position(|kind| *kind == name).unwrap()] += 1;
        let more = title
            .split_once(" more ")
            .is_some_and(|(n, _)| n.parse::<u32>().is_ok());
        assert!(more || is_title(forms, title), "{line}");
        assert!(!title.contains([':', ',']), "{line}");
    }
    let wanted = ["error", "warning", "advice"].map(|level| forms.findings(level).min(10));
    assert_eq!(counts, wanted);
}

pub(super) fn azure_pipelines(forms: &Forms) {
    let text = forms.text("azure-pipelines");
    let mut issues = 0;
    for line in text.split(['\n', '\r']).filter(|line| line.contains("##")) {
        assert_eq!(line.matches("##").count(), 1, "{line}");
        if line.starts_with("##[group]") || line == "##[endgroup]" {
            continue;
        }
        let command = line
            .strip_prefix("##vso[")
            .unwrap_or_else(|| panic!("{line}"));
        let (head, _) = command.split_once(']').unwrap();
        if head == "task.complete result=SucceededWithIssues;" || head == "task.uploadsummary" {
            continue;
        }
        issues += 1;
        let properties = head.strip_prefix("task.logissue type=").unwrap();
        let (kind, code) = properties.split_once(";code=").unwrap();
        assert!(["error", "warning"].contains(&kind), "{line}");
        let code = code.strip_suffix(';').unwrap();
        let mut rules = forms.outcomes().iter();
        assert!(rules.any(|outcome| outcome["rule"] == code), "{line}");
    }
    assert_eq!(issues, forms.findings("error") + forms.findings("warning"));
}

pub(super) fn junit(forms: &Forms) {
    let text = forms.text("junit");
    let mut reader = Reader::from_str(&text);
    let mut cases = 0;
    loop {
        use quick_xml::events::Event;
        let element = match reader.read_event().unwrap() {
            Event::Start(element) | Event::Empty(element) => element,
            Event::Eof => break,
            Event::Text(_) | Event::End(_) | Event::Decl(_) | Event::GeneralRef(_) => continue,
            other => panic!("{other:?}"),
        };
        let name = element.name().as_ref().to_owned();
        cases += usize::from(name == "testcase");
        let known = [
            "testsuites",
            "testsuite",
            "properties",
            "property",
            "testcase",
            "failure",
            "error",
            "skipped",
            "system-out",
        ];
        assert!(known.contains(&name.as_str()), "{name}");
        for attribute in element.attributes() {
            let key = attribute.unwrap().key;
            let key: &str = key.as_ref();
            let known = [
                "name",
                "tests",
                "failures",
                "errors",
                "skipped",
                "classname",
                "message",
                "type",
                "value",
            ];
            assert!(known.contains(&key), "{key}");
        }
    }
    assert_eq!(cases, forms.outcomes().len());
}

/// The addresses that the report itself refers to.
fn addresses(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get("url").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|value| addresses(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| addresses(value, found)),
        _ => {}
    }
}

pub(super) fn markdown(forms: &Forms) {
    let text = forms.text("markdown");
    let mut known = BTreeSet::new();
    addresses(&forms.report, &mut known);
    let mut code = false;
    for event in Parser::new_ext(&text, Options::all()) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => code = true,
            Event::End(TagEnd::CodeBlock) => code = false,
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(known.contains(&*dest_url), "{dest_url}");
            }
            Event::Start(Tag::Image { .. }) | Event::InlineMath(_) | Event::DisplayMath(_) => {
                panic!("{event:?}")
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                let html = html.trim();
                let summary = html.strip_prefix("<summary>");
                let summary = summary.and_then(|html| html.strip_suffix("</summary>"));
                let own = ["", "<details>", "</details>"].contains(&html)
                    || summary.is_some_and(|text| !text.contains(['<', '&']));
                assert!(own, "{html}");
            }
            Event::Text(text) if !code => {
                let mention = |(at, _): (usize, &str)| {
                    text[at + 1..].starts_with(|c: char| c.is_alphanumeric())
                };
                assert!(!text.match_indices('@').any(mention), "{text}");
            }
            _ => {}
        }
    }
    // Headings are ours: a command of Azure Pipelines is none of them.
    assert!(!text.contains("##vso[") && !text.contains("##["), "{text}");
}

fn walk(node: &Handle, see: &mut impl FnMut(&str, &[(String, String)])) {
    if let NodeData::Element { name, attrs, .. } = &node.data {
        let attributes: Vec<_> = attrs
            .borrow()
            .iter()
            .map(|one| (one.name.local.to_string(), one.value.to_string()))
            .collect();
        see(&name.local, &attributes);
    }
    node.children
        .borrow()
        .iter()
        .for_each(|node| walk(node, see));
}

pub(super) fn html(forms: &Forms) {
    let text = forms.text("html");
    let dom = html5ever::parse_document(RcDom::default(), Default::default()).one(text.as_str());
    assert_eq!(*dom.errors.borrow(), Vec::<&str>::new());
    let (mut scripts, mut known) = (0, BTreeSet::new());
    addresses(&forms.report, &mut known);
    walk(&dom.document, &mut |name, attributes| {
        scripts += usize::from(name == "script");
        assert!(
            !["img", "b", "iframe", "object", "embed"].contains(&name),
            "{name}"
        );
        for (key, value) in attributes {
            assert!(
                !key.starts_with("on") && key != "src",
                "{name} {key}={value}"
            );
            if key == "href" {
                let own = value.starts_with('#') || known.contains(value);
                assert!(own, "{value}");
            }
        }
    });
    assert_eq!(scripts, 1);
}
