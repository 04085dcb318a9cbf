//! LNX048: what the DHCP client does with the host's name.

use super::{Subject, at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::linux::distribution::Family;
use crate::rules::{Profile, declare_rule};

declare_rule! {
    /// The DHCP client is set up for Azure's host names.
    ///
    /// ## Why
    /// The machine's name comes from its deployment. A client that sets another one from a lease,
    /// or does not send it, breaks what resolves the machine by its name.
    ///
    /// ## Evidence
    /// SUSE: `/etc/sysconfig/network/dhcp` holds `DHCLIENT_SET_HOSTNAME="no"`. Azure Linux 3 and
    /// newer: `/etc/dhcpcd.conf` holds `option host_name`; older: `/etc/dhcp/dhclient.conf` holds
    /// `host-name`.
    ///
    /// ## What Azure says
    /// Microsoft's test suite:
    /// `DHCLIENT_SET_HOSTNAME="no" should be present in file /etc/sysconfig/network/dhcp`
    ///
    /// ## Fix
    /// SUSE: take out every line `DHCLIENT_SET_HOSTNAME=` of `/etc/sysconfig/network/dhcp`, and
    /// `printf '\nDHCLIENT_SET_HOSTNAME="no"\n' >> /etc/sysconfig/network/dhcp`. Azure Linux 1 and
    /// 2: `also request host-name;` in `/etc/dhcp/dhclient.conf`; a bare `request` would replace the
    /// whole list of what the client asks for. Azure Linux 3: `option host_name` in
    /// `/etc/dhcpcd.conf`.
    ///
    /// ## Limits
    /// Whether certification runs this check is not known: it fails in the profile `strict` only.
    /// ## Profiles
    /// - `faq-2021-09`: a warning.
    /// - `lisa-2026-08`: a warning.
    /// - `strict`: an error.
    pub static LNX048 = {
        id: "LNX048",
        name: "dhcp-client",
        level: Warning,
        sources: [LISA, SUSE],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let distribution = match known(&guest.distribution) {
        Ok(Some(distribution)) => distribution,
        Ok(None) => return Outcome::not_applicable("no file says which distribution it is"),
        Err(outcome) => return outcome,
    };
    let network = &guest.network;
    let (path, fact, text, fix) = match distribution.family() {
        Family::Suse => (
            "/etc/sysconfig/network/dhcp",
            &network.suse_dhcp,
            "DHCLIENT_SET_HOSTNAME=\"no\"",
            // A file may end without a line break, so that what follows has to bring one.
            r#"sed -i -E '/^\s*DHCLIENT_SET_HOSTNAME=/d' /etc/sysconfig/network/dhcp && printf '\nDHCLIENT_SET_HOSTNAME="no"\n' >> /etc/sysconfig/network/dhcp"#,
        ),
        Family::AzureLinux if distribution.major().is_some_and(|version| version >= 3) => (
            "/etc/dhcpcd.conf",
            &network.dhcpcd_conf,
            "option host_name",
            r"printf '\noption host_name\n' >> /etc/dhcpcd.conf",
        ),
        Family::AzureLinux => (
            "/etc/dhcp/dhclient.conf",
            &network.dhclient_conf,
            "host-name",
            r"printf '\nalso request host-name;\n' >> /etc/dhcp/dhclient.conf",
        ),
        _ => return Outcome::not_applicable("only for SUSE and Azure Linux"),
    };
    let file = match known(fact) {
        Ok(file) => file,
        Err(outcome) => return outcome,
    };
    let level = match subject.profile {
        Profile::Strict => Level::Error,
        Profile::Faq202109 | Profile::Lisa202608 => Level::Warning,
    };
    let (message, spot) = match file {
        Some(file) if file.lacks.is_empty() => return Outcome::pass(),
        Some(file) => (
            format!("{path} does not hold {text}, which LISA (Microsoft's test suite) looks for"),
            Some(&file.spot),
        ),
        None => (
            format!("there is no {path}, which LISA (Microsoft's test suite) wants to hold {text}"),
            None,
        ),
    };
    let finding = Finding::new(level, message)
        .found(if spot.is_some() {
            "no such text"
        } else {
            "no such file"
        })
        .required(text)
        .fix(fix);
    Outcome::Decided(vec![match spot {
        Some(spot) => finding.at(at(spot)),
        None => finding,
    }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status::{self, *};
    use crate::rules::linux::sys_testing::{debian, release};
    use crate::rules::linux::testing::*;

    #[test]
    fn the_text_of_each_distribution_is_looked_for() {
        let suse = release("sles", "15.5");
        let dhcp = "/etc/sysconfig/network/dhcp";
        let azure3 = release("azurelinux", "3.0");
        let mariner = release("mariner", "2.0");
        let cases = [
            (
                suse.clone().file(dhcp, "DHCLIENT_SET_HOSTNAME=\"no\"\n"),
                [Pass; 3],
            ),
            (
                suse.clone().file(dhcp, "DHCLIENT_SET_HOSTNAME='no'\n"),
                [Warn, Warn, Fail],
            ),
            (suse.clone(), [Warn, Warn, Fail]),
            (suse.unreadable(dhcp), [Undetermined; 3]),
            (
                azure3
                    .clone()
                    .file("/etc/dhcpcd.conf", "option host_name\n"),
                [Pass; 3],
            ),
            (azure3, [Warn, Warn, Fail]),
            (
                mariner.file("/etc/dhcp/dhclient.conf", "request host-name;\n"),
                [Pass; 3],
            ),
            (debian(), [NotApplicable; 3]),
        ];
        for (number, (tree, expected)) in cases.iter().enumerate() {
            let outcomes = in_profiles(&LNX048, tree);
            outcomes.iter().for_each(assert_evidence);
            let found: [Status; 3] = outcomes.each_ref().map(Outcome::status);
            assert_eq!(found, *expected, "case {number}: {outcomes:?}");
        }
        assert_applies_to_linux_only(&LNX048);
    }
}
