// What people's browsers do: each function is one request, or one reader, of one device. What comes
// back is written into the ledger. A client lives as long as its process, and ends with it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/ledger.h"
#include "tests/sim/sim_process.h"

namespace nat {

class SimClient {
 public:
  SimClient(SimWorld& world, Ledger& ledger, SimProcess& process)
      : world_(world),
        ledger_(ledger),
        chat_(process.chat()),
        conversations_(process.conversations()) {}

  // Sends what the outbox holds under that number, for the first time or again.
  Task<void> Send(std::size_t number);

  struct ReadingPlan {
    TurnId turn;
    Caller caller;
    std::uint64_t after = 0;
    std::size_t reads_max = SIZE_MAX;                              // then the reader leaves
    std::chrono::nanoseconds pause = std::chrono::nanoseconds(0);  // before each read but the first
  };
  Task<void> Follow(ReadingPlan plan);

  Task<void> FindTurn(Caller caller, TurnId turn);
  Task<void> Stop(Caller caller, TurnId turn);
  // The whole path, page by page; the active one, or that through a message.
  struct PagesPlan {
    ConversationId conversation;
    Caller caller;
    std::optional<MessageId> path;
    std::size_t limit = limits::kPageDefault;
  };
  Task<void> ReadPages(PagesPlan plan);
  Task<void> ListConversations(Caller caller);
  Task<void> Watch(Caller caller, ConversationId conversation);
  Task<void> ChoosePath(Caller caller, TurnId through);
  Task<void> Remove(Caller caller, ConversationId conversation);
  // Somebody tries to reach what is another person's, in every way there is.
  Task<void> Pry(Caller stranger, TurnId turn);

 private:
  using Floors = std::map<TurnId, Floor>;

  // Whoever was cut off is not there to judge an answer: awaiting this ends its task.
  Task<void> EndIfCut();
  bool MayBeGone(const TurnId& turn);
  std::set<TurnId> StoredTurnsOf(const ConversationId& conversation);
  Floors FloorsOf(const ConversationId& conversation);
  void CheckPage(const MessagePage& page, const ConversationId& conversation, const Floors& floors);
  // It looks as if it were not there.
  template <class T>
  void CheckHidden(std::string_view what, const Result<T>& answer) {
    if (!world_.trace.Require(!answer.has_value(), what, " reached what is another person's")) {
      return;
    }
    ledger_.Refused(what, answer.error(), {ErrorCode::kNotFound, ErrorCode::kCancelled});
    world_.trace.Require(answer.error().public_detail.empty(), what,
                         " says more of what is another person's than that it is not there");
  }

  SimWorld& world_;
  Ledger& ledger_;
  ChatService& chat_;
  ConversationService& conversations_;
};

}  // namespace nat
