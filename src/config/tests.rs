//! Tests of reading a file: what it says, and all that is wrong with one.

use std::path::Path;

use jsonschema::validator_for;

use super::*;

fn vocabulary() -> Vocabulary {
    Vocabulary {
        rules: vec![
            ("LNX009", "root-delay"),
            ("WIN007", "remote-desktop-enabled"),
        ],
        profiles: vec!["faq-2021-09", "lisa-2026-08", "strict"],
        formats: ["human", "json", "sarif"].map(str::to_owned).to_vec(),
    }
}

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(text, "vhd-preflight.toml", Path::new("ci"), &vocabulary())
}

fn lines(text: &str) -> Vec<String> {
    let error = parse(text).expect_err(text);
    assert_eq!(error.to_string(), error.lines().join("\n"));
    error
        .lines()
        .into_iter()
        .map(|line| line.strip_prefix("vhd-preflight.toml:").unwrap().to_owned())
        .collect()
}

const WHOLE: &str = r#"
profile = "strict"
disk = "os"
os = "linux"
generation = 2
fail-on = "warning"
formats = ["human", "sarif=out.sarif", "json=-"]
advisories = "osv"
previous = "1.0.manifest"
baseline = "accepted.json"

[claims]
nvme = true
remote-access-disabled = false

[offer]
type = "solution-template"
preview-subscriptions = ["MSDN"]
previous-data-disks = 1

[[data-disks]]
lun = 0
image = "data-*.vhd"

[rules]
lnx009 = "off"
remote-desktop-enabled = "warning"

[[suppress]]
rule = "LNX009"
image = "web-*.vhd"
path = "/boot/**"
registry = 'SYSTEM\Select*'
fingerprint = "0123456789ABCDEF0123456789abcdef"
reason = "TICKET-1"
expires = 2027-01-31

[[suppress]]
rule = "WIN007"
reason = "b"
expires = "2028-02-29"
"#;

