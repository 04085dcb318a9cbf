# shellcheck shell=bash
# The tree that the enterprise Linux's packages are made of; sourced by el.sh, whose names it uses.

# Programs, libraries, kernel.
el_stage() { # STAGE
  local stage=$1 from=$tree version program
  version=$(cd "$from/usr/lib/modules" && echo [0-9]*)
  mkdir -p "$stage"/{boot,dev,home,media,mnt,opt,proc,run,srv,sys,tmp,root} "$stage"/var/{lib,log,tmp,cache,spool}
  mkdir -p "$stage"/usr/{bin,sbin,lib64,share} "$stage"/usr/lib/{systemd/system,systemd/system-generators,udev/rules.d}
  mkdir -p "$stage"/var/lib/{cloud,waagent,rpm} "$stage"/etc/{ssh/sshd_config.d,sudoers.d,default,kernel,cloud/cloud.cfg.d}
  mkdir -p "$stage"/etc/{yum.repos.d,dracut.conf.d,NetworkManager/system-connections,sysconfig/network-scripts,pki/tls,ld.so.conf.d,modprobe.d}
  chmod 1777 "$stage/tmp" "$stage/var/tmp"
  chmod 700 "$stage/root"
  local part
  for part in bin sbin lib lib64; do ln -s "usr/$part" "$stage/$part"; done

  for program in bin/bash bin/openssl sbin/sshd bin/ssh-keygen bin/sudo; do
    cp "$from/usr/$program" "$stage/usr/$program"
  done
  ln -s bash "$stage/usr/bin/sh"
  cp -L "$from/usr/bin/python3" "$stage/usr/bin/python3.9"
  ln -s python3.9 "$stage/usr/bin/python3"
  cp "$from/usr/lib/systemd/systemd" "$stage/usr/lib/systemd/systemd"
  ln -s ../lib/systemd/systemd "$stage/usr/sbin/init"
  cp "$from/usr/sbin/hv_kvp_daemon" "$stage/usr/sbin/hypervkvpd"
  printf '#!/usr/bin/python3\n' | tee "$stage/usr/sbin/waagent" "$stage/usr/bin/cloud-init" \
    "$stage/usr/bin/growpart" >/dev/null
  chmod 755 "$stage"/usr/sbin/waagent "$stage"/usr/bin/{cloud-init,growpart}
  # What they need: by the tree's own loader, into the place that this family keeps it in.
  chroot "$from" ldd /usr/bin/bash /usr/bin/openssl /usr/sbin/sshd /usr/bin/ssh-keygen /usr/bin/python3 |
    grep -oE '/[^ ]*\.so[^ ]*' | sort -u | while read -r program; do
      cp -Ln "$from$program" "$stage/usr/lib64/"
    done
  echo /usr/lib64 >"$stage/etc/ld.so.conf"

  # The kernel, under its name here, its modules compressed as there.
  mkdir -p "$stage/usr/lib/modules/$EL_KERNEL"
  cp -a "$from/usr/lib/modules/$version"/{kernel,modules.order,modules.builtin,modules.builtin.modinfo} \
    "$stage/usr/lib/modules/$EL_KERNEL/"
  cp "$from/boot/vmlinuz-$version" "$stage/usr/lib/modules/$EL_KERNEL/vmlinuz"
  python3 "$linux/boot.py" release "$stage/usr/lib/modules/$EL_KERNEL/vmlinuz" "$EL_KERNEL"
  cp "$from/boot/config-$version" "$stage/usr/lib/modules/$EL_KERNEL/config"
  find "$stage/usr/lib/modules/$EL_KERNEL/kernel" -name '*.ko' -print0 |
    xargs -0 -n 40 -P 2 xz -0 --check=crc32
  depmod -b "$stage" "$EL_KERNEL"
  el_configuration "$stage" "$from"
}

