"""The workloads: who takes part, what is asked, what is measured."""
import os
import signal
import statistics
import threading
import time

import measuring
import questions as q
import servers
from servers import Echo, Gdnsd, Knot, Lapis, LapisOfTwo, Named, Nsd, Pdns


def program_response(addresses):
    pool = " ".join(f'(ipv4 "{q.dotted(a)}")' for a in addresses)
    return f'(response (list {pool}) (list (ipv6 "2001:db8::1")) (ttl 60))'


def subnet_programs():
    """By client subnet, attribute and weight: two plans in each network and elsewhere."""
    out = ['(attribute plan (one-of "free" "pro") (default "free"))']
    elsewhere = "(not (or " + " ".join(
        f'(in-prefix? client "{n[0]}.{n[1]}.0.0/16")' for n in q.NETWORKS) + "))"
    for n in q.NETWORKS + [q.ELSEWHERE]:
        where = f'(in-prefix? client "{n[0]}.{n[1]}.0.0/16")' if n != q.ELSEWHERE else elsewhere
        name = f"n{n[0]}-{n[1]}"
        out.append(f'(program free-{name} (match (and {where} (= plan "free")))\n  '
                   + program_response([q.pool(n)]) + ")")
        out.append(
            f'(program pro-{name} (match (and {where} (= plan "pro")))\n'
            f'  (response (if (< (bucket qname 100 "{name}") 70)\n'
            f'                (list (ipv4 "{q.dotted(q.pool(n, 1))}"))\n'
            f'                (list (ipv4 "{q.dotted(q.pool(n, 2))}")))\n'
            '            (list (ipv6 "2001:db8::1")) (ttl 60)))')
    return "\n".join(out) + "\n"


def own_address(j):
    return bytes((198, 19, j >> 8, j & 255))


def many_programs(count):
    """One program for each of `count` subtrees."""
    return "\n".join(f'(program p{j} (match (under? qname "p{j:05}.bench.test."))\n  '
                     + program_response([own_address(j)]) + ")" for j in range(count)) + "\n"


def write_grouped_zone(path, names, groups):
    with open(path, "w") as f:
        f.write("$ORIGIN bench.test.\n$TTL 3600\n@ SOA ns host 1 7200 3600 604800 300\n@ NS ns\n"
                "ns A 192.0.2.1\n")
        f.writelines(f"h{i}.p{i % groups:05} A {q.dotted(q.address(i))}\n" for i in range(names))


def grouped(path, names, groups, count=100_000):
    """Questions for `names`, numbers of names of a zone with that many groups."""
    rng = q.random.Random(4)
    with open(path, "wb") as f:
        for _ in range(count):
            i = rng.choice(names)
            entry = q.question("X", q.A, rdata=own_address(i % groups))
            name = q.label(f"h{i}") + q.label(f"p{i % groups:05}")
            size = int.from_bytes(entry[:2], "big") + len(name) - 2
            f.write(size.to_bytes(2, "big") + entry[2:17] + name + entry[19:])


class Bench:
    """What the workloads share: folders, cores, rounds, and the table of figures."""

    def __init__(self, folder, tools, seconds, rounds, only_servers, priority, say):
        self.folder, self.tools, self.seconds, self.rounds = folder, tools, seconds, rounds
        self.only_servers, self.priority, self.say = only_servers, priority, say
        self.core, self.loader_core = 0, 1
        self.figures = {}  # workload -> server key -> measure -> value

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self, workload, cls, zone, policy=None, key=None, priority=None):
        server = cls(self.path(f"{workload}-{key or cls.name}"), zone, policy, key)
        try:
            return measuring.Running(server, self.tools, self.core, self.folder,
                                     priority or self.priority)
        except (RuntimeError, FileNotFoundError) as e:
            self.say(f"  {server.key}: left out: {str(e)[-600:]}")
            return None

    def start_all(self, workload, classes, zone):
        wanted = [c for c in classes
                  if not self.only_servers or c.name in self.only_servers or c is Lapis]
        return [r for r in (self.start(workload, c, zone) for c in wanted) if r]

    def interleave(self, workload, running, asks, mode, *arguments, rounds=None, measure="cpu"):
        """Every server once a round; `asks` is a question file, or one for each server's key."""
        values = {r.server.key: [] for r in running}
        lost = {r.server.key: 0 for r in running}
        for _ in range(rounds or self.rounds):
            for r in running:
                asked = asks if isinstance(asks, str) else asks[r.server.key]
                ns, run = measuring.cpu_per_answer(self.tools, self.loader_core, mode, r, asked,
                                                   self.seconds, *arguments,
                                                   priority=self.priority)
                values[r.server.key].append((ns, run))
                lost[r.server.key] += run.lost
        table = self.figures.setdefault(workload, {})
        for key, runs in values.items():
            row = table.setdefault(key, {})
            row[measure] = [ns for ns, _ in runs]
            row[measure + "-p50"] = [run.p50 / 1000 for _, run in runs]
            row[measure + "-p99"] = [run.p99 / 1000 for _, run in runs]
            row[measure + "-lost"] = lost[key]
            self.say(f"  {workload} {measure:10} {key:14} {statistics.median(row[measure]):7.0f} ns"
                     f"  {1e-3 * sum(r.right for _, r in runs) / len(runs) / self.seconds:5.0f} k/s"
                     f"  p50 {statistics.median(row[measure + '-p50']):6.0f} us  lost {lost[key]}")

    @staticmethod
    def stop(running):
        for r in running:
            r.stop()


