# Where locks are played, ways through the script, the judge and the like tell an engine nothing about the locks, and
# counting them takes half of the time. So the libraries are there twice: harness_judge is what other targets test,
# harness_judge_played what a target links that plays, counted where locks, their platforms and schedulers are.

set(played
    harness_base harness_model harness_trace harness_replay harness_script harness_spec harness_judge harness_cell
    harness_processes harness_explore fuzz_support)
set(counted harness_cell harness_explore)

if(LOCKSTEP_FUZZ_ENGINE AND CMAKE_CXX_COMPILER_ID MATCHES Clang)
  # No byte of an input is compared as it stands, and fibers have stacks of their own, whose depth is nobody's.
  set(traced -fno-sanitize-coverage=trace-cmp,stack-depth)
  set(uncounted -fno-sanitize-coverage=inline-8bit-counters,pc-table,indirect-calls,trace-cmp,stack-depth)
else()
  set(traced)
  set(uncounted)
endif()

# lockstep_played(harness_judge): makes harness_judge_played, the same sources.
function(lockstep_played name)
  if(NOT uncounted)
    add_library(${name}_played ALIAS ${name})
    return()
  endif()
  get_target_property(folder ${name} SOURCE_DIR)
  get_target_property(sources ${name} SOURCES)
  get_target_property(includes ${name} INCLUDE_DIRECTORIES)
  get_target_property(libraries ${name} LINK_LIBRARIES)
  list(TRANSFORM sources PREPEND ${folder}/)
  list(JOIN played "|" names)
  list(TRANSFORM libraries REPLACE "^(${names})$" "\\1_played")
  add_library(${name}_played STATIC EXCLUDE_FROM_ALL ${sources})
  target_include_directories(${name}_played SYSTEM PRIVATE ${includes})
  target_link_libraries(${name}_played PUBLIC ${libraries})
  if(name IN_LIST counted)
    target_compile_options(${name}_played PRIVATE ${traced})
  else()
    target_compile_options(${name}_played PRIVATE ${uncounted})
  endif()
endfunction()

foreach(name ${played})
  lockstep_played(${name})
endforeach()
foreach(name harness_shim impl_platform impl_platform_sim impl_python_embedded)
  if(TARGET ${name})
    target_compile_options(${name} PRIVATE ${traced})
  endif()
endforeach()
if(TARGET harness_actors)
  target_compile_options(harness_actors PRIVATE ${uncounted})
endif()
