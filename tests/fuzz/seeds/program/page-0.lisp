(attribute plan (one-of "free" "pro" "business" "enterprise") (default "free"))
(define (in-test-prefix) (in-prefix? client "198.51.100.0/24"))

(program orange
  (doc "Free-plan domains, served from the shared pool")
  (exclusive true)
  (config
    ([pool4 (list (ipv4 "192.0.2.3") (ipv4 "192.0.2.4"))]
     [pool6 (list (ipv6 "2001:db8:1::3"))]
     [t     (ttl 300)]))
  (match (and (= plan "free") (under? qname "example.com.") (not (in-test-prefix))))
  (response pool4 pool6 t))
