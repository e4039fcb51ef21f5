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

import dns.name
import dns.rdatatype

import comparing
import known_differences
import proofs
import random_zones
import servers
import signing


# NSD and BIND must be there; Knot is a third voice where it is installed.
PEERS = (servers.Nsd, servers.Named, servers.Knot)


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

    def add(zone):
        zone.file = os.path.join(directory, f"{len(zones)}.zone")
        with open(zone.file, "w") as out:
            out.write(zone.text())
        if zone.random.random() < options.signed:
            signer.sign(zone, zone.file)
        zones.append(zone)

    for number in range(options.zones):
        zone = random_zones.Zone(number, options.seed * 1_000_003 + number)
        add(zone)
        cuts = zone.cuts()
        if cuts and zone.random.random() < 0.3:
            add(random_zones.Zone(number, options.seed * 2_000_003 + number, zone,
                                  zone.random.choice(cuts)))
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
        self.validator = None
        self.missing = collections.defaultdict(set)  # peer -> apexes of zones it does not have

    def learn_zones(self, zones, lapis, peers):
        """Whose answers can be validated: the keys are those that the zones show. And which zones
        a peer did not load."""
        keys = {}
        queries = [comparing.make_query(zone.origin, "DNSKEY", i, True)
                   for i, zone in enumerate(zones)]
        for zone, wire in zip(zones, lapis.ask_many(queries)):
            answer = comparing.Answer(wire)
            if answer.rcode == "SERVFAIL":
                self.unloaded["lapis"] += 1
                continue
            rrsets = [s for s in answer.message.answer if s.rdtype == dns.rdatatype.DNSKEY]
            keys[dns.name.from_text(zone.origin).canonicalize()] = (
                rrsets[0] if zone.signing else None)
            zone.loaded = True
        self.validator = proofs.Validator(keys)
        queries = [comparing.make_query(zone.origin, "SOA", 0, False) for zone in zones]
        for peer in peers:
            for zone, query in zip(zones, queries):
                if comparing.Answer(peer.ask_tcp(query)).rcode != "NOERROR":
                    self.unloaded[peer.name] += 1
                    self.missing[peer.name].add(dns.name.from_text(zone.origin).canonicalize())

    def zone(self, zone, lapis, peers):
        if not zone.loaded:
            return
        questions = zone.questions(self.options.questions)
        # Mostly as a resolver would ask; now and then without DO where it would matter, and with.
        dnssec = [(zone.signing is not None) != (zone.random.random() < 0.1) for _ in questions]
        queries = [comparing.make_query(name, kind, i, wanted)
                   for i, ((name, kind), wanted) in enumerate(zip(questions, dnssec))]
        ours = [comparing.Answer(wire) for wire in lapis.ask_many(queries)]
        self.asked += len(queries)
        for (name, kind), our, wanted in zip(questions, ours, dnssec):
            if wanted:
                self.validate(zone, name, kind, our)
        for peer in peers:
            theirs = [comparing.Answer(wire) if wire else None for wire in peer.ask_many(queries)]
            for (name, kind), our, their in zip(questions, ours, theirs):
                self.one(zone, name, kind, peer.name, our, their)

    def validate(self, zone, name, kind, ours):
        self.validated += 1
        trouble = self.validator.problem(ours)
        if trouble:
            self.unexplained["validator", "bogus", ours.rcode, ""] += 1
            if self.unexplained["validator", "bogus", ours.rcode, ""] <= self.options.show:
                show(zone, name, kind, "a validator", [trouble], ours, ours)

    def one(self, zone, name, kind, peer, ours, theirs):
        asked, _ = known_differences.question_of(ours)
        if {self.validator.zone_of(asked), self.validator.zone_of(asked, dns.rdatatype.DS)} & \
                self.missing[peer]:
            return
        if theirs is None:
            self.unexplained[peer, "no answer", ours.rcode, ""] += 1
            return
        parts = comparing.differences(ours, theirs)
        if not parts:
            return
        why = known_differences.explain(zone, self.validator, peer, parts, ours, theirs)
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
        for kind in PEERS:
            if shutil.which(kind.program, path=servers.PATH):
                peers.append(kind(directory, zones))
                started.append(peers[-1])
        probe = comparing.make_query(zones[0].origin, "SOA", 0, False)
        for server in started:
            server.wait_until_ready(probe)
        comparison = Comparison(options)
        comparison.learn_zones(zones, lapis, peers)
        for zone in zones:
            comparison.zone(zone, lapis, peers)
        comparison.report()
        enough = comparison.asked > 10 * options.zones and len(peers) >= 2
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
