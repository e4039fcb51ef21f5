#!/usr/bin/env python3
"""Writes program sets for the verifier's benchmark.

    generate.py realistic N DIR     N programs as a CDN has them, no two exclusive ones overlapping
    generate.py dense N DIR         N programs in four zones, many hidden by unions of others
    generate.py patterns N DIR      N programs with two or three patterns of names each, from few words
    generate.py buckets K DIR       20 programs that ask for K buckets of one in a thousand at once
    generate.py defects N DIR       realistic, with 1 % of the programs unsatisfiable, hidden or in
                                    conflict; the expected findings are written to DIR/expected.txt
"""
import os
import random
import sys


def answer(rng):
    v4 = " ".join(f'(ipv4 "192.0.{rng.randrange(2, 4)}.{rng.randrange(1, 255)}")'
                  for _ in range(rng.randrange(1, 4)))
    v6 = " ".join(f'(ipv6 "2001:db8:{rng.randrange(1, 9999):x}::{rng.randrange(1, 99):x}")'
                  for _ in range(rng.randrange(1, 3)))
    return f"(response (list {v4}) (list {v6}) (ttl {rng.choice([30, 60, 120, 300])}))"


def program(name, match, rng, exclusive=True):
    head = f"(program {name}\n" + ("" if exclusive else "  (exclusive false)\n")
    return f"{head}  (match {match})\n  {answer(rng)})\n"


def domain(i):
    return f"d{i}.customer{i % 97}.example."


def prefix(i):
    return f"{10 + i // 65536 % 90}.{i // 256 % 256}.{i % 256}.0/24"


DECLARATIONS = """(attribute plan (one-of "free" "pro" "business" "enterprise") (default "free"))
(attribute weight (int 0 1000) (default 0))
(attribute protected bool (default false))
(field site (one-of "ams1" "fra1" "iad1" "sin1" "nrt1" "gru1"))
(field region (one-of "eu" "na" "ap" "sa"))
(define (ordinary) (not (= transport "tls")))

"""


def realistic(n, rng):
    """Groups of programs for one domain that divide its queries; each group in one of six ways."""
    out = []
    group = 0
    while len(out) < n:
        base = f'(ordinary) (under? qname "{domain(group)}")'
        kind = group % 6
        if kind == 0:
            matches = [f'(and {base} (= plan "{p}"))' for p in ("free", "pro", "business", "enterprise")]
        elif kind == 1:
            p = prefix(group)
            matches = [f'(and {base} (in-prefix? client "{p}"))',
                       f'(and {base} (not (in-prefix? client "{p}")))']
        elif kind == 2:
            matches = [f'(and {base} (< (bucket qname 100 "s{group % 10}") 5))',
                       f'(and {base} (>= (bucket qname 100 "s{group % 10}") 5))']
        elif kind == 3:
            matches = [f'(and {base} (in site (list "ams1" "fra1")))',
                       f'(and {base} (in site (list "iad1" "sin1")))',
                       f'(and {base} (not (in site (list "ams1" "fra1" "iad1" "sin1"))))']
        elif kind == 4:
            matches = [f'(and {base} (= country "{c}"))' for c in ("NL", "DE", "US")]
            matches.append(f'(and {base} (not (in country (list "NL" "DE" "US"))))')
        else:
            cut = rng.randrange(1, 999)
            matches = [f"(and {base} (< weight {cut}))", f"(and {base} (>= weight {cut}))"]
        for match in matches:
            if len(out) < n:
                out.append(program(f"p{len(out)}", match, rng))
        group += 1
    return out


def dense(n, rng):
    """Programs over four zones with one prefix or country each, many of them hidden by earlier
    ones together; only the first of each zone is exclusive."""
    out = []
    for i in range(n):
        zone = f"zone{i % 4}.example."
        k = i // 4
        if k % 1000 == 999:
            # A prefix of which all parts have been given away before: /20 of sixteen /24.
            first = (k - 999) // 16 * 16
            match = (f'(and (under? qname "{zone}") (in-prefix? client '
                     f'"{10 + first // 65536}.{first // 256 % 256}.{first % 256 // 16 * 16}.0/20"))')
        elif k == n // 4 - 1:
            match = f'(and (under? qname "{zone}") (in-prefix? client "10.0.0.0/20"))'
        else:
            match = (f'(and (under? qname "{zone}") '
                     f'(in-prefix? client "{10 + k // 65536}.{k // 256 % 256}.{k % 256}.0/24"))')
        if k % 7 == 3:
            match = match[:-1] + f' (= plan "{rng.choice(["free", "pro"])}"))'
        out.append(program(f"p{i}", match, rng, exclusive=False))
    return out


def patterns(n, rng):
    """Patterns that imply, exclude or have nothing to do with each other; every second is exclusive."""
    words = ("img", "cdn", "api", "shop", "static", "media", "www", "mail", "auth", "login", "v1",
             "v2", "edge", "test", "beta")
    out = []
    for i in range(n):
        a, b, c = rng.sample(words, 3)
        parts = [f'(contains? qname "{a}{i % 7}")',
                 f'(has-suffix? qname "{b}.com.")' if i % 3 else f'(glob? qname "**.{b}.*.")']
        if i % 2:
            parts.append(f'(not (has-prefix? qname "{c}"))')
        out.append(program(f"p{i}", f"(and {' '.join(parts)})", rng, exclusive=i % 2 == 0))
    return out


def buckets(k, rng):
    out = []
    for i in range(20):
        parts = " ".join(f'(= (bucket qname 1000 "s{i}-{j}") {(7 * i + j) % 1000})' for j in range(k))
        out.append(program(f"p{i}", f'(and (under? qname "{domain(i)}") {parts})', rng))
    return out


def main():
    kind, n, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    rng = random.Random(7)
    os.makedirs(folder, exist_ok=True)
    made = {"dense": dense, "patterns": patterns, "buckets": buckets}
    programs = made.get(kind, realistic)(n, rng)
    if kind == "defects":
        expected = []
        for i in range(50, n, 100):
            what = (i // 100) % 3
            if what == 0:
                programs[i] = program(f"p{i}", '(and (= plan "pro") (= plan "free"))', rng)
                expected.append(f"unsatisfiable p{i}")
            elif what == 1:
                programs[i] = program(
                    f"p{i}", f'(and (ordinary) (under? qname "x.{domain(0)}") (= plan "pro"))', rng,
                    exclusive=False)
                expected.append(f"unreachable p{i}")
            else:
                programs[i] = program(
                    f"p{i}", f'(and (ordinary) (= qname "{domain(6 * (i // 100))}") (= plan "pro") '
                    f'(in-prefix? client "203.0.113.{i // 100 % 256}/32"))', rng)
                expected.append(f"conflict p{i}")
        with open(os.path.join(folder, "expected.txt"), "w", encoding="utf-8") as file:
            file.write("\n".join(expected) + "\n")
    with open(os.path.join(folder, "set.lisp"), "w", encoding="utf-8") as file:
        file.write(DECLARATIONS)
        file.write("\n".join(programs))


main()
