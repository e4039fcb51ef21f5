; Two definitions that use each other would never end.
; EXPECT: recursive-definition line=5

(define (odd-site) (not (even-site)))
(define (even-site) (not (odd-site)))

(program sites
  (match (odd-site))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
