#include "harness/processes/words_of.h"

namespace lockstep::processes {

replay::AdapterError written_over(const char* field) {
  return replay::AdapterError(std::string("the memory shared with its processes was written over: ") + field);
}

int named_party(std::uint32_t party) {
  if (party >= static_cast<std::uint32_t>(cell::kHostParty)) {
    throw written_over("request_party");
  }
  return static_cast<int>(party);
}

std::string text_of(const cell::Party& party) { return text_at(party.text); }

std::string failure_of(const cell::Cell& cell) { return text_at(cell.failure); }

}  // namespace lockstep::processes
