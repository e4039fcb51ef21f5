"""Signs zones with ldns-signzone, with keys made once for each algorithm."""

import os
import re
import subprocess

ALGORITHMS = ["ECDSAP256SHA256", "ED25519", "RSASHA256"]


class Signer:
    def __init__(self, directory):
        self.directory = directory
        self.keys = {}

    def _key(self, algorithm):
        if algorithm not in self.keys:
            bits = ["-b", "1024"] if algorithm.startswith("RSA") else []
            done = subprocess.run(["ldns-keygen", "-a", algorithm, "-k", *bits, "test."],
                                  cwd=self.directory, capture_output=True, text=True, check=True)
            self.keys[algorithm] = done.stdout.strip()
        return self.keys[algorithm]

    def _key_of(self, algorithm, origin):
        """The same key with this zone as its owner."""
        base = os.path.join(self.directory, self._key(algorithm))
        mine = os.path.join(self.directory, f"K{origin}{algorithm}")
        if not os.path.exists(mine + ".key"):
            with open(base + ".key") as source, open(mine + ".key", "w") as key:
                key.write(re.sub(r"^test\.", origin, source.read()))
            with open(base + ".private") as source, open(mine + ".private", "w") as key:
                key.write(source.read())
        return mine

    def sign(self, zone, path):
        """Signs the file in place. False when the signer will not."""
        r = zone.random
        algorithm = r.choices(ALGORITHMS, [6, 3, 1])[0]
        how = r.choice(["nsec", "nsec3", "nsec3", "opt-out"])
        arguments = ["ldns-signzone", "-f", path + ".signed", "-o", zone.origin,
                     "-i", "20200101000000", "-e", "20380101000000"]
        if how != "nsec":
            salt = r.choice(["-", "aabbccdd"])
            arguments += ["-n", "-t", str(r.choice([0, 0, 1, 12]))]
            arguments += [] if salt == "-" else ["-s", salt]
            arguments += ["-p"] if how == "opt-out" else []
        done = subprocess.run([*arguments, path, self._key_of(algorithm, zone.origin)],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0 or not os.path.exists(path + ".signed"):
            return False
        os.replace(path + ".signed", path)
        zone.signing = f"{algorithm} {how}"
        return True
