// Any octets as the options of an OPT record. Octet 0 chooses transport and question, octets 1 to
// 4 are payload size, version and flags.
#include <cstdlib>
#include <cstring>
#include <vector>

#include "answered_world.h"
#include "lapis/dns/query.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const char* const questions[] = {"\3www\1p\0\0\1\0\1", "\1x\1w\2n3\0\0\1\0\1",
                                          "\3big\1z\0\0\20\0\1", "\1q\1n\0\0\1\0\1"};
  static const std::size_t sizes[] = {11, 12, 11, 9};
  if (size < 5 || size > 4000) return 0;
  const std::size_t which = data[0] / 3 % 4;
  std::vector<std::uint8_t> query{0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1};
  const auto* question = reinterpret_cast<const std::uint8_t*>(questions[which]);
  query.insert(query.end(), question, question + sizes[which]);
  const std::size_t options = size - 5;
  for (const std::size_t octet :
       {std::size_t{0}, std::size_t{0}, std::size_t{41}, std::size_t{data[1]}, std::size_t{data[2]},
        std::size_t{0}, std::size_t{data[3]}, std::size_t{data[4]}, std::size_t{0}, options >> 8,
        options & 0xFF}) {
    query.push_back(static_cast<std::uint8_t>(octet));
  }
  query.insert(query.end(), data + 5, data + size);
  const auto transport = static_cast<lapis::answer::Transport>(data[0] % 3);
  const auto response = lapis::fuzz::ask_world(query, transport);
  // A query with one OPT record is answered, with an OPT record, whatever is in it.
  if (response.empty()) std::abort();
  lapis::dns::Edns edns;
  const bool read = lapis::dns::parse_edns_options({data + 5, options}, edns);
  // A client's keepalive with a timeout is an error where there is a connection to keep (RFC 7828).
  const bool good =
      read && (!edns.tcp_keepalive_timeout || transport == lapis::answer::Transport::udp);
  const int rcode = response[3] & 0xF;
  if (data[3] == 0 && !good && rcode != 1) std::abort();
  if (data[3] == 0 && good && rcode == 1) std::abort();
  return 0;
}
