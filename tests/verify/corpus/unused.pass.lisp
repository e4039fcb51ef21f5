; All is used: by a match, by a response, by another definition, by an invariant.
(attribute plan (one-of "free" "pro"))
(define spare (list (ipv4 "192.0.2.77")))
(define (test a) (in-prefix? a "192.0.2.0/24"))
(define (both) (and (test client) (= plan "pro")))
(invariant apart (disjoint? answer-ipv4 spare))

(program a
  (config ([new (ttl 60)]))
  (match (and (under? qname "example.com.") (both)))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) new))
