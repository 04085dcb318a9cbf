//! LNX001: whether Azure has a processor for it.

use super::{at, guest, known};
use crate::finding::{Finding, Outcome};
use crate::guest::linux::packages::Packages;
use crate::known::Known;
use crate::rules::{Subject, declare_rule};

const REQUIRED: &str = "x86_64 or aarch64 (amd64 or arm64)";
const FIX: &str = "build the image again from a 64-bit release of the distribution; an installed system cannot be turned into one";

declare_rule! {
    /// The system is made for a 64-bit processor.
    ///
    /// ## Why
    /// Azure's machines have 64-bit x86 or 64-bit Arm processors, and the Marketplace takes no
    /// 32-bit systems.
    ///
    /// ## Evidence
    /// The ELF header of the first program (`/sbin/init`, else systemd or the shell), the headers
    /// of the kernels in `/boot`, and, where there is no such program, the architecture of the
    /// packages.
    ///
    /// ## What Azure says
    /// `Architecture '<x>' is not supported. Only 64-bit architectures are supported: ...`; the
    /// self-test calls it `OS Architecture` with the required value `x86_64,amd64`.
    ///
    /// ## Fix
    /// Build the image again from a 64-bit release of the distribution.
    ///
    /// ## Limits
    /// Single 32-bit programs beside a 64-bit system are not looked for; they are discouraged.
    pub static LNX001 = {
        id: "LNX001",
        name: "architecture-64-bit",
        level: Error,
        sources: [FAQ, SELF, LISA, VFAQ],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let facts = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let program = match known(&facts.architecture.program) {
        Ok(Some(program)) => program,
        Ok(None) => return by_packages(&facts.packages),
        Err(outcome) => return outcome,
    };
    let machine = program.value;
    if machine.is_supported() {
        return Outcome::pass();
    }
    let finding = |finding: Finding| {
        finding
            .found(machine.to_string())
            .required(REQUIRED)
            .at(at(&program.spot))
            .fix(FIX)
    };
    let kernels = match &facts.architecture.kernels {
        Ok(kernels) => kernels,
        Err(unknown) => {
            let warning = finding(Finding::warning(format!(
                "the programs are made for {machine}"
            )));
            return Outcome::Undetermined(unknown.reason.clone(), vec![warning]);
        }
    };
    let of = |supported| {
        kernels
            .iter()
            .find(|kernel| kernel.value.is_some_and(|m| m.is_supported() == supported))
    };
    if let Some(kernel) = of(true) {
        return Outcome::Decided(vec![finding(Finding::warning(format!(
            "the programs are made for {machine}, under a 64-bit kernel ({})",
            kernel.spot.path
        )))]);
    }
    if machine.bits == 32 && of(false).is_none() && !kernels.is_empty() {
        let warning = finding(Finding::warning(format!(
            "the programs are made for {machine}"
        )));
        return Outcome::Undetermined(
            "the headers of the kernels do not say whether they are 64-bit ones".to_owned(),
            vec![warning],
        );
    }
    Outcome::Decided(vec![finding(Finding::error(format!(
        "the system is made for {machine}, which Azure has no machines for"
    )))])
}

/// Without any program that can be looked at.
fn by_packages(packages: &Known<Packages>) -> Outcome {
    let packages = match known(packages) {
        Ok(packages) => packages,
        Err(outcome) => return outcome,
    };
    let mut names = packages.list.iter().map(|p| p.architecture.as_str());
    let of = |name: &str| matches!(name, "amd64" | "x86_64" | "arm64" | "aarch64");
    if names.clone().any(of) {
        return Outcome::pass();
    }
    let independent = |name: &&str| matches!(*name, "all" | "noarch" | "any" | "");
    match names.find(|name| !independent(name)) {
        Some(name) => Outcome::Decided(vec![
            Finding::error(format!("the packages are made for {name}"))
                .found(name)
                .required(REQUIRED)
                .fix(FIX),
        ]),
        None => Outcome::undetermined(
            "neither /sbin/init nor systemd nor a shell was found, and no package names a processor",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::linux::architecture::testing::{bz_image, elf};
    use crate::guest::testing::Tree;
    use crate::rules::linux::testing::*;

    fn tree(code: u8, class: u8) -> Tree {
        Tree::new().bytes("/sbin/init", &elf(code, class))
    }

    #[test]
    fn the_programs_decide_and_a_64_bit_kernel_softens_it() {
        for (tree, status) in [
            (tree(62, 2), Status::Pass),
            (tree(183, 2), Status::Pass),
            (tree(3, 1), Status::Fail),
            (tree(40, 1), Status::Fail),
            (tree(21, 2), Status::Fail),
            (
                tree(3, 1).bytes("/boot/vmlinuz-6.1.0-9-686", &bz_image(false)),
                Status::Fail,
            ),
            (
                tree(3, 1).bytes("/boot/vmlinuz-6.1.0-9-amd64", &bz_image(true)),
                Status::Warn,
            ),
            (
                tree(3, 1).file("/boot/vmlinuz", "odd"),
                Status::Undetermined,
            ),
            (tree(3, 1).unreadable("/boot/vmlinuz"), Status::Undetermined),
            (Tree::new().unreadable("/sbin/init"), Status::Undetermined),
            (Tree::new(), Status::Undetermined),
        ] {
            let outcome = of(&LNX001, &tree);
            assert_eq!(outcome.status(), status, "{outcome:?}");
            assert_evidence(&outcome);
        }
        assert_applies_to_linux_only(&LNX001);
    }

    #[test]
    fn without_programs_the_packages_decide() {
        for (arch, status) in [
            ("amd64", Status::Pass),
            ("i386", Status::Fail),
            ("all", Status::Undetermined),
        ] {
            let text = format!("Package: a\nVersion: 1\nArchitecture: {arch}\n");
            let tree = Tree::new().file("/var/lib/dpkg/status", &text);
            assert_eq!(of(&LNX001, &tree).status(), status, "{arch}");
        }
    }
}
