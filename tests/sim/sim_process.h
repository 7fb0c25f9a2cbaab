// One life of the service, from its start to its end. It ends as by SIGKILL: not one line of it
// runs any more, and nobody gets an answer.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "chat/chat_service.h"
#include "chat/conversation_service.h"
#include "tests/sim/sim_world.h"

namespace nat {

class SimProcess {
 public:
  // The world outlives it. Starts at once; see is_open.
  explicit SimProcess(SimWorld& world);
  ~SimProcess();
  SimProcess(const SimProcess&) = delete;
  SimProcess& operator=(const SimProcess&) = delete;

  ChatService& chat() { return *chat_; }
  ConversationService& conversations() { return *conversations_; }

  // What was running has been ended, and people may come.
  bool is_open() const { return start_ == Start::kIsDone; }
  // It could not start; the next attempt is another process.
  bool has_failed() const { return start_ == Start::kHasFailed; }

  // Somebody's request. The returned function cuts it off.
  std::function<void()> Spawn(std::string name, Task<void> task);
  std::size_t requests() const { return requests_.size(); }

  // Everything that can run without time going on; or no more than one step of it, false where
  // there is none.
  void RunReady();
  bool RunOne();

 private:
  enum class Start { kIsUnderWay, kIsDone, kHasFailed };

  // A loop that can drop everything that waits on it while the objects that it waits for are there.
  class Loop : public asio::io_context {
   public:
    Loop() : asio::io_context(1) {}
    void DropEverything() { shutdown(); }
  };

  Task<void> Begin();

  Loop loop_;
  TaskGroup tasks_;
  TaskGroup requests_;
  SimDatabase database_;
  Gateway gateway_;
  KeyRing keys_;
  ConversationStore store_;
  std::unique_ptr<ChatService> chat_;
  std::unique_ptr<ConversationService> conversations_;
  Start start_ = Start::kIsUnderWay;
};

}  // namespace nat
