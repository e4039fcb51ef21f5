; Names: unknown, taken, shadowing, recursive.
(attribute plan (one-of "free" "pro"))
(attribute plan string)
(attribute client string)
(define (under? x) true)
(define (even x) (odd x))
(define (odd x) (even x))
(define pool (list (ipv4 "192.0.2.1")))

(program orange
  (config ([pool 1] [a (ttl 1)] [a (ttl 2)] [far client]))
  (match (and (= plam "free") (undr? qname "com.") (= orange 1) (even 2)))
  (response (list) (list) a))

(program green
  (mach true)
  (match true)
  (match false)
  (response (list) (list)))

(program)
(programme blue)
(pools pol)
