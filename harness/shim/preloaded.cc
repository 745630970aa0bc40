#include "harness/cell/region.h"

// Maps the cell before anything else runs, so that even the locks that a module makes at import are in it.
__attribute__((constructor)) static void map_cell() { (void)lockstep::cell::from_environment(); }
