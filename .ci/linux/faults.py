#!/usr/bin/env python3
"""Spoils good Linux images in one way at a time and looks whether exactly the right rules turn.

    faults.py BINARY IMAGES_DIR TOTALS_FILE [NAME-PART...]

IMAGES_DIR has what build.sh made, under the names NAME.vhd. First each good image: its verdict must
be `pass` and no rule that may block may be undetermined; whatever is not plainly passed is shown.
Then every fault of fault_table.py: a copy is spoiled, checked, and the outcomes that *changed* are
compared with what the table expects. One too many is as wrong as one too few.

Copies share their bytes with the good image (reflinks on a scratch XFS), so that one costs nothing.
"""

import contextlib
import json
import pathlib
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import fault_table  # noqa: E402
import guest  # noqa: E402

passed, failed = 0, 0


def report(ok, line):
    """Counts one check and shows it."""
    global passed, failed
    passed, failed = passed + ok, failed + (not ok)
    print(("ok      " if ok else "FAILED  ") + line, flush=True)


def check(binary, image, options=()):
    """One image's part of the report."""
    done = subprocess.run(
        [binary, "check", "--no-scan", "--format", "json", "--profile", "lisa-2026-08", *options,
         image], capture_output=True, check=False, timeout=120)
    try:
        return json.loads(done.stdout)["images"][0]
    except (ValueError, LookupError) as error:
        raise RuntimeError(f"no report, exit {done.returncode}: "
                           f"{done.stderr.decode(errors='replace').strip()[:500]}") from error


def statuses(found):
    """Rule to status; a rule that passes with advice is told from one that passes without."""
    out = {}
    for outcome in found["outcomes"]:
        status = outcome["outcome"]
        if status == "pass" and any(f["level"] == "advice" for f in outcome["findings"]):
            status = "advice"
        out[outcome["rule"]] = status
    return out


def blocking_rules(binary):
    """The rules that may turn a verdict, by the program's own list."""
    listed = subprocess.run([binary, "rules"], capture_output=True, text=True, check=True).stdout
    words = (line.split() for line in listed.splitlines())
    return {row[0] for row in words if len(row) > 2 and row[2] == "error"}


def show(found, rules):
    """Messages of some rules, indented, for a reader who has to find out why."""
    for outcome in found["outcomes"]:
        if outcome["rule"] in rules:
            lines = [f["level"] + ": " + f["message"] for f in outcome["findings"]]
            if outcome.get("reason"):
                lines.insert(0, outcome["reason"])
            for line in lines or ["no finding"]:
                print(f"            {outcome['rule']} {outcome['outcome']}: {line}")


def judge_good(name, found, blocking):
    """A good image: passes, and nothing that could block is open."""
    wanted = fault_table.NOT_GOOD.get(name)
    states = statuses(found)
    shown = {rule for rule, state in states.items() if state not in ("pass", "not-applicable")}
    open_rules = {rule for rule, state in states.items() if state == "undetermined"} & blocking
    if wanted is None:
        right = found["verdict"] == "pass" and not open_rules
    else:
        failing = {rule for rule, state in states.items() if state == "fail"}
        right = found["verdict"] == "fail" and failing == wanted and not open_rules
        shown |= wanted
    report(right, f"{name} as built: {found['verdict']}"
           + ("" if wanted is None else f", expected to fail by {' '.join(sorted(wanted))}")
           + (f"; undetermined: {' '.join(sorted(open_rules))}" if open_rules else ""))
    show(found, shown)


def says(found, rule, part):
    """Whether a rule has a finding with this in its message."""
    return any(part in finding["message"] for outcome in found["outcomes"] if outcome["rule"] == rule
               for finding in outcome["findings"])


def unchecked(found, part):
    """Whether `not_checked` names such a subject."""
    return any(part in entry["subject"] for entry in found["not_checked"])


