; The set claims to answer every query, but nobody answers the business plan.
; EXPECT: coverage line=5

(attribute plan (one-of "free" "business" "enterprise"))
(total true)

(program free
  (match (= plan "free"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program enterprise
  (match (= plan "enterprise"))
  (response (list (ipv4 "192.0.2.2")) (list (ipv6 "2001:db8::2")) (ttl 60)))
