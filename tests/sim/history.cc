#include "tests/sim/history.h"

#include <algorithm>
#include <array>
#include <utility>

#include "tests/sim/invariants.h"
#include "tests/sim/seeded_bytes.h"

namespace nat {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

}  // namespace

History::History(SimMachine& machine, std::uint64_t seed, Steps steps)
    : world_(machine, seed, steps),
      dice_(world_.dice),
      trace_(world_.trace),
      tally_(machine.tally),
      ledger_(world_) {
  SeedRandomBytes(seed);
  machine.disk.Wipe();
}

void History::Run() {
  ++tally_.histories;
  Plan();
  StartProcess();
  for (std::size_t step = 0; step < steps_; ++step) {
    Act();
    RunFor(dice_.UpTo(gap_max_));
    CheckAsItGoes();
  }
  Settle();
  CheckAtRest();
  if (dice_.Percent(20)) {
    // Nothing of it was only in memory.
    EndProcess();
    StartProcess();
    CheckAtRest();
  }
  CountEnds(ledger_, tally_);
  EndProcess();
  trace_.Require(world_.machine.metrics.readers().Value() == 0, "a reader is counted for ever");
}

void History::Plan() {
  constexpr std::array<Duration, 5> kAnswerTimes = {Duration(0), milliseconds(1), milliseconds(5),
                                                    milliseconds(40), microseconds(50)};
  constexpr std::array<Duration, 4> kPauses = {Duration(0), milliseconds(50), milliseconds(400),
                                               seconds(3)};
  constexpr std::array<Duration, 4> kGaps = {milliseconds(5), milliseconds(100), seconds(1),
                                             seconds(8)};
  constexpr std::array<std::size_t, 3> kChances = {0, 20, 60};
  world_.disk_mood.answer_time = kAnswerTimes[dice_.Below(kAnswerTimes.size())];
  world_.disk_mood.is_slow = kChances[dice_.Below(2)];
  world_.providers.mood.pause_max = kPauses[dice_.Below(kPauses.size())];
  world_.providers.mood.fails_to_open = kChances[dice_.Below(kChances.size())];
  world_.providers.mood.ends_badly = kChances[dice_.Below(kChances.size())];
  if (dice_.Percent(30)) world_.second_message = SecondMessage::kIsRefused;
  may_have_disk_faults_ = dice_.Percent(50);
  gap_max_ = kGaps[dice_.Below(kGaps.size())];
  steps_ = dice_.Between(5, 25);
  const auto people = dice_.Between(1, 3);
  while (ledger_.people().size() < people) ledger_.AddPerson(dice_.Percent(85));
}

void History::RunFor(Duration duration) {
  RunUntil([] { return false; }, duration);
}

bool History::RunUntil(const std::function<bool()>& is_reached, Duration limit) {
  auto& clock = world_.clock;
  const auto end = clock.SteadyNow() + limit;
  for (;;) {
    process_->RunReady();
    if (is_reached()) return true;
    const auto wake = clock.next_wake();
    if (!wake || *wake > end) break;
    clock.Advance(*wake - clock.SteadyNow());
  }
  clock.Advance(end - clock.SteadyNow());
  process_->RunReady();
  return is_reached();
}

void History::StartProcess() {
  constexpr int kFailuresMax = 3;
  const auto is_decided = [this] { return process_->is_open() || process_->has_failed(); };
  for (int attempt = 1; !process_ || !process_->is_open(); ++attempt) {
    // Whoever runs the server mends the disk when it does not start.
    if (attempt > kFailuresMax) world_.disk_mood = DiskMood();
    if (process_) EndProcess();
    process_ = std::make_unique<SimProcess>(world_);
    if (dice_.Percent(10)) {
      RunUntil(is_decided, dice_.UpTo(2 * world_.disk_mood.answer_time));
      RunSomeSteps();
      trace_.Note("the process is killed at its start");
      ++tally_.kills_at_the_start;
      EndProcess();
      process_ = std::make_unique<SimProcess>(world_);
    }
    if (!trace_.Require(RunUntil(is_decided, hours(1)), "the service does not start")) return;
  }
  client_ = std::make_unique<SimClient>(world_, ledger_, *process_);
  unended_ = StoredAsRunning();
  trace_.Note("the port is open");
}

