; Only order decides, and the answers differ: in an address, a TTL, or an order of addresses.
(program a (exclusive false) (match (under? qname "example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect answer-differs
(program address (exclusive false) (match (in-prefix? client "192.0.2.0/24"))
  (response (list (ipv4 "192.0.2.2")) (list (ipv6 "2001:db8::2")) (ttl 60)))

; expect answer-differs
(program slow (exclusive false) (match (= transport "tcp"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 61)))
