; Every query finds a program, by a union and not by a last one that takes all.
(attribute plan (one-of "free" "pro"))
(total true)

(program free (match (= plan "free"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program pro (match (and (= plan "pro") (one-of? transport "udp" "tcp")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program private (match (and (= plan "pro") (= transport "tls")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
