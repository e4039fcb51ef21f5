; Free customers, and with them everybody whose plan is not recorded: the default.

(program free-europe
  (doc "Free names asked for from Europe")
  (config
    ([pool4 (list (ipv4 "192.0.2.3") (ipv4 "192.0.2.4"))]
     [pool6 (list (ipv6 "2001:db8:1::3"))]
     [t     (ttl 300)]))
  (match (and (ordinary) (= plan "free") (= continent "EU")))
  (response pool4 pool6 t))

(program default
  (doc "Everything else: the shared pool")
  (config
    ([pool4 (list (ipv4 "192.0.2.5") (ipv4 "192.0.2.6"))]
     [pool6 (list (ipv6 "2001:db8:1::5"))]
     [t     (ttl 300)]))
  (match (and (ordinary) (= plan "free") (!= continent "EU")))
  (response pool4 pool6 t))
