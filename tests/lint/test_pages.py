"""Every rule's page: it has all its parts, `lapis explain`, docs/lint and the help in SARIF say the
same, and its examples are true, with the real binary.

An example is text of the zone example.com; where it has no SOA record, SOA, nameservers and their
addresses stand in front. `; zone NAME` begins another such zone, `; previous` the version before,
`; file NAME` a file that is taken as it is. `; signed` in front of it: the records take the place of
those of the same name and type in pages/signed.zone.
"""
import json
import os
import re
import tempfile
import unittest

import lapis_lint

FOLDER = os.path.dirname(os.path.abspath(__file__))
DOCS = os.path.join(lapis_lint.SOURCE, "docs", "lint")
OTHER_PAGES = {"README", "rules", "comparison", "answer-space"}
# Nothing can be shown: the file is not there.
WITHOUT_EXAMPLE = {"unreadable-file"}
HEAD = ("@ SOA ns1 hostmaster 2026010101 7200 1800 1209600 300\n@ NS ns1\n@ NS ns2\n"
        "ns1 A 192.0.2.53\nns2 A 192.0.2.54\n")
CONFIG = """server:
  listen: [127.0.0.1@5300]
programs: [set.lisp]
zones:
  - name: example.com
    file: example.com.zone
    addressing: true
"""
MARK = re.compile(r"^; (zone|previous|file|signed)(?: (\S+))?$")


def pages():
    for name in sorted(os.listdir(DOCS)):
        rule = name.removesuffix(".md")
        if name.endswith(".md") and rule not in OTHER_PAGES:
            with open(os.path.join(DOCS, name), encoding="utf-8") as file:
                yield rule, file.read()


def section(page, title):
    found = re.search(rf"^## {title}\n\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    return found[1].strip("\n") if found else ""


def example(page, title):
    found = re.fullmatch(r"```\w+\n(.*)```", section(page, title), re.DOTALL)
    return found[1] if found else ""


def parts(text):
    """(kind, name, text) of each file of an example."""
    found = [("zone", "example.com", [])]
    for line in text.splitlines(keepends=True):
        mark = MARK.match(line.rstrip("\n"))
        if mark:
            found.append((mark[1], mark[2] or "example.com", []))
        else:
            found[-1][2].append(line)
    return [(kind, name, "".join(lines)) for kind, name, lines in found if lines or kind != "zone" or
            name != "example.com"]


def key(line):
    """Owner, type and what a signature covers."""
    words = line.split()
    at = next(i for i, word in enumerate(words[1:], 1) if re.fullmatch(r"[A-Z][A-Z0-9]*", word) and
              word != "IN")
    return words[0].lower(), words[at], words[at + 1] if words[at] == "RRSIG" else ""


def into_signed(name, lines):
    with open(os.path.join(FOLDER, "pages", name), encoding="ascii") as file:
        base = file.read().splitlines(keepends=True)
    gone = {key(line) for line in lines}
    return "".join([line for line in base if line.startswith("$") or key(line) not in gone] + lines)


def findings(text):
    with tempfile.TemporaryDirectory() as folder:
        def write(name, content):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(content)
            return name
        zones, options = [], []
        for kind, name, content in parts(text):
            if kind == "file":
                if write(name, content).startswith(("example.", "zone", "2.")):
                    zones.append(name)
                continue
            if kind == "signed":
                zones.append(write("example.com.zone",
                                   into_signed("signed.zone" if name == "example.com" else name,
                                               content.splitlines(keepends=True))))
                options += ["--at", "20260601000000"]
                continue
            head = "" if re.search(r"\bSOA ", content) else HEAD
            file = write("previous" if kind == "previous" else name + ".zone",
                         f"$ORIGIN {name}.\n$TTL 3600\n{head}{content}")
            if kind == "previous":
                options += ["--previous", file]
            else:
                zones.append(file)
        if os.path.exists(os.path.join(folder, "set.lisp")):
            rows = os.path.exists(os.path.join(folder, "rows.csv"))
            write("lapis.yaml", CONFIG + ("    attributes-file: rows.csv\n" if rows else ""))
            return lapis_lint.findings("--config", "lapis.yaml", cwd=folder)
        return lapis_lint.findings(*options, *zones, cwd=folder)


class Pages(unittest.TestCase):
    def test_all_are_there(self):
        ours = {rule for rule, severity in lapis_lint.rules().items()}
        self.assertLessEqual({rule for rule, _ in pages()}, ours)
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(lapis_lint.run("explain", "--all", folder).returncode, 0)
            written = os.listdir(os.path.join(folder, "lint"))
            self.assertEqual({name.removesuffix(".md") for name in written} - OTHER_PAGES,
                             {rule for rule, _ in pages()})
            for name in written:
                with self.subTest(name), open(os.path.join(folder, "lint", name), "rb") as made, \
                        open(os.path.join(DOCS, name), "rb") as kept:
                    self.assertEqual(made.read(), kept.read())

    def test_complete(self):
        for rule, page in pages():
            with self.subTest(rule):
                self.assertRegex(page, rf"^# {rule}\n\n\*\*.+\*\* \((error|warning|note)\)\n\n\S")
                self.assertTrue(section(page, "How to repair"))
                self.assertRegex(section(page, "Source"), r"RFC \d+|[A-Z]|docs/")
                if rule not in WITHOUT_EXAMPLE:
                    self.assertTrue(example(page, "Fails"))
                    self.assertTrue(example(page, "Passes"))

    def test_examples(self):
        for rule, page in pages():
            if rule in WITHOUT_EXAMPLE:
                continue
            with self.subTest(rule):
                found = findings(example(page, "Fails"))
                self.assertIn(rule, {f["rule"] for f in found}, found)
                found = findings(example(page, "Passes"))
                loud = [(f["rule"], f["message"]) for f in found
                        if f["severity"] != "note" or f["rule"] == rule]
                self.assertEqual(loud, [])

    def test_sarif_help(self):
        """What a code scanner shows is the page."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "example.com.zone")
            with open(path, "w", encoding="ascii") as file:
                file.write(HEAD + "www A 192.0.2.256\n")
            done = lapis_lint.run("lint", "--format", "sarif", path)
            help_of = {rule["id"]: rule["help"]["markdown"]
                       for rule in json.loads(done.stdout)["runs"][0]["tool"]["driver"]["rules"]}
            shown = dict(pages())
            self.assertIn("bad-rdata", help_of)
            for rule, text in help_of.items():
                with self.subTest(rule):
                    self.assertEqual(text, shown[rule])


if __name__ == "__main__":
    unittest.main()
