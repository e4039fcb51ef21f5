// Runs compiled programs.
#include <algorithm>

#include "instruction.h"
#include "lapis/lang/code.h"

namespace lapis::lang {
namespace {

using Cell = Code::Cell;

Truth as_truth(bool value) {
  return {value, 0};
}
Truth as_truth(Truth value) {
  return value;
}

/// Whether a part decides a conjunction (`decisive` false) or disjunction (true) for good, so that
/// the rest need not be looked at: ClientTrace goes on when another part may need fewer bits.
bool settles(bool value, bool decisive) {
  return value == decisive;
}
bool settles(Truth value, bool decisive) {
  return value.value == decisive && value.bits == 0;
}
/// Whether only the arm that is taken need be evaluated.
bool one_arm(bool) {
  return true;
}
bool one_arm(Truth test) {
  return test.bits == 0;
}
bool holds(bool value) {
  return value;
}
bool holds(Truth value) {
  return value.value;
}

template <class A>
class Machine {
 public:
  Machine(A& algebra, Registers& registers, const Cell* base)
      : a(algebra), r(registers), base_(base) {}

  /// Runs from a cell on; the operand of the instruction that ends it.
  Operand run(std::uint32_t from) {
    const Cell* at = base_ + from;
    while (true) {
      const Instruction& i = *reinterpret_cast<const Instruction*>(at);
      ++at;
      switch (i.what) {
        case Do::end:
          return i.x;
        case Do::jump:
          at = base_ + i.y;
          break;
        case Do::branch:
          // Through choose(), which takes over what the test rests on.
          if (!a.choose(
                  truth(i.x), [] { return std::int64_t{1}; }, [] { return std::int64_t{0}; })) {
            at = base_ + i.y;
          }
          break;
        case Do::both_begin:
          if (settles(reg(i.to), false)) at = base_ + i.y;
          break;
        case Do::either_begin:
          if (settles(reg(i.to), true)) at = base_ + i.y;
          break;
        case Do::both_end:
          set(i.to, a.both(reg(i.to), [&] { return truth(i.x); }));
          break;
        case Do::either_end:
          set(i.to, a.either(reg(i.to), [&] { return truth(i.x); }));
          break;
        case Do::if_begin:
          if (one_arm(reg(i.to)) && !holds(reg(i.to))) at = base_ + i.y;
          break;
        case Do::if_middle:
          if (one_arm(reg(i.to))) at = base_ + i.y;
          break;
        case Do::if_end:
          set(i.to, a.choose(
                        reg(i.to), [&] { return truth(i.x); }, [&] { return truth(i.y); }));
          break;
        case Do::set_apart:
          if constexpr (requires { a.set_apart(); }) r.ints[i.to] = a.set_apart();
          break;
        case Do::resume:
          if constexpr (requires { a.set_apart(); }) {
            a.resume(static_cast<std::uint8_t>(r.ints[i.x]));
          }
          break;

        case Do::move_bool:
          set(i.to, truth(i.x));
          break;
        case Do::move_int:
          r.ints[i.to] = number(i.x);
          break;
        case Do::move_text:
          r.texts[i.to] = text(i.x);
          break;
        case Do::move_name:
          r.names[i.to] = name(i.x);
          break;
        case Do::move_address:
          r.addresses[i.to] = address(i.x);
          break;
        case Do::move_list:
          r.lists[i.to] = list(i.x);
          break;
        case Do::move_key:
          with_key(i.kind, i.x, [&](const KeyOctets& key) { r.keys[i.to] = key; });
          break;
        case Do::read_int:
          r.ints[i.to] = a.int_field(i.y);
          break;
        case Do::read_text:
          r.texts[i.to] = a.text_field(i.y);
          break;
        case Do::store_bool:
          a.store(i.y, truth(i.x));
          break;
        case Do::store_int:
          a.store(i.y, number(i.x));
          break;
        case Do::store_text:
          a.store(i.y, text(i.x));
          break;
        case Do::store_name:
          a.store(i.y, name(i.x));
          break;
        case Do::store_address:
          a.store(i.y, address(i.x));
          break;
        case Do::store_list:
          a.store(i.y, list(i.x).list);
          break;
        case Do::store_key:
          with_key(i.kind, i.x, [&](const KeyOctets& key) { a.store(i.y, key); });
          break;
        case Do::load_bool:
          set(i.to, a.load_bool(i.y));
          break;
        case Do::load_int:
          r.ints[i.to] = a.load_int(i.y);
          break;
        case Do::load_text:
          r.texts[i.to] = a.load_text(i.y);
          break;
        case Do::load_name:
          r.names[i.to] = a.load_name(i.y);
          break;
        case Do::load_address:
          r.addresses[i.to] = a.load_address(i.y);
          break;
        case Do::load_list:
          r.lists[i.to] = {a.load_list(i.y), nullptr};
          break;
        case Do::load_key:
          r.keys[i.to] = a.load_key(i.y);
          break;

        case Do::negate:
          set(i.to, a.negate(truth(i.x)));
          break;
        case Do::equal_bool:
          set(i.to, a.equal(truth(i.x), truth(i.y)));
          break;
        case Do::equal_int:
          set(i.to, a.equal(number(i.x), number(i.y)));
          break;
        case Do::equal_text:
          set(i.to, a.equal(text(i.x), text(i.y)));
          break;
        case Do::equal_name:
          set(i.to, a.equal(name(i.x), name(i.y)));
          break;
        case Do::equal_address:
          set(i.to, a.equal(address(i.x), address(i.y)));
          break;
        case Do::less_int:
          set(i.to, a.less(number(i.x), number(i.y)));
          break;
        case Do::less_address:
          set(i.to, a.less(address(i.x), address(i.y)));
          break;
        case Do::in_numbers:
          set(i.to, a.in_numbers(number(i.x), *pointer<ListConstant>(i.y)));
          break;
        case Do::in_texts:
          set(i.to, a.in_texts(text(i.x), *pointer<ListConstant>(i.y)));
          break;
        case Do::in_names:
          set(i.to, a.in_names(name(i.x), *pointer<ListConstant>(i.y)));
          break;
        case Do::in_addresses:
          set(i.to, a.in_addresses(address(i.x), *pointer<ListConstant>(i.y)));
          break;
        case Do::in_prefixes:
          set(i.to, a.in_prefixes(address(i.x), *pointer<ListConstant>(i.y)));
          break;
        case Do::in_prefix:
          set(i.to, a.in_prefix(address(i.x), literal<Prefix>(i.y)));
          break;
        case Do::under:
          set(i.to, a.under(name(i.x), name(i.y)));
          break;
        case Do::strictly_under:
          set(i.to, a.strictly_under(name(i.x), name(i.y)));
          break;
        case Do::has_prefix_text:
          set(i.to, a.has_prefix(text(i.x), *pointer<std::string>(i.y)));
          break;
        case Do::has_prefix_name:
          set(i.to, a.has_prefix(name(i.x), *pointer<std::string>(i.y)));
          break;
        case Do::has_suffix_text:
          set(i.to, a.has_suffix(text(i.x), *pointer<std::string>(i.y)));
          break;
        case Do::has_suffix_name:
          set(i.to, a.has_suffix(name(i.x), *pointer<std::string>(i.y)));
          break;
        case Do::contains_text:
          set(i.to, a.contains(text(i.x), *pointer<std::string>(i.y)));
          break;
        case Do::contains_name:
          set(i.to, a.contains(name(i.x), *pointer<std::string>(i.y)));
          break;
        case Do::glob:
          set(i.to, a.glob(name(i.x), *pointer<std::string>(i.y)));
          break;

        case Do::disjoint:
          set(i.to, a.compare_lists(true, list(i.x).list, list(i.y).list));
          break;
        case Do::subset:
          set(i.to, a.compare_lists(false, list(i.x).list, list(i.y).list));
          break;

        case Do::add:
          r.ints[i.to] = a.add(number(i.x), number(i.y));
          break;
        case Do::subtract:
          r.ints[i.to] = a.subtract(number(i.x), number(i.y));
          break;
        case Do::negate_int:
          r.ints[i.to] = a.negate_int(number(i.x));
          break;
        case Do::scale:
          r.ints[i.to] = a.scale(number(i.x), number(i.y));
          break;
        case Do::modulo:
          r.ints[i.to] = a.modulo(number(i.x), number(i.y));
          break;
        case Do::label_count:
          r.ints[i.to] = a.label_count(name(i.x));
          break;
        case Do::length:
          r.ints[i.to] = a.length(list(i.x).list);
          break;
        case Do::bucket: {
          const Bucket& bucket = literal<Bucket>(i.y);
          r.ints[i.to] = a.bucket(key(i.kind, i.x), bucket.seed, bucket.count);
          break;
        }

        case Do::label:
          r.texts[i.to] = a.label(name(i.x), *pointer<Expr>(i.y));
          break;
        case Do::lower:
          r.texts[i.to] = a.lower(text(i.x), *pointer<Expr>(i.y));
          break;
        case Do::family:
          r.texts[i.to] = a.family(address(i.x));
          break;
        case Do::prefix_of:
          r.addresses[i.to] = a.prefix_of(address(i.x), i.y & 0xFF, i.y >> 8);
          break;

        case Do::key_address:
          r.keys[i.to] = a.key_of(address(i.x));
          break;
        case Do::key_begin:
          r.keys[i.to].inside = true;
          r.keys[i.to].size = 0;
          break;
        case Do::key_add:
          a.key_add(r.keys[i.to], key(i.kind, i.x));
          break;

        case Do::list_begin:
          r.lists[i.to] = {a.list_at(i.y), nullptr};
          break;
        case Do::list_add:
          a.list_add(r.lists[i.to].list, address(i.x));
          break;
        case Do::list_append:
          a.list_append(r.lists[i.to].list, list(i.x).list);
          break;
        case Do::take:
          r.lists[i.to] = {a.take(number(i.x), list(i.y).list), nullptr};
          break;
        case Do::unique:
          r.lists[i.to] = {a.unique(list(i.x).list, *pointer<Expr>(i.y)), nullptr};
          break;
        case Do::pick:
          r.lists[i.to] = {a.pick(list(i.x).list, key(i.kind, i.y), followed_by(at)), nullptr};
          break;
        case Do::pick_weighted:
          r.lists[i.to] = {a.pick_weighted(key(i.kind, i.y), followed_by(at)), nullptr};
          break;
        case Do::rotate:
          r.lists[i.to] = {a.rotate(list(i.x).list, key(i.kind, i.y), followed_by(at)), nullptr};
          break;
      }
    }
  }

