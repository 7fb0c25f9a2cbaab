#include "net/name_cache.h"

#include <algorithm>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

#include "base/limits.h"

namespace nat {
namespace {

// The families take turns, so that a family that leads nowhere costs one attempt and not all of
// them (RFC 8305, section 4).
Addresses TakeTurns(const Addresses& found) {
  Addresses first;
  Addresses second;
  for (const auto& address : found) {
    const bool is_of_first_family = address.is_v6() == found.front().is_v6();
    Addresses& family = is_of_first_family ? first : second;
    if (std::ranges::find(family, address) == family.end()) family.push_back(address);
  }
  Addresses turns;
  for (std::size_t at = 0; at < std::max(first.size(), second.size()); ++at) {
    if (at < first.size()) turns.push_back(first[at]);
    if (at < second.size()) turns.push_back(second[at]);
  }
  if (turns.size() > limits::kAddressesPerNameMax) turns.resize(limits::kAddressesPerNameMax);
  return turns;
}

}  // namespace

NameCache::NameCache(asio::any_io_executor executor, DeadlineWatch& watch, ResolveName resolve)
    : executor_(std::move(executor)),
      watch_(watch),
      resolve_(resolve ? std::move(resolve) : ResolveName(ResolveBySystem)) {}

Task<Result<Addresses>> NameCache::Find(std::string host, SteadyTime until) {
  auto kept = Kept(host);
  if (kept && IsFresh(host)) co_return std::move(*kept);
  const auto lookup = LookUp(host);
  const SteadyTime refresh_until = watch_.now() + limits::kNameRefreshTimeout;
  Deadline deadline(watch_, [lookup] { lookup->ended.NotifyAll(); });
  deadline.SetAt(kept ? std::min(until, refresh_until) : until);
  while (!lookup->is_over && !deadline.has_passed()) {
    co_await lookup->ended.Wait();
    const auto state = co_await asio::this_coro::cancellation_state;
    const bool is_cancelled = state.cancelled() != asio::cancellation_type::none;
    if (is_cancelled) co_return Error(ErrorCode::kCancelled, "cancelled");
  }
  if (!lookup->is_over) PutOff(host);
  kept = Kept(host);
  if (kept) co_return std::move(*kept);
  if (!lookup->is_over) co_return Error(ErrorCode::kConnectTimeout, "no answer in time");
  co_return *lookup->found;
}

void NameCache::ConnectFailed(const std::string& host, const asio::ip::address& address) {
  const auto found = entries_.find(host);
  if (found == entries_.end()) return;
  auto& candidates = found->second.candidates;
  for (auto& candidate : candidates) {
    if (candidate.address == address) candidate.has_failed = true;
  }
  const bool is_hopeless = std::ranges::all_of(candidates, &Candidate::has_failed);
  if (is_hopeless) found->second.fresh_until = watch_.now();
}

bool NameCache::IsFresh(const std::string& host) const {
  const auto found = entries_.find(host);
  return found != entries_.end() && watch_.now() < found->second.fresh_until;
}

std::optional<Addresses> NameCache::Kept(const std::string& host) const {
  const auto found = entries_.find(host);
  if (found == entries_.end() || watch_.now() >= found->second.kept_until) return std::nullopt;
  Addresses addresses;
  for (const bool has_failed : {false, true}) {
    for (const auto& candidate : found->second.candidates) {
      if (candidate.has_failed == has_failed) addresses.push_back(candidate.address);
    }
  }
  return addresses;
}

std::shared_ptr<NameCache::Lookup> NameCache::LookUp(const std::string& host) {
  const auto running = lookups_.find(host);
  if (running != lookups_.end()) return running->second;
  auto lookup = std::make_shared<Lookup>(executor_);
  lookups_.emplace(host, lookup);
  auto on_end = [this, life = std::weak_ptr<char>(life_), host, lookup](std::exception_ptr) {
    if (!lookup->found) lookup->found = Error(ErrorCode::kUpstream, "the lookup broke");
    lookup->is_over = true;
    if (!life.expired()) Finish(host, *lookup);
    lookup->ended.NotifyAll();
  };
  // It belongs to no one who asks, for others may wait for it too, and it ends by itself: the
  // system's resolver answers at last, and cannot be stopped before.
  asio::co_spawn(executor_, Run(resolve_(host), lookup), std::move(on_end));
  return lookup;
}

Task<void> NameCache::Run(Task<Result<Addresses>> resolving, std::shared_ptr<Lookup> lookup) {
  auto found = co_await std::move(resolving);
  if (found && found->empty()) found = Error(ErrorCode::kUpstream, "the name has no address");
  if (found) found = TakeTurns(*found);
  lookup->found = std::move(found);
}

void NameCache::Finish(const std::string& host, const Lookup& lookup) {
  lookups_.erase(host);
  if (*lookup.found) {
    Keep(host, **lookup.found);
  } else {
    PutOff(host);
  }
}

void NameCache::Keep(const std::string& host, const Addresses& found) {
  const bool is_full = entries_.size() >= limits::kNamesKeptMax && !entries_.contains(host);
  if (is_full) {
    entries_.erase(std::ranges::min_element(
        entries_, {}, [](const auto& entry) { return entry.second.kept_until; }));
  }
  Entry entry;
  for (const auto& address : found) entry.candidates.push_back(Candidate{address});
  entry.fresh_until = watch_.now() + limits::kNameKept;
  entry.kept_until = watch_.now() + limits::kStaleNameKept;
  entries_.insert_or_assign(host, std::move(entry));
}

void NameCache::PutOff(const std::string& host) {
  const auto found = entries_.find(host);
  if (found != entries_.end()) found->second.fresh_until = watch_.now() + limits::kNameRetryPause;
}

}  // namespace nat
