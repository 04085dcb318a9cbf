//! The knowledge: one file a topic, one entry a failure.

mod agent;
mod blob;
mod boot;
mod certification_linux;
mod certification_system;
mod clauses;
mod container;
mod gallery;
mod offer;
mod partner_center;
mod provisioning;
mod sas;
mod self_test;
mod size;
mod ssh;
mod windows;

use super::message::Message;

/// Words that tell that a text is about the certification policies.
pub(super) const ABOUT_POLICIES: &[&str] = &[
    "policy",
    "policies",
    "clause",
    "certification",
    "marketplace",
    "Partner Center",
];

/// Words that tell that a text is about a certification report or its tests.
pub(super) const ABOUT_REPORTS: &[&str] = &[
    "policy",
    "policies",
    "clause",
    "certification",
    "marketplace",
    "Partner Center",
    "toolkit",
    "TestID",
    "TestCaseName",
    "VHD",
    "SAS",
];

/// Every message, topic by topic.
pub(super) fn all() -> Vec<&'static Message> {
    [
        container::MESSAGES,
        size::MESSAGES,
        blob::MESSAGES,
        sas::MESSAGES,
        certification_linux::MESSAGES,
        certification_system::MESSAGES,
        self_test::MESSAGES,
        clauses::MESSAGES,
        partner_center::MESSAGES,
        provisioning::MESSAGES,
        agent::MESSAGES,
        boot::MESSAGES,
        ssh::MESSAGES,
        gallery::MESSAGES,
        windows::MESSAGES,
        offer::MESSAGES,
    ]
    .into_iter()
    .flatten()
    .collect()
}
