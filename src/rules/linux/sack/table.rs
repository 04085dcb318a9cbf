//! The kernels from which on each distribution has the fix: the table of the certification FAQ.

/// One cell of the table.
pub(super) struct Row {
    /// The distributions, by `ID` of os-release.
    pub(super) ids: &'static [&'static str],
    /// The first version that the row is for.
    pub(super) from: &'static [u32],
    /// The last one.
    pub(super) to: &'static [u32],
    /// The least kernels, each for its own series.
    pub(super) kernels: &'static [&'static str],
    /// The ending of the releases that the row is for: `-azure`, `-default`; empty for all.
    pub(super) flavour: &'static str,
}

const UBUNTU: &[&str] = &["ubuntu"];
const EL: &[&str] = &["rhel", "centos"];
const ORACLE: &[&str] = &["ol", "oracle"];
const SLES: &[&str] = &["sles", "sles_sap"];
const DEBIAN: &[&str] = &["debian"];

const fn row(
    ids: &'static [&'static str],
    version: &'static [u32],
    kernels: &'static [&'static str],
) -> Row {
    Row {
        ids,
        from: version,
        to: version,
        kernels,
        flavour: "",
    }
}

const fn flavoured(
    version: &'static [u32],
    kernels: &'static [&'static str],
    flavour: &'static str,
) -> Row {
    Row {
        ids: SLES,
        from: version,
        to: version,
        kernels,
        flavour,
    }
}

/// The rows, in the order of the table. Cells that are empty, "TBD", or hold the version of a
/// compiler are left out. Debian's are versions of the package, the others releases.
pub(super) static ROWS: &[Row] = &[
    row(UBUNTU, &[14, 4], &["4.4.0-151", "4.15.0-1049"]),
    row(UBUNTU, &[16, 4], &["4.15.0-1049"]),
    row(UBUNTU, &[18, 4], &["4.18.0-1023", "5.0.0-1025"]),
    row(UBUNTU, &[18, 10], &["4.18.0-1023"]),
    row(UBUNTU, &[19, 4], &["5.0.0-1010", "5.3.0-1004"]),
    row(EL, &[6, 10], &["2.6.32-754.15.3"]),
    row(EL, &[7, 2], &["3.10.0-327.79.2"]),
    row(EL, &[7, 3], &["3.10.0-514.66.2"]),
    row(EL, &[7, 4], &["3.10.0-693.50.3"]),
    row(EL, &[7, 5], &["3.10.0-862.34.2"]),
    row(EL, &[7, 6], &["3.10.0-957.21.3"]),
    row(EL, &[7, 7], &["3.10.0-1062.1.1"]),
    row(EL, &[8, 0], &["4.18.0-80.4.2"]),
    row(EL, &[8, 1], &["4.18.0-147"]),
    flavoured(&[11, 4], &["3.0.101-108.95.2"], ""),
    flavoured(&[12, 1], &["3.12.74-60.64.115.1"], ""),
    flavoured(&[12, 2], &["4.4.121-92.114.1"], ""),
    flavoured(&[12, 3], &["4.4.180-4.31.1"], "-azure"),
    flavoured(&[12, 3], &["4.4.180-94.97.1"], "-default"),
    flavoured(&[12, 4], &["4.12.14-6.15.2"], "-azure"),
    flavoured(&[12, 4], &["4.12.14-95.19.1"], "-default"),
    flavoured(&[15], &["4.12.14-5.30.1"], "-azure"),
    flavoured(&[15, 1], &["4.12.14-5.30.1"], "-azure"),
    row(
        ORACLE,
        &[6, 10],
        &["2.6.39-400.312.2", "3.8.13-118.35.2", "2.6.32-754.15.3"],
    ),
    Row {
        ids: ORACLE,
        from: &[7, 0],
        to: &[7, 5],
        kernels: &["3.8.13-118.35.2", "4.1.12-124.28.3", "3.10.0-862.34.2"],
        flavour: "",
    },
    row(ORACLE, &[7, 6], &["3.10.0-957.21.3", "4.14.35-1902.2.0"]),
    row(DEBIAN, &[8], &["3.16.68-2", "4.9.168-1+deb9u3"]),
    row(DEBIAN, &[9], &["4.9.168-1+deb9u3", "4.19.37-5"]),
    row(DEBIAN, &[10], &["4.19.37-5"]),
];

/// From this kernel on the fix is in all of them: that of 5.1.11, in June 2019.
pub(super) const FIXED: [u32; 2] = [5, 2];
