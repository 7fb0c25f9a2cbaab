// What can go wrong, as a value. `Result<T>` holds a T or an Error; `Status` is a Result without a
// value.
//
//   Result<Port> ParsePort(const std::string& text);
//   auto port = ParsePort(text);
//   if (!port) return port.error();
//   Use(*port);
//
// The names are a subset of std::expected's, which this platform's clang cannot see
// (docs/adr/0002). The closed list of codes, with what each means to a client, is the one table in
// error.cc.
#pragma once

#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace nat {

enum class ErrorCode {
  kMalformedRequest,
  kInvalidJson,
  kInvalidInput,
  kUnauthenticated,
  kForbidden,
  kNotFound,
  kMethodNotAllowed,
  kConflict,
  kTurnRunning,
  kTooLarge,
  kUnsupportedMedia,
  kUpgradeRequired,
  kHeadersTooLarge,
  kRateLimited,
  kCancelled,
  kTimeout,
  kConnectTimeout,
  kFirstTokenTimeout,
  kTokenTimeout,
  kUpstream,
  kUpstreamRefused,
  kEmptyReply,
  kContextTooLong,
  kContentRefused,
  kUnavailable,
  kInternal,
  kNotImplemented,
};

// One row of the code table. `word` is the stable code of problem+json, `http_status` its status,
// `title` and `sentence` what a person may read (DESIGN 3); `is_retryable` says that the same
// request may succeed later.
struct ErrorTraits {
  ErrorCode code;
  std::string_view word;
  int http_status;
  bool is_retryable;
  std::string_view title;
  std::string_view sentence;
};

const ErrorTraits& TraitsOf(ErrorCode code);
// The code of a stored word; kInternal for a word that is not in the table.
ErrorCode ErrorCodeFromWord(std::string_view word);

// `message` is for the log and for developers: what was wrong and what would be right. It never
// holds what a person wrote, nor a secret. `public_detail`, when set, replaces the code's sentence
// in the answer. `retry_after`, when set, is how long whoever refused asks us to wait.
struct Error {
  Error(ErrorCode error_code, std::string error_message)
      : code(error_code), message(std::move(error_message)) {}
  Error(ErrorCode error_code, std::string error_message, std::string detail)
      : code(error_code), message(std::move(error_message)), public_detail(std::move(detail)) {}

  ErrorCode code;
  std::string message;
  std::string public_detail;
  std::optional<std::chrono::seconds> retry_after = std::nullopt;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  bool has_value() const { return state_.index() == 0; }

  // Only where has_value(); otherwise the program ends, as it would be a bug.
  T& operator*() & { return *Value(); }
  const T& operator*() const& { return *Value(); }
  T&& operator*() && { return std::move(*Value()); }
  T* operator->() { return Value(); }
  const T* operator->() const { return Value(); }
  T& value() & { return *Value(); }
  T&& value() && { return std::move(*Value()); }

  const Error& error() const& { return *std::get_if<1>(&state_); }
  Error&& error() && { return std::move(*std::get_if<1>(&state_)); }

 private:
  T* Value() {
    T* value = std::get_if<0>(&state_);
    if (value == nullptr) std::abort();
    return value;
  }
  const T* Value() const {
    const T* value = std::get_if<0>(&state_);
    if (value == nullptr) std::abort();
    return value;
  }

  std::variant<T, Error> state_;
};

struct Unit {};
using Status = Result<Unit>;
inline Status Ok() {
  return Status(Unit());
}

// Ends the program with a message when something that must be true is not. For our own invariants,
// never for input.
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);
#define NAT_CHECK(condition)                                              \
  do {                                                                    \
    if (!(condition)) ::nat::CheckFailed(#condition, __FILE__, __LINE__); \
  } while (false)

}  // namespace nat
