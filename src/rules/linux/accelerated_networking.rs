//! LNX055: ready for accelerated networking.

use super::{at, guest, kernel};
use crate::finding::{Finding, Outcome};
use crate::guest::linux::kernel::Driver;
use crate::rules::{Subject, declare_rule};

/// The drivers of the network cards that Azure hands through.
const DRIVERS: [&str; 3] = ["mlx4_en", "mlx5_core", "mana"];

declare_rule! {
    /// An image whose offer claims accelerated networking has the drivers.
    ///
    /// ## Why
    /// With accelerated networking a machine has a part of the host's network card beside the
    /// virtual one, and which card that is may change.
    ///
    /// ## Evidence
    /// `mlx4_en`, `mlx5_core` and `mana`, built into the kernel of the default boot entry or as
    /// modules.
    ///
    /// ## Fix
    /// Install the distribution's own kernel with all of its modules.
    ///
    /// ## Limits
    /// Whether the offer claims it does not stand in the image: where
    /// `[claims] accelerated-networking` of the configuration does not say so, this is a note only.
    pub static LNX055 = {
        id: "LNX055",
        name: "accelerated-networking",
        level: Note,
        claimed: (AcceleratedNetworking, Warning),
        sources: [RHEL, TECH, LISA],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let kernel = match kernel(guest) {
        Ok(kernel) => kernel,
        Err(outcome) => return outcome,
    };
    let level = LNX055.level_for(&subject.inspection.offer);
    let mut findings = Vec::new();
    let mut open = None;
    for name in DRIVERS {
        match kernel.driver(name) {
            Ok(Driver::Absent) => findings.push(
                Finding::new(
                    level,
                    format!(
                        "kernel {} has no {name}, which accelerated networking may need",
                        kernel.release
                    ),
                )
                .found(format!("no {name}"))
                .required(format!(
                    "{name}, if the offer claims accelerated networking"
                ))
                .at(at(&kernel.spot))
                .about(name)
                .fix("install the distribution's own kernel with all of its modules"),
            ),
            Ok(_) => {}
            Err(unknown) => open = open.or(Some(unknown.reason)),
        }
    }
    crate::rules::partition::decided_unless(open, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Status};
    use crate::guest::testing::Tree;
    use crate::inspect::Property;
    use crate::rules::Profile;
    use crate::rules::linux::testing::*;

    #[test]
    fn missing_drivers_are_only_noted() {
        let tree = |modules: &str| {
            Tree::new()
                .file(
                    "/boot/grub/grub.cfg",
                    "menuentry a { linux /boot/vmlinuz-6.1.0 ro\n}\n",
                )
                .file("/lib/modules/6.1.0/modules.builtin", modules)
        };
        let all = tree("kernel/mlx4_en.ko\nkernel/mlx5_core.ko\nkernel/mana.ko\n");
        assert_eq!(of(&LNX055, &all), Outcome::pass());
        let outcome = of(&LNX055, &tree("kernel/mlx5_core.ko\n"));
        assert_eq!(
            (outcome.findings().len(), worst(&outcome)),
            (2, Some(Level::Note))
        );
        let mut claimed = inspection(&tree("kernel/mlx5_core.ko\n"));
        claim(&mut claimed, Property::AcceleratedNetworking);
        let outcome = judge(&LNX055, &claimed, Profile::default());
        assert_eq!(
            (outcome.findings().len(), outcome.status()),
            (2, Status::Warn)
        );
        assert_evidence(&outcome);
        assert_eq!(of(&LNX055, &Tree::new()).status(), Status::Undetermined);
        assert_applies_to_linux_only(&LNX055);
    }
}
