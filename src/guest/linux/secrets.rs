//! Secrets that were left behind: of what kind, where, and who may read them; never what they are.

use std::collections::VecDeque;

use super::accounts::homes::Homes;
use crate::filesystem::FileType;
use crate::guest::{DirEntry, Root, Spot};
use crate::known::{Known, Undetermined};

/// Bytes of a file that are looked at.
const HEAD: u64 = 64 << 10;
/// Entries of one place beside the homes.
pub const MAX_ENTRIES: usize = 20_000;
/// Folders within folders there.
const MAX_DEPTH: u32 = 3;
/// Secrets that are kept.
const MAX_SECRETS: usize = 1000;

/// What it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// A private key, in this form, and whether a passphrase protects it.
    PrivateKey {
        /// `OpenSSH`, `RSA`, `PKCS 8`.
        form: &'static str,
        /// Whether it is encrypted.
        encrypted: bool,
    },
    /// The key that Debian's ssl-cert makes at its installation; every machine of the image has it.
    SnakeoilKey,
    /// The hosts that somebody logged in to.
    KnownHosts,
    /// What logs in to a cloud or another service: which.
    Credentials(&'static str),
    /// The registration of a subscription: whose.
    Subscription(&'static str),
    /// An installer's answers with a password in them.
    InstallerAnswers,
}

/// A secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// What it is.
    pub kind: SecretKind,
    /// The file.
    pub spot: Spot,
    /// Bytes.
    pub size: u64,
    /// Its permission bits, where the file system has them.
    pub mode: Option<u16>,
    /// In whose home it lies, where it lies in one.
    pub owner: Option<String>,
}

/// What was left behind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Secrets {
    /// In the order in which they were found.
    pub list: Vec<Secret>,
    /// What could not be looked at.
    pub open: Vec<Undetermined>,
    /// Places of which only the first [`MAX_ENTRIES`] entries were looked at.
    pub cut: Vec<Spot>,
}

/// When a file of that name is what it seems.
#[derive(Clone, Copy)]
enum Proof {
    /// Whenever it is not empty.
    Presence,
    /// Where one of these words stands in it.
    Words(&'static [&'static str]),
}

/// Folder (empty for any), file, whose, and when it counts.
const CREDENTIALS: [(&str, &str, &str, Proof); 25] = [
    (".aws", "credentials", "AWS", Proof::Presence),
    (".aws", "config", "AWS", Proof::Presence),
    (".azure", "accessTokens.json", "Azure", Proof::Presence),
    (".azure", "azureProfile.json", "Azure", Proof::Presence),
    (".azure", "msal_token_cache.json", "Azure", Proof::Presence),
    (".azure", "msal_token_cache.bin", "Azure", Proof::Presence),
    (
        ".azure",
        "service_principal_entries.json",
        "Azure",
        Proof::Presence,
    ),
    (
        ".azure",
        "service_principal_entries.bin",
        "Azure",
        Proof::Presence,
    ),
    ("gcloud", "credentials.db", "Google Cloud", Proof::Presence),
    (
        "gcloud",
        "access_tokens.db",
        "Google Cloud",
        Proof::Presence,
    ),
    (
        "gcloud",
        "application_default_credentials.json",
        "Google Cloud",
        Proof::Presence,
    ),
    ("", ".git-credentials", "git", Proof::Presence),
    ("", ".netrc", "netrc", Proof::Words(&["password"])),
    (
        ".docker",
        "config.json",
        "a container registry",
        Proof::Words(&["\"auth\"", "\"identitytoken\""]),
    ),
    (
        ".kube",
        "config",
        "Kubernetes",
        Proof::Words(&["token", "client-key-data", "password", "client-certificate"]),
    ),
    ("", ".pgpass", "PostgreSQL", Proof::Presence),
    ("", ".my.cnf", "MySQL", Proof::Words(&["password"])),
    ("", ".npmrc", "npm", Proof::Words(&["_auth", "_password"])),
    ("", ".pypirc", "PyPI", Proof::Words(&["password"])),
    ("", ".vault-token", "Vault", Proof::Presence),
    ("", ".s3cfg", "S3", Proof::Words(&["secret_key"])),
    ("", ".boto", "AWS", Proof::Words(&["secret"])),
    ("gh", "hosts.yml", "GitHub", Proof::Words(&["oauth_token"])),
    (
        ".terraform.d",
        "credentials.tfrc.json",
        "Terraform",
        Proof::Presence,
    ),
    (
        "rclone",
        "rclone.conf",
        "rclone",
        Proof::Words(&["token", "pass", "secret"]),
    ),
];

