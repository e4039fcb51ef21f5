; One name is answered with TTLs that are a week apart.
; EXPECT: ttl-spread program=slow line=8 related=quick

(program quick
  (match (and (= qname "www.example.com.") (= transport "tcp")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 5)))

(program slow
  (match (and (= qname "www.example.com.") (!= transport "tcp")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 604800)))
