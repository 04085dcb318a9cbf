//! The shape of the program: imports run downwards only, and what belongs in one place is there
//! and nowhere else.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Each module with the modules that it may import. A module that is not here may not exist.
const LAYERS: [(&str, &[&str]); 27] = [
    ("bytes", &[]),
    ("replace", &[]),
    ("text", &[]),
    ("pattern", &[]),
    ("identity", &[]),
    ("finding", &[]),
    ("known", &[]),
    ("source", &[]),
    ("container", &["bytes", "source"]),
    ("partition", &["bytes", "source"]),
    ("volume", &["bytes", "known", "partition", "source"]),
    ("filesystem", &["bytes", "source", "volume"]),
    (
        "guest",
        &[
            "bytes",
            "filesystem",
            "known",
            "pattern",
            "source",
            "volume",
        ],
    ),
    ("advisories", &["guest", "known"]),
    ("scan", &["bytes", "source"]),
    ("manifest", &["bytes", "replace", "scan"]),
    ("estimate", &["scan"]),
    ("history", &["estimate", "replace"]),
    (
        "inspect",
        &[
            "advisories",
            "container",
            "filesystem",
            "guest",
            "known",
            "manifest",
            "partition",
            "scan",
            "source",
            "volume",
        ],
    ),
    (
        "rules",
        &[
            "advisories",
            "container",
            "filesystem",
            "finding",
            "guest",
            "inspect",
            "known",
            "partition",
            "scan",
            "source",
            "volume",
        ],
    ),
    ("diagnose", &["rules", "text"]),
    (
        "report",
        &[
            "container",
            "diagnose",
            "estimate",
            "filesystem",
            "finding",
            "guest",
            "history",
            "identity",
            "inspect",
            "manifest",
            "partition",
            "rules",
            "scan",
            "text",
            "volume",
        ],
    ),
    ("config", &["finding"]),
    ("policy", &["config", "finding", "report"]),
    (
        "cli",
        &[
            "advisories",
            "config",
            "diagnose",
            "estimate",
            "finding",
            "history",
            "identity",
            "inspect",
            "manifest",
            "pattern",
            "policy",
            "replace",
            "report",
            "rules",
            "scan",
            "source",
            "text",
        ],
    ),
    ("main", &["cli"]),
    // The root only lists the modules.
    ("lib", &[]),
];

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, out: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                out.push((path, text));
            }
        }
    }
    let mut out = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut out);
    assert!(out.len() > 40, "the sources were not found");
    out
}

/// The top-level module that a file belongs to.
fn module(path: &Path) -> String {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let inner = path.strip_prefix(src).unwrap();
    let first = inner
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The code of a file without comments and without its test modules, which may look upwards.
fn code(text: &str) -> String {
    let until_tests = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    until_tests
        .lines()
        .map(|line| line.split("//").next().unwrap())
        .collect::<Vec<_>>()
        .join("\n")
}

fn is_test_file(path: &Path) -> bool {
    let inner = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
    inner.with_extension("").components().any(|name| {
        let name = name.as_os_str().to_string_lossy();
        ["tests", "testing", "hostile", "oracles"].contains(&&*name)
    })
}

#[test]
fn imports_run_downwards() {
    let mut wrong = BTreeSet::new();
    for (path, text) in sources() {
        if is_test_file(&path) {
            continue;
        }
        let module = module(&path);
        let allowed = LAYERS
            .iter()
            .find(|(name, _)| *name == module)
            .unwrap_or_else(|| panic!("{module} has no place in the layers"))
            .1;
        for root in ["crate::", "vhd_preflight::"] {
            for (at, _) in code(&text).match_indices(root) {
                let rest = &code(&text)[at + root.len()..];
                let names: Vec<String> = match rest.strip_prefix('{') {
                    Some(list) => {
                        let list = list.split('}').next().unwrap();
                        list.split(',').map(|name| name.trim().to_owned()).collect()
                    }
                    None => vec![rest.to_owned()],
                };
                for name in names {
                    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
                    let name = &name[..end.unwrap_or(name.len())];
                    let known = LAYERS.iter().any(|(layer, _)| *layer == name);
                    if known && name != module && !allowed.contains(&name) {
                        wrong.insert(format!("{} imports {name}", path.display()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Asserts that a word stands in the code of no file but those whose path ends in one of `places`.
fn only_in(word: &str, places: &[&str]) {
    let mut seen = false;
    for (path, text) in sources() {
        if is_test_file(&path) || !code(&text).contains(word) {
            continue;
        }
        let shown = path.to_string_lossy().replace('\\', "/");
        assert!(
            places.iter().any(|place| shown.contains(place)),
            "{word} in {shown}"
        );
        seen = true;
    }
    assert!(seen, "{word} is nowhere: the test looks at the wrong word");
}

#[test]
fn what_belongs_in_one_place_is_nowhere_else() {
    only_in("unsafe {", &["src/source/map.rs"]);
    only_in("memmap2::", &["src/source/map.rs"]);
    only_in("byteorder::", &["src/bytes.rs"]);
    only_in("crc32fast::", &["src/partition/", "src/volume/lvm/"]);
    only_in("rayon::", &["src/scan/", "src/guest/linux/mod.rs"]);
    only_in("ctrlc::", &["src/cli/interrupt.rs"]);
    only_in("indicatif::", &["src/cli/", "src/text.rs"]);
    only_in("toml::", &["src/config/"]);
    only_in("globset::", &["src/config/"]);
    only_in("clap::", &["src/cli/", "src/main.rs"]);
    only_in("schemars::", &["src/report/", "src/cli/schema.rs"]);
    only_in("anstream::std", &["src/cli/"]);
}

#[test]
fn nothing_prints_past_the_command_line() {
    for (path, text) in sources() {
        let code = code(&text);
        for word in ["println!", "eprint!", "print!(", "dbg!"] {
            assert!(!code.contains(word), "{word} in {}", path.display());
        }
    }
}

#[test]
fn every_module_says_what_lives_in_it() {
    for (path, text) in sources() {
        assert!(
            text.starts_with("//! "),
            "{} does not begin with a `//!` line",
            path.display()
        );
    }
}

#[test]
fn every_rule_is_tested_beside_it_or_on_images() {
    // These are asked of whole files: tests/rules.rs holds their cases.
    const ON_IMAGES: [&str; 3] = [
        "src/rules/container/",
        "src/rules/partition/",
        "data_disk_format.rs",
    ];
    for (path, text) in sources() {
        let shown = path.to_string_lossy().replace('\\', "/");
        if !text.contains("\ndeclare_rule! {")
            || ON_IMAGES.iter().any(|place| shown.contains(place))
        {
            continue;
        }
        let folder = path.with_extension("").join("tests.rs");
        let beside = path.with_file_name("tests.rs");
        let own = text.contains("#[test]") || folder.exists();
        assert!(own || beside.exists(), "{shown} has no tests");
    }
}
