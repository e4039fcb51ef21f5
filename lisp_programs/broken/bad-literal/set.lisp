; Bits are set beyond the length of the prefix.
; EXPECT: bad-literal line=5

(program host
  (match (in-prefix? client "192.0.2.1/24"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
