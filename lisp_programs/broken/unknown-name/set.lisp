; The attribute is called plan.
; EXPECT: unknown-name line=7

(attribute plan (one-of "free" "pro"))

(program typo
  (match (= plna "pro"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
