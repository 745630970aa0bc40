#include "fuzz/support/hostility.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "fuzz/support/mutator.h"

namespace lockstep::fuzz {
namespace {

using cell::Cell;

constexpr std::size_t kCorruptionBytes = 5;

constexpr std::int64_t kValues[] = {0,
                                    1,
                                    -1,
                                    2,
                                    3,
                                    7,
                                    8,
                                    63,
                                    64,
                                    65,
                                    127,
                                    128,
                                    200,
                                    255,
                                    256,
                                    1023,
                                    1024,
                                    16383,
                                    16384,
                                    32767,
                                    -32768,
                                    65535,
                                    65536,
                                    INT32_MAX,
                                    INT32_MIN,
                                    INT64_MAX,
                                    INT64_MIN,
                                    cell::kEventsMax,
                                    cell::kEventsMax - 1,
                                    cell::kWallEpoch_ns,
                                    INT64_MAX / 2};

// What is written to in one go: the elements of an array, or one field.
struct Field {
  std::size_t offset, width, count, stride;
};

#define LOCKSTEP_FIELD(name) \
  Field { offsetof(Cell, name), sizeof(Cell::name), 1, 0 }
#define LOCKSTEP_ELEMENTS(name)                                                                                    \
  Field {                                                                                                          \
    offsetof(Cell, name), sizeof(Cell::name[0]), sizeof(Cell::name) / sizeof(Cell::name[0]), sizeof(Cell::name[0]) \
  }
#define LOCKSTEP_OF_PARTIES(name)                                                                        \
  Field {                                                                                                \
    offsetof(Cell, parties) + offsetof(cell::Party, name), sizeof(cell::Party::name), cell::kPartiesMax, \
        sizeof(cell::Party)                                                                              \
  }
#define LOCKSTEP_OF_SCRIPT(name) \
  Field { offsetof(Cell, scripts) + offsetof(cell::Script, name), sizeof(cell::Script::name), 2, sizeof(cell::Script) }
// The first bytes of what is large.
#define LOCKSTEP_PIECE(name, bytes) \
  Field { offsetof(Cell, name), 1, bytes, 1 }

constexpr Field kFields[] = {LOCKSTEP_FIELD(request),
                             LOCKSTEP_FIELD(request_process),
                             LOCKSTEP_FIELD(request_party),
                             LOCKSTEP_FIELD(request_step),
                             LOCKSTEP_FIELD(scripts_loaded),
                             LOCKSTEP_FIELD(current),
                             LOCKSTEP_FIELD(pc),
                             LOCKSTEP_FIELD(running_script),
                             LOCKSTEP_FIELD(draining),
                             LOCKSTEP_FIELD(race_end),
                             LOCKSTEP_FIELD(race_first),
                             LOCKSTEP_ELEMENTS(race_next),
                             LOCKSTEP_ELEMENTS(race_joined),
                             LOCKSTEP_FIELD(race_next_event),
                             LOCKSTEP_FIELD(race_horizon),
                             LOCKSTEP_FIELD(race_running),
                             LOCKSTEP_FIELD(decisions),
                             LOCKSTEP_ELEMENTS(lowered),
                             LOCKSTEP_FIELD(wait_orders),
                             LOCKSTEP_FIELD(choices_in_step),
                             LOCKSTEP_FIELD(now_ns),
                             LOCKSTEP_FIELD(wall_offset_ns),
                             LOCKSTEP_FIELD(pause_until_ns),
                             LOCKSTEP_FIELD(events_used),
                             LOCKSTEP_FIELD(choices_used),
                             LOCKSTEP_FIELD(texts_used),
                             LOCKSTEP_FIELD(shapes_used),
                             LOCKSTEP_ELEMENTS(stopped),
                             LOCKSTEP_ELEMENTS(dirty),
                             LOCKSTEP_FIELD(mode),
                             LOCKSTEP_FIELD(fibers),
                             LOCKSTEP_FIELD(fiber),
                             LOCKSTEP_OF_PARTIES(state),
                             LOCKSTEP_OF_PARTIES(command),
                             LOCKSTEP_OF_PARTIES(script_actor),
                             LOCKSTEP_OF_PARTIES(wait_key),
                             LOCKSTEP_OF_PARTIES(deadline_ns),
                             LOCKSTEP_OF_PARTIES(deadline_on_wall_clock),
                             LOCKSTEP_OF_PARTIES(wait_order),
                             LOCKSTEP_OF_PARTIES(wake),
                             LOCKSTEP_OF_PARTIES(kept),
                             LOCKSTEP_OF_PARTIES(outcome),
                             LOCKSTEP_OF_PARTIES(pid),
                             LOCKSTEP_OF_PARTIES(tid),
                             LOCKSTEP_OF_PARTIES(in_call),
                             LOCKSTEP_OF_PARTIES(at_first_point),
                             LOCKSTEP_OF_PARTIES(blocked_reported),
                             LOCKSTEP_OF_PARTIES(pending_signal),
                             LOCKSTEP_OF_SCRIPT(first_step),
                             LOCKSTEP_OF_SCRIPT(steps),
                             LOCKSTEP_OF_SCRIPT(first_event),
                             LOCKSTEP_OF_SCRIPT(events),
                             LOCKSTEP_OF_SCRIPT(first_choice),
                             LOCKSTEP_OF_SCRIPT(choices),
                             LOCKSTEP_OF_SCRIPT(first_pinned),
                             LOCKSTEP_OF_SCRIPT(pinned),
                             LOCKSTEP_OF_SCRIPT(seed),
                             LOCKSTEP_OF_SCRIPT(misfit),
                             LOCKSTEP_OF_SCRIPT(pct_depth),
                             LOCKSTEP_OF_SCRIPT(actors),
                             LOCKSTEP_OF_SCRIPT(actor_process),
                             LOCKSTEP_OF_SCRIPT(actor_thread),
                             LOCKSTEP_OF_SCRIPT(started_by_step),
                             LOCKSTEP_PIECE(steps, 640),
                             LOCKSTEP_PIECE(events, 1536),
                             LOCKSTEP_PIECE(choices, 128),
                             LOCKSTEP_PIECE(semaphores, 1024),
                             LOCKSTEP_PIECE(parties, 65535),
                             LOCKSTEP_PIECE(scripts, 256),
                             LOCKSTEP_PIECE(texts, 2048),
                             LOCKSTEP_PIECE(failure, 1024)};

}  // namespace

HostilePlan decode_hostile(std::span<const std::uint8_t> bytes) {
  HostilePlan hostile;
  if (bytes.empty()) {
    return hostile;
  }
  const std::size_t count = std::min({bytes[0] % (kCorruptionsMax + 1), (bytes.size() - 1) / kCorruptionBytes});
  bytes = bytes.subspan(1);
  for (std::size_t index = 0; index < count; ++index, bytes = bytes.subspan(kCorruptionBytes)) {
    hostile.corruptions.push_back({bytes[0], bytes[1], static_cast<std::uint16_t>(bytes[2] | bytes[3] << 8), bytes[4]});
  }
  hostile.plan = decode(bytes);
  return hostile;
}

std::vector<std::uint8_t> encode_hostile(const HostilePlan& hostile) {
  std::vector<std::uint8_t> bytes = {static_cast<std::uint8_t>(hostile.corruptions.size())};
  for (const Corruption& each : hostile.corruptions) {
    bytes.insert(bytes.end(), {each.when, each.what, static_cast<std::uint8_t>(each.where & 255U),
                               static_cast<std::uint8_t>(each.where >> 8U), each.value});
  }
  const std::vector<std::uint8_t> plan = encode(hostile.plan);
  bytes.insert(bytes.end(), plan.begin(), plan.end());
  return bytes;
}

void corrupt(Cell& cell, const Corruption& corruption) {
  const Field& field = kFields[corruption.what % std::size(kFields)];
  char* const place = reinterpret_cast<char*>(&cell) + field.offset + corruption.where % field.count * field.stride;
  if (field.width > sizeof(std::int64_t)) {  // an array or structure: text without an end
    std::memset(place, corruption.value | 1, field.width);
    return;
  }
  const std::int64_t value =
      corruption.value < std::size(kValues) ? kValues[corruption.value] : std::int64_t{corruption.value};
  std::memcpy(place, &value, field.width);
}

void mutate(HostilePlan& hostile, base::Random& random) {
  std::vector<Corruption>& list = hostile.corruptions;
  if (random.chance(40)) {
    return mutate(hostile.plan, random);
  }
  const auto byte = [&random](std::size_t bound) {
    return static_cast<std::uint8_t>(random.below(static_cast<std::uint32_t>(bound)));
  };
  if (list.size() < kCorruptionsMax && (list.empty() || random.chance(40))) {
    list.push_back({byte(32), byte(256), static_cast<std::uint16_t>(random.below(65536)), byte(256)});
    return;
  }
  const auto at = list.begin() + static_cast<std::ptrdiff_t>(random.below(static_cast<std::uint32_t>(list.size())));
  switch (random.below(5)) {
    case 0:
      list.erase(at);
      return;
    case 1:
      at->when = byte(random.chance(80) ? 32 : 256);
      return;
    case 2:
      at->what = byte(256);
      return;
    case 3:
      at->where = static_cast<std::uint16_t>(random.below(random.chance(50) ? 64 : 65536));
      return;
    default:
      at->value = byte(random.chance(70) ? std::size(kValues) : 256);
  }
}

}  // namespace lockstep::fuzz

