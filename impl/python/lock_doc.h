#pragma once

// What help() says of the locks. Names in brackets are clauses of conformance/clauses.toml, where the documentation
// that each rule comes from is quoted. The first line of each is the signature, as the interpreter wants it.
namespace lockstep::impl {

struct LockDoc {
  const char* type;
  const char* acquire;
  const char* release;
};

// Adjacent literals only can be joined: what both kinds say of acquire()'s arguments.
#define LOCKSTEP_ACQUIRE_ARGUMENTS                                                                     \
  "block    whether to wait while another holds it; if false, timeout is ignored\n"                    \
  "         [acquire.nonblocking, acquire.timeout-ignored]\n"                                          \
  "timeout  the seconds to wait at most, a real number, rounded up to whole nanoseconds of the\n"      \
  "         monotonic clock; None and infinity wait for ever, a negative number is zero\n"             \
  "         [acquire.timeout-none, acquire.timeout-infinite, acquire.timeout-negative]\n\n"            \
  "Raises TypeError or OverflowError for arguments of another type or beyond a C int or double,\n"     \
  "as this version of Python does [acquire.block-type, acquire.timeout-type]; ValueError if it must\n" \
  "wait and timeout is NaN [acquire.timeout-nan]; and what a signal handler raises while it waits\n"   \
  "[signal.raises], without having acquired the lock."

inline constexpr LockDoc kLockDoc{
    "Lock(*, ctx=None)\n--\n\n"
    "A non-recursive lock between processes and their threads, as multiprocessing.Lock.\n\n"
    "It has no owner: whoever holds it, any thread of any process may release it. ctx is the\n"
    "multiprocessing context whose processes may be given the lock; None means the default one.\n"
    "It is given to them as an argument or by inheritance; pickled otherwise it raises RuntimeError\n"
    "[lock.pickle.refused]. Making one raises OSError if the system refuses memory or a descriptor.\n\n"
    "Documented in library/multiprocessing.html#multiprocessing.Lock. What stands in brackets here and at\n"
    "the methods are clauses of Lockstep's conformance catalogue, which quotes the documentation.",

    "acquire($self, /, block=True, timeout=None)\n--\n\n"
    "Acquire the lock. Return True, or False if it was not to be had in time.\n\n"  //
    LOCKSTEP_ACQUIRE_ARGUMENTS,

    "release($self, /)\n--\n\n"
    "Release the lock, whoever acquired it [lock.release.any-process].\n\n"
    "Raises ValueError if it is free; then nothing changes [lock.release.unlocked]. Of several\n"
    "processes that release it at once exactly one succeeds [lock.release.race].",
};

inline constexpr LockDoc kRLockDoc{
    "RLock(*, ctx=None)\n--\n\n"
    "A recursive lock between processes and their threads, as multiprocessing.RLock.\n\n"
    "The thread that acquired it owns it, may acquire it again, and must release it as often. No\n"
    "other thread owns it, not even the copy of that thread in a forked child [rlock.fork.raw]. ctx\n"
    "and errors are as for Lock. Documented in library/multiprocessing.html#multiprocessing.RLock.",

    "acquire($self, /, block=True, timeout=None)\n--\n\n"
    "Acquire the lock. Return True, or False if it was not to be had in time.\n\n"
    "Its owner has it again at once, whatever the timeout [rlock.acquire.recursive].\n\n"  //
    LOCKSTEP_ACQUIRE_ARGUMENTS
    "\nAlso raises OverflowError if its owner has acquired it 2**31 - 1 times [rlock.recursion.overflow].",

    "release($self, /)\n--\n\n"
    "Release the lock once; it is free when it was released as often as it was acquired.\n\n"
    "Raises AssertionError if this thread does not own it; then nothing changes\n"
    "[rlock.release.not-owner].",
};

#undef LOCKSTEP_ACQUIRE_ARGUMENTS

inline constexpr const char* kEnterDoc =
    "__enter__($self, /)\n--\n\n"
    "acquire(), for ever. No signal handler runs between that and the body of `with` [with.signal].";
inline constexpr const char* kExitDoc =
    "__exit__($self, exc_type=None, exc_value=None, exc_tb=None, /)\n--\n\n"
    "release(), and let the exception of the body through [with.body-raises].";
inline constexpr const char* kLockedDoc =
    "locked($self, /)\n--\n\n"
    "Whether anybody holds the lock, in any process [locked.value]. True or False when it was asked; it\n"
    "may have changed since.";

// A context's Lock and RLock are these methods.
inline constexpr const char* kMakeDoc = "Return a lock for the processes of this context.";

}  // namespace lockstep::impl
