#include "oracle.h"

#include <algorithm>
#include <optional>
#include <sstream>

namespace lapis::answer::testing {

Labels labels_of(const std::string& text) {
  Labels labels;
  std::string label;
  std::istringstream in(text);
  while (std::getline(in, label, '.')) {
    if (!label.empty()) labels.push_back(label);
  }
  return labels;
}

std::string text_of(const Labels& labels) {
  std::string text;
  for (const std::string& label : labels) text += label + ".";
  return text.empty() ? "." : text;
}

namespace {

/// Where the server gives up following; a chain that long is no one's good zone.
constexpr std::size_t max_chain = 64;
constexpr int max_dname_links = 16;

using Node = std::map<std::string, std::set<std::string>>;

bool at_or_below(const Labels& name, const Labels& ancestor) {
  return name.size() >= ancestor.size() &&
         std::equal(ancestor.rbegin(), ancestor.rend(), name.rbegin());
}

Labels suffix(const Labels& name, std::size_t count) {
  return {name.end() - static_cast<std::ptrdiff_t>(count), name.end()};
}

std::size_t octets(const Labels& name) {
  std::size_t size = 1;
  for (const std::string& label : name) size += label.size() + 1;
  return size;
}

std::string last_word(const std::string& text) {
  return text.substr(text.rfind(' ') + 1);
}

class Oracle {
 public:
  Oracle(const std::vector<OracleZone>& zones, std::string type)
      : zones_(zones), type_(std::move(type)) {}

  OracleAnswer ask(Labels name) {
    std::set<Labels> seen;
    for (bool first = true;; first = false) {
      zone_ = zone_of(name);
      if (zone_ == nullptr) {
        if (first) out_.rcode = "REFUSED";
        return out_;
      }
      if (first) out_.aa = true;
      out_.rcode = "NOERROR";
      const std::optional<Labels> next = step(name);
      if (!next) return out_;
      if (!seen.insert(name).second || seen.size() == max_chain) return out_;
      name = *next;
    }
  }

 private:
  /// Step 2: the zone which is the nearest ancestor. DS belongs above the cut (RFC 4035 §3.1.4.1).
  const OracleZone* zone_of(const Labels& name) const {
    const OracleZone* best = nullptr;
    for (const OracleZone& zone : zones_) {
      if (!at_or_below(name, zone.apex)) continue;
      if (type_ == "DS" && zone.apex == name && serves_parent(name)) continue;
      if (best == nullptr || zone.apex.size() > best->apex.size()) best = &zone;
    }
    return best;
  }
  bool serves_parent(const Labels& name) const {
    const OracleZone* above = nullptr;
    for (const OracleZone& zone : zones_) {
      if (zone.apex == name || !at_or_below(name, zone.apex)) continue;
      if (above == nullptr || zone.apex.size() > above->apex.size()) above = &zone;
    }
    if (above == nullptr) return false;
    for (std::size_t k = above->apex.size(); k < name.size(); ++k) {
      const Labels at = suffix(name, k);
      if (k > above->apex.size() && owns(*above, at, "NS")) return false;
      if (owns(*above, at, "DNAME")) return false;
    }
    return true;
  }

  static bool owns(const OracleZone& zone, const Labels& name, const std::string& type) {
    const auto node = zone.records.find(name);
    return node != zone.records.end() && node->second.count(type) != 0;
  }
  /// RFC 4592 §2.2.2, RFC 8020: a name exists when it or something below it owns a record.
  static bool exists(const OracleZone& zone, const Labels& name) {
    return std::any_of(zone.records.begin(), zone.records.end(),
                       [&](const auto& node) { return at_or_below(node.first, name); });
  }
  static const Node& node_at(const OracleZone& zone, const Labels& name) {
    static const Node empty;
    const auto node = zone.records.find(name);
    return node == zone.records.end() ? empty : node->second;
  }

  static void put(std::set<std::string>& section, const Labels& owner, const std::string& type,
                  const std::set<std::string>& rdata) {
    for (const std::string& data : rdata) section.insert(text_of(owner) + " " + type + " " + data);
  }

