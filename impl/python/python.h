#pragma once

// Python.h must come before the standard headers, and wants this said first.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