/// Registrations that belong to one machine.
const SUBSCRIPTIONS: [(&str, &str); 5] = [
    ("/etc/pki/consumer/*.pem", "Red Hat"),
    ("/etc/pki/entitlement/*.pem", "Red Hat"),
    ("/etc/zypp/credentials.d/SCCcredentials", "SUSE"),
    ("/etc/zypp/credentials.d/NCCcredentials", "SUSE"),
    (
        "/var/lib/ubuntu-advantage/private/machine-token.json",
        "Ubuntu Pro",
    ),
];

/// Where private keys lie beside the homes.
const KEY_PLACES: [&str; 4] = [
    "/etc/ssl/private",
    "/etc/pki/tls/private",
    "/etc/letsencrypt/archive",
    "/opt",
];

/// Answers of installers, and the words before a password in them.
const ANSWERS: [(&str, &[&str]); 6] = [
    ("/root/anaconda-ks.cfg", &["\nrootpw ", "--password"]),
    ("/root/original-ks.cfg", &["\nrootpw ", "--password"]),
    ("/root/initial-setup-ks.cfg", &["\nrootpw ", "--password"]),
    ("/var/log/installer/autoinstall-user-data", &["password:"]),
    ("/autoinst.yaml", &["password:"]),
    (
        "/var/adm/autoinstall/cache/installedSystem.xml",
        &["<user_password>"],
    ),
];

fn is_key_name(name: &str) -> bool {
    (name.starts_with("id_") && !name.ends_with(".pub"))
        || [".pem", ".key", ".ppk"]
            .iter()
            .any(|end| name.ends_with(end))
}

fn credentials(name: &str, folder: &str) -> Option<(&'static str, Proof)> {
    CREDENTIALS
        .iter()
        .find(|(place, file, ..)| *file == name && (place.is_empty() || *place == folder))
        .map(|(_, _, whose, proof)| (*whose, *proof))
}

/// Whether a file of that name in a folder of that name may be a secret.
pub(super) fn is_candidate(name: &str, folder: &str) -> bool {
    is_key_name(name)
        || name == "known_hosts"
        || name == "known_hosts.old"
        || credentials(name, folder).is_some()
}

/// The form of the private key in a text, and whether it is encrypted; none where there is none.
fn private_key(text: &str) -> Option<(&'static str, bool)> {
    if text.starts_with("PuTTY-User-Key-File-") {
        return Some(("PuTTY", !text.contains("Encryption: none")));
    }
    let (_, rest) = text.split_once("-----BEGIN ")?;
    // A certificate may stand before its key.
    if !rest.contains("PRIVATE KEY") {
        return None;
    }
    const FORMS: [(&str, &str); 7] = [
        ("OPENSSH PRIVATE KEY", "OpenSSH"),
        ("RSA PRIVATE KEY", "RSA"),
        ("EC PRIVATE KEY", "EC"),
        ("DSA PRIVATE KEY", "DSA"),
        ("PGP PRIVATE KEY BLOCK", "OpenPGP"),
        ("ENCRYPTED PRIVATE KEY", "PKCS 8"),
        ("PRIVATE KEY", "PKCS 8"),
    ];
    let (_, form) = FORMS.iter().find(|(mark, _)| rest.contains(mark))?;
    // What an OpenSSH key begins with that no passphrase protects.
    let open_ssh = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmU";
    let encrypted = match *form {
        "OpenSSH" => !rest.contains(open_ssh),
        _ => rest.contains("ENCRYPTED"),
    };
    Some((form, encrypted))
}

/// The files of a place, a few folders deep, the upper ones first; a place with more entries than
/// are looked at is added to `cut`.
pub(super) fn shallow(
    root: &Root,
    place: &str,
    open: &mut Vec<Undetermined>,
    cut: &mut Vec<Spot>,
) -> Vec<DirEntry> {
    let mut found = Vec::new();
    let mut folders = VecDeque::from([(place.to_owned(), 0_u32)]);
    let mut count = 0_usize;
    while let Some((folder, depth)) = folders.pop_front() {
        let entries = match root.entries(&folder) {
            Ok(entries) => entries,
            Err(unknown) => {
                open.push(unknown);
                continue;
            }
        };
        count = count.saturating_add(entries.len());
        if count > MAX_ENTRIES {
            cut.push(root.spot(place));
            return found;
        }
        for entry in entries {
            if entry.file_type != FileType::Directory {
                found.push(entry);
            } else if depth < MAX_DEPTH {
                folders.push_back((entry.path, depth.saturating_add(1)));
            }
        }
    }
    found
}

