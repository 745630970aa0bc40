#include "harness/model/outcome.h"

namespace lockstep::model {

std::string to_string(const Outcome& outcome) {
  switch (outcome.kind) {
    case OutcomeKind::kTrue:
      return "True";
    case OutcomeKind::kFalse:
      return "False";
    case OutcomeKind::kNone:
      return "None";
    case OutcomeKind::kValue:
      return outcome.text;
    case OutcomeKind::kRaised:
      return "raises " + outcome.text;
    case OutcomeKind::kBlocks:
      return "blocks";
    case OutcomeKind::kCrashed:
      return outcome.text.empty() ? "crashes" : "crashes (" + outcome.text + ")";
    case OutcomeKind::kHung:
      return "hangs";
  }
  return "";
}

}  // namespace lockstep::model
