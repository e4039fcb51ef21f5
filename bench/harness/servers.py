"""Every server of the comparison: its configuration for one zone, one worker, one address.

Each class writes its files into a folder of its own and returns the command that runs it in the
foreground. All listen on 127.0.0.1 with UDP and TCP, do not limit rates, and log nothing a query.
"""
import os
import re
import socket
import subprocess

import questions as q


def free_port():
    """A port free for UDP and TCP."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as u:
            u.bind(("127.0.0.1", 0))
            port = u.getsockname()[1]
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as t:
                try:
                    t.bind(("127.0.0.1", port))
                    return port
                except OSError:
                    continue


def put(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)
    return path


def debian_version(package):
    out = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True,
                         text=True)
    return out.stdout.strip() or "?"


class Server:
    package = None
    policies = False  # whether `policy` of the constructor means something to it

    def __init__(self, folder, zone, policy=None, key=None):
        self.folder, self.zone, self.policy = folder, zone, policy
        self.key = key or self.name
        self.port = free_port()
        os.makedirs(folder, exist_ok=True)

    def version(self):
        return debian_version(self.package)


class Echo(Server):
    name = "echo"

    def command(self, tools):
        return [f"{tools}/echo", str(self.port)]

    def version(self):
        return "bench/peers/echo.cpp"


class Nsd(Server):
    name, package = "nsd", "nsd"

    def command(self, tools):
        d = self.folder
        conf = put(f"{d}/nsd.conf", f"""server:
 server-count: 1
 ip-address: 127.0.0.1@{self.port}
 username: ""
 zonesdir: "{d}"
 database: ""
 pidfile: "{d}/nsd.pid"
 xfrdfile: "{d}/xfrd"
 zonelistfile: "{d}/list"
 xfrdir: "{d}"
 rrl-ratelimit: 0
 tcp-count: 256
 tcp-query-count: 0
 tcp-timeout: 120
remote-control:
 control-enable: no
zone:
 name: bench.test
 zonefile: "{self.zone}"
""")
        return ["nsd", "-d", "-c", conf]


class Knot(Server):
    name, package, policies = "knot", "knot", True

    def command(self, tools):
        d = self.folder
        module, use = "", ""
        if self.policy:
            # What no network matches is answered from the zone.
            with open(self.zone) as f:
                text = re.sub(r"^(h\d+) A .*$", rf"\1 60 A {q.dotted(q.pool(q.ELSEWHERE))}", f.read(),
                              flags=re.M)
            self.zone = put(f"{d}/bench.test.zone", text)
            use = "    module: mod-geoip/subnets\n"
            module = f"""mod-geoip:
  - id: subnets
    config-file: "{self._geo()}"
    ttl: 60
    mode: subnet
