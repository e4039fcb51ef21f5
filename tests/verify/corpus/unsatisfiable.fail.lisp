; Each match is a contradiction of another kind.
(attribute plan (one-of "free" "pro"))
(attribute weight (int 0 100))
(attribute tier (int 0 5))

; expect unsatisfiable
(program two-names (exclusive true)
  (match (and (= qname "a.example.com.") (= qname "b.example.com.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unsatisfiable
(program other-branch (exclusive true)
  (match (and (under? qname "a.example.com.") (not (under? qname "example.com."))))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unsatisfiable
(program apart (exclusive true)
  (match (and (in-prefix? client "192.0.2.0/25") (in-prefix? client "192.0.2.128/25")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unsatisfiable
(program families (exclusive true)
  (match (and (= (family client) "ipv4") (in-prefix? client "2001:db8::/32")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unsatisfiable
(program below-itself (exclusive true)
  (match (and (strictly-under? qname "example.com.") (= qname "example.com.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unsatisfiable
(program labels (exclusive true)
  (match (and (under? qname "a.b.example.com.") (< (label-count qname) 4)))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unsatisfiable
(program globs (exclusive true)
  (match (and (glob? qname "*.example.com.") (glob? qname "*.example.org.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unsatisfiable
(program prefixes (exclusive true)
  (match (and (has-prefix? qname "www") (has-prefix? qname "api")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unsatisfiable
(program buckets (exclusive true)
  (match (and (< (bucket qname 100) 5) (>= (bucket qname 100) 50)))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unsatisfiable
(program this-bucket (exclusive true)
  (match (and (= qname "www.example.com.") (!= (bucket qname 7) 6)))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unsatisfiable
(program outside (exclusive true)
  (match (not (in plan (list "free" "pro"))))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unsatisfiable
(program sum (exclusive true)
  (match (and (> weight 60) (> tier 3) (< (+ weight tier) 60)))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unsatisfiable
(program numbers (exclusive true)
  (match (and (= (mod weight 2) 0) (= (mod weight 2) 1)))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unsatisfiable
(program zone-below (exclusive true)
  (match (and (= zone "www.example.com.") (= qname "example.com.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unsatisfiable
(program octets (exclusive true)
  (match (and (has-prefix? qname "A") (= (label qname 0) "b") (= (label-count qname) 1) (has-suffix? qname "c.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unsatisfiable
(program resolvers (exclusive true)
  (match (and (= client resolver) (in-prefix? client "192.0.2.0/24") (in-prefix? resolver "198.51.100.0/24")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

; expect unsatisfiable
(program family-text (exclusive true)
  (match (and (= country "NL") (one-of? country "DE" "FR")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))
