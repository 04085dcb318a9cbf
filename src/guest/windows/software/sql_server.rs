//! Instances of SQL Server, as its setup writes them down.

use super::VIEWS;
use crate::guest::Spot;
use crate::guest::windows::registry::{HiveName, Registry};
use crate::guest::windows::setting::{Setting, more_than};
use crate::known::Known;

/// The key of all of SQL Server.
const KEY: &str = r"Microsoft\Microsoft SQL Server";
/// Instances that are kept; a server can have 50.
const MAX_INSTANCES: usize = 200;

/// An instance of the database engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlInstance {
    /// Its name: `MSSQLSERVER` is the one without a name (hostile text).
    pub name: String,
    /// `Edition` of its setup: `Standard Edition: Core-based Licensing` (hostile text).
    pub edition: Setting<String>,
    /// The value that names it.
    pub spot: Spot,
}

/// The instances in the registry of 64 and of 32 bits.
pub(super) fn instances(registry: &Registry) -> Known<Vec<SqlInstance>> {
    let mut instances: Vec<SqlInstance> = Vec::new();
    for view in VIEWS {
        let names = format!(r"{view}{KEY}\Instance Names\SQL");
        let Some(key) = registry.key(HiveName::Software, &names)? else {
            continue;
        };
        for (name, id) in key.values()? {
            let is_known = |found: &SqlInstance| found.name.eq_ignore_ascii_case(&name);
            if name.is_empty() || instances.iter().any(is_known) {
                continue;
            }
            if instances.len() >= MAX_INSTANCES {
                return Err(more_than(&key.spot(), MAX_INSTANCES, "instances"));
            }
            // The identifier is the name of the instance's own key: MSSQL16.MSSQLSERVER.
            let own = id.value.text().unwrap_or_default();
            let setup = format!(r"{view}{KEY}\{own}\Setup");
            instances.push(SqlInstance {
                edition: registry.string(HiveName::Software, &setup, "Edition"),
                name,
                spot: id.spot,
            });
        }
    }
    Ok(instances)
}
