"""One planted defect for every rule about values, and for those of DNSSEC that need no signer
(planted_signed.py plants the others)."""
import base64

from clean_zones import Far, Name
from planted import NotThisZone, planter

HEX = "0123456789abcdef"
RSA_512 = ("MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAPUDT3A4wZxsmztiqtVSkA8eoc54M3lB+eufCo0ecaa7UejynPsecInlmDN33G"
           "tKhFaFSeneN2ejdTOHutCZiWMCAwEAAQ==")
RSA_1024 = ("MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDL/SPrDzJ5rNk0VtU2ism8TlJ6Uy2xnhy4/5LX5vSEYRn7RpFsbQ7I9P"
            "taoBcC2x/Y6BPLe1S4JcUKa0YgU7+NfZVFrlQR9t9CG4q6djj5jqMz2D92APuZsZQ94ykk7wohCoGwVhI0lfFTbw8QPoK9"
            "Sb1zFxNguBtFG5Q4rbhsSQIDAQAB")
RSA_2048 = ("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAyNQKua5nahMDgRUdqMZUbkujj3KAj36UCsobdgknDGJ5tJcgZFYK"
            "5uoqU1BamqDAzC41Rqc/sy2Cgr+CBoeoIN7faBntAy3xBgu1Jc4Vcjo8EUf3/lQvjrelSNi3MwtwBtgvPukYSrZ+0B9dofSp"
            "P+YJ27FRrTzmRpZt+dY06wCfLWiHTvs/bwIvd5+Cmd2z3NCLAyUMoxBhbcy3EfSkpoEABasaF4V7GkytiLre63OoqU1QdpC0"
            "GZsnRW7+huTuN8s0ImPbYNeVkhpCOG0ZSGgSsd2CUg/s11ETYNXkuLnjnb4+H656hWfKIhqkdmXaIJDiHZOX76BLyApcTDrt"
            "awIDAQAB")


def digits(p, octets):
    return "".join(p.random.choice(HEX) for _ in range(2 * octets))


def ed25519(p):
    return base64.b64encode(p.random.randbytes(32)).decode()


def text(value):
    """A TXT value, in strings of at most 200 characters."""
    return ['"%s"' % value[i:i + 200] for i in range(0, len(value), 200)]


def texts(rule, *values, prefix=""):
    """Plants one of the values in a TXT record at a fresh name."""
    @planter(rule)
    def plant(p):
        return p.put(prefix + p.fresh(), "TXT", *text(p.random.choice(values)))
    return plant


def twins(rule, first, second, prefix=""):
    """Plants the second value beside the first."""
    @planter(rule)
    def plant(p):
        owner = prefix + p.fresh()
        p.put(owner, "TXT", *text(first))
        return p.last(owner, "TXT", *text(second))
    return plant


def records(rule, kind, *data):
    """Plants a record with one of the given data at a fresh name."""
    @planter(rule)
    def plant(p):
        return p.put(p.fresh(), kind, *p.random.choice(data))
    return plant


texts("spf-syntax", "v=spf1 ip4:192.0.2.256 -all", "v=spf1 ip:192.0.2.1 -all", "v=spf1 include: -all",
      "v=spf1 a/33 -all", "v=spf1 ip4:192.0.2.0/33 -all", "v=spf1 ip6:2001:db8::/129 -all",
      "v=spf1 ip4=192.0.2.1 -all", "v=spf1 -al", "v=spf1 exists:%{x}.elsewhere.example -all",
      "v=spf1 include:host -all", "v=spf1 redirect=a.elsewhere.example redirect=b.elsewhere.example",
      "v=spf1;ip4:192.0.2.1 -all", "v=spf1 ip4:192.0.2.1, -all", "v=spf1 all:elsewhere.example",
      "v=spf1 exists:%{0d}.elsewhere.example -all", "v=spf1 include:a..elsewhere.example -all")
