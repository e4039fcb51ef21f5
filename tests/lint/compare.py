#!/usr/bin/env python3
"""Compares `lapis lint` with the checkers of other projects on zones with one planted defect each.

    tests/lint/compare.py [--zones N] [--write docs/lint/comparison.md] [--rule RULE]

The others are asked for all they check: named-checkzone -i local (full, but no queries
for names outside the zone) -k warn -r warn -n warn -M warn
-S warn, kzonecheck, nsd-checkzone, validns -p all; for signed zones also kzonecheck -d on, dnssec-verify
and ldns-verify-zone. A checker *notices* a defect when it refuses the
zone or prints a line about it; each zone is first checked without the defect, and what is said
about that does not count. It *names* the defect when such a line also has the owner or the line of
the record. Of several files that belong together it is given each. `lapis` must do more: nothing
at warning or above about what is clean, and exactly one finding, with the id of the rule, on the line
and in the column. All rules with 50 zones take half an hour on two free cores; with --keep FILE it can be
stopped and goes on where it was.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import cases
import clean_zones
import lapis_lint
import planted_signed

LAPIS = "lapis lint"


def call(*command):
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=30)
    except subprocess.TimeoutExpired:  # who does not come to an end has said nothing
        return 0, ""
    text = (done.stdout + done.stderr).decode("utf-8", "replace")
    return done.returncode, text


def named_checkzone(origin, path):
    return call("named-checkzone", "-i", "local", "-k", "warn", "-r", "warn", "-n", "warn", "-m",
                "warn", "-M", "warn", "-S", "warn", "-T", "warn", "-W", "warn", origin, path)


def kzonecheck(origin, path):
    return call("kzonecheck", "-v", "-o", origin + ".", path)


def nsd_checkzone(origin, path):
    return call("nsd-checkzone", origin, path)


def kzonecheck_signed(origin, path):
    return call("kzonecheck", "-v", "-d", "on", "-o", origin + ".", path)


def dnssec_verify(origin, path):
    return call("dnssec-verify", "-o", origin, path)


def ldns_verify_zone(_, path):
    return call("ldns-verify-zone", path)


def validns(origin, path):
    return call("validns", "-p", "all", "-z", origin, path)


PEERS = {"named-checkzone": named_checkzone, "kzonecheck": kzonecheck,
         "nsd-checkzone": nsd_checkzone, "validns": validns}
PEERS_OF_SIGNED = {"dnssec-verify": dnssec_verify, "ldns-verify-zone": ldns_verify_zone,
                   "kzonecheck": kzonecheck_signed, "validns": validns,
                   "named-checkzone": named_checkzone, "nsd-checkzone": nsd_checkzone}
# Said about every zone, good or bad.
CHATTER = re.compile(r"^(OK|zone \S+ is ok|No semantic error found|zone \S+: loaded serial \d+.*|"
                     r"zone \S+/IN: loaded serial \d+.*|\s*|Error summary:|"
                     r"zone .* has \d+ errors?|.*: not loaded due to errors\.?|"
                     r"\[[0-9- :.]+\] nsd-checkzone.*|.*reading zone.*|"
                     r"Loading zone '.*|Verifying the zone using .*|- [A-Z0-9]+|Zone fully signed:|"
                     r"loaded serial \d+( \(DNSSEC signed\))?|(Algorithm: \S+)? *([KZ]SKs: \d+ active.*)?|Zone is verified and complete)$")


def lines_of(text):
    """What a checker said, without the file's path and without line numbers."""
    for line in text.splitlines():
        line = re.sub(r"^\[[^\]]*\] nsd-checkzone\[\d+\]: |^zone \S+/IN: ", "", line)
        if CHATTER.match(line):
            continue
        yield line


def shape(line):
    line = re.sub(r"\b[0-9a-vA-V]{32}\b", "HASH", re.sub(r"/\S*/", "", line))
    return re.sub(r"\d+", "#", line)


