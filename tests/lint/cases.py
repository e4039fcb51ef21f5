"""Every rule's planted defects, whatever kind of zones they need, and what Lapis says of them."""
import dataclasses
import json
import os

import lapis_lint
import planted
import planted_sets
import planted_signed
import planted_values  # its planters register with planted's

# Notes that the material of the zones gives rise to, not what is planted.
MATERIAL = {"special-address", "tlsa-unsigned", "zonemd-unknown", "unsigned-with-keys", "nsec3-salt",
            "nsec-ttl", "soa-timers-unusual"}
KINDS = {"zones": planted.PLANTERS, "signed zones": planted_signed.PLANTERS,
         "several zones": planted_sets.PLANTERS, "programs": planted_sets.PROGRAM_PLANTERS}


def rules(kind=None):
    return [rule for name, planters in KINDS.items() if kind in (None, name) for rule in planters]


def plant(rule, number):
    """The case `number` of a rule. One in four plain zones stands in a file that is included."""
    if rule in planted.PLANTERS:
        return planted.plant(rule, number).case(included=number % 4 == 3)
    if rule in planted_signed.PLANTERS:
        return planted_signed.plant(rule, number)
    return planted_sets.plant(rule, number)


def flat(case):
    """An included case as one file: for who goes by lines and does not say of which file."""
    name = case.place[0]
    text = case.files[name][1:]
    return dataclasses.replace(case, files={name: (case.files["zone.txt"][0], *text)}, included=False)


def write(case, folder, clean):
    for name, (_, before, after) in case.files.items():
        text, path = before if clean else after, os.path.join(folder, name)
        if text is not None:
            with open(path, "wb") as file:
                file.write(text.encode())
        elif os.path.exists(path):
            os.remove(path)


def findings(case, folder, clean=False):
    """(rule, file, line, column) of all that is said, but what the material gives rise to."""
    write(case, folder, clean)
    done = lapis_lint.run("lint", "--format", "json", *case.arguments, cwd=folder)
    if done.returncode not in ((0, 1, 2) if case.rule == "unreadable-file" else (0, 1)):
        raise AssertionError(f"exit {done.returncode}: {done.stderr.decode()}")
    found = json.loads(done.stdout)["findings"]
    return [(f["rule"], os.path.basename(f["file"]), f["line"], f["column"]) for f in found
            if f["rule"] not in MATERIAL - {case.rule} and "documentation" not in f["message"]
            and not (clean and f["severity"] == "note")]


def as_wanted(case, found):
    """One finding, with the rule, at its place."""
    if len(found) != 1 or found[0][:3] != (case.rule, *case.place[:2]):
        return False
    return case.place[2] is None or found[0][3] == case.place[2]
