; Names below shop.example.com. are below example.com. anyway.
; EXPECT: redundant-condition program=shop line=5

(program shop
  (match (and (under? qname "example.com.") (under? qname "shop.example.com.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
