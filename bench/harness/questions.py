"""Zones, and the questions the loader asks about them with what makes their answers right."""
import random
import struct

ORIGIN = b"\x05bench\x04test\x00"
A, CNAME, MX, OPT = 1, 5, 15, 41
NOERROR, NXDOMAIN = 0, 3


def address(i):
    return bytes((198, 18, i // 250 % 250, i % 250 + 1))


def dotted(octets):
    return ".".join(map(str, octets))


def label(text):
    return bytes((len(text),)) + text.encode()


def question(name, qtype, rcode=NOERROR, answers=1, rdata=b"", client=None):
    """One entry of the loader's file; `client` is a /24 for an EDNS client-subnet option."""
    option = b""
    if client is not None:
        option = struct.pack(">HHHBB3s", 8, 7, 1, 24, 0, client[:3])
    opt = b"\0" + struct.pack(">HHIH", OPT, 1232, 0, len(option)) + option if client else b""
    query = (struct.pack(">HHHHHH", 0, 0, 1, 0, 0, 1 if client else 0) + label(name) + ORIGIN
             + struct.pack(">HH", qtype, 1) + opt)
    return struct.pack(">HBBB", len(query), rcode, answers, len(rdata)) + query + rdata


def write_zone(path, names, mixed=False, extra=""):
    """h0 … with one address each; with `mixed` also CNAME and MX owners."""
    with open(path, "w") as f:
        f.write("$ORIGIN bench.test.\n$TTL 3600\n@ SOA ns host 1 7200 3600 604800 300\n@ NS ns\n"
                "ns A 192.0.2.1\n" + extra)
        f.writelines(f"h{i} A {dotted(address(i))}\n" for i in range(names))
        if mixed:
            f.writelines(f"c{i} CNAME h{i}\nm{i} MX 10 h{i}\n" for i in range(names))


def plain(path, names, count=None):
    """A questions for names of the zone, each right with the address of its own name only."""
    rng = random.Random(1)
    count = count or max(names, 100_000)
    with open(path, "wb") as f:
        for _ in range(count):
            i = rng.randrange(names)
            f.write(question(f"h{i}", A, rdata=address(i)))


def mixed(path, names, count=100_000):
    """70 % A, 10 % no data, 10 % NXDOMAIN, 5 % CNAME, 5 % MX."""
    rng = random.Random(2)
    with open(path, "wb") as f:
        for _ in range(count):
            i = rng.randrange(names)
            kind = rng.randrange(100)
            if kind < 70:
                f.write(question(f"h{i}", A, rdata=address(i)))
            elif kind < 80:
                f.write(question(f"h{i}", MX, answers=0))
            elif kind < 90:
                f.write(question(f"x{i}", A, rcode=NXDOMAIN, answers=0))
            elif kind < 95:
                f.write(question(f"c{i}", A, answers=1))  # gdnsd leaves the target to the resolver
            else:
                f.write(question(f"m{i}", MX, rdata=b"\0\x0a"))


# Policies by client subnet: the first two octets of a /16 choose the pool; the rest is a fifth.
NETWORKS = [bytes((10, n)) for n in range(1, 5)]
ELSEWHERE = bytes((172, 16))


def pool(network, k=1):
    """Address number `k` of the pool that clients of `network` get."""
    n = network[1] if network in NETWORKS else 9
    return bytes((203, 0, 113, n * 10 + k))


def subnets(path, names, rdata=None, count=100_000):
    """A questions with a client subnet. `rdata` maps (name number, network) to the right address."""
    rng = random.Random(3)
    with open(path, "wb") as f:
        for _ in range(count):
            i = rng.randrange(names)
            network = rng.choice(NETWORKS + [ELSEWHERE])
            client = network + bytes((rng.randrange(256), 0))
            f.write(question(f"h{i}", A, rdata=rdata(i, network) if rdata else b"", client=client))
