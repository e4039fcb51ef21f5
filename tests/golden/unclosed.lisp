(define (f) (= qtype "A")

(program p (match (f)) (response (list) (list) (ttl 1)))
(total true]
