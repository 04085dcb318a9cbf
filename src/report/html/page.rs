//! The page: templates, style and script put together, under a policy that allows nothing else.

use std::io::{self, Write};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, context};
use sha2::{Digest as _, Sha256};

use super::view::{self, Limits};
use super::{escape, v1};
use crate::report::words::bandwidth;
use crate::scan::{Digest, DigestKind};
use crate::text;

const TEMPLATES: [(&str, &str); 9] = [
    ("page", include_str!("templates/page.html")),
    ("macros", include_str!("templates/macros.html")),
    ("image", include_str!("templates/image.html")),
    ("fixes", include_str!("templates/fixes.html")),
    ("disk", include_str!("templates/disk.html")),
    ("time", include_str!("templates/time.html")),
    ("outcomes", include_str!("templates/outcomes.html")),
    ("facts", include_str!("templates/facts.html")),
    (
        "configuration",
        include_str!("templates/configuration.html"),
    ),
];
pub(super) const STYLE: &str = include_str!("templates/style.css");
pub(super) const SCRIPT: &str = include_str!("templates/script.js");

/// Writes the page.
///
/// # Errors
/// What the writer says.
pub(super) fn write(out: &mut dyn Write, report: &v1::Report) -> io::Result<()> {
    let page = render(report).map_err(io::Error::other)?;
    out.write_all(page.as_bytes())
}

fn render(report: &v1::Report) -> Result<String, Error> {
    let (style, script) = (unix(STYLE), unix(SCRIPT));
    let page = view::page(report);
    environment(&page.limits)?
        .get_template("page")?
        .render(context! {
            policy => policy(&style, &script),
            style => Value::from_safe_string(style),
            script => Value::from_safe_string(script),
            page => Value::from(Serde(&page)),
        })
}

pub(super) fn environment(limits: &Limits) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(escape::format);
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()?,
    );
    environment.add_filter("size", text::size);
    environment.add_filter("size_exact", text::size_exact);
    environment.add_filter("exact", text::exact);
    environment.add_filter("grouped", text::grouped);
    environment.add_filter("duration", text::duration);
    environment.add_filter("hours", |hours: f64| text::duration(hours * 3600.0));
    environment.add_filter("bandwidth", bandwidth);
    environment.add_filter("counted", |number: u64, noun: &str| {
        text::counted(number, noun)
    });
    environment.add_filter("capital", capital);
    // The start of a list; the template says what is left out.
    for (start_of, rest_of, most) in [
        ("some", "left_out", limits.list),
        ("few", "fewer", limits.findings),
    ] {
        environment.add_filter(start_of, move |list: &Value| start(list, most));
        environment.add_filter(rest_of, move |list: &Value| {
            list.len().unwrap_or(0).saturating_sub(most)
        });
    }
    for (name, source) in TEMPLATES {
        environment.add_template(name, source)?;
    }
    Ok(environment)
}

fn start(list: &Value, most: usize) -> Result<Vec<Value>, Error> {
    let items = list
        .try_iter()
        .map_err(|_| Error::from(ErrorKind::InvalidOperation))?;
    Ok(items.take(most).collect())
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// A browser hashes a script or style with line feeds alone.
fn unix(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// What the page may do: run and use what it has, by its hash, and nothing else at all.
fn policy(style: &str, script: &str) -> String {
    let hash = |text: &str| {
        let digest = Digest {
            kind: DigestKind::Sha256,
            value: Sha256::digest(text.as_bytes()).to_vec(),
        };
        format!("'sha256-{}'", digest.base64())
    };
    format!(
        "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'",
        hash(script),
        hash(style)
    )
}
