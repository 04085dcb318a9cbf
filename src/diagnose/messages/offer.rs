//! The offer: plan information, terms, who may buy.

use crate::diagnose::message::Reference::{Document as D, Thread as T};
use crate::diagnose::message::{BLANK, Message, cause};
use crate::rules::source::SUPERR;

pub(super) static MESSAGES: &[Message] = &[
    Message {
        id: "MSG717",
        title: "the image comes from a Marketplace image",
        says: &[
            "Creating a virtual machine from Marketplace image or a custom image sourced from a Marketplace image requires Plan information in the request",
            "Creating a virtual machine from Marketplace image requires Plan information in the request",
            "requires Plan information in the request",
        ],
        codes: &["VMMarketplaceInvalidInput"],
        means: "Azure knows that the disk descends from another publisher's Marketplace image, and wants that plan named. Such a disk cannot be published as one's own.",
        causes: &[
            cause(
                "the disk was made of a Marketplace image; its tag in the first MiB travels with copies (an inference)",
                &["PART016"],
                "the disk's tag at 64 KiB",
                "build on an approved base, or name the plan in the deployment",
            ),
            cause(
                "the deployment leaves the plan out",
                &[],
                "",
                "name publisher, offer and plan",
            ),
        ],
        beyond: "where Azure believes the image to come from",
        sources: &[
            D(&SUPERR),
            T("openshift/installer#7721", "undated"),
            T("pulumi/pulumi-azure-native#2902", "undated"),
        ],
        ..BLANK
    },
    Message {
        id: "MSG910",
        title: "the buyer's subscription may not buy the offer",
        says: &[
            "this offer is not available for subscriptions from Microsoft Azure Cloud Solution Providers",
        ],
        means: "The publisher did not open the plan to resellers (CSP). It is about the listing, not about the image.",
        causes: &[cause(
            "reselling through CSP is off, or a CSP subscription is on the list of the preview",
            &["OFFER004"],
            "the offer's settings; preview-subscriptions of the configuration",
            "opt in to CSP in Partner Center; for a preview use a subscription of another type",
        )],
        beyond: "the offer's settings",
        sources: &[T("h2oai/h2o-llmstudio#889", "2024-12-20")],
        ..BLANK
    },
    Message {
        id: "MSG911",
        title: "terms are not accepted, or the plan is gone",
        says: &[
            "Legal terms have not been accepted for this item on this subscription",
            "Marketplace purchase eligibilty check returned errors",
            "Marketplace purchase eligibility check returned errors",
        ],
        codes: &["MarketplacePurchaseEligibilityFailed"],
        means: "The buyer's side refuses the purchase. It is not about the image.",
        causes: &[
            cause(
                "the terms were not accepted",
                &[],
                "",
                "az vm image terms accept --urn PUBLISHER:OFFER:PLAN:latest",
            ),
            cause(
                "the plan was stopped, or is not for this market",
                &[],
                "",
                "name a plan that is live",
            ),
        ],
        beyond: "the buyer's subscription and the offer's markets",
        sources: &[
            T("hashicorp/packer#6009", "2018-03-13"),
            T("docker-archive/for-azure#50", "2018-02-08"),
        ],
        ..BLANK
    },
];
