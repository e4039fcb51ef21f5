#include "static_addresses.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "answer_space.h"

namespace lapis::lint {
namespace {

/// One RRset of addresses, and which of the questions are about it.
struct Subject {
  const zone::Record* first = nullptr;
  dns::Name asked;  ///< a name that gets the RRset when no program matches
  bool ipv6 = false;
  Index node = none;
  std::size_t first_question = 0;
  std::size_t questions = 0;
};

class StaticAddresses {
 public:
  StaticAddresses(const program::ProgramSet& set, const Context& context, const ZoneSet& zones,
                  const ProgrammedZone& given, const AskUnmatched& ask)
      : set_(set), context_(context), zones_(zones), given_(given), ask_(ask) {
    set_.prepare(scratch_);
  }

  Diagnostics run() {
    if (set_.programs().empty() || !given_.attributes_known) return {};
    collect();
    collect_siblings();
    for (Subject& subject : subjects_) question(subject);
    if (questions_.empty()) return {};
    judge(ask_(questions_));
    return std::move(findings_);
  }

 private:
  /// The RRsets whose names programs are asked for, and that no example of a query reaches: most of
  /// those that are reached at all are by the first one tried.
  void collect() {
    std::string label;
    for (Index node = 0; node < context_.tree.size(); ++node) {
      if (!owns_asked(context_, zones_, node)) continue;
      for (const std::uint16_t type : {rr::a, rr::aaaa}) {
        const zone::Record* first = context_.first_of(node, type);
        if (first == nullptr) continue;
        Subject subject{first, dns::Name(context_.tree.name(node)), type == rr::aaaa, node, 0, 0};
        if (subject.asked.view().is_wildcard()) {
          if (label.empty()) label = unused_label(zones_);
          subject.asked = below(label, subject.asked.view().parent());
          if (subject.asked.view().is_root()) continue;  // no name fits below the wildcard's parent
        }
        if (!is_reached_by_an_example(subject)) subjects_.push_back(std::move(subject));
      }
    }
  }

  void collect_siblings() {
    for (const Subject& subject : subjects_) {
      const dns::NameView owner = context_.tree.name(subject.node);
      if (owner.is_wildcard()) siblings_of_wildcards_[context_.tree.node(subject.node).parent];
    }
    if (siblings_of_wildcards_.empty()) return;
    for (Index node = 1; node < context_.tree.size(); ++node) {
      const auto found = siblings_of_wildcards_.find(context_.tree.node(node).parent);
      if (found != siblings_of_wildcards_.end()) found->second.push_back(node);
    }
  }

  const program::AttributeValue* row(dns::NameView name) const {
    return given_.attributes == nullptr ? nullptr : given_.attributes->row(name);
  }

  bool is_reached_by_an_example(const Subject& subject) {
    const std::array<std::uint8_t, 16> v6{0x20, 0x01, 0x0d, 0xb8};
    for (const IpAddress& client : {IpAddress::v4(0xC6336401), IpAddress::v6(v6)}) {
      for (std::uint8_t transport = 0; transport < 3; ++transport) {
        program::QueryContext query;
        query.qname = subject.asked;
        query.zone = context_.records.origin;
        query.ipv6 = subject.ipv6;
        query.client = query.resolver = client;
        query.transport = transport;
        query.site = given_.site;
        query.region = given_.region;
        query.attributes = row(subject.asked);
        if (set_.decide(query, scratch_, false).program < 0) return true;
      }
    }
    return false;
  }

  void question(Subject& subject) {
    subject.first_question = questions_.size();
    const dns::NameView owner = context_.tree.name(subject.node);
    if (!owner.is_wildcard()) {
      questions_.push_back(about(subject, dns::Name(owner), false));
    } else {
      question_wildcard(subject, owner.parent());
    }
    subject.questions = questions_.size() - subject.first_question;
  }

  AddressQueries about(const Subject& subject, dns::Name name, bool below) const {
    AddressQueries queries;
    queries.zone = dns::Name(context_.records.origin);
    queries.attributes = row(name);
    queries.name = std::move(name);
    queries.below = below;
    queries.ipv6 = subject.ipv6;
    return queries;
  }

