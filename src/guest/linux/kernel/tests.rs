//! Tests of this module on real bytes.

use super::*;
use crate::guest::linux::boot;
use crate::guest::testing::{Tree, unpacked};

const GRUB: &str = "menuentry 'Linux' {\n linux /boot/vmlinuz-6.1.0-50-cloud-amd64 root=UUID=x ro ARGS\n\
    initrd /boot/initrd.img-6.1.0-50-cloud-amd64\n}\n";

fn tree() -> Tree {
    let head = unpacked(include_bytes!(
        "../../../../testdata/boot/kernel-bookworm.head.zst"
    ));
    let modules = "/usr/lib/modules/6.1.0-50-cloud-amd64";
    Tree::new()
        .link("/lib", "usr/lib")
        .file("/boot/grub/grub.cfg", &GRUB.replace("ARGS", ""))
        .bytes("/boot/vmlinuz-6.1.0-50-cloud-amd64", &head)
        .file(
            "/boot/config-6.1.0-50-cloud-amd64",
            "#\n# Automatically generated file; DO NOT EDIT.\nCONFIG_HYPERV=m\nCONFIG_WATCHDOG=y\n\
             # CONFIG_CIFS is not set\nCONFIG_SERIAL_8250_CONSOLE=y\nCONFIG_HYPERV_KEYBOARD=y\n",
        )
        .file(
            &format!("{modules}/modules.builtin"),
            "kernel/fs/fat/vfat.ko\n",
        )
        .file(
            &format!("{modules}/modules.dep"),
            "kernel/drivers/hv/hv_vmbus.ko:\n\
             kernel/drivers/input/serio/hyperv-keyboard.ko.xz: kernel/drivers/hv/hv_vmbus.ko\n\
             kernel/fs/udf/udf.ko.zst: kernel/drivers/cdrom/cdrom.ko\n",
        )
        .file(&format!("{modules}/kernel/drivers/hv/hv_vmbus.ko"), "x")
        .file(
            &format!("{modules}/kernel/drivers/input/serio/hyperv-keyboard.ko.xz"),
            "x",
        )
}

fn of(tree: Tree) -> Kernel {
    let root = tree.root();
    let boot = boot::gather(&root, &Ok(Vec::new()));
    gather(&root, &boot).unwrap().unwrap()
}

#[test]
fn a_kernel_of_debian_tells_its_release_machine_and_signature() {
    let kernel = of(tree());
    assert_eq!(kernel.release, "6.1.0-50-cloud-amd64");
    assert_eq!(kernel.machine(), Some(Machine::X64));
    assert_eq!(kernel.numbers(), [6, 1, 0]);
    assert_eq!(kernel.spot.path, "/boot/vmlinuz-6.1.0-50-cloud-amd64");
    let image = kernel.image.unwrap().unwrap();
    assert_eq!(image.release.as_deref(), Some("6.1.0-50-cloud-amd64"));
    let trixie = unpacked(include_bytes!(
        "../../../../testdata/boot/kernel-trixie.head.zst"
    ));
    let kernel = of(tree().bytes("/boot/vmlinuz-6.1.0-50-cloud-amd64", &trixie));
    assert_eq!(kernel.release, "6.12.107+deb13-cloud-amd64");
}

#[test]
fn drivers_are_built_in_modules_or_absent_by_any_spelling() {
    let kernel = of(tree());
    assert_eq!(kernel.driver("vfat"), Ok(Driver::BuiltIn));
    assert!(
        matches!(kernel.driver("hv-vmbus"), Ok(Driver::Module(path)) if path.ends_with("hv_vmbus.ko"))
    );
    assert!(matches!(
        kernel.driver("hyperv_keyboard"),
        Ok(Driver::Module(_))
    ));
    // Listed, but its file was deleted.
    assert_eq!(kernel.driver("udf"), Ok(Driver::Absent));
    assert!(
        kernel
            .modules
            .as_ref()
            .unwrap()
            .as_ref()
            .unwrap()
            .lost
            .contains("udf")
    );
    assert_eq!(kernel.driver("hv_netvsc"), Ok(Driver::Absent));
    let config = kernel.config.unwrap().unwrap();
    assert_eq!(config.get("CONFIG_HYPERV"), Setting::Module);
    assert_eq!(config.get("CONFIG_CIFS"), Setting::Off);
    assert_eq!(config.options["CONFIG_WATCHDOG"].spot.line, Some(4));
}

