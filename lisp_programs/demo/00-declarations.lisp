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
