//! `vhd-preflight explain`: why a rule exists, and how to mend what it finds.

use clap::ValueEnum;

use super::exit::Exit;
use super::output::{self, Failure};
use crate::report::{build, human, json, reference};
use crate::rules::{Rule, registry};

/// Explains rules: what is required and why, the evidence, what Azure says, how to mend it, what
/// the profiles make of it, and the sources with their dates.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Ids or names of rules, such as VHD004 or size-whole-mib.
    #[arg(
        required_unless_present = "all",
        conflicts_with = "all",
        value_name = "RULE"
    )]
    rules: Vec<String>,

    /// Every rule; as Markdown, the whole rule reference with its contents.
    #[arg(long)]
    all: bool,

    /// Form of the output.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Human,
    /// For a page, a ticket or a pull request.
    Markdown,
    /// For programs; `vhd-preflight schema explain` prints its JSON Schema.
    Json,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let rules = if args.all {
        registry::RULES.to_vec()
    } else {
        named(&args.rules)?
    };
    let explanation = build::explanation(&rules);
    output::to_stdout(|out| match args.format {
        Format::Human => human::explain(out, &explanation, output::width()),
        Format::Markdown if args.all => reference::page(out, &explanation),
        Format::Markdown => reference::rules(out, &explanation),
        Format::Json => json::write(out, &explanation),
    })?;
    Ok(Exit::Clean)
}

/// The rules with these ids or names, each once.
fn named(ids: &[String]) -> Result<Vec<&'static Rule>, Failure> {
    let mut rules: Vec<&'static Rule> = Vec::new();
    for id in ids {
        let rule = find(id)?;
        if !rules.iter().any(|other| other.id == rule.id) {
            rules.push(rule);
        }
    }
    Ok(rules)
}

fn find(id: &str) -> Result<&'static Rule, Failure> {
    registry::find(id).ok_or_else(|| {
        let nearest = registry::nearest(id).map(|rule| format!("; did you mean {rule}?"));
        Failure::new(format!(
            "there is no rule {id}{} (`vhd-preflight rules` lists them)",
            nearest.unwrap_or_default()
        ))
    })
}
