#!/usr/bin/env python3
"""How long a keystroke takes in a large set: from didChange to publishDiagnostics, and what it costs.

lsp_latency.py [PROGRAMS [KEYSTROKES]]; LAPIS names the binary.
"""
import os
import statistics
import sys
import tempfile
import time

from lsp_client import Client


def program(i):
    return (f"(program customer-{i}\n  (doc \"Customer {i}\")\n"
            f"  (config\n    ([pool4 (list (ipv4 \"192.0.2.{i % 250}\") (ipv4 \"198.51.100.{i % 250}\"))]\n"
            f"     [pool6 (list (ipv6 \"2001:db8:{i:x}::1\"))]\n     [t     (ttl 300)]))\n"
            f"  (match (and (ordinary) (= tier {i}) (under? qname \"c{i}.example.com.\")))\n"
            f"  (response (if (< (bucket qname 100 \"s{i}\") 5) (take 1 pool4) pool4) pool6 t))\n\n")


def cpu_seconds(process):
    """User and system time of a process."""
    with open(f"/proc/{process}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    strokes = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    text = ("(attribute tier (int 0 1000000))\n"
            "(define (ordinary) (not (in-prefix? client \"198.51.100.0/24\")))\n\n" +
            "".join(program(i) for i in range(count)))
    with tempfile.TemporaryDirectory() as folder, Client() as client:
        path = os.path.join(folder, "set.lisp")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        uri = client.open(path)
        client.wait_for_diagnostics(uri, lambda d: True)
        line = text[:text.index(f"(program customer-{count // 2}")].count("\n") + 1
        times = []
        cpu_before = cpu_seconds(client.process.pid)
        for i in range(strokes):
            begin = time.perf_counter()
            client.change(uri, (line, 8, line, 8 if i % 2 == 0 else 9, "x" if i % 2 == 0 else ""))
            client.wait_for_diagnostics(uri, lambda d: True)
            times.append((time.perf_counter() - begin) * 1000)
        cpu = (cpu_seconds(client.process.pid) - cpu_before) / strokes * 1000
        print(f"{count} programs, {len(text) / 1e6:.2f} MB, {strokes} keystrokes: "
              f"median {statistics.median(times):.1f} ms, "
              f"90th percentile {sorted(times)[int(len(times) * 0.9)]:.1f} ms, "
              f"worst {max(times):.1f} ms; {cpu:.1f} ms of CPU time each")


if __name__ == "__main__":
    main()
