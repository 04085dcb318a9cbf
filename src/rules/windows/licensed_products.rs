//! WIN006: products of Microsoft that an image may not bring.

use super::{MAX_LISTED, at, guest, known, powershell_quoted};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::windows::software::SqlInstance;
use crate::guest::{Spot, WindowsGuest};
use crate::rules::partition::listed;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// There is no SQL Server of the publisher's own, and no Microsoft product with its own licence.
    ///
    /// ## Why
    /// A customer pays for Windows and, with Azure's SQL Server images, for SQL Server by the hour.
    /// Any other product of Microsoft in an image needs a licence that the publisher cannot pass
    /// on, unless the support team has agreed.
    ///
    /// ## Evidence
    /// SQL Server: `SOFTWARE\Microsoft\Microsoft SQL Server\Instance Names\SQL`. Where
    /// `C:\SQLServerFull` or the folder of the SQL Server extension hints at one of Azure's SQL
    /// Server images, it is a note. Visual Studio: `devenv.exe`. Office: its programs below
    /// `InstallRoot`, or `ProductReleaseIds` of Click-to-Run. Exchange: services `MSExchange...`.
    /// SharePoint, Lync, Skype for Business Server, System Center and Dynamics: by their names in
    /// the list of installed programs, without agents and clients of them.
    ///
    /// ## What Azure says
    /// FAQ: `Software compliance for Windows`
    ///
    /// ## Fix
    /// Take the Windows Server image with that SQL Server from the Azure Marketplace; uninstall
    /// the others, or have the support team agree first.
    ///
    /// ## Limits
    /// A hint at a SQL Server image is no proof of it. Windows Internal Database, LocalDB and the
    /// client tools of SQL Server are not judged. Whether `NT AUTHORITY\SYSTEM` is in `sysadmin`
    /// only the running SQL Server can say.
    pub static WIN006 = {
        id: "WIN006",
        name: "licensed-products",
        level: Error,
        sources: [FAQ, QUES, CRE17],
    };
}

/// How names of products in the list of programs begin.
const PRODUCTS: [(&str, &str); 8] = [
    ("Microsoft Exchange Server", "Exchange Server"),
    ("Microsoft SharePoint", "SharePoint"),
    ("Microsoft Lync Server", "Lync Server"),
    ("Skype for Business Server", "Skype for Business Server"),
    ("Microsoft System Center", "System Center"),
    ("System Center", "System Center"),
    ("Microsoft Dynamics", "Dynamics"),
    ("Microsoft BizTalk Server", "BizTalk Server"),
];
/// Words of free parts of these products.
const FREE: [&str; 7] = [
    "agent",
    "client",
    "endpoint protection",
    "sdk",
    "redistributable",
    "management shell",
    "components for",
];

fn check(subject: &Subject<'_>) -> Outcome {
    judge(subject).unwrap_or_else(|outcome| outcome)
}

fn judge(subject: &Subject<'_>) -> Result<Outcome, Outcome> {
    let guest = guest(subject)?;
    let mut findings = sql_server(guest)?;
    findings.extend(programs(guest)?);
    findings.extend(by_name(guest)?);
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let worst = findings.first().map_or(Level::Note, |one| one.level);
    Ok(Outcome::Decided(listed(
        worst,
        findings.into_iter(),
        "of products",
    )))
}

fn short(text: &str) -> String {
    text.chars().take(120).collect()
}

fn sql_server(guest: &WindowsGuest) -> Result<Vec<Finding>, Outcome> {
    let instances = known(&guest.software.sql_instances)?;
    if instances.is_empty() {
        return Ok(Vec::new());
    }
    let traces = known(&guest.software.azure_traces)?;
    let hint = traces
        .iter()
        .find(|trace| trace.value.contains("SQL Server"));
    let finding = |instance: &SqlInstance| {
        let edition = match &instance.edition.value {
            Ok(Some(edition)) => format!("{} ({})", short(&instance.name), short(edition)),
            _ => short(&instance.name),
        };
        let finding = match hint {
            Some(hint) => Finding::note(format!(
                "SQL Server is installed; {} hints at a SQL Server image of Azure, which alone may bring it",
                hint.spot.path
            )),
            None => Finding::error(
                "SQL Server is installed, and nothing hints at a SQL Server image of Azure",
            )
            .fix("build the image again from the Windows Server image with that SQL Server in the Azure Marketplace"),
        };
        finding
            .found(edition)
            .required("no SQL Server, or the one of Azure's image")
            .at(at(&instance.spot))
    };
    Ok(instances.iter().take(MAX_LISTED).map(finding).collect())
}

fn programs(guest: &WindowsGuest) -> Result<Vec<Finding>, Outcome> {
    let mut findings = Vec::new();
    let needs_approval = |product: &str| {
        Finding::error(format!(
            "{product} is installed, for which prior approval is needed"
        ))
        .required(format!(
            "no {product}, or the agreement of the support team"
        ))
        .fix("uninstall it, or have the support team of the Marketplace agree before you submit")
    };
    for program in known(&guest.software.visual_studio)? {
        findings.push(
            needs_approval("Visual Studio")
                .found(short(&program.path))
                .at(at(program)),
        );
    }
    if let Some(program) = known(&guest.software.office)?.first() {
        let finding = needs_approval("Office").found(short(&program.value));
        findings.push(finding.at(at(&program.spot)));
    }
    Ok(findings)
}

