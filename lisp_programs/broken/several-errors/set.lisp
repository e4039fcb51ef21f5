; All errors of a file are reported at once.
; EXPECT: type-mismatch line=7
; EXPECT: unknown-name line=8

(program first
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))
  (match (and (= qtype 1)
              (= contry "NL"))))
