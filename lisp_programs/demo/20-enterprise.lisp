; Enterprise customers have addresses of their own.

(program enterprise-shop
  (doc "The shop is pinned to addresses its payment provider has on a list")
  (config
    ([pool4 (list (ipv4 "203.0.113.10") (ipv4 "203.0.113.11"))]
     [pool6 (list (ipv6 "2001:db8:e::10") (ipv6 "2001:db8:e::11"))]
     [t     (ttl 300)]))
  (match (and (ordinary) (= plan "enterprise") (in-shop)))
  (response pool4 pool6 t))

(program enterprise
  (doc "All other enterprise names; two of four addresses, chosen by name")
  (config
    ([pool4 (list (ipv4 "203.0.113.20") (ipv4 "203.0.113.21") (ipv4 "203.0.113.22")
                  (ipv4 "203.0.113.23"))]
     [pool6 (list (ipv6 "2001:db8:e::20") (ipv6 "2001:db8:e::21"))]
     [t     (ttl 120)]))
  (match (and (ordinary) (= plan "enterprise") (not (in-shop))))
  (response (if (< (bucket qname 2 "enterprise-half") 1)
                (take 2 pool4)
                (list (ipv4 "203.0.113.22") (ipv4 "203.0.113.23")))
            pool6
            t))
