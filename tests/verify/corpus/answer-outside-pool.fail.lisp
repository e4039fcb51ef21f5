; An address that no pool holds, in one branch of each family.
(define pool4 (list (ipv4 "192.0.2.1") (ipv4 "192.0.2.2")))
(define pool6 (list (ipv6 "2001:db8::1")))
(pools pool4 pool6)

(program a (match (and (under? qname "example.com.") (= transport "tcp")))
  ; expect answer-outside-pool
  (response (append pool4 (list (ipv4 "192.0.2.3"))) pool6 (ttl 60)))

(program b (match (and (under? qname "example.com.") (= transport "udp")))
  ; expect answer-outside-pool
  (response pool4 (if (= country "NL") (list (ipv6 "2001:db8::2")) pool6) (ttl 60)))
