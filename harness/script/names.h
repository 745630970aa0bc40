#pragma once

#include <string>

namespace lockstep::script {

// What generated scripts, and those read from a token, call their actors, processes and locks: a b c, P Q R, L M N.
inline std::string actor_name(int index) { return {static_cast<char>('a' + index)}; }
inline std::string process_name(int index) { return {static_cast<char>('P' + index)}; }
inline std::string lock_name(int index) { return {static_cast<char>('L' + index)}; }

}  // namespace lockstep::script
