#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/file_descriptor.h"
#include "harness/cell/layout.h"
#include "harness/processes/launch.h"

namespace lockstep::processes {

// Waits for the coordinator's baton, but not for ever: false if it did not come within some tens of milliseconds.
using AwaitBaton = std::function<bool(cell::Cell&)>;

// One implementation's processes: the host, the processes of the scripts, their threads, and the cell they share with
// this process, the coordinator. Ends them all when it is destroyed.
class Family {
 public:
  // Starts the host and waits for it to have imported the module and made its locks. `number` tells the families of one
  // coordinator apart. Throws AdapterError with the reason if the module can't be used, Interrupted on SIGINT. A
  // carrier whose actors need the coordinator while it waits for them brings a way to wait of its own.
  Family(Launch launch, int number, cell::Mode mode, AwaitBaton await_baton = {});
  Family(const Family&) = delete;
  Family& operator=(const Family&) = delete;
  ~Family();

  [[nodiscard]] cell::Cell& cell() { return *cell_; }
  [[nodiscard]] const Launch& launch() const { return launch_; }
  [[nodiscard]] pid_t host_pid() const { return host_.pid; }

  // Makes sure that the actors which a script does not start itself are there and idle, and that those it does start
  // are not there yet. The script is a copy: its processes may write over the cell while they are started.
  void prepare(cell::Script script);

  // Kills the process; its parties are dead. Nothing is said of a call it may be in.
  void kill_process(int slot);

  // Replaces, when they are next needed, the processes that are not as the host started them.
  void retire_dirty();

  // Every process is started again, with new locks where `renew_locks`.
  void restart(bool renew_locks);

  // Waits until a process or thread that was started has come to its loop.
  void await_arrival(int party);

  // Waits until the thread or process of a party that was told to leave is gone. False if it does not go.
  [[nodiscard]] bool await_exit(int party);

  // Gives the baton to `party` and waits for it to come back. Calls `trouble` every now and then meanwhile; it returns
  // true if it has taken the baton itself, because its holder is dead.
  void drive(int party, const std::function<bool()>& trouble);

  // How the process of a party ended: "signal 9", "exit status 3"; nothing if it lives.
  [[nodiscard]] std::optional<std::string> death_of(int party) const;

  // A line for the user: the module, what went wrong, and the last line that it printed.
  [[nodiscard]] std::string complaint(const std::string& what) const;

 private:
  void command_host(cell::CommandKind kind, int party);
  void command(int by, cell::CommandKind kind, int party);
  void end();
  void reap_orphans();
  [[nodiscard]] int exit_patience_ms() const;

  Launch launch_;
  AwaitBaton await_baton_;
  base::FileDescriptor memory_;
  cell::Cell* cell_ = nullptr;
  HostProcess host_;
  std::vector<pid_t> orphans_;  // killed, and to be reaped once their parents are dead
};

// Set by SIGINT and SIGTERM, which the first Family prepares to catch.
[[nodiscard]] bool interrupted();
void catch_interrupts();

}  // namespace lockstep::processes
