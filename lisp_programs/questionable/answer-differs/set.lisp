; Both programs take TCP queries of the test prefix, with different addresses: only order decides.
; EXPECT: answer-differs program=over-tcp line=9 related=test-prefix

(program test-prefix
  (exclusive false)
  (match (in-prefix? client "198.51.100.0/24"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program over-tcp
  (exclusive false)
  (match (= transport "tcp"))
  (response (list (ipv4 "192.0.2.2")) (list (ipv6 "2001:db8::2")) (ttl 60)))
