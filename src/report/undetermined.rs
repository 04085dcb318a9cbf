//! Rules that could not be decided, together where it is for the same reason: a volume that cannot
//! be read leaves a hundred of them open, and a service that shows each as an alert hides the rest.

use super::v1::{Image, OutcomeWord, RuleOutcome};

/// Rules that are open for one reason.
pub(super) struct Group<'a> {
    /// The one that stands for them: a blocking one if there is any.
    pub(super) first: &'a RuleOutcome,
    /// Ids of the others.
    pub(super) others: Vec<&'static str>,
}

impl Group<'_> {
    /// `could not be decided: the volume is encrypted; nor could LNX001, LNX002`.
    pub(super) fn text(&self) -> String {
        let reason = self.first.reason.as_deref();
        let reason = reason.unwrap_or("no reason is known");
        if self.others.is_empty() {
            return format!("could not be decided: {reason}");
        }
        let others = self.others.join(", ");
        format!("could not be decided, for the same reason nor could {others}: {reason}")
    }
}

/// The open rules of an image by their reasons, in the order of the rules.
pub(super) fn groups(image: &Image) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let open = |outcome: &&RuleOutcome| outcome.outcome == OutcomeWord::Undetermined;
    for outcome in image.outcomes.iter().filter(open) {
        let same = |group: &&mut Group<'_>| group.first.reason == outcome.reason;
        match groups.iter_mut().find(same) {
            Some(group) if outcome.blocking && !group.first.blocking => {
                group.others.insert(0, group.first.rule);
                group.first = outcome;
            }
            Some(group) => group.others.push(outcome.rule),
            None => groups.push(Group {
                first: outcome,
                others: Vec::new(),
            }),
        }
    }
    groups
}

/// The open rules of an image, each for itself.
pub(super) fn each(image: &Image) -> Vec<Group<'_>> {
    let open = |outcome: &&RuleOutcome| outcome.outcome == OutcomeWord::Undetermined;
    let alone = |first| Group {
        first,
        others: Vec::new(),
    };
    image.outcomes.iter().filter(open).map(alone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;

    #[test]
    fn one_stands_for_all_of_a_reason_and_blocks_if_any_does() {
        let mut image = testing::every_kind("disk.vhd");
        let open = |rule, blocking, reason: &str| {
            let mut outcome =
                testing::outcome(rule, OutcomeWord::Undetermined, Some(reason), Vec::new());
            outcome.blocking = blocking;
            outcome
        };
        image.outcomes = vec![
            open("LNX001", false, "a"),
            open("LNX002", true, "b"),
            open("LNX003", true, "a"),
            open("LNX004", true, "a"),
        ];
        let groups = groups(&image);
        let rules: Vec<_> = groups
            .iter()
            .map(|g| (g.first.rule, g.others.clone()))
            .collect();
        assert_eq!(
            rules,
            [("LNX003", vec!["LNX001", "LNX004"]), ("LNX002", vec![])]
        );
        assert_eq!(
            groups[0].text(),
            "could not be decided, for the same reason nor could LNX001, LNX004: a"
        );
    }
}
