//! Committed disks whose guests are made hostile: a few of their texts become others of the same
//! length.

#[path = "../../common/mod.rs"]
mod common;

/// Puts `new` in the place of the file that begins with `start`, whose first block is `bytes` of the
/// disk; what is left of the block becomes empty lines.
fn rewrite(disk: &mut [u8], start: &str, new: &str) {
    const BLOCK: usize = 1024;
    let found: Vec<_> = (0..disk.len())
        .step_by(BLOCK)
        .filter(|at| disk[*at..].starts_with(start.as_bytes()))
        .collect();
    let [at] = found[..] else {
        panic!("{start:?} is there {} times", found.len());
    };
    let block = &mut disk[at..at + BLOCK];
    let length = block.iter().position(|b| *b == 0).unwrap_or(BLOCK);
    block[..length].fill(b'\n');
    block[..new.len()].copy_from_slice(new.as_bytes());
    assert!(new.len() <= length, "{start:?}: {} > {length}", new.len());
}

/// Where `part` begins in `disk`; blocks of zeros, which are most of it, are not looked at.
fn places(disk: &[u8], part: &[u8]) -> Vec<usize> {
    const BLOCK: usize = 4096;
    let mut found = Vec::new();
    for at in (0..disk.len()).step_by(BLOCK) {
        let end = disk.len().min(at + BLOCK);
        if disk[at..end] == [0; BLOCK][..end - at] {
            continue;
        }
        for start in at..end {
            if disk[start] == part[0] && disk[start..].starts_with(part) {
                found.push(start);
            }
        }
    }
    found
}

/// Puts `new` everywhere in the place of `old`; both are as long.
fn replace(disk: &mut [u8], old: &[u8], new: &[u8]) {
    assert_eq!(old.len(), new.len(), "{}", String::from_utf8_lossy(new));
    let found = places(disk, old);
    assert!(
        !found.is_empty(),
        "there is no {}",
        String::from_utf8_lossy(old)
    );
    for at in found {
        disk[at..at + new.len()].copy_from_slice(new);
    }
}

/// Gives a file of ext4 another name of the same length. Its folder's block then has no checksum.
fn rename(disk: &mut [u8], old: &str, new: &str) {
    const BLOCK: usize = 1024;
    let length = u8::try_from(old.len()).unwrap();
    let entry = [&[length, 1][..], old.as_bytes()].concat();
    let [at] = places(disk, &entry)[..] else {
        panic!("{old} is not there once");
    };
    assert_eq!(old.len(), new.len(), "{new:?}");
    disk[at + 2..at + entry.len()].copy_from_slice(new.as_bytes());
    let end = at / BLOCK * BLOCK + BLOCK;
    assert_eq!(disk[end - 12..end - 4], [0, 0, 0, 0, 12, 0, 0, 0xde]);
    disk[end - 5] = 0;
}

pub(super) fn linux() -> Vec<u8> {
    let mut disk = common::image("debian-12-small.vhd");
    rewrite(
        &mut disk,
        "PRETTY_NAME=\"Debian",
        "PRETTY_NAME=\"::error::pwn \u{1b}[31m]]><script>alert(1)</script>\"\nID=\"##vso[a]b\"\n\
         ID_LIKE=\"@everyone [x](javascript:1)\"\nVERSION_ID=\"${{ secrets.X }}`\"\n\
         NAME=\"\u{202e}evil\"\n",
    );
    rewrite(&mut disk, "debian\n\0", "::x::y");
    let users = [
        "a##vso[task.setvariable variable=x]y",
        "\u{b}\u{b}error\u{b}\u{b}pwn",
        "]]><script>alert(1)</script>",
        "\u{1b}[31m\u{202e}@everyone",
        "[x](javascript&alert(1))",
        "${{ secrets.X }}`id`",
        "https//evil.example @admin",
    ];
    let users: String = (1000..)
        .zip(users)
        .map(|(uid, name)| format!("{name}:x:{uid}:{uid}:<b>:/home/]]>{uid}:/bin/::set-output\n"))
        .collect();
    let root = "root:x:0:0:root:/root:/bin/bash\n";
    rewrite(
        &mut disk,
        &format!("{root}daemon:x:1"),
        &format!("{root}{users}"),
    );
    rewrite(
        &mut disk,
        "UUID=5eed0f00-7f5a-4c0e-8d6b-2b1a3c4d5e6f\t/\text4",
        "/dev/##vso[a]b /::error::x ext4 ::x::y 0 0\n/dev/sdb1 /mnt/<script> ext4 \u{1b}[1m 0 0\n",
    );
    rewrite(
        &mut disk,
        "\n# This is the sshd server",
        "ClientAliveInterval ::error::]]>\u{1b}[31m\nPort ::error::\n\
         ListenAddress `x`${{ secrets.X }}\nAllowUsers ##vso[task.complete]\n",
    );
    replace(
        &mut disk,
        b"'Debian GNU/Linux' --class debian --class gnu-linux --class gnu --class os",
        b"'::error::]]><script>x</script>\x1b[1m##vso[a]b @a [x](javascript:1) ${{x}}`'",
    );
    rename(&mut disk, "e2scrub_all", "::error::<b");
    rename(&mut disk, "apt-compat", "##vso[a]b\n");
    disk
}

pub(super) fn windows() -> Vec<u8> {
    let mut disk = common::image("windows/server-2022.vhd");
    for (old, new) in [
        (
            "Windows Server 2022 Datacenter",
            "::error::]]><script>##vso[a]b@",
        ),
        ("Windows Boot Manager", "<img src=x onerror=1>"),
        ("Administrator", "::error::<b>`"),
        ("WDAGUtilityAccount", "##vso[a]b@everyone"),
        ("DefaultAccount", "[x](js:1)\u{202e}${{a"),
        ("ScheduledDefrag", "##vso[a]b]]><b>"),
        (r"?:\pagefile.sys", "\n::set-output x"),
        (r"C:\CrashDumps", "\u{1b}[31m#\u{b}##[a]x"),
    ] {
        let units =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        let new: String = new.chars().take(old.chars().count()).collect();
        replace(&mut disk, &units(old), &units(&new));
    }
    disk
}
