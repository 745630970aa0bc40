#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/model/script.h"
#include "harness/script/bits.h"

namespace lockstep::script {

// The payload of an L1x token. REQUIRES: a valid script that bare() leaves as it is.
void encode_script(const model::Script& script, BitWriter& out);

// The same back; nothing if the bytes hold no valid script.
[[nodiscard]] std::optional<model::Script> decode_script(const std::vector<std::uint8_t>& payload);

}  // namespace lockstep::script
