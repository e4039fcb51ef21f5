"""A DNS client that is independent of the code under test: RFC 1035, 6891 and 7871, just enough."""
import ipaddress
import random
import socket
import struct

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MX": 15, "TXT": 16, "AAAA": 28, "OPT": 41}
NAMES = {number: name for name, number in TYPES.items()}
NOERROR, SERVFAIL, NXDOMAIN, REFUSED = 0, 2, 3, 5


class Message:
    """A decoded response."""

    def __init__(self, octets):
        self.octets = octets
        (self.id, self.flags, questions, answers, authorities,
         additionals) = struct.unpack("!6H", octets[:12])
        self.rcode = self.flags & 15
        self.truncated = bool(self.flags & 0x0200)
        self.authoritative = bool(self.flags & 0x0400)
        at = 12
        for _ in range(questions):
            _, at = read_name(octets, at)
            at += 4
        self.answers, at = self._records(at, answers)
        self.authorities, at = self._records(at, authorities)
        self.additionals, at = self._records(at, additionals)
        self.scope = None
        self.options = []
        for name, qtype, _, rdata, _ in self.additionals:
            if qtype == "OPT":
                self._read_options(rdata)

    def _records(self, at, count):
        records = []
        for _ in range(count):
            name, at = read_name(self.octets, at)
            number, _, ttl, size = struct.unpack("!HHIH", self.octets[at:at + 10])
            at += 10
            records.append((name, NAMES.get(number, str(number)), ttl,
                            self.octets[at:at + size], at))
            at += size
        return records, at

    def _read_options(self, rdata):
        while rdata:
            code, size = struct.unpack("!HH", rdata[:4])
            self.options.append(code)
            if code == 8:
                self.scope = rdata[7]
            rdata = rdata[4 + size:]

    def addresses(self):
        """Addresses of the answer section, sorted, in text."""
        return sorted(str(ipaddress.ip_address(rdata)) for _, qtype, _, rdata, _ in self.answers
                      if qtype in ("A", "AAAA"))

    def ttls(self):
        return {ttl for _, qtype, ttl, _, _ in self.answers if qtype in ("A", "AAAA")}

    def types(self):
        return [record[1] for record in self.answers]


def read_name(octets, at):
    labels, end = [], None
    for _ in range(128):
        size = octets[at]
        if size == 0:
            return ".".join(labels) + ".", (at + 1 if end is None else end)
        if size >= 0xC0:
            if end is None:
                end = at + 2
            at = struct.unpack("!H", octets[at:at + 2])[0] & 0x3FFF
            continue
        labels.append(octets[at + 1:at + 1 + size].decode("latin-1"))
        at += 1 + size
    raise ValueError("a name that does not end")


def wire_name(name):
    labels = [label.encode("latin-1") for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def subnet_option(text):
    network = ipaddress.ip_network(text)
    family = 1 if network.version == 4 else 2
    octets = network.network_address.packed[:(network.prefixlen + 7) // 8]
    data = struct.pack("!HBB", family, network.prefixlen, 0) + octets
    return struct.pack("!HH", 8, len(data)) + data


def query(name, qtype, subnet=None, size=1232, edns=True, number=None):
    number = random.randrange(65536) if number is None else number
    options = subnet_option(subnet) if subnet else b""
    opt = b"\0" + struct.pack("!HHIH", TYPES["OPT"], size, 0, len(options)) + options
    header = struct.pack("!6H", number, 0, 1, 0, 0, 1 if edns else 0)
    question = wire_name(name) + struct.pack("!HH", TYPES[qtype], 1)
    return header + question + (opt if edns else b"")


def exactly(stream, size):
    octets = b""
    while len(octets) < size:
        part = stream.recv(size - len(octets))
        if not part:
            raise ConnectionError("closed")
        octets += part
    return octets


def ask(server, name, qtype="A", tcp=False, timeout=10, **options):
    """Asks once; the response, with id and question checked."""
    message = query(name, qtype, **options)
    kind = socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as stream:
        stream.settimeout(timeout)
        stream.connect(server)
        if tcp:
            stream.sendall(struct.pack("!H", len(message)) + message)
            octets = exactly(stream, struct.unpack("!H", exactly(stream, 2))[0])
        else:
            stream.send(message)
            octets = stream.recv(65535)
    response = Message(octets)
    question = message[12:12 + len(wire_name(name)) + 4]
    if response.id != struct.unpack("!H", message[:2])[0] or not response.flags & 0x8000:
        raise AssertionError("not the response to the query")
    if octets[12:12 + len(question)] != question:
        raise AssertionError("the question was changed")
    return response
