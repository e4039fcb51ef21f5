; The product can leave 64 bits for large values of the attribute.
; EXPECT: integer-overflow line=7

(attribute weight (int 0 9000000000000000000))

(program heavy
  (match (> (* weight 2) 10))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
