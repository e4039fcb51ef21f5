; The match is never closed.
; EXPECT: syntax line=4

(program open
  (match (= qtype "A")
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
