#include "counters.h"

namespace lapis::server {

void CounterTotals::add(const Counters& counters) {
  udp_queries += counters.udp_queries.get();
  tcp_queries += counters.tcp_queries.get();
  silent += counters.silent.get();
  truncated += counters.truncated.get();
  by_program += counters.by_program.get();
  dropped += counters.dropped.get();
  tcp_connections += counters.tcp_connections.get();
  tcp_refused += counters.tcp_refused.get();
  tcp_timeouts += counters.tcp_timeouts.get();
  for (std::size_t i = 0; i < by_rcode.size(); ++i) by_rcode[i] += counters.by_rcode[i].get();
}

std::string CounterTotals::to_string() const {
  static constexpr std::array<const char*, 16> rcode_names = {
      "noerror", "formerr", "servfail", "nxdomain", "notimp",  "refused", "yxdomain", "yxrrset",
      "nxrrset", "notauth", "notzone",  "rcode11",  "rcode12", "rcode13", "rcode14",  "rcode15"};
  std::string text = "queries=" + std::to_string(udp_queries + tcp_queries);
  const auto show = [&text](const char* name, std::uint64_t value) {
    if (value != 0) text += " " + std::string(name) + "=" + std::to_string(value);
  };
  show("udp", udp_queries);
  show("tcp", tcp_queries);
  for (std::size_t i = 0; i < by_rcode.size(); ++i) show(rcode_names[i], by_rcode[i]);
  show("by_program", by_program);
  show("truncated", truncated);
  show("silent", silent);
  show("dropped", dropped);
  show("tcp_connections", tcp_connections);
  show("tcp_refused", tcp_refused);
  show("tcp_timeouts", tcp_timeouts);
  show("reloads_ok", reloads_ok);
  show("reloads_refused", reloads_refused);
  show("broken_zones", broken_zones);
  return text;
}

}  // namespace lapis::server
