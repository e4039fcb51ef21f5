"""Zones signed by Knot DNS's kzonesign, with one configuration for all tests."""
import os

from lapis_lint import sh

CONFIGURATION = """\
server:
    rundir: "{folder}"
database:
    storage: "{folder}/db"
policy:
  - id: all
    manual: {manual}
    algorithm: {algorithm}
    single-type-signing: {single}
    nsec3: {nsec3}
    nsec3-iterations: {iterations}
    nsec3-salt-length: {salt}
    nsec3-opt-out: {opt_out}
template:
  - id: default
    storage: "{folder}"
zone:
  - domain: "{origin}"
    file: zone
    dnssec-signing: on
    dnssec-policy: all
    zonemd-generate: {digest}
"""
USUAL = {"manual": False, "algorithm": "ecdsap256sha256", "single": False, "nsec3": False,
         "iterations": 0, "salt": 0, "opt_out": False, "digest": "none"}


def configure(folder, origin, **choices):
    """Settles how the zone in the file `zone` of the folder is signed. With `manual` the keys are
    those that are imported."""
    for made in ("db", "out"):
        os.mkdir(os.path.join(folder, made))
    words = {name: ("on" if value else "off") if isinstance(value, bool) else value
             for name, value in {**USUAL, **choices}.items()}
    with open(os.path.join(folder, "knot.conf"), "w", encoding="ascii") as file:
        file.write(CONFIGURATION.format(folder=folder, origin=origin, **words))


def sign(folder, origin):
    """The path of the signed zone."""
    sh("kzonesign", "-c", "knot.conf", "-o", "out", origin, cwd=folder)
    signed, = os.listdir(os.path.join(folder, "out"))
    return os.path.join(folder, "out", signed)
