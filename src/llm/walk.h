// The way of one turn through the providers, until one of them has a reply that can be shown.
//
//   auto walk = gateway.Begin(std::move(request), on_place);
//   auto opened = co_await walk->Open();
//   ...                                    // it breaks before anything of it was shown
//   walk->GiveUp(error);
//   opened = co_await walk->Open();        // somebody else's, or the same one's second try
//
// Whoever can be asked soonest is asked, among equals the one that comes first: a provider that
// failed in a way that may pass is asked again after a pause, and meanwhile the others are. When
// nobody is left, or no time, the last resort is asked.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "llm/gateway_options.h"
#include "llm/hedge.h"
#include "llm/reply_stream.h"
#include "llm/retry.h"
#include "llm/upstream.h"

namespace nat {

struct OpenedStream {
  Source source;
  std::unique_ptr<ReplyStream> tokens;  // visible text only: the channel filter has been applied
  bool is_last_resort = false;          // every provider before the last of several has failed
};

// What a provider's error means to a person: a request that it cannot take, or too many of them,
// are ours and not theirs, whom the code's public sentence would blame.
Error ForPerson(Error error);

class Walk {
 public:
  // All of it outlives the walk; it is the gateway's.
  struct Parts {
    Clock& clock;
    TaskGroup& tasks;
    RetryBudget& retries;
    const GatewayOptions& options;
  };

  // `order`: whom to ask, at least one; the last one is the last resort. `on_place` is told when
  // the turn waits in a provider's queue, and may be empty.
  Walk(Parts parts, std::vector<Upstream*> order, ChatRequest request,
       ProviderQueue::OnPlace on_place);
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  // The next stream, with its first visible text. The error is that of the last one asked, or
  // kCancelled.
  Task<Result<OpenedStream>> Open();
  // The stream that Open gave last failed, or was too slow, before anything of it was shown.
  void GiveUp(const Error& error);
  // By when something of the stream that Open gave last must be shown, or it is to be given up:
  // while there is still time for another provider where there is one.
  SteadyTime segment_due() const;

 private:
  // One provider, as this turn has met it.
  struct Candidate {
    Upstream* upstream = nullptr;
    SteadyTime not_before = SteadyTime::min();
    std::size_t attempts = 0;
    std::size_t failures = 0;
    bool is_out = false;
    // How the next request to it differs from the first.
    std::size_t reply_tokens_factor = 1;
    bool reasons_less = false;
    std::optional<std::size_t> context_max;  // in estimated tokens, where it was too long before
    std::size_t sent = 0;                    // estimated tokens of the last request to it
  };

  Candidate* Soonest();
  // Of equals that are ready at the same time, one that has a place comes before one that has none.
  bool ComesBefore(const Candidate& candidate, const Candidate& other) const;
  bool HasOthers(const Candidate& candidate) const;
  SteadyTime ReadyAt(const Candidate& candidate) const;
  Task<Result<OpenedStream>> Try(Candidate& candidate);
  Task<Result<OpenedStream>> Send(Candidate& candidate, OutgoingRequest outgoing);
  Task<Result<OpenedStream>> SendHedged(Candidate& candidate, OutgoingRequest outgoing,
                                        std::chrono::nanoseconds delay);
  Task<Result<OpenedStream>> OpenLastResort();
  // A second request beside one to `first`, where someone can be asked at once.
  std::optional<OutgoingRequest> MakeSecond(const Candidate& first, Candidate*& second);

  std::unique_ptr<Attempt> Admit(Candidate& candidate, std::unique_ptr<Permit> permit,
                                 std::size_t estimated_in);
  ChatRequest RequestFor(const Candidate& candidate) const;
  std::chrono::nanoseconds LimitFor(const Candidate& candidate) const;
  std::optional<std::chrono::nanoseconds> HedgeDelay(const Candidate& candidate) const;
  OpenedStream Give(Candidate& candidate, std::unique_ptr<ReplyStream> stream);
  void Learn(Candidate& candidate, const Error& error);
  // Whether there is another way to ask; the candidate then knows it.
  bool FindOtherWay(Candidate& candidate, const Error& error) const;

  Parts parts_;
  std::vector<Candidate> candidates_;
  Candidate last_resort_;
  ChatRequest request_;
  ProviderQueue::OnPlace on_place_;
  SteadyTime due_;
  Candidate* given_ = nullptr;  // whose stream Open gave last
  Error last_error_;
};

}  // namespace nat
