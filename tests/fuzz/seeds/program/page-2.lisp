(attribute plan (one-of "free" "pro"))
(program p (match (= plan "fre")) (response (list) (list) (ttl 60)))
