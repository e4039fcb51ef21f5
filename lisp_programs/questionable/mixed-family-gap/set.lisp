; Free names have IPv4 addresses and no IPv6 ones; all others have both.
; EXPECT: mixed-family-gap program=everybody line=8

(attribute plan (one-of "free" "pro"))

(program everybody
  (match (under? qname "example.com."))
  (response (list (ipv4 "192.0.2.1"))
            (if (= plan "free") (list) (list (ipv6 "2001:db8::1")))
            (ttl 60)))
