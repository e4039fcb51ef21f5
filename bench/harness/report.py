"""Ratios, and the tables of docs/performance.md."""
import datetime
import os
import platform
import re
import statistics

BEGIN, END = "<!-- figures: written by bench/run -->", "<!-- end of figures -->"


def median(values):
    return statistics.median(values)


def ratio(table, measure, one, other):
    """Median of the ratios of the same round; None when either took no part."""
    try:
        pairs = zip(table[one][measure], table[other][measure])
    except KeyError:
        return None
    return median(a / b for a, b in pairs)


def shown(value):
    return "—" if value is None else f"{value:.2f}"


def table_of(table, measure, title, against):
    lines = [f"### {title}", "",
             "| server | ns CPU per answer | " + " | ".join(f"/ {a}" for a in against) + " |",
             "|---|---|" + "---|" * len(against)]
    for key in sorted(table, key=lambda k: median(table[k][measure]) if measure in table[k] else 0):
        if measure in table[key]:
            lines.append(f"| {key} | {median(table[key][measure]):,.0f} | " + " | ".join(
                shown(ratio(table, measure, key, a)) for a in against) + " |")
    return lines + [""]


def goals(f):
    """(goal, must, aim, measured, verdict) for all of the table that was measured."""
    out = []

    def need(text, value, must, aim=None):
        if value is None:
            return
        verdict = "missed"
        if aim is not None and value <= aim:
            verdict = "aim"
        elif must is not None and value <= must:
            verdict = "must"
        out.append([text] + ["—" if x is None else f"≤ {x:.2f}" for x in (must, aim)]
                   + [f"{value:.2f}", verdict])

    def of(workload, measure, one, other):
        return ratio(f[workload], measure, one, other) if workload in f else None

    def above_echo(workload):
        try:
            rows = [f[workload][k]["cpu"] for k in ("lapis", "nsd", "echo")]
        except KeyError:
            return None
        return median((a - e) / (b - e) for a, b, e in zip(*rows))

    need("W1 ÷ nsd", of("W1", "cpu", "lapis", "nsd"), 0.95)
    need("W1 ÷ echo", of("W1", "cpu", "lapis", "echo"), 1.10)
    need("W1 ÷ gdnsd", of("W1", "cpu", "lapis", "gdnsd"), None, 1.0)
    need("W1, time above echo ÷ nsd's", above_echo("W1"), None, 0.5)
    need("W2 ÷ nsd", of("W2", "cpu", "lapis", "nsd"), 0.95)
    need("W2 ÷ echo", of("W2", "cpu", "lapis", "echo"), None, 1.15)
    need("W3, 4 pipelined ÷ knot", of("W3", "pipelined", "lapis", "knot"), 0.5)
    need("W3, 4 pipelined ÷ echo", of("W3", "pipelined", "lapis", "echo"), None, 1.8)
    need("W3, 1 outstanding ÷ knot", of("W3", "single", "lapis", "knot"), 0.95)
    need("W3, 1 outstanding ÷ echo", of("W3", "single", "lapis", "echo"), None, 1.15)
    need("W4 ÷ nsd", of("W4", "cpu", "lapis", "nsd"), 0.80, 0.70)
    need("W4 ÷ gdnsd", of("W4", "cpu", "lapis", "gdnsd"), None, 0.91)
    need("W4, memory ÷ nsd", of("W4", "memory", "lapis", "nsd"), 0.4, 0.3)
    need("W4, start ÷ nsd", of("W4", "start", "lapis", "nsd"), 1.2, 0.9)
    need("W5 ÷ our static answer", of("W5", "cpu", "lapis", "lapis-static"), 1.05)
    need("W5 ÷ knot geoip", of("W5", "cpu", "lapis", "knot"), 0.90)
    need("W5 ÷ pdns LUA, shared state", of("W5", "cpu", "lapis", "pdns"), 0.22)
    need("W5 ÷ gdnsd", of("W5", "cpu", "lapis", "gdnsd"), None, 1.0)
    need("W6, 10,000 ÷ 10 programs, all names", of("W6", "all", "lapis-10000", "lapis-10"), 1.15, 1.08)
    need("W6, 10,000 ÷ 10 programs, 10 names", of("W6", "hot", "lapis-10000", "lapis-10"), 1.05, 1.02)
    need("W7, p50 ÷ nsd", of("W7", "cpu-p50", "lapis", "nsd"), 1.05)
    if "reload" in f:
        row = f["reload"]["lapis"]
        need("reload under full load, p99 during ÷ before",
             median(row["full-during"]) / median(row["full-before"]), 2)
        need("reload at 20,000/s, p99 during ÷ before",
             median(row["during"]) / median(row["before"]), None, 2)
        need("reload, answers lost or wrong", float(sum(row["lost"])), 0)
    return out


