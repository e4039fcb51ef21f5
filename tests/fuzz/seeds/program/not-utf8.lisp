(define a "ÿ")
(define b Ã()