"""
        conf = put(f"{d}/knot.conf", f"""server:
    rundir: "{d}"
    listen: 127.0.0.1@{self.port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
    edns-client-subnet: on
    tcp-max-clients: 256
    tcp-idle-timeout: 120
log:
  - target: stderr
    any: error
database:
    storage: "{d}"
{module}template:
  - id: default
    storage: "{d}"
    zonefile-sync: -1
    journal-content: none
zone:
  - domain: bench.test
    file: "{self.zone}"
{use}""")
        return ["knotd", "-c", conf]

    def _geo(self):
        lines = []
        for i in range(self.policy):
            lines.append(f"h{i}.bench.test:\n")
            for n in q.NETWORKS:
                lines.append(f"  - net: {n[0]}.{n[1]}.0.0/16\n    A: {q.dotted(q.pool(n))}\n")
        return put(f"{self.folder}/geo.conf", "".join(lines))


class Gdnsd(Server):
    name, package, policies = "gdnsd", "gdnsd", True

    def command(self, tools):
        d = self.folder
        plugins = ""
        if self.policy:
            nets = "".join(f"   {n[0]}.{n[1]}.0.0/16 => [ dc{n[1]} ]\n" for n in q.NETWORKS)
            dcs = "".join(f"   dc{n[1]} => {q.dotted(q.pool(n))}\n" for n in q.NETWORKS)
            names = ", ".join(f"dc{n[1]}" for n in q.NETWORKS)
            plugins = f"""plugins => {{ geoip => {{
 maps => {{ m => {{ datacenters => [ rest, {names} ],
  nets => {{
{nets}  }} }} }}
 resources => {{ r => {{ map => m, service_types => up, dcmap => {{
   rest => {q.dotted(q.pool(q.ELSEWHERE))}
{dcs} }} }} }}
}} }}
"""
        put(f"{d}/config", f"""options => {{
 listen => [ 127.0.0.1:{self.port} ]
 run_dir => "{d}/run"
 state_dir => "{d}/state"
 udp_threads => 1
 tcp_threads => 1
 tcp_clients_per_thread => 256
 tcp_timeout => 1800
 chaos_response => gdnsd
}}
{plugins}""")
        zone = f"{d}/zones/bench.test"
        os.makedirs(f"{d}/zones", exist_ok=True)
        with open(self.zone) as f:
            text = f.read()
        if self.policy:
            text = re.sub(r"^(h\d+) A .*$", r"\1 60 DYNA geoip!r", text, flags=re.M)
        put(zone, text)
        return ["gdnsd", "-c", d, "start"]


class Pdns(Server):
    name, package, policies = "pdns", "pdns-server", True

    def command(self, tools):
        d = self.folder
        zone, lua = self.zone, "no"
        if self.policy:
            lua = "shared"
            rules = "".join(
                f"if(netmask({{'{n[0]}.{n[1]}.0.0/16'}})) then return '{q.dotted(q.pool(n))}' end "
                for n in q.NETWORKS)
            with open(self.zone) as f:
                rules += f"return '{q.dotted(q.pool(q.ELSEWHERE))}'"
                text = re.sub(r"^(h\d+) A .*$", rf'\1 60 LUA A ";{rules}"', f.read(), flags=re.M)
            zone = put(f"{d}/bench.test.zone", text)
        bind = put(f"{d}/named.conf", f'zone "bench.test" {{ type master; file "{zone}"; }};\n')
        put(f"{d}/pdns.conf", f"""launch=bind
bind-config={bind}
local-address=127.0.0.1
local-port={self.port}
socket-dir={d}
receiver-threads=1
distributor-threads=1
max-tcp-connections=256
max-tcp-connections-per-client=0
tcp-idle-timeout=120
enable-lua-records={lua}
edns-subnet-processing=yes
daemon=no
guardian=no
loglevel=3
setuid=
setgid=
version-string=anonymous
security-poll-suffix=
""")
        return ["pdns_server", f"--config-dir={d}"]


class Named(Server):
    name, package = "named", "bind9"

    def command(self, tools):
        d = self.folder
        conf = put(f"{d}/named.conf", f"""options {{
 directory "{d}"; pid-file none; session-keyfile none;
 listen-on port {self.port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};
 recursion no; querylog no; tcp-clients 256; minimal-responses yes; notify no;
}};
controls {{ }};
zone "bench.test" {{ type primary; file "{self.zone}"; }};
""")
        return ["named", "-f", "-n", "1", "-c", conf]


class Lapis(Server):
    """`policy` is the text of a program set."""
    name, policies = "lapis", True
    binary = None
    workers = 1

    def command(self, tools):
        d = self.folder
        programs, addressing = "", ""
        if self.policy:
            put(f"{d}/programs/set.lisp", self.policy)
            addressing = "    addressing: true\n"
            if "(attribute plan" in self.policy:
                put(f"{d}/attributes.csv", "name,plan\n" + "".join(
                    f"h{i},{('free', 'pro')[i % 2]}\n" for i in range(10_000)))
                addressing += "    attributes-file: attributes.csv\n"
            programs = "programs: programs\n"
        conf = put(f"{d}/lapis.yaml", f"""server:
  listen: ["127.0.0.1@{self.port}"]
  workers: {self.workers}
  log: {{level: warning}}
  verify: {{time: 3600}}
zones:
  - name: bench.test.
    file: {self.zone}
{addressing}{programs}""")
        return [self.binary, "serve", "--config", conf]

    def version(self):
        out = subprocess.run([self.binary, "--version"], capture_output=True, text=True)
        return out.stdout.split()[-1]


class LapisOfTwo(Lapis):
    """One process with two workers."""
    workers = 2


PEERS = [Nsd, Knot, Gdnsd, Pdns, Named]