  /// A wildcard answers for the names below its parent but those at and below other children (RFC
  /// 4592 §3.3.1) and other zones' apexes. Names there that have attributes of their own are asked
  /// about apart, each with the names below it.
  void question_wildcard(const Subject& subject, dns::NameView parent) {
    const Index top = context_.tree.node(subject.node).parent;
    AddressQueries rest = about(subject, dns::Name(parent), true);
    for (const Index child : siblings_of_wildcards_[top]) {
      if (child != subject.node) rest.without.emplace_back(context_.tree.name(child));
    }
    for (std::size_t i = 0; i < zones_.size(); ++i) {
      const dns::NameView apex = zones_[i].records.origin;
      if (dns::is_under(apex, parent) && apex.size() > context_.records.origin.size()) {
        rest.without.emplace_back(apex);
      }
    }
    std::vector<dns::Name> rows;
    for (const program::AttributeRow& each : given_.rows) {
      const bool inside = dns::is_under(each.name, parent) && each.name.size() > parent.size();
      const bool taken =
          std::any_of(rest.without.begin(), rest.without.end(),
                      [&](const dns::Name& name) { return dns::is_under(each.name, name); });
      if (inside && !taken) rows.push_back(each.name);
    }
    for (const dns::Name& name : rows) {
      questions_.push_back(about(subject, name, false));
      AddressQueries deeper = about(subject, name, true);
      leave_out(rows, name, deeper);
      for (const dns::Name& other : rest.without) {
        if (dns::is_under(other, name)) deeper.without.push_back(other);
      }
      questions_.push_back(std::move(deeper));
    }
    leave_out(rows, dns::Name(parent), rest);
    questions_.push_back(std::move(rest));
  }

  static void leave_out(const std::vector<dns::Name>& rows, const dns::Name& top,
                        AddressQueries& queries) {
    for (const dns::Name& row : rows) {
      if (row.size() > top.size() && dns::is_under(row, top)) queries.without.push_back(row);
    }
  }

  void judge(const std::vector<Unmatched>& answers) {
    std::vector<const Subject*> unused;
    std::vector<const Subject*> open;
    std::string reason;
    for (const Subject& subject : subjects_) {
      bool some = false;
      bool undecided = false;
      for (std::size_t i = 0; i < subject.questions; ++i) {
        const Unmatched& answer = answers[subject.first_question + i];
        some |= answer.kind == Unmatched::Kind::found;
        if (answer.kind != Unmatched::Kind::undecided) continue;
        undecided = true;
        reason = answer.reason;
      }
      if (some) continue;
      (undecided ? open : unused).push_back(&subject);
    }
    report(unused, "programs answer every ", "");
    report(open, "whether any ", " ever gets this address was not found out: " + reason);
  }

  /// Few one by one; of many the first, with their number.
  void report(const std::vector<const Subject*>& subjects, const std::string& before,
              const std::string& after) {
    constexpr std::size_t most_shown = 20;
    const std::size_t shown = subjects.size() > most_shown ? 1 : subjects.size();
    for (std::size_t i = 0; i < shown; ++i) {
      const Subject& subject = *subjects[i];
      std::string message = before + (subject.ipv6 ? "AAAA query for " : "A query for ") +
                            context_.text(subject.node) +
                            (after.empty() ? ", so this address is never the answer" : after);
      if (shown < subjects.size()) {
        message += "; " + std::to_string(subjects.size() - 1) + " more like it in this zone";
      }
      Diagnostic finding = error_at(subject.first->span, "static-address-unused", message);
      finding.severity = find_lint_rule("static-address-unused")->severity;
      findings_.push_back(std::move(finding));
    }
  }

  const program::ProgramSet& set_;
  const Context& context_;
  const ZoneSet& zones_;
  const ProgrammedZone& given_;
  const AskUnmatched& ask_;
  program::Scratch scratch_;
  std::vector<Subject> subjects_;
  std::map<Index, std::vector<Index>> siblings_of_wildcards_;
  std::vector<AddressQueries> questions_;
  Diagnostics findings_;
};

}  // namespace

bool owns_asked(const Context& context, const ZoneSet& zones, Index node) {
  return context.owns(node, owns_address) && !context.is_covered(node) && !context.is_cut(node) &&
         zones.find(context.tree.name(node)) == &context;
}

Diagnostics check_static_addresses(const program::ProgramSet& set, const Context& context,
                                   const ZoneSet& zones, const ProgrammedZone& given,
                                   const AskUnmatched& ask) {
  return StaticAddresses(set, context, zones, given, ask).run();
}

}  // namespace lapis::lint