def differences(fault, good, found):
    """What is wrong about the change, as lines."""
    before, after = statuses(good), statuses(found)
    changed = {rule: state for rule, state in after.items() if before.get(rule) != state}
    wrong = [f"{rule} is {after.get(rule, 'not there')}, expected {state}"
             for rule, state in fault.expect.items() if after.get(rule) != state]
    wrong += [f"{rule} turned from {before.get(rule, 'nothing')} to {state}, unexpected"
              for rule, state in changed.items()
              if rule not in fault.expect and state not in fault.others]
    wrong += [f"{rule} does not say: {part}" for rule, part in fault.says.items() if not says(found, rule, part)]
    wrong += [f"{rule} says of the good image too: {part}" for rule, part in fault.says.items()
              if says(good, rule, part)]
    if fault.now_checked:
        wrong += [f"not_checked does not name {fault.now_checked} of the good image"
                  for _ in [0] if not unchecked(good, fault.now_checked)]
        wrong += [f"not_checked names {fault.now_checked}"
                  for _ in [0] if unchecked(found, fault.now_checked)]
    return wrong, set(changed) | set(fault.expect) | set(fault.says)


@contextlib.contextmanager
def scratch(images):
    """A directory on a file system with reflinks, with the good images in it."""
    with tempfile.TemporaryDirectory() as home:
        home = pathlib.Path(home)
        disk, place = home / "scratch.xfs", home / "scratch"
        place.mkdir()
        with open(disk, "wb") as file:
            file.truncate(64 << 30)
        guest.run("mkfs.xfs", "-q", "-m", "reflink=1,rmapbt=0", disk)
        with guest.loop(disk, 0, 64 << 30) as device:
            guest.run("mount", device, place)
        try:
            for image in images:
                guest.run("cp", "--sparse=always", image, place / image.name)
            yield place
        finally:
            guest.run("umount", place)


def spoil(fault, image, copy, room):
    """Applies the fault's steps: those on files in one mount, those on the disk after it."""
    if fault.files:
        with image.mounted(copy, room) as root:
            for step in fault.files:
                step(root)
    for step in fault.disk:
        step(image, copy)


def main():
    binary, folder, totals, *parts = sys.argv[1:]
    binary, folder = str(pathlib.Path(binary).resolve()), pathlib.Path(folder)
    images = sorted(folder.glob("*.vhd"))
    missing = {fault.image for fault in fault_table.FAULTS} - {image.stem for image in images}
    if missing:
        sys.exit(f"not in {folder}: {' '.join(sorted(missing))}; nothing was checked")
    faults = [fault for fault in fault_table.FAULTS
              if not parts or any(part in f"{fault.image} {fault.name}" for part in parts)]
    begun = time.monotonic()
    with scratch(images) as place:
        blocking = blocking_rules(binary)
        layouts, before = {}, {}
        for image in images:
            found = check(binary, str(place / image.name))
            judge_good(image.stem, found, blocking)
            before[image.stem, ()] = found
        for name, content in fault_table.FILES.items():
            (place / name).write_text(json.dumps(content), encoding="utf-8")
        room = place / "mount"
        for fault in faults:
            good, copy = place / f"{fault.image}.vhd", place / "spoiled.vhd"
            try:
                if fault.image not in layouts:
                    layouts[fault.image] = guest.Image(good)
                key = (fault.image, fault.options)
                if key not in before:
                    before[key] = check(binary, str(good), fault.options)
                guest.run("cp", "--reflink=always", good, copy)
                spoil(fault, layouts[fault.image], copy, room)
                only = [word.format(folder=place) for word in fault.only]
                found = check(binary, str(copy), (*fault.options, *only))
                wrong, rules = differences(fault, before[key], found)
            except (RuntimeError, OSError, subprocess.SubprocessError, ValueError) as error:
                wrong, rules, found = [str(error)], set(), {"outcomes": []}
            report(not wrong, f"{fault.image}: {fault.name}"
                   + "".join(f"\n          {line}" for line in wrong))
            if wrong:
                show(found, rules)
            copy.unlink(missing_ok=True)
    print(f"faults: {passed} passed, {failed} failed, {time.monotonic() - begun:.0f}s")
    pathlib.Path(totals).write_text(f"{passed} {failed}\n", encoding="ascii")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    guest.private_mounts()
    main()
