#!/usr/bin/env python3
"""Asks the real sshd what it makes of many configurations, and keeps the answers.

Each configuration is a set of files below /etc/ssh. It is mounted over /etc/ssh in a mount
namespace of its own, `sshd -T` is run, and the answer stands in answers.json: the values that sshd
prints, or that it refuses the configuration. Needs root, unshare and sshd; writes nothing else.
"""
import json
import pathlib
import subprocess
import tempfile

MAIN = "sshd_config"
KEYWORDS = [
    "clientaliveinterval",
    "permitrootlogin",
    "passwordauthentication",
    "permitemptypasswords",
    "pubkeyauthentication",
    "authorizedkeysfile",
]
DEBIAN = (
    "\n# This is the sshd server system-wide configuration file.\n\n"
    "Include /etc/ssh/sshd_config.d/*.conf\n\n#Port 22\n\n#PermitRootLogin prohibit-password\n"
    "KbdInteractiveAuthentication no\nUsePAM yes\nX11Forwarding yes\nPrintMotd no\n"
    "#ClientAliveInterval 0\n#ClientAliveCountMax 3\nAcceptEnv LANG LC_*\n"
    "Subsystem\tsftp\t/usr/lib/openssh/sftp-server\n"
)


def c(text, **others):
    return {MAIN: text, **{k.replace("__", "/"): v for k, v in others.items()}}


def drop_in(text, name="50-cloudimg-settings.conf"):
    return {f"sshd_config.d/{name}": text}


