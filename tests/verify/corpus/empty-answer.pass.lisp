; One family is enough, and a choice from a list is never empty.
(attribute plan (one-of "free" "pro"))
(define (drained a) (in-prefix? a "198.51.100.0/24"))

(program four (match (under? qname "a.example.com."))
  (response (list (ipv4 "192.0.2.1")) (list) (ttl 60)))

(program fallback (match (under? qname "b.example.com."))
  (response (if-empty (filter drained (list (ipv4 "192.0.2.1"))) (list (ipv4 "192.0.2.2"))) (list) (ttl 60)))

(program chosen (match (under? qname "c.example.com."))
  (response (pick 1 (list (ipv4 "192.0.2.1") (ipv4 "192.0.2.2")) client) (list) (ttl 60)))

(program only-pro (match (and (under? qname "d.example.com.") (= plan "pro")))
  (response (take (if (= plan "pro") 1 0) (list (ipv4 "192.0.2.1"))) (list) (ttl 60)))
