; Values that can't be.
(attribute plan (one-of "free" "enterprise"))
(attribute weight (int 0 100))
(field site (one-of "ams1" "fra1"))

(program a
  ; expect attribute-domain
  (match (and (= plan "Enterprise") (under? qname "a.example.com.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program b
  ; expect attribute-domain
  (match (and (= site "ams2") (under? qname "b.example.com.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program c
  ; expect attribute-domain
  (match (and (= transport "quic") (> weight 50) (under? qname "c.example.com.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
