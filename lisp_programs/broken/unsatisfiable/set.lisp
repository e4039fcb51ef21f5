; No client is in two prefixes that do not overlap.
; EXPECT: unsatisfiable program=nowhere line=8

(program lab
  (match (in-prefix? client "198.51.100.0/24"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program nowhere
  (match (and (in-prefix? client "203.0.113.0/24")
              (in-prefix? client "192.0.2.0/24")))
  (response (list (ipv4 "192.0.2.2")) (list (ipv6 "2001:db8::2")) (ttl 60)))
