// What forbids serving a zone: the one list that server, checker and linter share.
//
// A zone is refused when its text has an error, or when it has no SOA record or several, an SOA
// below the apex, a CNAME beside other data, several CNAME or several DNAME records at one name.
// NSD 4.6 and BIND 9.18 both refuse these. Everything else that is wrong with a zone is answered
// as the RFCs say and is the linter's to report.
#pragma once

#include "lapis/base/diagnostic.h"
#include "lapis/zone/load.h"
#include "lapis/zone/name_tree.h"

namespace lapis::zone {

/// The structural errors (rules soa-count, cname-and-other-data, multiple-cname, multiple-dname),
/// without those of the text.
Diagnostics structure_errors(const LoadedZone& zone, const NameTree& tree);

/// All errors that forbid serving `zone`, those of its text first. Empty: it can be served.
Diagnostics serving_errors(const LoadedZone& zone);

/// Equality of rdata for the purpose of duplicates (RFC 2181 §5): names inside compare without
/// regard to case. REQUIRES: both have the type `type`.
bool same_rdata(const ZoneRecords& records, const Record& a, const Record& b);

}  // namespace lapis::zone
