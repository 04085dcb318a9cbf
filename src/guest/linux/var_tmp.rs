//! The mount unit of the `tmp` folder of `/var`, where there is one; fstab is read elsewhere.

use super::ini;
use crate::guest::{Located, Root};
use crate::known::Known;

/// The options of `var-tmp.mount`; none where there is no such unit, or it is masked.
pub type VarTmp = Known<Option<Located<Vec<String>>>>;

/// Reads it.
pub(super) fn gather(root: &Root) -> VarTmp {
    for folder in ["/etc", "/usr/local/lib", "/usr/lib", "/lib"] {
        let path = format!("{folder}/systemd/system/var-tmp.mount");
        if root.link_metadata(&path)?.is_none() {
            continue;
        }
        let Some(file) = root.text(&path)? else {
            return Ok(None);
        };
        let settings = ini::settings(&file);
        return Ok(ini::last(&settings, "Mount", "Options").map(|found| {
            let options = found.value.split(',').map(|one| one.trim().to_owned());
            Located::new(options.collect(), file.at(found.line))
        }));
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::testing::Tree;

    #[test]
    fn options_are_those_of_the_strongest_unit() {
        let vendor = "/usr/lib/systemd/system/var-tmp.mount";
        let own = "/etc/systemd/system/var-tmp.mount";
        let tree = Tree::new().file(vendor, "[Mount]\nWhat=tmpfs\nOptions=mode=1777,noexec\n");
        let found = gather(&tree.clone().root()).unwrap().unwrap();
        assert_eq!((found.value.len(), found.spot.line), (2, Some(3)));
        assert_eq!(
            gather(&tree.clone().file(own, "[Mount]\n").root()),
            Ok(None)
        );
        assert_eq!(
            gather(&tree.clone().link(own, "/dev/null").root()),
            Ok(None)
        );
        assert!(gather(&tree.unreadable(own).root()).is_err());
        assert_eq!(gather(&Tree::new().root()), Ok(None));
    }
}
