#!/usr/bin/python3
"""Lapis, NSD and BIND side by side: random zones, every interesting question, all differences.

A difference is a failure unless known_differences.py explains it; docs/dns-decisions.md says why
we answer as we do there. Zones that a server does not load are not compared with that server."""

import argparse
import collections
import os
import shutil
import sys
import tempfile

import comparing
import known_differences
import proofs
import random_zones
import servers
import signing


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zones", type=int, default=2000)
    parser.add_argument("--questions", type=int, default=400, help="at most, for each zone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--signed", type=float, default=0.35, help="part of the zones")
    parser.add_argument("--pipe", help="the answer_pipe binary: without sockets")
    parser.add_argument("--lapis", help="the lapis binary: served over UDP and TCP")
    parser.add_argument("--show", type=int, default=2,
                        help="differences of one kind to print in full")
    parser.add_argument("--keep", action="store_true", help="keep the zone files")
    return parser.parse_args()


def make_zones(options, directory):
    signer = signing.Signer(directory)
    zones = []
    for number in range(options.zones):
        zone = random_zones.Zone(number, options.seed * 1_000_003 + number)
        zone.file = os.path.join(directory, zone.origin + "zone")
        with open(zone.file, "w") as out:
            out.write(zone.text())
        if zone.random.random() < options.signed:
            signer.sign(zone, zone.file)
        zones.append(zone)
    return zones


def show(zone, name, kind, peer, parts, ours, theirs):
    print(f"\n=== {name} {kind}: lapis and {peer} differ in {', '.join(parts)} "
          f"(zone {zone.file}, {zone.signing or 'unsigned'})")
    for who, answer in (("lapis", ours), (peer, theirs)):
        print(f"--- {who}")
        print("\n".join("    " + line for line in answer.message.to_text().splitlines()[2:]))


class Comparison:
    def __init__(self, options):
        self.options = options
        self.asked = 0
        self.validated = 0
        self.explained = collections.Counter()
        self.unexplained = collections.Counter()
        self.unloaded = collections.Counter()

    def zone(self, zone, lapis, peers):
        questions = zone.questions(self.options.questions)
        queries = [comparing.make_query(name, kind, i, zone.signing is not None)
                   for i, (name, kind) in enumerate(questions)]
        ours = [comparing.Answer(wire) for wire in lapis.ask_many(queries)]
        if all(answer.rcode == "SERVFAIL" for answer in ours):
            self.unloaded["lapis"] += 1
            return
        self.asked += len(queries)
        validator = None
        if zone.signing:
            keys = comparing.Answer(lapis.ask_many(
                [comparing.make_query(zone.origin, "DNSKEY", 0, True)])[0]).message.answer[0]
            validator = proofs.Validator(zone.origin, keys)
            for (name, kind), our in zip(questions, ours):
                self.validate(validator, zone, name, kind, our)
        for peer in peers:
            theirs = [comparing.Answer(wire) if wire else None for wire in peer.ask_many(queries)]
            if all(a is None or a.rcode in ("SERVFAIL", "REFUSED") for a in theirs):
                self.unloaded[peer.name] += 1
                continue
            for (name, kind), our, their in zip(questions, ours, theirs):
                self.one(zone, validator, name, kind, peer.name, our, their)

    def validate(self, validator, zone, name, kind, ours):
        self.validated += 1
        trouble = validator.problem(ours)
        if trouble:
            self.unexplained["validator", "bogus", ours.rcode, ""] += 1
            if self.unexplained["validator", "bogus", ours.rcode, ""] <= self.options.show:
                show(zone, name, kind, "a validator", [trouble], ours, ours)

    def one(self, zone, validator, name, kind, peer, ours, theirs):
        if theirs is None:
            self.explained[peer, "no answer"] += 1
            return
        parts = comparing.differences(ours, theirs)
        if not parts:
            return
        why = known_differences.explain(zone, validator, peer, parts, ours, theirs)
        if why:
            self.explained[peer, why] += 1
            return
        key = (peer, ",".join(parts), ours.rcode, theirs.rcode)
        self.unexplained[key] += 1
        if self.unexplained[key] <= self.options.show:
            show(zone, name, kind, peer, parts, ours, theirs)

    def report(self):
        print(f"{self.asked} questions of {self.options.zones} zones, "
              f"{self.validated} of them validated")
        for (peer, why), count in sorted(self.explained.items()):
            print(f"  explained, {peer}: {why}: {count}")
        for peer, count in self.unloaded.items():
            print(f"  zones that {peer} does not load: {count}")
        for (peer, parts, our, their), count in sorted(self.unexplained.items()):
            print(f"  UNEXPLAINED, {peer}: {parts} ({our} here, {their} there): {count}")


def main():
    options = arguments()
    directory = tempfile.mkdtemp(prefix="lapis-differential-")
    started = []
    try:
        zones = make_zones(options, directory)
        if options.pipe:
            lapis = servers.LapisPipe(directory, zones, os.path.abspath(options.pipe))
        else:
            lapis = servers.Lapis(directory, zones, os.path.abspath(options.lapis))
        started.append(lapis)
        peers = []
        for kind in (servers.Nsd, servers.Named):
            peers.append(kind(directory, zones))
            started.append(peers[-1])
        probe = comparing.make_query(zones[0].origin, "SOA", 0, False)
        for server in started:
            server.wait_until_ready(probe)
        comparison = Comparison(options)
        for zone in zones:
            comparison.zone(zone, lapis, peers)
        comparison.report()
        enough = comparison.asked > 10 * options.zones
        return 1 if comparison.unexplained or not enough else 0
    finally:
        for server in started:
            server.stop()
        if not options.keep:
            shutil.rmtree(directory, ignore_errors=True)
        else:
            print("files in", directory)


if __name__ == "__main__":
    sys.exit(main())
