#include "tests/sim/sim_process.h"

#include <utility>

namespace nat {
namespace {

std::vector<Gateway::Entry> MakeProviders(SimWorld& world) {
  using Kind = SimProvider::Kind;
  std::vector<Gateway::Entry> entries(3);
  auto& stage = world.providers;
  entries[0].provider = std::make_unique<SimProvider>("first", Kind::kFickle, stage);
  entries[1].provider = std::make_unique<SimProvider>("second", Kind::kFickle, stage);
  entries[2].provider = std::make_unique<SimProvider>("last", Kind::kLastResort, stage);
  return entries;
}

GatewayOptions OptionsFor(SimWorld& world) {
  GatewayOptions options;
  options.chance = [&world] { return static_cast<double>(world.dice.Below(1000)) / 1000; };
  return options;
}

TaskGroup::OnFault ReportTo(Trace& trace) {
  return [&trace](const std::string& name, const std::string& what) {
    trace.Fault("the task ", name, " was ended by ", what);
  };
}

}  // namespace

SimProcess::SimProcess(SimWorld& world)
    : tasks_(loop_.get_executor(), ReportTo(world.trace)),
      requests_(loop_.get_executor(), ReportTo(world.trace)),
      database_(loop_.get_executor(), world.clock, world.dice, world.machine.disk, world.disk_mood,
                world.machine.tally),
      gateway_(Gateway::Parts{world.clock, world.machine.metrics, world.machine.log, tasks_},
               MakeProviders(world), OptionsFor(world)),
      keys_(database_, world.machine.master_key, world.clock),
      store_(database_) {
  auto& machine = world.machine;
  chat_ = std::make_unique<ChatService>(
      ChatParts{loop_.get_executor(), world.clock, machine.log, machine.metrics, tasks_, database_,
                keys_, store_, gateway_, machine.input_stages, machine.output_stages,
                machine.master_key.Derive(KeyPurpose::kMessageDigests), "You are a simulation.",
                world.second_message});
  conversations_ = std::make_unique<ConversationService>(store_, keys_, *chat_);
  requests_.Spawn("start", Begin());
}

SimProcess::~SimProcess() {
  loop_.DropEverything();
}

Task<void> SimProcess::Begin() {
  auto recovered = co_await chat_->Recover();
  start_ = recovered ? Start::kIsDone : Start::kHasFailed;
  if (recovered) chat_->Start();
}

std::function<void()> SimProcess::Spawn(std::string name, Task<void> task) {
  return requests_.Spawn(std::move(name), std::move(task));
}

void SimProcess::RunReady() {
  loop_.restart();
  loop_.poll();
}

bool SimProcess::RunOne() {
  loop_.restart();
  return loop_.poll_one() > 0;
}

}  // namespace nat
