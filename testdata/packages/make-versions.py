#!/usr/bin/python3
"""Makes versions-dpkg.tsv and versions-rpm.tsv: pairs of versions in the order that the real tools
give them (dpkg --compare-versions; rpm's labelCompare).

usage: make-versions.py [FOLDER]   (needs dpkg, and python3-rpm of the system's python3)
"""
import os
import random
import subprocess
import sys

import rpm

out = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
pick = random.Random(20260101)

HAND = """1 1.0 1.0.0 1.00 01 1.1 1.10 1.9 1.0~rc1 1.0~rc1-1 1.0~~ 1.0~ 1.0~~a 1.0a 1.0b 1.0+ 1.0+b1 1.0-1 1.0-1.1
1.0-1ubuntu1 1.0-1~bpo12+1 1.0-1+deb12u1 1.0-1+deb12u10 1.0-1+deb12u9 1:0 1:0.9 0:1.0 2:4.15.13+dfsg-0ubuntu1.12
2.2.46-0ubuntu1~18.04.1 2.2.46-0ubuntu1 3.0.11-1~deb12u2 3.0.2-0ubuntu1.15 1.1.1w-0+deb11u1 2.36-9+deb12u4 1.0.2-2-1
1.0.a 1.0.1a 1.0.z 1..0 1.0.-1 1a1 1a1b 1a01 9.18.39-0ubuntu0.22.04.4 9.18.4-0ubuntu0.22.04.4 20240102 20231231
0 0~ 0.0 00 1.5.6-1.1 5.14.0-427.13.1 5.14.0-427.9.1 1.2.3.4.5.6.7 1.2.3.4.5.6.10 18446744073709551616 99999999999999999999.1""".split()
RPM = """1.0^ 1.0^1 1.0^20240101git 1.0^20240101 1.0~rc1^git1 1.0~rc1 1.0^git1~x 2_0 2.0_1 1.0.a.1 1.0a.1 a1 1a 5.5p10 5.5p1
5.5p2 xyz10 xyz10.1 10xyz 10.1xyz xyz.4 8 1.fc4 1.fc10 FC5 fc4 2.0.1a 2.0.1 3.0.0_fc 3.0.0.fc 1.b.5 6.0.rc1 6.0 10b2 10a1
el9_4.2 100.el9_4.2 99.el9_4.10 1.el9 1.el10 1++ 1+_ + _ 1.0~ 1.0~~""".split()

def mutated(version):
    text = list(version)
    for _ in range(pick.randint(1, 3)):
        at = pick.randrange(len(text) + 1)
        if pick.random() < 0.5 or not text:
            text.insert(at, pick.choice("0123456789.~+abz-"))
        else:
            text[min(at, len(text) - 1)] = pick.choice("0123456789.~+abz")
    return "".join(text)

def pairs(words, valid):
    seen = set()
    while len(seen) < 500:
        a = pick.choice(words)
        b = mutated(a) if pick.random() < 0.5 else pick.choice(words)
        if pick.random() < 0.2:
            a = mutated(a)
        if (a, b) not in seen and valid(a) and valid(b):
            seen.add((a, b))
    return sorted(seen)

def dpkg_valid(version):
    return version[:1].isdigit() and not version.endswith("-") and subprocess.run(
        ["dpkg", "--validate-version", version], capture_output=True).returncode == 0

def dpkg_order(a, b):
    for word, sign in (("lt", -1), ("eq", 0), ("gt", 1)):
        if subprocess.run(["dpkg", "--compare-versions", a, word, b]).returncode == 0:
            return sign
    raise ValueError((a, b))

def evr(text):
    epoch, _, rest = text.rpartition(":")
    version, dash, release = rest.rpartition("-")
    if not dash:
        version, release = rest, None
    return epoch or None, version, release

def rpm_valid(version):
    return version.count("-") <= 1 and version.count(":") <= 1 and not version.endswith("-") \
        and not version.startswith("-") and "-" not in version.split(":")[0] \
        and (":" not in version or version.split(":")[0].isdigit()) and evr(version)[1] != ""

with open(f"{out}/versions-dpkg.tsv", "w") as file:
    for a, b in pairs(HAND, dpkg_valid):
        file.write(f"{a}\t{b}\t{dpkg_order(a, b)}\n")
with open(f"{out}/versions-rpm.tsv", "w") as file:
    for a, b in pairs(HAND + RPM * 2, rpm_valid):
        file.write(f"{a}\t{b}\t{rpm.labelCompare(evr(a), evr(b))}\n")
