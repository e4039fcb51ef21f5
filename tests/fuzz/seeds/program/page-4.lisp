- name: orange
  exclusive: true
  doc: Free-plan domains
  config: |
    (config
      ([pool4 (list (ipv4 "192.0.2.3"))]
       [t     (ttl 300)]))
  match: |
    (under? qname "example.com.")
  response: |
    (response pool4 (list) t)
