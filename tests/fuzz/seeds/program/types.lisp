; Types, ranges, domains and literals.
(attribute plan (one-of "free" "pro"))
(attribute weight (int 0 100))
(attribute wide (int -9223372036854775808 9223372036854775807))
(attribute owner string (default 5))
(attribute level (int 9 1))
(attribute size (on-of "s"))
(define (light x) (< x 5))
(define nets (list "192.0.2.0/24" "198.51.100.1/24"))

(program a
  (match (and (= plan "fre") (in weight (list 1 101)) (> (+ wide 1) 0) (= owner country)
              (light owner) (in-prefix? client nets) (= qname "example.com")
              (glob? qname "*.example") (< (* weight asn) 3) (cond [(= weight 1) true])))
  (response (list (ipv4 "2001:db8::1")) (pick 0 (list (ipv6 "2001:db8::1")) qname) 60))

(program b
  (match (not 1 2))
  (response (list client) (pick-weighted 1 (list (ipv6 "2001:db8::1")) (list 0) qname)
            (ttl (- weight 5))))

(program c
  (match (in-prefix? client (if (= weight 1) "10.0.0.0/8" "11.0.0.0/8")))
  (response (list (ipv4 "300.0.0.1")) (list) (ttl 60)))
