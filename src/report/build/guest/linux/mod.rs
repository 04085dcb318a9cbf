//! The facts of a Linux guest.

mod access;
mod boot;
mod provisioning;
mod system;

use super::{Rows, v1};
use crate::guest::LinuxGuest;

pub(super) fn guest(linux: &LinuxGuest) -> v1::Guest {
    let mut rows = Rows::new();
    system::distribution(&mut rows, linux);
    boot::boot(&mut rows, linux);
    boot::kernel(&mut rows, linux);
    boot::esp(&mut rows, linux);
    system::fstab(&mut rows, linux);
    system::swap(&mut rows, linux);
    access::accounts(&mut rows, linux);
    access::left_behind(&mut rows, linux);
    access::ssh(&mut rows, linux);
    provisioning::agent(&mut rows, linux);
    provisioning::cloud_init(&mut rows, linux);
    provisioning::generalisation(&mut rows, linux);
    system::network(&mut rows, linux);
    system::software(&mut rows, linux);
    system::repositories(&mut rows, linux);
    system::services(&mut rows, linux);
    let packages = system::packages(&mut rows, linux);
    v1::Guest {
        family: "linux",
        facts: rows.facts,
        packages,
        unknown: rows.unknown,
    }
}