twins("spf-several-records", "v=spf1 ip4:192.0.2.1 -all", "v=spf1 include:_spf.elsewhere.example -all")
texts("spf-too-many-lookups",
      "v=spf1 " + " ".join(f"include:spf{i}.elsewhere.example" for i in range(11)) + " -all",
      "v=spf1 " + " ".join(f"a:h{i}.elsewhere.example mx:h{i}.elsewhere.example" for i in range(6)) + " -all")
texts("spf-pass-all", "v=spf1 ip4:192.0.2.1 +all", "v=spf1 all", "v=spf1 ip4:0.0.0.0/0 -all")
texts("spf-ptr", "v=spf1 ptr -all", "v=spf1 ptr:elsewhere.example ~all")
texts("spf-after-all", "v=spf1 -all ip4:192.0.2.1", "v=spf1 ~all redirect=_spf.elsewhere.example")
texts("spf-no-all", "v=spf1 ip4:192.0.2.1", "v=spf1 include:_spf.elsewhere.example")
texts("dmarc-syntax", "v=DMARC1; p=rejct", "v=DMARC1; rua=mailto:a@elsewhere.example", "v=DMARC1; p=none; pct=101",
      "v=DMARC1; p=none; rua=a@elsewhere.example", "v=DMARC1; p=none; p=reject", "v=DMARC1; p=none; adkim=x",
      "v=DMARC1; p=none; fo=2", "v=DMARC1; pct=50; p=none", "v=DMARC1; p=none; ri=daily",
      "v=DMARC1 p=none", "v=DMARC1; p=none; ;rua=mailto:a@elsewhere.example", prefix="_dmarc.")
twins("dmarc-several-records", "v=DMARC1; p=none", "v=DMARC1; p=reject", prefix="_dmarc.")
texts("dmarc-placement", "v=DMARC1; p=reject")
texts("dmarc-unknown-tag", "v=DMARC1; p=none; percent=50", prefix="_dmarc.")
texts("dkim-syntax", "v=DKIM1; k=rsa", "v=DKIM2; p=", "k=rsa; v=DKIM1; p=", "v=DKIM1; k=dsa; p=",
      "v=DKIM1; h=sha1; p=" + RSA_2048, "v=DKIM1 k=rsa; p=" + RSA_2048, prefix="s1._domainkey.")
texts("dkim-key", "v=DKIM1; p=" + RSA_2048[:-8], "v=DKIM1; p=" + RSA_2048[8:], "v=DKIM1; p=AAAA",
      "v=DKIM1; p=" + RSA_2048.replace("u", "#", 1), "v=DKIM1; k=ed25519; p=AAAA",
      prefix="s1._domainkey.")
texts("dkim-weak-key", "v=DKIM1; k=rsa; p=" + RSA_512, prefix="s1._domainkey.")
texts("dkim-short-key", "v=DKIM1; k=rsa; p=" + RSA_1024, prefix="s1._domainkey.")
twins("dkim-several-records", "v=DKIM1; p=" + RSA_2048, "v=DKIM1; p=", prefix="s1._domainkey.")


@planter("spf-void-lookup")
def spf_void_lookup(p):
    return p.put(p.fresh(), "TXT", f'"v=spf1 a:{p.fresh()}.{p.zone.origin} -all"')


@planter("spf-no-such-record")
def spf_no_such_record(p):
    term = p.random.choice(["include:", "redirect="])
    return p.put(p.fresh(), "TXT", f'"v=spf1 {term}{p.fresh()}.{p.zone.origin}{" -all" if ":" in term else ""}"')


@planter("spf-joined-terms")
def spf_joined_terms(p):
    return p.put(p.fresh(), "TXT", '"v=spf1 include:_spf.elsewhere.example"', '"include:spf.example.org -all"')


records("spf-type", "SPF", ['"v=spf1 -all"'])


def mail_host(p, owner):
    p.put(f"mta-sts.{owner}", "A", "192.0.2.80")


