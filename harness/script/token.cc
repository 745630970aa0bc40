#include "harness/script/token.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "harness/base/check.h"
#include "harness/script/bits.h"
#include "harness/script/names.h"
#include "harness/script/token_script.h"
#include "harness/script/validate.h"

namespace lockstep::script {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kPrefix = 4;

// CRC-8 (x^8 + x^2 + x + 1) over the kind and the payload: it finds every single wrong character.
std::uint8_t checksum(char kind, const Bytes& payload) {
  unsigned crc = static_cast<unsigned char>(kind);
  const auto shift = [&crc] {
    for (int i = 0; i < 8; ++i) {
      crc = (crc << 1U) ^ ((crc & 0x80U) != 0 ? 0x107U : 0U);
    }
  };
  shift();
  for (const std::uint8_t byte : payload) {
    crc ^= byte;
    shift();
  }
  return static_cast<std::uint8_t>(crc);
}

base::InputError error(std::string message) { return {"", 0, 0, "token: " + std::move(message)}; }

// The payload, its checksum verified and taken off.
base::Result<Bytes> open_envelope(std::string_view token) {
  Bytes payload;
  unsigned buffer = 0;
  int bits = 0;
  for (std::size_t i = kPrefix; i < token.size(); ++i) {
    const std::size_t digit = kDigits.find(token[i]);
    if (digit == std::string_view::npos) {
      return error("character " + std::to_string(i + 1) + " is none of A-Z a-z 0-9 _ -");
    }
    buffer = (buffer << 6U | static_cast<unsigned>(digit)) & 0xffffU;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      payload.push_back(static_cast<std::uint8_t>(buffer >> static_cast<unsigned>(bits) & 0xffU));
    }
  }
  const bool whole = bits < 6 && (buffer & ((1U << static_cast<unsigned>(bits)) - 1U)) == 0 && payload.size() > 1;
  const std::uint8_t found = payload.empty() ? std::uint8_t{0} : payload.back();
  if (!payload.empty()) {
    payload.pop_back();
  }
  if (!whole || checksum(token[2], payload) != found) {
    return error("its checksum does not match: a character is wrong or missing");
  }
  return payload;
}

constexpr bool Profile::*kFlags[] = {&Profile::lock,  &Profile::rlock,         &Profile::real_time,
                                     &Profile::races, &Profile::edition_edges, &Profile::reprs};

base::Result<DecodedToken> decode_seed(std::string_view token, const Bytes& payload) {
  BitReader in(payload);
  Origin origin;
  Profile& profile = origin.profile;
  profile.steps = in.get_int(10);
  profile.actors_min = in.get_int(4);
  profile.actors_max = in.get_int(4);
  profile.locks_max = in.get_int(2);
  for (const auto flag : kFlags) {
    profile.*flag = in.get(1) != 0;
  }
  profile.lifecycle_percent = in.get_int(7);
  profile.edge_percent = in.get_int(7);
  origin.seed = in.get(64);
  origin.index = in.get_count();
  if (!in.at_end() || !is_valid(profile)) {
    return error("it holds no profile, seed and index");
  }
  if (seed_token(profile, origin.seed, origin.index) != token) {
    return error("it spells a number in a roundabout way");
  }
  return DecodedToken{generate(profile, origin.seed, origin.index), origin};
}

}  // namespace

// base64url without padding (RFC 4648, section 5).
std::string seal(char kind, Bytes payload) {
  payload.push_back(checksum(kind, payload));
  std::string token = {'L', '1', kind, '-'};
  unsigned buffer = 0;
  int bits = 0;
  for (const std::uint8_t byte : payload) {
    buffer = (buffer << 8U | byte) & 0xffffU;
    for (bits += 8; bits >= 6; bits -= 6) {
      token += kDigits[buffer >> static_cast<unsigned>(bits - 6) & 63U];
    }
  }
  if (bits > 0) {
    token += kDigits[buffer << static_cast<unsigned>(6 - bits) & 63U];
  }
  return token;
}

std::string seed_token(const Profile& profile, std::uint64_t seed, std::uint64_t index) {
  LOCKSTEP_CHECK(is_valid(profile));
  BitWriter out;
  out.put(static_cast<std::uint64_t>(profile.steps), 10);
  out.put(static_cast<std::uint64_t>(profile.actors_min), 4);
  out.put(static_cast<std::uint64_t>(profile.actors_max), 4);
  out.put(static_cast<std::uint64_t>(profile.locks_max), 2);
  for (const auto flag : kFlags) {
    out.put(profile.*flag ? 1 : 0, 1);
  }
  out.put(static_cast<std::uint64_t>(profile.lifecycle_percent), 7);
  out.put(static_cast<std::uint64_t>(profile.edge_percent), 7);
  out.put(seed, 64);
  out.put_count(index);
  std::string token = seal('s', out.bytes());
  LOCKSTEP_CHECK(token.size() <= kSeedTokenMax);
  return token;
}

std::optional<std::string> script_token(const model::Script& script) {
  BitWriter out;
  encode_script(bare(script), out);
  std::string token = seal('x', out.bytes());
  return token.size() <= kScriptTokenMax ? std::optional(std::move(token)) : std::nullopt;
}

model::Script bare(const model::Script& script) {
  LOCKSTEP_CHECK(!validate(script));
  model::Script kept = script;
  kept.comment.clear();
  kept.clauses.clear();
  const auto is_expectation = [](const model::Step& step) { return step.kind == model::StepKind::kExpectation; };
  std::erase_if(kept.steps, is_expectation);
  for (std::size_t i = 0; i < kept.locks.size(); ++i) {
    kept.locks[i].name = lock_name(static_cast<int>(i));
  }
  for (std::size_t i = 0; i < kept.processes.size(); ++i) {
    kept.processes[i].name = process_name(static_cast<int>(i));
  }
  for (std::size_t i = 0; i < kept.actors.size(); ++i) {
    kept.actors[i].name = actor_name(static_cast<int>(i));
  }
  for (model::Step& step : kept.steps) {
    step.expectation = {};
    step.line = 0;
    if (step.kind == model::StepKind::kFork) {
      kept.processes[static_cast<std::size_t>(step.process)].name = actor_name(step.new_actor);
    }
  }
  return kept;
}

base::Result<DecodedToken> decode(std::string_view token) {
  if (!looks_like_token(token)) {
    return error("expected one such as L1s-... or L1x-...");
  }
  if (token[1] != '1') {
    return error(std::string("version ") + token[1] + " is unknown; this Lockstep reads version 1");
  }
  const bool seed = token[2] == 's';
  if (!seed && token[2] != 'x') {
    return error("expected 's' or 'x' as its third character");
  }
  if (token.size() > (seed ? kSeedTokenMax : kScriptTokenMax)) {
    return error("it is longer than any");
  }
  const base::Result<Bytes> payload = open_envelope(token);
  if (!payload.ok()) {
    return payload.error();
  }
  if (seed) {
    return decode_seed(token, payload.value());
  }
  std::optional<model::Script> script = decode_script(payload.value());
  if (!script) {
    return error("it holds no script");
  }
  if (script_token(*script) != token) {
    return error("it spells a number in a roundabout way");
  }
  return DecodedToken{*std::move(script), std::nullopt};
}

bool looks_like_token(std::string_view word) {
  return word.size() >= kPrefix && word[0] == 'L' && word[1] >= '0' && word[1] <= '9' && word[3] == '-' &&
         word.find_first_of("./") == std::string_view::npos;
}

}  // namespace lockstep::script
