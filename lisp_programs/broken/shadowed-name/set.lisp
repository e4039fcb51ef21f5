; A config binding may not take the name of a field.
; EXPECT: shadowed-name line=5

(program shadow
  (config ([client (ttl 60)]))
  (match (= qtype "A"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) client))
