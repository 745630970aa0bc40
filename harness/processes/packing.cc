#include "harness/processes/packing.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <string_view>

#include "harness/base/check.h"
#include "harness/processes/event_order.h"
#include "harness/processes/words_of.h"
#include "harness/replay/shape.h"

namespace lockstep::processes {
namespace {

std::uint8_t byte(int value) { return static_cast<std::uint8_t>(value < 0 ? 0 : value); }

}  // namespace

int pool_lock(const model::Script& script, int index) {
  const auto kind = script.locks[static_cast<std::size_t>(index)].kind;
  int before = 0;
  for (int other = 0; other < index; ++other) {
    before += script.locks[static_cast<std::size_t>(other)].kind == kind ? 1 : 0;
  }
  return before + (kind == model::LockKind::kRLock ? cell::kLocksPerKind : 0);
}

int thread_of(const model::Script& script, int actor) {
  int before = 0;
  for (int other = 0; other < actor; ++other) {
    before +=
        script.actors[static_cast<std::size_t>(other)].process == script.actors[static_cast<std::size_t>(actor)].process
            ? 1
            : 0;
  }
  return before;
}

std::uint16_t Packer::shape(const model::Call& call) {
  replay::write_shape(call, text_);
  const auto known = shapes_.find(text_);
  if (known != shapes_.end()) {
    return known->second;
  }
  LOCKSTEP_CHECK(text_.size() < cell::kShapeBytes);
  const auto index = static_cast<std::uint16_t>(shapes_.size());
  cell_.shapes_used = index + 1;
  std::strcpy(cell_.shapes[index], text_.c_str());
  shapes_.emplace(text_, index);
  return index;
}

void Packer::begin() {
  if (shapes_.size() > cell::kShapesMax / 2) {
    // Actors notice by the generation that what they kept is out of date.
    shapes_.clear();
    cell_.shapes_used = 0;
    ++cell_.shapes_generation;
  }
  cell_.texts_used = 0;
  sizes_.clear();
  steps_.clear();
}

std::size_t Packer::pack(std::span<const replay::Item> items) {
  begin();
  std::size_t packed = 0;
  std::uint32_t steps = 0, pinned = 0;
  for (const replay::Item& item : items) {
    const auto count = static_cast<std::uint32_t>(item.script->steps.size());
    const auto schedule = static_cast<std::uint32_t>(item.script->schedule.size());
    const bool fits = packed < cell::kScriptsMax && steps + count < cell::kStepsMax &&
                      pinned + schedule < cell::kChoicesMax && shapes_.size() + count < cell::kShapesMax;
    if (packed > 0 && !fits) {
      break;
    }
    cell::Script& script = cell_.scripts[packed++];
    script = {};  // what an earlier run of its place left is none of its
    script.first_step = steps;
    script.seed = item.seed;
    script.pct_depth = item.pct_depth;
    pack_script(*item.script, script);
    script.first_pinned = pinned;
    script.pinned = schedule;
    std::copy(item.script->schedule.begin(), item.script->schedule.end(), cell_.pinned + pinned);
    steps += count;
    pinned += schedule;
  }
  cell_.scripts_loaded = static_cast<std::uint32_t>(packed);
  return packed;
}

void Packer::pack(const model::Script& script, std::span<const replay::Schedule> schedules) {
  begin();
  cell_.scripts[0] = {};
  pack_script(script, cell_.scripts[0]);
  std::uint32_t pinned = 0;
  for (std::size_t run = 0; run < schedules.size(); ++run) {
    const replay::Schedule& schedule = schedules[run];
    cell::Script& packed = cell_.scripts[run];
    packed = cell_.scripts[0];
    packed.seed = schedule.seed;
    packed.pct_depth = schedule.pct_depth;
    packed.first_pinned = pinned;
    packed.pinned = static_cast<std::uint32_t>(schedule.prefix.size());
    std::copy(schedule.prefix.begin(), schedule.prefix.end(), cell_.pinned + pinned);
    pinned += packed.pinned;
  }
  cell_.scripts_loaded = static_cast<std::uint32_t>(schedules.size());
  const Size size = sizes_.front();
  sizes_.assign(schedules.size(), size);
}

void Packer::pack_script(const model::Script& script, cell::Script& packed) {
  LOCKSTEP_CHECK(script.actors.size() <= cell::kActorsMax);
  packed.steps = static_cast<std::uint32_t>(script.steps.size());
  packed.actors = static_cast<std::uint8_t>(script.actors.size());
  packed.processes = static_cast<std::uint8_t>(script.processes.size());
  for (int actor = 0; actor < packed.actors; ++actor) {
    const model::ActorDeclaration& declared = script.actors[static_cast<std::size_t>(actor)];
    packed.actor_process[actor] = byte(declared.process);
    packed.actor_thread[actor] = byte(thread_of(script, actor));
    packed.started_by_step[actor] = declared.started_by_step;
  }
  cell::Step* step = &cell_.steps[packed.first_step];
  for (const model::Step& from : script.steps) {
    const bool is_call = from.kind == model::StepKind::kCall;
    *step++ = {from.kind,
               byte(from.actor),
               byte(from.process),
               byte(from.new_actor),
               byte(is_call ? pool_lock(script, from.call.lock) : 0),
               static_cast<std::uint8_t>(from.handler_raises),
               is_call ? shape(from.call) : std::uint16_t{0},
               from.seconds.nanoseconds};
  }
  sizes_.push_back({packed.first_step, packed.steps, packed.actors});
  steps_.insert(steps_.end(), &cell_.steps[packed.first_step], step);
}

// What the script's run left, within the bounds of the cell.
cell::Script Packer::ran(std::size_t index) const {
  const cell::Script script = cell_.scripts[index];
  if (script.first_event > cell::kEventsMax || script.events > cell::kEventsMax - script.first_event) {
    throw written_over("events");
  }
  if (script.first_choice > cell::kChoicesMax || script.choices > cell::kChoicesMax - script.first_choice) {
    throw written_over("choices");
  }
  if (script.misfit > cell::kChoicesMax) {
    throw written_over("misfit");
  }
  return script;
}

std::string_view Packer::text_of(const cell::Event& event) const {
  const std::uint32_t text = (event.outcome - cell::kFirstText) / 8;
  if (text >= cell::kTextsMax) {
    throw written_over("texts");
  }
  return {cell_.texts[text], strnlen(cell_.texts[text], cell::kTextBytes)};
}

replay::Played Packer::played(std::size_t index) const {
  const cell::Script script = ran(index);
  // FNV-1a, word by word. Texts have numbers that differ from batch to batch: what they say counts.
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto mix = [&hash](std::uint64_t word) { hash = (hash ^ word) * 0x100000001b3; };
  for (std::uint32_t at = script.first_event; at < script.first_event + script.events; ++at) {
    const cell::Event event = cell_.events[at];
    mix(static_cast<std::uint64_t>(event.kind) << 32U | static_cast<std::uint32_t>(event.actor + 1) << 16U |
        static_cast<std::uint16_t>(event.step));
    mix(static_cast<std::uint64_t>(event.time_ns));
    mix(event.outcome < cell::kFirstText ? event.outcome : event.outcome % 8 + 8);
    if (event.outcome >= cell::kFirstText) {
      mix(std::hash<std::string_view>()(text_of(event)));
    }
  }
  const auto part = [&script](const std::uint8_t* all) { return std::span(all + script.first_choice, script.choices); };
  return {part(cell_.choices), part(cell_.degrees), part(cell_.kinds), hash, script.exhausted != 0};
}

trace::Trace Packer::unpack(std::size_t index) const {
  const cell::Script script = ran(index);
  const Size& size = sizes_[index];
  EventOrder order(std::span<const cell::Step>(steps_).subspan(size.first_step, size.steps), size.actors);
  trace::Trace trace;
  trace.events.reserve(script.events);
  for (std::uint32_t at = script.first_event; at < script.first_event + script.events; ++at) {
    const cell::Event event = cell_.events[at];
    if (!order.accepts(event)) {
      throw written_over("events");
    }
    trace::Event& out = trace.events.emplace_back();
    out.kind = kind_of(event.kind);
    out.step = event.step;
    out.actor = event.actor;
    out.time_ns = event.time_ns;
    if (event.outcome < cell::kFirstText) {
      out.outcome.kind = static_cast<model::OutcomeKind>(event.outcome);
    } else {
      out.outcome.kind = static_cast<model::OutcomeKind>((event.outcome - cell::kFirstText) % 8);
      out.outcome.text = text_of(event);
    }
    if (out.outcome.kind > model::OutcomeKind::kHung || out.outcome.kind == model::OutcomeKind::kBlocks) {
      throw written_over("outcome");
    }
  }
  if (!order.is_over()) {
    throw written_over("events");
  }
  trace.misfit = static_cast<int>(script.misfit) - 1;
  trace.choices.assign(cell_.choices + script.first_choice, cell_.choices + script.first_choice + script.choices);
  return trace;
}

}  // namespace lockstep::processes
