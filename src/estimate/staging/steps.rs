//! What happens in each step, and what the publisher does meanwhile.

use super::StepKind;
use crate::estimate::inputs::Change;
use crate::estimate::kind::PhaseKind;
use crate::estimate::provenance::Provenance;

/// The words of a step.
pub(super) struct Text {
    pub(super) what_happens: &'static str,
    pub(super) publisher_does: &'static [&'static str],
    pub(super) provenance: Provenance,
}

const STAGING: Provenance = Provenance::documented(
    "2016-08-01",
    "Microsoft, Test your VM offer for the Azure Marketplace in staging",
);
const PRODUCTION: Provenance = Provenance::documented(
    "2016-08-01",
    "Microsoft, Deploy your offer to the Azure Marketplace",
);
const STATUS: Provenance = Provenance::documented(
    "2018-09-13",
    "Microsoft, Retrieve offer status (Cloud Partner Portal API)",
);
const PUBLISH: Provenance =
    Provenance::documented("2022-02-16", "Microsoft, Review and publish an offer");

const fn words(
    what_happens: &'static str,
    publisher_does: &'static [&'static str],
    provenance: Provenance,
) -> Text {
    Text {
        what_happens,
        publisher_does,
        provenance,
    }
}

/// The words of `kind` for `change`.
pub(super) const fn text(kind: StepKind, change: Change) -> Text {
    let image = matches!(change, Change::Image);
    match kind {
        StepKind::Phase(PhaseKind::Validation) => words(
            "the portal checks the settings of the offer",
            if image {
                &[
                    "keep the image readable at the address that was submitted until the offer is live",
                    "mend what is reported and submit again",
                ]
            } else {
                &["mend what is reported and submit again"]
            },
            STATUS,
        ),
        StepKind::Phase(PhaseKind::Certification) if image => words(
            "Microsoft's certification team validates the image; only a certified one is staged",
            &[
                "look for failures again and again until the offer is staged",
                "after a failure mend the image, upload it and submit it again: the round begins anew",
            ],
            STAGING,
        ),
        StepKind::Phase(PhaseKind::Certification) => words(
            "nothing: the image stays the certified one",
            &["leave every disk of the offer as it is: a changed byte calls for certification"],
            STAGING,
        ),
        StepKind::Phase(PhaseKind::PreviewReplication) => words(
            if image {
                "the image is copied to all regions so that the preview can be deployed"
            } else {
                "the changed texts are made known to all regions"
            },
            &["go on looking for failures until the offer is staged"],
            STAGING,
        ),
        StepKind::Phase(PhaseKind::Packaging) => words(
            "the offer is put together for customers and the lead systems are set up",
            &[],
            STATUS,
        ),
        StepKind::Staged => words(
            "only the subscriptions named for the preview see the offer; it stays so until production is asked for and is for tests alone",
            &[
                "look at texts, logos and links as a customer sees them",
                "deploy the image once from end to end and log in",
                "keep subscriptions of the types CSP, DreamSpark and Azure in Open off the preview's list",
            ],
            STAGING,
        ),
        StepKind::Phase(PhaseKind::SignOff) => words(
            "nothing moves until the publisher approves",
            &[
                "ask for the push to production (\"Go live\" today) once the tests are done: it cannot be taken back",
            ],
            PUBLISH,
        ),
        StepKind::Phase(PhaseKind::LiveReplication) => words(
            if image {
                "the image is copied to all regions once more, for everybody"
            } else {
                "the changed texts are made known to all regions once more, for everybody"
            },
            &["do not take a listed offer for a replicated one: regions may still lack it"],
            PRODUCTION,
        ),
        StepKind::Phase(PhaseKind::FinalPublish) => {
            words("the offer is made visible to everybody", &[], PUBLISH)
        }
        StepKind::Live => words(
            "everybody can see and deploy the offer",
            &[
                "deploy it once as a customer would, in a region that matters",
                "keep the times from the portal's history page: they calibrate the next estimate",
            ],
            PUBLISH,
        ),
    }
}
