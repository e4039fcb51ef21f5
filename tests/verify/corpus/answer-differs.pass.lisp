; The same answer, or no common query, or exclusive (which is for `conflict` to say).
(program a (exclusive false) (match (under? qname "example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program b (exclusive false) (match (in-prefix? client "192.0.2.0/24"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program c (exclusive false)
  (match (and (not (under? qname "example.com.")) (not (in-prefix? client "192.0.2.0/24"))))
  (response (list (ipv4 "192.0.2.2")) (list (ipv6 "2001:db8::2")) (ttl 60)))
