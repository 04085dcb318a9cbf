//! `vhd-preflight rules`: what is checked.

use serde::Serialize;

use super::args::Format;
use super::exit::Exit;
use super::output::{self, Failure};
use crate::report::{human, json};
use crate::rules::registry::RULES;

/// Lists the rules: id, name, gravest level, and the requirement in one sentence.
///
/// A rule of level `error` may block: a verdict of PASS needs it decided. `vhd-preflight explain`
/// says more of each.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Form of the output.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    rules: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    id: &'static str,
    name: &'static str,
    level: &'static str,
    title: &'static str,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let rules: Vec<_> = RULES
        .iter()
        .map(|rule| Entry {
            id: rule.id,
            name: rule.name,
            level: rule.level.word(),
            title: rule.title(),
        })
        .collect();
    match args.format {
        Format::Json => {
            let document = Document {
                schema: "vhd-preflight/rules/v1",
                rules,
            };
            output::to_stdout(|out| json::write(out, &document))?;
        }
        Format::Human => {
            let rows: Vec<_> = rules
                .iter()
                .map(|rule| {
                    [rule.id, rule.name, rule.level, rule.title]
                        .map(str::to_owned)
                        .to_vec()
                })
                .collect();
            output::to_stdout(|out| human::table(out, &rows, output::width()))?;
        }
    }
    Ok(Exit::Clean)
}
