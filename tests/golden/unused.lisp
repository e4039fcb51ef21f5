(attribute plan (one-of "free" "pro"))
(define (in-test-prefix) (in-prefix? client "198.51.100.0/24"))
(program p
  (config ([old (ttl 5)]))
  (match (under? qname "example.com."))
  (response (list (ipv4 "192.0.2.1")) (list) (ttl 60)))
