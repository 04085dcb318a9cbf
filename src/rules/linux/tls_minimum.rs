//! LNX059: the lowest version of TLS.

use super::{Subject, at, guest, known};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::Spot;
use crate::rules::declare_rule;
use crate::rules::partition::listed;

declare_rule! {
    /// Nothing is configured to offer a version of TLS before 1.2.
    ///
    /// ## Why
    /// Older versions are broken, and publishers' lists say that certification refuses them.
    ///
    /// ## Evidence
    /// `MinProtocol` of OpenSSL's configuration, the policy of `/etc/crypto-policies/config`, and
    /// the lines `ssl_protocols` and `SSLProtocol` of nginx and Apache.
    ///
    /// ## What Azure says
    /// Nothing that was read; publishers tell of it.
    ///
    /// ## Fix
    /// `update-crypto-policies --set DEFAULT`; `ssl_protocols TLSv1.2 TLSv1.3;` for nginx;
    /// `SSLProtocol -all +TLSv1.2 +TLSv1.3` for Apache.
    ///
    /// ## Limits
    /// No text of Microsoft's demands it. Other programs' settings are not read, nor is what a
    /// program does without a setting.
    pub static LNX059 = {
        id: "LNX059",
        name: "tls-minimum",
        level: Advice,
        sources: [ADR804, VALID],
    };
}

/// Whether a version's name is one before 1.2.
fn is_old(version: &str) -> bool {
    let version = version.trim_start_matches('+').to_ascii_lowercase();
    matches!(
        version.as_str(),
        "tlsv1" | "tlsv1.0" | "tlsv1.1" | "sslv2" | "sslv3" | "dtlsv1" | "none"
    )
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let tls = match known(&guest.tls) {
        Ok(tls) => tls,
        Err(outcome) => return outcome,
    };
    let advice = |message: String, found: &str, spot: &Spot, fix: &str| {
        Finding::advice(message)
            .found(found.to_owned())
            .required("TLS 1.2 or newer")
            .at(at(spot))
            .fix(fix.to_owned())
    };
    let minimum = tls
        .minimum
        .iter()
        .filter(|line| is_old(&line.value))
        .map(|line| {
            let message = format!("OpenSSL's lowest version is {}", line.value);
            let fix = format!(
                "sed -i 's/^\\(\\s*MinProtocol\\s*=\\).*/\\1 TLSv1.2/' {}",
                super::guest_text::quoted(&line.spot.path)
            );
            advice(message, &line.value, &line.spot, &fix)
        });
    let policy = tls
        .policy
        .iter()
        .filter(|policy| policy.value.split(':').next() == Some("LEGACY"))
        .map(|policy| {
            let message = "the policy LEGACY allows TLS before 1.2".to_owned();
            let fix = "update-crypto-policies --set DEFAULT";
            advice(message, &policy.value, &policy.spot, fix)
        });
    let servers = tls
        .servers
        .iter()
        // Apache takes away what stands after a minus.
        .filter(|line| {
            let mut words = line.value.split_whitespace().skip(1);
            words.any(is_old)
        })
        .map(|line| {
            let message = format!("{} offers TLS before 1.2: {}", line.spot.path, line.value);
            advice(
                message,
                &line.value,
                &line.spot,
                "name TLSv1.2 and TLSv1.3 there, and no other version",
            )
        });
    let all = minimum.chain(policy).chain(servers);
    Outcome::Decided(listed(Level::Advice, all, "settings of TLS"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status::*;
    use crate::rules::linux::sys_testing::debian;
    use crate::rules::linux::testing::*;

    #[test]
    fn old_versions_are_advised_against_where_they_are_set() {
        let cnf = "/etc/ssl/openssl.cnf";
        let nginx = "/etc/nginx/nginx.conf";
        let apache = "/etc/apache2/mods-enabled/ssl.conf";
        let cases = [
            (debian(), Pass, 0),
            (debian().file(cnf, "MinProtocol = TLSv1.2\n"), Pass, 0),
            (debian().file(cnf, "MinProtocol = TLSv1\n"), Pass, 1),
            (
                debian().file("/etc/crypto-policies/config", "DEFAULT\n"),
                Pass,
                0,
            ),
            (
                debian().file("/etc/crypto-policies/config", "LEGACY\n"),
                Pass,
                1,
            ),
            (
                debian().file(nginx, "ssl_protocols TLSv1.1 TLSv1.2;\n"),
                Pass,
                1,
            ),
            (
                debian().file(nginx, "ssl_protocols TLSv1.2 TLSv1.3;\n"),
                Pass,
                0,
            ),
            (
                debian().file(apache, "SSLProtocol all -SSLv3 -TLSv1 -TLSv1.1\n"),
                Pass,
                0,
            ),
            (
                debian().file(apache, "SSLProtocol +TLSv1 +TLSv1.2\n"),
                Pass,
                1,
            ),
            (debian().unreadable(cnf), Undetermined, 0),
        ];
        for (number, (tree, status, count)) in cases.iter().enumerate() {
            let outcome = of(&LNX059, tree);
            assert_eq!(outcome.status(), *status, "case {number}: {outcome:?}");
            assert_eq!(outcome.findings().len(), *count, "case {number}");
        }
        assert_applies_to_linux_only(&LNX059);
    }
}
