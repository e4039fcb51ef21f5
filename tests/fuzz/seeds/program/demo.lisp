; What this server and its domains look like, and the words the programs share.

(attribute plan (one-of "free" "pro" "business" "enterprise")
  (default "free")
  (doc "Plan the customer of this name pays for"))

(field site (one-of "ams1" "fra1" "iad1" "sin1"))
(field region (one-of "eu" "na" "ap"))

; Clients of our own test lab (TEST-NET-2, RFC 5737).
(define (in-test-prefix) (in-prefix? client "198.51.100.0/24"))

; Sites that take no new clients. Remove a site here when its maintenance is over.
(define (drained) (in site (list "fra1")))

; Everything that neither the test lab nor a drained site decides.
(define (ordinary) (and (not (in-test-prefix)) (not (drained))))

; Five percent of the names, the same ones on every server.
(define (canary) (< (bucket qname 100 "pro-canary") 5))

(define (in-shop) (under? qname "shop.example.com."))
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
    ([pool4 (list (ipv4 "203.0.113.20") (ipv4 "203.0.113.21")
                  (ipv4 "203.0.113.22") (ipv4 "203.0.113.23"))]
     [pool6 (list (ipv6 "2001:db8:e::20") (ipv6 "2001:db8:e::21"))]
     [t     (ttl 120)]))
  (match (and (ordinary) (= plan "enterprise") (not (in-shop))))
  (response
    (if (< (bucket qname 2 "enterprise-half") 1)
        (take 2 pool4)
        (list (ipv4 "203.0.113.22") (ipv4 "203.0.113.23")))
    pool6
    t))
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