@planter("mta-sts-syntax")
def mta_sts_syntax(p):
    owner = p.fresh()
    mail_host(p, owner)
    return p.put(f"_mta-sts.{owner}", "TXT", '"%s"' % p.random.choice(
        ["v=STSv1", "v=STSv1; id=", "v=STSv1; id=2026-01-01", "v=STSv2; id=1", "v=STSv1; id=1; id=2"]))


@planter("mta-sts-several-records")
def mta_sts_several_records(p):
    owner = p.fresh()
    mail_host(p, owner)
    p.put(f"_mta-sts.{owner}", "TXT", '"v=STSv1; id=1"')
    return p.last(f"_mta-sts.{owner}", "TXT", '"v=STSv1; id=2"')


texts("mta-sts-no-policy-host", "v=STSv1; id=20260101;", prefix="_mta-sts.")
texts("tlsrpt-syntax", "v=TLSRPTv1", "v=TLSRPTv1; rua=a@elsewhere.example", "v=TLSRPTv1; rua=ftp://elsewhere.example",
      "v=TLSRPT1; rua=mailto:a@elsewhere.example", prefix="_smtp._tls.")
twins("tlsrpt-several-records", "v=TLSRPTv1; rua=mailto:a@elsewhere.example",
      "v=TLSRPTv1; rua=mailto:b@elsewhere.example", prefix="_smtp._tls.")

records("caa-syntax", "CAA", ["0", "issue", '"https://ca.elsewhere.example"'], ["0", "issue", '"ca..example"'],
        ["0", "issue", '"ca.elsewhere.example; a"'], ["0", "iodef", '"security@elsewhere.example"'],
        ["0", "iodef", '"mailto:nobody"'], ["0", "issuewild", '"ca.elsewhere.example; a=b c"'])
records("caa-unknown-tag", "CAA", ["0", "isue", '"ca.elsewhere.example"'], ["128", "tbs", '"x"'])
records("caa-flags", "CAA", ["1", "issue", '"ca.elsewhere.example"'], ["64", "iodef", '"mailto:a@elsewhere.example"'])


@planter("caa-deny-and-allow")
def caa_deny_and_allow(p):
    owner = p.fresh()
    p.put(owner, "CAA", "0", "issue", '"ca.elsewhere.example"')
    return p.put(owner, "CAA", "0", "issue", '";"')


def tlsa(rule, *data):
    @planter(rule)
    def plant(p):
        *fields, octets = p.random.choice(data)
        return p.put(f"_443._tcp.{p.fresh()}", "TLSA", *fields, digits(p, octets))
    return plant


tlsa("tlsa-fields", ["4", "1", "1", 32], ["3", "2", "1", 32], ["3", "1", "3", 32])
tlsa("tlsa-length", ["3", "1", "1", 31], ["3", "1", "1", 64], ["3", "0", "2", 32])
tlsa("tlsa-data", ["3", "1", "0", 32], ["2", "0", "0", 91])


@planter("tlsa-placement")
def tlsa_placement(p):
    return p.put(p.fresh(), "TLSA", "3", "1", "1", digits(p, 32))


@planter("tlsa-unsigned")
def tlsa_unsigned(p):
    if any(record.type == "TLSA" for record in p.zone.records):
        raise NotThisZone
    return p.put(f"_443._tcp.{p.fresh()}", "TLSA", "3", "1", "1", digits(p, 32))


@planter("sshfp-fields")
def sshfp_fields(p):
    return p.put(p.fresh(), "SSHFP", *p.random.choice([["5", "2"], ["4", "3"], ["7", "2"]]), digits(p, 32))


@planter("sshfp-weak")
def sshfp_weak(p):
    kind = p.random.choice([["2", "2", 32], ["4", "1", 20]])
    return p.put(p.fresh(), "SSHFP", *kind[:2], digits(p, kind[2]))


@planter("ds-digest")
def ds_digest(p):
    owner = p.fresh()
    p.put(owner, "NS", Far("ns.elsewhere.example."))
    kind, octets = p.random.choice([("1", 20), ("3", 32), ("9", 16)])
    return p.put(owner, "DS", "4711", "13", kind, digits(p, octets))


