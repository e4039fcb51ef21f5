; Nobody answers the pro plan over TLS.
(attribute plan (one-of "free" "pro"))
; expect coverage
(total true)

(program free (match (= plan "free"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program pro (match (and (= plan "pro") (one-of? transport "udp" "tcp")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
