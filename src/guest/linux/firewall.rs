//! Host firewalls: which are configured, and whether SSH gets through as far as that is plain.

use super::ini;
use crate::guest::{Located, Root, Spot};
use crate::known::Known;

/// Which firewall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirewallKind {
    /// ufw.
    Ufw,
    /// firewalld.
    Firewalld,
    /// nftables' own service.
    Nftables,
    /// Rules of iptables that are loaded at boot.
    Iptables,
    /// SUSE's older one.
    SuseFirewall,
}

impl FirewallKind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ufw => "ufw",
            Self::Firewalld => "firewalld",
            Self::Nftables => "nftables",
            Self::Iptables => "iptables",
            Self::SuseFirewall => "SuSEfirewall2",
        }
    }

    /// The units that start it.
    pub fn units(self) -> &'static [&'static str] {
        match self {
            Self::Ufw => &["ufw.service"],
            Self::Firewalld => &["firewalld.service"],
            Self::Nftables => &["nftables.service"],
            Self::Iptables => &[
                "iptables.service",
                "netfilter-persistent.service",
                "iptables-persistent.service",
            ],
            Self::SuseFirewall => &["SuSEfirewall2.service", "SuSEfirewall2_setup.service"],
        }
    }
}

/// Whether SSH gets through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Through {
    /// Yes: what lets it.
    Yes(Spot),
    /// Nothing that was read lets it through.
    No,
    /// The rules filter nothing.
    FiltersNothing,
}

/// A firewall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firewall {
    /// Which one.
    pub kind: FirewallKind,
    /// The file of its rules or of its configuration.
    pub spot: Spot,
    /// Its own switch, where it has one beside its unit.
    pub switch: Option<Located<bool>>,
    /// Whether SSH gets through, or why that is not plain.
    pub ssh: Known<Through>,
}

/// The firewalls whose configuration is there.
pub type Firewalls = Known<Vec<Firewall>>;

/// Reads them.
pub(super) fn gather(root: &Root) -> Firewalls {
    let mut out = Vec::new();
    if let Some(file) = root.text("/etc/ufw/ufw.conf")? {
        let settings = ini::settings(&file);
        let switch = ini::last(&settings, "", "ENABLED").map(|found| {
            Located::new(found.value.eq_ignore_ascii_case("yes"), file.at(found.line))
        });
        out.push(Firewall {
            kind: FirewallKind::Ufw,
            spot: file.spot.clone(),
            switch,
            ssh: ufw(root),
        });
    }
    if let Some(file) = root.text("/etc/firewalld/firewalld.conf")? {
        let settings = ini::settings(&file);
        let zone = ini::last(&settings, "", "DefaultZone").map_or("public", |found| &found.value);
        out.push(Firewall {
            kind: FirewallKind::Firewalld,
            spot: file.spot.clone(),
            switch: None,
            ssh: firewalld(root, zone),
        });
    }
    for (kind, path) in [
        (FirewallKind::Nftables, "/etc/nftables.conf"),
        (FirewallKind::Nftables, "/etc/sysconfig/nftables.conf"),
        (FirewallKind::Iptables, "/etc/iptables/rules.v4"),
        (FirewallKind::Iptables, "/etc/sysconfig/iptables"),
        (FirewallKind::SuseFirewall, "/etc/sysconfig/SuSEfirewall2"),
    ] {
        if let Some(file) = root.text(path)? {
            let lines = file
                .settings()
                .map(|(number, line)| (file.at(number), line));
            out.push(Firewall {
                kind,
                spot: file.spot.clone(),
                switch: None,
                ssh: Ok(rules(lines, kind)),
            });
        }
    }
    Ok(out)
}

