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

#define FIELD(name) \
  Field { offsetof(Cell, name), sizeof(Cell::name), 1, 0 }
#define ELEMENTS(name)                                                                                             \
  Field {                                                                                                          \
    offsetof(Cell, name), sizeof(Cell::name[0]), sizeof(Cell::name) / sizeof(Cell::name[0]), sizeof(Cell::name[0]) \
  }
#define OF_PARTIES(name)                                                                                 \
  Field {                                                                                                \
    offsetof(Cell, parties) + offsetof(cell::Party, name), sizeof(cell::Party::name), cell::kPartiesMax, \
        sizeof(cell::Party)                                                                              \
  }
#define OF_SCRIPT(name) \
  Field { offsetof(Cell, scripts) + offsetof(cell::Script, name), sizeof(cell::Script::name), 2, sizeof(cell::Script) }
// The first bytes of what is large.
#define PIECE(name, bytes) \
  Field { offsetof(Cell, name), 1, bytes, 1 }

constexpr Field kFields[] = {FIELD(request),
                             FIELD(request_process),
                             FIELD(request_party),
                             FIELD(request_step),
                             FIELD(scripts_loaded),
                             FIELD(current),
                             FIELD(pc),
                             FIELD(running_script),
                             FIELD(draining),
                             FIELD(race_end),
                             FIELD(race_first),
                             ELEMENTS(race_next),
                             ELEMENTS(race_joined),
                             FIELD(race_next_event),
                             FIELD(race_horizon),
                             FIELD(race_running),
                             FIELD(decisions),
                             ELEMENTS(lowered),
                             FIELD(wait_orders),
                             FIELD(choices_in_step),
                             FIELD(now_ns),
                             FIELD(wall_offset_ns),
                             FIELD(pause_until_ns),
                             FIELD(events_used),
                             FIELD(choices_used),
                             FIELD(texts_used),
                             FIELD(shapes_used),
                             ELEMENTS(stopped),
                             ELEMENTS(dirty),
                             FIELD(mode),
                             FIELD(fibers),
                             FIELD(fiber),
                             OF_PARTIES(state),
                             OF_PARTIES(command),
                             OF_PARTIES(script_actor),
                             OF_PARTIES(wait_key),
                             OF_PARTIES(deadline_ns),
                             OF_PARTIES(deadline_on_wall_clock),
                             OF_PARTIES(wait_order),
                             OF_PARTIES(wake),
                             OF_PARTIES(kept),
                             OF_PARTIES(outcome),
                             OF_PARTIES(pid),
                             OF_PARTIES(tid),
                             OF_PARTIES(in_call),
                             OF_PARTIES(at_first_point),
                             OF_PARTIES(blocked_reported),
                             OF_PARTIES(pending_signal),
                             OF_SCRIPT(first_step),
                             OF_SCRIPT(steps),
                             OF_SCRIPT(first_event),
                             OF_SCRIPT(events),
                             OF_SCRIPT(first_choice),
                             OF_SCRIPT(choices),
                             OF_SCRIPT(first_pinned),
                             OF_SCRIPT(pinned),
                             OF_SCRIPT(seed),
                             OF_SCRIPT(misfit),
                             OF_SCRIPT(pct_depth),
                             OF_SCRIPT(actors),
                             OF_SCRIPT(actor_process),
                             OF_SCRIPT(actor_thread),
                             OF_SCRIPT(started_by_step),
                             PIECE(steps, 640),
                             PIECE(events, 1536),
                             PIECE(choices, 128),
                             PIECE(semaphores, 1024),
                             PIECE(parties, 65535),
                             PIECE(scripts, 256),
                             PIECE(texts, 2048),
                             PIECE(failure, 1024)};

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
