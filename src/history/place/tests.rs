//! The default place on each platform.

use super::*;

fn place(platform: Platform, environment: &[(&str, &str)]) -> Result<PathBuf, NoPlace> {
    default_place(platform, |wanted| {
        environment
            .iter()
            .find(|(name, _)| *name == wanted)
            .map(|(_, value)| value.into())
    })
}

fn under(root: &str, folders: &[&str]) -> Result<PathBuf, NoPlace> {
    let mut path = PathBuf::from(root);
    path.extend(folders);
    Ok(path.join("vhd-preflight").join("history.jsonl"))
}

#[test]
fn each_platform_has_its_convention() {
    let home = ("HOME", "/home/me");
    assert_eq!(
        place(Platform::Xdg, &[home, ("XDG_DATA_HOME", "/data")]),
        under("/data", &[])
    );
    assert_eq!(
        place(Platform::Xdg, &[home]),
        under("/home/me", &[".local", "share"])
    );
    assert_eq!(
        place(Platform::MacOs, &[home, ("XDG_DATA_HOME", "/data")]),
        under("/home/me", &["Library", "Application Support"])
    );
    let roaming = r"C:\Users\me\AppData\Roaming";
    assert_eq!(
        place(Platform::Windows, &[("APPDATA", roaming)]),
        under(roaming, &[])
    );
}

#[test]
fn relative_and_empty_values_are_no_places() {
    for value in ["", "data", "./data"] {
        assert_eq!(
            place(
                Platform::Xdg,
                &[("XDG_DATA_HOME", value), ("HOME", "/home/me")]
            ),
            under("/home/me", &[".local", "share"])
        );
        let error = place(Platform::Xdg, &[("HOME", value)]).unwrap_err();
        assert_eq!(error.variable, "HOME");
        assert!(place(Platform::Windows, &[("APPDATA", value)]).is_err());
    }
    assert_eq!(
        place(Platform::Windows, &[]).unwrap_err().variable,
        "APPDATA"
    );
}