/// ufw keeps what `ufw allow` said as comments of its rules.
fn ufw(root: &Root) -> Known<Through> {
    if let Some(file) = root.text("/etc/default/ufw")? {
        let settings = ini::settings(&file);
        let policy = ini::last(&settings, "", "DEFAULT_INPUT_POLICY");
        if policy.is_some_and(|policy| policy.value == "ACCEPT") {
            return Ok(Through::FiltersNothing);
        }
    }
    let Some(file) = root.first_text(&["/etc/ufw/user.rules", "/lib/ufw/user.rules"])? else {
        return Ok(Through::No);
    };
    for (number, line) in file.lines() {
        let Some(tuple) = line.strip_prefix("### tuple ### ") else {
            continue;
        };
        let words: Vec<_> = tuple.split_whitespace().collect();
        if let [action, protocol, port, ..] = words.as_slice()
            && matches!(*action, "allow" | "limit")
            && matches!(*protocol, "tcp" | "any")
            && (*port == "any" || ports(port))
        {
            return Ok(Through::Yes(file.at(number)));
        }
    }
    Ok(Through::No)
}

/// Whether 22 is in `22`, `80,22` or `20:25`.
fn ports(list: &str) -> bool {
    list.split(',').any(|part| {
        let mut ends = part.split([':', '-']).map(str::parse::<u16>);
        match (ends.next(), ends.next()) {
            (Some(Ok(from)), Some(Ok(to))) => (from..=to).contains(&22),
            (Some(Ok(port)), None) => port == 22,
            _ => false,
        }
    })
}

fn firewalld(root: &Root, zone: &str) -> Known<Through> {
    let paths = ["/etc/firewalld/zones", "/usr/lib/firewalld/zones"]
        .map(|folder| format!("{folder}/{}.xml", zone.replace('/', "_")));
    let Some(file) = root.first_text(&[&paths[0], &paths[1]])? else {
        return Ok(Through::No);
    };
    for (number, line) in file.lines() {
        let port = line
            .split_once("<port ")
            .and_then(|(_, rest)| rest.split_once("port=\""))
            .and_then(|(_, rest)| rest.split('"').next());
        if line.contains("<service name=\"ssh\"") || port.is_some_and(ports) {
            return Ok(Through::Yes(file.at(number)));
        }
        if line.contains("target=\"ACCEPT\"") {
            return Ok(Through::FiltersNothing);
        }
    }
    Ok(Through::No)
}

