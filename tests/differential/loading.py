#!/usr/bin/python3
"""One zone text after the other through the loaders of Lapis, BIND and NSD.

What BIND loads, Lapis must load, with the same records, and what BIND refuses it must refuse, but
for the texts in DECIDED. What both peers load Lapis must load in any case."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

import dns.exception
import dns.message
import dns.name
import dns.rdata
import dns.rdatatype

import comparing
import servers

HEAD = "$TTL 300\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\n"
LABEL = "x" * 63
LONG = ".".join(["y" * 49] * 5)

CASES = {
    # directives
    "no final newline": HEAD + "a A 192.0.2.2",
    "crlf": (HEAD + "a A 192.0.2.2\n").replace("\n", "\r\n"),
    "blank lines": HEAD + "\n   \n\t\n;\n ; c\na A 192.0.2.2\n\n",
    "relative origin": HEAD + "$ORIGIN sub\na A 192.0.2.2\n$ORIGIN deep\n@ A 192.0.2.3\n",
    "absolute origin": HEAD + "$ORIGIN sub.t.\na A 192.0.2.2\n",
    "origin keeps owner": HEAD + "a A 192.0.2.2\n$ORIGIN sub.t.\n A 192.0.2.3\n",
    "origin with comment": HEAD + "$ORIGIN sub.t. ; comment\na A 192.0.2.2\n",
    "lower case directive": HEAD + "$origin sub.t.\na A 192.0.2.2\n",
    "ttl units": HEAD + "$TTL 1w2d3h4m5s\na A 192.0.2.2\nb 1H A 192.0.2.2\nc 1h30M A 192.0.2.2\n",
    "ttl inherited": "@ 60 SOA ns h 1 2 3 4 5\n NS ns\nns A 192.0.2.1\n",
    "ttl from soa minimum": "@ SOA ns h 1 2 3 4 77\n@ NS ns\nns A 192.0.2.1\n",
    "ttl zero": HEAD + "a 0 A 192.0.2.2\n",
    "ttl after default": HEAD + "a 60 A 192.0.2.2\nb A 192.0.2.3\n",
    "ttl too large": HEAD + "a 4294967296 A 192.0.2.2\n",
    "ttl top bit": HEAD + "a 2147483648 A 192.0.2.2\n",
    "ttl negative": HEAD + "a -1 A 192.0.2.2\n",
    "soa units": "$TTL 300\n@ SOA ns h 1 1h 30m 2w 1d\n@ NS ns\nns A 192.0.2.1\n",
    "class first": HEAD + "a IN 60 A 192.0.2.2\n",
    "ttl first": HEAD + "a 60 IN A 192.0.2.2\n",
    "class only": HEAD + "a IN A 192.0.2.2\n",
    "class in lower case": HEAD + "a in a 192.0.2.2\n",
    "generic class and type": HEAD + "a CLASS1 TYPE1 192.0.2.2\n",
    "other class": HEAD + "a CH TXT x\n",
    "owner inherited": HEAD + "a A 192.0.2.2\n  A 192.0.2.3\n\tTXT x\n",
    "owner named like a type": HEAD + "A A 192.0.2.2\nNS NS ns\nIN A 192.0.2.3\n",
    "owner named like a ttl": HEAD + "60 A 192.0.2.2\n60 60 A 192.0.2.3\n",
    "parentheses": HEAD + "a TXT ( \"x\" ; one\n \"y\"\n ) ; two\n",
    "parentheses everywhere": HEAD + "a ( 60\nIN A\n192.0.2.2 )\n",
    "parentheses glued": HEAD + "a TXT(x)\nb TXT (y)z\n",
    "parenthesis open": HEAD + "a TXT ( x\n",
    "parenthesis stray": HEAD + "a TXT x )\n",
    "quote open": HEAD + "a TXT \"x\nb A 192.0.2.2\n",
    "quotes": HEAD + 'a TXT "a;b" "(c)" "" "d\\"e" f"g"\n',
    "quote in quote": HEAD + 'a TXT "x""y"\n',
    "escapes in text": HEAD + 'a TXT "\\065\\\\\\"\\255" \\066c\\;d\n',
    "bad escape": HEAD + 'a TXT "\\256"\n',
    "short escape": HEAD + 'a TXT "\\12x"\n',
    "escapes in names": HEAD + "a\\.b A 192.0.2.2\n\\000\\255 A 192.0.2.3\n\\@ A 192.0.2.4\n"
                               "\\* A 192.0.2.5\n\\; A 192.0.2.6\nsp\\ ace A 192.0.2.7\n",
    "at sign": HEAD + "@ A 192.0.2.2\na CNAME @\n",
    "wildcard": HEAD + "* A 192.0.2.2\n*.a TXT x\na.*.b TXT x\n",
    "comment after rdata": HEAD + "a A 192.0.2.2;x\n",
    "comment in quotes": HEAD + 'a TXT "x;y" ; z\n',
    "tabs": HEAD + "a\t60\tIN\tA\t192.0.2.2\t\n",
    "form feed": HEAD + "a A 192.0.2.2\f\n",
    "out of zone": HEAD + "a.other. A 192.0.2.2\n",
    "unknown directive": HEAD + "$FOO x\n",
    "unknown type": HEAD + "a FOO x\n",
    "generate": HEAD + "$GENERATE 1-3 h$ A 192.0.2.$\n",
    "generate step": HEAD + "$GENERATE 0-9/3 h$ CNAME x$\n",
    "generate offset": HEAD + "$GENERATE 1-2 h${10,3,d} TXT ${-1}-${0,4,x}-${0,4,X}-${0,4,o}\n",
    "generate nibbles": HEAD + "$GENERATE 16-17 ${0,6,n}.r PTR h${0,2,N}.t.\n",
    "generate ttl class": HEAD + "$GENERATE 1-2 h$ 60 IN MX \"10 m$\"\n",
    "generate text": HEAD + '$GENERATE 1-2 h$ TXT "a $"\n$GENERATE 1-2 i$ TXT "\\"a $\\""\n',
    "generate escape": HEAD + "$GENERATE 1-2 h$ TXT \\$ $\n",
    "generate bad": HEAD + "$GENERATE 3-1 h$ A 192.0.2.$\n",
    "generate huge": HEAD + "$GENERATE 1-2 h${0,300,d} A 192.0.2.$\n",
    "generate negative": HEAD + "$GENERATE 1-2 h${-5,0,d} A 192.0.2.$\n",
    "include missing": HEAD + "$INCLUDE nowhere.zone\n",
    "include": HEAD + "$INCLUDE \"{dir}/part\"\na A 192.0.2.2\n",
    "include origin": HEAD + "a A 192.0.2.2\n$INCLUDE {dir}/part sub\n A 192.0.2.3\nb A 192.0.2.4\n",
    "include cycle": HEAD + "$INCLUDE {dir}/cycle\n",
    # names
    "label of 63": HEAD + LABEL + " A 192.0.2.2\n",
    "label of 64": HEAD + LABEL + "x A 192.0.2.2\n",
    "name of 255": HEAD + LONG + ".xx A 192.0.2.2\n",
    "name of 256": HEAD + LONG + ".xxx A 192.0.2.2\n",
    "empty label": HEAD + "a..b A 192.0.2.2\n",
    "leading dot": HEAD + ".a A 192.0.2.2\n",
    "root target": HEAD + "a MX 0 .\n",
    "mixed case": HEAD + "MiXed A 192.0.2.2\nb CNAME TARGET\n",
    # structure
    "no soa": "$TTL 300\n@ NS ns\nns A 192.0.2.1\n",
    "no ns": "$TTL 300\n@ SOA ns h 1 2 3 4 5\n",
    "two soa": HEAD + "@ SOA ns h 2 2 3 4 5\n",
    "same soa twice": HEAD + "@ SOA ns h 1 2 3 4 5\n",
    "soa not first": "$TTL 300\n@ NS ns\nns A 192.0.2.1\n@ SOA ns h 1 2 3 4 5\n",
    "soa below": HEAD + "a SOA ns h 1 2 3 4 5\n",
    "cname and other": HEAD + "a CNAME b\na A 192.0.2.2\n",
    "cname and nsec": HEAD + "a CNAME b\na NSEC b CNAME NSEC\n",
    "two cnames": HEAD + "a CNAME b\na CNAME c\n",
    "same cname twice": HEAD + "a CNAME b\na CNAME B\n",
    "cname at apex": HEAD + "@ CNAME b\n",
    "two dnames": HEAD + "a DNAME b\na DNAME c\n",
    "dname and cname": HEAD + "a DNAME b\na CNAME c\n",
    "data below dname": HEAD + "a DNAME b\nx.a A 192.0.2.2\n",
    "data below cut": HEAD + "a NS ns.a\nns.a A 192.0.2.2\nx.a TXT x\n",
    "duplicate": HEAD + "a A 192.0.2.2\na A 192.0.2.2\n",
    "unequal ttls": HEAD + "a 60 A 192.0.2.2\na 30 A 192.0.2.3\n",
    "ns at wildcard": HEAD + "*.a NS ns\n",
    "dname at wildcard": HEAD + "*.a DNAME ns\n",
    # rdata
    "serial not a number": "$TTL 300\n@ SOA ns h x 2 3 4 5\n@ NS ns\nns A 192.0.2.1\n",
    "serial too large": "$TTL 300\n@ SOA ns h 4294967296 2 3 4 5\n@ NS ns\nns A 192.0.2.1\n",
    "soa short": "$TTL 300\n@ SOA ns h 1 2 3 4\n@ NS ns\nns A 192.0.2.1\n",
    "a short": HEAD + "a A 192.0.2\n",
    "a long": HEAD + "a A 192.0.2.2.2\n",
    "a too large": HEAD + "a A 192.0.2.256\n",
    "a leading zero": HEAD + "a A 192.0.2.010\n",
    "a extra": HEAD + "a A 192.0.2.2 x\n",
    "aaaa forms": HEAD + "a AAAA ::\nb AAAA ::1\nc AAAA 2001:DB8::192.0.2.1\nd AAAA 1:2:3:4:5:6:7:8\n",
    "aaaa bad": HEAD + "a AAAA 1:2:3\n",
    "mx": HEAD + "a MX 10 ns\n",
    "mx short": HEAD + "a MX ns\n",
    "mx too large": HEAD + "a MX 65536 ns\n",
    "txt of 255": HEAD + "a TXT " + "x" * 255 + "\n",
    "txt of 256": HEAD + "a TXT " + "x" * 256 + "\n",
    "txt many": HEAD + "a TXT " + "x " * 300 + "\n",
    "txt none": HEAD + "a TXT\n",
    "unknown generic": HEAD + "a TYPE65280 \\# 3 010203\nb TYPE65280 \\# 0\n"
                              "c TYPE65281 \\# 4 01 02 03 04\n",
    "known generic": HEAD + "a A \\# 4 c0000202\nb TYPE15 \\# 6 000a 02 6e73 00\n",
    "generic wrong length": HEAD + "a TYPE65280 \\# 4 010203\n",
    "generic odd": HEAD + "a TYPE65280 \\# 2 01020\n",
    "generic bad a": HEAD + "a A \\# 3 010203\n",
    "unknown not generic": HEAD + "a TYPE65280 x\n",
    "meta types": HEAD + "a ANY x\n",
    "srv naptr": HEAD + 'a SRV 0 1 5060 ns\nb NAPTR 1 2 "u" "E2U+sip" "!^.*$!sip:x@y!" .\n',
    "hinfo rp": HEAD + 'a HINFO "PC" "Linux"\nb RP m.t. t.t.\nc MINFO a b\nd PX 1 a b\n',
    "loc": HEAD + "a LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m\n"
                  "b LOC 52 N 4 E 0m\nc LOC 1 2 S 3 4 W 100.5m 1m\n",
    "loc sizes": HEAD + "a LOC 90 S 180 W -100000.00m 90000000.00m 0 0.15m\nb LOC 1 59 59.999 N 0 0 0.001 E 42849672.95m 9m 10m 11m\n",
    "loc degrees": HEAD + "a LOC 91 N 4 E 0m\n",
    "loc over 90": HEAD + "a LOC 90 0 0.001 N 4 E 0m\n",
    "loc minutes": HEAD + "a LOC 1 60 N 4 E 0m\n",
    "loc no hemisphere": HEAD + "a LOC 1 2 3 4 E 0m\n",
    "wks": HEAD + "a WKS 192.0.2.1 TCP smtp domain 80\nb WKS 192.0.2.1 17 domain\nc WKS 192.0.2.1 TCP\n",
    "caa": HEAD + 'a CAA 0 issue "ca.example"\nb CAA 128 iodef "mailto:x@y"\nc CAA 0 issue ";"\n',
    "caa bad tag": HEAD + 'a CAA 0 is-sue "x"\n',
    "tlsa sshfp": HEAD + "a TLSA 3 1 1 " + "ab" * 32 + "\nb SSHFP 4 2 " + "cd" * 32 + "\n"
                         "c SMIMEA 3 1 1 " + "ab " * 32 + "\n",
    "cert dhcid": HEAD + "a CERT PKIX 1 RSASHA256 AAAA\nb CERT 1 2 3 AAAA BBBB\nc DHCID AAIBY2/AuCcgoJGsCg==\n",
    "apl": HEAD + "a APL 1:192.0.2.0/24 !1:192.0.2.64/28 2:2001:db8::/32\nb APL\n",
    "ipseckey": HEAD + "a IPSECKEY 10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==\n"
                       "b IPSECKEY 10 0 2 . AQNR\nc IPSECKEY 10 3 2 ns AQNR\nd IPSECKEY 10 2 2 2001:db8::1 AQNR\n",
    "hip": HEAD + "a HIP 2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNuSutc5EMzxTs9LBPCIkOFH8cIvM4p9+LrV4e19WzK00+CI6zBCQTdtWsuxKbWIy87UOoJTwkUs7lBu+Upr1gsNrut79ryra+bSRGQb1slImA8YVJyuIDsj7kwzG7jnERNqnWxZ48AWkskmdHaVDP4BcelrTI3rMXdXF5D rvs.t.\n",
    "eui nid l32": HEAD + "a EUI48 00-00-5e-00-53-2a\nb EUI64 00-00-5e-ef-10-00-00-2a\n"
                          "c NID 10 0014:4fff:ff20:ee64\nd L32 10 10.1.2.0\ne L64 10 2001:0DB8:1140:1000\nf LP 10 ns\n",
    "uri openpgp csync": HEAD + 'a URI 10 1 "https://x/"\nb OPENPGPKEY AAAA BBBB\nc CSYNC 66 3 A NS AAAA\n',
    "svcb": HEAD + 'a SVCB 0 ns\nb HTTPS 1 . alpn=h2,h3 port=443 ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=2001:db8::1\n'
                   'c HTTPS 1 ns mandatory=alpn,port alpn="h2" port=8443\nd SVCB 16 ns key65000=hello\n'
                   'e HTTPS 1 . no-default-alpn alpn=h2 ech=AEX+DQ==\n',
    "svcb bad": HEAD + "a SVCB 1 . port=70000\n",
    "svcb repeated key": HEAD + "a SVCB 1 . port=1 port=2\n",
    "zonemd": HEAD + "@ ZONEMD 1 1 1 " + "ab" * 48 + "\n",
    "zonemd bad length": HEAD + "@ ZONEMD 1 1 1 abcd\n",
    "ds": HEAD + "a NS ns.a\nns.a A 192.0.2.9\na DS 1 13 2 " + "ab" * 32 + "\na DS 1 RSASHA256 1 " + "cd" * 20 + "\n",
    "ds bad length": HEAD + "a NS ns.a\nns.a A 192.0.2.9\na DS 1 13 2 abcd\n",
    "dnskey": HEAD + "@ DNSKEY 257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==\n"
                     "@ CDNSKEY 0 3 0 AA==\n@ CDS 0 0 0 00\n@ KEY 0 3 5 AAAA\n",
    "dnskey without key": HEAD + "@ DNSKEY 257 3 13\n",
    "key without key": HEAD + "@ KEY 49152 3 0\n",
    "rrsig times": HEAD + "a A 192.0.2.2\na RRSIG A 13 2 300 20380101000000 20200101000000 1 t. AAAA\n"
                          "b A 192.0.2.2\nb RRSIG A 13 2 300 2145916800 1577836800 1 t. AAAA\n",
    "nsec bitmap": HEAD + "a NSEC b A NS TYPE65280 RRSIG NSEC\n",
    "nsec3": HEAD + "@ NSEC3PARAM 1 0 0 -\n0p9mhaveqvm6t7vbl5lop2u3t2rp3tom NSEC3 1 1 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr A RRSIG\n"
                    "@ NSEC3PARAM 1 0 10 aabb\n",
    "old types": HEAD + "a X25 \"311061700956\"\nb ISDN \"150862028003217\" \"004\"\nc RT 10 ns\n"
                        "d GPOS -32.6882 116.8652 10.0\ne AFSDB 1 ns\nf KX 1 ns\ng TXT x\n"
                        "h NSAP 0x47000580005a0000000001e133ffffff00016100\ni MB ns\nj MG ns\nk MR ns\n",
    "rare types": HEAD + "a SINK 1 0 0 AAAA\nb TALINK . .\nc NINFO \"x\"\nd RKEY 0 0 1 AAAA\ne TA 1 13 2 " + "ab" * 32 + "\n"
                         "f DLV 1 13 2 " + "ab" * 32 + "\ng AVC \"x\"\nh SPF \"v=spf1 -all\"\ni EID 01\nj NIMLOC 02\n",
    "amtrelay": HEAD + "a AMTRELAY 10 0 0 .\nb AMTRELAY 10 1 1 192.0.2.1\nc AMTRELAY 10 0 2 2001:db8::1\nd AMTRELAY 10 0 3 ns\n",
    "sshfp bad length": HEAD + "a SSHFP 1 1 abcd\n",
    "base64 bad": HEAD + "@ DNSKEY 257 3 13 A\n",
    "hex bad": HEAD + "a TLSA 3 1 1 xyz\n",
}

# Where we do not go with BIND, and why.
DECIDED = {
    "out of zone": False,      # BIND ignores the record with a warning; NSD refuses as we do
    "no ns": True,             # answered well enough; the linter speaks of it. So NSD
    "ns at wildcard": True,    # undefined (RFC 4592 section 4.2), served as NSD does
    "generate escape": True,   # record data of several words need no quotes here
}

FILES = {"part": "x A 192.0.2.7\n$ORIGIN other.t.\ny A 192.0.2.8\n$TTL 9\nz A 192.0.2.9\n",
         "cycle": "$INCLUDE {dir}/cycle\n"}


def by_named(path):
    """The zone as BIND reads it, None when it does not load."""
    done = subprocess.run(["named-checkzone", "-D", "-o", path + ".dump", "-i", "none", "-k", "ignore",
                           "-m", "ignore", "-M", "ignore", "-n", "ignore", "-r", "ignore", "-S", "ignore",
                           "-s", "full", "-w", os.path.dirname(path), "t.", path],
                          capture_output=True, text=True, check=False,
                          env={**os.environ, "PATH": servers.PATH})
    if done.returncode != 0:
        return None, done.stdout
    return list(dumped_records(path + ".dump")), ""


def dumped_records(path):
    """(owner, TTL, type, rdata in canonical form) of the lines that BIND writes."""
    with open(path) as dump:
        # Keys and signatures are broken into lines, with remarks after them.
        text = re.sub(r"\((\s[^()\"]*)\)([ \t]*;[^\n]*)?",
                      lambda m: re.sub(r"\s*(;[^\n]*)?\n\s*", " ", m.group(1)), dump.read())
        for line in re.sub(r"(?m)^;.*\n?", "", text).splitlines():
            owner, ttl, _, kind, *text = line.split(None, 4)
            yield (dns.name.from_text(owner).canonicalize(), int(ttl), *wire_of(kind, text[0] if text else ""))


def wire_of(kind, text):
    """Type and rdata; what dnspython can't read is first written by BIND in the generic form."""
    try:
        number = dns.rdatatype.from_text(kind)
        return number, dns.rdata.from_text("IN", number, text).to_digestable()
    except (dns.exception.DNSException, ValueError):
        done = subprocess.run(["named-rrchecker", "-u"], input=f"IN {kind} {text}\n", text=True,
                              capture_output=True, check=True, env={**os.environ, "PATH": servers.PATH})
        _, number, generic = done.stdout.split(None, 2)
        return dns.rdatatype.from_text(number), bytes.fromhex("".join(generic.split()[2:]))


