(attribute big (int 0 9223372036854775807))
(program p
  (match (> (+ big 1) 10))   ; the sum can leave the 64-bit range
  (response (list) (list) (ttl 60)))
