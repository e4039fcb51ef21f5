; Exclusive programs that share queries, whatever the order and what hides them.
(attribute plan (one-of "free" "pro"))

; expect conflict
(program a (exclusive true)
  (match (under? qname "example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unreachable
(program b (exclusive true)
  (match (and (= qname "www.example.com.") (= plan "pro")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect conflict
(program c (exclusive true)
  (match (and (under? qname "example.org.") (in-prefix? client (list "192.0.2.0/24" "2001:db8::/32"))))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program d (exclusive true)
  (match (and (has-suffix? qname "n.example.org.") (= transport "tcp")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect conflict
(program e (exclusive true)
  (match (and (under? qname "example.net.") (< (bucket qname 100) 10)))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program f (exclusive true)
  (match (and (under? qname "example.net.") (< (bucket qname 100 "other") 10)))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
