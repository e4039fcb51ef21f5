#!/usr/bin/env python3
"""Compares `lapis lint` with the checkers of other projects on zones with one planted defect each.

    tests/lint/compare.py [--zones N] [--write docs/lint/comparison.md]

The others are asked for all they check: named-checkzone -i local (full, but no queries
for names outside the zone) -k warn -r warn -n warn -M warn
-S warn, kzonecheck, nsd-checkzone, validns -p all. A checker *notices* a defect when it refuses the
zone or prints a line about it; each zone is first checked without the defect, and what is said
about that does not count. It *names* the defect when such a line also has the owner or the line of
the record. `lapis` must do more: exactly one finding, with the id of the rule and the line.
"""
import argparse
import collections
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile

import clean_zones
import lapis_lint
import planted
import test_planted


def call(*command):
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    text = (done.stdout + done.stderr).decode("utf-8", "replace")
    return done.returncode, text


def named_checkzone(origin, path):
    return call("named-checkzone", "-i", "local", "-k", "warn", "-r", "warn", "-n", "warn", "-m",
                "warn", "-M", "warn", "-S", "warn", "-T", "warn", "-W", "warn", origin, path)


def kzonecheck(origin, path):
    return call("kzonecheck", "-v", "-o", origin + ".", path)


def nsd_checkzone(origin, path):
    return call("nsd-checkzone", origin, path)


def validns(origin, path):
    return call("validns", "-p", "all", "-z", origin, path)


PEERS = {"named-checkzone": named_checkzone, "kzonecheck": kzonecheck,
         "nsd-checkzone": nsd_checkzone, "validns": validns}
# Said about every zone, good or bad.
CHATTER = re.compile(r"^(OK|zone \S+ is ok|No semantic error found|zone \S+: loaded serial \d+.*|"
                     r"zone \S+/IN: loaded serial \d+.*|\s*|Error summary:|"
                     r"zone .* has \d+ errors?|.*: not loaded due to errors\.?|"
                     r"\[[0-9- :.]+\] nsd-checkzone.*|.*reading zone.*)$")


def lines_of(text):
    """What a checker said, without the file's path and without line numbers."""
    for line in text.splitlines():
        line = re.sub(r"^\[[^\]]*\] nsd-checkzone\[\d+\]: ", "", line)
        if CHATTER.match(line):
            continue
        yield line


def shape(line):
    return re.sub(r"\d+", "#", re.sub(r"/\S*/", "", line))


class Peer:
    def __init__(self, name):
        self.name, self.check = name, PEERS[name]

    def available(self):
        return shutil.which(self.name) is not None

    def judge(self, plant, clean_path, path, owner):
        """'-', 'noticed' or 'named'."""
        origin = plant.origin
        clean_code, clean_text = self.check(origin, clean_path)
        code, text = self.check(origin, path)
        known = {shape(line) for line in lines_of(clean_text)}
        new = [line for line in lines_of(text) if shape(line) not in known]
        if not new and (code == 0 or code == clean_code):
            return "-"
        about = re.compile(rf"[:( ]{plant.line}[:), ]|:{plant.line}$")
        if any(about.search(line) or (owner and owner.lower() in line.lower()) for line in new):
            return "named"
        # Who stumbles over the clean zone already says this and that about the spoilt one.
        return "noticed" if clean_code == 0 else "-"


def write(path, text):
    with open(path, "wb") as file:
        file.write(text.encode())


def one_zone(rule, number, folder, peers):
    plant = planted.plant(rule, number)
    base = os.path.join(folder, f"{rule}-{number}")
    path, clean_path = base + ".bad", base + ".clean"
    write(path, plant.text)
    write(clean_path, plant.clean_text)
    found = [(f["rule"], f["line"]) for f in lapis_lint.findings("--origin", plant.origin, path)
             if f["rule"] not in test_planted.MATERIAL - {rule} and "documentation" not in f["message"]]
    verdicts = {"lapis lint": "named" if found == [(rule, plant.line)] else "-"}
    if verdicts["lapis lint"] == "-":
        print(f"lapis: {rule} {number}: {found} instead of line {plant.line}", file=sys.stderr)
    for peer in peers:
        verdicts[peer.name] = peer.judge(plant, clean_path, path, plant.owner)
    os.remove(path)
    os.remove(clean_path)
    return rule, verdicts


