#!/bin/bash
# Makes the rpm databases of this folder with rpm itself, and what rpm says is in them.
#
# usage: make-packages.sh [FOLDER]   (default: this folder)
#
# Needs root, rpmbuild and rpm (4.16 or newer, for SQLite), python3, mmdebstrap and zstd. ndb is
# written by the rpm in the PyPI package rpm-inspector-rpm 4.16.1.3, Berkeley DB by the rpm 4.16 of
# Debian 11. Databases differ in their time stamps from run to run.
set -euo pipefail
export LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH=1767225600
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here}
work=$(mktemp -d)
trap '[ -n "${KEEP:-}" ] || rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps rpm-inspector-rpm==4.16.1.3.210404
old=$(echo "$work"/venv/lib/python3*/site-packages/rpm_inspector_rpm/bin/rpm)
chmod +x "$old"
printf '#!/bin/sh\nexec %s --rcfile /usr/lib/rpm/rpmrc --macros /usr/lib/rpm/macros "$@"\n' "$old" >"$work/rpm"
chmod +x "$work/rpm"
old=$work/rpm

# Names and versions as an EL9 has them; one with thousands of files, so that its header needs
# pages of its own.
python3 - "$work" <<'PY'
import sys
work = sys.argv[1]
names = """acl attr audit-libs basesystem bash:0:5.1.8:9.el9 bzip2-libs ca-certificates:0:2024.2.69_v8.0.303:91.4.el9_4:noarch
chrony cloud-init:0:23.4:7.el9_4.3.alma.1:noarch coreutils cracklib crypto-policies:0:20240202:1.git283706d.el9:noarch
curl dbus:1:1.12.20:8.el9 dhcp-client:12:4.4.2:19.b1.el9 dnf:0:4.14.0:9.el9:noarch dracut e2fsprogs expat file-libs
filesystem findutils gawk glib2 glibc:0:2.34:100.el9_4.2 gmp:1:6.2.0:13.el9 gnutls grep grub2-common:1:2.06:77.el9_4:noarch
gzip hostname hyperv-daemons:0:0:0.42.20190303git.el9 iproute kmod krb5-libs libarchive libcap libselinux libxml2
linux-firmware:0:20240111:143.3.el9:noarch lz4-libs ncurses nettle openldap openssh:0:8.7p1:38.el9_4.4
openssh-server:0:8.7p1:38.el9_4.4 openssl:1:3.0.7:27.el9 openssl-libs:1:3.0.7:27.el9 p11-kit pam pcre2 policycoreutils
popt python3:0:3.9.18:3.el9_4.1 python3-pyasn1:0:0.4.8:6.el9:noarch rpm sed selinux-policy:0:38.1.35:2.el9_4.2:noarch
shadow-utils:2:4.9:8.el9 sqlite-libs sudo systemd:0:252:32.el9_4.alma.1 tar tzdata:0:2024a:1.el9:noarch util-linux
vim-minimal:2:8.2.2637:20.el9_1 which WALinuxAgent:0:2.7.0.6:9.el9:noarch xfsprogs xz-libs zlib zstd
tilde-package:0:1.0~rc1:1 caret-package:0:1.0^20240101git:1""".split()
def package(entry, index):
    name, *rest = entry.split(":")
    if not rest:
        rest = ["0", f"{index % 7}.{index * 3}.{index % 4}", f"{index}.el9"]
    return [name] + rest + ["x86_64"][: max(0, 4 - len(rest))]
blocks, files = [], []
for index, entry in enumerate(names):
    name, epoch, version, release, arch = package(entry, index)
    blocks.append(f"%package -n {name}\nSummary: the {name} package\n"
        + (f"Epoch: {epoch}\n" if epoch != "0" else "")
        + f"Version: {version}\nRelease: {release}\n" + (f"BuildArch: noarch\n" if arch == "noarch" else "")
        + f"%description -n {name}\n" + f"Words about {name}. " * (index % 40) + "\n%files -n " + name + "\n")
