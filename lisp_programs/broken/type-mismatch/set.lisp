; A country is a string, not a number.
; EXPECT: type-mismatch line=5

(program numbers
  (match (= country 31))
  (response (list (ipv4 "192.0.2.1")) (list) (ttl 60)))
