//! Products of Microsoft and others that are installed.

mod office;
mod sql_server;

pub use sql_server::SqlInstance;

use super::registry::{HiveName, Registry};
use super::setting::{Setting, more_than};
use crate::guest::{Located, Root, Spot};
use crate::known::Known;

/// The software of 64 and of 32 bits, below which both have the same keys.
const VIEWS: [&str; 2] = ["", r"Wow6432Node\"];
/// The key of what can be uninstalled.
const UNINSTALL: &str = r"Microsoft\Windows\CurrentVersion\Uninstall";
/// Programs of Visual Studio, with patterns of its versions.
const VISUAL_STUDIO: [&str; 3] = [
    "/Program Files/Microsoft Visual Studio/*/*/Common7/IDE/devenv.exe",
    "/Program Files (x86)/Microsoft Visual Studio/*/*/Common7/IDE/devenv.exe",
    "/Program Files (x86)/Microsoft Visual Studio */Common7/IDE/devenv.exe",
];
/// What machines of Azure have, with what it is.
const TRACES: [(&str, &str); 4] = [
    ("/WindowsAzure", "the folder of the VM agent"),
    ("/Packages/Plugins", "the folder of VM extensions"),
    (
        "/SQLServerFull",
        "the setup files of Azure's SQL Server images",
    ),
    (
        "/Packages/Plugins/Microsoft.SqlServer.Management.SqlIaaSAgent",
        "the extension of Azure's SQL Server machines",
    ),
];
/// Entries that are kept; a real server has some tens.
const MAX_PRODUCTS: usize = 5_000;

/// An entry of the list of programs that can be uninstalled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// `DisplayName` (hostile text).
    pub name: String,
    /// `DisplayVersion` (hostile text).
    pub version: Setting<String>,
    /// `Publisher` (hostile text).
    pub publisher: Setting<String>,
    /// Its key.
    pub spot: Spot,
}

/// Products of Microsoft and others that are installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Software {
    /// What can be uninstalled, without what is hidden as a part of another product.
    pub products: Known<Vec<Product>>,
    /// Instances of SQL Server.
    pub sql_instances: Known<Vec<SqlInstance>>,
    /// Programs and products of Office (hostile text).
    pub office: Known<Vec<Located<String>>>,
    /// The program of Visual Studio, by its versions.
    pub visual_studio: Known<Vec<Spot>>,
    /// `Release` of .NET Framework 4: 528449 is 4.8 of Windows Server 2022.
    pub dot_net_release: Setting<u32>,
    /// `Version` of .NET Framework 4.
    pub dot_net_version: Setting<String>,
    /// What machines of Azure have, which proves nothing.
    pub azure_traces: Known<Vec<Located<&'static str>>>,
}

/// Reads it.
pub(super) fn gather(root: &Root, registry: &Registry) -> Software {
    let dot_net = r"Microsoft\NET Framework Setup\NDP\v4\Full";
    Software {
        products: products(registry),
        sql_instances: sql_server::instances(registry),
        office: office::found(root, registry),
        visual_studio: visual_studio(root),
        dot_net_release: registry.dword(HiveName::Software, dot_net, "Release"),
        dot_net_version: registry.string(HiveName::Software, dot_net, "Version"),
        azure_traces: azure_traces(root),
    }
}

fn products(registry: &Registry) -> Known<Vec<Product>> {
    let mut products = Vec::new();
    for view in VIEWS {
        let path = format!("{view}{UNINSTALL}");
        for key in registry.subkeys(HiveName::Software, &path)? {
            // Updates and parts have no name, or are marked as such.
            let Some(name) = key.string("DisplayName").value? else {
                continue;
            };
            if products.len() >= MAX_PRODUCTS {
                let spot = registry.spot(HiveName::Software, &path, None);
                return Err(more_than(&spot, MAX_PRODUCTS, "products"));
            }
            products.push(Product {
                name,
                version: key.string("DisplayVersion"),
                publisher: key.string("Publisher"),
                spot: key.spot(),
            });
        }
    }
    Ok(products)
}

fn visual_studio(root: &Root) -> Known<Vec<Spot>> {
    let mut found = Vec::new();
    for pattern in VISUAL_STUDIO {
        let paths = root.glob(pattern)?;
        found.extend(paths.iter().take(MAX_PRODUCTS).map(|path| root.spot(path)));
    }
    Ok(found)
}

fn azure_traces(root: &Root) -> Known<Vec<Located<&'static str>>> {
    let mut found = Vec::new();
    for (path, what) in TRACES {
        if root.exists(path)? {
            found.push(Located::new(what, root.spot(path)));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
