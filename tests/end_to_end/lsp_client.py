"""A language client that does what it is told, over the real pipes of a real `lapis lsp`."""
import json
import os
import subprocess
import threading
import time

from lapis import BINARY


class Client:
    def __init__(self, encodings=None, initialize=True):
        self.process = subprocess.Popen([BINARY, "lsp"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.next_id = 0
        self.answers = {}
        self.orphans = []       # answers with the id null
        self.diagnostics = {}   # by URI: list of what was published
        self.changed = threading.Condition()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.versions = {}
        if initialize:
            general = {"positionEncodings": encodings} if encodings else {}
            self.capabilities = self.request("initialize", {
                "processId": None, "rootUri": None, "capabilities": {"general": general},
            })["capabilities"]
            self.notify("initialized", {})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(30)
        self.reader.join(10)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            try:
                pipe.close()
            except OSError:
                pass

    def _read(self):
        out = self.process.stdout
        while True:
            length = None
            while line := out.readline():
                if line == b"\r\n":
                    break
                name, value = line.split(b":", 1)
                if name.lower() == b"content-length":
                    length = int(value)
            if length is None:
                with self.changed:
                    self.answers["end"] = True
                    self.changed.notify_all()
                return
            message = json.loads(out.read(length))
            with self.changed:
                if message.get("method") == "textDocument/publishDiagnostics":
                    params = message["params"]
                    self.diagnostics.setdefault(params["uri"], []).append(params)
                elif message.get("id") is None:
                    self.orphans.append(message)
                else:
                    self.answers[message["id"]] = message
                self.changed.notify_all()

    def raw(self, octets):
        self.process.stdin.write(octets)
        self.process.stdin.flush()

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.raw(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def wait_for(self, condition, what, seconds=60):
        end = time.monotonic() + seconds
        with self.changed:
            while not (value := condition()):
                left = end - time.monotonic()
                if left <= 0 or "end" in self.answers:
                    raise AssertionError(f"no {what}: {self.diagnostics} {self.orphans}")
                self.changed.wait(left)
            return value

    def call(self, method, params):
        """The whole answer, error or not."""
        self.next_id += 1
        number = self.next_id
        self.send({"id": number, "method": method, "params": params})
        return self.wait_for(lambda: self.answers.get(number), f"answer to {method}")

    def request(self, method, params):
        answer = self.call(method, params)
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        return answer["result"]

    # ---- documents

    def open(self, path, text=None):
        uri = path if ":" in path else "file://" + path
        if text is None:
            with open(path, encoding="utf-8", newline="") as file:
                text = file.read()
        self.versions[uri] = 1
        self.notify("textDocument/didOpen", {"textDocument": {
            "uri": uri, "languageId": "lapis", "version": 1, "text": text}})
        return uri

    def change(self, uri, *changes):
        """Changes are (start line, start character, end line, end character, text), or a text."""
        self.versions[uri] += 1
        content = []
        for change in changes:
            if isinstance(change, str):
                content.append({"text": change})
            else:
                line, character, end_line, end_character, text = change
                content.append({"range": {"start": {"line": line, "character": character},
                                          "end": {"line": end_line, "character": end_character}},
                                "text": text})
        self.notify("textDocument/didChange", {
            "textDocument": {"uri": uri, "version": self.versions[uri]},
            "contentChanges": content})

    def at(self, method, uri, line, character, **more):
        return self.request("textDocument/" + method, {
            "textDocument": {"uri": uri}, "position": {"line": line, "character": character},
            **more})

    def wait_for_diagnostics(self, uri, condition, seconds=60):
        """The first published list for the current version that meets the condition."""
        def look():
            for params in self.diagnostics.get(uri, []):
                if params.get("version") == self.versions.get(uri) and \
                        condition(params["diagnostics"]):
                    return params
            return None
        return self.wait_for(look, f"diagnostics of {os.path.basename(uri)}", seconds)["diagnostics"]

    def end(self):
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(30)
