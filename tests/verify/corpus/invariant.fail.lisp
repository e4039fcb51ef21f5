; Each is broken by one query.
(attribute plan (one-of "free" "enterprise"))
(define free-pool (list (ipv4 "192.0.2.3") (ipv4 "192.0.2.4")))

; expect invariant
(invariant apart (implies (= plan "enterprise") (disjoint? answer-ipv4 free-pool)))
; expect invariant
(invariant quick (implies (= transport "udp") (<= answer-ttl 60)))
; expect invariant
(invariant served (implies (under? qname "example.com.") (!= answered-by "nobody")))

(program nobody (match (= qname "lost.example.com."))
  (response (list (ipv4 "192.0.2.9")) (list (ipv6 "2001:db8::9")) (ttl 60)))

; expect answer-differs
(program everybody (exclusive false)
  (match (under? qname "example.com."))
  (response (if (< (bucket qname 1000) 1) free-pool (list (ipv4 "192.0.2.9")))
            (list (ipv6 "2001:db8::9"))
            (if (= country "NL") (ttl 61) (ttl 60))))
