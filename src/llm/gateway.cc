#include "llm/gateway.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <utility>

namespace nat {
namespace {

std::function<double()> SystemChance() {
  return [random = std::mt19937_64(std::random_device()())]() mutable {
    return std::uniform_real_distribution<double>()(random);
  };
}

}  // namespace

Gateway::Gateway(Parts parts, std::vector<Entry> entries, GatewayOptions options,
                 std::unique_ptr<SecondOpinions> opinions)
    : parts_(parts),
      options_(std::move(options)),
      retries_(options_.retry_share),
      opinions_(std::move(opinions)) {
  NAT_CHECK(!entries.empty());
  if (!options_.chance) options_.chance = SystemChance();
  std::stable_sort(entries.begin(), entries.end() - 1, [](const auto& left, const auto& right) {
    return left.policy.rank < right.policy.rank;
  });
  for (auto& entry : entries) {
    upstreams_.push_back(std::make_unique<Upstream>(parts_.clock, parts_.metrics, parts_.log,
                                                    std::move(entry.provider), entry.policy,
                                                    options_));
  }
  credits_.resize(upstreams_.size());
}

std::unique_ptr<Walk> Gateway::Begin(ChatRequest request, ProviderQueue::OnPlace on_place) {
  const Walk::Parts parts{parts_.clock, parts_.tasks, retries_, options_};
  return std::make_unique<Walk>(parts, Order(), std::move(request), std::move(on_place));
}

// Among equals each begins in its share of turns, evenly spread: everyone earns its weight, the one
// with most credit begins and pays what all have earned.
std::vector<Upstream*> Gateway::Order() {
  std::vector<std::size_t> order(upstreams_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto rank_of = [this](std::size_t at) { return upstreams_[at]->policy().rank; };
  const auto end = order.end() - 1;
  for (auto first = order.begin(); first != end;) {
    const auto last =
        std::find_if(first, end, [&](auto at) { return rank_of(at) != rank_of(*first); });
    double earned = 0;
    for (auto at = first; at != last; ++at) {
      const auto weight = static_cast<double>(upstreams_[*at]->policy().weight);
      credits_[*at] += weight;
      earned += weight;
    }
    std::stable_sort(first, last,
                     [this](auto left, auto right) { return credits_[left] > credits_[right]; });
    credits_[*first] -= earned;
    first = last;
  }
  std::vector<Upstream*> upstreams;
  upstreams.reserve(order.size());
  for (const auto at : order) upstreams.push_back(upstreams_[at].get());
  return upstreams;
}

std::size_t Gateway::context_tokens() const {
  std::size_t tokens = 0;
  for (const auto& upstream : upstreams_) tokens = std::max(tokens, upstream->context_tokens());
  return tokens;
}

void Gateway::Prepare() {
  const auto now = parts_.clock.SteadyNow();
  if (prepared_at_ != SteadyTime::min() && now < prepared_at_ + limits::kPreparePause) return;
  prepared_at_ = now;
  for (std::size_t at = 0; at + 1 < upstreams_.size(); ++at) {
    if (upstreams_[at]->breaker_state() == BreakerState::kOpen) continue;
    parts_.tasks.Spawn("provider.prepare", upstreams_[at]->provider().Prepare());
    // Equals may begin as well; whoever comes after them is seldom asked.
    const bool is_last_equal = upstreams_[at]->policy().rank != upstreams_[at + 1]->policy().rank;
    if (is_last_equal) return;
  }
}

std::vector<ProviderHealth> Gateway::health() const {
  std::vector<ProviderHealth> health;
  const auto now = parts_.clock.SteadyNow();
  for (std::size_t at = 0; at + 1 < upstreams_.size(); ++at) {
    const auto& upstream = *upstreams_[at];
    const auto& queue = upstream.queue();
    health.push_back(ProviderHealth{upstream.source(), upstream.breaker_state(),
                                    queue.paused_until() > now, queue.running(), queue.waiting()});
  }
  return health;
}

void Gateway::UpdateGauges() {
  for (const auto& upstream : upstreams_) upstream->UpdateGauges();
}

}  // namespace nat