class Peer:
    def __init__(self, name, check):
        self.name, self.check = name, check

    def available(self):
        return shutil.which(self.name) is not None

    def judge(self, case, folders):
        """'-', 'noticed' or 'named': the best about any file of the case."""
        verdicts = [self.judge_file(case, name, *folders)
                    for name, (origin, before, after) in case.files.items() if origin and before != after]
        return max(verdicts, key=("-", "noticed", "named").index, default="-")

    def judge_file(self, case, name, clean_folder, folder):
        origin = case.files[name][0]
        clean_code, clean_text = self.check(origin, os.path.join(clean_folder, name))
        code, text = self.check(origin, os.path.join(folder, name))
        known = {shape(line) for line in lines_of(clean_text)}
        new = [line for line in lines_of(text) if shape(line) not in known]
        if not new and (code == 0 or code == clean_code):
            return "-"
        file, number, _ = case.place
        about = [rf"[:( ]{number}[:), ]|:{number}$"] if file == name else []
        # A name as a whole, relative or not.
        about += [rf"(?<![\w.-]){re.escape(owner)}(?![\w-])" for owner in case.owners]
        if any(re.search(each, line, re.IGNORECASE) for each in about for line in new):
            return "named"
        # Who stumbles over the clean zone already says this and that about the spoilt one.
        return "noticed" if clean_code == 0 else "-"


def write(path, text):
    with open(path, "wb") as file:
        file.write(text.encode())


def one_case(rule, number, peers):
    # Files may have relative names in them, so each kind has a folder.
    with tempfile.TemporaryDirectory() as clean_folder, tempfile.TemporaryDirectory() as folder:
        case = cases.plant(rule, number)
        before = cases.findings(case, clean_folder, clean=True)
        found = cases.findings(case, folder)
        named = before == [] and cases.as_wanted(case, found)
        if not named:
            print(f"lapis: {rule} {number}: {before} {found} instead of {case.place}", file=sys.stderr)
        verdicts = {LAPIS: "named" if named else "-"}
        if case.included:
            for place, clean in ((clean_folder, True), (folder, False)):
                cases.write(cases.flat(case), place, clean)
            case = cases.flat(case)
        for peer in peers:
            verdicts[peer.name] = peer.judge(case, (clean_folder, folder))
    return verdicts


def clean_zone(number):
    zone = clean_zones.make(number)
    return zone.origin, clean_zones.Writer(zone, number).text()


def loud_about(make, number, peers):
    """Who says something about a clean zone."""
    origin, text = make(number)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "zone.txt")
        write(path, text)
        loud = {LAPIS: any(f["severity"] != "note" for f in lapis_lint.findings("--origin", origin, path))}
        for peer in peers:
            code, said = peer.check(origin, path)
            loud[peer.name] = code != 0 or any(True for _ in lines_of(said))
    return loud


def version(name):
    flag = {"named-checkzone": "-v", "kzonecheck": "--version", "nsd-checkzone": "-h", "validns": "-h",
            "dnssec-verify": "-V", "ldns-verify-zone": "-v"}[name]
    if name == "validns":  # says none itself; Debian's
        text = call("dpkg-query", "-W", "-f", "${Version}", name)[1] if shutil.which("dpkg-query") else ""
    else:
        text = call(name, flag)[1]
    match = re.search(r"(\d+\.\d+[\w.-]*)", text)
    return match.group(1).rstrip(".") if match else ""


def percent(part, whole):
    return "all" if part == whole else "-" if part == 0 else f"{part} of {whole}"