ALL = [Echo, Lapis, Nsd, Knot, Gdnsd, Pdns, Named]


def w1_w3_w7(b, wanted):
    """W1, W2, W3, W7: 10,000 names of each kind, static."""
    zone = b.path("small.zone")
    q.write_zone(zone, 10_000, mixed=True)
    plain, mixed = b.path("plain"), b.path("mixed")
    q.plain(plain, 10_000)
    q.mixed(mixed, 10_000)
    running = b.start_all("W1", ALL, zone)
    try:
        if "W1" in wanted:
            b.interleave("W1", running, plain, "udp", 64)
        if "W2" in wanted:
            b.interleave("W2", running, mixed, "udp", 64)
        if "W3" in wanted:
            b.interleave("W3", running, plain, "tcp", 32, 4, measure="pipelined")
            b.interleave("W3", running, plain, "tcp", 32, 1, measure="single")
        if "W7" in wanted:
            b.interleave("W7", running, plain, "rate", 20_000, measure="cpu")
    finally:
        b.stop(running)


def w4(b, _):
    """W4: a million names; one server at a time, because each needs its memory to itself."""
    zone = b.path("large.zone")
    q.write_zone(zone, 1_000_000)
    asks = b.path("large")
    q.plain(asks, 1_000_000, 500_000)
    classes = [c for c in ALL if c is not Pdns]
    running = b.start_all("W4", classes, zone)
    table = b.figures.setdefault("W4", {})
    for r in running:
        table[r.server.key] = {"start": [r.start_cpu], "memory": [r.memory()]}
    try:
        b.interleave("W4", running, asks, "udp", 64)
    finally:
        b.stop(running)
    # Starts again, interleaved, for their time.
    for _ in range(2):
        for cls in classes:
            if cls is Echo or (b.only_servers and cls.name not in b.only_servers | {"lapis"}):
                continue
            r = b.start("W4", cls, zone)
            if r is None:
                continue
            table[cls.name]["start"].append(r.start_cpu)
            table[cls.name]["memory"].append(r.memory())
            r.stop()
    for key, row in table.items():
        b.say(f"  W4 {key:10} start {statistics.median(row['start']):.2f} s CPU,"
              f" {statistics.median(row['memory']) / 1e6:.0f} MB")


def w5(b, _):
    """W5: programs by client subnet, weight and attribute, beside the same packets answered
    statically, and beside what the peers have for it."""
    zone = b.path("policies.zone")
    q.write_zone(zone, 10_000)
    fixed, exact, programs = b.path("ecs-static"), b.path("ecs-exact"), b.path("ecs-programs")
    q.subnets(fixed, 10_000, lambda i, n: q.address(i))
    q.subnets(exact, 10_000, lambda i, n: q.pool(n))
    q.subnets(programs, 10_000, lambda i, n: q.pool(n) if i % 2 == 0 else q.pool(n)[:3])
    running, asks = [], {}
    for cls, policy, key, asked in ((Echo, None, "echo", fixed), (Lapis, None, "lapis-static", fixed),
                                    (Lapis, subnet_programs(), "lapis", programs),
                                    (Gdnsd, 10_000, "gdnsd", exact), (Knot, 10_000, "knot", exact),
                                    (Pdns, 10_000, "pdns", exact)):
        if b.only_servers and cls not in (Echo, Lapis) and cls.name not in b.only_servers:
            continue
        r = b.start("W5", cls, zone, policy, key)
        if r:
            running.append(r)
            asks[key] = asked
    try:
        b.interleave("W5", running, asks, "udp", 64)
    finally:
        b.stop(running)


def w6(b, _):
    """W6: the same names spread over 10 or 10,000 programs; all of them, or ten hot names."""
    running, every, hot = [], {}, {}
    for count in (10, 1000, 10_000):
        key = f"lapis-{count}"
        zone = b.path(f"grouped-{count}.zone")
        write_grouped_zone(zone, 10_000, count)
        every[key], hot[key] = b.path(f"all-{count}"), b.path(f"hot-{count}")
        grouped(every[key], range(10_000), count)
        # Anywhere in the list of programs.
        grouped(hot[key], range(7, 10_000, 1001), count)
        r = b.start("W6", Lapis, zone, many_programs(count), key)
        if r:
            running.append(r)
            b.say(f"  W6 {key} started in {r.start_seconds:.1f} s")
    if not running:
        return
    try:
        b.interleave("W6", running, every, "udp", 64, measure="all")
        b.interleave("W6", running, hot, "udp", 64, measure="hot")
    finally:
        b.stop(running)


