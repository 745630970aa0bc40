#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/script.h"
#include "harness/script/generate.h"

namespace lockstep::script {

// A token names a script in one word of [A-Za-z0-9_-], for `replay`; SCRIPT_FORMAT.md has the format. Version 1 covers
// the encoding and the generator: whichever changes, the version does.
inline constexpr std::size_t kSeedTokenMax = 64;
inline constexpr std::size_t kScriptTokenMax = 160;

// "L1s-...": script `index` of a campaign. REQUIRES: is_valid(profile).
[[nodiscard]] std::string seed_token(const Profile& profile, std::uint64_t seed, std::uint64_t index);

// "L1x-...": bare(script) itself; nothing if that takes more than kScriptTokenMax characters. REQUIRES: a valid script.
[[nodiscard]] std::optional<std::string> script_token(const model::Script& script);

// What a token keeps of a script: everything that replaying it takes. Names become a b c, P Q R, L M N; comment,
// clauses and expectations go.
[[nodiscard]] model::Script bare(const model::Script& script);

// Where a generated script comes from.
struct Origin {
  Profile profile;
  std::uint64_t seed = 0;
  std::uint64_t index = 0;
  bool operator==(const Origin&) const = default;
};

struct DecodedToken {
  model::Script script;
  std::optional<Origin> origin;  // of a seed token
};

// The token of a payload, 's' or 'x' its kind, with the checksum that belongs to it. decode() may still refuse it.
[[nodiscard]] std::string seal(char kind, std::vector<std::uint8_t> payload);

// The script of either kind of token; it is valid, and no other token of that kind is read as the same. Errors tell a
// mistyped token from one of another version.
[[nodiscard]] base::Result<DecodedToken> decode(std::string_view token);

// Whether a word looks like a token and not like the name of a file.
[[nodiscard]] bool looks_like_token(std::string_view word);

}  // namespace lockstep::script
