; One name, TTLs far apart.
(program quick (match (and (= qname "www.example.com.") (= transport "tcp")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 5)))

; expect ttl-spread
(program slow (match (and (= qname "www.example.com.") (!= transport "tcp")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 604800)))