namespace fuzz = lockstep::fuzz;

namespace {

std::size_t write(const fuzz::HostilePlan& hostile, std::uint8_t* out, std::size_t size_max) {
  const std::vector<std::uint8_t> bytes = fuzz::encode_hostile(hostile);
  const std::size_t size = std::min(bytes.size(), size_max);
  std::memcpy(out, bytes.data(), size);
  return size;
}

}  // namespace

// NOLINTBEGIN(readability-identifier-naming): libFuzzer's names. They stand in for those of plans alone.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t size_max,
                                               unsigned seed) {
  lockstep::base::Random random(seed);
  fuzz::HostilePlan hostile = fuzz::decode_hostile({data, size});
  fuzz::mutate(hostile, random);
  return write(hostile, data, size_max);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* one, std::size_t one_size,
                                                 const std::uint8_t* other, std::size_t other_size, std::uint8_t* out,
                                                 std::size_t size_max, unsigned seed) {
  lockstep::base::Random random(seed);
  fuzz::HostilePlan child = fuzz::decode_hostile({one, one_size});
  const fuzz::HostilePlan from = fuzz::decode_hostile({other, other_size});
  if (random.chance(50)) {
    child.corruptions = from.corruptions;
  } else {
    child.plan = fuzz::cross_over(child.plan, from.plan, random);
  }
  return write(child, out, size_max);
}
// NOLINTEND(readability-identifier-naming)
