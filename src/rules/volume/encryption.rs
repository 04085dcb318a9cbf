//! PART012: encrypted volumes.

use super::{called, os_disk_volumes, place};
use crate::finding::{Finding, Level, Outcome};
use crate::inspect::{OsFamily, VolumeFacts};
use crate::rules::partition::{decided_unless, listed};
use crate::rules::{Subject, declare_rule};
use crate::volume::Content;

declare_rule! {
    /// The volume of the operating system is not encrypted.
    ///
    /// ## Why
    /// Nobody can type a passphrase into a machine that starts for the first time in Azure, and
    /// Sysprep needs drives that are fully decrypted. Azure encrypts disks itself, below the
    /// guest.
    ///
    /// ## Evidence
    /// `LUKS` and the bytes BA BE at the start of a volume; `-FVE-FS-` (BitLocker) at byte 3 of
    /// its boot sector, or the GUID of BitLocker To Go at byte 424.
    ///
    /// ## What Azure says
    /// - Windows tests 9 and 10: `BitLocker Drive Encryption`
    ///
    /// ## Fix
    /// Build the image on a plain volume. To decrypt one in place, with a backup at hand: LUKS 2 by
    /// `cryptsetup reencrypt --decrypt --header <new file> <device>`, which moves the header into
    /// that file and the data to the front of the device; LUKS 1 by
    /// `cryptsetup reencrypt --decrypt <device>` while it is closed; then take the volume out of
    /// `/etc/crypttab` and of the boot arguments, and make the initial RAM disk anew. BitLocker by
    /// `manage-bde -off C:`; wait until `manage-bde -status C:` says `Fully Decrypted`.
    ///
    /// ## Limits
    /// A volume whose protection is suspended has the same boot sector: its key lies in the clear
    /// on the disk, but the volume is encrypted all the same, and Sysprep refuses it. A volume that
    /// is being decrypted looks so until the last sector is done.
    pub static PART012 = {
        id: "PART012",
        name: "not-encrypted",
        level: Error,
        sources: [FAQ, SEC, QUES, WINP],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let volumes = match os_disk_volumes(subject) {
        Ok(volumes) => volumes,
        Err(outcome) => return outcome,
    };
    // Where the root was found in the clear, a further encrypted volume need not stop the boot.
    let root_is_plain = matches!(subject.inspection.guest, Ok(Some(_)));
    let mut open = None;
    let mut findings = Vec::new();
    for facts in volumes {
        match &facts.volume.content {
            Ok(Content::Luks { version }) => {
                findings.push(luks(facts, *version, root_is_plain));
            }
            Ok(Content::BitLocker) => findings.push(bit_locker(facts, subject)),
            Ok(_) => {}
            Err(unknown) => open = Some(format!("{}: {}", called(facts), unknown.reason)),
        }
    }
    decided_unless(
        open,
        listed(Level::Error, findings.into_iter(), "encrypted volumes"),
    )
}

fn luks(facts: &VolumeFacts, version: u16, root_is_plain: bool) -> Finding {
    let level = if root_is_plain {
        Level::Warning
    } else {
        Level::Error
    };
    Finding::new(
        level,
        format!("{} is encrypted by LUKS {version}", called(facts)),
    )
    .found(format!("a LUKS {version} header"))
    .required("a volume that opens without a passphrase")
    .at(place(facts))
    .fix(format!(
        "build the image on a plain volume, or from another system: {}; then take the volume out of \
         /etc/crypttab and make the initial RAM disk anew",
        match version {
            1 => "cryptsetup reencrypt --decrypt <device>",
            // Without a header of its own, the device has no room to keep track of the work.
            _ => "cryptsetup reencrypt --decrypt --header <new file> <device>",
        }
    ))
}

fn bit_locker(facts: &VolumeFacts, subject: &Subject<'_>) -> Finding {
    let linux = subject
        .inspection
        .os
        .as_ref()
        .is_some_and(|os| os.value == OsFamily::Linux);
    let level = if linux { Level::Warning } else { Level::Error };
    Finding::new(
        level,
        format!("{} is encrypted by BitLocker", called(facts)),
    )
    .found("a boot sector of BitLocker, protection on or suspended")
    .required("a volume that is fully decrypted")
    .at(place(facts))
    .fix("manage-bde.exe -off C:, then wait until manage-bde.exe -status C: says \"Fully Decrypted\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::Guest;
    use crate::guest::testing::Tree;
    use crate::inspect::DiskRole;
    use crate::known::Undetermined;
    use crate::rules::volume::testing::*;
    use crate::rules::{Profile, linux};

    #[test]
    fn an_encrypted_system_fails() {
        assert_eq!(on_linux(&PART012, &[partition(1, LINUX)]), Outcome::pass());
        let luks = with(partition(1, LINUX), Content::Luks { version: 2 });
        let mut sealed = inspection(Ok(vec![luks]), DiskRole::Os, Some(OsFamily::Linux));
        sealed.guest = Err(Undetermined::new("encrypted"));
        let outcome = judge(&PART012, &sealed, Profile::default());
        assert_eq!(outcome.status(), Status::Fail);
        assert_evidence(&outcome);
        let guest = linux::testing::facts(&Tree::new().file("/etc/os-release", "ID=debian"));
        sealed.guest = Ok(Some(Guest::Linux(Box::new(guest))));
        let outcome = judge(&PART012, &sealed, Profile::default());
        assert_eq!(outcome.status(), Status::Warn);
    }

    #[test]
    fn bit_locker_fails_on_windows_and_is_allowed_on_data_disks() {
        let volumes = vec![with(partition(1, LINUX), Content::BitLocker)];
        let windows = inspection(Ok(volumes.clone()), DiskRole::Os, Some(OsFamily::Windows));
        let outcome = judge(&PART012, &windows, Profile::default());
        assert_eq!(outcome.status(), Status::Fail);
        let data = on_data_disk(&PART012, &volumes);
        assert_eq!(data.status(), Status::NotApplicable);
        let mut unread = partition(1, LINUX);
        unread.volume.content = Err(Undetermined::new("unreadable"));
        let outcome = on_linux(&PART012, &[unread]);
        assert_eq!(outcome.status(), Status::Undetermined);
    }
}
