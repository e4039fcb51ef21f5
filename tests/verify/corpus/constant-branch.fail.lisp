; Tests whose value the match decides.
(program a (match (and (under? qname "example.com.") (= transport "udp")))
  ; expect constant-branch
  (response (if (one-of? transport "udp" "tcp") (list (ipv4 "192.0.2.1")) (list (ipv4 "192.0.2.2")))
            (list (ipv6 "2001:db8::1")) (ttl 60)))

(program b (match (under? qname "example.org."))
  (response (cond [(= country "NL") (list (ipv4 "192.0.2.1"))]
                  ; expect constant-branch
                  [(and (= country "NL") (= transport "tcp")) (list (ipv4 "192.0.2.2"))]
                  [else (list (ipv4 "192.0.2.3"))])
            (list (ipv6 "2001:db8::1")) (ttl 60)))