fn by_name(guest: &WindowsGuest) -> Result<Vec<Finding>, Outcome> {
    let mut findings = Vec::new();
    let mut add = |product: &str, name: &str, spot: &Spot, fix: String| {
        findings.push(
            Finding::error(format!(
                "{product} is installed, which images may not bring"
            ))
            .found(short(name))
            .required(format!("no {product}"))
            .at(at(spot))
            .fix(fix),
        );
    };
    let mut services = known(&guest.services)?.list.iter();
    let exchange = services.find(|service| begins(&service.name, "MSExchange"));
    if let Some(service) = exchange {
        let fix =
            "Get-Service -Name 'MSExchange*'; uninstall Exchange Server with its setup".to_owned();
        add("Exchange Server", &service.name, &service.spot, fix);
    }
    let products = known(&guest.software.products)?;
    for (at_product, (begin, product)) in PRODUCTS.iter().enumerate() {
        let is_it = |name: &str| {
            let name = name.to_lowercase();
            name.starts_with(&begin.to_lowercase()) && !FREE.iter().any(|word| name.contains(word))
        };
        if at_product == 0 && exchange.is_some() {
            continue;
        }
        // One is enough: setups of these products list tens of parts.
        if let Some(found) = products.iter().find(|found| is_it(&found.name)) {
            let key = found.spot.registry.as_deref().unwrap_or_default();
            let key = powershell_quoted(&format!("HKLM:\\{key}"));
            let fix = format!(
                "(Get-ItemProperty -LiteralPath {key}).UninstallString # and run what it prints"
            );
            add(product, &found.name, &found.spot, fix);
        }
    }
    Ok(findings)
}

fn begins(name: &str, begin: &str) -> bool {
    name.get(..begin.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(begin))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::guest::windows::registry::HiveName::{Software, System};
    use crate::rules::windows::testing::*;

    const UNINSTALL: &str = r"Microsoft\Windows\CurrentVersion\Uninstall";
    const SQL: &str = r"Microsoft\Microsoft SQL Server";

    fn with_program(name: &str) -> Machine {
        Machine::new().string(Software, &format!(r"{UNINSTALL}\X"), "DisplayName", name)
    }

    fn with_sql_server() -> Machine {
        let names = format!(r"{SQL}\Instance Names\SQL");
        let setup = format!(r"{SQL}\MSSQL16.MSSQLSERVER\Setup");
        Machine::new()
            .string(Software, &names, "MSSQLSERVER", "MSSQL16.MSSQLSERVER")
            .string(Software, &setup, "Edition", "Standard Edition")
    }

    #[test]
    fn sql_server_fails_unless_it_seems_to_be_azures() {
        assert_eq!(of(&WIN006, &Machine::new()), Outcome::pass());
        let outcome = of(&WIN006, &with_sql_server());
        assert_eq!(outcome.status(), Status::Fail);
        assert_evidence(&outcome);
        let found = outcome.findings()[0].found.as_deref();
        assert_eq!(found, Some("MSSQLSERVER (Standard Edition)"));
        for path in [
            "/SQLServerFull",
            "/Packages/Plugins/Microsoft.SqlServer.Management.SqlIaaSAgent",
        ] {
            let outcome = of(&WIN006, &with_sql_server().files(|tree| tree.dir(path)));
            assert_eq!(outcome.status(), Status::Pass, "{path}");
            assert_eq!(outcome.findings()[0].level, Level::Note);
        }
        // The folder of extensions alone says nothing of SQL Server.
        let other = with_sql_server().files(|tree| tree.dir("/Packages/Plugins"));
        assert_eq!(of(&WIN006, &other).status(), Status::Fail);
    }

    #[test]
    fn products_that_need_a_licence_fail() {
        for name in [
            "Microsoft Exchange Server 2019 Cumulative Update 14",
            "Microsoft SharePoint Server 2019",
            "Microsoft Lync Server 2013, Front End Server",
            "Skype for Business Server 2019, Core Components",
            "System Center 2019 Operations Manager",
            "Microsoft System Center Virtual Machine Manager Server",
            "Microsoft Dynamics NAV 2018 Server",
        ] {
            let outcome = of(&WIN006, &with_program(name));
            assert_eq!(outcome.status(), Status::Fail, "{name}");
            assert_evidence(&outcome);
        }
        for name in [
            "Microsoft Visual C++ 2015-2022 Redistributable (x64)",
            "Microsoft SQL Server 2019 LocalDB",
            "System Center 2016 Endpoint Protection",
            "Microsoft SharePoint Client Components",
            "System Center Operations Manager Agent",
            "Visual Studio Build Tools 2022",
        ] {
            assert_eq!(of(&WIN006, &with_program(name)), Outcome::pass(), "{name}");
        }
        let services = r"CurrentControlSet\Services";
        let exchange =
            Machine::new().dword(System, &format!(r"{services}\MSExchangeIS"), "Start", 2);
        assert_eq!(of(&WIN006, &exchange).status(), Status::Fail);
        // Windows Internal Database belongs to Windows.
        let own = Machine::new().dword(
            System,
            &format!(r"{services}\MSSQL$MICROSOFT##WID"),
            "Start",
            2,
        );
        assert_eq!(of(&WIN006, &own), Outcome::pass());
    }

    #[test]
    fn programs_that_need_approval_fail() {
        let devenv = "/Program Files/Microsoft Visual Studio/2022/Community/Common7/IDE/devenv.exe";
        let studio = Machine::new().files(|tree| tree.file(devenv, "MZ"));
        let configuration = r"Microsoft\Office\ClickToRun\Configuration";
        let office = Machine::new().string(
            Software,
            configuration,
            "ProductReleaseIds",
            "ProPlus2021Volume",
        );
        for machine in [studio, office] {
            let outcome = of(&WIN006, &machine);
            assert_eq!(outcome.status(), Status::Fail);
            assert!(outcome.findings()[0].message.contains("approval"));
            assert_evidence(&outcome);
        }
        assert_needs(&WIN006, Software);
        assert_needs(&WIN006, System);
        assert_applies_to_windows_only(&WIN006);
    }
}
