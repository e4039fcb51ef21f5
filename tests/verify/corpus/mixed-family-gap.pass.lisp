; Both, or one family for good.
(attribute plan (one-of "free" "pro"))

(program a (match (and (under? qname "example.com.") (= plan "free")))
  (response (list (ipv4 "192.0.2.1")) (if (= plan "pro") (list) (list (ipv6 "2001:db8::1"))) (ttl 60)))
