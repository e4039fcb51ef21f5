; Near each other, or of different names.
(program quick (match (and (= qname "www.example.com.") (= transport "tcp")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 300)))

(program near (match (and (= qname "www.example.com.") (!= transport "tcp")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 600)))

(program other (match (= qname "static.example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 604800)))
