#include "fold.h"

#include <cassert>

#include "lapis/lang/interpreter.h"

namespace lapis::lang {

Constant fold_constant(const Expr& e) {
  Memory memory;
  Set room;
  room.slots = 1;
  room.texts = 1;
  room.storage = e.type.kind == Kind::list ? static_cast<std::uint32_t>(e.type.high) : 0;
  assert(e.storage == 0);  // room is given out only to what stays in the tree
  memory.prepare(room);
  const QueryFields nothing;
  Interpreter interpreter(nothing, memory);
  Semantics<Interpreter> semantics(interpreter);
  switch (e.type.kind) {
    case Kind::boolean:
      return semantics.boolean(e);
    case Kind::integer:
    case Kind::ttl:
      return semantics.integer(e);
    case Kind::text:
      return std::string(semantics.text(e));
    case Kind::name:
      return WireName(semantics.name(e));
    case Kind::list: {
      const AddressList list = semantics.list(e);
      ListConstant out;
      out.element = e.type.element;
      out.addresses.assign(list.data, list.data + list.count);
      return out;
    }
    default:
      return semantics.address(e).ip;
  }
}

}  // namespace lapis::lang