void History::EndProcess() {
  world_.had_end = true;
  process_.reset();
  client_.reset();
  cuts_.clear();
  world_.is_draining = false;
  ledger_.ProcessEnded();
}

void History::Settle() {
  trace_.Note("faults end");
  world_.disk_mood = DiskMood();
  constexpr int kRoundsMax = 1000;
  const auto is_quiet = [this] {
    const auto& asks = ledger_.asks();
    const bool is_answered =
        std::all_of(asks.begin(), asks.end(), [](const Ask& ask) { return ask.under_way == 0; });
    return is_answered && process_->chat().turns_running() == 0;
  };
  for (int round = 0; round < kRoundsMax; ++round) {
    const bool has_sent = SendWhatIsUnanswered();
    if (has_sent) RunFor(seconds(1));
    const bool is_at_rest = RunUntil(is_quiet, seconds(10));
    if (!is_at_rest || has_sent) continue;
    // A removal may still be under way.
    if (ledger_.has_removals()) RunFor(seconds(10));
    return;
  }
  trace_.Fault("turns run for ever: ", process_->chat().turns_running());
}

// As an outbox does, until it knows. False where nothing is left to be sent.
bool History::SendWhatIsUnanswered() {
  bool has_sent = false;
  for (auto& ask : ledger_.asks()) {
    // Without an id it is not known whether it arrived, and so it is not sent twice.
    const bool is_open = !ask.turn && !ask.is_given_up && ask.request.client_message_id;
    if (!is_open) continue;
    has_sent = true;
    if (ask.under_way == 0) Spawn("send", client_->Send(ask.number));
  }
  return has_sent;
}

void History::CheckAtRest() {
  // An end that the disk did not take is stored as soon as there is room, by the process that told
  // of it; else when somebody asks for the turn.
  constexpr auto kStoredUntil = seconds(40);
  if (!StoredAsRunning().empty()) RunFor(kStoredUntil);
  const auto running = StoredAsRunning();
  const bool are_older =
      std::includes(unended_.begin(), unended_.end(), running.begin(), running.end());
  trace_.Require(are_older, "a turn is stored as running");
  if (dice_.Percent(50)) RunFor(limits::kReplyLogKept + seconds(10));
  if (!running.empty()) ComeBackAtOnce();
  Invariants invariants(world_, ledger_, *process_);
  bool has_ended = false;
  const auto is_done = [&has_ended] { return has_ended; };
  process_->Spawn("checks", invariants.Check(*client_, has_ended));
  trace_.Require(RunUntil(is_done, hours(1)), "the checks do not end");
  invariants.CheckRows();
  invariants.CheckWatches();
}

std::set<std::string> History::StoredAsRunning() {
  std::set<std::string> running;
  for (const auto& row :
       world_.machine.disk.Look("SELECT turn_id FROM turns WHERE status = 'running'")) {
    running.insert(row.Text(0));
  }
  return running;
}

// Several devices ask at the same moment for turns whose end nobody has stored yet.
void History::ComeBackAtOnce() {
  constexpr int kDevices = 3;
  for (const auto& turn : ledger_.turns()) {
    if (turn.end && turn.end->is_stored) continue;
    const auto& caller = OwnerOf(turn).caller;
    for (int device = 0; device < kDevices; ++device) {
      Spawn("find", client_->FindTurn(caller, turn.first.id));
    }
  }
  RunFor(seconds(1));
}

// What may be asked of the rows at any moment.
void History::CheckAsItGoes() {
  if (world_.second_message == SecondMessage::kWaits || world_.had_disk_faults) return;
  const auto crowded = world_.machine.disk.Look(
      "SELECT count(*) FROM turns WHERE status = 'running' "
      "GROUP BY conversation_id HAVING count(*) > 1");
  trace_.Require(crowded.empty(), "two replies of one conversation run at once");
}

}  // namespace nat
