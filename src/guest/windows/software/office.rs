//! Microsoft Office: its programs where its setup says that they are.
//!
//! The key `InstallRoot` alone proves nothing: free parts such as the Access database engine write
//! it too. So the programs themselves are looked for.

use super::VIEWS;
use crate::guest::windows::registry::{HiveName, Registry};
use crate::guest::windows::setting::more_than;
use crate::guest::{Located, Root};
use crate::known::Known;

/// Programs that need a licence.
const PROGRAMS: [&str; 9] = [
    "EXCEL.EXE",
    "MSACCESS.EXE",
    "MSPUB.EXE",
    "ONENOTE.EXE",
    "OUTLOOK.EXE",
    "POWERPNT.EXE",
    "VISIO.EXE",
    "WINPROJ.EXE",
    "WINWORD.EXE",
];
/// The key of Click-to-Run, by which newer versions are installed.
const CLICK_TO_RUN: &str = r"Microsoft\Office\ClickToRun\Configuration";
/// Versions of Office that are looked at.
const MAX_VERSIONS: usize = 100;

/// Its programs, and what Click-to-Run calls its products.
pub(super) fn found(root: &Root, registry: &Registry) -> Known<Vec<Located<String>>> {
    let mut found = Vec::new();
    for view in VIEWS {
        let office = format!(r"{view}Microsoft\Office");
        let versions = registry.subkeys(HiveName::Software, &office)?;
        if versions.len() > MAX_VERSIONS {
            let spot = registry.spot(HiveName::Software, &office, None);
            return Err(more_than(&spot, MAX_VERSIONS, "versions"));
        }
        for version in versions {
            let Some(install_root) = version.subkey(r"Common\InstallRoot")? else {
                continue;
            };
            let Some(folder) = install_root.string("Path").value? else {
                continue;
            };
            let Some(folder) = on_this_drive(&folder) else {
                continue;
            };
            for program in PROGRAMS {
                let path = format!("{folder}/{program}");
                if root.exists(&path)? {
                    found.push(Located::new(program.to_owned(), root.real_spot(&path)));
                }
            }
        }
    }
    let products = registry.string(HiveName::Software, CLICK_TO_RUN, "ProductReleaseIds");
    found.extend(
        products
            .located()?
            .filter(|products| !products.value.is_empty()),
    );
    Ok(found)
}

/// `C:\Program Files\Microsoft Office\Office16\` as a path of the tree.
fn on_this_drive(path: &str) -> Option<String> {
    let (drive, rest) = path.split_once(':')?;
    let is_here = drive.eq_ignore_ascii_case("c") && rest.starts_with('\\');
    is_here.then(|| rest.trim_end_matches('\\').replace('\\', "/"))
}
