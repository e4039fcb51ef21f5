; Whatever is done to a pool, its addresses stay its own.
(define pool4 (list (ipv4 "192.0.2.1") (ipv4 "192.0.2.2")))
(define pool6 (list (ipv6 "2001:db8::1")))
(pools pool4 pool6)

(program a (match (and (under? qname "example.com.") (= transport "tcp")))
  (response (rotate pool4 qname) (pick 1 pool6 qname) (ttl 60)))

(program b (match (and (under? qname "example.com.") (= transport "udp")))
  (response (list (ipv4 "192.0.2.2")) pool6 (ttl 60)))
