//! `vhd-preflight explain`: why a rule exists, and how to mend what it finds.

use super::exit::Exit;
use super::output::{self, Failure};
use crate::report::human;
use crate::rules::{Rule, registry};

/// Explains rules: what is required and why, the evidence, what Azure says, how to mend it, and
/// the sources with their dates.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Ids or names of rules, such as VHD004 or size-whole-mib.
    #[arg(required = true, value_name = "RULE")]
    rules: Vec<String>,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let rules: Vec<_> = args
        .rules
        .iter()
        .map(|id| find(id))
        .collect::<Result<_, _>>()?;
    output::to_stdout(|out| human::explain(out, &rules, output::width()))?;
    Ok(Exit::Clean)
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
