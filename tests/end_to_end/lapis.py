"""Running the binary under test."""
import json
import mmap
import os
import random
import signal
import socket
import subprocess
import tempfile
import threading
import time

import dns_client

SOURCE = os.environ.get("LAPIS_SOURCE_DIR",
                        os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BINARY = os.environ.get("LAPIS", os.path.join(SOURCE, "build", "release", "lapis"))


def run(*arguments, stdin="", cwd=SOURCE, env=None):
    """Runs a command of the binary to its end; the finished process with text output."""
    environment = dict(os.environ, **(env or {}))
    return subprocess.run([BINARY, *arguments], input=stdin, capture_output=True, text=True,
                          cwd=cwd, env=environment, timeout=300, check=False)


def run_json(*arguments, **options):
    """The same for a command that prints JSON: (exit code, value)."""
    done = run(*arguments, **options)
    try:
        return done.returncode, json.loads(done.stdout)
    except ValueError as error:
        raise AssertionError(f"no JSON from {arguments}: {done}") from error


def sanitized():
    """The binary is built with a sanitizer whose shadow memory takes all the address space."""
    with open(BINARY, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as octets:
        return any(octets.find(mark) >= 0 for mark in (b"__asan_init", b"__tsan_init"))


def free_port():
    """A port of 127.0.0.1 on which neither UDP nor TCP is taken."""
    for _ in range(200):
        port = random.randint(20000, 31999)
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp, \
                    socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                tcp.bind(("127.0.0.1", port))
                udp.bind(("127.0.0.1", port))
                return port
        except OSError:
            continue
    raise RuntimeError("no free port")


class Server:
    """`lapis serve` in a folder of its own, on a loopback port.

    `files` are written into the folder; `{port}` in lapis.yaml becomes the port.
    """

    def __init__(self, files, env=None):
        self.env = dict(os.environ, **(env or {}))
        self.folder = tempfile.TemporaryDirectory(prefix="lapis-test-")
        self.port = free_port()
        self.log = []
        for name, text in files.items():
            self.write(name, text)
        self.process = None

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, text):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("{port}", str(self.port)))

    def __enter__(self):
        self.process = subprocess.Popen(
            [BINARY, "serve", "--config", self.path("lapis.yaml")], stdin=subprocess.DEVNULL,
            env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace")
        self.reader = threading.Thread(target=self._read_log, daemon=True)
        self.reader.start()
        try:
            self.wait_until_answering()
        except Exception:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait(30)
        self.reader.join(10)
        self.process.stdout.close()
        self.folder.cleanup()

    def _read_log(self):
        for line in self.process.stdout:
            self.log.append(line.rstrip("\n"))

    def wait_until_answering(self, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError(f"serve ended with {self.process.returncode}: {self.log}")
            try:
                self.ask("example.com.", "SOA", timeout=0.3)
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"serve does not answer: {self.log}")

    def ask(self, name, qtype="A", **options):
        return dns_client.ask(("127.0.0.1", self.port), name, qtype, **options)

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def wait_for_log(self, words, start=0, seconds=60):
        """The first line from number `start` on that holds one of `words`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for line in self.log[start:]:
                if any(word in line.lower() for word in words):
                    return line
            time.sleep(0.02)
        raise AssertionError(f"nothing of {words} in the log: {self.log[start:]}")

    def wait_for_answer(self, name, expected, qtype="A", seconds=60, **options):
        end = time.monotonic() + seconds
        got = None
        while time.monotonic() < end:
            got = self.ask(name, qtype, **options).addresses()
            if got == expected:
                return
            time.sleep(0.05)
        raise AssertionError(f"{name} is {got}, not {expected}: {self.log}")

    def terminate(self, seconds=30):
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)
