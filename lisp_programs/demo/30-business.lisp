; Business customers: one pool, with an override for one region.

(program business-ap
  (doc "Business traffic in Asia-Pacific stays in the region")
  (config
    ([pool4 (list (ipv4 "192.0.2.61") (ipv4 "192.0.2.62"))]
     [pool6 (list (ipv6 "2001:db8:61::1") (ipv6 "2001:db8:61::2"))]
     [t     (ttl 120)]))
  (match (and (ordinary) (= plan "business") (= region "ap")))
  (response pool4 pool6 t))

(program business
  (doc "Business traffic everywhere else")
  (config
    ([pool4 (list (ipv4 "192.0.2.41") (ipv4 "192.0.2.42") (ipv4 "192.0.2.43"))]
     [pool6 (list (ipv6 "2001:db8:41::1") (ipv6 "2001:db8:41::2"))]
     [t     (ttl 120)]))
  (match (and (ordinary) (= plan "business") (!= region "ap")))
  (response pool4 pool6 t))