  [[gnu::always_inline]] typename A::Bool truth(Operand o) {
    switch (place_of(o)) {
      case Place::field:
        return a.bool_field(o & operand_bits);
      case Place::immediate:
        return a.constant((o & 1) != 0);
      default:
        return reg(o);
    }
  }

  [[gnu::always_inline]] std::int64_t number(Operand o) {
    switch (place_of(o)) {
      case Place::literal:
        return literal<std::int64_t>(o);
      case Place::field:
        return a.int_field(o & operand_bits);
      case Place::immediate:
        return static_cast<std::int32_t>(o << 2) >> 2;
      default:
        return r.ints[o];
    }
  }

  Registers::ListValue list(Operand o) {
    if (place_of(o) == Place::reg) return r.lists[o];
    const auto& list = literal<ListLiteral>(o);
    const auto* wire = list.wire == 0 ? nullptr : (base_ - list.wire)->octets;
    return {{list.data, list.count}, wire};
  }

 private:
  [[gnu::always_inline]] std::string_view text(Operand o) {
    switch (place_of(o)) {
      case Place::reg:
        return r.texts[o];
      case Place::field:
        return a.text_field(o & operand_bits);
      default:
        return {text_octets(o), literal<TextLiteral>(o).size};
    }
  }
  [[gnu::always_inline]] dns::NameView name(Operand o) {
    switch (place_of(o)) {
      case Place::reg:
        return r.names[o];
      case Place::field:
        return a.name_field(o & operand_bits);
      default:
        return {reinterpret_cast<const std::uint8_t*>(text_octets(o)),
                literal<TextLiteral>(o).size};
    }
  }
  [[gnu::always_inline]] TracedAddress address(Operand o) {
    switch (place_of(o)) {
      case Place::reg:
        return r.addresses[o];
      case Place::field:
        return a.address_field(o & operand_bits);
      default:
        return {literal<IpAddress>(o), 0};
    }
  }
  std::span<const std::uint8_t> key(KeyKind kind, Operand o) {
    switch (kind) {
      case KeyKind::own:
        return r.keys[o].octets();
      case KeyKind::text: {
        const std::string_view octets = text(o);
        return {reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()};
      }
      case KeyKind::name:
        break;
    }
    return name(o).octets();
  }
  template <class Use>
  void with_key(KeyKind kind, Operand o, Use use) {
    switch (kind) {
      case KeyKind::own:
        return use(r.keys[o]);
      case KeyKind::text:
        return use(a.key_of(text(o)));
      case KeyKind::name:
        return use(a.key_of(name(o)));
    }
  }

