//! The page read back by a strict parser: sound, inert, bounded, and in the order of reading.

mod fixture;

use std::collections::BTreeSet;

use html5ever::tendril::TendrilSink as _;
use html5ever::tokenizer::TokenizerOpts;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use sha2::Digest as _;

use super::v1;

/// What a guest may be called.
const HOSTILE: &str = "</code></script><script>alert(1)</script><img src=x onerror=alert(2)>\" \
    onmouseover=\"alert(3)' style='x `{{ 7*7 }}{% raw %}&lt;&#x3c; javascript:alert(4) \
    ##vso[task.setvariable]x ##[error] \n::error::x]]>--><!--\u{1b}[31m\u{202e}\u{0}\u{ffff}";

struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    depth: usize,
}

impl Element {
    fn get(&self, name: &str) -> Option<&str> {
        let mut all = self.attributes.iter();
        Some(&all.find(|(key, _)| key == name)?.1)
    }
}

fn text_of(node: &Handle) -> String {
    if let NodeData::Text { contents } = &node.data {
        return contents.borrow().to_string();
    }
    node.children.borrow().iter().map(text_of).collect()
}

fn walk(node: &Handle, depth: usize, out: &mut Vec<Element>) {
    assert!(!matches!(node.data, NodeData::Comment { .. }), "a comment");
    if let NodeData::Element { name, attrs, .. } = &node.data {
        out.push(Element {
            name: name.local.to_string(),
            attributes: attrs
                .borrow()
                .iter()
                .map(|one| (one.name.local.to_string(), one.value.to_string()))
                .collect(),
            text: text_of(node),
            depth,
        });
    }
    for child in node.children.borrow().iter() {
        walk(child, depth + 1, out);
    }
}

fn written(report: &v1::Report) -> String {
    let mut out = Vec::new();
    super::write(&mut out, report).unwrap();
    String::from_utf8(out).unwrap()
}

/// The elements of a page, in which the parser finds nothing to complain about.
fn parsed(page: &str) -> Vec<Element> {
    let options = ParseOpts {
        tokenizer: TokenizerOpts {
            exact_errors: true,
            ..TokenizerOpts::default()
        },
        ..ParseOpts::default()
    };
    let dom = parse_document(RcDom::default(), options).one(page);
    assert_eq!(*dom.errors.borrow(), Vec::<&str>::new());
    let mut out = Vec::new();
    walk(&dom.document, 0, &mut out);
    out
}

fn hostile() -> (String, Vec<Element>) {
    let page = written(&fixture::report(HOSTILE));
    let elements = parsed(&page);
    (page, elements)
}

#[test]
fn a_page_is_well_formed_whatever_is_known() {
    parsed(&written(&fixture::report("plain")));
    let bare = || fixture::bare("plain");
    parsed(&written(&fixture::wrap("strict", vec![bare()])));
    parsed(&written(&fixture::wrap("strict", vec![bare(), bare()])));
    parsed(&written(&fixture::wrap("strict", Vec::new())));
}

#[test]
fn hostile_names_are_text_and_nothing_else() {
    let (page, elements) = hostile();
    let count = |name: &str| elements.iter().filter(|e| e.name == name).count();
    assert_eq!((count("script"), count("style"), count("img")), (1, 1, 0));
    for element in &elements {
        for (name, value) in &element.attributes {
            assert!(!name.starts_with("on") && name != "style", "{name}");
            assert!(
                !value.contains("javascript:") || name == "aria-label",
                "{name}={value}"
            );
            // What a name can get into is read out, and never obeyed.
            let guest = value.contains("alert(");
            assert!(!guest || name == "aria-label", "{name}={value}");
        }
        if element.name == "script" || element.name == "style" {
            assert!(!element.text.contains("alert("));
        }
    }
    // It is all there to be read, in each of the many fields.
    let body = elements.iter().find(|e| e.name == "body").unwrap();
    let shown = body.text.matches("<script>alert(1)</script>").count();
    assert!(shown > 100, "{shown}");
    assert!(body.text.contains("{{ 7*7 }}{% raw %}&lt;&#x3c;"));
    // Nothing that a terminal or a build service obeys, should the page be printed there.
    assert!(!page.contains("##"));
    assert!(!page.lines().any(|line| line.trim_start().starts_with("::")));
    let deceptive = |c: char| c != '\n' && crate::text::is_deceptive(c);
    assert!(!page.chars().any(deceptive));
    assert!(!page.contains('\u{ffff}'));
}

