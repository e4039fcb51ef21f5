; Pro customers: the pool, and five percent of their names on the new one.

(program pro-canary
  (doc "The new pool, tried on five percent of the names")
  (config
    ([pool4 (list (ipv4 "192.0.2.31"))]
     [pool6 (list (ipv6 "2001:db8:31::1"))]
     [t     (ttl 60)]))
  (match (and (ordinary) (= plan "pro") (canary)))
  (response pool4 pool6 t))

(program pro
  (doc "The pool of the pro plan")
  (config
    ([pool4 (list (ipv4 "192.0.2.21") (ipv4 "192.0.2.22"))]
     [pool6 (list (ipv6 "2001:db8:21::1") (ipv6 "2001:db8:21::2"))]
     [t     (ttl 120)]))
  (match (and (ordinary) (= plan "pro") (not (canary))))
  (response pool4 pool6 t))
