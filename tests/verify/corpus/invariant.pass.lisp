; The same, kept.
(attribute plan (one-of "free" "enterprise"))
(define free-pool (list (ipv4 "192.0.2.3") (ipv4 "192.0.2.4")))

(invariant apart (implies (= plan "enterprise") (disjoint? answer-ipv4 free-pool)))
(invariant quick (implies (= transport "udp") (<= answer-ttl 60)))
(invariant served (implies (= answered-by "nobody") (= qname "lost.example.com.")))

(program nobody (match (= qname "lost.example.com."))
  (response (list (ipv4 "192.0.2.9")) (list (ipv6 "2001:db8::9")) (ttl 60)))

(program everybody (exclusive false)
  (match (under? qname "example.com."))
  (response (if (and (= plan "free") (< (bucket qname 1000) 1)) free-pool (list (ipv4 "192.0.2.9")))
            (list (ipv6 "2001:db8::9"))
            (if (!= transport "udp") (ttl 61) (ttl 60))))