def tables(f):
    lines = []
    for workload, measure, title, against in (
            ("W1", "cpu", "W1: 10,000 names, A, UDP", ["echo", "nsd"]),
            ("W2", "cpu", "W2: 70 % A, no data, NXDOMAIN, CNAME, MX", ["echo", "nsd"]),
            ("W3", "pipelined", "W3: TCP, 32 connections, 4 pipelined", ["echo", "knot"]),
            ("W3", "single", "W3: TCP, 32 connections, 1 outstanding", ["echo", "knot"]),
            ("W4", "cpu", "W4: 1,000,000 names", ["echo", "nsd"]),
            ("W5", "cpu", "W5: answers by client subnet, attribute and weight",
             ["lapis-static", "gdnsd", "knot", "pdns"]),
            ("W6", "all", "W6: 10, 1,000 and 10,000 programs, all names", ["lapis-10"]),
            ("W6", "hot", "W6: the same, ten hot names", ["lapis-10"]),
            ("workers", "cpu", "Workers: both cores, each with a loader beside it",
             ["two processes, one worker each", "one worker"])):
        if workload in f:
            lines += table_of(f[workload], measure, title, against)
    if "W4" in f:
        lines += ["### W4: start and memory", "", "| server | CPU until the first answer, s | PSS, MB |",
                  "|---|---|---|"]
        lines += [f"| {k} | {median(r['start']):.2f} | {median(r['memory']) / 1e6:.0f} |"
                  for k, r in f["W4"].items() if k != "echo"] + [""]
    if "W7" in f:
        lines += ["### W7: latency at 20,000 queries a second", "",
                  "| server | p50, µs | p99, µs | ns CPU per answer |", "|---|---|---|---|"]
        lines += [f"| {k} | {median(r['cpu-p50']):.0f} | {median(r['cpu-p99']):.0f} |"
                  f" {median(r['cpu']):,.0f} |" for k, r in f["W7"].items()] + [""]
    if "reload" in f:
        row = f["reload"]["lapis"]
        lines += ["### Reload of zone and programs, three times a second", "",
                  "| | p99 before, µs | p99 during, µs |", "|---|---|---|",
                  f"| 20,000 queries a second | {median(row['before']):.0f} |"
                  f" {median(row['during']):.0f} |",
                  f"| 64 in flight | {median(row['full-before']):.0f} |"
                  f" {median(row['full-during']):.0f} |", ""]
    return lines


def cpu_model():
    with open("/proc/cpuinfo") as f:
        return re.search(r"model name\s*: (.*)", f.read()).group(1)


def memory_gib():
    with open("/proc/meminfo") as f:
        return int(f.readline().split()[1]) / 1048576


def kernel():
    return ".".join(platform.release().split("-")[0].split(".")[:2])


def text(figures, versions, rounds, seconds, priority):
    lines = [BEGIN, "",
             f"{datetime.date.today()}. Machine: {cpu_model()}, {os.cpu_count()} cores,"
             f" {memory_gib():.0f} GiB of memory, Linux {kernel()}. {rounds} rounds of {seconds} s,"
             f" {priority} priority; load average at the end {os.getloadavg()[1]:.1f}, of which servers"
             " and loader are 2.", "",
             "Versions: " + ", ".join(f"{k} {v}" for k, v in versions.items()) + ".", "",
             "### Goals", "", "| ratio | must | aim | measured | met |", "|---|---|---|---|---|"]
    lines += ["| " + " | ".join(row) + " |" for row in goals(figures)] + [""]
    return "\n".join(lines + tables(figures) + [END])


def write(path, generated):
    with open(path) as f:
        page = f.read()
    begin, end = page.index(BEGIN), page.index(END) + len(END)
    with open(path, "w") as f:
        f.write(page[:begin] + generated + page[end:])
