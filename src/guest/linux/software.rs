//! Versions of single programs that Azure's checks ask for: OpenSSL, Python, OMI, log4j.

mod log4j;
#[cfg(test)]
mod tests;

pub use log4j::{Jar, Jars};

use super::packages::Packages;
use crate::guest::version::Dotted;
use crate::guest::{Root, Spot};
use crate::known::Known;

/// Bytes of a program or library that is searched for a version.
const MAX_PROGRAM: u64 = 32 << 20;
/// Characters of a version.
const MAX_VERSION: usize = 40;

/// Where a shell looks for programs.
const PATH: [&str; 5] = [
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/sbin",
    "/usr/bin",
    "/bin",
];

/// A program that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Its version, where it could be told.
    pub version: Option<String>,
    /// What tells the version: `package openssl`, `the name python3.11`.
    pub evidence: String,
    /// The program.
    pub spot: Spot,
}

/// Versions of single programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Software {
    /// The command `openssl` that a shell would start.
    pub openssl: Known<Option<Program>>,
    /// The first of `python3`, `python` and `platform-python`.
    pub python: Known<Option<Program>>,
    /// The server of OMI, by its package or its file.
    pub omi: Known<Option<Program>>,
    /// The jars of log4j-core under the usual folders.
    pub log4j: Known<Jars>,
    /// Python's module pyasn1.
    pub pyasn1: Known<Option<Spot>>,
    /// The file with which Defender for Endpoint is bound to its owner; only whether it is there.
    pub defender_onboarding: Known<Option<Spot>>,
}

/// Looks the programs up.
pub(super) fn gather(root: &Root, packages: &Known<Packages>) -> Software {
    let onboarding = "/etc/opt/microsoft/mdatp/mdatp_onboard.json";
    Software {
        openssl: openssl(root, packages),
        python: python(root, packages),
        omi: omi(root, packages),
        log4j: log4j::find(root),
        pyasn1: pyasn1(root),
        defender_onboarding: root
            .exists(onboarding)
            .map(|there| there.then(|| root.spot(onboarding))),
    }
}

fn openssl(root: &Root, packages: &Known<Packages>) -> Known<Option<Program>> {
    for folder in PATH {
        let path = format!("{folder}/openssl");
        if !root.exists(&path)? {
            continue;
        }
        let spot = root.real_spot(&path);
        let program = |version, evidence: String| {
            Ok(Some(Program {
                version,
                evidence,
                spot: spot.clone(),
            }))
        };
        let is_own = folder.starts_with("/usr/local");
        let installed = packages.as_ref().ok().filter(|_| !is_own);
        let package = installed.and_then(|list| {
            [
                "openssl",
                "openssl-3",
                "openssl3",
                "openssl-1_1",
                "openssl-1_0_0",
            ]
            .into_iter()
            .find_map(|name| list.find(name))
        });
        if let Some(package) = package {
            let version = package.upstream_version().to_owned();
            return program(
                Some(version),
                format!("package {} {}", package.name, package.version),
            );
        }
        for file in [
            path.as_str(),
            "/usr/lib/x86_64-linux-gnu/libcrypto.so.3",
            "/usr/lib/aarch64-linux-gnu/libcrypto.so.3",
            "/usr/lib64/libcrypto.so.3",
            "/usr/lib/libcrypto.so.3",
            "/lib/libcrypto.so.3",
            "/usr/lib/x86_64-linux-gnu/libcrypto.so.1.1",
            "/usr/lib64/libcrypto.so.1.1",
            "/usr/lib/libcrypto.so.1.1",
        ] {
            let bytes = root.bytes(file, MAX_PROGRAM)?.unwrap_or_default();
            if let Some(version) = version_after(&bytes, b"OpenSSL ") {
                return program(Some(version), format!("a text in {file}"));
            }
        }
        return program(None, "no package, and no version in the program".to_owned());
    }
    Ok(None)
}

/// The version that stands after a name in a program's bytes: `3.0.11` of `OpenSSL 3.0.11 19 Sep`.
fn version_after(bytes: &[u8], name: &[u8]) -> Option<String> {
    let first = *name.first()?;
    let mut at = 0_usize;
    while let Some(rest) = bytes.get(at..) {
        let found = rest.iter().position(|byte| *byte == first)?;
        at = at.checked_add(found)?;
        let text = bytes.get(at..)?;
        if let Some(version) = text.strip_prefix(name) {
            let length = version
                .iter()
                .take(MAX_VERSION)
                .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'.')
                .count();
            let text = String::from_utf8_lossy(version.get(..length)?).into_owned();
            if Dotted::of(&text).numbers().len() >= 2 {
                return Some(text);
            }
        }
        at = at.checked_add(1)?;
    }
    None
}

fn python(root: &Root, packages: &Known<Packages>) -> Known<Option<Program>> {
    let mut paths = Vec::new();
    for name in ["python3", "python"] {
        paths.extend(PATH.map(|folder| format!("{folder}/{name}")));
    }
    paths.extend(
        [
            "/usr/libexec/platform-python",
            "/usr/share/oem/python/bin/python3",
            "/usr/share/oem/python/bin/python",
        ]
        .map(str::to_owned),
    );
    for path in paths {
        let Some(real) = root.real_path(&path)? else {
            continue;
        };
        let name = real.rsplit('/').next().unwrap_or_default();
        let of_name = name
            .strip_prefix("python")
            .or_else(|| name.strip_prefix("platform-python"))
            .filter(|version| Dotted::of(version).numbers().len() >= 2);
        let spot = root.spot(&real);
        let (version, evidence) = match of_name {
            Some(version) => (Some(version.to_owned()), format!("the name {name}")),
            None => {
                let package = packages.as_ref().ok().and_then(|list| {
                    [
                        "python3-minimal",
                        "python3",
                        "python-minimal",
                        "python",
                        "platform-python",
                    ]
                    .into_iter()
                    .find_map(|name| list.find(name))
                });
                match package {
                    Some(package) => (
                        Some(package.upstream_version().to_owned()),
                        format!("package {} {}", package.name, package.version),
                    ),
                    None => (None, "no number in its name, and no package".to_owned()),
                }
            }
        };
        return Ok(Some(Program {
            version,
            evidence,
            spot,
        }));
    }
    Ok(None)
}

fn omi(root: &Root, packages: &Known<Packages>) -> Known<Option<Program>> {
    let server = "/opt/omi/bin/omiserver";
    let there = root.exists(server)?;
    let packages = packages.as_ref().map_err(Clone::clone);
    if let Some(package) = packages.as_ref().ok().and_then(|list| list.find("omi")) {
        // Its revision counts as a number too: 1.9.1-0 is 1.9.1.0.
        let version = package.version.replace('-', ".");
        return Ok(Some(Program {
            version: Some(version),
            evidence: format!("package omi {}", package.version),
            spot: root.spot(server),
        }));
    }
    if there {
        return Ok(Some(Program {
            version: None,
            evidence: "the program without a package".to_owned(),
            spot: root.spot(server),
        }));
    }
    // Without the list of packages its absence is not known.
    packages.map(|_| None)
}

fn pyasn1(root: &Root) -> Known<Option<Spot>> {
    for pattern in [
        "/usr/lib/python*/*-packages/pyasn1",
        "/usr/lib64/python*/*-packages/pyasn1",
        "/usr/local/lib/python*/*-packages/pyasn1",
    ] {
        if let Some(path) = root.glob(pattern)?.first() {
            return Ok(Some(root.spot(path)));
        }
    }
    Ok(None)
}
