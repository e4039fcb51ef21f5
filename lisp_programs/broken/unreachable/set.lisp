; The shop lies under the domain that the first program takes whole.
; EXPECT: unreachable program=shop line=11 related=customer

(program customer
  (exclusive false)
  (match (under? qname "example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program shop-elsewhere (match (under? qname "shop.example.net."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
(program shop
  (exclusive false)
  (match (under? qname "shop.example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
