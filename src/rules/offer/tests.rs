//! Tests of the rules on what is declared of the offer.

use super::data_disk_luns::{DATA001, DATA002};
use super::data_disk_number::{DATA003, DATA004};
use super::preview_audience::OFFER004;
use crate::finding::{Level, Outcome, Status};
use crate::inspect::testing::inspection_of;
use crate::inspect::{DiskRole, Generation, Inspection, Offer, OfferType, Said, Undetermined};
use crate::rules::linux::testing::{assert_evidence, judge, worst};
use crate::rules::{Profile, Rule};

fn said<T>(value: T) -> Option<Said<T>> {
    Some(Said {
        value,
        from: "vhd-preflight.toml:7".to_owned(),
    })
}

fn inspection(role: DiskRole, offer: Offer) -> Inspection {
    let mut inspection = inspection_of(
        Err(Undetermined::new("the table was not read")),
        role,
        None,
        Generation::Any,
    );
    inspection.offer = offer;
    inspection
}

fn of(rule: &Rule, offer: Offer) -> Outcome {
    let outcome = judge(rule, &inspection(DiskRole::Os, offer), Profile::default());
    assert_evidence(&outcome);
    outcome
}

fn disks(luns: &[u32]) -> Offer {
    Offer {
        data_disks: said(luns.to_vec()),
        ..Offer::default()
    }
}

#[test]
fn data_disks_are_counted_and_their_luns_have_no_gaps() {
    let many: Vec<u32> = (0..17).collect();
    for (luns, count, numbers, word) in [
        (&[0][..], Status::Pass, Status::Pass, ""),
        (&many[..16], Status::Pass, Status::Pass, ""),
        (&many, Status::Fail, Status::Pass, ""),
        (
            &[1, 0],
            Status::Pass,
            Status::Warn,
            "not listed in the order of their LUNs",
        ),
        (&[1], Status::Pass, Status::Fail, "no data disk has LUN 0"),
        (
            &[0, 2],
            Status::Pass,
            Status::Fail,
            "no data disk has LUN 1",
        ),
        (
            &[0, 1, 1],
            Status::Pass,
            Status::Fail,
            "LUN 1 is given to two",
        ),
    ] {
        assert_eq!(of(&DATA001, disks(luns)).status(), count, "{luns:?}");
        let outcome = of(&DATA002, disks(luns));
        assert_eq!(outcome.status(), numbers, "{luns:?}");
        let said: Vec<_> = outcome.findings().iter().map(|f| &f.message).collect();
        assert!(
            said.iter().all(|message| message.contains(word)),
            "{said:?}"
        );
    }
    assert_eq!(worst(&of(&DATA004, disks(&[0]))), Some(Level::Advice));
}

#[test]
fn the_number_of_data_disks_stays() {
    let of = |before, luns: Option<&[u32]>| {
        let offer = Offer {
            data_disks: luns.and_then(|luns| said(luns.to_vec())),
            previous_data_disks: said(before),
            ..Offer::default()
        };
        of(&DATA003, offer).status()
    };
    assert_eq!(of(2, Some(&[0, 1])), Status::Pass);
    assert_eq!(of(1, Some(&[0, 1])), Status::Fail);
    assert_eq!(of(1, None), Status::Fail);
    assert_eq!(of(0, None), Status::Pass);
}

#[test]
fn what_is_not_declared_is_not_judged() {
    for rule in [&DATA001, &DATA002, &DATA003, &DATA004, &OFFER004] {
        let outcome = of(rule, Offer::default());
        let reason = outcome.reason().unwrap_or_default();
        assert_eq!(outcome.status(), Status::NotApplicable, "{}", rule.id);
        assert!(reason.contains("declared"), "{reason}");
    }
    for rule in [&DATA001, &DATA002, &DATA003, &DATA004] {
        let data = inspection(DiskRole::Data, disks(&[5]));
        let outcome = judge(rule, &data, Profile::default());
        assert_eq!(outcome.status(), Status::NotApplicable, "{}", rule.id);
    }
}

#[test]
fn three_types_of_subscriptions_are_refused() {
    let audience = |names: &[&str], offer_type| {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let offer = Offer {
            offer_type,
            preview_subscriptions: said(names),
            ..Offer::default()
        };
        of(&OFFER004, offer)
    };
    let vm = OfferType::VirtualMachine;
    for (name, status) in [
        ("CSP", Status::Fail),
        ("csp", Status::Fail),
        ("Cloud Solution Provider", Status::Fail),
        ("CSP_2015-05-01", Status::Fail),
        ("CSP_MG_2017-12-01", Status::Fail),
        ("CSPDEVTEST_2018-05-01", Status::Fail),
        ("Azure CSP", Status::Fail),
        ("Cspx", Status::Undetermined),
        ("Azure plan", Status::Undetermined),
        ("AzureForStudents_2018-01-01", Status::Pass),
        ("Visual Studio Enterprise – MPN", Status::Pass),
        ("DreamSpark_2015-02-01", Status::Fail),
        ("Azure in Open", Status::Fail),
        ("AzureInOpen_2014-09-01", Status::Fail),
        ("EnterpriseAgreement_2014-09-01", Status::Pass),
        ("Pay-As-You-Go", Status::Pass),
        ("some other type", Status::Undetermined),
    ] {
        assert_eq!(audience(&[name], vm).status(), status, "{name}");
    }
    let both = audience(&["CSP", "Pay-As-You-Go", "?", "DreamSpark"], vm);
    assert_eq!((both.status(), both.findings().len()), (Status::Fail, 2));
    let template = audience(&["CSP"], OfferType::SolutionTemplate);
    assert_eq!(template.status(), Status::Fail);
    let other = audience(&["CSP"], OfferType::Other);
    assert_eq!(other.status(), Status::NotApplicable);
}

#[test]
fn a_locked_down_image_is_not_asked_for_a_login() {
    use crate::guest::testing::Tree;
    use crate::inspect::Property;
    use crate::rules::linux::ssh_server::LNX030;
    use crate::rules::linux::testing::{claim, inspection, of};
    let none = Tree::new();
    let mut claimed = inspection(&none);
    claim(&mut claimed, Property::RemoteAccessDisabled);
    assert_eq!(of(&LNX030, &none).status(), Status::Fail);
    let outcome = judge(&LNX030, &claimed, Profile::default());
    assert_eq!(
        (outcome.status(), worst(&outcome)),
        (Status::Pass, Some(Level::Note))
    );
    assert!(
        outcome.findings()[0]
            .message
            .contains("vhd-preflight.toml:3")
    );
    claimed.guest = Err(Undetermined::new("not read"));
    let outcome = judge(&LNX030, &claimed, Profile::default());
    assert_eq!(
        (outcome.status(), worst(&outcome)),
        (Status::Pass, Some(Level::Note))
    );
}