def by_nsd(path):
    done = subprocess.run(["nsd-checkzone", "t.", path], capture_output=True, text=True, check=False,
                          env={**os.environ, "PATH": servers.PATH}, cwd=os.path.dirname(path))
    return done.returncode == 0, done.stdout + done.stderr


def answered(wire, name, kind):
    """TTL and rdata of the RRset wherever it stands; occluded ones can't be asked for."""
    message = dns.message.from_wire(wire)
    for section in (message.answer, message.authority, message.additional):
        for rrset in section:
            if rrset.name == name and rrset.rdtype == kind:
                return rrset.ttl, {r.to_digestable() for r in rrset}
    return None


# No part of the name space, answered with other records, or read by dnspython as they are
# compressed in the message.
NOT_ASKED = {dns.rdatatype.from_text(t) for t in ("NSEC3", "RRSIG", "MB", "MG", "MR", "MINFO")}


def record_differences(lapis, records):
    hiding = [name for name, _, kind, _ in records
              if kind == dns.rdatatype.DNAME or (kind == dns.rdatatype.NS and len(name) > 2)]
    wanted = {}
    for name, ttl, kind, data in records:
        occluded = any(name.is_subdomain(h) and name != h for h in hiding)
        if kind not in NOT_ASKED and not occluded:
            wanted.setdefault((name, kind), []).append((ttl, data))
    wrong = []
    for (name, kind), rows in wanted.items():
        got = answered(lapis.ask_many([comparing.make_query(name, kind, 1, True)])[0], name, kind)
        # BIND takes the first TTL of an RRset, we the lowest.
        if got is None or got[1] != {data for _, data in rows} or got[0] > rows[0][0]:
            wrong.append(f"{name} {dns.rdatatype.to_text(kind)}: {got} instead of {rows}")
    return wrong