CONFIGS = {
    "nothing set": c("# empty\n"),
    "empty file": c(""),
    "debian as shipped": {MAIN: DEBIAN},
    "debian with a drop-in": {MAIN: DEBIAN, **drop_in("ClientAliveInterval 120\n")},
    "debian, drop-in before main": {
        MAIN: DEBIAN + "ClientAliveInterval 180\n",
        **drop_in("ClientAliveInterval 120\n"),
    },
    "plain": c("ClientAliveInterval 180\n"),
    "no line end": c("ClientAliveInterval 180"),
    "first wins": c("ClientAliveInterval 180\nClientAliveInterval 60\n"),
    "lower case": c("clientaliveinterval 180\n"),
    "upper case": c("CLIENTALIVEINTERVAL 180\n"),
    "equals": c("ClientAliveInterval=180\n"),
    "equals with blanks": c("ClientAliveInterval = 180\n"),
    "equals then blank": c("ClientAliveInterval= 180\n"),
    "two equals": c("ClientAliveInterval == 180\n"),
    "quoted": c('ClientAliveInterval "180"\n'),
    "quoted after equals": c('ClientAliveInterval="180"\n'),
    "single quotes": c("ClientAliveInterval '180'\n"),
    "quoted keyword": c('"ClientAliveInterval" 180\n'),
    "indented": c("   \tClientAliveInterval 180\n"),
    "tab": c("ClientAliveInterval\t180\n"),
    "many blanks": c("ClientAliveInterval    180   \n"),
    "carriage returns": c("ClientAliveInterval 180\r\nPermitRootLogin no\r\n"),
    "comment at end": c("ClientAliveInterval 180 # seconds\n"),
    "comment stuck to value": c("ClientAliveInterval 180# seconds\n"),
    "comment indented": c("  # ClientAliveInterval 20\nClientAliveInterval 180\n"),
    "comment stuck to keyword": c("#ClientAliveInterval 180\n"),
    "minutes": c("ClientAliveInterval 3m\n"),
    "upper case minutes": c("ClientAliveInterval 3M\n"),
    "hours and minutes": c("ClientAliveInterval 1h30m\n"),
    "seconds letter": c("ClientAliveInterval 90s\n"),
    "minutes and rest": c("ClientAliveInterval 1m30\n"),
    "days": c("ClientAliveInterval 1d\n"),
    "weeks": c("ClientAliveInterval 1w\n"),
    "zero": c("ClientAliveInterval 0\n"),
    "leading zeros": c("ClientAliveInterval 0180\n"),
    "plus": c("ClientAliveInterval +180\n"),
    "negative": c("ClientAliveInterval -1\n"),
    "fraction": c("ClientAliveInterval 1.5\n"),
    "words": c("ClientAliveInterval never\n"),
    "none": c("ClientAliveInterval none\n"),
    "unit twice": c("ClientAliveInterval 1m2m\n"),
    "unit only": c("ClientAliveInterval m\n"),
    "hexadecimal": c("ClientAliveInterval 0x10\n"),
    "too large": c("ClientAliveInterval 99999999999999\n"),
    "largest": c("ClientAliveInterval 2147483647\n"),
    "one more than largest": c("ClientAliveInterval 2147483648\n"),
    "too many weeks": c("ClientAliveInterval 999999w\n"),
    "missing value": c("ClientAliveInterval\n"),
    "missing value after blank": c("ClientAliveInterval \n"),
    "empty quotes": c('ClientAliveInterval ""\n'),
    "open quote": c('ClientAliveInterval "180\n'),
    "open quote in keyword": c('"ClientAliveInterval 180\n'),
    "extra argument": c("ClientAliveInterval 180 60\n"),
    "bad second line": c("ClientAliveInterval 180\nClientAliveInterval x\n"),
    "unknown keyword": c("ClientAliveInterval 180\nNoSuchKeyword yes\n"),
    "match user": c("Match User joe\nClientAliveInterval 180\n"),
    "match user star": c("Match User *\nClientAliveInterval 180\n"),
    "match address star": c("Match Address *\nClientAliveInterval 180\n"),
    "match all": c("Match all\nClientAliveInterval 180\n"),
    "match all in capitals": c("MATCH ALL\nClientAliveInterval 180\n"),
    "match all over global": c("ClientAliveInterval 60\nMatch all\nClientAliveInterval 180\n"),
    "match user over global": c("ClientAliveInterval 60\nMatch User joe\nClientAliveInterval 180\n"),
    "match ends by match all": c("Match User joe\nPermitRootLogin no\nMatch all\nClientAliveInterval 180\n"),
    "two match all": c("Match all\nClientAliveInterval 20\nMatch all\nClientAliveInterval 180\n"),
    "match with a comment": c("Match all # everybody\nClientAliveInterval 180\n"),
    "match all and more": c("Match all user joe\nClientAliveInterval 180\n"),
    "match without value": c("Match\nClientAliveInterval 180\n"),
    "match equals": c("Match=User joe\nClientAliveInterval 180\n"),
    "match negated": c("Match User !joe\nClientAliveInterval 180\n"),
    "match local port": c("Match LocalPort 22\nClientAliveInterval 180\n"),
    "match unknown": c("Match Weather fine\nClientAliveInterval 180\n"),
    "bad value in match": c("Match User joe\nClientAliveInterval x\n"),
    "include in the middle": {
        MAIN: "PermitRootLogin no\nInclude /etc/ssh/sshd_config.d/*.conf\nClientAliveInterval 60\n",
        **drop_in("ClientAliveInterval 180\nPermitRootLogin yes\n"),
    },
    "include at the end": {
        MAIN: "ClientAliveInterval 60\nInclude /etc/ssh/sshd_config.d/*.conf\n",
        **drop_in("ClientAliveInterval 180\n"),
    },
    "include relative": {MAIN: "Include sshd_config.d/*.conf\n", **drop_in("ClientAliveInterval 180\n")},
    "include lower case": {MAIN: "include sshd_config.d/*.conf\n", **drop_in("ClientAliveInterval 180\n")},
    "include equals": {MAIN: "Include=sshd_config.d/*.conf\n", **drop_in("ClientAliveInterval 180\n")},
    "include quoted": {MAIN: 'Include "sshd_config.d/*.conf"\n', **drop_in("ClientAliveInterval 180\n")},
    "include two patterns": {
        MAIN: "Include b.conf a.conf\n",
        "a.conf": "ClientAliveInterval 30\n",
        "b.conf": "ClientAliveInterval 180\n",
    },
    "include twice": {
        MAIN: "Include a.conf\nInclude a.conf\n",
        "a.conf": "ClientAliveInterval 180\n",
    },
    "include in lexical order": {
        MAIN: "Include sshd_config.d/*.conf\n",
        **drop_in("ClientAliveInterval 30\n", "20-b.conf"),
        **drop_in("ClientAliveInterval 180\n", "10-a.conf"),
        **drop_in("ClientAliveInterval 60\n", "9.conf"),
    },
    "include upper case sorts first": {
        MAIN: "Include sshd_config.d/*.conf\n",
        **drop_in("ClientAliveInterval 30\n", "a.conf"),
        **drop_in("ClientAliveInterval 180\n", "B.conf"),
    },
    "include not hidden": {
        MAIN: "Include sshd_config.d/*.conf\n",
        **drop_in("ClientAliveInterval 30\n", ".hidden.conf"),
    },
    "include other suffix": {
        MAIN: "Include sshd_config.d/*.conf\n",
        **drop_in("ClientAliveInterval 30\n", "a.conf.bak"),
    },
    "include of nothing": c("Include sshd_config.d/none-*.conf\nClientAliveInterval 180\n"),
    "include of no such file": c("Include missing.conf\nClientAliveInterval 180\n"),
    "include class": {
        MAIN: "Include sshd_config.d/[0-4]*.conf\n",
        **drop_in("ClientAliveInterval 30\n", "50.conf"),
        **drop_in("ClientAliveInterval 180\n", "40.conf"),
    },
    "include without value": c("Include\nClientAliveInterval 180\n"),
    "include comment": {MAIN: "Include a.conf # first\n", "a.conf": "ClientAliveInterval 180\n"},
    "include nested": {
        MAIN: "Include a.conf\n",
        "a.conf": "Include b.conf\nClientAliveInterval 30\n",
        "b.conf": "ClientAliveInterval 180\n",
    },
    "include of itself": {MAIN: "Include a.conf\n", "a.conf": "Include a.conf\nClientAliveInterval 180\n"},
    "match in an include ends with it": {
        MAIN: "Include a.conf\nClientAliveInterval 180\n",
        "a.conf": "Match User joe\nClientAliveInterval 30\n",
    },
    "match all in an include": {
        MAIN: "Include a.conf\nClientAliveInterval 30\n",
        "a.conf": "Match all\nClientAliveInterval 180\n",
    },
    "match all in an include after global": {
        MAIN: "ClientAliveInterval 30\nInclude a.conf\n",
        "a.conf": "Match all\nClientAliveInterval 180\n",
    },
    "include in match": {
        MAIN: "Match User joe\nInclude a.conf\n",
        "a.conf": "ClientAliveInterval 180\n",
    },
    "include in match all": {
        MAIN: "Match all\nInclude a.conf\n",
        "a.conf": "ClientAliveInterval 180\n",
    },
    "include with match all in match": {
        MAIN: "Match User joe\nInclude a.conf\n",
        "a.conf": "Match all\nClientAliveInterval 180\n",
    },
    "include with match all in match all": {
        MAIN: "Match all\nInclude a.conf\n",
        "a.conf": "Match User joe\nPermitRootLogin no\nMatch all\nClientAliveInterval 180\n",
    },
    "root login": c("PermitRootLogin without-password\nPasswordAuthentication no\n"),
    "keys elsewhere": c("AuthorizedKeysFile /etc/ssh/keys/%u .ssh/authorized_keys\n"),
    "keys quoted": c('AuthorizedKeysFile "/etc/ssh/my keys/%u" .ssh/authorized_keys2\n'),
    "keys none": c("AuthorizedKeysFile none\n"),
    "keys twice": c("AuthorizedKeysFile one\nAuthorizedKeysFile two\n"),
    "empty passwords": c("PermitEmptyPasswords yes\nPubkeyAuthentication no\n"),
    "empty passwords in match all": c("Match all\nPermitEmptyPasswords yes\nPasswordAuthentication no\n"),
    "backslash at the end": c("PermitRootLogin no\\\nClientAliveInterval 180\n"),
    "form feed": c("ClientAliveInterval 180\f\n"),
    "form feed before": c("\fClientAliveInterval 180\n"),
    "vertical tab": c("ClientAliveInterval\v180\n"),
    "byte order mark": c("\ufeffClientAliveInterval 180\n"),
    "nothing but blanks": c("   \n\t\nClientAliveInterval 180\n"),
    "quote in the middle": c('ClientAliveInterval 1"8"0\n'),
    "escaped quote": c('ClientAliveInterval \\"180\\"\n'),
    "equals stuck to quotes": c('"ClientAliveInterval"=180\n'),
    "keyword with a colon": c("ClientAliveInterval: 180\n"),
}


def ask(files):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", root / "ssh_host_ed25519_key"], check=True)
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        command = f"mkdir -p /run/sshd && mount --bind {folder} /etc/ssh && exec /usr/sbin/sshd -T"
        run = subprocess.run(["unshare", "-m", "sh", "-c", command], capture_output=True, text=True)
        if run.returncode:
            return {"refused": run.stderr.replace(folder, "").strip().splitlines()[0]}
        values = {}
        for line in run.stdout.splitlines():
            key, _, value = line.partition(" ")
            if key in KEYWORDS:
                values[key] = value
        return {"values": values}


answers = [{"name": name, "files": files, **ask(files)} for name, files in CONFIGS.items()]
version = subprocess.run(["ssh", "-V"], capture_output=True, text=True).stderr.strip()
out = {"sshd": version, "answers": answers}
target = pathlib.Path(__file__).with_name("answers.json")
target.write_text(json.dumps(out, indent=1, ensure_ascii=True) + "\n")

