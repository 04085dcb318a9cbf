//! Proxies: that of WinHTTP, which is the machine's, and that of the system's own account.
//!
//! What a proxy's address holds before its `@` may be a password; it is never kept.

use crate::bytes::{FieldError, Fields};
use crate::guest::Located;
use crate::guest::hive::Data;
use crate::guest::windows::registry::{HiveName, Registry};
use crate::guest::windows::setting::{Setting, string};
use crate::known::{Known, Undetermined};

const CONNECTIONS: &str = r"Microsoft\Windows\CurrentVersion\Internet Settings\Connections";
const SETTINGS: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";

/// `WinHttpSettings`: what programs that use WinHTTP, such as services, connect through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WinHttp {
    /// The flags; bit 1 (value 2) is set where there is a proxy.
    pub flags: u32,
    /// The proxy, where there is one: `proxy.example.com:8080` (hostile text).
    pub proxy: Option<String>,
    /// What is reached without it, set apart by semicolons (hostile text).
    pub bypass: String,
}

impl WinHttp {
    /// Reads the value, a binary structure: version, counter, flags, then proxy and bypass list,
    /// each with its length before it (KB 4494447; the text is ASCII).
    fn read(bytes: &[u8]) -> Result<Self, FieldError> {
        let fields = Fields::new("WinHttpSettings", 0, bytes);
        let flags = fields.u32_le("flags", 8)?;
        let text = |name: &'static str, at: usize| -> Result<(String, usize), FieldError> {
            let length = fields.u32_le(name, at)?;
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            let start = at.saturating_add(4);
            let text = match length {
                0 => &[],
                length => fields.bytes(name, start, length)?,
            };
            let text = String::from_utf8_lossy(text).into_owned();
            Ok((text, start.saturating_add(length)))
        };
        let (proxy, next) = text("proxy", 12)?;
        // An older writer ends the structure here.
        let bypass = match next < bytes.len() {
            true => text("bypass list", next)?.0,
            false => String::new(),
        };
        let is_set = flags & 2 != 0 || !proxy.is_empty();
        Ok(Self {
            flags,
            proxy: is_set.then(|| without_credentials(&proxy)),
            bypass,
        })
    }
}

/// A proxy's address without the name and password that may stand before it.
fn without_credentials(proxy: &str) -> String {
    let one = |entry: &str| match entry.rsplit_once('@') {
        Some((before, address)) => {
            let start = before.find("://").map_or(0, |at| at.saturating_add(3));
            let scheme = before.get(..start).unwrap_or_default();
            format!("{scheme}{address}")
        }
        None => entry.to_owned(),
    };
    proxy.split(';').map(one).collect::<Vec<_>>().join(";")
}

pub(super) fn win_http(registry: &Registry) -> Known<Option<Located<WinHttp>>> {
    let value = registry.value(HiveName::Software, CONNECTIONS, "WinHttpSettings")?;
    let Some(Located { value, spot }) = value else {
        return Ok(None);
    };
    let unknown = |why: String| Undetermined::new(format!("{spot}: {why}"));
    let Data::Binary(bytes) = value else {
        return Err(unknown(format!(
            "its type is {}, which Windows does not expect there",
            value.kind_name()
        )));
    };
    // An empty value sets nothing.
    if bytes.is_empty() {
        return Ok(None);
    }
    let read = WinHttp::read(&bytes).map_err(|error| unknown(error.to_string()))?;
    Ok(Some(Located::new(read, spot)))
}

/// The proxy of the account that services run as (`HKEY_USERS\.DEFAULT`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemProxy {
    /// `ProxyEnable`: 1 uses the proxy.
    pub enable: Setting<u32>,
    /// `ProxyServer`, without a name and password (hostile text).
    pub server: Setting<String>,
    /// `ProxyOverride`: what is reached without it, set apart by semicolons (hostile text).
    pub bypass: Setting<String>,
    /// `AutoConfigURL`: a script that says which proxy to take (hostile text).
    pub script: Setting<String>,
}

pub(super) fn system(registry: &Registry) -> SystemProxy {
    let address = |name: &str| {
        registry.setting(HiveName::Default, SETTINGS, name, |data| {
            string(data).map(|text| without_credentials(&text))
        })
    };
    SystemProxy {
        enable: registry.dword(HiveName::Default, SETTINGS, "ProxyEnable"),
        server: address("ProxyServer"),
        bypass: registry.string(HiveName::Default, SETTINGS, "ProxyOverride"),
        script: address("AutoConfigURL"),
    }
}
