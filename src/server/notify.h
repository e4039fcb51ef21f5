// Telling systemd how the service is (sd_notify(3), protocol of NOTIFY_SOCKET).
#pragma once

#include <string_view>

namespace lapis::server {

/// Sends `state` ("READY=1", …, lines) to the socket that $NOTIFY_SOCKET names. Does nothing
/// without one, and a message that does not arrive changes nothing here.
void notify_service_manager(std::string_view state);

/// The state for a reload that begins now: systemd wants the time with it.
void notify_reloading();

}  // namespace lapis::server