#[test]
fn without_modules_the_configuration_decides_and_without_both_it_is_unknown() {
    let bare = tree().without("/usr/lib/modules");
    let kernel = of(bare.clone());
    assert_eq!(kernel.modules, Ok(None));
    assert_eq!(kernel.driver("hyperv_keyboard"), Ok(Driver::BuiltIn));
    assert_eq!(kernel.driver("hv_vmbus"), Ok(Driver::Absent));
    let kernel = of(bare.without("/boot/config-6.1.0-50-cloud-amd64"));
    assert!(kernel.driver("hv_vmbus").is_err());
    let kernel = of(tree().unreadable("/usr/lib/modules/6.1.0-50-cloud-amd64/modules.dep"));
    assert!(kernel.driver("hv_vmbus").is_err());
    let without_list = tree().without("/usr/lib/modules/6.1.0-50-cloud-amd64/modules.dep");
    assert!(of(without_list).driver("hv_vmbus").is_err());
}

#[test]
fn bans_are_read_from_files_and_arguments() {
    let kernel = of(tree()
        .file(
            "/etc/modprobe.d/CIS.conf",
            "# hardening\ninstall udf /bin/true\ninstall cramfs \\\n /bin/false\nblacklist udf\n\
             install snd modprobe --ignore-install snd\n",
        )
        .file("/usr/lib/modprobe.d/hv.conf", "blacklist hyperv_fb\n")
        .file("/usr/lib/modprobe.d/over.conf", "blacklist vfat\n")
        .link("/etc/modprobe.d/over.conf", "/dev/null")
        .file("/etc/modprobe.d/readme", "blacklist nvme\n")
        .file(
            "/boot/grub/grub.cfg",
            &GRUB.replace(
                "ARGS",
                "modprobe.blacklist=sr_mod,cdrom rd.driver.blacklist=ata-piix",
            ),
        ));
    let ban = kernel.ban("udf").unwrap().unwrap();
    assert_eq!((ban.kind, ban.spot.line), (BanKind::Install, Some(2)));
    assert_eq!(kernel.blacklisted("cramfs").unwrap().unwrap().line, Some(3));
    assert_eq!(
        kernel.ban("hyperv-fb").unwrap().unwrap().kind,
        BanKind::Blacklist
    );
    for name in ["sr_mod", "cdrom", "ata_piix"] {
        assert_eq!(kernel.ban(name).unwrap().unwrap().kind, BanKind::Argument);
    }
    for name in ["vfat", "nvme", "snd"] {
        assert_eq!(kernel.ban(name), Ok(None), "{name}");
    }
}

#[test]
fn names_tell_the_release_where_the_image_does_not() {
    for (path, release) in [
        ("/boot/vmlinuz-6.1.0-18-cloud-arm64", "6.1.0-18-cloud-arm64"),
        (
            "/boot/Image-5.14.21-150500.55.7-default",
            "5.14.21-150500.55.7-default",
        ),
        ("/usr/lib/modules/6.9.1-arch1-1/vmlinuz", "6.9.1-arch1-1"),
        (
            "/boot/6a9857a393724b7a981ebb5b8495b9ea/6.6.1/linux",
            "6.6.1",
        ),
    ] {
        assert_eq!(image::release_of_name(path).as_deref(), Some(release));
    }
    for path in ["/boot/vmlinuz-linux", "/boot/vmlinuz", "/boot/vmlinuz-virt"] {
        assert_eq!(image::release_of_name(path), None, "{path}");
    }
    // Alpine: the only folder of modules tells.
    let root = Tree::new()
        .file("/boot/extlinux.conf", "DEFAULT virt\nLABEL virt\n LINUX vmlinuz-virt\n INITRD initramfs-virt\n APPEND root=x\n")
        .file("/boot/vmlinuz-virt", "x")
        .dir("/lib/modules/6.6.31-0-virt")
        .root();
    let boot = boot::gather(&root, &Ok(Vec::new()));
    let kernel = gather(&root, &boot).unwrap().unwrap();
    assert_eq!(kernel.release, "6.6.31-0-virt");
}
