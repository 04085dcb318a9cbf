//! What processor it is made for.

use super::registry::{HiveName, Registry};
use super::setting::Setting;
use crate::guest::pe::{PeFile, read};
use crate::guest::{Root, Spot};
use crate::known::Known;

/// The kernel.
pub(super) const KERNEL: &str = "/Windows/System32/ntoskrnl.exe";
/// The environment that every process starts with.
const ENVIRONMENT: &str = r"CurrentControlSet\Control\Session Manager\Environment";

/// What processor it is made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Architecture {
    /// The headers of the kernel; none where there is no such file.
    pub kernel: Known<Option<PeFile>>,
    /// The place of the kernel, whether or not it is there.
    pub kernel_spot: Spot,
    /// `PROCESSOR_ARCHITECTURE`: `AMD64`, `ARM64`, `x86`.
    pub processor: Setting<String>,
}

/// Reads it.
pub(super) fn gather(root: &Root, registry: &Registry) -> Architecture {
    Architecture {
        kernel: read(root, KERNEL),
        kernel_spot: root.real_spot(KERNEL),
        processor: registry.string(HiveName::System, ENVIRONMENT, "PROCESSOR_ARCHITECTURE"),
    }
}