#[test]
fn a_configuration_that_fails_the_run_is_no_pass_on_the_page() {
    let mut report = fixture::wrap("strict", vec![fixture::bare("a.vhd")]);
    let page = written(&report);
    let (problem, image) = (page.find("id=\"problems\""), page.find("id=\"i1\""));
    assert!(
        problem.is_some() && problem < image,
        "{problem:?} {image:?}"
    );
    assert!(page.contains("<title>FAIL by the configuration."), "{page}");
    report.configuration.problems.clear();
    let page = written(&report);
    assert!(!page.contains("id=\"problems\"") && !page.contains("by the configuration"));
}

#[test]
fn only_commands_are_to_be_copied_and_rivals_are_told_apart() {
    let mut report = fixture::report("a");
    let with = |report: &mut v1::Report, fixes: [&str; 2]| {
        let mut image = fixture::report("a").images.swap_remove(0);
        image.outcomes.truncate(2);
        for (outcome, fix) in image.outcomes.iter_mut().zip(fixes) {
            let mut finding = fixture::finding("a", v1::FindingLevel::Error);
            finding.fix = Some(fix.to_owned());
            outcome.remedy = v1::Remedy::Image;
            outcome.findings = vec![finding];
        }
        report.images = vec![image];
        written(report)
    };
    let sentence = "install the distribution's own kernel";
    let one = with(&mut report, ["truncate -s 512 fixed.vhd", sentence]);
    assert!(!one.contains("Each command begins with the image as it is"));
    assert_eq!(
        one.matches("<code><span>truncate").count(),
        2,
        "what to fix, all rules"
    );
    assert!(!one.contains("<span>install") && one.contains("<dt>To do</dt><dd>install"));
    // One command for many findings stands before them, and only some of them are unfolded.
    let mut many = fixture::report("a").images.swap_remove(0);
    many.outcomes.truncate(1);
    let one = fixture::finding("a", v1::FindingLevel::Error);
    many.outcomes[0].findings = vec![one; 8];
    report.images = vec![many];
    let page = written(&report);
    let list = page.split("<ol class=\"work\">").nth(1).unwrap();
    let list = list.split("</ol>").next().unwrap();
    assert_eq!(list.matches("class=\"fix\"").count(), 1);
    assert!(list.find("class=\"fix\"") < list.find("class=\"finding\""));
    assert!(list.contains("The other 5 findings"));
    let two = with(
        &mut report,
        ["truncate -s 512 fixed.vhd", "cp disk.vhd fixed.vhd"],
    );
    assert!(two.contains("Each command begins with the image as it is"));
}

#[test]
fn the_policy_allows_the_page_itself_and_nothing_else() {
    let (_, elements) = hostile();
    let policy = elements
        .iter()
        .find(|e| e.get("http-equiv") == Some("Content-Security-Policy"))
        .and_then(|e| e.get("content"))
        .unwrap();
    assert!(policy.starts_with("default-src 'none'; "));
    assert!(!policy.contains("unsafe"));
    for name in ["script", "style"] {
        let element = elements.iter().find(|e| e.name == name).unwrap();
        let digest = crate::scan::Digest {
            kind: crate::scan::DigestKind::Sha256,
            value: sha2::Sha256::digest(element.text.as_bytes()).to_vec(),
        };
        let allowed = format!("{name}-src 'sha256-{}'", digest.base64());
        assert!(policy.contains(&allowed), "{policy}");
    }
}

#[test]
fn the_page_asks_the_network_for_nothing() {
    let (_, elements) = hostile();
    for element in &elements {
        for (name, value) in &element.attributes {
            let loads = [
                "src",
                "srcset",
                "data",
                "action",
                "poster",
                "background",
                "ping",
            ];
            assert!(!loads.contains(&&**name), "{} {name}", element.name);
            if name == "href" && !value.starts_with('#') {
                assert_eq!(
                    (&*element.name, &**value),
                    ("a", "https://example.com/source")
                );
                assert_eq!(element.get("rel"), Some("noopener noreferrer"));
            }
            if name == "fill" {
                assert!(value.starts_with("url(#k-"), "{value}");
            }
        }
        assert!(!["link", "iframe", "object", "embed", "base"].contains(&&*element.name));
    }
    for text in [super::page::STYLE, super::page::SCRIPT] {
        assert!(!text.contains("http") && !text.contains("@import"));
        assert!(!text.contains("url(") || text.contains("url(#k-assumed)"));
        for word in [
            "innerHTML",
            "eval(",
            "fetch(",
            "Storage",
            "XMLHttpRequest",
            "cookie",
        ] {
            assert!(!text.contains(word), "{word}");
        }
    }
}

