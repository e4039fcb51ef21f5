(define pools (list "192.0.2.1" "x
(define n 99999999999999999999)
(define m 1st)
(define s "a\qb")
)