class Place:
    def __init__(self, origin, file):
        self.origin, self.file = origin, file


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pipe", required=True)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    directory = tempfile.mkdtemp(prefix="lapis-loading-")
    failures = 0
    try:
        for name, text in FILES.items():
            with open(os.path.join(directory, name), "w") as out:
                out.write(text.replace("{dir}", directory))
        for name, text in CASES.items():
            path = os.path.join(directory, name.replace(" ", "-"))
            with open(path, "w", newline="") as out:
                out.write(text.replace("{dir}", directory))
            zone, named_says = by_named(path)
            nsd, nsd_says = by_nsd(path)
            lapis = servers.LapisPipe(directory, [Place("t.", path)], os.path.abspath(options.pipe))
            probe = dns.message.from_wire(lapis.ask_many(
                [comparing.make_query("t.", "SOA", 1, False)])[0])
            ours = probe.rcode() == 0
            wrong = record_differences(lapis, zone) if ours and zone is not None else []
            lapis.stop()
            theirs = (zone is not None, nsd)
            expected = DECIDED.get(name, theirs[0])
            if ours != expected or wrong or (all(theirs) and not ours):
                failures += 1
                print(f"{name}: lapis {'loads' if ours else 'refuses'}, BIND "
                      f"{'loads' if theirs[0] else 'refuses'}, NSD {'loads' if nsd else 'refuses'}")
                for line in wrong:
                    print("   ", line)
                if options.verbose:
                    print("   ", named_says.strip()[-300:], "|", nsd_says.strip()[-300:])
        print(f"{len(CASES)} texts, {failures} not as decided")
        return 1 if failures else 0
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
