; Leftovers.
; expect unused
(attribute plan (one-of "free" "pro"))
; expect unused
(define spare (list (ipv4 "192.0.2.77")))
; expect unused
(define (test a) (in-prefix? a "192.0.2.0/24"))

(program a
  ; expect unused
  (config ([old (ttl 5)] [new (ttl 60)]))
  (match (under? qname "example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) new))
