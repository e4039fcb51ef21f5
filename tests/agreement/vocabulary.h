// The words random sets are made of.
#pragma once

#include <random>
#include <span>
#include <string_view>

namespace lapis::agreement {

using Random = std::mt19937_64;

/// A number in 0 … n-1. Not std::uniform_int_distribution: its results differ between libraries.
inline std::size_t below(Random& random, std::size_t n) {
  return static_cast<std::size_t>(random() % n);
}
inline bool chance(Random& random, int percent) {
  return below(random, 100) < static_cast<std::size_t>(percent);
}
template <class Range>
const auto& any_of(Random& random, const Range& range) {
  return *(std::begin(range) + static_cast<std::ptrdiff_t>(below(random, std::size(range))));
}

// Names as they stand between quotes in program text.
inline constexpr std::string_view name_words[] = {
    "example.com.",
    "www.example.com.",
    "WWW.Example.com.",
    "img.example.com.",
    "img1.example.com.",
    "a.b.example.com.",
    "b.example.com.",
    "x.a.b.example.com.",
    "shop.example.com.",
    "pay.shop.example.com.",
    "*.example.com.",
    "com.",
    "example.org.",
    "a.example.org.",
    "a\\\\.b.example.com.",
    "\\\\000z.example.com.",
    "ample.com.",
    ".",
    "xn--bcher-kva.example.com.",
};
inline constexpr std::string_view glob_words[] = {
    "*.example.com.",
    "**.example.com.",
    "img*.example.com.",
    "*1.example.com.",
    "**.b.**.",
    "a*b.example.com.",
    "*.*.com.",
    "**.",
    "*.",
    "**.*.com.",
    "x*.**.example.com.",
    "**.w*w.**.org.",
    "a\\\\.*.example.com.",
};
inline constexpr std::string_view piece_words[] = {
    "",        "w",       "ww",    "www",  "img", "img1", "1",    "a",   "b",    "a.b",
    "example", "ample.c", ".com.", "com.", ".",   "x",    "XN--", "pro", "\\\\",
};
inline constexpr std::string_view prefix4_words[] = {
    "0.0.0.0/0",
    "0.0.0.0/1",
    "192.0.0.0/8",
    "192.0.2.0/24",
    "192.0.2.0/25",
    "192.0.2.128/25",
    "192.0.2.7/32",
    "198.51.100.0/24",
    "198.51.100.0/23",
    "255.255.255.255/32",
    "::ffff:203.0.113.0/120",
};
inline constexpr std::string_view prefix6_words[] = {
    "::/0",
    "2001:db8::/32",
    "2001:db8::/33",
    "2001:db8:1::/48",
    "2001:db8:1::/64",
    "2001:db8:1::7/128",
    "2001:db8:8000::/33",
    "fe80::/10",
};
inline constexpr std::string_view client4_words[] = {
    "0.0.0.0",     "192.0.2.0",    "192.0.2.7",    "192.0.2.127",     "192.0.2.128",
    "192.0.2.255", "198.51.100.1", "203.0.113.10", "255.255.255.255",
};
inline constexpr std::string_view client6_words[] = {
    "::", "2001:db8::", "2001:db8:1::7", "2001:db8:1:0:ffff::", "fe80::1",
};
inline constexpr std::string_view pool4_words[] = {
    "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.130", "198.51.100.9", "203.0.113.10",
};
inline constexpr std::string_view pool6_words[] = {
    "2001:db8:1::1",
    "2001:db8:1::2",
    "2001:db8:2::1",
    "2001:db8:ffff::9",
};
inline constexpr std::string_view place_words[] = {"", "ams1", "fra1", "iad1", "sin1", "AMS1"};
inline constexpr std::string_view country_words[] = {"", "DE", "FR", "de", "US", "EU", "proud"};
inline constexpr std::string_view salt_words[] = {"", "canary", "x"};
inline constexpr std::int64_t number_words[] = {0, 1, 2, 3, 5, 10, 99, 100, 64496, 4294967295, -1};
inline constexpr int bucket_counts[] = {1, 2, 3, 10, 100, 1000};

}  // namespace lapis::agreement