def reload_under_load(b, _):
    """Latency before and while zone and programs are read, proved and put in place again and
    again. 20,000 queries a second: with a closed loop a slow server would see fewer of them."""
    zone = b.path("reload.zone")
    q.write_zone(zone, 10_000)
    asks = b.path("reload")
    q.subnets(asks, 10_000, lambda i, n: q.pool(n) if i % 2 == 0 else q.pool(n)[:3])
    # What a reload does runs at low priority; a worker that nothing can interrupt would hide that.
    priority = "ordinary" if b.priority == "ordinary" else "session"
    r = b.start("reload", Lapis, zone, subnet_programs(), "lapis", priority)
    if r is None:
        return
    row = {k: [] for k in ("before", "during", "lost", "full-before", "full-during")}
    stop = threading.Event()

    def reloads():
        k = 0
        while not stop.is_set():
            k += 1
            with open(f"{r.server.folder}/programs/set.lisp", "w") as f:
                f.write(subnet_programs() + f"; change {k}\n")
            r.signal(signal.SIGHUP)
            stop.wait(0.3)

    def measure(name):
        for mode, rate, kind in (("rate", 20_000, ""), ("udp", 64, "full-")):
            run = measuring.load(b.tools, b.loader_core, mode, r, asks, max(b.seconds, 1), rate,
                                 priority=b.priority)
            row[kind + name].append(run.p99 / 1000)
            row["lost"].append(run.lost + run.wrong)

    try:
        for _ in range(b.rounds):
            measure("before")
            stop.clear()
            thread = threading.Thread(target=reloads)
            thread.start()
            time.sleep(0.1)
            measure("during")
            stop.set()
            thread.join()
            time.sleep(1)
    finally:
        b.stop([r])
    b.figures["reload"] = {"lapis": row}
    b.say(f"  reload p99 at 20k/s {statistics.median(row['before']):.0f} ->"
          f" {statistics.median(row['during']):.0f} us, 64 in flight"
          f" {statistics.median(row['full-before']):.0f} ->"
          f" {statistics.median(row['full-during']):.0f} us, lost {sum(row['lost'])}")


def workers(b, _):
    """Workers: one process with two of them, and two processes with one each, on the same cores and
    with the same loaders beside them; and one worker alone. What two workers of a process share
    would make the first dearer than the second."""
    zone = b.path("workers.zone")
    q.write_zone(zone, 10_000)
    asks = b.path("workers")
    q.subnets(asks, 10_000, lambda i, n: q.pool(n) if i % 2 == 0 else q.pool(n)[:3])
    in_flight, sockets, cores = 128, 16, (0, 1)
    # Server and loader share each core: neither may keep the other from it.
    priority = "favoured" if b.priority == "realtime" else b.priority

    def begin(cls, key, core):
        server = cls(b.path(key), zone, subnet_programs(), key)
        return measuring.Running(server, b.tools, core, b.folder, priority)

    both = begin(LapisOfTwo, "one process, two workers", "0,1")
    apart = [begin(Lapis, f"process {i}", i) for i in cores]
    setups = {"one process, two workers": ([both], cores),
              "two processes, one worker each": (apart, cores),
              "one worker": (apart[:1], cores[:1])}
    table = b.figures.setdefault("workers", {k: {"cpu": [], "lost": []} for k in setups})

    def measure(running, on):
        before = sum(r.cpu() for r in running)
        runs = measuring.load_from_each(b.tools, on, [r.server.port for r in running], asks,
                                        b.seconds, in_flight, sockets, priority)
        right = sum(r.right for r in runs)
        return (sum(r.cpu() for r in running) - before) * 1e9 / right, runs

    try:
        measure([both], cores)
        for core, task in enumerate(measuring.busiest_threads(both.process.pid, 2)):
            os.sched_setaffinity(task, {core})
        for _ in range(b.rounds):
            for key, (running, on) in setups.items():
                ns, runs = measure(running, on)
                table[key]["cpu"].append(ns)
                table[key]["lost"].append(sum(r.lost + r.wrong for r in runs))
    finally:
        b.stop([both] + apart)
    for key, row in table.items():
        b.say(f"  workers {key:32} {statistics.median(row['cpu']):7.0f} ns  lost {sum(row['lost'])}")


GROUPS = [(("W1", "W2", "W3", "W7"), w1_w3_w7), (("W4",), w4), (("W5",), w5), (("W6",), w6),
          (("workers",), workers), (("reload",), reload_under_load)]
