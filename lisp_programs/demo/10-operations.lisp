; What operations decide comes before what customers pay for.

(program test-lab
  (doc "The test lab always reaches the staging pool")
  (config
    ([pool4 (list (ipv4 "203.0.113.250"))]
     [pool6 (list (ipv6 "2001:db8:ffff::250"))]
     [t     (ttl 30)]))
  (match (in-test-prefix))
  (response pool4 pool6 t))

(program drained-site
  (doc "Clients of a drained site are sent to its neighbour, with a short TTL")
  (config
    ([pool4 (list (ipv4 "192.0.2.101") (ipv4 "192.0.2.102"))]
     [pool6 (list (ipv6 "2001:db8:100::1") (ipv6 "2001:db8:100::2"))]
     [t     (ttl 30)]))
  (match (and (drained) (not (in-test-prefix))))
  (response pool4 pool6 t))
