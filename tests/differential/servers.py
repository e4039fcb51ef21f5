"""Servers started by the test, and asking them: over UDP, again over TCP when truncated."""

import os
import select
import signal
import socket
import struct
import subprocess
import time


PATH = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"


def free_port():
    """A port that is free for UDP and TCP on loopback at this moment."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp:
            tcp.bind(("127.0.0.1", 0))
            port = tcp.getsockname()[1]
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                try:
                    udp.bind(("127.0.0.1", port))
                    return port
                except OSError:
                    continue


class Server:
    """A process that answers on a port of loopback."""

    def __init__(self, name, directory):
        self.name = name
        self.directory = os.path.join(directory, name)
        os.makedirs(self.directory)
        self.port = free_port()
        self.process = None
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text):
        with open(self.path(name), "w") as out:
            out.write(text)
        return self.path(name)

    def start(self, command):
        log = open(self.path("log"), "w")
        self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.directory,
                                        env={**os.environ, "PATH": PATH})

    def wait_until_ready(self, query, seconds=120):
        end = time.time() + seconds
        while time.time() < end:
            if self.process.poll() is not None:
                break
            try:
                if self.ask_tcp(query):
                    self.udp.connect(("127.0.0.1", self.port))
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"{self.name} did not start: " + open(self.path("log")).read()[-2000:])

    def stop(self):
        self.udp.close()
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def ask_tcp(self, query):
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as tcp:
            tcp.sendall(struct.pack("!H", len(query)) + query)
            data = b""
            while len(data) < 2 or len(data) < 2 + struct.unpack("!H", data[:2])[0]:
                part = tcp.recv(65536)
                if not part:
                    raise OSError("closed")
                data += part
        return data[2:]

    def ask_many(self, queries, window=64):
        """Answers to messages whose ids are their places in the list. Truncated ones over TCP."""
        answers = [None] * len(queries)
        for start in range(0, len(queries), window):
            waiting = set(range(start, min(start + window, len(queries))))
            for attempt in range(3):
                for i in sorted(waiting):
                    self.udp.send(queries[i])
                while waiting and select.select([self.udp], [], [], 2 + 3 * attempt)[0]:
                    data = self.udp.recv(65535)
                    i = struct.unpack("!H", data[:2])[0]
                    waiting.discard(i)
                    answers[i] = data
                if not waiting:
                    break
        for i, data in enumerate(answers):
            if data is not None and data[2] & 2:
                answers[i] = self.ask_tcp(queries[i])
        return answers


class Nsd(Server):
    program = "nsd"

    def __init__(self, directory, zones):
        super().__init__("nsd", directory)
        config = f"""server:
  ip-address: 127.0.0.1@{self.port}
  username: ""
  chroot: ""
  zonesdir: "{self.directory}"
  database: ""
  pidfile: "{self.path('pid')}"
  xfrdfile: "{self.path('xfrd')}"
  zonelistfile: "{self.path('zonelist')}"
  xfrdir: "{self.directory}"
  ipv4-edns-size: 4096
  rrl-ratelimit: 0
remote-control:
  control-enable: no
"""
        for zone in zones:
            config += f'zone:\n  name: "{zone.origin}"\n  zonefile: "{zone.file}"\n'
        self.start(["nsd", "-d", "-c", self.write("nsd.conf", config)])


class Named(Server):
    program = "named"

    def __init__(self, directory, zones):
        super().__init__("named", directory)
        config = f"""options {{
  directory "{self.directory}";
  listen-on port {self.port} {{ 127.0.0.1; }};
  listen-on-v6 {{ none; }};
  pid-file "{self.path('named.pid')}";
  session-keyfile "{self.path('session.key')}";
  recursion no;
  allow-query {{ any; }};
  minimal-responses no;
  zero-no-soa-ttl no;
  max-udp-size 4096;
  edns-udp-size 4096;
  check-integrity no;
  check-names primary ignore;
  check-mx ignore;
  check-mx-cname ignore;
  check-srv-cname ignore;
  check-sibling no;
  check-wildcard no;
  notify no;
  dnssec-validation no;
  empty-zones-enable no;
  max-records-per-type 0;
  max-types-per-name 0;
}};
controls {{ }};
"""
        config = config.replace("  max-records-per-type 0;\n  max-types-per-name 0;\n", "")
        for zone in zones:
            config += f'zone "{zone.origin}" {{ type primary; file "{zone.file}"; }};\n'
        self.start(["named", "-g", "-n", "1", "-c", self.write("named.conf", config)])


class Knot(Server):
    program = "knotd"

    def __init__(self, directory, zones):
        super().__init__("knot", directory)
        config = f"""server:
  listen: 127.0.0.1@{self.port}
  rundir: "{self.directory}"
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  udp-max-payload: 4096
database:
  storage: "{self.directory}"
log:
  - target: stderr
    any: warning
template:
  - id: default
    semantic-checks: off
    zonefile-sync: -1
    zonefile-load: whole
    journal-content: none
zone:
"""
        for zone in zones:
            config += f'  - domain: "{zone.origin}"\n    file: "{zone.file}"\n'
        self.start(["knotd", "-c", self.write("knot.conf", config)])


class Lapis(Server):
    def __init__(self, directory, zones, binary):
        super().__init__("lapis", directory)
        config = f'server:\n  listen: ["127.0.0.1@{self.port}"]\n  workers: 1\n  on-zone-error: skip\n'
        config += "zones:\n"
        for zone in zones:
            config += f"  - name: {zone.origin}\n    file: {zone.file}\n"
        self.start([binary, "serve", "--config", self.write("lapis.yaml", config)])


class LapisPipe:
    """The answer path alone, in a process of its own: no sockets between it and the test."""

    def __init__(self, directory, zones, binary):
        self.name = "lapis"
        listing = os.path.join(directory, "zones.list")
        with open(listing, "w") as out:
            for zone in zones:
                out.write(f"{zone.origin} {zone.file}\n")
        self.process = subprocess.Popen([binary, listing], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)

    def wait_until_ready(self, query):
        self.ask_many([query])

    def ask_many(self, queries):
        answers = []
        for query in queries:
            self.process.stdin.write(struct.pack("!H", len(query)) + query)
            self.process.stdin.flush()
            size = struct.unpack("!H", self.process.stdout.read(2))[0]
            answers.append(self.process.stdout.read(size))
        return answers

    def stop(self):
        self.process.stdin.close()
        self.process.wait(20)
