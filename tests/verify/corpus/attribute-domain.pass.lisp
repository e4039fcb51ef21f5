; Values that can.
(attribute plan (one-of "free" "enterprise"))
(attribute weight (int 0 100))
(field site (one-of "ams1" "fra1"))

(program a
  (match (and (= plan "enterprise") (= weight 100) (= site "fra1") (under? qname "a.example.com.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