spec = """Name: made\nVersion: 1\nRelease: 1\nSummary: made for a test\nLicense: MIT
%define debug_package %{nil}
%description\nMade for a test.
%install
mkdir -p %{buildroot}/usr/share/large
for i in $(seq 1500); do : >%{buildroot}/usr/share/large/a-rather-long-name-of-a-file-$i; done
""" + "\n".join(blocks).replace("%files -n glibc\n", "%files -n glibc\n/usr/share/large\n")
open(f"{work}/made.spec", "w").write(spec)
for release in ["427.13.1.el9_4", "427.28.1.el9_4", "427.9.1.el9_4"]:
    open(f"{work}/kernel-{release}.spec", "w").write(f"""Name: kernel-core\nVersion: 5.14.0\nRelease: {release}
Summary: a kernel\nLicense: GPLv2\n%define debug_package %{{nil}}\n%description\nA kernel.\n%files\n""")
PY
for spec in "$work"/*.spec; do
  rpmbuild -bb --quiet --define "_topdir $work/build" --define "_rpmdir $work/rpms" \
    --define '_binary_payload w1.gzdio' --define '_build_id_links none' "$spec" >/dev/null 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
done
# Everything, but one package and one kernel that come later.
find "$work/rpms" -name '*.rpm' | sort >"$work/all"
grep -v -e '/zstd-' -e '427.9.1' "$work/all" >"$work/first"
grep -e '/zstd-' -e '427.9.1' "$work/all" >"$work/later"

query='%{NAME}\t%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\t%|ARCH?{%{ARCH}}|\t%|SOURCERPM?{%{SOURCERPM}}|\n'
pack() { zstd -q -19 -f "$1" -o "$2"; }

# SQLite: written, some erased, and then more while a reader keeps the log from being merged.
install_all() { # DBPATH BACKEND RPM LIST
  mapfile -t list <"$4"
  "$3" --define "_db_backend $2" --define "_dbpath $1" --dbpath "$1" -i --justdb --nodeps --force \
    --nosignature --nodigest --noscripts --ignoresize --ignorearch --ignoreos "${list[@]}"
}
erase() { # DBPATH BACKEND RPM
  "$3" --define "_db_backend $2" --define "_dbpath $1" --dbpath "$1" -e --justdb --nodeps --noscripts vim-minimal acl glib2
}
list() { # DBPATH BACKEND RPM
  "$3" --define "_db_backend $2" --define "_dbpath $1" --dbpath "$1" -qa --qf "$query" | sort
}
db="$work/sqlite"; mkdir -p "$db"
install_all "$db" sqlite rpm "$work/first"
erase "$db" sqlite rpm
list "$db" sqlite rpm >"$out/rpm-sqlite.list"
python3 -c "import sqlite3,sys
c=sqlite3.connect(sys.argv[1]); c.execute('PRAGMA wal_checkpoint(TRUNCATE)'); c.close()" "$db/rpmdb.sqlite"
pack "$db/rpmdb.sqlite" "$out/rpm-sqlite.zst"
python3 - "$db/rpmdb.sqlite" "$work/go" <<'PY' &
import os, sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN")
connection.execute("SELECT count(*) FROM Packages").fetchone()
open(sys.argv[2] + ".ready", "w").close()
while not os.path.exists(sys.argv[2]):
    time.sleep(0.05)
PY
reader=$!
while [ ! -e "$work/go.ready" ]; do sleep 0.05; done
install_all "$db" sqlite rpm "$work/later"
rpm --define "_db_backend sqlite" --dbpath "$db" -e --justdb --nodeps --noscripts dracut
list "$db" sqlite rpm >"$out/rpm-wal.list"
pack "$db/rpmdb.sqlite-wal" "$out/rpm-wal-log.zst"
: >"$work/go"; wait "$reader"

db="$work/ndb"; mkdir -p "$db"
install_all "$db" ndb "$old" "$work/first"
erase "$db" ndb "$old"
install_all "$db" ndb "$old" "$work/later"
list "$db" ndb "$old" >"$out/rpm-ndb.list"
pack "$db/Packages.db" "$out/rpm-ndb.zst"

# Berkeley DB: by the rpm of Debian 11, in a folder of its own.
mirror=$(apt-get indextargets --format '$(ORIGIN)|$(REPO_URI)' 'Created-By: Packages' | sed -n 's/^Debian|//p' | grep -v security | head -1)
mmdebstrap --quiet --mode=root --variant=extract --include=rpm bullseye "$work/eleven" \
  "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bullseye main"
mkdir -p "$work/eleven$work"
cp -r "$work/rpms" "$work/eleven$work/"
printf '#!/bin/sh\nexec chroot %s/eleven /usr/bin/rpm "$@"\n' "$work" >"$work/rpm-eleven"
chmod +x "$work/rpm-eleven"
install_all /db bdb "$work/rpm-eleven" "$work/first"
erase /db bdb "$work/rpm-eleven"
install_all /db bdb "$work/rpm-eleven" "$work/later"
list /db bdb "$work/rpm-eleven" >"$out/rpm-bdb.list"
pack "$work/eleven/db/Packages" "$out/rpm-bdb.zst"
# dpkg: packages of this very system, every ninth of them in another state, and what dpkg says.
mkdir -p "$work/dpkg/info" "$work/dpkg/updates"
python3 - "$work/dpkg/status" <<'PY'
import sys
stanzas = open("/var/lib/dpkg/status").read().split("\n\n")[:120]
states = ["deinstall ok config-files", "hold ok installed", "install ok half-configured", "install ok unpacked",
          "deinstall ok installed", "install reinstreq half-installed"]
for index in range(0, len(stanzas), 9):
    stanzas[index] = stanzas[index].replace("Status: install ok installed", "Status: " + states[index // 9 % 6])
open(sys.argv[1], "w").write("\n\n".join(stanzas) + "\n\n")
PY
: >"$work/dpkg/available"
dpkg-query --admindir "$work/dpkg" -W \
  -f '${db:Status-Status}\t${Package}\t${Version}\t${Architecture}\t${source:Package}\n' >"$out/dpkg.list"
pack "$work/dpkg/status" "$out/dpkg-status.zst"
ls -la "$out"
