//! LNX056: ready for Trusted Launch.

use super::{at, guest};
use crate::finding::{Finding, Outcome};
use crate::guest::esp::LoaderKind;
use crate::guest::pe::PeFile;
use crate::inspect::Generation;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// What UEFI starts is signed, so that Secure Boot lets it pass.
    ///
    /// ## Why
    /// New machines of generation 2 are made with Trusted Launch unless somebody says otherwise,
    /// and Secure Boot stops at the first program without a signature.
    ///
    /// ## Evidence
    /// The certificate tables of the fallback loader, of the GRUB beside it where that loader is
    /// shim, and of the default boot entry's kernel.
    ///
    /// ## What Azure says
    /// `Your virtual machine is prevented from booting due to secure boot validation failure.`,
    /// `one or more components of the Operating System are not signed`.
    ///
    /// ## Fix
    /// Install the distribution's signed packages (`shim-signed`, `grub-efi-amd64-signed`,
    /// `shim-x64`, `grub2-efi-x64`) and put them on the EFI system partition.
    ///
    /// ## Limits
    /// Whose signature it is, and whether modules of others are signed, is not looked at.
    pub static LNX056 = {
        id: "LNX056",
        name: "secure-boot",
        level: Warning,
        sources: [TL, GEN2],
    };
}

const FIX: &str = "install the distribution's signed loaders (Debian, Ubuntu: apt-get install \
    shim-signed grub-efi-amd64-signed && grub-install --removable; Red Hat: dnf reinstall shim-x64 \
    grub2-efi-x64)";

fn unsigned(file: &PeFile, what: &str) -> Option<Finding> {
    let found = match &file.headers {
        Ok(pe) if pe.signed => return None,
        Ok(_) => "no certificate table".to_owned(),
        Err(why) => why.clone(),
    };
    Some(
        Finding::warning(format!(
            "{what} {} is not signed: Secure Boot stops there",
            file.spot.path
        ))
        .found(found)
        .required("a signed program, for machines with Trusted Launch")
        .at(at(&file.spot))
        .fix(FIX),
    )
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    if subject.inspection.generation == Generation::One {
        return Outcome::not_applicable("generation 1 is declared, which has no Secure Boot");
    }
    let esps = match super::known(&guest.esps) {
        Ok(esps) => esps,
        Err(outcome) => return outcome,
    };
    if esps.iter().all(|esp| esp.fallbacks.is_empty()) {
        return Outcome::not_applicable("no loader for UEFI was found");
    }
    let mut findings = Vec::new();
    for esp in esps {
        for fallback in &esp.fallbacks {
            findings.extend(unsigned(&fallback.file, fallback.kind.name()));
            if fallback.kind != LoaderKind::Shim {
                continue;
            }
            let folder = &esp.fallback_spot.path;
            let beside = esp.programs.iter().filter(|program| {
                program.kind == LoaderKind::Grub
                    && program.file.spot.path.starts_with(folder.as_str())
            });
            findings.extend(beside.filter_map(|program| unsigned(&program.file, "GRUB")));
        }
    }
    let mut open = None;
    match &guest.kernel {
        Ok(Some(kernel)) => match &kernel.image {
            Ok(Some(image)) if image.signed == Some(false) => findings.push(
                Finding::warning(format!(
                    "the kernel {} is not signed: Secure Boot stops there",
                    image.spot.path
                ))
                .found("no certificate table")
                .required("a signed kernel, for machines with Trusted Launch")
                .at(at(&image.spot))
                .fix("install the distribution's own, signed kernel"),
            ),
            Ok(_) => {}
            Err(unknown) => open = Some(unknown.reason.clone()),
        },
        Ok(None) => {}
        Err(unknown) => open = Some(unknown.reason.clone()),
    }
    crate::rules::partition::decided_unless(open, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::Guest;
    use crate::guest::pe::testing::{GRUB, SHIM, X64, pe};
    use crate::guest::testing::{Tree, fat};
    use crate::rules::Profile;
    use crate::rules::linux::testing::*;

    fn outcome(shim: bool, grub: bool, kernel: bool, generation: Generation) -> Outcome {
        let mut inspection = inspection(&Tree::new());
        inspection.generation = generation;
        let guest = crate::guest::testing::facts(&|| {
            let esp = fat("1A2B-3C4D")
                .bytes("/EFI/BOOT/BOOTX64.EFI", &pe(X64, &[SHIM], shim))
                .bytes("/EFI/BOOT/grubx64.efi", &pe(X64, &[GRUB], grub));
            Tree::new()
                .dir("/boot/efi")
                .file(
                    "/boot/grub/grub.cfg",
                    "menuentry a { linux /boot/vmlinuz-6.1.0 ro\n}\n",
                )
                .bytes("/boot/vmlinuz-6.1.0", &pe(X64, &[], kernel))
                .root_with(vec![("/boot/efi", 15, esp)])
        });
        inspection.guest = Ok(Some(Guest::Linux(Box::new(guest))));
        judge(&LNX056, &inspection, Profile::default())
    }

    #[test]
    fn a_signed_chain_passes_and_each_unsigned_part_is_warned_about() {
        assert_eq!(outcome(true, true, true, Generation::Two), Outcome::pass());
        for (shim, grub, kernel) in [
            (false, true, true),
            (true, false, true),
            (true, true, false),
        ] {
            let outcome = outcome(shim, grub, kernel, Generation::Any);
            assert_eq!(
                (outcome.status(), outcome.findings().len()),
                (Status::Warn, 1)
            );
            assert_evidence(&outcome);
        }
        let first = outcome(false, false, false, Generation::One);
        assert_eq!(first.status(), Status::NotApplicable);
        assert_eq!(of(&LNX056, &Tree::new()).status(), Status::NotApplicable);
        assert_applies_to_linux_only(&LNX056);
    }
}
