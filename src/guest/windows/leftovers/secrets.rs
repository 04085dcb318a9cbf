//! Private keys and credentials in files: of what kind and where; never what they are.

use super::Found;
use crate::filesystem::FileType;
use crate::guest::{Root, Spot};
use crate::known::Known;

/// Bytes of a file that are looked at.
const HEAD: u64 = 64 << 10;
/// Entries of one place that are looked at.
const MAX_ENTRIES: usize = 20_000;
/// Folders within folders.
const MAX_DEPTH: u32 = 3;
/// Secrets that are kept.
const MAX_SECRETS: usize = 1000;

/// What it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SecretKind {
    /// A private key as text: PEM, OpenSSH or PuTTY.
    PrivateKey,
    /// A file for certificates with their keys (PKCS #12), by its name.
    KeyStore,
    /// A key of the machine's own OpenSSH server.
    HostKey,
    /// The hosts that somebody logged in to by SSH.
    KnownHosts,
    /// What logs in to a cloud or another service: which.
    Credentials(&'static str),
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
}

/// Files in a profile that log in somewhere, and where.
const CREDENTIALS: [(&str, &str); 16] = [
    (".azure/accessTokens.json", "Azure"),
    (".azure/azureProfile.json", "Azure"),
    (".azure/msal_token_cache.bin", "Azure"),
    (".azure/msal_token_cache.json", "Azure"),
    (".azure/service_principal_entries.bin", "Azure"),
    (".azure/service_principal_entries.json", "Azure"),
    (".azure/AzureRmContext.json", "Azure PowerShell"),
    (".azure/TokenCache.dat", "Azure PowerShell"),
    (".aws/credentials", "AWS"),
    ("AppData/Roaming/gcloud/credentials.db", "Google Cloud"),
    ("AppData/Roaming/gcloud/access_tokens.db", "Google Cloud"),
    (".git-credentials", "git"),
    ("_netrc", "netrc"),
    (".kube/config", "Kubernetes"),
    (".docker/config.json", "a container registry"),
    ("AppData/Roaming/postgresql/pgpass.conf", "PostgreSQL"),
];
/// Folders of a profile in which keys are looked for.
const FOLDERS: [&str; 4] = [".ssh", "Desktop", "Documents", "Downloads"];

/// Folders on top of `C:` that are Windows' own, or are looked at elsewhere.
const OWN: [&str; 11] = [
    "$Recycle.Bin",
    "Boot",
    "Packages",
    "PerfLogs",
    "Program Files",
    "Program Files (x86)",
    "ProgramData",
    "Recovery",
    "System Volume Information",
    "Users",
    "Windows",
];

pub(super) fn gather(root: &Root, profiles: &Known<Vec<String>>) -> Found<Secret> {
    let mut found = Found::default();
    let profiles = found.take(profiles.clone()).unwrap_or_default();
    for profile in &profiles {
        for (file, whose) in CREDENTIALS {
            let path = format!("{profile}/{file}");
            let metadata = found.take(root.metadata(&path)).flatten();
            if let Some(metadata) = metadata.filter(|file| file.file_type == FileType::File) {
                let kind = SecretKind::Credentials(whose);
                add(root, &mut found, kind, &path, metadata.size);
            }
        }
        look(root, &mut found, profile, MAX_DEPTH);
        for folder in FOLDERS {
            look(root, &mut found, &format!("{profile}/{folder}"), 0);
        }
    }
    look(root, &mut found, "/", MAX_DEPTH);
    look(root, &mut found, "/ProgramData/ssh", 0);
    for entry in found.take(root.entries("/")).unwrap_or_default() {
        let is_own = OWN.iter().any(|own| entry.name.eq_ignore_ascii_case(own));
        if entry.file_type == FileType::Directory && !is_own {
            look(root, &mut found, &entry.path, 1);
        }
    }
    found
}

fn add(root: &Root, found: &mut Found<Secret>, kind: SecretKind, path: &str, size: u64) {
    if size > 0 && found.list.len() < MAX_SECRETS {
        found.list.push(Secret {
            kind,
            spot: root.spot(path),
            size,
        });
    }
}

/// Looks for keys in a folder that lies `depth` deep, and in those within up to the depth allowed.
fn look(root: &Root, found: &mut Found<Secret>, folder: &str, depth: u32) {
    let mut folders = vec![(folder.to_owned(), depth)];
    let mut seen = 0_usize;
    while let Some((folder, depth)) = folders.pop() {
        for entry in found.take(root.entries(&folder)).unwrap_or_default() {
            seen = seen.saturating_add(1);
            if seen > MAX_ENTRIES {
                found.cut.push(root.spot(&folder));
                return;
            }
            match entry.file_type {
                FileType::Directory if depth < MAX_DEPTH => {
                    folders.push((entry.path, depth.saturating_add(1)));
                }
                FileType::File if is_of_interest(&entry.name) => {
                    let kind = kind(root, &entry.path, &entry.name);
                    let size = root.metadata(&entry.path);
                    if let (Some(Some(kind)), Some(Some(metadata))) =
                        (found.take(kind), found.take(size))
                    {
                        add(root, found, kind, &entry.path, metadata.size);
                    }
                }
                _ => {}
            }
        }
    }
}

fn is_of_interest(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let ends = [".pem", ".key", ".ppk", ".pfx", ".p12", "_key"];
    name == "known_hosts"
        || (name.starts_with("id_") && !name.ends_with(".pub"))
        || ends.iter().any(|end| name.ends_with(end))
}

/// What a file is; none where its first bytes are no key's.
fn kind(root: &Root, path: &str, name: &str) -> Known<Option<SecretKind>> {
    let name = name.to_ascii_lowercase();
    if name == "known_hosts" {
        return Ok(Some(SecretKind::KnownHosts));
    }
    if name.ends_with(".pfx") || name.ends_with(".p12") {
        return Ok(Some(SecretKind::KeyStore));
    }
    let head = root.bytes_at(path, 0, HEAD)?.unwrap_or_default();
    let holds = |word: &[u8]| head.windows(word.len()).any(|part| part == word);
    if !holds(b"PRIVATE KEY-----") && !holds(b"PuTTY-User-Key-File-") {
        return Ok(None);
    }
    Ok(Some(if name.starts_with("ssh_host_") {
        SecretKind::HostKey
    } else {
        SecretKind::PrivateKey
    }))
}
