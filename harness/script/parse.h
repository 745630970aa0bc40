#pragma once

#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/model/script.h"

namespace lockstep::script {

// Reads one .lks file; SCRIPT_FORMAT.md has its grammar. The file's name is for errors only, each of which has the
// line, the column and what was expected there. A script that parses is valid (validate.h). Comments after the head,
// and at the ends of lines, are not kept.
[[nodiscard]] base::Result<model::Script> parse(std::string_view text, const std::string& file);

}  // namespace lockstep::script
