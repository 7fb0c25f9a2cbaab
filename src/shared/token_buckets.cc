#include "shared/token_buckets.h"

#include <algorithm>

namespace nat {

TokenGrant TokenBuckets::Take(const std::string& key, BucketSize size, SteadyTime now) {
  Bucket& bucket = Find(key, size, now);
  const auto capacity = static_cast<double>(size.capacity);
  const auto per_token = size.refill / std::max<std::size_t>(size.capacity, 1);
  const std::chrono::duration<double, std::nano> passed = now - bucket.filled_at;
  bucket.tokens = std::min(capacity, bucket.tokens + passed / per_token);
  bucket.filled_at = now;
  TokenGrant grant;
  grant.is_granted = bucket.tokens >= 1;
  if (grant.is_granted) bucket.tokens -= 1;
  grant.remaining = static_cast<std::size_t>(bucket.tokens);
  if (bucket.tokens < capacity) {
    const double missing = 1 - (bucket.tokens - static_cast<double>(grant.remaining));
    grant.until_next = std::chrono::nanoseconds(
        static_cast<std::int64_t>(missing * static_cast<double>(per_token.count())));
  }
  return grant;
}

TokenBuckets::Bucket& TokenBuckets::Find(const std::string& key, BucketSize size, SteadyTime now) {
  const auto found = buckets_.find(key);
  if (found != buckets_.end()) {
    by_use_.splice(by_use_.begin(), by_use_, found->second.use);
    return found->second;
  }
  if (buckets_.size() >= buckets_max_) {
    buckets_.erase(by_use_.back());
    by_use_.pop_back();
  }
  by_use_.push_front(key);
  Bucket full{static_cast<double>(size.capacity), now, by_use_.begin()};
  return buckets_.emplace(key, full).first->second;
}

}  // namespace nat
