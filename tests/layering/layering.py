#!/usr/bin/env python3
"""Fails when a folder includes upwards, or a library shows up outside its folder.

Floors, lowest first; folders on one floor do not know each other. A header that another folder
reads lives in include/lapis/<folder>/; everything else is private to its folder.
"""
import os
import re
import sys
import tempfile

FLOORS = [
    ["base"],
    ["dns", "yaml"],
    ["zone", "lang", "geo"],
    ["program", "report"],
    ["verify", "policy"],
    ["answer", "suite", "repair"],
    ["lint", "editor"],
    ["server"],
    ["cli"],
]
LEVEL = {folder: level for level, floor in enumerate(FLOORS) for folder in floor}

# Library header -> folders that may read it.
LIBRARIES = [
    (re.compile(r"^z3(\+\+)?(_\w+)?\.h$"), {"verify"}),
    (re.compile(r"^uv(/.*)?\.h$"), {"server"}),
    (re.compile(r"^ldns/"), {"dns", "zone", "lint"}),
    (re.compile(r"^spdlog/"), {"server", "cli"}),
    (re.compile(r"^CLI/"), {"cli"}),
    (re.compile(r"^dtl/"), {"report"}),
    (re.compile(r"^yaml-cpp/"), {"yaml", "lang", "suite"}),
    (re.compile(r"^(gtest|gmock|rapidcheck)"), set()),
]
# Nothing below the server prints.
PRINTING = re.compile(r"\bstd::(cout|cerr|clog)\b|\bf?printf\s*\(|\bputs\s*\(|\bfputs\s*\(")
MAY_PRINT = {"server", "cli"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
COMMENT = re.compile(r"//.*")


def folder_of(path):
    """The folder a source belongs to, or None when it is not ours to judge."""
    parts = path.split("/")
    if parts[0] == "verifier":
        return "verify"
    if parts[0] == "src" and len(parts) > 2:
        return parts[1]
    if parts[:2] == ["include", "lapis"] and len(parts) > 3:
        return parts[2]
    return None


def sources(root):
    for top in ("include", "src", "verifier"):
        for directory, _, names in os.walk(os.path.join(root, top)):
            for name in sorted(names):
                if name.endswith((".h", ".cpp")):
                    yield os.path.relpath(os.path.join(directory, name), root)


def check_include(folder, header, private):
    if header.startswith("lapis/"):
        target = header.split("/")[1]
        if target not in LEVEL:
            return f"includes '{header}' of the unknown folder '{target}'"
        if target != folder and LEVEL[target] >= LEVEL[folder]:
            return f"includes '{header}': '{target}' is not below '{folder}'"
        return None
    if private:
        if "/" in header and not header.startswith(f"{folder}/"):
            return f"includes the private header '{header}' of another folder"
        return None
    for pattern, allowed in LIBRARIES:
        if pattern.match(header) and folder not in allowed:
            return f"includes <{header}>, which belongs to {sorted(allowed) or 'tests'}"
    return None


def violations(root):
    found = []
    for path in sources(root):
        folder = folder_of(path)
        if folder not in LEVEL:
            found.append(f"{path}:1: lies in no folder of the house")
            continue
        public = path.startswith("include/")
        with open(os.path.join(root, path), encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                match = INCLUDE.match(line)
                if match:
                    private = match[1] == '"' and not match[2].startswith("lapis/")
                    trouble = check_include(folder, match[2], private)
                    if not trouble and private and public:
                        trouble = f"a public header includes the private '{match[2]}'"
                    if not trouble and private and not any(
                            os.path.exists(os.path.join(root, place, match[2]))
                            for place in (os.path.dirname(path), "src")):
                        trouble = f"includes '{match[2]}', which is not in this folder"
                    if trouble:
                        found.append(f"{path}:{number}: {trouble}")
                elif folder not in MAY_PRINT and PRINTING.search(COMMENT.sub("", line)):
                    found.append(f"{path}:{number}: prints; return a diagnostic instead")
    return found


def cycles(root):
    """Include cycles between headers, each as a list of paths."""
    graph = {}
    for path in sources(root):
        graph[path] = []
        with open(os.path.join(root, path), encoding="utf-8") as file:
            for line in file:
                match = INCLUDE.match(line)
                if not match:
                    continue
                for target in (f"include/{match[2]}", f"src/{match[2]}",
                               os.path.join(os.path.dirname(path), match[2])):
                    if os.path.exists(os.path.join(root, target)):
                        graph[path].append(target)
    state, found = {}, []

    def visit(node, trail):
        state[node] = "open"
        for target in graph.get(node, []):
            if state.get(target) == "open":
                found.append(trail[trail.index(target):] + [target])
            elif target not in state:
                visit(target, trail + [target])
        state[node] = "done"

    for node in sorted(graph):
        if node not in state:
            visit(node, [node])
    return found


SELF_TESTS = [
    ("upwards", {"src/dns/a.cpp": '#include "lapis/server/config.h"\n'}),
    ("sideways", {"src/zone/a.cpp": '#include "lapis/lang/expr.h"\n'}),
    ("foreign private header", {"src/zone/a.cpp": '#include "../dns/x.h"\n'}),
    ("missing private header", {"src/zone/a.cpp": '#include "x.h"\n'}),
    ("private header in public one", {"include/lapis/dns/a.h": '#include "x.h"\n'}),
    ("z3 outside the verifier", {"src/lang/a.cpp": "#include <z3++.h>\n"}),
    ("libuv outside the server", {"src/answer/a.cpp": "#include <uv.h>\n"}),
    ("ldns outside dns and zone", {"src/answer/a.cpp": "#include <ldns/ldns.h>\n"}),
    ("printing below the server", {"src/zone/a.cpp": 'int f() { return std::printf("x"); }\n'}),
    ("unknown folder", {"src/misc/a.cpp": "\n"}),
]


def self_test():
    failures = 0
    for name, files in SELF_TESTS:
        with tempfile.TemporaryDirectory() as root:
            for path, text in files.items():
                os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                    file.write(text)
            if not violations(root):
                print(f"not detected: {name}")
                failures += 1
    return failures


def main():
    if sys.argv[1:] == ["--self-test"]:
        return 1 if self_test() else 0
    root = sys.argv[1]
    found = violations(root)
    found += ["include cycle: " + " -> ".join(cycle) for cycle in cycles(root)]
    for line in found:
        print(line)
    if not any(True for _ in sources(root)):
        print("no sources found")
        return 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
