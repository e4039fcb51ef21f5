; Three leftovers of an earlier edit.
; EXPECT: unused line=6
; EXPECT: unused line=7
; EXPECT: unused program=shared line=10

(attribute plan (one-of "free" "pro"))
(define (in-test-prefix) (in-prefix? client "198.51.100.0/24"))

(program shared
  (config ([old-pool (list (ipv4 "192.0.2.9"))]
           [pool     (list (ipv4 "192.0.2.1"))]))
  (match (under? qname "example.com."))
  (response pool (list (ipv6 "2001:db8::1")) (ttl 60)))
