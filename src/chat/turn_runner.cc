#include "chat/turn_runner.h"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "chat/echo_filter.h"
#include "chat/reply_events.h"
#include "chat/segmenter.h"

namespace nat {
namespace {

constexpr std::string_view kOfflineNotice =
    "No language model answers just now. What follows comes from a simple script on this server.";

// A full disk or a busy one may recover while the last segment is still being read.
constexpr int kFinishAttempts = 3;
constexpr auto kFinishPause = std::chrono::milliseconds(500);

std::vector<std::string> CutNow(Segmenter& segmenter, EchoFilter& echo) {
  auto segments = segmenter.Feed(echo.Finish());
  auto words = segmenter.CutWords();
  if (!words.empty()) segments.push_back(std::move(words));
  return segments;
}

Error EndedEarly() {
  return Error(ErrorCode::kCancelled, "stopped");
}

}  // namespace

Task<void> TurnRunner::Run(SharedTurn turn) {
  // A stop cancels what this task waits for; the task itself goes on, to end the turn properly.
  co_await asio::this_coro::throw_if_cancelled(false);
  co_await WaitForPrevious(turn);
  auto ending = co_await Answer(turn);
  // A stop that comes now comes too late, and must not cut the storing of the end short.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  co_await Finish(turn, std::move(ending));
}

Task<void> TurnRunner::WaitForPrevious(SharedTurn turn) const {
  while (turn->previous && !turn->is_ending()) {
    // One that was stopped while it waited has ended before the one that it waited for.
    if (turn->previous->log.is_closed()) {
      turn->previous = SharedTurn(turn->previous->previous);
      continue;
    }
    co_await turn->previous->log.WaitForChange();
  }
  turn->begun_at = parts_.clock.SteadyNow();
}

Task<TurnRunner::Ending> TurnRunner::Answer(SharedTurn turn) {
  if (turn->is_ending()) co_return EndingFor(*turn, EndedEarly());
  // A continuation says nothing new, so there is nothing to judge.
  if (turn->is_continuation) co_return co_await AskModel(turn, "");
  StageInput input{turn->words, Direction::kInput};
  auto judged = co_await RunStages(parts_.input_stages, std::move(input));
  if (!judged) co_return EndingFor(*turn, judged.error());
  if (judged->kind == Verdict::Kind::kStop) {
    turn->turn.source.provider = kProtocolProvider;
    auto shown = co_await ShowText(turn, std::move(judged->text));
    if (!shown) co_return EndingFor(*turn, shown.error());
    co_return Ending();
  }
  auto words = judged->kind == Verdict::Kind::kPass ? turn->words : std::move(judged->text);
  co_return co_await AskModel(turn, std::move(words));
}

Task<TurnRunner::Ending> TurnRunner::AskModel(SharedTurn turn, std::string words) {
  auto request = co_await MakeRequest(turn, std::move(words));
  if (!request) co_return EndingFor(*turn, request.error());
  if (turn->is_ending()) co_return EndingFor(*turn, EndedEarly());
  // An object and not only a task, as it is a task's argument.
  ProviderQueue::OnPlace on_place = [this, turn](std::size_t place) {
    return ShowPlace(turn, place);
  };
  const auto walk = parts_.gateway.Begin(std::move(*request), std::move(on_place));
  for (;;) {
    auto opened = co_await OpenStream(turn, *walk);
    if (!opened) co_return EndingFor(*turn, opened.error());
    auto ending = co_await Relay(turn, *walk, *opened->tokens);
    turn->turn.usage = opened->tokens->reply_usage();
    if (ending) co_return std::move(*ending);
    turn->turn.source = Source();
    turn->is_source_stored = false;
  }
}

Task<Result<ChatRequest>> TurnRunner::MakeRequest(SharedTurn turn, std::string words) {
  ContextParts context;
  context.persona = parts_.persona;
  context.words = std::move(words);
  context.is_continuation = turn->is_continuation;
  if (!turn->history_leaf.is_empty()) {
    auto history = co_await parts_.conversations.History(
        turn->turn.conversation, turn->history_leaf, limits::kHistoryMessagesMax, *turn->key);
    if (!history) co_return history.error();
    if (turn->is_continuation && !history->empty()) turn->carried_on = history->back().text;
    context.history = std::move(*history);
  }
  auto request = AssembleContext(context, parts_.gateway.context_tokens());
  request.pace = turn->pace;
  request.seed = turn->turn.conversation.text();
  co_return request;
}

Task<void> TurnRunner::ShowPlace(SharedTurn turn, std::size_t place) {
  // The reply does not depend on it: a store that fails will say so with the first segment.
  const auto ignored = co_await Show(turn, std::string(kNoticeEvent), QueuedEventJson(place));
}

Task<Result<OpenedStream>> TurnRunner::OpenStream(SharedTurn turn, Walk& walk) {
  auto opened = co_await walk.Open();
  if (!opened) co_return opened.error();
  turn->turn.source = opened->source;
  if (opened->is_last_resort) {
    auto noticed =
        co_await Show(turn, std::string(kNoticeEvent), NoticeEventJson("offline", kOfflineNotice));
    if (!noticed) co_return noticed.error();
  }
  co_return opened;
}

Task<std::optional<TurnRunner::Ending>> TurnRunner::Relay(SharedTurn turn, Walk& walk,
                                                          ReplyStream& tokens) {
  Segmenter segmenter;
  EchoFilter echo(turn->carried_on);
  const auto due = walk.segment_due();
  for (;;) {
    // A stop that came while the last text was written has cancelled nothing that this would wait
    // for.
    if (turn->is_ending()) co_return EndingFor(*turn, EndedEarly());
    auto token = co_await NextToken(turn, due, tokens);
    if (turn->is_ending()) co_return EndingFor(*turn, EndedEarly());
    if (!token && turn->turn.text.empty()) {
      walk.GiveUp(token.error());
      co_return std::nullopt;
    }
    if (!token) co_return EndingFor(*turn, ForPerson(std::move(token).error()));
    if (!token->has_value()) break;
    auto segments = segmenter.Feed(echo.Feed(**token));
    if (segments.empty() && IsLate(*turn, due)) segments = CutNow(segmenter, echo);
    if (segments.empty()) continue;
    auto shown = co_await ShowSegments(turn, std::move(segments));
    if (!shown) co_return EndingFor(*turn, shown.error());
  }
  auto rest = segmenter.Feed(echo.Finish());
  rest.push_back(segmenter.Finish());
  auto shown = co_await ShowSegments(turn, std::move(rest));
  if (!shown) co_return EndingFor(*turn, shown.error());
  if (turn->turn.text.empty() && turn->is_continuation) {
    walk.GiveUp(Error(ErrorCode::kEmptyReply, "it only said again what it had said"));
    co_return std::nullopt;
  }
  co_return Ending();
}

// As long as nothing is shown, a token is waited for only until `due`, however many have come.
Task<Result<std::optional<std::string>>> TurnRunner::NextToken(SharedTurn turn, SteadyTime due,
                                                               ReplyStream& tokens) {
  if (!turn->turn.text.empty()) co_return co_await tokens.Next();
  const Error silent(ErrorCode::kFirstTokenTimeout, "no segment of it in time");
  const auto left = due - parts_.clock.SteadyNow();
  if (left > SteadyTime::duration::zero()) {
    auto next = tokens.Next();
    auto limited = WithTimeout(parts_.clock, std::move(next), left);
    auto token = co_await std::move(limited);
    const bool is_silent = !token && parts_.clock.SteadyNow() >= due;
    if (!is_silent || turn->is_ending()) co_return token;
  }
  tokens.NoteGivenUp(silent);
  co_return silent;
}

// A reply that is slow and still coming is shown as it is, by words, rather than not at all.
bool TurnRunner::IsLate(const RunningTurn& turn, SteadyTime due) const {
  return turn.turn.text.empty() && parts_.clock.SteadyNow() + limits::kAliveWithin > due;
}

// Every segment is judged before one byte of it exists outside; those that arrived together are
// written together.
Task<Status> TurnRunner::ShowSegments(SharedTurn turn, std::vector<std::string> segments) {
  std::string approved;
  for (auto& segment : segments) {
    if (segment.empty()) continue;
    StageInput input{segment, Direction::kOutput};
    auto judged = co_await RunStages(parts_.output_stages, std::move(input));
    if (!judged) co_return judged.error();
    approved += judged->kind == Verdict::Kind::kPass ? segment : judged->text;
    if (judged->kind == Verdict::Kind::kStop) {
      auto shown = co_await ShowText(turn, std::move(approved));
      if (!shown) co_return shown.error();
      co_return Error(ErrorCode::kUpstream, "an output stage stopped the reply");
    }
  }
  co_return co_await ShowText(turn, std::move(approved));
}

Task<Status> TurnRunner::ShowText(SharedTurn turn, std::string text) {
  if (text.empty()) co_return Ok();
  auto shown = co_await Show(turn, std::string(kTextEvent), TextEventJson(text));
  if (!shown) co_return shown.error();
  if (turn->turn.text.empty()) {
    parts_.metrics.ObserveFirstSegment(parts_.clock.SteadyNow() - turn->accepted_at);
  }
  turn->turn.text += text;
  co_return Ok();
}

// The operating system has the event before anyone sees it: what was shown survives a kill
// (DESIGN 4.2, step 7).
Task<Status> TurnRunner::Show(SharedTurn turn, std::string name, std::string json) {
  ReplyEvent event{turn->log.next_number(), std::move(name), std::move(json)};
  std::vector<Statement> batch;
  const bool is_source_new = !turn->is_source_stored && !turn->turn.source.provider.empty();
  if (is_source_new) batch.push_back(TurnStore::RecordSource(turn->turn));
  batch.push_back(TurnStore::InsertEvent(turn->turn.id, event, *turn->key));
  auto written = co_await parts_.database.Write(std::move(batch), Durability::kRelaxed);
  if (!written) co_return written.error();
  turn->is_source_stored = turn->is_source_stored || is_source_new;
  turn->log.Append(std::move(event.name), std::move(event.payload));
  co_return Ok();
}

Task<void> TurnRunner::Finish(SharedTurn turn, Ending ending) {
  turn->turn.status = ending.status;
  turn->turn.problem = std::move(ending.problem);
  turn->turn.last_event = turn->log.next_number();
  turn->is_end_stored = co_await StoreEnd(turn);
  if (!turn->is_end_stored) {
    // The next start will find it running and end it as interrupted: say no more than that. Where
    // only the flush failed, the next start finds what was tried last, so that is tried last.
    turn->turn.status = TurnStatus::kInterrupted;
    turn->turn.problem = std::string(TraitsOf(ErrorCode::kUnavailable).word);
    turn->is_end_stored = co_await TryToStoreEnd(turn);
  }
  Announce(*turn);
  parts_.metrics.CountTurn(WordOf(turn->turn.status), turn->turn.source.provider);
  parts_.log.Write(LogLevel::kInfo, "turn.finished",
                   {{"turn", parts_.log.Hash(turn->turn.id)},
                    {"status", WordOf(turn->turn.status)},
                    {"provider", turn->turn.source.provider},
                    {"problem", turn->turn.problem}});
}

void TurnRunner::Abandon(RunningTurn& turn, const std::string& fault) {
  parts_.log.Write(LogLevel::kError, "turn.fault",
                   {{"turn", parts_.log.Hash(turn.turn.id)}, {"message", fault}});
  if (turn.log.is_closed()) return;
  turn.turn.status = TurnStatus::kInterrupted;
  turn.turn.problem = std::string(TraitsOf(ErrorCode::kInternal).word);
  turn.turn.last_event = turn.log.next_number();
  Announce(turn);
}

void TurnRunner::Announce(RunningTurn& turn) const {
  turn.finished_at = parts_.clock.SteadyNow();
  turn.log.Append(std::string(kDoneEvent), DoneEventJson(turn.turn));
  turn.log.Close();
}

Task<bool> TurnRunner::StoreEnd(SharedTurn turn) {
  for (int attempt = 1; attempt <= kFinishAttempts; ++attempt) {
    if (attempt > 1) co_await parts_.clock.Sleep(kFinishPause);
    auto is_stored = co_await TryToStoreEnd(turn);
    if (is_stored) co_return true;
  }
  co_return false;
}

Task<bool> TurnRunner::TryToStoreEnd(SharedTurn turn) {
  auto batch = TurnStore::Finish(turn->turn, parts_.clock.Now(), *turn->key);
  auto written = co_await parts_.database.Write(std::move(batch), Durability::kDurable);
  // A conflict: its conversation was deleted while it ran, and there is nothing left to end.
  if (written || written.error().code == ErrorCode::kConflict) co_return true;
  parts_.log.Write(
      LogLevel::kError, "turn.not_stored",
      {{"turn", parts_.log.Hash(turn->turn.id)}, {"message", written.error().message}});
  co_return false;
}

TurnRunner::Ending TurnRunner::EndingFor(const RunningTurn& turn, const Error& error) const {
  if (turn.ended_early == ErrorCode::kCancelled) return Ending{TurnStatus::kStopped, ""};
  parts_.log.Write(LogLevel::kWarning, "turn.broke",
                   {{"turn", parts_.log.Hash(turn.turn.id)}, {"message", error.message}});
  const auto status = turn.turn.text.empty() ? TurnStatus::kFailed : TurnStatus::kInterrupted;
  return Ending{status, std::string(TraitsOf(turn.ended_early.value_or(error.code)).word)};
}

}  // namespace nat
