//! Users, homes, histories and keys of small guests.

use super::*;
use crate::guest::linux::LinuxGuest;
use crate::guest::linux::histories::HistoryKind;
use crate::guest::testing::Tree;

/// The start of Debian 12's own.
const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\n\
    daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n\
    sync:x:4:65534:sync:/bin:/bin/sync\n\
    _apt:x:42:65534::/nonexistent:/usr/sbin/nologin\n\
    nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
const SHADOW: &str = "root:*:19700:0:99999:7:::\ndaemon:*:19700:0:99999:7:::\n\
    sync:*:19700:0:99999:7:::\n_apt:*:19700:0:99999:7:::\nnobody:*:19700:0:99999:7:::\n";
const LOGIN_DEFS: &str = "#UID_MIN 5\nUID_MIN\t\t\t 1000\nUID_MAX\t\t\t60000\n#SYS_UID_MIN 100\n";

fn debian() -> Tree {
    Tree::new()
        .file("/etc/passwd", PASSWD)
        .file("/etc/shadow", SHADOW)
        .file("/etc/login.defs", LOGIN_DEFS)
}

fn of(tree: Tree) -> Accounts {
    gather(&tree.root()).unwrap()
}

fn guest(tree: &Tree) -> LinuxGuest {
    crate::guest::testing::facts(&|| tree.clone().root())
}

#[test]
fn debians_own_accounts_are_all_locked() {
    let accounts = of(debian());
    assert_eq!(accounts.list.len(), 5);
    assert!(
        accounts
            .list
            .iter()
            .all(|one| one.password == Password::Locked)
    );
    assert_eq!((accounts.uid_min, accounts.uid_max), (1000, 60_000));
    assert!(!accounts.list.iter().any(|one| one.is_person(1000)));
    let root = accounts.find("root").unwrap();
    assert_eq!(
        (root.spot.line, root.spot.path.as_str()),
        (Some(1), "/etc/passwd")
    );
    assert_eq!(root.password_spot.path, "/etc/shadow");
    assert!(root.has_login_shell() && !accounts.find("sync").unwrap().has_login_shell());
    assert!(accounts.find("daemon").unwrap().says_nologin);
}

#[test]
fn passwords_stand_in_shadow_or_in_passwd_itself() {
    let accounts = of(debian()
        .append(
            "/etc/passwd",
            "a:x:1000:1000::/home/a:/bin/sh\nb:$6$s$PLANTED:1001:1::/b:/bin/sh\n",
        )
        .append(
            "/etc/passwd",
            "c::1002:1::/c:/bin/sh\nd:x:1003:1::/d:/bin/sh\nbroken\n+::::::\n",
        )
        .append(
            "/etc/shadow",
            "a:!$y$j9T$PLANTED:1::::::\na:$1$PLANTED::::::\nghost:$5$PLANTED:::\n",
        ));
    let password = |name: &str| accounts.find(name).unwrap().password;
    assert_eq!(password("a"), Password::Locked);
    assert!(accounts.find("a").unwrap().locked_hash);
    assert_eq!(password("b"), Password::Hash("SHA-512"));
    assert_eq!(password("c"), Password::Empty);
    assert_eq!(password("d"), Password::Missing);
    assert!(accounts.find("broken").is_none());
    assert_eq!(accounts.broken_lines.len(), 1);
    assert_eq!(accounts.directory_lines.len(), 1);
    let hashes: Vec<_> = accounts
        .shadow_lines
        .iter()
        .filter(|line| matches!(line.password, Password::Hash(_)))
        .map(|line| (line.name.as_str(), line.spot.line))
        .collect();
    assert_eq!(hashes, [("a", Some(7)), ("ghost", Some(8))]);
    assert!(!format!("{accounts:?}").contains("PLANTED"));
}

#[test]
fn a_shadow_that_is_missing_or_unreadable_says_so() {
    let missing = of(debian().without("/etc/shadow"));
    assert_eq!(missing.list[0].password, Password::Missing);
    assert_eq!(missing.shadow, Ok(None));
    let unread = of(debian().unreadable("/etc/shadow"));
    assert_eq!(unread.list[0].password, Password::Unread);
    assert!(unread.unread_passwords().is_some());
    assert!(gather(&debian().unreadable("/etc/passwd").root()).is_err());
    assert!(gather(&Tree::new().root()).is_err());
}

#[test]
fn the_numbers_of_people_come_from_login_defs() {
    let old = of(debian().file("/etc/login.defs", "UID_MIN 500\nUID_MAX 60000\n"));
    assert_eq!(old.uid_min, 500);
    let suse = of(debian()
        .without("/etc/login.defs")
        .file("/usr/etc/login.defs", "UID_MIN 700\n")
        .file("/etc/login.defs.d/70-yast.defs", "UID_MIN 800\n"));
    assert_eq!((suse.uid_min, suse.uid_max), (800, 60_000));
    let unread = of(debian().unreadable("/etc/login.defs"));
    assert!(unread.login_defs.is_err() && unread.uid_min == 1000);
}

#[test]
fn homes_without_an_account_are_found() {
    let accounts = of(debian()
        .append(
            "/etc/passwd",
            "a:x:1000:1000::/home/a/:/bin/sh\nb:x:1:1::/home/web/b:/bin/sh\n",
        )
        .dir("/home/a")
        .dir("/home/web/b")
        .dir("/home/ubuntu")
        .dir("/home/lost+found")
        .file("/home/note", ""));
    let orphans = accounts.orphan_homes.unwrap();
    assert_eq!(orphans.len(), 1);
    assert_eq!(orphans[0].path, "/home/ubuntu");
}

