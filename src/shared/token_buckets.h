// Token buckets by key, in this process: each holds up to `capacity` tokens and refills evenly.
// Bounded: when there are too many, those that have been full for longest are let go first, which
// changes nothing for anyone.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "base/limits.h"

namespace nat {

struct BucketSize {
  std::size_t capacity = 0;
  std::chrono::nanoseconds refill{};  // from empty to full
};

struct TokenGrant {
  bool is_granted = false;
  std::size_t remaining = 0;
  std::chrono::nanoseconds until_next{};  // until one token more; zero when the bucket is full
};

class TokenBuckets {
 public:
  explicit TokenBuckets(std::size_t buckets_max = limits::kRateBucketsMax)
      : buckets_max_(buckets_max) {}

  TokenGrant Take(const std::string& key, BucketSize size, SteadyTime now);

 private:
  struct Bucket {
    double tokens = 0;
    SteadyTime filled_at;
    std::list<std::string>::iterator use;
  };

  Bucket& Find(const std::string& key, BucketSize size, SteadyTime now);

  std::size_t buckets_max_;
  std::unordered_map<std::string, Bucket> buckets_;
  std::list<std::string> by_use_;  // most recently used first
};

}  // namespace nat
