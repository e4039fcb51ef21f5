; No plan is called "enterprize", and no weight is above 100.
; EXPECT: attribute-domain line=9
; EXPECT: attribute-domain line=13

(attribute plan (one-of "free" "enterprise"))
(attribute weight (int 0 100))

(program carve-out
  (match (= plan "enterprize"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program heavy
  (match (and (= plan "free") (in weight (list 100 101))))
  (response (list (ipv4 "192.0.2.2")) (list (ipv6 "2001:db8::2")) (ttl 60)))
