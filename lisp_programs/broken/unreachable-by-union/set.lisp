; Neither half of the prefix hides the last program alone; together they do.
; EXPECT: unreachable program=whole line=20 related=lower-half,upper-half

(program lower-half
  (exclusive false)
  (match (in-prefix? client "198.51.100.0/25"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program neighbour
  (exclusive false)
  (match (in-prefix? client "198.51.101.0/24"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program upper-half
  (exclusive false)
  (match (in-prefix? client "198.51.100.128/25"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; The whole prefix, too late.
(program whole
  (exclusive false)
  (match (in-prefix? client "198.51.100.0/24"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
