//! The versions that Microsoft's page on preparing a disk asks for, and the updates that bring them.

/// The least version of a file in one Windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Least {
    /// Its whole version, where it does not begin as that of Windows does.
    pub whole: Option<[u16; 4]>,
    /// The last number of its version.
    pub revision: u16,
    /// The same for a file of the branch whose numbers begin at 20000, which gets more fixes (LDR).
    pub branch: Option<u16>,
    /// The number of the update (KB) that brings it; 0 where the page names none.
    pub update: u32,
}

const NONE: Option<Least> = None;

const fn at(revision: u16, update: u32) -> Option<Least> {
    Some(Least {
        whole: None,
        revision,
        branch: None,
        update,
    })
}

const fn two(revision: u16, branch: u16, update: u32) -> Option<Least> {
    Some(Least {
        whole: None,
        revision,
        branch: Some(branch),
        update,
    })
}

const fn full(version: [u16; 4], update: u32) -> Option<Least> {
    Some(Least {
        whole: Some(version),
        revision: version[3],
        branch: None,
        update,
    })
}

/// The builds of the table's columns, with the first three numbers of their files' versions:
/// Windows Server 2008 R2, 2012, 2012 R2, 2016, and the versions 1703 and 1709.
pub(super) const COLUMNS: [(u32, [u16; 3]); 6] = [
    (7601, [6, 1, 7601]),
    (9200, [6, 2, 9200]),
    (9600, [6, 3, 9600]),
    (14393, [10, 0, 14393]),
    (15063, [10, 0, 15063]),
    (16299, [10, 0, 16299]),
];

/// A file with its least version by column.
pub(super) type Row = (&'static str, [Option<Least>; 6]);

/// The row of the file that holds CredSSP, which is from the page on its update.
pub(super) const CREDSSP: Row = (
    "tspkg.dll",
    [
        at(24117, 4103718),
        at(22432, 4103730),
        at(18999, 4103725),
        at(2248, 4103723),
        at(1088, 4103731),
        at(431, 4103727),
    ],
);

/// The rows of the page on preparing a disk.
#[rustfmt::skip]
pub(super) const ROWS: [Row; 28] = [
    ("disk.sys", [at(23403, 3125574), two(17638, 21757, 3137061), at(18203, 3137061), NONE, NONE, NONE]),
    ("storport.sys", [at(23403, 3125574), two(17188, 21306, 3018489), at(18573, 4022726), at(1358, 4022715), at(332, 0), NONE]),
    ("ntfs.sys", [at(23403, 3125574), two(17623, 21743, 3121255), at(18654, 4022726), at(1198, 4022715), at(447, 0), NONE]),
    ("iologmsg.dll", [at(23403, 3125574), at(16384, 2995387), NONE, NONE, NONE, NONE]),
    ("classpnp.sys", [at(23403, 3125574), two(17061, 21180, 2995387), at(18334, 3172614), at(953, 4022715), NONE, NONE]),
    ("volsnap.sys", [at(23403, 3125574), two(17047, 21165, 2975331), at(18265, 3145384), NONE, at(0, 0), NONE]),
    ("partmgr.sys", [at(23403, 3125574), at(16681, 2877114), at(17401, 3000850), at(953, 4022715), at(0, 0), NONE]),
    ("volmgrx.sys", [at(23403, 3125574), NONE, NONE, NONE, at(0, 0), NONE]),
    ("msiscsi.sys", [at(23403, 3125574), at(21006, 2955163), at(18624, 4022726), at(1066, 4022715), at(447, 0), NONE]),
    ("msdsm.sys", [at(23403, 3125574), at(21474, 3046101), at(18592, 4022726), NONE, NONE, NONE]),
    ("mpio.sys", [at(23403, 3125574), at(21190, 3046101), at(18616, 4022726), at(1198, 4022715), NONE, NONE]),
    ("vmstorfl.sys", [full([6, 3, 9600, 18907], 4072650), full([6, 3, 9600, 18080], 3063109), at(18907, 4072650), at(2007, 4345418), at(850, 4345419), at(371, 4345420)]),
    ("fveapi.dll", [at(23311, 3125574), at(20930, 2930244), at(18294, 3172614), at(576, 4022715), NONE, NONE]),
    ("fveapibase.dll", [at(23403, 3125574), at(20930, 2930244), at(17415, 3172614), at(206, 4022715), NONE, NONE]),
    ("netvsc.sys", [NONE, NONE, NONE, at(1198, 4022715), at(250, 4020001), NONE]),
    ("mrxsmb10.sys", [at(23816, 4022722), at(22108, 4022724), at(18603, 4022726), at(479, 4022715), at(483, 0), NONE]),
    ("mrxsmb20.sys", [at(23816, 4022722), at(21548, 4022724), at(18586, 4022726), at(953, 4022715), at(483, 0), NONE]),
    ("mrxsmb.sys", [at(23816, 4022722), at(22074, 4022724), at(18586, 4022726), at(953, 4022715), at(0, 0), NONE]),
    ("tcpip.sys", [at(23761, 4022722), at(22070, 4022724), at(18478, 4022726), at(1358, 4022715), at(447, 0), NONE]),
    ("http.sys", [at(23403, 3125574), at(17285, 3042553), at(18574, 4022726), at(251, 4022715), at(483, 0), NONE]),
    ("vmswitch.sys", [at(23727, 4022719), at(22117, 4022724), at(18654, 4022726), at(1358, 4022715), at(138, 0), NONE]),
    ("ntoskrnl.exe", [at(23807, 4022719), at(22170, 4022718), at(18696, 4022726), at(1358, 4022715), at(483, 0), NONE]),
    ("rdpcorets.dll", [full([6, 2, 9200, 21506], 4022719), at(22104, 4022724), at(18619, 4022726), at(1198, 4022715), at(0, 0), NONE]),
    ("termsrv.dll", [at(23403, 3125574), at(17048, 2973501), at(17415, 3000850), at(0, 4022715), at(0, 0), NONE]),
    ("termdd.sys", [at(23403, 3125574), NONE, NONE, NONE, NONE, NONE]),
    ("win32k.sys", [at(23807, 4022719), at(22168, 4022718), at(18698, 4022726), at(594, 4022715), NONE, NONE]),
    ("rdpdd.dll", [at(23403, 3125574), NONE, NONE, NONE, NONE, NONE]),
    ("rdpwd.sys", [at(23403, 3125574), NONE, NONE, NONE, NONE, NONE]),
];
