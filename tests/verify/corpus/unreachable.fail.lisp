; Hidden by one program, by several together, by all kinds of tests.
(attribute plan (one-of "free" "pro"))
(attribute weight (int 0 100))

(program all-of-a (exclusive false)
  (match (under? qname "a.example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unreachable
(program part-of-a (exclusive false)
  (match (and (under? qname "x.a.example.com.") (= qtype "A")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program low (exclusive false)
  (match (and (under? qname "b.example.com.") (< weight 40)))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
(program high (exclusive false)
  ; expect redundant-condition
  (match (and (under? qname "b.example.com.") (>= weight 30)))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unreachable
(program any-weight (exclusive false)
  (match (and (under? qname "b.example.com.") (= plan "pro")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program udp (exclusive false)
  (match (and (under? qname "c.example.com.") (= transport "udp")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
(program streams (exclusive false)
  ; expect redundant-condition
  (match (and (under? qname "c.example.com.") (one-of? transport "tcp" "tls")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unreachable
(program late (exclusive false)
  (match (and (strictly-under? qname "c.example.com.") (in-prefix? client "192.0.2.0/24")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program first-half (exclusive false)
  (match (and (under? qname "d.example.com.") (< (bucket qname 10) 5)))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
(program second-half (exclusive false)
  ; expect redundant-condition
  (match (and (under? qname "d.example.com.") (> (bucket qname 10) 4)))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unreachable
(program rest (exclusive false)
  (match (under? qname "www.d.example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program four (exclusive false)
  (match (and (under? qname "e.example.com.") (= (family client) "ipv4")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
(program six (exclusive false)
  ; expect redundant-condition
  (match (and (under? qname "e.example.com.") (in-prefix? client "::/0")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unreachable
(program either (exclusive false)
  (match (and (under? qname "e.example.com.") (= country "NL")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program starts (exclusive false)
  (match (and (under? qname "f.example.com.") (has-prefix? qname "a")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
(program others (exclusive false)
  ; expect redundant-condition
  (match (and (under? qname "f.example.com.") (not (has-prefix? qname "ab"))))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unreachable
(program any (exclusive false)
  (match (glob? qname "*.f.example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
