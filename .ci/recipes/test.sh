#!/usr/bin/env bash
# Runs the recipes as far as they run without their service: every YAML file is parsed, and the shell
# in it is run as it stands, in the environment that the service would give it, against a good image
# and a bad one. What a service would do with the output is checked where it can be.
#
# usage: test.sh PROGRAM [TOTALS]    needs bash, the system's Python with PyYAML, qemu-img, sgdisk, xz
set -euo pipefail
program=$(realpath "$1")
totals=${2:-}
[ -z "$totals" ] || totals=$(realpath -m "$totals")
cd "$(dirname "${BASH_SOURCE[0]}")"
here=$PWD
repository=$(realpath ../..)
for tool in qemu-img sgdisk xz; do
  command -v "$tool" >/dev/null || { echo "missing: $tool" >&2; exit 2; }
done
/usr/bin/python3 -c 'import yaml' || { echo "missing: python3-yaml" >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
mkdir "$work/bin"
ln -s "$program" "$work/bin/vhd-preflight"
export PATH="$work/bin:$PATH"
# Nothing of the service that this test itself may run in.
unset GITHUB_STEP_SUMMARY GITHUB_OUTPUT GITHUB_ACTIONS TF_BUILD GITLAB_CI

# Runs a check in a folder of its own, with a good and a bad image.
check() { # TITLE COMMAND...
  local title=$1 folder
  shift
  folder=$(mktemp -d -p "$work")
  cp "$repository/testdata/debian-12-small.vhd" "$folder/good.vhd"
  # Cut off before its footer.
  head -c 1048576 "$folder/good.vhd" >"$folder/bad.vhd"
  if (cd "$folder" && set -e && "$@") >"$work/log" 2>&1; then
    passed=$((passed + 1))
    echo "ok      $title"
  else
    failed=$((failed + 1))
    echo "FAILED  $title"
    tail -n 25 "$work/log" | sed 's/^/        /'
  fi
}

# Not in an `if` or before `||`: bash would switch -e off within.
code() { # EXPECTED COMMAND...
  local expected=$1 status
  shift
  set +e
  "$@" >out.txt 2>err.txt
  status=$?
  set -e
  cat out.txt err.txt
  [ "$status" -eq "$expected" ] || { echo "exit code $status, not $expected"; return 1; }
}

none() { # PATTERN FILE
  if grep -E "$1" "$2"; then return 1; fi
}

# The script in a YAML file, at a path such as `steps 0 bash`.
script() { # FILE PATH...
  /usr/bin/python3 - "$@" <<'END'
import sys, yaml
node = yaml.safe_load(open(sys.argv[1]))
for key in sys.argv[2:]:
    node = node[int(key)] if key.isdigit() else node[key]
print("\n".join(node) if isinstance(node, list) else node)
END
}

# Each YAML file parses, and no expression of a service stands in the text of a script, where it
# would be run as a part of it.
yaml() {
  /usr/bin/python3 - "$here" <<'END'
import pathlib, sys, yaml

def scripts(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("run", "bash", "script", "pwsh"):
                yield "\n".join(value) if isinstance(value, list) else value
            else:
                yield from scripts(value)
    elif isinstance(node, list):
        for value in node:
            yield from scripts(value)

files = sorted(pathlib.Path(sys.argv[1]).rglob("*.yml"))
assert len(files) == 4, files
for file in files:
    document = yaml.safe_load(file.read_text())
    found = list(scripts(document))
    assert found, file
    for text in found:
        assert "${{" not in text and "$(" not in text, (file, text)
action = yaml.safe_load((pathlib.Path(sys.argv[1]) / "github/action.yml").read_text())
used = yaml.dump(action["runs"])
for name in action["inputs"]:
    assert "inputs.%s }}" % name in used, name
END
}

shell() {
  local file
  for file in "$here"/*.sh; do bash -n "$file"; done
  script "$here/github/action.yml" runs steps 0 run | bash -n
  script "$here/azure-pipelines.yml" steps 0 bash | bash -n
  script "$here/gitlab-ci.yml" vhd-preflight script | sh -n
}

# What GitHub's runner gives the step: one file for outputs and one for the summary.
github() { # EXPECTED IMAGES
  script "$here/github/action.yml" runs steps 0 run >step.sh
  : >summary.md
  : >output.txt
  code "$1" env IMAGES="$2" FAIL_ON=error DISK=auto GUEST_OS=auto GENERATION=any \
    PROFILE=lisa-2026-08 SARIF=out.sarif JUNIT=out.xml PROGRAM=vhd-preflight \
    GITHUB_STEP_SUMMARY="$PWD/summary.md" GITHUB_OUTPUT="$PWD/output.txt" \
    bash --noprofile --norc -eo pipefail step.sh
}
github_good() {
  github 0 'go*.vhd'
  grep -qx 'exit-code=0' output.txt
  grep -q '^::warning title=LNX056 secure-boot%3A good.vhd::' out.txt
  head -n 1 summary.md | grep -qx '## PASS: .good.vhd.'
  [ -s out.sarif ]
  junit out.xml
}
# A file that is named as a pattern could be, beside one that the pattern fits.
github_literal() {
  cp good.vhd 'disk-[1].vhd'
  cp bad.vhd disk-1.vhd
  # 1, as Azure takes no such name.
  github 1 'disk-[1].vhd'
  grep -q '^FAIL: disk-\[1\]\.vhd (1 error,' out.txt
}
github_bad() {
  github 1 $'bad.vhd\n\ngood.vhd'
  grep -qx 'exit-code=1' output.txt
  grep -q '^::error title=VHD' out.txt
  head -n 1 summary.md | grep -qx '## FAIL: 2 images'
}
github_none() {
  github 2 'nothing*.vhd'
  grep -qx 'exit-code=2' output.txt
}
# Names that would be commands, options, words or lines of their own.
github_hostile() {
  local name
  mkdir -p -- '::error title=x::' '##vso[task.setvariable variable=x]'
  # shellcheck disable=SC2016 # It is a name.
  for name in '::error title=x::/y.vhd' '##vso[task.setvariable variable=x]/y.vhd' \
    '-x $(touch evil) `touch evil` y.vhd' $'a\n::error::y.vhd' $'b\r::set-output name=exit-code::y.vhd'; do
    cp good.vhd "./$name"
  done
  rm good.vhd bad.vhd
  # 1, as Azure refuses some of the names.
  github 1 $'*y.vhd\n*/y.vhd'
  [ ! -e evil ]
  [ "$(wc -l <output.txt)" -eq 1 ]
  # Nothing but what the program says itself begins a command, and nothing ends one early.
  tr '\r' '\n' <out.txt | grep -vE '^::(error|warning|notice) title=VHD|^::warning title=LNX|^::notice title=|^::(group|endgroup)::' >rest.txt
  none '^[[:space:]]*::|##' rest.txt
  # All five were read.
  [ "$(grep -cE '^(PASS|FAIL): ' out.txt)" -eq 5 ]
}

junit() { # FILE
  /usr/bin/python3 - "$1" <<'END'
import sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
assert root.tag == "testsuites" and len(root.findall("testsuite/testcase")) > 100
assert len(root.findall(".//failure")) == int(root.get("failures"))
assert len(root.findall(".//skipped")) == int(root.get("skipped"))
END
}

azure() { # EXPECTED IMAGE
  script "$here/azure-pipelines.yml" steps 0 bash >step.sh
  mkdir temp
  code "$1" env IMAGE="$2" AGENT_TEMPDIRECTORY="$PWD/temp" \
    COMMON_TESTRESULTSDIRECTORY="$PWD/results" bash --noprofile --norc step.sh
  junit results/vhd-preflight.xml
  local summary
  summary=$(sed -n 's/^##vso\[task.uploadsummary\]//p' out.txt)
  grep -q '^## ' "$summary"
}
azure_good() {
  azure 0 good.vhd
  grep -q '^##vso\[task.logissue type=warning;code=LNX056;\]' out.txt
  grep -q '^##vso\[task.complete result=SucceededWithIssues;\]' out.txt
}
azure_bad() {
  azure 1 bad.vhd
  grep -q '^##vso\[task.logissue type=error;code=VHD' out.txt
  none 'task.complete' out.txt
}

gitlab() { # EXPECTED IMAGE
  script "$here/gitlab-ci.yml" vhd-preflight script >step.sh
  code "$1" env IMAGE="$2" sh -e step.sh
  junit vhd-preflight.xml
  [ -s gl-code-quality-report.json ]
  grep -q '^## ' vhd-preflight.md
}
gitlab_good() { gitlab 0 good.vhd && grep -q '^PASS: good.vhd' out.txt; }
gitlab_bad() { gitlab 1 bad.vhd && grep -q '^FAIL: bad.vhd' out.txt; }

# The disk without the footer.
raw() { head -c -512 good.vhd >"$1"; }

# The strings of `inline`, as Packer puts them into one script.
packer() {
  /usr/bin/python3 - "$here/packer.pkr.hcl" >step.sh <<'END'
import json, re, sys
text = open(sys.argv[1]).read()
inline = re.search(r"inline = \[(.*?)\n    \]", text, re.S).group(1)
print("\n".join(json.loads(line.strip().rstrip(",")) for line in inline.strip().splitlines()))
END
  mkdir output
  raw disk.raw
  qemu-img convert -f raw -O qcow2 disk.raw output/disk.qcow2
  code 0 env DISK=output/disk.qcow2 IMAGE=output/disk.vhd sh -eu step.sh
  junit output/vhd-preflight.xml
}

osbuild() {
  mv good.vhd disk.vhd
  xz -0 disk.vhd
  code 0 "$here/osbuild.sh" disk.vhd.xz
  xz -0 bad.vhd
  code 1 "$here/osbuild.sh" bad.vhd.xz
}
kiwi() {
  mv good.vhd result.vhdfixed
  code 0 "$here/kiwi.sh" result.vhdfixed
  [ -e result.vhd ]
  raw bad.raw
  truncate --size=+4096 bad.raw
  # Without force_size.
  qemu-img convert -f raw -O vpc -o subformat=fixed bad.raw bad.vhdfixed
  code 1 "$here/kiwi.sh" bad.vhdfixed
  grep -q 'VHD004' out.txt
}
mkosi() {
  raw image.raw
  # As mkosi leaves it: its size is a whole number of sectors only.
  truncate --size=+4096 image.raw
  sgdisk --move-second-header image.raw
  code 0 "$here/mkosi.sh" image.raw
  [ $((($(stat -c %s image.vhd) - 512) % 1048576)) -eq 0 ]
}

# The README names every file, and no other.
readme() {
  local file
  for file in "$here"/*.yml "$here"/*.hcl "$here"/*.nix "$here"/*.sh "$here"/github/*; do
    grep -qF "${file#"$here"/}" "$here/README.md" || { echo "README.md lacks $file"; return 1; }
  done
  grep -oE '\]\([^):]+\)' "$here/README.md" | tr -d '])(' | while read -r file; do
    [ -e "$here/$file" ] || { echo "README.md names $file"; return 1; }
  done
}

check "every YAML file parses, and its scripts hold no expression" yaml
check "every script is shell" shell
check "GitHub: an image that passes" github_good
check "GitHub: a name that could be a pattern" github_literal
check "GitHub: an image that fails" github_bad
check "GitHub: no image" github_none
check "GitHub: hostile names" github_hostile
check "Azure Pipelines: an image that passes with warnings" azure_good
check "Azure Pipelines: an image that fails" azure_bad
check "GitLab: an image that passes" gitlab_good
check "GitLab: an image that fails" gitlab_bad
check "Packer: shell-local" packer
check "osbuild" osbuild
check "kiwi" kiwi
check "mkosi" mkosi
check "README.md names the files" readme

[ -z "$totals" ] || echo "$passed $failed" >"$totals"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
