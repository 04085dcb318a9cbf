//! The list of all rules, in the order of reports, and their judgement of an image.

use super::container as c;
use super::linux as l;
use super::offer as o;
use super::partition as p;
use super::volume as v;
use super::windows as w;
use super::{Profile, Rule, Sibling, Subject};
use crate::finding::Outcome;
use crate::inspect::Inspection;

/// Every rule, in the order of its id.
pub static RULES: &[&Rule] = &[
    &c::footer_cookie::VHD001,
    &c::container_format::VHD002,
    &c::disk_type::VHD003,
    &c::size_whole_mib::VHD004,
    &c::file_length::VHD005,
    &c::minimum_size::VHD006,
    &c::footer_checksum::VHD007,
    &c::footer_fields::VHD008,
    &c::geometry::VHD009,
    &c::os_disk_size::VHD010,
    &c::data_disk_size::VHD011,
    &c::platform_limits::VHD012,
    &c::large_disk::VHD013,
    &c::file_name::VHD014,
    &c::page_blob::VHD015,
    &c::blob_type::VHD016,
    &c::trailing_bytes::VHD017,
    &c::logical_sector_size::VHD018,
    &c::distinct_disks::VHD019,
    &c::footer_copies::VHD020,
    &c::dynamic_header::VHD021,
    &c::block_table::VHD022,
    &c::block_bitmaps::VHD023,
    &c::parent_chain::VHD024,
    &p::partition_table::PART001,
    &v::boot_layout::PART002,
    &p::first_mib_free::PART003,
    &p::partition_alignment::PART004,
    &p::gpt_backup_at_end::PART005,
    &v::swap_partition::PART006,
    &v::one_root::PART007,
    &v::logical_volumes::PART008,
    &v::uefi_loader::PART009,
    &v::bios_path::PART010,
    &v::clean_file_systems::PART011,
    &v::encryption::PART012,
    &v::os_family::PART013,
    &p::table_geometry::PART014,
    &p::generation_1_limits::PART015,
    &p::disk_tag::PART016,
    &v::unallocated_data::PART017,
    &l::architecture_64_bit::LNX001,
    &l::endorsed_distribution::LNX002,
    &l::agent_version::LNX003,
    &l::agent_enabled::LNX004,
    &l::agent_auto_update::LNX005,
    &l::agent_settings::LNX006,
    &l::serial_console::LNX007,
    &l::early_console::LNX008,
    &l::root_delay::LNX009,
    &l::discouraged_arguments::LNX010,
    &l::forbidden_arguments::LNX011,
    &l::swap::LNX012,
    &l::interface_names::LNX013,
    &l::kernel_drivers::LNX014,
    &l::initramfs_drivers::LNX015,
    &l::dvd_modules::LNX016,
    &l::kernel_options::LNX017,
    &l::old_kernel::LNX018,
    &l::sack::LNX019,
    &l::openssl_version::LNX020,
    &l::python_version::LNX021,
    &l::pyasn1::LNX022,
    &l::omi_version::LNX023,
    &l::known_vulnerabilities::LNX024,
    &l::headline_libraries::LNX025,
    &l::malware_marks::LNX026,
    &l::preinstalled_agents::LNX027,
    &l::end_of_life::LNX028,
    &l::client_alive_interval::LNX029,
    &l::ssh_server::LNX030,
    &l::shell_history::LNX031,
    &l::leftover_passwords::LNX032,
    &l::empty_passwords::LNX033,
    &l::provisioning_agent::LNX034,
    &l::authorized_keys::LNX035,
    &l::root_locked::LNX036,
    &l::leftover_users::LNX037,
    &l::fstab::LNX038,
    &l::sudo_targetpw::LNX039,
    &l::ssh_hardening::LNX040,
    &l::deprovisioned::LNX041,
    &l::ssh_host_keys::LNX042,
    &l::cloud_init_state::LNX043,
    &l::host_identity::LNX044,
    &l::network_configuration::LNX045,
    &l::persistent_network_names::LNX046,
    &l::network_manager::LNX047,
    &l::dhcp_client::LNX048,
    &l::package_repositories::LNX049,
    &l::sensitive_leftovers::LNX050,
    &l::host_firewall::LNX051,
    &l::scheduled_tasks::LNX052,
    &l::integration_tools::LNX053,
    &l::nvme::LNX054,
    &l::accelerated_networking::LNX055,
    &l::secure_boot::LNX056,
    &l::resource_disk::LNX057,
    &l::network_services::LNX058,
    &l::tls_minimum::LNX059,
    &l::boot_log_errors::LNX060,
    &l::freebsd::LNX061,
    &l::cloud_init_noexec::LNX062,
    &w::architecture_64_bit::WIN001,
    &w::azure_base::WIN002,
    &w::generalized::WIN003,
    &w::sysprep_errors::WIN004,
    &w::answer_files::WIN005,
    &w::licensed_products::WIN006,
    &w::remote_desktop::WIN007,
    &w::remote_desktop_listener::WIN008,
    &w::firewall::WIN009,
    &w::service_start::WIN010,
    &w::time_and_environment::WIN011,
    &w::disk_san_policy::WIN012,
    &w::proxies_and_routes::WIN013,
    &w::network_interfaces::WIN014,
    &w::dvd_drive::WIN015,
    &w::boot_configuration::WIN016,
    &w::crash_dumps::WIN017,
    &w::paging_file::WIN018,
    &w::unsupported_features::WIN019,
    &w::administrator_dependency::WIN020,
    &w::known_passwords::WIN021,
    &w::pending_restart::WIN022,
    &w::automatic_updates::WIN023,
    &w::wannacry::WIN024,
    &w::driver_versions::WIN025,
    &w::agent::WIN026,
    &w::hyper_v_drivers::WIN027,
    &w::foreign_virtualisation::WIN028,
    &w::domain::WIN029,
    &w::drive_letters::WIN030,
    &w::leftovers::WIN031,
    &w::scheduled_tasks::WIN032,
    &w::nvme_timeout::WIN033,
    &w::antivirus::WIN034,
    &w::remote_management::WIN035,
    &w::system_integrity::WIN036,
    &o::data_disk_luns::DATA001,
    &o::data_disk_luns::DATA002,
    &o::data_disk_number::DATA003,
    &o::data_disk_number::DATA004,
    &v::data_disk_format::DATA005,
    &v::data_disk_content::DATA006,
    &o::property_flags::OFFER002,
    &o::preview_audience::OFFER004,
];

