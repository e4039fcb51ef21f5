; Close to contradictions, and none.
(attribute plan (one-of "free" "pro"))
(attribute weight (int 0 100))
(attribute tier (int 0 5))

(program two-names (exclusive true)
  (match (or (= qname "a.example.com.") (= qname "b.example.com.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program sibling (exclusive true)
  (match (and (under? qname "a.example.net.") (not (under? qname "b.a.example.net."))))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program nested (exclusive true)
  (match (and (in-prefix? client "192.0.2.0/24") (in-prefix? client "192.0.2.128/25") (under? qname "x.example.org.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program mapped (exclusive true)
  (match (and (= (family client) "ipv4") (in-prefix? client "::ffff:198.51.100.0/120") (under? qname "y.example.org.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program labels (exclusive true)
  (match (and (strictly-under? qname "z.example.org.") (<= (label-count qname) 4) (= (label qname 3) "w")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program globs (exclusive true)
  (match (and (glob? qname "**.g.example.org.") (glob? qname "a*.*.example.org.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program both-ends (exclusive true)
  (match (and (has-prefix? qname "www") (has-suffix? qname "ww.h.example.org.") (< (label-count qname) 5)))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program narrow (exclusive true)
  (match (and (= (bucket qname 100) 99) (= (bucket qname 50 "salt") 0) (under? qname "b.example.org.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program sum (exclusive true)
  (match (and (> weight 60) (> tier 3) (< (+ weight tier) 66) (under? qname "s.example.org.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program zone-above (exclusive true)
  (match (and (= zone "c.example.org.") (= qname "www.c.example.org.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program longest (exclusive true)
  (match (and (has-prefix? qname "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.") (under? qname "l.example.org.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program plans (exclusive true)
  (match (and (in plan (list "free" "pro")) (under? qname "p.example.org.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
