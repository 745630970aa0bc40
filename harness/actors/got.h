#pragma once

namespace lockstep::actors {

// Makes the shared object that was loaded from `file` call `replacement` where it called the function `name` of another
// one: its slot in the global offset table is written (System V ABI, AMD64 supplement, "Procedure Linkage Table").
// Returns what the slot held, bound already, or nullptr if the object is not loaded or imports no such function.
void* replace_import(const char* file, const char* name, void* replacement);

}  // namespace lockstep::actors
