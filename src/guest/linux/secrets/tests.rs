//! Secrets that are found, and that nothing of them is kept.

use super::*;
use crate::guest::testing::Tree;

const OPENSSH: &str = "-----BEGIN OPENSSH PRIVATE KEY-----\n\
    b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\nPLANTED\n";

fn of(tree: Tree) -> Secrets {
    let tree = tree.append("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
    crate::guest::testing::facts(&|| tree.clone().root()).secrets
}

fn kinds(secrets: &Secrets) -> Vec<(SecretKind, &str)> {
    secrets
        .list
        .iter()
        .map(|one| (one.kind, one.spot.path.as_str()))
        .collect()
}

#[test]
fn keys_are_known_by_their_bytes_and_never_kept() {
    let secrets = of(Tree::new()
        .file("/root/.ssh/id_ed25519", OPENSSH)
        .mode("/root/.ssh/id_ed25519", 0o600)
        .file("/root/.ssh/id_ed25519.pub", "ssh-ed25519 PLANTED\n")
        .file("/root/.ssh/known_hosts", "PLANTED ssh-rsa\n")
        .file("/root/.ssh/known_hosts.old", "")
        .file("/root/ca.pem", "-----BEGIN CERTIFICATE-----\nPLANTED\n")
        .file(
            "/root/both.pem",
            "-----BEGIN CERTIFICATE-----\nPLANTED\n-----BEGIN RSA PRIVATE KEY-----\n\
             Proc-Type: 4,ENCRYPTED\nPLANTED\n",
        )
        .file(
            "/etc/ssl/private/ssl-cert-snakeoil.key",
            "-----BEGIN PRIVATE KEY-----\nPLANTED",
        )
        .file(
            "/opt/app/tls/server.key",
            "-----BEGIN PRIVATE KEY-----\nPLANTED\n",
        )
        .file(
            "/opt/a/b/c/d/e/deep.key",
            "-----BEGIN PRIVATE KEY-----\nPLANTED\n",
        ));
    let key = |form, encrypted| SecretKind::PrivateKey { form, encrypted };
    assert_eq!(
        kinds(&secrets),
        [
            (key("RSA", true), "/root/both.pem"),
            (key("OpenSSH", false), "/root/.ssh/id_ed25519"),
            (SecretKind::KnownHosts, "/root/.ssh/known_hosts"),
            (
                SecretKind::SnakeoilKey,
                "/etc/ssl/private/ssl-cert-snakeoil.key"
            ),
            (key("PKCS 8", false), "/opt/app/tls/server.key"),
        ]
    );
    assert_eq!(secrets.list[1].mode, Some(0o600));
    assert!(!format!("{secrets:?}").contains("PLANTED"));
}

#[test]
fn credentials_count_where_they_are_some() {
    let secrets = of(Tree::new()
        .file(
            "/root/.aws/credentials",
            "[default]\naws_secret_access_key = PLANTED\n",
        )
        .file("/root/.config/gcloud/credentials.db", "PLANTED")
        .file("/root/.azure/azureProfile.json", "{}")
        .file(
            "/root/.docker/config.json",
            "{\"auths\":{\"x\":{\"auth\":\"PLANTED\"}}}",
        )
        .file("/root/app/config.json", "{\"auth\":\"PLANTED\"}")
        .file("/root/.netrc", "machine x\n")
        .file("/root/.npmrc", "//registry/:_authToken=PLANTED\n")
        .file("/etc/pki/consumer/cert.pem", "PLANTED")
        .file(
            "/etc/zypp/credentials.d/SCCcredentials",
            "password=PLANTED\n",
        )
        .file(
            "/root/anaconda-ks.cfg",
            "lang en\nrootpw --iscrypted PLANTED\n",
        )
        .file("/root/original-ks.cfg", "rootpw --lock\n"));
    let seen: Vec<_> = kinds(&secrets).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(
        seen,
        [
            SecretKind::Credentials("npm"),
            SecretKind::Credentials("AWS"),
            SecretKind::Credentials("Azure"),
            SecretKind::Credentials("a container registry"),
            SecretKind::Credentials("Google Cloud"),
            SecretKind::Subscription("Red Hat"),
            SecretKind::Subscription("SUSE"),
            SecretKind::InstallerAnswers,
        ]
    );
    assert!(!format!("{secrets:?}").contains("PLANTED"));
}

#[test]
fn a_clean_guest_has_none_and_an_unreadable_one_says_so() {
    assert_eq!(of(Tree::new().dir("/root").dir("/opt")), Secrets::default());
    let open = of(Tree::new().unreadable("/root/.ssh/id_rsa"));
    assert_eq!((open.list.len(), open.open.len()), (0, 1));
}