def table(rules, results, clean, peers, zones):
    """One row for each rule; without peers nobody else has the notion."""
    names = [LAPIS] + [peer.name for peer in peers]
    yield "| defect | " + " | ".join(names) + (" |" if peers else " | others |")
    yield "|---" * (len(names) + (1 if peers else 2)) + "|"
    rules_named = collections.Counter()
    for rule in rules:
        row = []
        for name in names:
            count = results[rule][name]
            noticed = count["named"] + count["noticed"]
            cell = percent(noticed, zones)
            if noticed and count["named"] < noticed:
                cell += f" ({percent(count['named'], zones).replace('-', 'none')} named)"
            row.append(cell)
            rules_named[name] += count["named"] == zones
        yield f"| `{rule}` | " + " | ".join(row if peers else [*row, "no such notion"]) + " |"
    if not peers:
        return
    yield (f"| **rules of {len(rules)} named in every zone** | "
           + " | ".join(str(rules_named[name]) for name in names) + " |")
    if clean:
        yield ("| clean zones with an error or warning | "
               + " | ".join(f"{sum(c[name] for c in clean)} of {len(clean)}" for name in names) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zones", type=int, default=50, help="zones with each defect")
    parser.add_argument("--write", metavar="FILE", help="where the page goes; else standard output")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--rule", action="append", help="only this rule")
    parser.add_argument("--keep", metavar="FILE",
                        help="keep what is found out in this file, and go by what it has already")
    arguments = parser.parse_args()
    plain = [peer for peer in (Peer(*each) for each in PEERS.items()) if peer.available()]
    signed = [peer for peer in (Peer(*each) for each in PEERS_OF_SIGNED.items()) if peer.available()]
    peers = {"zones": plain, "signed zones": signed, "several zones": plain, "programs": []}
    rules = {kind: [rule for rule in cases.rules(kind) if not arguments.rule or rule in arguments.rule]
             for kind in cases.KINDS}
    clean = {"zones": clean_zone, "signed zones": planted_signed.clean}
    done = {}
    if arguments.keep and os.path.exists(arguments.keep):
        with open(arguments.keep, encoding="utf-8") as file:
            done = json.load(file)
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        tasks = {rule: [pool.submit(one_case, rule, number, peers[kind]) for number in range(arguments.zones)]
                 for kind in rules for rule in rules[kind] if rule not in done}
        for kind, make in clean.items():
            if rules[kind] and kind not in done:
                done[kind] = list(pool.map(lambda number, kind=kind, make=make: loud_about(make, number, peers[kind]),
                                           range(arguments.zones * 4)))
        for rule, each in tasks.items():
            done[rule] = {}
            for task in each:
                for name, verdict in task.result().items():
                    counts = done[rule].setdefault(name, dict.fromkeys(("named", "noticed", "-"), 0))
                    counts[verdict] += 1
            if arguments.keep:
                write(arguments.keep, json.dumps(done))
    tables = {("zones_" if kind == "zones" else kind.replace(" ", "_")): "\n".join(table(rules[kind], done, done.get(kind), peers[kind], arguments.zones))
              for kind in cases.KINDS}
    versions = ", ".join(f"{peer.name} {version(peer.name)}"
                         for peer in {peer.name: peer for peer in plain + signed}.values())
    page = PAGE.format(zones=arguments.zones, versions=versions,
                       rules=sum(map(len, rules.values())), **tables)
    if arguments.write:
        write(arguments.write, page)
    else:
        print(page, end="")
    missed = [rule for rule in sum(rules.values(), []) if done[rule][LAPIS]["named"] != arguments.zones]
    return 1 if missed or any(each[LAPIS] for kind in clean for each in done.get(kind, ())) else 0


PAGE = """# What zone checkers find

Made by `tests/lint/compare.py --write docs/lint/comparison.md`; run it again to check it.

There is a row for each of the {rules} rules: its defect was planted into {zones} random clean
zones, one defect in each. Each checker saw the clean zone and the spoilt one. It *noticed* the
defect when it refused the spoilt zone or printed a line that it does not print for the clean one,
and *named* it when that line has the owner or the line of the record; of a checker that refuses the
clean zone only naming counts. For Lapis the bar is higher: nothing above a note about the clean
zone, and exactly one finding about the spoilt one, with the id of the rule, on the line of the
record and in its column. A dash means that no zone with the defect was noticed.

Versions: {versions}; all their checks are switched on.

## One zone

{zones_}

Some rows are no errors for anybody but a matter of judgement (`soa-mname`,
`wildcard-blocked-by-ent`); Lapis calls those notes. What the others print about clean zones is
mostly about rarely used record types and unusual, but correct, owner names.

## Signed zones

The zones are signed by dnssec-signzone, ldns-signzone and kzonesign in turn, with NSEC, NSEC3 or
opt-out. Where the defect is not the signature itself, the changed
record is signed again with the zone's own key, so that every signature verifies.

{signed_zones}

## Several zones and files

Lapis is given all files in one call. The others read one zone at a time, so each of the changed
files was given to them on its own; they are told the zone's name, so `missing-origin` can not
happen to them.

{several_zones}

## Zones with programs

{programs}
"""

if __name__ == "__main__":
    sys.exit(main())
