// The wrapper that published Topaz programs come in: a YAML list of programs, their clauses Lisp in
// block scalars.
//
//   - name: orange
//     exclusive: true
//     config: |
//       (config ([pool4 (list (ipv4 "192.0.2.3"))] [t (ttl 300)]))
//     match: |
//       (= plan "free")
//     response: |
//       (response pool4 (list) t)
#pragma once

#include <vector>

#include "reader.h"

namespace lapis::lang {

/// True for files whose programs stand in YAML, by the end of their names.
bool is_yaml(const std::string& path);

/// Reads the programs of a YAML file as the `(program …)` forms they stand for. The Lisp is read
/// where it stands, so that every span points into the YAML text.
std::vector<Datum> read_yaml_programs(const SourceMap& sources, std::uint32_t file,
                                      Diagnostics& diagnostics);

}  // namespace lapis::lang
