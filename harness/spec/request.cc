#include "harness/spec/request.h"

#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "harness/model/value.h"

namespace lockstep::spec {
namespace {

using model::Value;
using model::ValueKind;

const char* type_name(const Value& value) {
  constexpr std::array kNames = {"NoneType", "bool", "int", "float", "str"};
  return kNames[static_cast<std::size_t>(value.kind)];
}

void fail(Request& request, Fault fault, Clause clause, const char* type, std::string message) {
  request.fault = fault;
  request.fault_clause = clause;
  request.fault_type = type;
  request.fault_message = std::move(message);
}

// Which arguments a call gave, by parameter.
struct Bound {
  const model::Argument* block = nullptr;
  const model::Argument* timeout = nullptr;
  std::string error;  // of a TypeError: the call does not fit acquire(block=True, timeout=None)
  bool late = false;  // the error is noticed only after `block` was converted
};

Bound bind(const model::Call& call, Edition edition) {
  const char* function = edition.minor <= 9 ? "function" : "acquire()";
  Bound bound;
  if (call.arguments.size() > 2) {
    bound.error =
        std::string(function) + " takes at most 2 arguments (" + std::to_string(call.arguments.size()) + " given)";
    return bound;
  }
  int position = 0;
  std::string unknown;
  for (const model::Argument& argument : call.arguments) {
    const bool is_block = argument.keyword.empty() ? position == 0 : argument.keyword == "block";
    const bool is_timeout = argument.keyword.empty() ? position == 1 : argument.keyword == "timeout";
    ++position;
    if (!is_block && !is_timeout) {
      unknown = unknown.empty() ? argument.keyword : unknown;
      continue;
    }
    const model::Argument*& slot = is_block ? bound.block : bound.timeout;
    if (slot != nullptr) {
      bound.error = "argument for " + std::string(function) + " given by name ('" + argument.keyword +
                    "') and position (" + (is_block ? "1)" : "2)");
      return bound;
    }
    slot = &argument;
  }
  if (!unknown.empty()) {
    bound.late = edition.minor <= 9;
    bound.error = edition.minor >= 13 ? "acquire() got an unexpected keyword argument '" + unknown + "'"
                                      : "'" + unknown + "' is an invalid keyword argument for " +
                                            (edition.minor <= 9 ? "this function" : "acquire()");
  }
  return bound;
}

// The int that `block` was up to 3.11 (bpo-15999); messages as Argument Clinic wrote them from 3.10, and PyArg before.
void read_int_block(const Value& value, Edition edition, Request& request) {
  const auto refuse = [&](const char* type, std::string message) {
    fail(request, Fault::kFirst, Clause::kAcquireBlockType, type, std::move(message));
  };
  const bool old = edition.minor <= 9;
  if (value.kind != ValueKind::kBool && value.kind != ValueKind::kInt) {
    const std::string name = type_name(value);
    refuse("TypeError", !old                              ? "'" + name + "' object cannot be interpreted as an integer"
                        : value.kind == ValueKind::kFloat ? "integer argument expected, got float"
                                                          : "an integer is required (got type " + name + ")");
  } else if (!value.integer.has_value()) {
    refuse("OverflowError",
           old ? "Python int too large to convert to C long" : "Python int too large to convert to C int");
  } else if (*value.integer > std::numeric_limits<int>::max()) {
    refuse("OverflowError",
           old ? "signed integer is greater than maximum" : "Python int too large to convert to C int");
  } else if (*value.integer < std::numeric_limits<int>::min()) {
    refuse("OverflowError", old ? "signed integer is less than minimum" : "Python int too large to convert to C int");
  }
}

// Beyond this no clock that counts nanoseconds in 64 bits, nor seconds since 1970 in them, can hold the deadline.
constexpr double kHugeSeconds = 9.2e9;

// The nanoseconds of a timeout, rounded down and up, exactly. REQUIRES: 0 < seconds < kHugeSeconds.
void bound_nanoseconds(double seconds, Request& request) {
  const double whole = std::floor(seconds);
  const double fraction = seconds - whole;  // exact
  const double product = fraction * 1e9;
  const double error = std::fma(fraction, 1e9, -product);  // what rounding took from the product
  const double down = std::floor(product) - (product == std::floor(product) && error < 0 ? 1 : 0);
  const double up = std::ceil(product) + (product == std::ceil(product) && error > 0 ? 1 : 0);
  const std::int64_t whole_ns = static_cast<std::int64_t>(whole) * 1'000'000'000;
  request.timeout_min_ns = whole_ns + static_cast<std::int64_t>(down);
  request.timeout_max_ns = whole_ns + static_cast<std::int64_t>(up);
}

void read_timeout(const Value& value, Request& request) {
  if (value.kind == ValueKind::kStr) {
    fail(request, Fault::kTimeout, Clause::kAcquireTimeoutType, "TypeError", "must be real number, not str");
    return;
  }
  if (value.overflow) {
    fail(request, Fault::kTimeout, Clause::kAcquireTimeoutOverflow, "OverflowError",
         "int too large to convert to float");
    return;
  }
  const double seconds = value.number;
  if (std::isnan(seconds)) {
    request.wait = Wait::kNan;
    request.refusal = Clause::kAcquireTimeoutNan;
  } else if (seconds <= 0) {
    request.wait = Wait::kPoll;
    request.refusal = seconds < 0 ? Clause::kAcquireTimeoutNegative : Clause::kAcquireTimeoutZero;
    request.timeout_huge = seconds <= -0x1p62;
  } else if (seconds >= kHugeSeconds) {
    request.wait = Wait::kForever;
    request.refusal = Clause::kAcquireTimeoutInfinite;
    request.timeout_huge = seconds >= 0x1p62;
  } else {
    request.wait = Wait::kTimed;
    request.refusal = Clause::kAcquireTimeoutPositive;
    bound_nanoseconds(seconds, request);
  }
}

base::Result<Request> read_acquire(const model::Call& call, Request request, const Options& options) {
  if (call.arguments.empty()) {
    return request;
  }
  const Bound bound = bind(call, options.edition);
  // The timeout is read before `block`, whose errors come first and so overwrite its own. None is no timeout at all.
  if (bound.timeout != nullptr) {
    const base::Result<Value> timeout = model::parse_value(bound.timeout->spelling);
    if (!timeout.ok()) {
      return timeout.error();
    }
    if (timeout.value().kind != ValueKind::kNone) {
      read_timeout(timeout.value(), request);
    }
  }
  if (bound.block != nullptr) {
    const base::Result<Value> read = model::parse_value(bound.block->spelling);
    if (!read.ok()) {
      return read.error();
    }
    const Value& block = read.value();
    if (!block.truth) {
      request.wait = Wait::kPoll;
      request.refusal = Clause::kAcquireNonblocking;
      request.timeout_huge = false;
    }
    if (options.edition.block_is_int()) {
      read_int_block(block, options.edition, request);
    }
  }
  if (!bound.error.empty() && !(bound.late && request.fault == Fault::kFirst)) {
    fail(request, Fault::kFirst, Clause::kAcquireSignature, "TypeError", bound.error);
  }
  return request;
}

void read_release(const model::Call& call, Request& request, Edition edition) {
  if (call.arguments.empty()) {
    return;
  }
  bool keywords = false;
  for (const model::Argument& argument : call.arguments) {
    keywords = keywords || !argument.keyword.empty();
  }
  const std::string function = edition.minor <= 8 ? "release()" : "SemLock.release()";
  fail(request, Fault::kFirst, Clause::kReleaseSignature, "TypeError",
       keywords ? function + " takes no keyword arguments"
                : function + " takes no arguments (" + std::to_string(call.arguments.size()) + " given)");
}

}  // namespace

base::Result<Request> read_call(const model::Call& call, model::LockKind kind, const Options& options) {
  Request request;
  request.kind = kind;
  request.method = call.method;
  request.lock = call.lock;
  request.body_raises = call.body_raises;
  switch (call.method) {
    case model::Method::kAcquire:
      return read_acquire(call, std::move(request), options);
    case model::Method::kRelease:
      read_release(call, request, options.edition);
      return request;
    case model::Method::kLocked:
    case model::Method::kWith:
    case model::Method::kRepr:
      break;
  }
  if (!call.arguments.empty()) {
    return base::InputError{"", 0, 0, "only acquire and release are called with arguments"};
  }
  return request;
}

}  // namespace lockstep::spec
