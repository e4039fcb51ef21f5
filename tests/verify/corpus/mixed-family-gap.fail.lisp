; One family comes out empty where the other does not, though not always.
(attribute plan (one-of "free" "pro"))

(program a (match (under? qname "example.com."))
  ; expect mixed-family-gap
  (response (list (ipv4 "192.0.2.1")) (if (= plan "free") (list) (list (ipv6 "2001:db8::1"))) (ttl 60)))

(program b (match (under? qname "example.org."))
  ; expect mixed-family-gap
  (response (if (= plan "free") (list) (list (ipv4 "192.0.2.1"))) (list (ipv6 "2001:db8::1")) (ttl 60)))
