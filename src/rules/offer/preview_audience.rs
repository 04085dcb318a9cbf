//! OFFER004: who may see the preview.

use crate::finding::{Finding, Outcome};
use crate::inspect::OfferType;
use crate::rules::partition::decided_unless;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// No subscription of the preview audience is of type CSP, DreamSpark or Azure in Open.
    ///
    /// ## Why
    /// A staged offer is seen only by the subscriptions on its list. For virtual machines and
    /// solution templates, subscriptions of these types must not be on it: the preview then does not
    /// work, and nobody can sign it off.
    ///
    /// ## Evidence
    /// `preview-subscriptions` under `[offer]` of the configuration: types by name, or quota ids
    /// such as `CSP_2015-05-01`. `az rest --method get --url
    /// "/subscriptions/ID?api-version=2022-12-01" --query subscriptionPolicies.quotaId` tells the
    /// quota id of a subscription.
    ///
    /// ## What Azure says
    /// No literal message is known.
    ///
    /// ## Fix
    /// Put a subscription of another type, such as Pay-As-You-Go or Enterprise Agreement, on the
    /// list.
    ///
    /// ## Limits
    /// The types are those of the staging guide of 2016, and what was declared is believed. Newer
    /// agreements that a partner sells have the quota ids of CSP. A type that is not known here
    /// leaves the rule undetermined.
    pub static OFFER004 = {
        id: "OFFER004",
        name: "preview-audience",
        level: Error,
        sources: [STG16],
    };
}

/// Other types, by the names and quota ids of Microsoft's list of offers. An Azure plan is not among
/// them: partners sell it, too, and only its quota id tells.
const OTHERS: [&str; 33] = [
    "aad",
    "azuredynamics",
    "azureforstudents",
    "azurepass",
    "bizspark",
    "bizsparkplus",
    "developmenttest",
    "devessentials",
    "enterprise",
    "enterpriseagreement",
    "enterprisedevtest",
    "freetrial",
    "internal",
    "legacymonetarycommitment",
    "lightweighttrial",
    "mca",
    "microsoftazureenterprise",
    "microsoftcustomeragreement",
    "microsoftpartnernetwork",
    "monetarycommitment",
    "mpn",
    "msdn",
    "msdndevtest",
    "msdnplatforms",
    "payasyougo",
    "payasyougodevtest",
    "paygo",
    "sponsored",
    "sponsorship",
    "visualstudio",
    "visualstudioenterprise",
    "visualstudioenterprisempn",
    "visualstudioprofessional",
];

/// The type that is refused, where it is one: `CSP_2015-05-01`, `CSP_MG_2017-12-01`,
/// `CSPDEVTEST_2018-05-01` and `Azure CSP` are all of one kind.
fn refused(name: &str) -> Option<&'static str> {
    let plain = plain(name);
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let is_csp = |word: &str| matches!(&*word.to_ascii_lowercase(), "csp" | "cspdevtest");
    if words.any(is_csp) || plain.contains("cloudsolutionprovider") {
        Some("CSP")
    } else if plain.contains("dreamspark") {
        Some("DreamSpark")
    } else if plain.contains("azureinopen") {
        Some("Azure in Open")
    } else {
        None
    }
}

/// A type as letters and digits only, without the date that ends a quota id.
fn plain(name: &str) -> String {
    let is_date = |text: &str| {
        text.len() == 10
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'-')
    };
    let name = match name.trim().rsplit_once('_') {
        Some((name, date)) if is_date(date) => name,
        _ => name,
    };
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

fn check(subject: &Subject<'_>) -> Outcome {
    let offer = &subject.inspection.offer;
    if offer.offer_type == OfferType::Other {
        return Outcome::not_applicable(
            "only for virtual machines and solution templates, and the offer is declared as another",
        );
    }
    let Some(audience) = &offer.preview_subscriptions else {
        return Outcome::not_applicable(
            "no preview audience is declared ([offer] preview-subscriptions in vhd-preflight.toml)",
        );
    };
    let mut open = None;
    let mut findings = Vec::new();
    for name in &audience.value {
        if let Some(refused) = refused(name) {
            let is = match name == refused {
                true => String::new(),
                false => format!(" ({name})"),
            };
            findings.push(
                Finding::error(format!(
                    "a subscription of type {refused}{is} is in the preview audience ({})",
                    audience.from
                ))
                .found(name.clone())
                .about(name)
                .required("subscriptions of other types than CSP, DreamSpark and Azure in Open")
                .fix("take the subscription off the preview audience in Partner Center, and put one of another type on it"),
            );
        } else if !OTHERS.contains(&plain(name).as_str()) {
            open.get_or_insert_with(|| {
                format!(
                    "the subscription type {name:?} is not known ({}); name the quota id of the \
                     subscription instead (`vhd-preflight explain OFFER004` says what tells it)",
                    audience.from
                )
            });
        }
    }
    decided_unless(open, findings)
}
