//! Rows on release, Sysprep, software, updates, versions of files.

use super::super::Rows;
use crate::guest::WindowsGuest;
use crate::guest::windows::services::Start;

/// Installed programs that are shown.
const MAX_PRODUCTS: usize = 200;

pub(super) fn rows(rows: &mut Rows, windows: &WindowsGuest) {
    architecture(rows, windows);
    sysprep(rows, windows);
    answer_files(rows, windows);
    software(rows, windows);
    updates(rows, windows);
    binaries(rows, windows);
}

fn architecture(rows: &mut Rows, windows: &WindowsGuest) {
    rows.about("architecture");
    let facts = &windows.architecture;
    if let Some(Some(kernel)) = rows.known(&facts.kernel) {
        let machine = match &kernel.headers {
            Ok(headers) => headers.machine.name().to_owned(),
            Err(why) => format!("not known: {why}"),
        };
        rows.add("kernel", machine, Some(&kernel.spot));
    }
    rows.setting("PROCESSOR_ARCHITECTURE", &facts.processor);
}

fn sysprep(rows: &mut Rows, windows: &WindowsGuest) {
    rows.about("sysprep");
    let facts = &windows.sysprep;
    rows.setting("ImageState", &facts.image_state);
    if let Some(Some(state)) = rows.known(&facts.state_file) {
        rows.located("ImageState of State.ini", state);
    }
    if let Some(Some(tag)) = rows.known(&facts.succeeded) {
        rows.add("Sysprep_succeeded.tag", "there", Some(tag));
    }
    rows.setting("SetupType", &facts.setup_type);
    rows.setting("CmdLine", &facts.command);
    rows.setting("OOBEInProgress", &facts.oobe_in_progress);
    rows.setting("SystemSetupInProgress", &facts.setup_in_progress);
    rows.setting("GeneralizationState", &facts.generalization_state);
    rows.setting("CleanupState", &facts.cleanup_state);
    if let Some(Some(log)) = rows.known(&facts.errors) {
        let count = match log.lines {
            0 => "empty".to_owned(),
            1 => "1 line".to_owned(),
            lines => format!("{lines} lines"),
        };
        rows.add("setuperr.log", count, Some(&log.spot));
        for line in &log.first {
            rows.located("error", line);
        }
    }
    for extension in rows.known(&facts.extensions).into_iter().flatten() {
        rows.located("VM extension", extension);
    }
}

fn answer_files(rows: &mut Rows, windows: &WindowsGuest) {
    rows.about("answer files");
    let facts = &windows.answer_files;
    rows.setting("UnattendFile", &facts.named);
    for file in rows.known(&facts.files).into_iter().flatten() {
        let whose = if file.is_copy {
            "Setup's own copy"
        } else {
            "answer file"
        };
        rows.add(whose, file.spot.path.clone(), Some(&file.spot));
        let Some(content) = rows.known(&file.content) else {
            continue;
        };
        for pass in &content.passes {
            let state = if pass.value.is_done {
                "done"
            } else {
                "not done"
            };
            let pass_name = &pass.value.name;
            rows.add("pass", format!("{pass_name}: {state}"), Some(&pass.spot));
        }
        for secret in &content.secrets {
            let state = if secret.value.is_deleted {
                "deleted by Setup"
            } else {
                "there"
            };
            let element = &secret.value.element;
            rows.add(
                "password",
                format!("{element}: {state}"),
                Some(&secret.spot),
            );
        }
        rows.unknown_ones(content.unread.as_slice());
        if let Some(logon) = &content.auto_logon {
            rows.add("automatic logon", "on", Some(&logon.spot));
        }
    }
}

