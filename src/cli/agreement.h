// Asking before files are written.
#pragma once

namespace lapis::cli {

/// Whoever sits at a terminal is asked, after the differences were shown; others have agreed.
bool is_agreed_to_write();

}  // namespace lapis::cli
