//! The lowest version of TLS that is allowed: OpenSSL's, the distribution's policy, web servers'.

use super::ini;
use crate::filesystem::FileType;
use crate::guest::{Located, Root};
use crate::known::Known;

/// Files of one web server that are read.
const MAX_FILES: usize = 300;

/// What is said of TLS.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tls {
    /// Lines `MinProtocol` of OpenSSL's configuration.
    pub minimum: Vec<Located<String>>,
    /// The policy of `/etc/crypto-policies/config`.
    pub policy: Option<Located<String>>,
    /// Lines of web servers that name versions: `ssl_protocols`, `SSLProtocol`.
    pub servers: Vec<Located<String>>,
}

/// Reads it.
pub(super) fn gather(root: &Root) -> Known<Tls> {
    let mut tls = Tls::default();
    for path in ["/etc/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf"] {
        if let Some(file) = root.text(path)? {
            for setting in ini::settings(&file) {
                if setting.key.ends_with("MinProtocol") {
                    let value = ini::short(&setting.value, 100);
                    let found = Located::new(value, file.at(setting.line));
                    // Red Hat's path is a link to the other on some systems.
                    if !tls.minimum.contains(&found) {
                        tls.minimum.push(found);
                    }
                }
            }
        }
    }
    if let Some(file) = root.text("/etc/crypto-policies/config")? {
        tls.policy = file
            .settings()
            .next()
            .map(|(line, policy)| Located::new(ini::short(policy, 100), file.at(line)));
    }
    for pattern in [
        "/etc/nginx/nginx.conf",
        "/etc/nginx/conf.d/*.conf",
        "/etc/nginx/sites-enabled/*",
        "/etc/apache2/mods-enabled/ssl.conf",
        "/etc/apache2/sites-enabled/*.conf",
        "/etc/apache2/ssl-global.conf",
        "/etc/httpd/conf.d/*.conf",
    ] {
        for path in root.glob(pattern)?.into_iter().take(MAX_FILES) {
            let is_file = root
                .metadata(&path)?
                .is_some_and(|file| file.file_type == FileType::File);
            let Some(file) = (if is_file { root.text(&path)? } else { None }) else {
                continue;
            };
            for (number, line) in file.settings() {
                let name = line.split_whitespace().next().unwrap_or_default();
                if matches!(name, "ssl_protocols" | "SSLProtocol") {
                    let line = line.split('#').next().unwrap_or_default();
                    let line = ini::short(line.trim().trim_end_matches(';'), 200);
                    tls.servers.push(Located::new(line, file.at(number)));
                }
            }
        }
    }
    tls.servers.truncate(MAX_FILES);
    Ok(tls)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::linux::hostile::mutated;
    use crate::guest::testing::Tree;

    const OPENSSL: &str =
        "HOME = .\n[system_default_sect]\nMinProtocol = TLSv1.2\nCipherString = DEFAULT\n";
    const NGINX: &str = "http {\n\tssl_protocols TLSv1 TLSv1.1 TLSv1.2; # Dropping SSLv3\n}\n";

    #[test]
    fn versions_are_found_where_they_are_set() {
        let tree = Tree::new()
            .file("/etc/ssl/openssl.cnf", OPENSSL)
            .file("/etc/crypto-policies/config", "# comment\nLEGACY\n")
            .file("/etc/nginx/nginx.conf", NGINX)
            .dir("/etc/nginx/sites-enabled/folder");
        let tls = gather(&tree.root()).unwrap();
        assert_eq!(
            (tls.minimum[0].value.as_str(), tls.minimum[0].spot.line),
            ("TLSv1.2", Some(3))
        );
        assert_eq!(tls.policy.unwrap().value, "LEGACY");
        assert_eq!(tls.servers[0].value, "ssl_protocols TLSv1 TLSv1.1 TLSv1.2");
        assert_eq!(gather(&Tree::new().root()), Ok(Tls::default()));
        assert!(gather(&Tree::new().unreadable("/etc/ssl/openssl.cnf").root()).is_err());
    }

    #[test]
    fn changed_files_never_break_the_reader() {
        mutated(&format!("{OPENSSL}{NGINX}"), 1_000, |bytes| {
            let tree = Tree::new()
                .bytes("/etc/ssl/openssl.cnf", bytes)
                .bytes("/etc/crypto-policies/config", bytes)
                .bytes("/etc/nginx/nginx.conf", bytes);
            gather(&tree.root()).unwrap();
        });
    }
}
