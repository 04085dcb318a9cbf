//! Registry hives, with the replay of their logs.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use vhd_preflight::guest::hive::{Hive, Key};
use vhd_preflight_fuzz::base::{choose, unpacked};
use vhd_preflight_fuzz::{Input, sums};

const FILES: [&str; 7] = [
    "hives/edited",
    "hives/lists",
    "hives/old-version",
    "hives/dirty",
    "hives/dirty.LOG1",
    "hives/dirty.LOG2",
    "hives/dirty.LOG",
];
/// Where the logs start among the files.
const LOGS: usize = 4;

static DIRTY: LazyLock<Vec<u8>> = LazyLock::new(|| unpacked(FILES[LOGS - 1]));
static GOOD_LOGS: LazyLock<Vec<Vec<u8>>> =
    LazyLock::new(|| FILES[LOGS..].iter().copied().map(unpacked).collect());

/// Reads all of a hive, as far as it goes.
fn walk(hive: &Hive, most: usize) {
    let mut open: Vec<Key<'_>> = hive.root().into_iter().collect();
    let mut keys = 0;
    while let Some(key) = open.pop() {
        keys += 1;
        assert!(keys <= most, "more keys than there is room for");
        let _ = format!("{:?} {:?}", key.class(), key.value("none"));
        for value in key.values().into_iter().flatten() {
            let _ = (value.data.text(), value.data.number());
        }
        open.extend(key.subkeys().into_iter().flatten());
    }
    let _ = hive.key("ControlSet001\\Services\\service07");
}

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let (Some(mended), Some(chosen)) = (input.byte(), input.0.first().copied()) else {
        return;
    };
    let Some(mut file) = choose(&FILES, &mut input) else {
        return;
    };
    file.change(&mut input);
    let mut bytes = file.get(0, file.len as usize);
    if mended % 4 != 0 {
        sums::hive(&mut bytes);
    }
    let mut logs = GOOD_LOGS.clone();
    let chosen = usize::from(chosen) % (FILES.len() + 1);
    let hive = match logs.get_mut(chosen.wrapping_sub(LOGS)) {
        Some(log) => {
            *log = bytes;
            // The log of the old format is only looked at where there is no other.
            if chosen == FILES.len() - 1 {
                logs.drain(..2);
            }
            DIRTY.clone()
        }
        None => bytes,
    };
    let most = hive.len() + logs.iter().map(Vec::len).sum::<usize>() + (2 << 20);
    if let Ok(hive) = Hive::open(hive, &logs) {
        let _ = format!("{:?}", hive.state());
        walk(&hive, most / 80);
    }
});