  typename A::Bool reg(Operand o) const {
    if constexpr (std::is_same_v<typename A::Bool, bool>) {
      return r.bools[o].value;
    } else {
      return r.bools[o];
    }
  }
  void set(std::uint32_t to, typename A::Bool value) { r.bools[to] = as_truth(value); }

  template <class T>
  const T& literal(Operand o) const {
    return *reinterpret_cast<const T*>(base_ - (o & operand_bits));
  }
  const char* text_octets(Operand o) const {
    return reinterpret_cast<const char*>(base_ - (o & operand_bits)) + sizeof(TextLiteral);
  }
  template <class T>
  const T* pointer(Operand o) const {
    return literal<const T*>(o);
  }
  /// The node whose address stands behind a wide instruction; moves `at` past it.
  static const Expr& followed_by(const Cell*& at) {
    return **reinterpret_cast<const Expr* const*>(at++);
  }

  A& a;
  Registers& r;
  const Cell* const base_;
};

}  // namespace

void Registers::prepare(const Code& code) {
  const Counts& counts = code.registers();
  const auto grow = [](auto& registers, std::size_t count) {
    registers.resize(std::max(registers.size(), count));
  };
  grow(bools, counts.bools);
  grow(ints, counts.ints);
  grow(texts, counts.texts);
  grow(names, counts.names);
  grow(addresses, counts.addresses);
  grow(lists, counts.lists);
  grow(keys, counts.keys);
}

bool Code::matches(std::uint32_t program, Interpreter& algebra, Registers& registers) const {
  Machine<Interpreter> machine(algebra, registers, cells_.data() + entries_[program].base);
  return machine.truth(machine.run(0));
}

Truth Code::matches(std::uint32_t program, ClientTrace& algebra, Registers& registers) const {
  algebra.reset_scope();
  Machine<ClientTrace> machine(algebra, registers, cells_.data() + entries_[program].base);
  return machine.truth(machine.run(0));
}

CompiledAnswer Code::answer(std::uint32_t program, bool ipv6, Interpreter& algebra,
                            Registers& registers) const {
  const Entry& entry = entries_[program];
  Machine<Interpreter> machine(algebra, registers, cells_.data() + entry.base);
  const Registers::ListValue list = machine.list(machine.run(ipv6 ? entry.ipv6 : entry.ipv4));
  CompiledAnswer answer{list.list, list.wire, entry.constant_ttl};
  if (entry.ttl != 0) {
    answer.ttl = static_cast<std::uint32_t>(machine.number(machine.run(entry.ttl)));
  }
  return answer;
}

}  // namespace lapis::lang
