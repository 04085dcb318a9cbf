//! LNX013: `net.ifnames=0` where the guest expects `eth0`.

use super::arguments::{add, each, named, shown};
use super::{at, guest};
use crate::finding::{Finding, Outcome};
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// A guest that configures `eth0` keeps that name.
    ///
    /// ## Why
    /// Where interfaces are named by their place, a configuration for `eth0` may fit none of them,
    /// and the machine is not reachable.
    ///
    /// ## Evidence
    /// A network configuration that names `eth0` (ifcfg-eth0, interfaces, netplan, networkd), no
    /// link to `/dev/null` that switches the other names off, and neither `net.ifnames=0` nor
    /// `biosdevname=0` in the arguments of the default boot entry.
    ///
    /// ## Fix
    /// Add `net.ifnames=0` to the kernel's arguments, as LNX007 says.
    ///
    /// ## Limits
    /// Hyper-V's synthetic interface usually stays `eth0` without it: advice of the guides only.
    pub static LNX013 = {
        id: "LNX013",
        name: "interface-names",
        level: Advice,
        sources: [GEN, RHEL, ORA],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let spot = match &guest.boot.expects_eth0 {
        Ok(Some(spot)) => spot,
        Ok(None) => return Outcome::pass(),
        Err(unknown) => return Outcome::undetermined(unknown.reason.clone()),
    };
    each(guest, |way, entry| {
        if entry.command_line.has("net.ifnames=0") {
            return Vec::new();
        }
        vec![
            Finding::advice(format!(
                "{} configures eth0, and {} has no net.ifnames=0",
                spot.path,
                named(way, entry)
            ))
            .found(shown(entry))
            .required("net.ifnames=0")
            .at(at(spot))
            .fix(add(guest, way, "net.ifnames=0")),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    #[test]
    fn eth0_is_advised_about_where_nothing_keeps_the_name() {
        let grub = |text: &str| {
            Tree::new().file(
                "/boot/grub/grub.cfg",
                &format!("menuentry a {{ linux /boot/k {text}\n}}\n"),
            )
        };
        let interfaces = "auto eth0\niface eth0 inet dhcp\n";
        let tree = grub("ro").file("/etc/network/interfaces", interfaces);
        let outcome = of(&LNX013, &tree);
        assert_eq!(
            (worst(&outcome), outcome.status()),
            (Some(Level::Advice), Status::Pass)
        );
        assert_eq!(outcome.findings()[0].place.as_ref().unwrap().line, Some(1));
        let masked = tree
            .clone()
            .link("/etc/systemd/network/99-default.link", "/dev/null");
        let named = grub("net.ifnames=0").file("/etc/network/interfaces", interfaces);
        let other = grub("ro").file("/etc/network/interfaces", "iface eth01 inet dhcp\n");
        for good in [masked, named, other] {
            assert_eq!(of(&LNX013, &good), Outcome::pass());
        }
        let unread = grub("ro").unreadable("/etc/network/interfaces");
        assert_eq!(of(&LNX013, &unread).status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX013);
    }
}
