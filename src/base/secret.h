// A value that must not be printed: API keys, tokens, key material. It has no stream operator and
// no conversion to a string; whoever needs the bytes says Reveal(), which is easy to search for.
// The bytes are wiped when it ends.
#pragma once

#include <string>
#include <utility>

namespace nat {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret& other);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  bool is_empty() const { return value_.empty(); }
  const std::string& Reveal() const { return value_; }

 private:
  void Wipe() noexcept;

  std::string value_;
};

}  // namespace nat