#[test]
fn everything_that_is_said_is_read_with_its_place() {
    let config = parse(WHOLE).unwrap();
    let words = [
        (&config.profile, "strict", 2),
        (&config.disk, "os", 3),
        (&config.os, "linux", 4),
        (&config.generation, "2", 5),
        (&config.fail_on, "warning", 6),
        (&config.offer_type, "solution-template", 17),
    ];
    for (found, value, line) in words {
        let found = found.as_ref().unwrap();
        assert_eq!(found.value, value);
        assert_eq!(found.from, format!("vhd-preflight.toml:{line}"));
    }
    // Files are those beside the configuration.
    let path = |found: &Option<Declared<PathBuf>>| found.clone().unwrap().value;
    assert_eq!(path(&config.advisories), Path::new("ci/osv"));
    assert_eq!(path(&config.previous), Path::new("ci/1.0.manifest"));
    assert_eq!(path(&config.baseline), Path::new("ci/accepted.json"));
    let formats = config.formats.unwrap().value;
    let sarif = format!("sarif={}", Path::new("ci").join("out.sarif").display());
    assert_eq!(formats, ["human", sarif.as_str(), "json=-"]);
    let claims: Vec<_> = config
        .claims
        .iter()
        .map(|claim| (claim.value.property, claim.value.is_claimed))
        .collect();
    assert_eq!(claims, [("nvme", true), ("remote-access-disabled", false)]);
    assert_eq!(config.previous_data_disks.unwrap().value, 1);
    assert_eq!(config.data_disks[0].value.lun, 0);
    let rules: Vec<_> = config
        .rules
        .iter()
        .map(|rule| {
            (
                rule.value.rule,
                rule.value.weight.word(),
                rule.from.as_str(),
            )
        })
        .collect();
    assert_eq!(
        rules,
        [
            ("LNX009", "off", "vhd-preflight.toml:26"),
            ("WIN007", "warning", "vhd-preflight.toml:27")
        ]
    );
    let [first, second] = config.suppressions.as_slice() else {
        panic!("{:?}", config.suppressions);
    };
    assert_eq!(first.from, "vhd-preflight.toml:29");
    assert_eq!(first.value.expires, Date::constant(2027, 1, 31));
    assert_eq!(second.value.expires, Date::constant(2028, 2, 29));
    let fingerprint = first.value.fingerprint.as_deref();
    assert_eq!(fingerprint, Some("0123456789abcdef0123456789abcdef"));
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_the_nearest_name() {
    for (text, expected) in [
        (
            "profil = \"strict\"",
            "1:1: unknown key \"profil\"; did you mean \"profile\"?",
        ),
        (
            "\n  \"Grüße\" = 1",
            "2:3: unknown key \"Grüße\"; expected one of profile, disk",
        ),
        (
            "profile = \"strickt\"",
            "1:11: \"profile\" is \"strickt\"; did you mean \"strict\"? (expected one of faq-2021-09, lisa-2026-08, strict)",
        ),
        (
            "profile = 3",
            "1:11: \"profile\" is an integer; expected one of faq-2021-09",
        ),
        (
            "generation = 3",
            "1:14: \"generation\" is \"3\"; expected one of any, 1, 2",
        ),
        (
            "generation = 2.0",
            "1:14: \"generation\" is a float; expected one of any, 1, 2",
        ),
        (
            "formats = \"json\"",
            "1:11: \"formats\" is a string; expected an array of strings",
        ),
        (
            "formats = [\"json\", \"sarf=x\"]",
            "1:20: \"formats\" has no form of the report in \"sarf=x\"; did you mean \"sarif\"?",
        ),
        ("formats = [\"json=\"]", "1:12: \"formats\" needs a file"),
        ("baseline = \"\"", "1:12: \"baseline\" is empty"),
        (
            "[claims]\nnvm = true",
            "2:1: unknown key \"nvm\" in [claims]; did you mean \"nvme\"?",
        ),
        (
            "[claims]\nnvme = \"yes\"",
            "2:8: \"nvme\" is a string; expected true or false",
        ),
        (
            "claims = 3",
            "1:10: \"claims\" is of type integer; expected a section [claims]",
        ),
        ("[[claims]]", "expected a section [claims]"),
        (
            "[claims]\nnvme = true\nprofile = \"strict\"",
            "3:1: the key \"profile\" does not belong here in [claims], but before the first [section]",
        ),
        (
            "lun = 0",
            "1:1: the key \"lun\" does not belong here, but in [[data-disks]]",
        ),
        (
            "[clams]",
            "1:2: unknown key \"clams\"; did you mean \"claims\"?",
        ),
        (
            "[offer]\nprevious-data-disks = -1",
            "2:23: \"previous-data-disks\" is -1; expected a number from 0 to 64",
        ),
        (
            "[[data-disks]]\nlun = 64",
            "2:7: \"lun\" is 64; expected a number from 0 to 63",
        ),
        (
            "[[data-disks]]\nlun = 99999999999999999999",
            "expected a number from 0 to 63",
        ),
        (
            "[data-disks]\nlun = 0",
            "expected [[data-disks]], once for each",
        ),
        ("data-disks = [1]", "\"data-disks\" holds no table"),
        (
            "[[data-disks]]\nlun = 0\nimage = \"[\"",
            "3:9: \"image\" is no pattern",
        ),
        (
            "[rules]\nLNX900 = \"off\"",
            "2:1: the key in [rules] names no rule: \"LNX900\"; did you mean \"LNX009\"?",
        ),
        (
            "[rules]\nLNX009 = \"of\"",
            "2:10: \"LNX009\" is \"of\"; did you mean \"off\"?",
        ),
        (
            "[rules]\nLNX009 = false",
            "2:10: \"LNX009\" is a boolean; expected one of off, note",
        ),
        (
            "[rules]\nLNX009 = \"off\"\nroot-delay = \"note\"",
            "LNX009 is set twice, also at vhd-preflight.toml:2",
        ),
        (
            "[[suppress]]\nrule = \"LNX009\"\nreason = \" \"\nexpires = 2027-01-01",
            "3:10: \"reason\" is empty",
        ),
        (
            "[[suppress]]\nrule = \"LNX009\"\nreason = \"a\"\nexpires = 2027-01-01T00:00:00Z",
            "4:11: \"expires\" is 2027-01-01T00:00:00Z; expected a day such as 2027-01-31, without a time",
        ),
        (
            "[[suppress]]\nrule = \"LNX009\"\nreason = \"a\"\nexpires = \"never\"",
            "4:11: \"expires\" is \"never\"; expected a day",
        ),
        (
            "[[suppress]]\nrule = \"LNX009\"\nreason = \"a\"\nexpires = \"2027-02-29\"",
            "4:11: \"expires\" is \"2027-02-29\"; expected a day",
        ),
        (
            "[[suppress]]\nrule = \"LNX009\"\nfingerprint = \"12\"\nreason = \"a\"\nexpires = 2027-01-01",
            "3:15: \"fingerprint\" is \"12\"; expected the 32 hexadecimal digits",
        ),
        (
            "[[suppress]]\nrule = \"nothing like it\"\nreason = \"a\"\nexpires = 2027-01-01",
            "2:8: \"rule\" names no rule: \"nothing like it\"",
        ),
        ("profile = ", "1:"),
        ("= 3", "is no TOML"),
        ("a = [[[", "1:8: is no TOML"),
        (
            "profile = \"strict\"\nprofile = \"strict\"",
            "2:1: is no TOML: duplicate key",
        ),
    ] {
        let lines = lines(text);
        assert_eq!(lines.len(), 1, "{text}: {lines:#?}");
        assert!(lines[0].contains(expected), "{text}: {lines:#?}");
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once_in_the_order_of_the_lines() {
    let lines = lines(
        "profil = 1\n[[suppress]]\nrule = \"LNX009\"\nresaon = \"a\"\n[claims]\nnvme = 1\n\
         [rules]\nX = \"off\"\n",
    );
    let places: Vec<_> = lines
        .iter()
        .map(|line| line.split(": ").next().unwrap())
        .collect();
    assert_eq!(
        places,
        ["1:1", "2:1", "2:1", "4:1", "6:8", "8:1"],
        "{lines:#?}"
    );
    assert!(lines[1].contains("\"reason\" is missing"), "{lines:#?}");
    assert!(lines[2].contains("\"expires\" is missing"), "{lines:#?}");
    // Also beside a line that is no TOML.
    let lines = self::lines("disk = os\nprofil = 1\n[claims]\nnvme = 2\n");
    assert_eq!(lines.len(), 3, "{lines:#?}");
    assert!(lines[0].starts_with("1:8: is no TOML"), "{lines:#?}");
}

#[test]
fn hostile_files_are_refused_and_nothing_panics() {
    let many =
        "[[suppress]]\nrule = \"LNX009\"\nreason = \"a\"\nexpires = 2027-01-01\n".repeat(1001);
    assert!(lines(&many)[0].contains("expected at most 1000"));
    assert_eq!(lines(&"a1 = 1\n".repeat(2000)).len(), 100);
    let keys: String = (0..2000).map(|n| format!("k{n} = 1\n")).collect();
    let told = lines(&keys);
    assert_eq!(told.len(), 100);
    assert!(
        told[99].ends_with("(and 1900 more problems)"),
        "{}",
        told[99]
    );
    let deep = format!("profile = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(!lines(&deep).is_empty());
    let dotted = format!("{}a = 1", "a.".repeat(100_000));
    assert!(!lines(&dotted).is_empty());
    let long = format!("profile = \"{}\"", "x".repeat(500_000));
    assert!(lines(&long)[0].len() < 300);
    let key = format!("\"{}\" = 1", "y".repeat(500_000));
    assert!(lines(&key)[0].len() < 300);
    let stars = format!("[[data-disks]]\nlun = 0\nimage = \"{}\"", "{a,".repeat(300));
    assert!(lines(&stars)[0].contains("no pattern"));
    // Every beginning of a good file, and every character of it turned into another.
    for at in (0..WHOLE.len()).step_by(3) {
        let _ = parse(&WHOLE[..at]);
        for other in ["\0", "\"", "[", "]", "=", "\n", "9", "\u{202e}"] {
            let _ = parse(&format!("{}{other}{}", &WHOLE[..at], &WHOLE[at + 1..]));
        }
    }
}

#[test]
fn the_commented_file_holds_every_key_at_its_default() {
    let text = template();
    let config = Config::parse(&text, "f", Path::new(""), &vocabulary()).unwrap();
    let none = Config::default();
    assert_eq!(config.profile.as_ref().unwrap().value, "lisa-2026-08");
    assert_eq!(config.fail_on.as_ref().unwrap().value, "error");
    assert_eq!(config.formats.as_ref().unwrap().value, ["human"]);
    assert_eq!(config.offer_type.as_ref().unwrap().value, "virtual-machine");
    assert_eq!(
        (config.disk, config.os, config.generation),
        (none.disk, none.os, none.generation)
    );
    assert_eq!(config.advisories, none.advisories);
    assert_eq!(
        (config.previous, config.baseline),
        (none.previous, none.baseline)
    );
    assert_eq!(config.claims, none.claims);
    assert_eq!(config.preview_subscriptions, none.preview_subscriptions);
    assert_eq!(config.previous_data_disks, none.previous_data_disks);
    assert!(config.data_disks.is_empty() && config.rules.is_empty());
    assert!(config.suppressions.is_empty());
    // With the examples in force it is still a good file, and says every key.
    let examples: String = text
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(code)
                if code.starts_with("[[") || code.contains(" = ") && !code.contains("; ") =>
            {
                format!("{code}\n")
            }
            _ => format!("{line}\n"),
        })
        .collect();
    let config = Config::parse(&examples, "f", Path::new(""), &vocabulary()).unwrap();
    assert_eq!(config.claims.len(), 5);
    assert_eq!((config.data_disks.len(), config.suppressions.len()), (1, 1));
    for section in &keys::SECTIONS {
        for key in section.keys {
            let line = format!("{} = ", key.name);
            assert!(
                examples.lines().any(|found| found.starts_with(&line)),
                "{line}"
            );
        }
    }
}

#[test]
fn the_schema_and_the_reader_agree() {
    let schema = schema(&vocabulary());
    let validator = validator_for(&schema).unwrap();
    let json = |text: &str| -> serde_json::Value {
        let (table, errors) = toml::de::DeTable::parse_recoverable(text);
        assert!(errors.is_empty(), "{text}");
        as_json(&toml::de::DeValue::Table(table.into_inner()))
    };
    for text in [WHOLE.replace("lnx009", "LNX009"), template()] {
        let errors: Vec<_> = validator
            .iter_errors(&json(&text))
            .map(|e| e.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    for text in [
        "profil = 1",
        "profile = \"x\"",
        "generation = 3",
        "[claims]\nnvme = \"yes\"",
        "[[data-disks]]\nlun = 64",
        "[[data-disks]]\nimage = \"a\"",
        "[rules]\nLNX900 = \"off\"",
        "[rules]\nLNX009 = \"of\"",
        "[[suppress]]\nrule = \"LNX009\"\nreason = \"a\"",
        "formats = [\"sarf=x\"]",
    ] {
        assert!(!validator.is_valid(&json(text)), "{text}");
        assert!(parse(text).is_err(), "{text}");
    }
}

/// TOML as the editors show it to a schema.
fn as_json(value: &toml::de::DeValue<'_>) -> serde_json::Value {
    use toml::de::DeValue;
    match value {
        DeValue::String(text) => serde_json::Value::from(text.as_ref()),
        DeValue::Integer(number) => number.as_str().parse::<i64>().unwrap().into(),
        DeValue::Float(number) => number.as_str().parse::<f64>().unwrap().into(),
        DeValue::Boolean(flag) => (*flag).into(),
        DeValue::Datetime(day) => day.to_string().into(),
        DeValue::Array(items) => items.iter().map(|item| as_json(item.get_ref())).collect(),
        DeValue::Table(table) => table
            .iter()
            .map(|(name, item)| (name.get_ref().to_string(), as_json(item.get_ref())))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}

#[test]
fn patterns_stay_within_a_folder_but_for_two_stars() {
    for (pattern, name, fits) in [
        ("web-*.vhd", "out/web-1.vhd", true),
        ("web-*.vhd", "web-1.vhd", true),
        ("web-*.vhd", "./web-1.vhd", true),
        ("web-*.vhd", "my-web-1.vhd", false),
        ("out/*.vhd", "out/web.vhd", true),
        ("out/*.vhd", "./out/web.vhd", true),
        ("out/*.vhd", "out/a/web.vhd", false),
        ("**/*.vhd", "out/a/web.vhd", true),
        ("out/*.vhd", r"out\web.vhd", true),
    ] {
        let glob = Glob::image(pattern, Path::new("")).unwrap();
        assert_eq!(glob.fits_image(name), fits, "{pattern} {name}");
        assert_eq!(glob.text(), pattern);
    }
    // Paths count from the folder of the file, wherever the program runs and however it is told.
    let here = std::env::current_dir().unwrap();
    let name = |path: &str| here.join(path).to_string_lossy().into_owned();
    for (folder, pattern, image, fits) in [
        ("..", "*/web.vhd", "web.vhd".to_owned(), true),
        ("ci", "out/*.vhd", "ci/out/web.vhd".to_owned(), true),
        ("ci", "./out/*.vhd", "ci/x/../out/web.vhd".to_owned(), true),
        ("ci", "out/*.vhd", "out/web.vhd".to_owned(), false),
        ("ci", "out/*.vhd", name("ci/out/web.vhd"), true),
        ("ci", "**/web.vhd", name("elsewhere/web.vhd"), true),
    ] {
        let glob = Glob::image(pattern, Path::new(folder)).unwrap();
        assert_eq!(glob.fits_image(&image), fits, "{folder} {pattern} {image}");
    }
    let path = Glob::path("/home/*/.bash_history").unwrap();
    assert!(path.fits("/home/a/.bash_history"));
    assert!(!path.fits("/home/a/b/.bash_history"));
    assert!(!path.fits("/HOME/a/.bash_history"));
    let registry = Glob::registry(r"system\*\Run!*").unwrap();
    assert!(registry.fits(r"SYSTEM\Select\Run!Evil"));
    assert!(!registry.fits(r"SYSTEM\a\b\Run!Evil"));
    assert!(Glob::path("").is_err());
}