def clean_zone(number, folder, peers):
    zone = clean_zones.make(number)
    path = os.path.join(folder, f"clean-{number}")
    write(path, clean_zones.Writer(zone, number).text())
    loud = {"lapis lint": any(f["severity"] != "note"
                              for f in lapis_lint.findings("--origin", zone.origin, path))}
    for peer in peers:
        code, text = peer.check(zone.origin, path)
        loud[peer.name] = code != 0 or any(True for _ in lines_of(text))
    os.remove(path)
    return loud


def version(name):
    flag = {"named-checkzone": "-v", "kzonecheck": "--version", "nsd-checkzone": "-h",
            "validns": "-h"}[name]
    text = call(name, flag)[1]
    match = re.search(r"(\d+\.\d+[\w.-]*)", text)
    return match.group(1) if match else ""


def percent(part, whole):
    return "all" if part == whole else "-" if part == 0 else f"{part} of {whole}"


def table(results, clean, peers, zones):
    names = ["lapis lint"] + [peer.name for peer in peers]
    yield "| defect | " + " | ".join(names) + " |"
    yield "|---" * (len(names) + 1) + "|"
    rules_named = collections.Counter()
    for rule in planted.PLANTERS:
        cells = []
        for name in names:
            count = results[rule][name]
            noticed = count["named"] + count["noticed"]
            cell = percent(noticed, zones)
            if noticed and count["named"] < noticed:
                cell += f" ({percent(count['named'], zones).replace('-', 'none')} named)"
            cells.append(cell)
            rules_named[name] += count["named"] == zones
        yield f"| `{rule}` | " + " | ".join(cells) + " |"
    yield (f"| **rules of {len(planted.PLANTERS)} named in every zone** | "
           + " | ".join(str(rules_named[name]) for name in names) + " |")
    total = sum(1 for _ in clean)
    yield ("| clean zones with an error or warning | "
           + " | ".join(f"{sum(c[name] for c in clean)} of {total}" for name in names) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zones", type=int, default=50, help="zones with each defect")
    parser.add_argument("--write", metavar="FILE", help="where the page goes; else standard output")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--rule", action="append", help="only this rule")
    arguments = parser.parse_args()
    peers = [peer for peer in map(Peer, PEERS) if peer.available()]
    for rule in list(planted.PLANTERS):
        if arguments.rule and rule not in arguments.rule:
            del planted.PLANTERS[rule]
    results = {rule: collections.defaultdict(collections.Counter) for rule in planted.PLANTERS}
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        tasks = [pool.submit(one_zone, rule, number, folder, peers)
                 for rule in planted.PLANTERS for number in range(arguments.zones)]
        clean = list(pool.map(lambda number: clean_zone(number, folder, peers),
                              range(arguments.zones * 4)))
        for task in tasks:
            rule, verdicts = task.result()
            for name, verdict in verdicts.items():
                results[rule][name][verdict] += 1
    page = PAGE.format(zones=arguments.zones,
                       versions=", ".join(f"{peer.name} {version(peer.name)}" for peer in peers),
                       table="\n".join(table(results, clean, peers, arguments.zones)))
    if arguments.write:
        write(arguments.write, page)
    else:
        print(page, end="")
    missed = [rule for rule in results if results[rule]["lapis lint"]["named"] != arguments.zones]
    return 1 if missed or any(c["lapis lint"] for c in clean) else 0


PAGE = """# What zone checkers find

Made by `tests/lint/compare.py --write docs/lint/comparison.md`; run it again to check it.

Each row is a defect that was planted into {zones} random clean zones, one defect in each zone. Each
checker saw the clean zone and the spoilt one. It *noticed* the defect when it refused the spoilt
zone or printed a line that it does not print for the clean one, and *named* it when that line has
the owner or the line of the record; of a checker that refuses the clean zone only naming counts.
For Lapis the bar is higher: exactly one finding, with the id
of the rule and on the line of the record.

Versions: {versions}; all their checks are switched on.

{table}

A dash means that no zone with the defect was noticed. Some rows are no errors for anybody but a
matter of judgement (`soa-mname`, `wildcard-blocked-by-ent`); Lapis calls those notes. What the
others print about clean zones is mostly about rarely used record types and unusual, but correct,
owner names.
"""

if __name__ == "__main__":
    sys.exit(main())
