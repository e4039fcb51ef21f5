; Each condition takes something away.
(program names
  (match (and (under? qname "example.com.") (has-prefix? qname "www") (= transport "udp")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
