"""Servers running on one core, the loader on the other, and what they cost."""
import os
import select
import signal
import socket
import struct
import subprocess
import time


def session_pids(session):
    pids = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as f:
                fields = f.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            pids.append(int(pid))
    return pids


def cpu_seconds(pid):
    """User and system time of a process, threads that have ended included, from its CPU clock."""
    try:
        return time.clock_gettime(((~pid) << 3) | 2)  # CPUCLOCK_SCHED of another process
    except OSError:
        return 0.0


def pss_octets(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup") as f:
            return sum(int(line.split()[1]) * 1024 for line in f if line.startswith("Pss:"))
    except OSError:
        return 0


def favour_session(pid, alone=False):
    """Other work of the machine waits. With `alone` only by the kernel's grouping of sessions, so
    that a server's own threads keep the order they have among themselves."""
    if not alone:
        os.setpriority(os.PRIO_PROCESS, pid, -15)
    try:
        with open(f"/proc/{pid}/autogroup", "w") as f:
            f.write("-15")
    except OSError:
        pass


def make_realtime(pids):
    """No other work of the machine interrupts these; what they start later is ordinary again."""
    for pid in pids:
        for task in os.listdir(f"/proc/{pid}/task"):
            os.sched_setscheduler(int(task), os.SCHED_FIFO | os.SCHED_RESET_ON_FORK,
                                  os.sched_param(1))


class Running:
    """A server started in a session of its own, so that all its processes can be told."""

    def __init__(self, server, tools, core, log_folder, priority):
        self.server = server
        command = server.command(tools)
        self.log = open(f"{log_folder}/{server.key}.log", "w")
        begin = time.monotonic()
        self.process = subprocess.Popen(["taskset", "-c", str(core)] + command,
                                        start_new_session=True, stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log)
        if priority != "ordinary":
            favour_session(self.process.pid, priority == "session")
        self._wait_for_answer(begin + 900)
        self.start_seconds = time.monotonic() - begin
        self.start_cpu = self.cpu()
        if priority == "realtime":
            make_realtime(self.pids())

    def _wait_for_answer(self, deadline):
        query = struct.pack(">HHHHHH", 77, 0, 1, 0, 0, 0) + b"\2ns\5bench\4test\0\0\1\0\1"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.connect(("127.0.0.1", self.server.port))
            while time.monotonic() < deadline:
                if self.process.poll() is not None:
                    raise RuntimeError(f"{self.server.key} ended: {open(self.log.name).read()}")
                try:
                    s.send(query)
                    if select.select([s], [], [], 0.01)[0]:
                        answer = s.recv(512)
                        # Some answer SERVFAIL or REFUSED while they load.
                        if len(answer) > 12 and answer[3] & 15 == 0:
                            return
                except ConnectionRefusedError:
                    pass
                time.sleep(0.002)
        raise RuntimeError(f"{self.server.key} does not answer: {open(self.log.name).read()}")

    def pids(self):
        return session_pids(self.process.pid)

    def cpu(self):
        return sum(map(cpu_seconds, self.pids()))

    def memory(self):
        return sum(map(pss_octets, self.pids()))

    def signal(self, number):
        os.kill(self.process.pid, number)

    def stop(self):
        for sig in (signal.SIGTERM, signal.SIGKILL):
            for pid in self.pids():
                try:
                    os.kill(pid, sig)
                except OSError:
                    pass
            for _ in range(100):
                self.process.poll()
                if not self.pids():
                    return
                time.sleep(0.02)


class Load:
    """One run of the loader."""

    def __init__(self, line):
        (self.sent, self.right, self.wrong, self.lost, self.p50, self.p99, self.max) = map(
            int, line.split())


def begin_load(tools, core, mode, ports, questions, seconds, *arguments, priority):
    """A loader at work. Its priority is that of the servers, so that it can keep them busy."""
    first = ["chrt", "-f", "1"] if priority == "realtime" else []
    process = subprocess.Popen(
        first + ["taskset", "-c", str(core), f"{tools}/loader", mode, ports, questions, str(seconds),
                 *map(str, arguments)],
        start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if priority not in ("realtime", "ordinary"):
        favour_session(process.pid)
    return process


def end_load(process):
    out, complaint = process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"loader: {complaint}")
    return Load(out)


def load(tools, core, mode, running, questions, seconds, *arguments, priority):
    echo = ["--echo"] if running.server.name == "echo" else []
    return end_load(begin_load(tools, core, mode, str(running.server.port), questions, seconds,
                               *arguments, *echo, priority=priority))


def load_from_each(tools, cores, ports, questions, seconds, in_flight, sockets, priority):
    """Runs of one loader on each core, at the same time; all ask all ports."""
    return [end_load(p) for p in [
        begin_load(tools, core, "spread", ",".join(map(str, ports)), questions, seconds, in_flight,
                   sockets, priority=priority) for core in cores]]


def busiest_threads(pid, count):
    """Threads of a process by the CPU time they have had, most first."""
    def time_of(task):
        with open(f"/proc/{pid}/task/{task}/schedstat") as f:
            return int(f.read().split()[0])
    return sorted(map(int, os.listdir(f"/proc/{pid}/task")), key=time_of, reverse=True)[:count]


def cpu_per_answer(tools, core, mode, running, questions, seconds, *arguments, priority):
    """ns of CPU time per right answer, and the run itself."""
    before = running.cpu()
    run = load(tools, core, mode, running, questions, seconds, *arguments, priority=priority)
    spent = running.cpu() - before
    if run.right == 0 or run.wrong > run.right / 1000:
        raise RuntimeError(
            f"{running.server.key}: {run.right} right, {run.wrong} wrong, {run.lost} lost")
    return spent * 1e9 / run.right, run
