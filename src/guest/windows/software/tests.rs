//! Tests of what is installed, on real hives.

use crate::guest::windows::registry::HiveName::Software;
use crate::rules::windows::testing::Machine;

const UNINSTALL: &str = r"Microsoft\Windows\CurrentVersion\Uninstall";

#[test]
fn products_of_both_views_are_listed_and_those_without_a_name_are_not() {
    let machine = Machine::new()
        .string(
            Software,
            &format!(r"{UNINSTALL}\{{1}}"),
            "DisplayName",
            "Product",
        )
        .string(
            Software,
            &format!(r"{UNINSTALL}\{{1}}"),
            "DisplayVersion",
            "1.2",
        )
        .string(
            Software,
            &format!(r"Wow6432Node\{UNINSTALL}\Two"),
            "DisplayName",
            "Two",
        )
        .string(Software, &format!(r"{UNINSTALL}\KB1"), "ParentKeyName", "x");
    let products = machine.facts().software.products.unwrap();
    let names: Vec<_> = products.iter().map(|product| &*product.name).collect();
    assert_eq!(names, ["Product", "Two"]);
    assert_eq!(products[0].version.value, Ok(Some("1.2".to_owned())));
    assert_eq!(
        products[1].spot.registry.as_deref(),
        Some(r"SOFTWARE\Wow6432Node\Microsoft\Windows\CurrentVersion\Uninstall\Two")
    );
}

#[test]
fn instances_of_sql_server_have_their_edition() {
    let key = r"Microsoft\Microsoft SQL Server";
    let machine = Machine::new()
        .string(
            Software,
            &format!(r"{key}\Instance Names\SQL"),
            "MSSQLSERVER",
            "MSSQL16.MSSQLSERVER",
        )
        .string(
            Software,
            &format!(r"{key}\MSSQL16.MSSQLSERVER\Setup"),
            "Edition",
            "Standard Edition",
        );
    let instances = machine.facts().software.sql_instances.unwrap();
    assert_eq!(instances.len(), 1);
    assert_eq!(
        instances[0].edition.value,
        Ok(Some("Standard Edition".to_owned()))
    );
}

#[test]
fn office_is_its_programs_and_not_its_key() {
    let root = r"Microsoft\Office\16.0\Common\InstallRoot";
    let path = r"C:\Program Files\Microsoft Office\Office16\";
    let machine = Machine::new().string(Software, root, "Path", path);
    assert!(machine.facts().software.office.unwrap().is_empty());
    let machine = machine
        .files(|tree| tree.file("/Program Files/Microsoft Office/Office16/winword.exe", "MZ"));
    let found = machine.facts().software.office.unwrap();
    assert_eq!(found[0].value, "WINWORD.EXE");
    let click_to_run = r"Microsoft\Office\ClickToRun\Configuration";
    let machine = Machine::new().string(
        Software,
        click_to_run,
        "ProductReleaseIds",
        "O365ProPlusRetail",
    );
    assert_eq!(machine.facts().software.office.unwrap().len(), 1);
}

#[test]
fn visual_studio_is_found_in_all_its_places() {
    for path in [
        "/Program Files/Microsoft Visual Studio/2022/Community/Common7/IDE/devenv.exe",
        "/Program Files (x86)/Microsoft Visual Studio/2019/Professional/Common7/IDE/devenv.exe",
        "/Program Files (x86)/Microsoft Visual Studio 14.0/Common7/IDE/devenv.exe",
    ] {
        let machine = Machine::new().files(|tree| tree.file(path, "MZ"));
        assert_eq!(
            machine.facts().software.visual_studio.unwrap().len(),
            1,
            "{path}"
        );
    }
}

#[test]
fn what_lies_behind_the_limit_of_a_list_is_not_known() {
    let mut machine = Machine::new();
    for number in 0..=super::MAX_PRODUCTS {
        let key = format!(r"{UNINSTALL}\{number}");
        machine = machine.string(Software, &key, "DisplayName", "A product");
    }
    for number in 0..=100 {
        machine = machine.key(Software, &format!(r"Microsoft\Office\{number}.0"));
    }
    for number in 0..=200 {
        let key = r"Microsoft\Microsoft SQL Server\Instance Names\SQL";
        machine = machine.string(Software, key, &format!("I{number}"), "MSSQL16.I");
    }
    let software = machine.facts().software;
    let reasons = [
        software.products.unwrap_err(),
        software.office.unwrap_err(),
        software.sql_instances.unwrap_err(),
    ];
    for (unknown, says) in reasons.iter().zip(["5000 products", "100 ver", "200 inst"]) {
        assert!(unknown.reason.contains(says), "{}", unknown.reason);
    }
}