struct Search<'a> {
    root: &'a Root,
    out: Secrets,
}

impl Search<'_> {
    fn add(&mut self, kind: SecretKind, path: &str, owner: Option<&str>) -> Known<()> {
        let Some(found) = self.root.metadata(path)? else {
            return Ok(());
        };
        if found.size == 0 || found.file_type != FileType::File {
            return Ok(());
        }
        let known = self.out.list.iter().any(|one| one.spot.path == path);
        if known || self.out.list.len() >= MAX_SECRETS {
            return Ok(());
        }
        self.out.list.push(Secret {
            kind,
            spot: self.root.spot(path),
            size: found.size,
            mode: found.mode,
            owner: owner.map(str::to_owned),
        });
        Ok(())
    }

    fn head(&self, path: &str) -> Known<Option<String>> {
        let head = self.root.bytes_at(path, 0, HEAD)?;
        Ok(head.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn file(&mut self, name: &str, folder: &str, path: &str, owner: Option<&str>) -> Known<()> {
        if name == "ssl-cert-snakeoil.key" {
            return self.add(SecretKind::SnakeoilKey, path, owner);
        }
        if name == "known_hosts" || name == "known_hosts.old" {
            return self.add(SecretKind::KnownHosts, path, owner);
        }
        if let Some((whose, proof)) = credentials(name, folder) {
            let counts = match proof {
                Proof::Presence => true,
                Proof::Words(words) => self
                    .head(path)?
                    .is_some_and(|text| words.iter().any(|word| text.contains(word))),
            };
            return if counts {
                self.add(SecretKind::Credentials(whose), path, owner)
            } else {
                Ok(())
            };
        }
        if is_key_name(name) {
            let text = self.head(path)?.unwrap_or_default();
            if let Some((form, encrypted)) = private_key(&text) {
                return self.add(SecretKind::PrivateKey { form, encrypted }, path, owner);
            }
        }
        Ok(())
    }

    fn note(&mut self, result: Known<()>) {
        if let Err(unknown) = result {
            self.out.open.push(unknown);
        }
    }

    fn subscriptions(&mut self) {
        for (pattern, whose) in SUBSCRIPTIONS {
            match self.root.glob(pattern) {
                Ok(paths) => {
                    for path in paths {
                        let result = self.add(SecretKind::Subscription(whose), &path, None);
                        self.note(result);
                    }
                }
                Err(unknown) => self.out.open.push(unknown),
            }
        }
    }

    fn answers(&mut self, path: &str, words: &[&str]) -> Known<()> {
        let Some(text) = self.head(path)? else {
            return Ok(());
        };
        let text = format!("\n{}", text.replace("rootpw --lock", ""));
        if words.iter().any(|word| text.contains(word)) {
            self.add(SecretKind::InstallerAnswers, path, None)?;
        }
        Ok(())
    }
}

/// Looks for what was left behind.
pub(super) fn gather(root: &Root, homes: &Known<Homes>) -> Secrets {
    let mut search = Search {
        root,
        out: Secrets::default(),
    };
    match homes {
        Ok(homes) => {
            search.out.open.extend(homes.open.iter().cloned());
            for file in &homes.files {
                let owner = file.owner.as_deref();
                let result = search.file(&file.name, &file.folder, &file.path, owner);
                search.note(result);
            }
        }
        Err(unknown) => search.out.open.push(unknown.clone()),
    }
    for place in KEY_PLACES {
        let Secrets { open, cut, .. } = &mut search.out;
        for entry in shallow(root, place, open, cut) {
            let folder = entry.path.rsplit('/').nth(1).unwrap_or_default().to_owned();
            let result = search.file(&entry.name, &folder, &entry.path, None);
            search.note(result);
        }
    }
    search.subscriptions();
    for (path, words) in ANSWERS {
        let result = search.answers(path, words);
        search.note(result);
    }
    search.out
}

#[cfg(test)]
mod tests;
