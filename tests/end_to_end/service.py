"""A small service for the tests of the daemon: two zones and a set of three programs."""

CONFIG = """\
server:
  listen: ["127.0.0.1@{port}"]
  workers: 2
  site: ams1
  region: eu
zones:
  - name: example.com.
    file: zones/example.com.zone
    addressing: true
    attributes: {plan: free}
    attributes-file: zones/example.com.csv
  - name: example.net.
    file: zones/example.net.zone
programs: programs
"""

ZONE = """\
$TTL 300
@ SOA ns1.example.net. host 1 2h 30m 2w 5m
@ NS ns1.example.net.
www A 192.0.2.80
www AAAA 2001:db8::80
vip A 192.0.2.80
alias CNAME www
"""

# `big` needs TCP, `huge` is an answer of some 50 kB.
PLAIN_ZONE = """\
$TTL 300
@ SOA ns1 host 1 2h 30m 2w 5m
@ NS ns1
ns1 A 192.0.2.53
""" + "".join(f'big TXT "{i:02} {"b" * 100}"\n' for i in range(40)) \
    + "".join(f'huge TXT "{i:03} {"h" * 240}"\n' for i in range(200))

PROGRAMS = """\
(attribute plan (one-of "free" "pro") (default "free"))
(field site (one-of "ams1" "fra1"))
(program lab
  (match (in-prefix? client "198.51.100.0/24"))
  (response (list (ipv4 "203.0.113.1")) (list (ipv6 "2001:db8:1ab::1")) (ttl 30)))
(program pro
  (match (and (= plan "pro") (not (in-prefix? client "198.51.100.0/24"))))
  (response (list (ipv4 "203.0.113.2") (ipv4 "203.0.113.3")) (list) (ttl 60)))
(program free
  (match (and (= plan "free") (not (in-prefix? client "198.51.100.0/24"))))
  (response (list (ipv4 "203.0.113.4")) (list (ipv6 "2001:db8:f::1")) (ttl 90)))
"""

# Two exclusive programs that match the same queries: only the solver sees that.
CONFLICT = """\
(attribute plan (one-of "free" "pro") (default "free"))
(program one
  (match (in-prefix? client "198.51.100.0/24"))
  (response (list (ipv4 "203.0.113.1")) (list) (ttl 30)))
(program two
  (match (= plan "pro"))
  (response (list (ipv4 "203.0.113.2")) (list) (ttl 30)))
"""

# Takes the verifier a good while, and more memory than 64 MiB.
HARD = "(attribute n (int 0 100000))" + "".join(
    f"""(program p{i}
          (match (and (= (mod (+ (* 3 n) {i}) 1501) {i * 7 % 1501})
                      (under? qname "n{i}.example.com.")))
          (response (list (ipv4 "192.0.2.1")) (list) (ttl 60)))""" for i in range(1500))

FILES = {
    "lapis.yaml": CONFIG,
    "zones/example.com.zone": ZONE,
    "zones/example.com.csv": "name,plan\nvip,pro\n",
    "zones/example.net.zone": PLAIN_ZONE,
    "programs/set.lisp": PROGRAMS,
}
