"""Running `lapis lint`."""
import json
import os
import subprocess

SOURCE = os.environ.get("LAPIS_SOURCE_DIR",
                        os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BINARY = os.environ.get("LAPIS", os.path.join(SOURCE, "build", "release", "lapis"))
CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus")


def run(*arguments, stdin=b"", cwd=None):
    """The finished process, output as bytes."""
    return subprocess.run([BINARY, *arguments], input=stdin, capture_output=True, check=False,
                          cwd=cwd, timeout=300)


def findings(*arguments, stdin=b"", cwd=None):
    """The findings of one call, as the JSON of the contract has them."""
    done = run("lint", "--format", "json", *arguments, stdin=stdin, cwd=cwd)
    if done.returncode not in (0, 1):
        raise AssertionError(f"exit {done.returncode}: {done.stderr.decode()}")
    return json.loads(done.stdout)["findings"]


def rules():
    """Every rule that `lapis explain` lists: {id: severity}."""
    listed = run("explain").stdout.decode().splitlines()
    return {line.split()[0]: line.split()[1] for line in listed if line.strip()}


def sh(*command, cwd):
    """What another program prints; it has to succeed."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.stdout.decode()}{done.stderr.decode()}")
    return done.stdout.decode().strip()
