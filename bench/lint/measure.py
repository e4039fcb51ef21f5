#!/usr/bin/env python3
"""Time and memory of `lapis lint` beside other checkers, on the same files in the same run.

    bench/lint/measure.py [--records 1000000] [--signed 100000] [--zones 10000] [--rounds 3] [--lapis BINARY]

One large zone of hosts, aliases, mail, delegations and texts, all targets inside the zone and none
below a cut, because named-checkzone -i full asks the network about the others; the same, smaller, signed
by dnssec-signzone (ECDSA P-256) with NSEC and with NSEC3; then many small zones. `lapis lint` takes all small zones in one
call, the others one call for each zone, which is all they offer. Rounds alternate between the
programs; the best round of each counts, and the least processor time, which other load of the
machine changes less. Memory is the largest resident set.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def write_large(path, records):
    """A clean zone of about `records` records."""
    with open(path, "w", encoding="ascii") as file:
        file.write("$ORIGIN bench.example.\n$TTL 3600\n"
                   "@ SOA ns1 hostmaster 2024010101 7200 3600 1209600 300\n"
                   "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n")
        count, number = 5, 0
        while count < records:
            n = number
            number += 1
            file.write(f"host{n} A 198.51.{n >> 8 & 255}.{n & 255}\n"
                       f"host{n} AAAA 2001:db8:{n >> 16 & 0xffff:x}:{n & 0xffff:x}::1\n"
                       f"www{n} CNAME host{n}\n"
                       f"mail{n} 300 IN MX 10 host{n}\n"
                       f"mail{n} 300 IN MX 20 ns1\n"
                       f"text{n} TXT \"v=spf1 a:host{n}.bench.example -all\"\n"
                       f"sub{n} NS ns1\nsub{n} NS ns2\n"
                       f"host{n} CAA 0 issue \"ca.example\"\n"
                       f"_sip._tcp.host{n} SRV 0 5 5060 host{n}\n")
            count += 10


def write_small(path, number):
    with open(path, "w", encoding="ascii") as file:
        file.write(f"$ORIGIN z{number}.example.\n$TTL 3600\n"
                   "@ SOA ns1 hostmaster 2024010101 7200 3600 1209600 300\n"
                   "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n@ A 192.0.2.3\n"
                   "www CNAME @\n@ MX 10 mail\nmail A 192.0.2.4\n@ TXT \"v=spf1 mx -all\"\n")


def run(command):
    """(seconds, of a processor too, MiB, exit code)."""
    start = time.monotonic()
    with open(os.devnull, "w", encoding="ascii") as nowhere:
        process = subprocess.Popen(command, stdout=nowhere, stderr=nowhere)
        _, status, usage = os.wait4(process.pid, 0)
    return (time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024,
            os.waitstatus_to_exitcode(status))


def best(rounds):
    return (min(r[0] for r in rounds), min(r[1] for r in rounds), max(r[2] for r in rounds),
            rounds[-1][3])


def sign(folder, name, kind):
    """The file `name`, signed with keys made for it; its path."""
    out = name + ".signed"
    for role in ((), ("-f", "KSK")):
        subprocess.run(["dnssec-keygen", "-q", "-a", "ECDSAP256SHA256", *role, "bench.example"], cwd=folder,
                       check=True, capture_output=True)
    subprocess.run(["dnssec-signzone", "-q", "-S", *kind, "-O", "full", "-o", "bench.example", "-f", out, name],
                   cwd=folder, check=True, capture_output=True)
    return os.path.join(folder, out)


def in_turns(title, commands, rounds):
    """Measures the programs that are there, one after the other in each round, and prints the best."""
    commands = {name: c for name, c in commands.items() if os.path.exists(c[0]) or shutil.which(c[0])}
    results = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            results[name].append(run(command))
    print(f"{title}; best of {rounds}:")
    for name, each in results.items():
        seconds, processor, memory, code = best(each)
        print(f"  {name:24} {seconds:7.2f} s  {processor:7.2f} s CPU  {memory:7.0f} MiB  exit {code}", flush=True)


def size_of(path):
    """Its records and size."""
    with open(path, encoding="ascii") as file:
        lines = sum(1 for line in file if line[0] not in ";$")
    return f"{lines} lines, {os.path.getsize(path) / 1048576:.0f} MiB"


def measure_signed(arguments, folder):
    # Each record brings two more, for its signature and the denial of its name.
    write_large(os.path.join(folder, "plain"), arguments.signed // 3)
    for name, kind in (("NSEC", []), ("NSEC3", ["-3", "-"])):
        with tempfile.TemporaryDirectory(dir=folder) as place:
            shutil.copy(os.path.join(folder, "plain"), place)
            path = sign(place, "plain", kind)
            in_turns(f"Signed with {name}, {size_of(path)}", {
                "lapis lint": [arguments.lapis, "lint", "--origin", "bench.example", path],
                "dnssec-verify": ["dnssec-verify", "-q", "-o", "bench.example", path],
                "kzonecheck -d on": ["kzonecheck", "-d", "on", "-o", "bench.example.", path],
                "ldns-verify-zone": ["ldns-verify-zone", path],
                "named-checkzone -i full": ["named-checkzone", "-i", "full", "bench.example", path],
            }, arguments.rounds)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--signed", type=int, default=100_000, help="records of the signed zones; 0: none")
    parser.add_argument("--zones", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--lapis", default=os.path.join(HERE, "..", "..", "build", "release", "lapis"))
    arguments = parser.parse_args()
    arguments.lapis = os.path.abspath(arguments.lapis)
    with tempfile.TemporaryDirectory() as folder:
        large = os.path.join(folder, "bench.example.zone")
        write_large(large, arguments.records)
        in_turns(f"One zone, {size_of(large)}", {
            "lapis lint": [arguments.lapis, "lint", large],
            "named-checkzone -i full": ["named-checkzone", "-i", "full", "bench.example", large],
            "kzonecheck": ["kzonecheck", "-o", "bench.example.", large],
            "nsd-checkzone": ["nsd-checkzone", "bench.example", large],
            "validns -p all": ["validns", "-p", "all", "-z", "bench.example", large],
        }, arguments.rounds)
        if arguments.signed:
            measure_signed(arguments, folder)

        small = [os.path.join(folder, f"z{n}.example.zone") for n in range(arguments.zones)]
        for number, path in enumerate(small):
            write_small(path, number)
        lists = os.path.join(folder, "list")
        with open(lists, "w", encoding="ascii") as file:
            file.write("\n".join(small))
        print(f"{arguments.zones} small zones:")
        seconds, processor, memory, code = run([arguments.lapis, "lint", *small])
        print(f"  {'lapis lint, one call':24} {seconds:7.2f} s  {processor:7.2f} s CPU  {memory:7.0f} MiB  "
              f"exit {code}")
        for name, command in (("named-checkzone", ["named-checkzone", "-i", "full"]),
                              ("kzonecheck", ["kzonecheck"])):
            if not shutil.which(command[0]):
                continue
            sample = small[:max(1, len(small) // 20)]
            start = time.monotonic()
            for number, path in enumerate(sample):
                origin = f"z{number}.example"
                run(command + ([origin, path] if name != "kzonecheck" else ["-o", origin + ".", path]))
            spent = (time.monotonic() - start) * len(small) / len(sample)
            print(f"  {name + ', each':24} {spent:7.2f} s  (from {len(sample)} calls)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
