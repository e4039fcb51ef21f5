; Both claim to be alone, but a pro customer may ask over TCP.
; EXPECT: conflict program=pro line=6 related=over-tcp

(attribute plan (one-of "free" "pro") (default "free"))

(program pro
  (match (= plan "pro"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program over-tcp
  (match (= transport "tcp"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
