#!/usr/bin/env python3
"""One RPM spec with all packages of the enterprise Linux image.

    el_spec.py STAGE KERNEL > el.spec

The names, epochs, versions and releases are those of an EL 9.6; what is in the packages is what
the image needs, taken from STAGE, a tree that is laid out as such a system. A file belongs to the
first package below whose pattern it fits; the last one takes what is left.
"""

import fnmatch
import os
import sys

# name, epoch, version, release, architecture, patterns of its files
PACKAGES = (
    ("almalinux-release", 0, "9.6", "2.el9", "x86_64",
     ("/etc/os-release", "/usr/lib/os-release", "/etc/*-release", "/etc/issue*", "/etc/system-release*")),
    ("almalinux-repos", 0, "9.6", "2.el9", "x86_64", ("/etc/yum.repos.d/*",)),
    ("setup", 0, "2.13.7", "10.el9", "noarch",
     ("/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow", "/etc/hosts", "/etc/login.defs",
      "/etc/fstab", "/etc/shells", "/etc/hostname", "/etc/machine-id")),
    ("glibc", 0, "2.34", "168.el9_6.14", "x86_64",
     ("/etc/ld.so.conf*", "/usr/lib64/ld-linux*", "/usr/lib64/libc.so*", "/usr/lib64/libm.so*")),
    ("bash", 0, "5.1.8", "9.el9", "x86_64", ("/usr/bin/bash", "/usr/bin/sh")),
    ("systemd", 0, "252", "51.el9_6.1.alma.1", "x86_64",
     ("/usr/lib/systemd/systemd*", "/usr/sbin/init", "/usr/lib/systemd/system/getty*")),
    ("openssl-libs", 1, "3.2.2", "6.el9_5.1", "x86_64",
     ("/usr/lib64/libssl*", "/usr/lib64/libcrypto*", "/etc/pki/tls/*")),
    ("openssl", 1, "3.2.2", "6.el9_5.1", "x86_64", ("/usr/bin/openssl",)),
    ("openssh", 0, "8.7p1", "45.el9.alma.1", "x86_64", ("/usr/bin/ssh-keygen", "/etc/ssh/moduli")),
    ("openssh-server", 0, "8.7p1", "45.el9.alma.1", "x86_64",
     ("/usr/sbin/sshd", "/etc/ssh/*", "/usr/lib/systemd/system/sshd*", "/etc/sysconfig/sshd")),
    ("python3", 0, "3.9.21", "2.el9_6.1", "x86_64", ("/usr/bin/python3*",)),
    ("python3-pyasn1", 0, "0.4.8", "6.el9", "noarch", ()),
    ("cloud-init", 0, "24.4", "4.el9_6.3.alma.1", "noarch",
     ("/etc/cloud/*", "/usr/lib/systemd/system/cloud-*", "/usr/bin/cloud-init",
      "/usr/lib/systemd/system-generators/cloud-init-generator", "/usr/lib/cloud-init/*")),
    ("cloud-utils-growpart", 0, "0.33", "1.el9", "x86_64", ("/usr/bin/growpart",)),
    ("gdisk", 0, "1.0.7", "5.el9", "x86_64", ()),
    ("WALinuxAgent", 0, "2.7.0.6", "14.el9_6", "noarch",
     ("/etc/waagent.conf", "/usr/sbin/waagent", "/usr/lib/systemd/system/waagent.service",
      "/usr/lib/python3.9/site-packages/azurelinuxagent/*")),
    ("WALinuxAgent-udev", 0, "2.7.0.6", "14.el9_6", "noarch", ("/usr/lib/udev/rules.d/*azure*",)),
    ("hyperv-daemons", 0, "0", "0.42.20190303git.el9", "x86_64", ()),
    ("hypervkvpd", 0, "0", "0.42.20190303git.el9", "x86_64",
     ("/usr/sbin/hypervkvpd", "/usr/lib/systemd/system/hypervkvpd.service")),
    ("NetworkManager", 1, "1.52.0", "3.el9_6", "x86_64",
     ("/usr/lib/systemd/system/NetworkManager*", "/etc/NetworkManager/*")),
    ("sudo", 0, "1.9.5p2", "10.el9_6.1", "x86_64", ("/etc/sudoers*", "/usr/bin/sudo")),
    ("dracut", 0, "057", "87.git20250311.el9_6", "x86_64", ("/etc/dracut.conf*",)),
    ("grub2-common", 1, "2.06", "104.el9_6.alma.1", "noarch", ("/etc/default/grub", "/etc/grub.d/*")),
    ("grub2-efi-x64", 1, "2.06", "104.el9_6.alma.1", "x86_64", ()),
    ("grub2-pc", 1, "2.06", "104.el9_6.alma.1", "x86_64", ()),
    ("shim-x64", 0, "15.8", "4.el9_3.alma.1", "x86_64", ()),
    ("lvm2", 9, "2.03.28", "6.el9", "x86_64", ("/etc/lvm/*",)),
    ("xfsprogs", 0, "6.4.0", "5.el9", "x86_64", ()),
    ("rpm", 0, "4.16.1.3", "37.el9", "x86_64", ()),
    ("kernel-modules-core", 0, None, None, "x86_64", ("/usr/lib/modules/*.ko.xz",)),
    ("kernel-core", 0, None, None, "x86_64", ("/usr/lib/modules/*",)),
    ("filesystem", 0, "3.16", "5.el9", "x86_64", ("/*",)),
)


def main():
    stage, kernel = sys.argv[1:]
    version, release = kernel.removesuffix(".x86_64").split("-", 1)
    files = {package[0]: [] for package in PACKAGES}
    for top, folders, names in os.walk(stage):
        for name in sorted(folders + names):
            path = os.path.join(top, name)
            inside = "/" + os.path.relpath(path, stage)
            folder = os.path.isdir(path) and not os.path.islink(path)
            owner = next(package[0] for package in PACKAGES
                         if any(fnmatch.fnmatchcase(inside, pattern) for pattern in package[5]))
            # A folder with something in it belongs to nobody in particular.
            if not folder or owner == "filesystem":
                files[owner].append(("%dir " if folder else "") + inside)

    out = []
    for name, epoch, own_version, own_release, arch, _ in PACKAGES:
        head = [
            f"Summary: {name} of a test image",
            f"Version: {own_version or version}", f"Release: {own_release or release}",
            "License: MIT", "AutoReqProv: no",
        ]
        head += [f"Epoch: {epoch}"] if epoch else []
        head += ["BuildArch: noarch"] if arch == "noarch" else []
        if not out:
            out += ["%global debug_package %{nil}", "%global __os_install_post %{nil}",
                    "%global _binary_payload w1.gzdio", "%global _build_id_links none",
                    "%global __brp_mangle_shebangs %{nil}",
                    "%global _unpackaged_files_terminate_build 1",
                    f"Name: {name}", *head, "%description", f"{name}.",
                    "%install", f"cp -a {stage}/. %{{buildroot}}/", f"%files -f {stage}.{name}"]
        else:
            out += [f"%package -n {name}", *head, f"%description -n {name}", f"{name}.",
                    f"%files -n {name} -f {stage}.{name}"]
        with open(f"{stage}.{name}", "w", encoding="utf-8") as listing:
            # rpmbuild refuses an empty list.
            listing.write("\n".join(files[name] or ["%dir /usr/share"]) + "\n")
    print("\n".join(out))


main()
