; Over TCP an address is answered that no pool holds: a typing error in its last octet.
; EXPECT: answer-outside-pool program=shared line=10

(define shared4 (list (ipv4 "192.0.2.1") (ipv4 "192.0.2.2")))
(define shared6 (list (ipv6 "2001:db8::1")))
(pools shared4 shared6)

(program shared
  (match (under? qname "example.com."))
  (response (if (= transport "tcp") (list (ipv4 "192.0.2.20")) shared4) shared6 (ttl 60)))
