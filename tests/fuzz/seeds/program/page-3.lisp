(attribute plan (one-of "free" "pro"))
(define pool (list (ipv4 "192.0.2.1") (ipv4 "192.0.2.2") (ipv4 "192.0.2.3")))
(define (near a) (or (= plan "pro") (in-prefix? a "192.0.2.0/31")))

(program chosen
  (match (glob? qname "**.img*.example.com."))
  (response (if-empty (filter near pool) pool)
            (map ipv6 (list "2001:db8::1" "2001:db8::2"))
            (ttl (clamp (* 10 (label-count qname)) 30 300))))

(program weighted
  (match (and (not (glob? qname "**.img*.example.com.")) (< (bucket qname 100 "canary") 5)))
  (response (pick-weighted 1 pool (list 10 10 1) (key qname (prefix-of client 24 56)))
            (list (ipv6 "2001:db8::1"))
            (ttl 60)))
