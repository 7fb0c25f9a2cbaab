// One history: people, devices, providers, a disk and a process that ends now and then, all drawn
// from one seed. It does what may happen, in any order and at any moment, lets everything come to
// rest, and then has all of it checked.
//
//   History history(machine, seed, Steps::kAreDropped);
//   history.Run();
//   if (!history.trace().faults().empty()) ...
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/ledger.h"
#include "tests/sim/sim_client.h"
#include "tests/sim/sim_process.h"
#include "tests/sim/sim_world.h"

namespace nat {

// Stands in every message of a person, and must not stand in the database file.
inline constexpr std::string_view kSaidMark = "I watered the plants";

class History {
 public:
  History(SimMachine& machine, std::uint64_t seed, Steps steps);

  void Run();
  const Trace& trace() const { return world_.trace; }

 private:
  using Duration = std::chrono::nanoseconds;

  // What the history is like as a whole.
  void Plan();
  // Lets time go on until `is_reached` or the limit; false at the limit.
  bool RunUntil(const std::function<bool()>& is_reached, Duration limit);
  void RunFor(Duration duration);

  void StartProcess();
  void EndProcess();
  // Faults end, time goes on, and everything that was begun comes to its end.
  void Settle();
  bool SendWhatIsUnanswered();
  void CheckAtRest();
  std::set<std::string> StoredAsRunning();
  void ComeBackAtOnce();
  void CheckAsItGoes();

  // One thing that happens: history_actions.cc.
  void Act();
  void SendNew();
  void SendInto();
  void SendAgain();
  void SendOtherWords();
  void Edit();
  void Regenerate();
  void Continue();
  void Stop();
  void Follow();
  void FindTurn();
  void ReadPages();
  void ListConversations();
  void Watch();
  void ChoosePath();
  void Remove();
  void Pry();
  void CutRequest();
  void Kill();
  void CutPower();
  void Drain();
  void JumpWallTime();
  void ChangeDisk();
  void WaitLong();

  SendRequest Saying(Person& person);
  void Send(std::size_t person, SendRequest request);
  void Spawn(std::string name, Task<void> task);
  template <class List>
  auto& AnyOf(List& list) {
    return list[dice_.Below(list.size())];
  }
  // One that is there, of whoever; null where there is none.
  SeenTurn* AnyTurn();
  SeenConversation* AnyConversation();
  const Person& OwnerOf(const SeenTurn& turn);
  void RunSomeSteps();

  SimWorld world_;
  Dice& dice_;
  Trace& trace_;
  Tally& tally_;
  Ledger ledger_;
  std::unique_ptr<SimProcess> process_;
  std::unique_ptr<SimClient> client_;
  std::vector<std::function<void()>> cuts_;  // of the requests of this process
  std::size_t messages_ = 0;
  std::size_t steps_ = 0;
  Duration gap_max_ = Duration(0);
  bool may_have_disk_faults_ = false;
  // What this process found running, and could not end, when it started.
  std::set<std::string> unended_;
};

}  // namespace nat