/// Rules as text: without a word that turns something away they filter nothing.
fn rules<'a>(lines: impl Iterator<Item = (Spot, &'a str)>, kind: FirewallKind) -> Through {
    let mut filters = kind == FirewallKind::SuseFirewall;
    let mut through = None;
    for (spot, line) in lines {
        let words: Vec<_> = line
            .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':')))
            .filter(|word| !word.is_empty())
            .collect();
        let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
        filters |= match kind {
            FirewallKind::Nftables => has(&["drop", "reject"]),
            // `:FORWARD DROP` keeps nothing from the machine itself.
            FirewallKind::Iptables => line.contains("INPUT") && has(&["DROP", "REJECT"]),
            _ => false,
        };
        let opens = match kind {
            FirewallKind::SuseFirewall => line.starts_with("FW_SERVICES_EXT_TCP"),
            _ => has(&["accept", "ACCEPT"]) && has(&["dport", "--dport", "--dports"]),
        };
        if through.is_none() && opens && words.iter().any(|word| *word == "ssh" || ports(word)) {
            through = Some(spot);
        }
    }
    match through {
        _ if !filters => Through::FiltersNothing,
        Some(spot) => Through::Yes(spot),
        None => Through::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::linux::hostile::mutated;
    use crate::guest::testing::Tree;

    const UFW_RULES: &str = "*filter\n:ufw-user-input - [0:0]\n### RULES ###\n\n\
        ### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in\n\
        -A ufw-user-input -p tcp --dport 22 -j ACCEPT\n\n### END RULES ###\n";
    /// Debian's own.
    const NFT: &str = "#!/usr/sbin/nft -f\n\nflush ruleset\n\ntable inet filter {\n\tchain input {\n\t\t\
        type filter hook input priority filter;\n\t}\n}\n";
    const IPTABLES: &str = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n\
        -A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT\n\
        -A INPUT -p tcp -m state --state NEW -m tcp --dport 22 -j ACCEPT\n\
        -A INPUT -j REJECT --reject-with icmp-host-prohibited\nCOMMIT\n";

    fn only(tree: &Tree) -> Firewall {
        let mut all = gather(&tree.clone().root()).unwrap();
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    fn line(ssh: &Known<Through>) -> Option<u32> {
        match ssh {
            Ok(Through::Yes(spot)) => spot.line,
            _ => None,
        }
    }

    #[test]
    fn ufw_s_switch_and_rules_are_read() {
        let tree = Tree::new()
            .file(
                "/etc/ufw/ufw.conf",
                "# /etc/ufw/ufw.conf\nENABLED=yes\nLOGLEVEL=low\n",
            )
            .file("/etc/ufw/user.rules", UFW_RULES);
        let ufw = only(&tree);
        let switch = ufw.switch.unwrap();
        assert_eq!((switch.value, switch.spot.line), (true, Some(2)));
        assert_eq!(line(&ufw.ssh), Some(5));
        let closed = tree
            .clone()
            .replace("/etc/ufw/user.rules", "tcp 22 ", "tcp 443 ");
        assert_eq!(only(&closed).ssh, Ok(Through::No));
        let open = closed.file("/etc/default/ufw", "DEFAULT_INPUT_POLICY=\"ACCEPT\"\n");
        assert_eq!(only(&open).ssh, Ok(Through::FiltersNothing));
        assert!(only(&tree.unreadable("/etc/ufw/user.rules")).ssh.is_err());
    }

    #[test]
    fn firewalld_s_default_zone_is_read() {
        let zone = "<zone>\n  <service name=\"ssh\"/>\n  <service name=\"cockpit\"/>\n</zone>\n";
        let tree = Tree::new()
            .file("/etc/firewalld/firewalld.conf", "# x\nDefaultZone=public\n")
            .file("/usr/lib/firewalld/zones/public.xml", zone);
        assert_eq!(line(&only(&tree).ssh), Some(2));
        let own = tree.file(
            "/etc/firewalld/zones/public.xml",
            "<zone>\n<port protocol=\"tcp\" port=\"20-25\"/>\n",
        );
        assert_eq!(line(&only(&own).ssh), Some(2));
        let none = own.file(
            "/etc/firewalld/zones/public.xml",
            "<zone>\n<port port=\"8022\" protocol=\"tcp\"/>\n",
        );
        assert_eq!(only(&none).ssh, Ok(Through::No));
    }

    #[test]
    fn rules_that_turn_nothing_away_are_told_from_those_that_do() {
        let nft = Tree::new().file("/etc/nftables.conf", NFT);
        assert_eq!(only(&nft).ssh, Ok(Through::FiltersNothing));
        let drops = nft.replace("/etc/nftables.conf", "filter;", "filter; policy drop;");
        assert_eq!(only(&drops).ssh, Ok(Through::No));
        let open = drops.append("/etc/nftables.conf", "tcp dport { 80, 22 } accept\n");
        assert!(line(&only(&open).ssh).is_some());
        let iptables = Tree::new().file("/etc/sysconfig/iptables", IPTABLES);
        assert_eq!(line(&only(&iptables).ssh), Some(5));
        let closed = iptables.replace("/etc/sysconfig/iptables", "--dport 22", "--dport 2222");
        assert_eq!(only(&closed).ssh, Ok(Through::No));
    }

    #[test]
    fn changed_files_never_break_the_readers() {
        for text in [UFW_RULES, NFT, IPTABLES] {
            mutated(text, 700, |bytes| {
                let tree = Tree::new()
                    .bytes("/etc/ufw/ufw.conf", bytes)
                    .bytes("/etc/ufw/user.rules", bytes)
                    .bytes("/etc/firewalld/firewalld.conf", bytes)
                    .bytes("/etc/nftables.conf", bytes)
                    .bytes("/etc/sysconfig/iptables", bytes)
                    .bytes("/etc/sysconfig/SuSEfirewall2", bytes);
                gather(&tree.root()).unwrap();
            });
        }
    }
}
