"""Signs zones with the signers of ldns and BIND, with keys made once for each algorithm."""

import os
import re
import shutil
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
        salt = r.choice(["-", "aabbccdd"])
        iterations = r.choice([0, 0, 1, 12])
        key = self._key_of(algorithm, zone.origin)
        by_bind = r.random() < 0.4 and shutil.which("dnssec-signzone")
        if by_bind:
            command = self._bind(zone, path, how, salt, iterations)
            with open(path, "a") as out, open(key + ".key") as record:
                out.write(record.read())
        else:
            command = self._ldns(zone, path, how, salt, iterations)
        done = subprocess.run([*command, path, key], capture_output=True, text=True, check=False,
                              cwd=self.directory)
        if done.returncode != 0 or not os.path.exists(path + ".signed"):
            if by_bind:  # without the key again
                with open(path, "w") as out:
                    out.write(zone.text())
            return False
        os.replace(path + ".signed", path)
        zone.signing = f"{algorithm} {how} by {command[0]}"
        return True

    @staticmethod
    def _ldns(zone, path, how, salt, iterations):
        command = ["ldns-signzone", "-f", path + ".signed", "-o", zone.origin,
                   "-i", "20200101000000", "-e", "20380101000000"]
        if how != "nsec":
            command += ["-n", "-t", str(iterations)]
            command += [] if salt == "-" else ["-s", salt]
            command += ["-p"] if how == "opt-out" else []
        return command

    @staticmethod
    def _bind(zone, path, how, salt, iterations):
        command = ["dnssec-signzone", "-f", path + ".signed", "-o", zone.origin, "-z", "-P",
                   "-n", "1", "-s", "20200101000000", "-e", "20380101000000"]
        if how != "nsec":
            command += ["-3", salt, "-H", str(iterations)]
            command += ["-A"] if how == "opt-out" else []
        return command