  /// Step 3 for one name; the name to go on with, if any.
  std::optional<Labels> step(const Labels& name) {
    Labels encloser = zone_->apex;
    for (std::size_t k = zone_->apex.size(); k <= name.size(); ++k) {
      const Labels at = suffix(name, k);
      if (!exists(*zone_, at)) break;
      encloser = at;
      const bool own = k == name.size();
      // 3.b: a cut, which the parent's own DS does not cross.
      if (k > zone_->apex.size() && owns(*zone_, at, "NS") && !(own && type_ == "DS")) {
        refer(at);
        return std::nullopt;
      }
      if (own) return answer(name, node_at(*zone_, name));
      // RFC 6672 §3.2, 3.C.
      if (owns(*zone_, at, "DNAME")) {
        if (dname_links_++ == max_dname_links) return std::nullopt;
        return substitute(name, at);
      }
    }
    Labels wildcard = encloser;
    wildcard.insert(wildcard.begin(), "*");
    if (exists(*zone_, wildcard)) return answer(name, node_at(*zone_, wildcard));
    out_.rcode = "NXDOMAIN";
    put_soa();
    return std::nullopt;
  }

  std::optional<Labels> answer(const Labels& name, const Node& node) {
    const auto wanted = node.find(type_);
    if (wanted != node.end()) {
      put(out_.answer, name, type_, wanted->second);
      for (const std::string& data : wanted->second) {
        if (type_ == "NS" || type_ == "MX" || type_ == "SRV") add_addresses(last_word(data), false);
      }
      return std::nullopt;
    }
    const auto cname = node.find("CNAME");
    if (cname == node.end()) {
      put_soa();
      return std::nullopt;
    }
    put(out_.answer, name, "CNAME", cname->second);
    return labels_of(*cname->second.begin());
  }

  std::optional<Labels> substitute(const Labels& name, const Labels& owner) {
    const std::set<std::string>& dname = node_at(*zone_, owner).at("DNAME");
    put(out_.answer, owner, "DNAME", dname);
    Labels target(name.begin(), name.end() - static_cast<std::ptrdiff_t>(owner.size()));
    const Labels tail = labels_of(*dname.begin());
    target.insert(target.end(), tail.begin(), tail.end());
    if (octets(target) > 255) {
      out_.rcode = "YXDOMAIN";
      return std::nullopt;
    }
    put(out_.answer, name, "CNAME", {text_of(target)});
    if (type_ == "CNAME") return std::nullopt;
    return target;
  }

  void put_soa() {
    put(out_.authority, zone_->apex, "SOA", node_at(*zone_, zone_->apex).at("SOA"));
  }

  void refer(const Labels& cut) {
    if (out_.answer.empty()) out_.aa = false;
    const std::set<std::string>& ns = node_at(*zone_, cut).at("NS");
    put(out_.authority, cut, "NS", ns);
    for (const std::string& target : ns) add_addresses(target, true);
  }

  /// Step 6: what the zone knows of a host; beyond a cut only as glue, beyond a DNAME never.
  void add_addresses(const std::string& host, bool glue) {
    const Labels name = labels_of(host);
    if (!at_or_below(name, zone_->apex)) return;
    bool delegated = false;
    Labels encloser;
    for (std::size_t k = zone_->apex.size(); k <= name.size(); ++k) {
      const Labels at = suffix(name, k);
      if (!exists(*zone_, at)) break;
      encloser = at;
      delegated = delegated || (k > zone_->apex.size() && owns(*zone_, at, "NS"));
      if (k < name.size() && !delegated && owns(*zone_, at, "DNAME")) return;
    }
    const Node* node = &node_at(*zone_, name);
    if (encloser != name) {
      if (delegated) return;
      encloser.insert(encloser.begin(), "*");
      node = &node_at(*zone_, encloser);
    }
    if (delegated && !glue) return;
    for (const char* type : {"A", "AAAA"}) {
      const auto set = node->find(type);
      if (set != node->end()) put(out_.additional, name, type, set->second);
    }
  }

  const std::vector<OracleZone>& zones_;
  const std::string type_;
  const OracleZone* zone_ = nullptr;
  int dname_links_ = 0;
  OracleAnswer out_;
};

}  // namespace

OracleAnswer ask_oracle(const std::vector<OracleZone>& zones, const std::string& name,
                        const std::string& type) {
  return Oracle(zones, type).ask(labels_of(name));
}

}  // namespace lapis::answer::testing
