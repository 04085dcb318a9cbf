//! WIN001: whether Azure has a processor for it.

use super::{at, guest, known, set};
use crate::finding::{Finding, Outcome};
use crate::guest::pe;
use crate::rules::{Subject, declare_rule};

const REQUIRED: &str = "x64 or Arm64";
const FIX: &str = "build the image again from a 64-bit Windows Server; an installed 32-bit Windows cannot be turned into one";

declare_rule! {
    /// Windows is made for a 64-bit processor.
    ///
    /// ## Why
    /// Azure's machines have 64-bit x86 or 64-bit Arm processors; 32-bit Windows does not pass.
    ///
    /// ## Evidence
    /// The machine in the PE header of `C:\Windows\System32\ntoskrnl.exe`: 0x8664 is x64, 0xAA64 is
    /// Arm64. Where there is no kernel, `PROCESSOR_ARCHITECTURE` of the control set's
    /// `Session Manager\Environment`, which alone can only fail.
    ///
    /// ## What Azure says
    /// The self-test `1.1.4` `OS Architecture`, with the required value `OS Should be 64 bit`.
    ///
    /// ## Fix
    /// Build the image again from a 64-bit Windows Server.
    ///
    /// ## Limits
    /// Whether the machine size that a customer chooses has such a processor is not in the image.
    pub static WIN001 = {
        id: "WIN001",
        name: "windows-64-bit",
        level: Error,
        sources: [FAQ, SELF, VFAQ, WINP],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    judge(subject).unwrap_or_else(|outcome| outcome)
}

fn judge(subject: &Subject<'_>) -> Result<Outcome, Outcome> {
    let facts = &guest(subject)?.architecture;
    let Some(kernel) = known(&facts.kernel)? else {
        return by_environment(subject);
    };
    let headers = kernel.headers.as_ref().map_err(|why| {
        Outcome::undetermined(format!(
            "{}: it is no program that Windows starts: {why}",
            kernel.spot
        ))
    })?;
    let found = match headers.machine {
        pe::Machine::X64 | pe::Machine::Arm64 => return Ok(Outcome::pass()),
        pe::Machine::Other(number) => format!("the machine 0x{number:04x}"),
        pe::Machine::X86 => pe::Machine::X86.name().to_owned(),
    };
    Ok(Outcome::Decided(vec![
        Finding::error(format!(
            "Windows is made for {found}, which Azure has no machines for"
        ))
        .found(found)
        .required(REQUIRED)
        .at(at(&kernel.spot))
        .fix(FIX),
    ]))
}

/// Without a kernel, which is another fault: it decides only against the image.
fn by_environment(subject: &Subject<'_>) -> Result<Outcome, Outcome> {
    let facts = &guest(subject)?.architecture;
    let missing = format!("{}: there is no kernel", facts.kernel_spot);
    match set(&facts.processor)? {
        Some(name) if name.eq_ignore_ascii_case("x86") => Ok(Outcome::Decided(vec![
            Finding::error("Windows is made for x86, which Azure has no machines for")
                .found(name.clone())
                .required("AMD64 or ARM64")
                .at(at(&facts.processor.spot))
                .fix(FIX),
        ])),
        _ => Err(Outcome::undetermined(missing)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::pe::testing::{ARM64, X64, pe};
    use crate::guest::windows::registry::HiveName;
    use crate::rules::windows::testing::*;

    const KERNEL: &str = "/Windows/System32/ntoskrnl.exe";
    const ENVIRONMENT: &str = r"CurrentControlSet\Control\Session Manager\Environment";

    fn kernel(bytes: &[u8]) -> Machine {
        Machine::new().files(|tree| tree.bytes(KERNEL, bytes))
    }

    #[test]
    fn the_machine_of_the_kernel_decides() {
        assert_eq!(of(&WIN001, &Machine::new()), Outcome::pass());
        for (number, status) in [
            (X64, Status::Pass),
            (ARM64, Status::Pass),
            (0x014c, Status::Fail),
            (0x0200, Status::Fail),
        ] {
            let outcome = of(&WIN001, &kernel(&pe(number, &[], false)));
            assert_eq!(outcome.status(), status, "{outcome:?}");
            assert_evidence(&outcome);
        }
    }

    #[test]
    fn without_a_kernel_the_environment_can_only_fail_it() {
        let bare = Machine::new().files(|tree| tree.without(KERNEL));
        assert_eq!(of(&WIN001, &bare).status(), Status::Undetermined);
        let x86 = bare.string(
            HiveName::System,
            ENVIRONMENT,
            "PROCESSOR_ARCHITECTURE",
            "x86",
        );
        let outcome = of(&WIN001, &x86);
        assert_eq!(outcome.status(), Status::Fail);
        assert_evidence(&outcome);
        let place = outcome.findings()[0].place.as_ref().unwrap();
        assert_eq!(
            place.registry.as_deref(),
            Some(
                r"SYSTEM\ControlSet001\Control\Session Manager\Environment!PROCESSOR_ARCHITECTURE"
            )
        );
    }

    #[test]
    fn what_cannot_be_read_leaves_it_open() {
        let unread = Machine::new().files(|tree| tree.unreadable(KERNEL));
        assert_eq!(of(&WIN001, &unread).status(), Status::Undetermined);
        assert_eq!(
            of(&WIN001, &kernel(b"no program")).status(),
            Status::Undetermined
        );
        assert_applies_to_windows_only(&WIN001);
    }
}
