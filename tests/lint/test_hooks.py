"""The ready-made hooks, each with the program it is for."""
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

import lapis_lint

ZONE = """$ORIGIN example.com.
$TTL 60
@ SOA ns1 hostmaster {serial} 7200 3600 1209600 300
@ NS ns1
@ NS ns2.example.org.
ns1 A 192.0.2.1
www A 192.0.2.{serial}
{more}
"""


def free_port():
    """A port of the loopback that is free for UDP and TCP, away from those clients are given."""
    for _ in range(200):
        port = random.randrange(20000, 32000)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, \
                socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp:
            try:
                udp.bind(("127.0.0.1", port))
                tcp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port")


def serial_at(port):
    """The serial that a nameserver on the loopback answers with, or None."""
    query = b"\0\7\1\0\0\1\0\0\0\0\0\0\7example\3com\0\0\6\0\1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(0.5)
        try:
            udp.sendto(query, ("127.0.0.1", port))
            answer = udp.recv(4096)
        except OSError:
            return None
    if answer[3] & 15 or answer[7] == 0:
        return None
    # The first record is the SOA: its numbers are the last twenty octets of its rdata.
    at = len(query) + 10
    size = int.from_bytes(answer[at:at + 2], "big")
    return int.from_bytes(answer[at + 2 + size - 20:at + 2 + size - 16], "big")


class Nsd:
    def __init__(self, folder, name, port, extra, zone):
        self.folder = os.path.join(folder, name)
        os.mkdir(self.folder)
        self.config = os.path.join(self.folder, "nsd.conf")
        self.port = port
        with open(self.config, "w", encoding="ascii") as file:
            file.write(f"""server:
    ip-address: 127.0.0.1@{port}
    username: ""
    zonesdir: "{self.folder}"
    pidfile: "{self.folder}/pid"
    database: ""
    xfrdfile: "{self.folder}/xfrd.state"
    xfrdir: "{self.folder}"
    zonelistfile: "{self.folder}/zone.list"
    logfile: "{self.folder}/log"
    server-count: 1
remote-control:
    control-enable: no
{extra}
zone:
    name: example.com
{zone}
""")
        self.process = None

    def start(self, environment=None):
        self.process = subprocess.Popen(["nsd", "-d", "-c", self.config], env=environment,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=30)

    def log(self):
        with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as file:
            return file.read()


def eventually(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.2)
    return False


@unittest.skipUnless(shutil.which("nsd"), "nsd is not installed")
class NsdVerifier(unittest.TestCase):
    def write_zone(self, serial, more=""):
        with open(self.zone, "w", encoding="ascii") as file:
            file.write(ZONE.format(serial=serial, more=more))

    def test_a_bad_transfer_is_kept_out(self):
        with tempfile.TemporaryDirectory() as folder:
            self.zone = os.path.join(folder, "example.com.zone")
            self.write_zone(1)
            ports = free_port(), free_port(), free_port()
            primary = Nsd(folder, "primary", ports[0], "", f"""
    zonefile: {self.zone}
    notify: 127.0.0.1@{ports[1]} NOKEY
    provide-xfr: 127.0.0.1 NOKEY
""")
            verifier = os.path.join(lapis_lint.SOURCE, "hooks", "nsd-verifier")
            secondary = Nsd(folder, "secondary", ports[1], f"""verify:
    enable: yes
    ip-address: 127.0.0.1@{ports[2]}
    verifier: {verifier}
    verifier-feed-zone: yes
    verifier-timeout: 60
""", f"""
    allow-notify: 127.0.0.1 NOKEY
    request-xfr: AXFR 127.0.0.1@{ports[0]} NOKEY
""")
            environment = dict(os.environ, LAPIS=os.path.abspath(lapis_lint.BINARY))
            try:
                primary.start()
                self.assertTrue(eventually(lambda: serial_at(ports[0]) == 1))
                secondary.start(environment)
                self.assertTrue(eventually(lambda: serial_at(ports[1]) == 1), secondary.log())
                # Two null MX and others: NSD itself takes it, the verifier does not.
                self.write_zone(2, "@ MX 0 .\n@ MX 10 ns1")
                primary.reload()
                self.assertTrue(eventually(lambda: serial_at(ports[0]) == 2))
                self.assertTrue(eventually(lambda: "null-mx-mixed" in secondary.log()),
                                secondary.log())
                time.sleep(1)
                self.assertEqual(serial_at(ports[1]), 1)
                self.write_zone(3)
                primary.reload()
                self.assertTrue(eventually(lambda: serial_at(ports[1]) == 3), secondary.log())
            finally:
                primary.stop()
                secondary.stop()


@unittest.skipUnless(shutil.which("pre-commit") and shutil.which("git"), "pre-commit is not installed")
class PreCommit(unittest.TestCase):
    def git(self, *arguments):
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments],
                       cwd=self.folder, check=True, capture_output=True)

    def pre_commit(self, hook):
        environment = dict(os.environ, PRE_COMMIT_HOME=os.path.join(self.folder, ".cache"),
                           PATH=f"{os.path.join(self.folder, '.bin')}:{os.environ['PATH']}")
        return subprocess.run(["pre-commit", "run", "--all-files", hook], cwd=self.folder,
                              env=environment, capture_output=True, text=True, check=False)

    def test_hooks(self):
        with tempfile.TemporaryDirectory() as self.folder:
            os.mkdir(os.path.join(self.folder, ".bin"))
            os.symlink(os.path.abspath(lapis_lint.BINARY), os.path.join(self.folder, ".bin", "lapis"))
            # The hooks as they are offered, in the form of a repository's own.
            with open(os.path.join(lapis_lint.SOURCE, ".pre-commit-hooks.yaml"),
                      encoding="ascii") as file:
                hooks = re.sub(r"^(?=\S|  )", "      ", re.sub(r"^#.*\n", "", file.read()), flags=re.M)
            with open(os.path.join(self.folder, ".pre-commit-config.yaml"), "w",
                      encoding="ascii") as file:
                file.write("repos:\n  - repo: local\n    hooks:\n" + hooks)
            zone = os.path.join(self.folder, "example.com.zone")
            with open(zone, "w", encoding="ascii") as file:
                file.write(ZONE.format(serial=1, more=""))
            self.git("init", "-q")
            self.git("add", "-A", "example.com.zone", ".pre-commit-config.yaml")
            done = self.pre_commit("lapis-lint")
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            # The layout hook changes the file, and is content with it then.
            self.assertEqual(self.pre_commit("lapis-fmt").returncode, 1)
            self.git("add", "-A", "example.com.zone")
            self.assertEqual(self.pre_commit("lapis-fmt").returncode, 0)
            with open(zone, "a", encoding="ascii") as file:
                file.write("www CNAME ns1\n")
            self.git("add", "-A", "example.com.zone")
            done = self.pre_commit("lapis-lint")
            self.assertEqual(done.returncode, 1)
            self.assertIn("cname-and-other-data", done.stdout)


if __name__ == "__main__":
    unittest.main()