#[test]
fn histories_are_found_in_every_home_at_any_depth() {
    let tree = debian()
        .append(
            "/etc/passwd",
            "app:x:999:999::/srv/app:/bin/zsh\nweb:x:33:33::/var/www:/usr/sbin/nologin\n",
        )
        .file("/root/.bash_history", "PLANTED\n")
        .file("/root/.viminfo", "PLANTED\n")
        .file("/srv/app/a/b/.custom_sh_history", "PLANTED PLANTED\n")
        .file("/srv/app/.history", "")
        .link("/srv/app/.bash_history", "/dev/null")
        .file("/var/www/.sh_history", "PLANTED\n")
        .file("/var/www/deep/er/.sh_history", "PLANTED\n")
        .file("/var/www/.cache/.sh_history", "PLANTED\n")
        .file("/home/old/.zsh_history", "PLANTED\n")
        .file("/usr/sbin/.bash_history", "PLANTED\n");
    let histories = guest(&tree).histories.unwrap();
    let seen: Vec<_> = histories
        .list
        .iter()
        .filter(|one| one.kind == HistoryKind::Shell)
        .map(|one| (one.spot.path.as_str(), one.size, one.owner.as_deref()))
        .collect();
    assert_eq!(
        seen,
        [
            ("/root/.bash_history", 8, Some("root")),
            ("/srv/app/.history", 0, Some("app")),
            ("/srv/app/a/b/.custom_sh_history", 16, Some("app")),
            ("/home/old/.zsh_history", 8, None),
            ("/var/www/.sh_history", 8, Some("web")),
            ("/var/www/.cache/.sh_history", 8, Some("web")),
        ]
    );
    assert!(histories.open.is_empty());
    assert!(!format!("{histories:?}").contains("PLANTED"));
}

#[test]
fn a_home_that_cannot_be_searched_stays_open() {
    let tree = debian().append("/etc/passwd", "toor:x:0:0::/:/bin/sh\n");
    let histories = guest(&tree).histories.unwrap();
    assert!(histories.open[0].reason.contains("the home of toor is /"));
    let root = debian().root_with_unreadable("/home", "it is encrypted by LUKS");
    let accounts = gather(&root);
    assert!(accounts.as_ref().unwrap().orphan_homes.is_err());
    let homes = homes::gather(&root, &accounts).unwrap();
    assert!(homes.open[0].reason.contains("LUKS"));
}

#[test]
fn keys_are_counted_wherever_sshd_looks() {
    let stub = "no-port-forwarding,no-agent-forwarding,no-X11-forwarding,command=\"echo 'Please \
        login as the user \\\"ubuntu\\\" rather than the user \\\"root\\\".';echo;sleep 10;exit 142\" \
        ssh-rsa PLANTED\n";
    let tree = debian()
        .append("/etc/passwd", "joe:x:1000:1000::/home/joe:/bin/sh\n")
        .file(
            "/etc/ssh/sshd_config",
            "AuthorizedKeysFile %h/.ssh/authorized_keys \"/etc/ssh/my keys/%u\" keys\n",
        )
        .file("/root/.ssh/authorized_keys", stub)
        .file(
            "/home/joe/.ssh/authorized_keys",
            "# only\n\nssh-rsa PLANTED\n",
        )
        .file("/home/joe/.ssh/authorized_keys2", "\n")
        .file("/home/joe/keys", "")
        .file("/etc/ssh/my keys/joe", "ssh-rsa PLANTED\nssh-rsa PLANTED\n")
        .file("/home/old/.ssh/authorized_keys", "ssh-rsa PLANTED\n");
    let keys = guest(&tree).authorized_keys.unwrap();
    let seen: Vec<_> = keys
        .list
        .iter()
        .map(|one| {
            (
                one.spot.path.as_str(),
                one.keys,
                one.stubs,
                one.blank,
                one.owner.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("/root/.ssh/authorized_keys", 1, 1, false, Some("root")),
            ("/home/joe/.ssh/authorized_keys", 1, 0, false, Some("joe")),
            ("/home/joe/.ssh/authorized_keys2", 0, 0, true, Some("joe")),
            ("/etc/ssh/my keys/joe", 2, 0, false, Some("joe")),
            ("/home/joe/keys", 0, 0, true, Some("joe")),
            ("/home/old/.ssh/authorized_keys", 1, 0, false, None),
        ]
    );
    assert!(!format!("{keys:?}").contains("PLANTED"));
}

#[test]
fn mutated_accounts_neither_hang_nor_panic() {
    let seed = format!("{PASSWD}joe:$6$a$b:1000:1000::/home/joe:/bin/sh\n");
    let mut state = 0x853c_49e6_748f_ea9b_u64;
    for _ in 0..2000 {
        let mut bytes = seed.clone().into_bytes();
        for _ in 0..3 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(3);
            let at = usize::try_from(state >> 33).unwrap() % bytes.len();
            bytes[at] = b":/!*$\n\xff%x0"[usize::try_from(state >> 41).unwrap() % 10];
        }
        let root = Tree::new()
            .bytes("/etc/passwd", &bytes)
            .bytes("/etc/shadow", &bytes)
            .dir("/home/joe")
            .root();
        let accounts = gather(&root);
        let ssh = crate::guest::linux::ssh::gather(&root);
        let _ = (
            homes::gather(&root, &accounts),
            keys::gather(&root, &accounts, &ssh),
        );
    }
}
