// The door to ldns. Its headers redefine bool, true and false unless <stdbool.h> was read first.
#pragma once

// clang-format off
#include <stdbool.h>

#include <ldns/ldns.h>
// clang-format on
