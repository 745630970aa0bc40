#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include <unistd.h>

#include "harness/processes/test_launch.h"
#include "harness/processes/virtual_carrier.h"

// What becomes of libraries that can't be loaded.
namespace lockstep::processes {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::string contents(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

// A folder of its own, gone with the test.
class LoadingTest : public ::testing::Test {
 protected:
  LoadingTest() { fs::create_directory(folder_); }
  ~LoadingTest() override { fs::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    fs::permissions(folder_ / name, fs::perms::owner_all);
    return folder_ / name;
  }

  static std::string failure_of(const Launch& launch) {
    try {
      VirtualCarrier carrier(launch, 0);
    } catch (const replay::AdapterError& error) {
      return error.what();
    }
    return "none";
  }

  const fs::path folder_ = fs::path(::testing::TempDir()) / ("lockstep loading:" + std::to_string(getpid()));
  Launch launch_ = launch("multiprocessing", "fork", true);
};

TEST_F(LoadingTest, ALibraryThatIsNotThereIsNamed) {
  for (std::string* const library : {&launch_.shim, &launch_.actor_library}) {
    const std::string before = std::exchange(*library, folder_ / "absent.so");
    EXPECT_EQ(failure_of(launch_), "can't load " + *library + ": No such file or directory");
    *library = before;
  }
}

TEST_F(LoadingTest, AFileThatIsNoLibraryIsNamed) {
  launch_.shim = file("text.so", "not a library");
  EXPECT_EQ(failure_of(launch_), "can't load " + launch_.shim + ": it is no shared library");
}

TEST_F(LoadingTest, ALibraryOfAnotherMachineIsNamed) {
  std::string other = contents(launch_.shim);
  other[18] = 8;  // e_machine: EM_MIPS
  launch_.actor_library = file("mips.so", other);
  EXPECT_EQ(failure_of(launch_), "can't load " + launch_.actor_library + ": it was built for another machine");
}

TEST_F(LoadingTest, AnInterpreterThatCanNotLoadTheActorLibrarySaysSo) {
  std::string hollow = contents(launch_.actor_library).substr(0, 4096);
  hollow[56] = 0;  // e_phnum
  launch_.actor_library = file("hollow.so", hollow);
  EXPECT_THAT(failure_of(launch_), HasSubstr("this interpreter can't load the actor library"));
}

TEST_F(LoadingTest, AShimThatTheInterpreterDoesNotLoadLeavesVirtualTimeUnreachable) {
  launch_.python = file("python", "#!/bin/sh\nunset LD_PRELOAD\nexec '" + launch_.python + "' \"$@\"\n");
  VirtualCarrier carrier(launch_, 0);
  EXPECT_FALSE(carrier.reachable());
  EXPECT_STREQ(carrier.family().cell().unreachable, "the interpreter did not load the shim");
}

TEST_F(LoadingTest, TheShimMayLieInAFolderWhoseNameHasASpace) {
  fs::copy_file(launch_.shim, folder_ / "shim.so");
  launch_.shim = folder_ / "shim.so";
  EXPECT_TRUE(VirtualCarrier(launch_, 0).reachable());
}

}  // namespace
}  // namespace lockstep::processes
