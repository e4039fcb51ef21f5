; Every arm is taken by some query.
(program b (match (under? qname "example.org."))
  (response (cond [(= country "NL") (list (ipv4 "192.0.2.1"))]
                  [(= transport "tcp") (list (ipv4 "192.0.2.2"))]
                  [else (list (ipv4 "192.0.2.3"))])
            (list (ipv6 "2001:db8::1")) (ttl 60)))
