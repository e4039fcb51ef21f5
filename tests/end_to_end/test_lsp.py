"""`lapis lsp`: a session with an editor, step by step."""
import json
import os
import re
import shutil
import tempfile
import time
import unittest

from lapis import SOURCE
from lsp_client import Client

DECLARATIONS = """\
; Who pays for what.
(attribute plan (one-of "free" "pro") (default "free") (doc "Plan of the customer"))
; Clients of the laboratory.
(define (in-lab a) (in-prefix? a "198.51.100.0/24"))
"""
PROGRAMS = """\
(program lab
  (doc "The laboratory")
  (config
    ([pool (list (ipv4 "203.0.113.250"))]
     [t    (ttl 30)]))
  (match (in-lab client))
  (response pool (list (ipv6 "2001:db8::1")) t))

(program pro
  (match (and (= plan "pro") (not (in-lab client))))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::2")) (ttl 60)))

(invariant lab-first (implies (in-lab client) (= answered-by "lab")))
"""


def rules(diagnostics):
    return sorted(d["code"] for d in diagnostics)


def apply(text, edits):
    """Text edits with utf-16 positions, for texts of ASCII."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    for edit in sorted(edits, key=lambda e: (e["range"]["start"]["line"],
                                             e["range"]["start"]["character"]), reverse=True):
        start, end = edit["range"]["start"], edit["range"]["end"]
        text = (text[:starts[start["line"]] + start["character"]] + edit["newText"] +
                text[starts[end["line"]] + end["character"]:])
    return text


class Session(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="lapis-lsp-")
        self.addCleanup(folder.cleanup)
        self.folder = os.path.realpath(folder.name)
        self.write("00-declarations.lisp", DECLARATIONS)
        self.write("10-programs.lisp", PROGRAMS)
        self.client = Client()
        self.addCleanup(self.client.__exit__)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def open(self, name="10-programs.lisp", text=None):
        return self.client.open(self.path(name), text)

    # ---- diagnostics

    def test_a_good_set_has_no_findings_and_is_proved(self):
        uri = self.open()
        self.client.wait_for(lambda: len(self.client.diagnostics.get(uri, [])) == 2, "the proof")
        self.assertEqual([p["diagnostics"] for p in self.client.diagnostics[uri]], [[], []])

    def test_errors_come_with_the_edit_that_makes_them_and_go_with_the_one_that_mends(self):
        uri = self.open()
        self.client.wait_for_diagnostics(uri, lambda d: d == [])
        self.client.change(uri, (9, 17, 9, 21, "plam"))
        found = self.client.wait_for_diagnostics(uri, bool)
        self.assertEqual(rules(found), ["unknown-name"])
        self.assertEqual(found[0]["range"]["start"], {"line": 9, "character": 17})
        self.assertIn("did you mean 'plan'?", found[0]["message"])
        self.client.change(uri, (9, 20, 9, 21, "n"))
        self.client.wait_for_diagnostics(uri, lambda d: d == [])

    def test_unsaved_text_stands_in_for_the_files_of_its_directory(self):
        programs = self.open()
        declarations = self.open("00-declarations.lisp")
        self.client.change(declarations, DECLARATIONS.replace("plan", "tariff"))
        self.client.wait_for(
            lambda: any("unknown-name" in rules(p["diagnostics"])
                        for p in self.client.diagnostics.get(programs, [])), "error")
        self.client.notify("textDocument/didClose", {"textDocument": {"uri": declarations}})
        self.client.wait_for(
            lambda: self.client.diagnostics[programs][-1]["diagnostics"] == [], "the file again")

    def test_the_verifier_reports_with_a_witness(self):
        uri = self.open(text=PROGRAMS.replace("(not (in-lab client))", "true"))
        found = self.client.wait_for_diagnostics(uri, lambda d: "conflict" in rules(d))
        conflict = [d for d in found if d["code"] == "conflict"][0]
        self.assertEqual(conflict["severity"], 1)
        self.assertIn("this query shows it: lapis eval", conflict["message"])
        self.assertEqual(conflict["data"]["witness"]["attributes"], {"plan": "pro"})
        self.assertEqual(conflict["relatedInformation"][0]["location"]["uri"], uri)

    def test_a_proof_of_an_older_text_is_not_shown(self):
        uri = self.open(text=PROGRAMS.replace("(not (in-lab client))", "true"))
        self.client.wait_for_diagnostics(uri, lambda d: "conflict" in rules(d))
        self.client.change(uri, PROGRAMS)
        self.client.wait_for_diagnostics(uri, lambda d: d == [])
        time.sleep(1.5)
        self.assertEqual(self.client.diagnostics[uri][-1]["diagnostics"], [])

    def test_closing_the_last_document_takes_its_findings_away(self):
        uri = self.open(text="(program x")
        self.client.wait_for_diagnostics(uri, bool)
        self.client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        self.client.wait_for(lambda: self.client.diagnostics[uri][-1]["diagnostics"] == [], "end")

    def test_programs_in_yaml(self):
        uri = self.open("20-more.yaml", "- name: extra\n  match: |\n    (= plam \"pro\")\n"
                                        "  response: |\n    (response (list) (list) (ttl 1))\n")
        found = self.client.wait_for_diagnostics(uri, bool)
        self.assertEqual(found[0]["range"]["start"], {"line": 2, "character": 7})

    def test_a_document_that_is_no_file(self):
        uri = self.client.open("untitled:Untitled-1", "(define x (foo))")
        self.assertEqual(rules(self.client.wait_for_diagnostics(uri, bool)), ["unknown-name"])

    # ---- names

    def test_hover(self):
        uri = self.open()
        plan = self.client.at("hover", uri, 9, 18)
        self.assertIn('attribute plan: (one-of "free" "pro")', plan["contents"]["value"])
        self.assertIn("Plan of the customer", plan["contents"]["value"])
        self.assertEqual(plan["range"]["start"], {"line": 9, "character": 17})
        self.assertIn("function (in-lab a)", self.client.at("hover", uri, 5, 12)["contents"]["value"])
        self.assertIn("Clients of the laboratory.",
                      self.client.at("hover", uri, 5, 12)["contents"]["value"])
        self.assertIn("field client: address", self.client.at("hover", uri, 5, 18)["contents"]["value"])
        self.assertIn("(not TEST)", self.client.at("hover", uri, 9, 31)["contents"]["value"])
        self.assertIn("list of ipv4", self.client.at("hover", uri, 6, 14)["contents"]["value"])
        self.assertIsNone(self.client.at("hover", uri, 7, 0))

    def test_definition_across_files_and_of_locals(self):
        uri = self.open()
        there = self.client.at("definition", uri, 9, 18)
        self.assertTrue(there["uri"].endswith("00-declarations.lisp"))
        self.assertEqual(there["range"]["start"], {"line": 1, "character": 11})
        self.assertEqual(self.client.at("definition", uri, 6, 13)["range"]["start"],
                         {"line": 3, "character": 6})
        declarations = self.open("00-declarations.lisp")
        self.assertEqual(self.client.at("definition", declarations, 3, 31)["range"]["start"],
                         {"line": 3, "character": 16})
        self.assertEqual(self.client.at("definition", uri, 12, 63)["range"]["start"],
                         {"line": 0, "character": 9})

    def test_references(self):
        uri = self.open()
        places = self.client.at("references", uri, 5, 12, context={"includeDeclaration": True})
        self.assertEqual([(os.path.basename(p["uri"]), p["range"]["start"]["line"]) for p in places],
                         [("00-declarations.lisp", 3), ("10-programs.lisp", 5),
                          ("10-programs.lisp", 9), ("10-programs.lisp", 12)])
        self.assertEqual(len(self.client.at("references", uri, 5, 12,
                                            context={"includeDeclaration": False})), 3)

    def test_rename(self):
        uri = self.open()
        edit = self.client.at("rename", uri, 5, 12, newName="in-laboratory")["changes"]
        programs = apply(PROGRAMS, edit[uri])
        self.assertEqual(programs, PROGRAMS.replace("(in-lab ", "(in-laboratory "))
        other = [e for u, e in edit.items() if u != uri][0]
        self.assertEqual(apply(DECLARATIONS, other), DECLARATIONS.replace("(in-lab ", "(in-laboratory "))

    def test_rename_of_a_program_takes_invariants_along(self):
        uri = self.open()
        edit = self.client.at("rename", uri, 0, 10, newName="laboratory")["changes"][uri]
        self.assertEqual(apply(PROGRAMS, edit),
                         PROGRAMS.replace("program lab", "program laboratory")
                         .replace('"lab"', '"laboratory"'))

    def test_rename_refuses_clashes(self):
        uri = self.open()
        for name, words in (("plan", "already taken"), ("t", "already taken"),
                            ("client", "already taken"), ("under?", "already taken"),
                            ("1st", "can not be a name"), ("a b", "can not be a name"),
                            ("", "can not be a name"), ("else", "can not be a name")):
            answer = self.client.call("textDocument/rename", {
                "textDocument": {"uri": uri}, "position": {"line": 5, "character": 12},
                "newName": name})
            self.assertIn(words, answer["error"]["message"])
        self.assertIn("error", self.client.call("textDocument/rename", {
            "textDocument": {"uri": uri}, "position": {"line": 5, "character": 19}, "newName": "x"}))
        self.assertIsNone(self.client.at("prepareRename", uri, 5, 19))
        self.assertEqual(self.client.at("prepareRename", uri, 5, 12)["placeholder"], "in-lab")

    # ---- completion, layout, symbols, actions

    def labels(self, text, line, character):
        uri = self.open("50-new.lisp", text)
        items = self.client.at("completion", uri, line, character)["items"]
        self.client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        return {item["label"]: item for item in items}

    def test_completion(self):
        labels = self.labels("(program x (match (and (", 0, 24)
        for name in ("under?", "in-lab", "plan", "client", "let"):
            self.assertIn(name, labels)
        self.assertEqual(labels["under?"]["detail"], "(under? NAME NAME)")
        self.assertNotIn("t", labels)  # a constant of another program
        labels = self.labels("(program x\n  (config ([mine (ttl 5)]))\n  (match m", 2, 10)
        self.assertEqual(labels["mine"]["textEdit"]["range"]["start"], {"line": 2, "character": 9})
        self.assertEqual(set(self.labels("(program x (match (= plan \"", 0, 27)), {"free", "pro"})
        self.assertIn("match", self.labels("(program x (", 0, 12))
        self.assertIn("program", self.labels("(", 0, 1))
        self.assertEqual(self.labels("; (program x (", 0, 14), {})

    def test_formatting(self):
        uri = self.open(text="(program lab(match true)\n(response (list) (list) (ttl 1)))\n")
        edits = self.client.request("textDocument/formatting", {
            "textDocument": {"uri": uri}, "options": {"tabSize": 2, "insertSpaces": True}})
        self.assertEqual(apply("(program lab(match true)\n(response (list) (list) (ttl 1)))\n", edits),
                         "(program lab\n  (match true)\n  (response (list) (list) (ttl 1)))\n")
        self.client.change(uri, "(program lab(match true")
        self.assertIsNone(self.client.request("textDocument/formatting", {
            "textDocument": {"uri": uri}, "options": {}}))

    def test_document_symbols(self):
        uri = self.open()
        symbols = self.client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
        self.assertEqual([s["name"] for s in symbols], ["lab", "pro", "lab-first"])
        self.assertEqual([s["name"] for s in symbols[0]["children"]], ["pool", "t"])
        self.assertEqual(symbols[0]["detail"], "The laboratory")

    def test_code_action_for_a_misspelt_name(self):
        uri = self.open(text=PROGRAMS.replace("(= plan", "(= plam"))
        self.client.wait_for_diagnostics(uri, bool)
        actions = self.client.request("textDocument/codeAction", {
            "textDocument": {"uri": uri}, "context": {"diagnostics": []},
            "range": {"start": {"line": 9, "character": 18}, "end": {"line": 9, "character": 18}}})
        self.assertEqual([a["title"] for a in actions], ["Change to 'plan'"])
        self.assertEqual(apply(PROGRAMS.replace("(= plan", "(= plam"),
                               actions[0]["edit"]["changes"][uri]), PROGRAMS)

    def test_code_action_for_a_misspelt_value(self):
        misspelt = PROGRAMS.replace('(= plan "pro")', '(= plan "prx")')
        self.assertNotEqual(misspelt, PROGRAMS)
        uri = self.open(text=misspelt)
        self.client.wait_for_diagnostics(uri, bool)
        line = misspelt[:misspelt.index('"prx"')].count("\n")
        column = misspelt.split("\n")[line].index('"prx"') + 2
        actions = self.client.request("textDocument/codeAction", {
            "textDocument": {"uri": uri}, "context": {"diagnostics": []},
            "range": {"start": {"line": line, "character": column},
                      "end": {"line": line, "character": column}}})
        self.assertEqual([a["title"] for a in actions], ["Change to 'pro'"])
        self.assertEqual(apply(misspelt, actions[0]["edit"]["changes"][uri]), PROGRAMS)

    def actions(self, uri, line, expected):
        """Code actions at the start of a line, once `expected` is among their titles."""
        end = time.monotonic() + 60
        found = []
        # Nothing is sent when fixes are ready: editors ask when someone looks for them.
        while not any(a["title"] == expected for a in found):
            self.assertLess(time.monotonic(), end, [a["title"] for a in found])
            time.sleep(0.1)
            found = self.client.request("textDocument/codeAction", {
                "textDocument": {"uri": uri}, "context": {"diagnostics": []},
                "range": {"start": {"line": line, "character": 0},
                          "end": {"line": line, "character": 200}}})
        return {a["title"]: a for a in found}

    def test_fixes_that_are_proved_are_offered(self):
        text = PROGRAMS.replace("(not (in-lab client))", "true")
        uri = self.open(text=text)
        title = "Let program 'pro' match only what 'lab' does not (no answer changes)"
        action = self.actions(uri, 0, title)[title]
        self.assertEqual(action["kind"], "quickfix")
        self.assertTrue(action["isPreferred"])
        self.assertEqual([d["code"] for d in action["diagnostics"]], ["conflict"])
        fixed = apply(text, action["edit"]["changes"][uri])
        self.assertEqual(fixed, text.replace(" true)", " true (not (in-lab client)))"))
        self.client.change(uri, fixed)
        self.client.wait_for_diagnostics(uri, lambda d: "conflict" not in rules(d))

    def test_a_fix_that_changes_answers_says_so(self):
        shop = ("\n(program shop\n  (exclusive false)\n  (match (in-lab client))\n"
                "  (response (list (ipv4 \"192.0.2.9\")) (list (ipv6 \"2001:db8::9\")) (ttl 30)))\n")
        text = PROGRAMS.split("(invariant")[0] + shop
        uri = self.open(text=text)
        line = text[:text.index("(program shop")].count("\n")
        drop = "Leave out program 'shop', which is never reached (no answer changes)"
        actions = self.actions(uri, line, drop)
        moves = [a for title, a in actions.items() if title.startswith("Move program 'shop'")]
        for action in moves:
            self.assertFalse(action["isPreferred"])
            self.assertIn("are answered by", action["title"])
        self.assertEqual(apply(text, actions[drop]["edit"]["changes"][uri]).strip(),
                         text.replace(shop, "").strip())


class Positions(unittest.TestCase):
    def test_utf_16_is_the_default(self):
        with Client() as client:
            self.assertEqual(client.capabilities["positionEncoding"], "utf-16")
            uri = client.open("untitled:a", '(define x (= "🂡é" (foo)))\n')
            found = client.wait_for_diagnostics(uri, bool)
            self.assertEqual(found[0]["range"]["start"]["character"], 20)
            client.change(uri, (0, 14, 0, 17, "ab"))
            found = client.wait_for_diagnostics(uri, bool)
            self.assertEqual(found[0]["range"]["start"]["character"], 19)

    def test_utf_8_when_offered(self):
        with Client(["utf-16", "utf-8"]) as client:
            self.assertEqual(client.capabilities["positionEncoding"], "utf-8")
            uri = client.open("untitled:a", '(define x (= "🂡é" (foo)))\n')
            found = client.wait_for_diagnostics(uri, bool)
            self.assertEqual(found[0]["range"]["start"]["character"], 23)
            client.change(uri, (0, 14, 0, 20, "ab"))
            found = client.wait_for_diagnostics(uri, bool)
            self.assertEqual(found[0]["range"]["start"]["character"], 19)


class Protocol(unittest.TestCase):
    def test_shutdown_then_exit(self):
        with Client() as client:
            self.assertEqual(client.end(), 0)

    def test_exit_without_shutdown(self):
        with Client() as client:
            client.notify("exit", None)
            self.assertEqual(client.process.wait(30), 1)

    def test_the_end_of_the_input_is_an_end(self):
        with Client() as client:
            client.process.stdin.close()
            self.assertEqual(client.process.wait(30), 1)

    def test_order(self):
        with Client(initialize=False) as client:
            self.assertEqual(client.call("textDocument/hover", {})["error"]["code"], -32002)
            client.notify("textDocument/didOpen", {"textDocument": {"uri": "untitled:a", "text": "("}})
            self.assertEqual(client.call("shutdown", None)["error"]["code"], -32002)
            client.request("initialize", {"capabilities": {}})
            self.assertIn("error", client.call("initialize", {"capabilities": {}}))
            client.request("shutdown", None)
            self.assertEqual(client.call("textDocument/hover", {})["error"]["code"], -32600)
            client.notify("exit", None)
            self.assertEqual(client.process.wait(30), 0)

    def test_garbage(self):
        with Client() as client:
            for body in (b"", b"nonsense", b"\xff\xfe\x00", b"{", b"[" * 100000):
                client.raw(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            client.wait_for(lambda: len(client.orphans) == 5, "errors")
            self.assertEqual({o["error"]["code"] for o in client.orphans}, {-32700})
            for body in (b"[]", b"7", b"null", b'"x"'):
                client.raw(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            client.wait_for(lambda: len(client.orphans) == 9, "errors")
            client.raw(b"no header at all\r\nContent-Length: x\r\n\r\n" + b"y" * 10000 + b"\r\n")
            client.raw(b'content-length: 2\r\nContent-Type: a\r\n\r\n{}')
            for params in (None, [], {}, {"textDocument": 7}, {"textDocument": {"uri": 1}},
                           {"textDocument": {"uri": "untitled:none"}, "position": {}}):
                for method in ("hover", "completion", "rename", "formatting", "codeAction",
                               "documentSymbol", "didOpen", "didChange", "didClose", "didSave"):
                    self.assertIn("error", client.call("textDocument/" + method, params))
                    client.notify("textDocument/" + method, params)
            self.assertEqual(client.call("no/such", {})["error"]["code"], -32601)
            client.notify("no/such", {})
            self.assertEqual(client.end(), 0)

    def test_positions_outside_of_the_text(self):
        with Client() as client:
            uri = client.open("untitled:a", "(define x 1)")
            for line, character in ((0, 999), (999, 0), (4294967295, 4294967295)):
                client.at("hover", uri, line, character)
                client.at("completion", uri, line, character)
            client.change(uri, (7, 7, 9, 9, "\n(define y 2)"))
            symbols = client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
            self.assertEqual([s["name"] for s in symbols], ["x", "y"])

    def test_a_message_that_is_too_long_is_skipped(self):
        with Client() as client:
            size = (64 << 20) + 1
            client.raw(b"Content-Length: %d\r\n\r\n" % size)
            for _ in range(64):
                client.raw(b" " * (1 << 20))
            client.raw(b" ")
            client.wait_for(lambda: client.orphans, "error")
            self.assertEqual(client.end(), 0)

    def test_a_large_document_and_segments(self):
        with Client() as client:
            text = "".join(f"(define name-{i} {i})\n" for i in range(20000))
            uri = client.open("untitled:a", text)
            symbols = client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
            self.assertEqual(len(symbols), 20000)
            body = b'{"jsonrpc":"2.0","id":"slow","method":"shutdown"}'
            for octet in b"Content-Length: %d\r\n\r\n%s" % (len(body), body):
                client.raw(bytes([octet]))
            client.wait_for(lambda: client.answers.get("slow"), "answer")


class Grammar(unittest.TestCase):
    """The TextMate grammar knows the words that the language server completes."""

    def test_words(self):
        with open(os.path.join(SOURCE, "editors", "lapis.tmLanguage.json"), encoding="utf-8") as file:
            grammar = json.load(file)["repository"]
        with Client() as client:
            uri = client.open("untitled:a", "(program x (match (and (")
            items = client.at("completion", uri, 0, 24)["items"]
        heads = [re.compile(p["match"]) for p in grammar["head"]["patterns"]]
        field = re.compile(grammar["field"]["match"])
        self.assertGreater(len(items), 60)
        for item in items:
            word = item["label"]
            if word.startswith("answer") or item["kind"] == 5:
                self.assertEqual(field.fullmatch(word)[1], word)
            elif item["kind"] == 3:
                self.assertTrue(any((m := head.match("(" + word + " ")) and m[2] == word
                                    for head in heads), word)


class Demo(unittest.TestCase):
    def test_the_demo_set_is_clean(self):
        with tempfile.TemporaryDirectory(prefix="lapis-lsp-") as folder, Client() as client:
            copy = os.path.join(folder, "demo")
            shutil.copytree(os.path.join(SOURCE, "lisp_programs", "demo"), copy)
            uri = client.open(os.path.join(copy, "50-free.lisp"))
            client.wait_for_diagnostics(uri, lambda d: d == [])
            client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
            client.wait_for(lambda: len(client.diagnostics[uri]) >= 3, "the proof")
            self.assertEqual(client.diagnostics[uri][-1]["diagnostics"], [])


if __name__ == "__main__":
    unittest.main()