@planter("ds-placement")
def ds_placement(p):
    return p.put(p.fresh(), "DS", "4711", "13", "2", digits(p, 32))


def refused(rule, kind, *data):
    """Plants a line that the loader refuses: the finding is at the field itself, so on one line."""
    @planter(rule)
    def plant(p):
        words = " ".join(str(word) for word in p.random.choice(data))
        return p.raw(f"{p.fresh()} {kind} {words}")
    return plant


refused("svcb-params", "HTTPS", ["\\#", "8", "0001000003000150"], ["\\#", "8", "0001000002000150"],
        ["1", ".", "port=70000"], ["1", ".", "port=1", "port=2"], ["1", ".", "ipv4hint=192.0.2.256"],
        ["1", ".", "alpn"], ["1", ".", 'alpn="h2,,h3"'], ["1", ".", "ech=x"], ["1", ".", "no-such-key=1"],
        ["1", ".", "alpn=h2", "no-default-alpn=1"], ["\\#", "13", "0001000004000400030002cafe"],
        ["\\#", "15", "00010000030002005000030002005a"])
refused("svcb-mandatory", "HTTPS", ["\\#", "9", "000100000000020003"], ["1", ".", "mandatory=port"],
        ["1", ".", "mandatory=mandatory"], ["1", ".", "mandatory=port,port", "port=1"],
        ["1", ".", "mandatory=no-such-key"])
refused("svcb-no-default-alpn", "HTTPS", ["\\#", "7", "00010000020000"], ["1", ".", "no-default-alpn"],
        ["1", Far("www.elsewhere.example."), "port=8443", "no-default-alpn"])


@planter("sshfp-length")
def sshfp_length(p):
    kind, octets = p.random.choice([("1", 19), ("1", 32), ("2", 20), ("2", 31), ("2", 64)])
    return p.raw(f"{p.fresh()} SSHFP {p.random.choice('1346')} {kind} {digits(p, octets)}")


@planter("ds-length")
def ds_length(p):
    owner = p.fresh()
    p.put(owner, "NS", Far("ns.elsewhere.example."))
    kind, octets = p.random.choice([("1", 32), ("2", 20), ("2", 33), ("4", 32), ("4", 64)])
    return p.raw(f"{owner} DS 4711 13 {kind} {digits(p, octets)}")


@planter("zonemd-length")
def zonemd_length(p):
    kind, octets = p.random.choice([("1", 47), ("1", 64), ("2", 48), ("2", 12)])
    return p.raw(f"@ ZONEMD {p.zone.records[0].data[2]} 1 {kind} {digits(p, octets)}")


@planter("svcb-alias-params")
def svcb_alias_params(p):
    return p.put(p.fresh(), "HTTPS", "0", Far("web.elsewhere.example."), p.random.choice(["alpn=h2", "port=443"]))


@planter("svcb-alias-self")
def svcb_alias_self(p):
    owner = p.fresh()
    return p.put(owner, "HTTPS", "0", owner)


@planter("svcb-mixed-modes")
def svcb_mixed_modes(p):
    owner = p.fresh()
    p.put(owner, "HTTPS", "1", Far("web.elsewhere.example."), "alpn=h2")
    return p.put(owner, "HTTPS", "0", Far("web.elsewhere.example."))


@planter("svcb-hint")
def svcb_hint(p):
    host = p.fresh()
    p.put(host, "A", "192.0.2.80")
    return p.put(p.fresh(), "HTTPS", "1", host, "ipv4hint=192.0.2.81")


@planter("ttl-zero")
def ttl_zero(p):
    return p.put(p.fresh(), "TXT", '"x"', ttl=0)


@planter("ttl-very-long")
def ttl_very_long(p):
    return p.put(p.fresh(), "TXT", '"x"', ttl=p.random.choice([604801, 2419200, 2147483647]))


