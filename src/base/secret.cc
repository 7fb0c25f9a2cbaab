#include "base/secret.h"

#include <sodium.h>

namespace nat {

Secret& Secret::operator=(const Secret& other) {
  if (this == &other) return *this;
  Wipe();
  value_ = other.value_;
  return *this;
}

Secret::Secret(Secret&& other) noexcept : value_(other.value_) {
  other.Wipe();
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  Wipe();
  value_ = other.value_;
  other.Wipe();
  return *this;
}

Secret::~Secret() {
  Wipe();
}

void Secret::Wipe() noexcept {
  sodium_memzero(value_.data(), value_.capacity());
  value_.clear();
}

}  // namespace nat
