#!/bin/bash -eu
# Copyright 2026 The Lockstep Authors
#
# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# You may obtain a copy of the License at
#
#      http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS,
# WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
# See the License for the specific language governing permissions and
# limitations under the License.
#
################################################################################

# OSS-Fuzz, ClusterFuzzLite and `./run_tests.py fuzz --check-oss-fuzz` build by this script. It takes the compiler, the
# flags and the engine as they are given, and sets no sanitizer of its own. PYTHON names an interpreter with pybind11;
# what of it the fuzzers need goes with them.
python=${PYTHON:-python3}
source=$SRC/lockstep
build=$WORK/lockstep
cd "$WORK"  # Programs that measure coverage leave a profile where they run.

# No flags of a build type: those given are the whole of them. A fuzzer finds its libraries beside itself.
cmake -S "$source" -B "$build" -G Ninja \
  -DCMAKE_BUILD_TYPE=Fuzzing -DBUILD_TESTING=OFF -DLOCKSTEP_WARNINGS_AS_ERRORS=OFF \
  -DLOCKSTEP_FUZZ_ENGINE="$LIB_FUZZING_ENGINE" \
  -DLOCKSTEP_PYTHON="$python" -DPython_EXECUTABLE="$python" \
  -DCMAKE_BUILD_WITH_INSTALL_RPATH=ON -DCMAKE_INSTALL_RPATH='$ORIGIN/lib'
cmake --build "$build" --target fuzz_targets fuzz_seeds

rm -rf "$WORK/seeds"
"$build/fuzz/fuzz_seeds" "$WORK/seeds" "$source/conformance/cases"
for file in "$source"/fuzz/fuzz_*.cc; do
  target=$(basename "$file" .cc)
  cp "$build/fuzz/$target" "$OUT/"
  for beside in dict options; do
    [ ! -f "$source/fuzz/$target.$beside" ] || cp "$source/fuzz/$target.$beside" "$OUT/"
  done
  for folder in "$source/fuzz/corpora/$target" "$source/fuzz/regressions/$target" "$WORK/seeds/$target"; do
    [ ! -d "$folder" ] || zip -q -r -j "$OUT/${target}_seed_corpus.zip" "$folder"
  done
done

# What the embedded interpreter loads, for those who have no Python.
PYTHONPATH=$source "$python" -m fuzz.python_files "$build" "$OUT"
