; Over TCP nothing is left to answer with.
; EXPECT: empty-answer program=hollow line=6

(program hollow
  (match (under? qname "example.com."))
  (response (if (= transport "tcp") (list) (list (ipv4 "192.0.2.1"))) (list) (ttl 60)))
