; Enterprise customers must never be answered from the free pool, and one branch does.
; EXPECT: invariant line=7 related=everybody

(attribute plan (one-of "free" "enterprise"))
(define free-pool (list (ipv4 "192.0.2.3")))

(invariant enterprise-is-apart
  (implies (= plan "enterprise") (disjoint? answer-ipv4 free-pool)))

(program everybody
  (match (in qtype (list "A" "AAAA")))
  (response (if (= transport "tcp") free-pool (list (ipv4 "192.0.2.9")))
            (list (ipv6 "2001:db8::1"))
            (ttl 60)))
