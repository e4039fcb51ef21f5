; A query reaches a program that has no address for it.
(attribute plan (one-of "free" "pro"))
(define (drained a) (in-prefix? a "198.51.100.0/24"))

(program none (match (under? qname "a.example.com."))
  ; expect empty-answer
  (response (list) (list) (ttl 60)))

(program filtered (match (under? qname "b.example.com."))
  ; expect empty-answer
  (response (filter drained (list (ipv4 "192.0.2.1"))) (list) (ttl 60)))

(program taken (match (under? qname "c.example.com."))
  ; expect empty-answer mixed-family-gap
  (response (take (if (= plan "pro") 1 0) (list (ipv4 "192.0.2.1"))) (list) (ttl 60)))