@planter("soa-timers-unusual")
def soa_timers_unusual(p):
    p.zone.records[0].data[3:7] = p.random.choice([["300", "60", "1209600", "300"],
                                                   ["7200", "1800", "31536000", "300"],
                                                   ["7200", "1800", "1209600", "0"]])[:4]
    if p.zone.records[0].data[3] == "300":
        p.zone.records[0].data[4] = "200"
    return p.zone.records[0]


@planter("special-address")
def special_address(p):
    return p.put(p.fresh(), "A", p.random.choice(["10.1.2.3", "192.168.1.1", "127.0.0.1", "169.254.1.1",
                                                   "172.31.0.1", "100.64.0.1", "240.0.0.1"]))


@planter("zonemd-mismatch")
def zonemd_mismatch(p):
    return p.put("", "ZONEMD", p.zone.records[0].data[2], "1", "1", digits(p, 48))


@planter("zonemd-serial")
def zonemd_serial(p):
    return p.put("", "ZONEMD", str(int(p.zone.records[0].data[2]) ^ 1), "1", "2", digits(p, 64))


@planter("zonemd-unknown")
def zonemd_unknown(p):
    return p.put("", "ZONEMD", p.zone.records[0].data[2], "1", "240", digits(p, 48))


@planter("zonemd-duplicate")
def zonemd_duplicate(p):
    serial = p.zone.records[0].data[2]
    p.put("", "ZONEMD", str(int(serial)), "241", "240", digits(p, 48))
    return p.last("", "ZONEMD", serial, "241", "240", digits(p, 48))


@planter("zonemd-placement")
def zonemd_placement(p):
    return p.put(p.fresh(), "ZONEMD", p.zone.records[0].data[2], "1", "1", digits(p, 48))


@planter("dnskey-placement")
def dnskey_placement(p):
    return p.put(p.fresh(), "DNSKEY", "257", "3", "15", ed25519(p))


@planter("cds-placement")
def cds_placement(p):
    return p.put(p.fresh(), "CDS", "0", "0", "0", "00")


@planter("cds-inconsistent")
def cds_inconsistent(p):
    p.last("", "CDNSKEY", "257", "3", "15", ed25519(p))
    return p.put("", "CDS", "0", "0", "0", "00")


@planter("cds-no-key")
def cds_no_key(p):
    p.last("", "DNSKEY", "257", "3", "15", ed25519(p))
    return p.put("", "CDNSKEY", "257", "3", "15", ed25519(p))


@planter("cds-delete-mixed")
def cds_delete_mixed(p):
    p.last("", "CDS", "1234", "15", "2", digits(p, 32))
    return p.put("", "CDS", "0", "0", "0", "00")


@planter("rewrite-loop")
def rewrite_loop(p):
    one, two = p.fresh(), p.fresh()
    if p.random.random() < 0.5:
        p.last(two, "DNAME", Name(one))
        return p.put(one, "DNAME", Name(two))
    p.put(two, "DNAME", Name(""))
    return p.put(one, "CNAME", Name(f"{one}.{two}"))


@planter("rewrite-black-hole")
def rewrite_black_hole(p):
    gone = p.fresh()
    kind = p.random.randrange(3)
    if kind == 0:
        return p.put(p.fresh(), "CNAME", Name(gone))
    if kind == 1:
        return p.put(p.fresh(), "DNAME", Name(gone))
    p.put(f"_x.{gone}", "TXT", '"x"')
    return p.put(p.fresh(), "CNAME", Name(gone))


@planter("dname-growth")
def dname_growth(p):
    owner = p.fresh()
    return p.put(owner, "DNAME", Name(f"deep.{owner}"))


@planter("unsigned-with-keys")
def unsigned_with_keys(p):
    more = p.put("", "DNSKEY", p.random.choice(["256", "257"]), "3", "15", ed25519(p))
    if p.random.random() < 0.5:
        return more
    p.last("", "DNSKEY", "257", "3", "15", ed25519(p), ttl=more.ttl)
    return more
