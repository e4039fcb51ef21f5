// svcb-alias-params, svcb-alias-self, svcb-mixed-modes, svcb-hint (RFC 9460). Parameters that are
// malformed are the loader's to refuse: svcb-params, svcb-mandatory, svcb-no-default-alpn.
#include <array>
#include <map>

#include "lapis/base/ip.h"
#include "lapis/base/octets.h"
#include "values.h"

namespace lapis::lint {
namespace {

namespace key {
constexpr std::uint16_t ipv4hint = 4, ipv6hint = 6;
}

constexpr std::array<const char*, 7> key_names = {"mandatory", "alpn", "no-default-alpn", "port",
                                                  "ipv4hint",  "ech",  "ipv6hint"};

std::string key_name(std::uint16_t number) {
  return number < key_names.size() ? key_names[number] : "key" + std::to_string(number);
}

using Value = std::span<const std::uint8_t>;

struct Service {
  const zone::Record* record = nullptr;
  std::uint16_t priority = 0;
  dns::NameView target;
  std::map<std::uint16_t, Value> parameters;
};

Service read_service(const Context& context, const zone::Record& record) {
  Service service;
  service.record = &record;
  const auto rdata = context.records.rdata(record);
  service.priority = read16(rdata, 0);
  service.target = context.rdata_name(record, 2);
  std::size_t at = 2 + service.target.size();
  while (at + 4 <= rdata.size()) {
    const std::uint16_t number = read16(rdata, at);
    const std::size_t size = read16(rdata, at + 2);
    if (at + 4 + size > rdata.size()) break;
    service.parameters.emplace(number, rdata.subspan(at + 4, size));
    at += 4 + size;
  }
  return service;
}

class ServiceCheck {
 public:
  ServiceCheck(Context& context, Index node, const Service& service)
      : context_(context), node_(node), service_(service), at_(*service.record) {}

  void run() {
    if (service_.priority == 0) {
      check_alias();
    } else {
      check_hints();
    }
  }

 private:
  Diagnostic& add(const char* rule, std::string message) {
    return context_.add(rule, at_, std::move(message));
  }

  void check_alias() {
    // RFC 9460 §2.4.2: parameters of an alias are ignored.
    if (!service_.parameters.empty()) {
      add("svcb-alias-params", "priority 0 makes this an alias, whose parameters are ignored");
    }
    if (dns::equal(service_.target, context_.tree.name(node_))) {
      add("svcb-alias-self", "this alias leads to its own name");
    }
  }

  /// RFC 9460 §7.3: hints are addresses of the target. Clients use them before they know better.
  void check_hints() {
    const bool own = service_.target.is_root();  // "." stands for the owner (§2.5.2)
    Index target = node_;
    if (!own && context_.target(service_.target, &target) != Target::address) return;
    if (context_.tree.is_rejected(target)) return;
    for (const auto& [number, type, size] :
         {std::tuple{key::ipv4hint, rr::a, std::size_t{4}},
          std::tuple{key::ipv6hint, rr::aaaa, std::size_t{16}}}) {
      const auto hints = service_.parameters.find(number);
      if (hints == service_.parameters.end()) continue;
      if (hints->second.size() % size != 0 || !context_.owns(target, owns_address)) continue;
      if (context_.first_of(target, type) == nullptr) {
        add("svcb-hint", key_name(number) + " for " + context_.text(target) + ", which has no " +
                             zone::type_to_text(type) + " record");
        continue;
      }
      for (std::size_t at = 0; at < hints->second.size(); at += size) {
        const Value hint = hints->second.subspan(at, size);
        if (owns_address_octets(target, type, hint)) continue;
        add("svcb-hint", key_name(number) + " " + address_text(hint) +
                             " is no address of the target " + context_.text(target));
        break;
      }
    }
  }

  bool owns_address_octets(Index target, std::uint16_t type, Value wanted) const {
    for (Index i = context_.tree.node(target).first_record; i != none;
         i = context_.tree.next_record(i)) {
      const zone::Record& record = context_.record(i);
      const auto rdata = context_.records.rdata(record);
      if (record.type == type &&
          std::equal(rdata.begin(), rdata.end(), wanted.begin(), wanted.end())) {
        return true;
      }
    }
    return false;
  }

  static std::string address_text(Value octets) {
    if (octets.size() == 16) return IpAddress::v6(octets.first<16>()).to_string();
    return IpAddress::v4(std::uint32_t{octets[0]} << 24 | std::uint32_t{octets[1]} << 16 |
                         std::uint32_t{octets[2]} << 8 | octets[3])
        .to_string();
  }

  Context& context_;
  Index node_;
  const Service& service_;
  const zone::Record& at_;
};

}  // namespace

void check_svcb(Context& context, Index node, const std::vector<const zone::Record*>& records) {
  for (const std::uint16_t type : {rr::svcb, rr::https}) {
    const zone::Record* alias = nullptr;
    const zone::Record* service_mode = nullptr;
    for (const zone::Record* record : records) {
      if (record->type != type) continue;
      const Service service = read_service(context, *record);
      ServiceCheck(context, node, service).run();
      const zone::Record*& mode = service.priority == 0 ? alias : service_mode;
      if (mode == nullptr) mode = record;
    }
    if (alias == nullptr || service_mode == nullptr) continue;
    // RFC 9460 §2.4.1: "recipients MUST ignore any ServiceMode records in the set".
    Diagnostic& finding =
        context.add("svcb-mixed-modes", *alias,
                    "an alias beside records with parameters, which clients then ignore");
    finding.related.push_back({"", "a record that is ignored", service_mode->span});
  }
}

}  // namespace lapis::lint
