//! The committed schemas are the generated ones.

use super::v1;

/// Set to 1 to write the schemas anew.
const UPDATE: &str = "UPDATE_SCHEMA";

fn is_current(name: &str, schema: &schemars::Schema) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/report")
        .join(name);
    let mut text = Vec::new();
    super::json::write(&mut text, schema).unwrap();
    let text = String::from_utf8(text).unwrap();
    if std::env::var_os(UPDATE).is_some_and(|value| value == "1") {
        std::fs::write(&path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&path)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    assert!(
        committed == text,
        "{name} is not current: run `{UPDATE}=1 cargo test schemas`"
    );
}

#[test]
fn committed_schemas_are_current() {
    is_current("report-v1.schema.json", &v1::report_schema());
    is_current("inspect-v1.schema.json", &v1::inspect_schema());
    is_current("estimate-v1.schema.json", &v1::estimate_schema());
    is_current("diagnose-v1.schema.json", &v1::diagnose_schema());
    is_current("history-v1.schema.json", &v1::history_schema());
    is_current("explain-v1.schema.json", &v1::explain_schema());
    is_current("verify-v1.schema.json", &v1::verify_schema());
}
