; Over TCP nothing is left to answer with.
; EXPECT: empty-answer program=hollow line=4

(program hollow
  (match (under? qname "example.com."))
  (response (take (if (= transport "tcp") 0 1) (list (ipv4 "192.0.2.1"))) (list) (ttl 60)))
