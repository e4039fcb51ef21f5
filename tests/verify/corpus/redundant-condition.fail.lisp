; Each match says one thing twice.
(program names
  ; expect redundant-condition
  (match (and (under? qname "example.com.") (= qname "www.example.com.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program prefixes
  ; expect redundant-condition
  (match (and (in-prefix? client "192.0.2.0/24") (= (family client) "ipv4") (under? qname "example.org.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
