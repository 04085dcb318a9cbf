//! What Microsoft's test suite looks for in each distribution's repositories.

use crate::guest::linux::distribution::{Distribution, Family};
use crate::guest::linux::repositories::{Repositories, Repository, RepositoryKind};

/// What is missing of what is looked for.
pub(super) struct Expected {
    pub(super) missing: Vec<String>,
    pub(super) written_at_first_boot: bool,
    pub(super) fix: &'static str,
}

/// What is missing; none for a distribution of which nothing is known.
pub(super) fn of(distribution: &Distribution, all: &Repositories) -> Option<Expected> {
    let enabled: Vec<_> = all.enabled().collect();
    let mut missing = Vec::new();
    let mut want = |there: bool, what: &str| {
        if !there {
            missing.push(what.to_owned());
        }
    };
    let mut written_at_first_boot = false;
    let id = distribution.id.as_str();
    let fix = match distribution.family() {
        Family::Ubuntu => {
            written_at_first_boot = true;
            let host = |name: &str| by_address(&enabled, |host, _| host == name);
            let suite = |end: &str| {
                enabled
                    .iter()
                    .any(|one| one.suites.iter().any(|s| s.contains(end)))
            };
            let there = host("azure.archive.ubuntu.com") || host("ports.ubuntu.com");
            want(
                there,
                "azure.archive.ubuntu.com (ports.ubuntu.com on Arm64)",
            );
            want(suite("-security"), "a suite -security");
            want(suite("-updates"), "a suite -updates");
            "sed -i -E 's#http://([a-z]{2}\\.)?archive\\.ubuntu\\.com#http://azure.archive.ubuntu.com#' \
             /etc/apt/sources.list /etc/apt/sources.list.d/*.sources"
        }
        Family::Debian if id == "debian" => {
            written_at_first_boot = true;
            want(
                by_address(&enabled, debian),
                "Debian's main mirror, debian-archive.trafficmanager.net or azure.deb.debian.cloud/debian",
            );
            "put a line 'deb https://azure.deb.debian.cloud/debian' with the release and 'main' into /etc/apt/sources.list"
        }
        Family::Debian | Family::Other | Family::Alpine | Family::Arch | Family::CoreOs => {
            return None;
        }
        Family::Suse if id.starts_with("opensuse") => {
            let is = |one: &&&Repository, word: &str| {
                let text = format!("{} {}", one.id, one.name).to_ascii_lowercase();
                text.contains(word) && !text.contains("debug") && !text.contains("non")
            };
            let count = |word: &str, refresh: bool| {
                let of = enabled.iter().filter(|one| is(one, word));
                of.filter(|one| !refresh || one.refresh).count()
            };
            want(count("oss", false) > 0, "oss");
            want(count("update", false) > 0, "update");
            want(count("oss", true) > 0, "oss, with refresh on");
            want(
                count("update", true) > 2,
                "update, more than two with refresh on",
            );
            "zypper modifyrepo --refresh --all"
        }
        Family::Suse => {
            // SUSE's agent for the cloud registers a machine at its first boot.
            written_at_first_boot = true;
            let names = |word: &str| {
                enabled
                    .iter()
                    .any(|one| one.id.contains(word) || one.name.contains(word))
            };
            want(names("Pool"), "Pool");
            want(names("Updates"), "Updates");
            "SUSEConnect --regcode <code>, or registercloudguest on a running machine"
        }
        Family::Fedora => return Some(red_hat(distribution, all, &enabled)),
        Family::AzureLinux => {
            let names: &[&str] = match (id, distribution.major()) {
                ("azurelinux", Some(3)) => &[
                    "azurelinux-official-base",
                    "azurelinux-official-ms-non-oss",
                    "azurelinux-official-ms-oss",
                ],
                ("mariner", Some(1)) => &[
                    "mariner-official-base",
                    "mariner-official-microsoft",
                    "mariner-official-update",
                ],
                ("mariner", Some(2)) => &[
                    "mariner-official-base",
                    "mariner-official-microsoft",
                    "mariner-official-extras",
                ],
                _ => return None,
            };
            for name in names {
                want(enabled.iter().any(|one| one.id.contains(name)), name);
            }
            "tdnf reinstall -y azurelinux-repos-shared azurelinux-repos || tdnf reinstall -y mariner-repos-shared mariner-repos"
        }
    };
    Some(Expected {
        missing,
        written_at_first_boot,
        fix,
    })
}

fn red_hat(distribution: &Distribution, all: &Repositories, enabled: &[&Repository]) -> Expected {
    let mut missing = Vec::new();
    let major = distribution.major().unwrap_or(0);
    let ids = |words: &[&str]| {
        enabled.iter().any(|one| {
            words
                .iter()
                .any(|word| one.id.to_ascii_lowercase().contains(word))
        })
    };
    match distribution.id.as_str() {
        "ol" | "oracle" if !ids(&["latest"]) => missing.push("latest".to_owned()),
        "ol" | "oracle" => {}
        id if major >= 8 => {
            if !ids(&["base", "baseos", "rhel", "fedora", "centos", "rhui"]) {
                missing.push("one of base, baseos, rhel, fedora, centos and rhui".to_owned());
            }
            // Pay-as-you-go images of Red Hat's own are those with RHUI.
            let rhui = all
                .list
                .iter()
                .filter(|one| one.id.contains("rhui-"))
                .count();
            if id == "rhel" && (1..=5).contains(&rhui) {
                missing.push("rhui- (more than five)".to_owned());
            }
        }
        _ => {}
    }
    let before_6_6 = matches!(distribution.version().as_slice(), [6, minor, ..] if *minor < 6)
        || (1..6).contains(&major);
    if before_6_6 && all.caches_packages.is_none() {
        missing.push("http_caching=packages in /etc/yum.conf".to_owned());
    }
    Expected {
        missing,
        written_at_first_boot: false,
        fix: if before_6_6 {
            "echo http_caching=packages >> /etc/yum.conf"
        } else {
            "yum-config-manager --enable with the id of the distribution's base repository"
        },
    }
}

fn by_address(enabled: &[&Repository], fits: impl Fn(&str, &str) -> bool) -> bool {
    enabled
        .iter()
        .filter(|one| one.kind == RepositoryKind::Apt)
        .flat_map(|one| &one.addresses)
        .filter_map(|address| address.split_once("://"))
        .any(|(_, rest)| {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            fits(host, path)
        })
}

/// Debian's main mirror is the host `deb` of its own domain.
fn debian(host: &str, path: &str) -> bool {
    host.strip_suffix(".debian.org") == Some("deb")
        || host == "debian-archive.trafficmanager.net"
        || (host == "azure.deb.debian.cloud" && path.starts_with("debian"))
}