/// The rule with this id or short name, however it is spelled in case.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES
        .iter()
        .find(|rule| rule.id.eq_ignore_ascii_case(id) || rule.name.eq_ignore_ascii_case(id))
        .copied()
}

/// The id of the rule that `id` comes nearest to, for a mistyped one.
pub fn nearest(id: &str) -> Option<&'static str> {
    let id = id.to_ascii_uppercase();
    RULES
        .iter()
        .flat_map(|rule| [rule.id, rule.name].map(|name| (name, rule.id)))
        .map(|(name, found)| {
            let likeness = strsim::jaro_winkler(&name.to_ascii_uppercase(), &id);
            (likeness, found)
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, found)| found)
}

/// What every rule says of `inspection`.
pub fn judge(
    inspection: &Inspection,
    profile: Profile,
    siblings: &[Sibling],
) -> Vec<(&'static Rule, Outcome)> {
    let subject = Subject {
        inspection,
        profile,
        siblings,
    };
    RULES
        .iter()
        .map(|rule| (*rule, (rule.check)(&subject)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_names_are_unique_and_in_order() {
        let key = |rule: &Rule| {
            let family = ["VHD", "PART", "LNX", "WIN", "DATA", "OFFER"]
                .iter()
                .position(|f| rule.id.starts_with(f));
            (family.unwrap(), rule.id)
        };
        assert!(RULES.windows(2).all(|pair| key(pair[0]) < key(pair[1])));
        let mut names: Vec<_> = RULES.iter().map(|rule| rule.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), RULES.len());
    }

    #[test]
    fn every_rule_explains_itself() {
        for rule in RULES {
            assert!(
                !rule.title().is_empty() && !rule.title().starts_with('#'),
                "{}",
                rule.id
            );
            for heading in ["Why", "Evidence", "Fix"] {
                let text = rule.section(heading).unwrap_or_default();
                assert!(!text.is_empty(), "{}: no section {heading}", rule.id);
            }
            assert!(!rule.sources.is_empty(), "{}", rule.id);
        }
    }

    #[test]
    fn a_mistyped_id_finds_its_neighbour() {
        assert_eq!(nearest("VDH004"), Some("VHD004"));
        assert_eq!(nearest("size-whole-mb"), Some("VHD004"));
        assert_eq!(find("vhd004").map(|rule| rule.id), Some("VHD004"));
        assert_eq!(find("Size-Whole-MiB").map(|rule| rule.id), Some("VHD004"));
        assert!(find("VHD999").is_none());
    }
}
