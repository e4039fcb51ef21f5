; The program takes no query over TCP, so the first arm is never answered.
; EXPECT: constant-branch program=datagrams line=6

(program datagrams
  (match (= transport "udp"))
  (response (if (= transport "tcp") (list (ipv4 "192.0.2.1")) (list (ipv4 "192.0.2.2")))
            (list (ipv6 "2001:db8::1")) (ttl 60)))