#[test]
fn ids_are_unique_and_every_link_and_label_leads_somewhere() {
    let (_, elements) = hostile();
    let ids: Vec<_> = elements.iter().filter_map(|e| e.get("id")).collect();
    let unique: BTreeSet<_> = ids.iter().collect();
    assert_eq!(ids.len(), unique.len(), "{ids:?}");
    for element in &elements {
        let label = element.get("aria-labelledby");
        let link = element.get("href").and_then(|href| href.strip_prefix('#'));
        let rows = element.get("data-rows");
        for id in [label, link, rows].into_iter().flatten() {
            assert!(unique.contains(&id), "{id}");
        }
    }
}

#[test]
fn headings_and_landmarks_stand_in_the_order_of_reading() {
    let page = written(&fixture::report("an-image.vhd"));
    let elements = parsed(&page);
    let mut level = 0;
    let mut outline = String::new();
    for element in &elements {
        let name = element.name.as_str();
        let number = name.strip_prefix('h').and_then(|n| n.parse::<usize>().ok());
        if let Some(number) = number {
            assert!(
                number <= level + 1,
                "{name} after h{level}: {}",
                element.text
            );
            level = number;
        }
        let landmark = ["header", "main", "nav", "footer", "form", "figure"].contains(&name);
        if number.is_some() || landmark {
            let words = if landmark { "" } else { element.text.trim() };
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            outline.push_str(format!("{name} {words}").trim_end());
            outline.push('\n');
        }
    }
    assert!(elements.iter().all(|e| e.depth < 40));
    insta::assert_snapshot!(outline, @r"
    header
    h1 vhd-preflight report
    main
    h2 The configuration fails the run, whatever the images are
    h2 2 images: the worst verdict is FAIL, and 1 could not be inspected
    h2 an-image.vhd
    nav
    h3 What to fix, in this order
    h4 1. Mend in the guest, then take the image anew
    h5 2 findings against one requirement
    h4 2. Mend the disk's layout
    h5 an-image.vhd
    h3 Not decided, and what is missing
    h3 Accepted and known findings, advice and notes
    h3 The disk, drawn to scale
    figure
    h4 What has to move
    h4 Against the previous version
    h3 How long it takes
    h4 Upload
    h4 Staging, step by step
    h3 All rules, and what each says
    form
    h3 Facts: what was read, without an opinion
    h4 Footer (end) at byte 512: not sound, the disk is read by it
    h4 Dynamic disk header at byte 512
    h4 Block allocation table at byte 1,536
    h4 Stated sizes, and who believes them
    h4 Parent
    h4 Logical volume an-image.vhd
    h3 Not checked, and no part of the verdict
    h2 an-image.vhd
    h2 Configuration
    footer
    ");
}

#[test]
fn a_large_report_makes_a_page_of_bounded_size() {
    const MIB: usize = 1 << 20;
    let one = written(&fixture::wrap("strict", vec![fixture::swollen(1_200)]));
    assert!(one.len() < 16 * MIB, "{}", one.len());
    assert!(one.contains("more: the JSON report has all"));
    let many: Vec<_> = (0..26).map(|_| fixture::swollen(40)).collect();
    let many = written(&fixture::wrap("strict", many));
    assert!(many.len() < 32 * MIB, "{}", many.len());
}

#[test]
fn a_template_that_names_what_is_not_there_is_an_error() {
    let limits = super::view::page(&fixture::report("x")).limits;
    let environment = super::page::environment(&limits).unwrap();
    for wrong in ["{{ nothing }}", "{{ a.b }}", "{{ none }}", "{{ [1] }}"] {
        let template = environment.render_str(wrong, minijinja::context! { a => 1 });
        assert!(template.is_err(), "{wrong}");
    }
}