fn software(rows: &mut Rows, windows: &WindowsGuest) {
    rows.about("software");
    let facts = &windows.software;
    rows.setting(".NET Framework", &facts.dot_net_version);
    rows.setting(".NET Framework release", &facts.dot_net_release);
    for instance in rows.known(&facts.sql_instances).into_iter().flatten() {
        let name = match &instance.edition.value {
            Ok(Some(edition)) => format!("{} ({edition})", instance.name),
            _ => instance.name.clone(),
        };
        rows.add("SQL Server", name, Some(&instance.spot));
    }
    for program in rows.known(&facts.office).into_iter().flatten() {
        rows.located("Office", program);
    }
    for program in rows.known(&facts.visual_studio).into_iter().flatten() {
        rows.add("Visual Studio", program.path.clone(), Some(program));
    }
    for trace in rows.known(&facts.azure_traces).into_iter().flatten() {
        rows.add("trace of Azure", trace.value, Some(&trace.spot));
    }
    let products = rows
        .known(&facts.products)
        .map(Vec::as_slice)
        .unwrap_or_default();
    for product in products.iter().take(MAX_PRODUCTS) {
        let name = match &product.version.value {
            Ok(Some(version)) => format!("{} {version}", product.name),
            _ => product.name.clone(),
        };
        rows.add("installed program", name, Some(&product.spot));
    }
    if let Some(more @ 1..) = products.len().checked_sub(MAX_PRODUCTS) {
        rows.add("installed programs not shown", more.to_string(), None);
    }
}

fn updates(rows: &mut Rows, windows: &WindowsGuest) {
    rows.about("updates");
    let facts = &windows.updates;
    for key in rows.known(&facts.pending).into_iter().flatten() {
        rows.add("pending", key.value, Some(&key.spot));
    }
    for session in rows.known(&facts.open_sessions).into_iter().flatten() {
        rows.located("session not complete", session);
    }
    if let Some(Some(file)) = rows.known(&facts.pending_xml) {
        rows.add(
            "pending.xml",
            format!("{} bytes", file.value),
            Some(&file.spot),
        );
    }
    rows.setting("PendingFileRenameOperations", &facts.renames);
    rows.setting("NoAutoUpdate", &facts.no_auto_update);
    rows.setting("AUOptions", &facts.options);
    rows.setting("UseWUServer", &facts.use_server);
    rows.setting("WUServer", &facts.server);
    // Why services are not known is told where they are shown.
    if let Ok(services) = &windows.services
        && let Some(service) = services.get("wuauserv")
        && let Some(Some(start)) = rows.known(&service.starts())
    {
        rows.add("wuauserv", Start::name(*start), Some(&service.spot));
    }
    if let Some(Some(size)) = rows.known(&facts.wmi_repository.size) {
        let spot = &facts.wmi_repository.spot;
        rows.add("WMI repository", format!("{size} bytes"), Some(spot));
    }
}

fn binaries(rows: &mut Rows, windows: &WindowsGuest) {
    rows.about("system files");
    for binary in &windows.binaries.list {
        if let Some(Some(file)) = rows.known(&binary.file) {
            let version = match &file.version {
                Ok(version) => version.to_string(),
                Err(why) => format!("not known: {why}"),
            };
            rows.add(binary.name, version, Some(&binary.spot));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::windows::testing::Machine;

    fn of(machine: &Machine) -> Vec<(&'static str, String, String)> {
        let mut shown = Rows::new();
        rows(&mut shown, &machine.facts());
        assert!(shown.unknown.is_empty());
        let facts = shown.facts.into_iter();
        facts
            .map(|fact| (fact.subject, fact.name, fact.value))
            .collect()
    }

    #[test]
    fn the_sound_machine_is_shown_and_a_password_is_not() {
        let text = "<unattend><settings pass=\"specialize\"><Password>Pl4nted</Password></settings></unattend>";
        let machine = Machine::new().files(|tree| tree.file("/unattend.xml", text));
        let shown = of(&machine);
        for row in [
            ("architecture", "kernel", "x64"),
            (
                "sysprep",
                "ImageState",
                "IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE",
            ),
            ("sysprep", "setuperr.log", "empty"),
            ("answer files", "pass", "specialize: not done"),
            ("answer files", "password", r"settings\Password: there"),
            ("software", ".NET Framework", "4.8.04161"),
            ("updates", "wuauserv", "Manual"),
            ("system files", "srv2.sys", "10.0.20348.2700"),
        ] {
            let row = (row.0, row.1.to_owned(), row.2.to_owned());
            assert!(shown.contains(&row), "{row:?} in {shown:?}");
        }
        assert!(!format!("{shown:?}").contains("Pl4nted"));
    }
}