el_configuration() { # STAGE DEBIAN-TREE
  local etc=$1/etc units=$1/usr/lib/systemd/system wants unit
  cat >"$1/usr/lib/os-release" <<'END'
NAME="AlmaLinux"
VERSION="9.6 (Sage Margay)"
ID="almalinux"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.6"
PLATFORM_ID="platform:el9"
PRETTY_NAME="AlmaLinux 9.6 (Sage Margay)"
CPE_NAME="cpe:/o:almalinux:almalinux:9::baseos"
SUPPORT_END=2032-06-01
END
  ln -s ../usr/lib/os-release "$etc/os-release"
  echo 'AlmaLinux release 9.6 (Sage Margay)' >"$etc/almalinux-release"
  ln -s almalinux-release "$etc/redhat-release"
  ln -s almalinux-release "$etc/system-release"
  for unit in baseos appstream; do
    printf '[%s]\nname=AlmaLinux $releasever - %s\nbaseurl=https://mirror.example/almalinux/$releasever/%s/\nenabled=1\ngpgcheck=1\n' \
      "$unit" "$unit" "$unit" >"$etc/yum.repos.d/almalinux-$unit.repo"
  done
  cat >"$etc/passwd" <<'END'
root:x:0:0:root:/root:/bin/bash
bin:x:1:1:bin:/bin:/sbin/nologin
daemon:x:2:2:daemon:/sbin:/sbin/nologin
adm:x:3:4:adm:/var/adm:/sbin/nologin
nobody:x:65534:65534:Kernel Overflow User:/:/sbin/nologin
sshd:x:74:74:Privilege-separated SSH:/usr/share/empty.sshd:/sbin/nologin
END
  printf '%s\n' root:x:0: bin:x:1: daemon:x:2: adm:x:4: wheel:x:10: nobody:x:65534: sshd:x:74: >"$etc/group"
  mkdir -p "$1/usr/share/empty.sshd"
  printf 'root:!!:20454:0:99999:7:::\n' >"$etc/shadow"
  printf '%s:*:20454:0:99999:7:::\n' bin daemon adm nobody >>"$etc/shadow"
  printf 'sshd:!!:20454::::::\n' >>"$etc/shadow"
  chmod 000 "$etc/shadow"
  printf 'UID_MIN 1000\nUID_MAX 60000\nENCRYPT_METHOD SHA512\n' >"$etc/login.defs"
  : >"$etc/machine-id"
  echo localhost.localdomain >"$etc/hostname"
  printf '127.0.0.1 localhost localhost.localdomain\n::1 localhost localhost.localdomain\n' >"$etc/hosts"
  cat >"$etc/fstab" <<END
# Accessible filesystems, by reference, are maintained under '/dev/disk/'.
/dev/mapper/rootvg-rootlv /                       xfs     defaults        0 0
UUID=$EL_BOOT_UUID /boot                   xfs     defaults        0 0
UUID=${EL_ESP_ID:0:4}-${EL_ESP_ID:4:4}          /boot/efi               vfat    defaults,uid=0,gid=0,umask=077,shortname=winnt 0 2
/dev/mapper/rootvg-varlv /var                    xfs     defaults        0 0
END
  cat >"$etc/ssh/sshd_config" <<'END'
# To modify the system-wide sshd configuration, create a  *.conf  file under
#  /etc/ssh/sshd_config.d/  which will be automatically included below
Include /etc/ssh/sshd_config.d/*.conf

#Port 22
AuthorizedKeysFile	.ssh/authorized_keys
PasswordAuthentication no
ClientAliveInterval 180
#ClientAliveCountMax 3
Subsystem	sftp	/usr/libexec/openssh/sftp-server
END
  printf 'SyslogFacility AUTHPRIV\nKbdInteractiveAuthentication no\nUsePAM yes\nX11Forwarding yes\nPrintMotd no\n' \
    >"$etc/ssh/sshd_config.d/50-redhat.conf"
  chmod 600 "$etc/ssh/sshd_config" "$etc/ssh/sshd_config.d/50-redhat.conf"
  printf 'Defaults   !visiblepw\nDefaults    always_set_home\nroot\tALL=(ALL)\tALL\n%%wheel\tALL=(ALL)\tALL\n#includedir /etc/sudoers.d\n' >"$etc/sudoers"
  chmod 440 "$etc/sudoers"
  printf 'NETWORKING=yes\nHOSTNAME=localhost.localdomain\n' >"$etc/sysconfig/network"
  printf 'DEVICE=eth0\nONBOOT=yes\nBOOTPROTO=dhcp\nTYPE=Ethernet\nUSERCTL=no\nPEERDNS=yes\nIPV6INIT=no\nPERSISTENT_DHCLIENT=yes\nNM_CONTROLLED=yes\n' \
    >"$etc/sysconfig/network-scripts/ifcfg-eth0"
  printf 'SUBSYSTEM=="net", DRIVERS=="hv_pci", ACTION=="add", ENV{NM_UNMANAGED}="1"\n' \
    >"$1/usr/lib/udev/rules.d/68-azure-sriov-nm-unmanaged.rules"
  printf 'add_drivers+=" hv_vmbus hv_netvsc hv_storvsc hyperv-keyboard nvme nvme-core "\n' >"$etc/dracut.conf.d/azure.conf"
  printf 'GRUB_TIMEOUT=10\nGRUB_DISTRIBUTOR="$(sed '"'s, release .*$,,g'"' /etc/system-release)"\nGRUB_DEFAULT=saved\nGRUB_TERMINAL="serial console"\nGRUB_CMDLINE_LINUX="%s"\nGRUB_ENABLE_BLSCFG=true\n' \
    "${EL_ARGUMENTS#*ro }" >"$etc/default/grub"
  echo "$EL_ARGUMENTS" >"$etc/kernel/cmdline"
  sed -E 's/^#? ?AutoUpdate\.Enabled=.*/AutoUpdate.Enabled=y/; s/^Provisioning\.Agent=.*/Provisioning.Agent=auto/' \
    "$2/etc/waagent.conf" >"$etc/waagent.conf"
  sed -E 's/distro: debian/distro: almalinux/' "$2/etc/cloud/cloud.cfg" >"$etc/cloud/cloud.cfg"
  printf 'datasource_list: [ Azure ]\ndatasource:\n  Azure:\n    apply_network_config: false\n' \
    >"$etc/cloud/cloud.cfg.d/91-azure_datasource.cfg"
  cp "$2"/usr/lib/systemd/system/cloud-{init-local,init,config,final}.service \
    "$2"/usr/lib/systemd/system/cloud-{init,config}.target "$units/"
  cp "$2/usr/lib/systemd/system-generators/cloud-init-generator" "$1/usr/lib/systemd/system-generators/"
  el_unit "$units/sshd.service" 'OpenSSH server daemon' '/usr/sbin/sshd -D $OPTIONS' multi-user.target
  el_unit "$units/sshd-keygen@.service" 'OpenSSH %i Server Key Generation' '/usr/bin/ssh-keygen -q -t %i' sshd-keygen.target
  el_unit "$units/waagent.service" 'Azure Linux Agent' '/usr/bin/python3 -u /usr/sbin/waagent -daemon' multi-user.target
  el_unit "$units/NetworkManager.service" 'Network Manager' '/usr/sbin/NetworkManager --no-daemon' multi-user.target
  el_unit "$units/hypervkvpd.service" 'Hyper-V KVP daemon' '/usr/sbin/hypervkvpd -n' multi-user.target
  wants=$etc/systemd/system/multi-user.target.wants
  mkdir -p "$wants" "$etc/systemd/system/cloud-init.target.wants"
  for unit in sshd waagent NetworkManager hypervkvpd; do
    ln -s "/usr/lib/systemd/system/$unit.service" "$wants/$unit.service"
  done
  for unit in cloud-init-local cloud-init cloud-config cloud-final; do
    ln -s "/usr/lib/systemd/system/$unit.service" "$etc/systemd/system/cloud-init.target.wants/$unit.service"
  done
  ln -s /usr/lib/systemd/system/multi-user.target "$etc/systemd/system/default.target"
}
el_unit() { # FILE DESCRIPTION COMMAND WANTED-BY
  printf '[Unit]\nDescription=%s\n\n[Service]\nExecStart=%s\n\n[Install]\nWantedBy=%s\n' "$2" "$3" "$4" >"$1"
}
