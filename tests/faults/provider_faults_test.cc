// It never goes silent, with the real executable: every way in which a model server can fail, alone
// and with a good one behind it. A row says how often the bad one is asked and what operators are
// told; what people see follows from where in the reply the fault comes.
//
//   NAT_FAULTS_ROW=silence build/asan/tests/faults_test --gtest_filter='ProviderFaults*'
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>

#include "tests/support/fake_answers.h"
#include "tests/support/fake_bad_answers.h"
#include "tests/support/fake_black_hole.h"
#include "tests/support/fake_gzip.h"
#include "tests/support/free_port.h"
#include "tests/support/provider_rig.h"

namespace nat::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::size_t kTrialsAtOnce = 30;  // most of them wait
constexpr auto kFirstTextMax = 20s;
// How often one that may be asked again is asked for one turn, while nobody else can be.
constexpr std::size_t kAttempts = 3;
// And one that said nothing: once more, with other settings.
constexpr std::size_t kAskedTwice = 2;

const std::string kBadText =
    "Tea first, said the blue cup on the shelf. Then the letter can wait until the rain is over. "
    "The stairs are dry already. Nobody has to be anywhere before noon.";
const std::string kGoodText =
    "Here is a chair, and the window is open. We can look at one thing after the other. What "
    "would be the smallest of them?";
const std::string kContinuation = "And so it goes on from there. Quietly, and to its end.";

// Where the one server of a row is, and how it takes a connection.
enum class Place { kOpen, kRefused, kBlackHole, kMuteHandshake, kWrongName, kUnknownAuthority };
// How much of a reply there is when the fault comes.
enum class Reach { kBeforeText, kAfterText, kHarmless };

struct Row {
  std::string name;
  Reach reach;
  std::string word;      // of the metric of failures; empty where none is counted
  std::size_t alone;     // how often it is asked with only the companion behind it
  std::size_t followed;  // and with a good one behind it
  FakeAnswer answer = {};
  std::string text = kBadText;  // what it says, as far as it gets
  Place place = Place::kOpen;
  std::chrono::seconds waits = 0s;  // until a deadline that is the default one
  // At most so many connections more: one is made ready at the start, and where the server closes
  // that one without a word, its request is sent again on a fresh one, as it may have been too old.
  std::size_t made_ready = 0;
};

FakeAnswer With(FakeAnswer answer, FakeEnding ending) {
  answer.ending = ending;
  return answer;
}

FakeAnswer With(FakeAnswer answer, std::string name, std::string value) {
  answer.headers.emplace_back(std::move(name), std::move(value));
  return answer;
}

FakeAnswer Refusal(int status, const std::string& type) {
  return JsonAnswer(status, R"({"error":{"message":"hidden error text","type":")" + type + "\"}}");
}

// The first sentences, and then these pieces.
FakeAnswer TextThen(std::vector<std::string> pieces, FakeEnding ending = FakeEnding::kWhole) {
  auto answer = BegunReply(kBadText, 22, ending);
  for (auto& piece : pieces) answer.pieces.push_back(std::move(piece));
  return answer;
}

FakeAnswer ReasoningThen(std::vector<std::string> pieces, FakeEnding ending = FakeEnding::kWhole) {
  pieces.insert(pieces.begin(), ReasoningEvent("reasoning_content", "The hidden thought. "));
  return With(StreamOf(std::move(pieces)), ending);
}

std::vector<Row> ConnectionRows() {
  using enum Reach;
  std::vector<Row> rows = {
      {"refused", kBeforeText, "upstream", kAttempts, 1},
      {"black hole", kBeforeText, "connect_timeout", 1, 1},
      {"handshake that never ends", kBeforeText, "connect_timeout", 1, 1},
      {"certificate for another name", kBeforeText, "upstream", kAttempts, 1},
      {"certificate of an unknown authority", kBeforeText, "upstream", kAttempts, 1},
  };
  const auto places = {Place::kRefused, Place::kBlackHole, Place::kMuteHandshake, Place::kWrongName,
                       Place::kUnknownAuthority};
  std::ranges::transform(rows, places, rows.begin(), [](Row row, Place place) {
    row.place = place;
    const bool is_waited_for = place == Place::kBlackHole || place == Place::kMuteHandshake;
    row.waits = is_waited_for ? 5s : 0s;
    row.made_ready = 1;
    return row;
  });
  return rows;
}

std::vector<Row> StatusRows() {
  using enum Reach;
  const std::string invalid = "invalid_request_error";
  return {
      {"400", kBeforeText, "invalid_input", 1, 1, Refusal(400, invalid)},
      {"400, the conversation is too long", kBeforeText, "context_too_long", 1, 1,
       Refusal(400, "context_length_exceeded")},
      {"401", kBeforeText, "upstream_refused", 1, 1, Refusal(401, "authentication_error")},
      {"402", kBeforeText, "upstream_refused", 1, 1, Refusal(402, "billing_error")},
      {"403", kBeforeText, "upstream_refused", 1, 1, Refusal(403, "permission_error")},
      {"404", kBeforeText, "upstream_refused", 1, 1, Refusal(404, "not_found_error")},
      {"408", kBeforeText, "timeout", kAttempts, 1, Refusal(408, "timeout")},
      {"413", kBeforeText, "context_too_long", 1, 1, Refusal(413, "request_too_large")},
      {"422", kBeforeText, "invalid_input", 1, 1, Refusal(422, invalid)},
      {"429", kBeforeText, "rate_limited", kAttempts, 1, Refusal(429, "rate_limit_exceeded")},
      {"429, again after 1 s", kBeforeText, "rate_limited", kAttempts, 1,
       With(Refusal(429, "rate_limit_exceeded"), "Retry-After", "1")},
      {"429, again after an hour", kBeforeText, "rate_limited", 1, 1,
       With(Refusal(429, "rate_limit_exceeded"), "Retry-After", "3600")},
      {"429, the bill is not paid", kBeforeText, "upstream_refused", 1, 1,
       Refusal(429, "insufficient_quota")},
      {"500", kBeforeText, "upstream", kAttempts, 1, Refusal(500, "server_error")},
      {"502 in HTML", kBeforeText, "upstream", kAttempts, 1, HtmlAnswer(502)},
      {"503", kBeforeText, "unavailable", kAttempts, 1, Refusal(503, "unavailable")},
      {"504", kBeforeText, "timeout", kAttempts, 1, Refusal(504, "timeout")},
      {"529", kBeforeText, "unavailable", kAttempts, 1, Refusal(529, "overloaded_error")},
  };
}

std::vector<Row> NonsenseRows() {
  using enum Reach;
  const auto whole = WholeReply(kBadText).pieces[0];
  const auto half = whole.substr(0, whole.size() / 2);
  const auto event = ContentEvent("Tea first");
  const auto half_event = event.substr(0, event.size() / 2) + "\n\n";
  std::vector<Row> rows = {
      {"HTML with 200", kBeforeText, "upstream", kAttempts, 1, HtmlAnswer(200)},
      {"not HTTP", kBeforeText, "upstream", kAttempts, 1,
       nat::RawAnswer("SSH-2.0-OpenSSH_9.2\r\n")},
      {"closed at once", kBeforeText, "upstream", kAttempts, 1, nat::RawAnswer("")},
      {"reset at once", kBeforeText, "upstream", kAttempts, 1,
       With(nat::RawAnswer(""), FakeEnding::kReset)},
      {"endless headers", kBeforeText, "upstream", kAttempts, 1, EndlessHeaders()},
      {"half a JSON body", kBeforeText, "upstream", kAttempts, 1, JsonAnswer(200, half)},
      {"JSON body, cut", kBeforeText, "upstream", kAttempts, 1,
       With(JsonAnswer(200, half), FakeEnding::kCut)},
      {"half a JSON event", kBeforeText, "upstream", kAttempts, 1,
       StreamOf({half_event, kDoneEvent})},
      {"half a JSON event after text", kAfterText, "upstream", 1, 1, TextThen({half_event})},
      {"error in the stream", kBeforeText, "unavailable", kAttempts, 1,
       ReasoningThen({ErrorEvent("overloaded_error")})},
      {"error in the stream after text", kAfterText, "unavailable", 1, 1,
       TextThen({ErrorEvent("overloaded_error")})},
      {"nothing in the body", kBeforeText, "upstream", kAttempts, 1, StreamOf({})},
      {"cut in the reasoning", kBeforeText, "upstream", kAttempts, 1,
       ReasoningThen({}, FakeEnding::kCut)},
      {"reset in the reasoning", kBeforeText, "upstream", kAttempts, 1,
       ReasoningThen({}, FakeEnding::kReset)},
      {"cut after two words", kBeforeText, "upstream", kAttempts, 1,
       BegunReply(kBadText, 2, FakeEnding::kCut)},
      {"cut after text", kAfterText, "upstream", 1, 1, TextThen({}, FakeEnding::kCut)},
      {"reset after text", kAfterText, "upstream", 1, 1, TextThen({}, FakeEnding::kReset)},
      {"no finish and no [DONE]", kAfterText, "upstream", 1, 1, TextThen({})},
  };
  for (auto& row : rows) row.made_ready = row.name.ends_with("at once") ? 1 : 0;
  return rows;
}

std::vector<Row> EmptyRows() {
  using enum Reach;
  const std::vector<std::string> nothing = {FinishEvent("stop"), kDoneEvent};
  return {
      {"empty content", kBeforeText, "empty_reply", kAskedTwice, kAskedTwice,
       StreamOf({ContentEvent(""), FinishEvent("stop"), kDoneEvent})},
      {"no content", kBeforeText, "empty_reply", kAskedTwice, kAskedTwice, StreamOf(nothing)},
      {"only white space", kBeforeText, "empty_reply", kAskedTwice, kAskedTwice,
       StreamOf({ContentEvent(" \n "), FinishEvent("stop"), kDoneEvent})},
      {"only reasoning", kBeforeText, "empty_reply", kAskedTwice, kAskedTwice, ReasoningOnly()},
      {"tool calls", kBeforeText, "empty_reply", kAskedTwice, kAskedTwice, ToolCall()},
      {"reasoning at 1 MB/s", kBeforeText, "empty_reply", kAskedTwice, kAskedTwice,
       FastReasoning(3s)},
  };
}

std::vector<Row> StrangeRows() {
  using enum Reach;
  auto twice_finished = StreamedReply(kBadText);
  twice_finished.pieces.insert(twice_finished.pieces.end() - 1,
                               {FinishEvent("stop"), FinishEvent("length")});
  auto without_done = StreamedReply(kBadText);
  without_done.pieces.pop_back();
  auto in_bytes = StreamedReply(kBadText);
  in_bytes.bytes_per_write = 1;
  const auto long_text = NumberedSentences(100'000);
  const auto giant =
      InOnePiece(StreamOf({ContentEvent(long_text), FinishEvent("stop"), kDoneEvent}));
  const auto endless_text = NumberedSentences(10'000'000);
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < endless_text.size(); at += 50'000) {
    pieces.push_back(ContentEvent(endless_text.substr(at, 50'000)));
  }
  const auto invalid =
      StreamOf({ContentEvent("Tea \xff\xfe first. "), FinishEvent("stop"), kDoneEvent});
  return {
      {"finished twice", kHarmless, "", 1, 1, twice_finished},
      {"finish, but no [DONE]", kHarmless, "", 1, 1, without_done},
      {"giant chunk", kHarmless, "", 1, 1, giant, long_text},
      {"byte by byte", kHarmless, "", 1, 1, in_bytes},
      {"gzip", kHarmless, "", 1, 1, Gzipped(StreamedReply(kBadText))},
      {"invalid UTF-8", kHarmless, "", 1, 1, invalid, "Tea \uFFFD\uFFFD first."},
      {"10 MB of text", kAfterText, "upstream", 1, 1, StreamOf(pieces), endless_text},
  };
}

// The same piece again and again, for half a minute.
FakeAnswer Dripping(FakeAnswer answer, const std::string& piece) {
  constexpr std::size_t kPieces = 60;
  answer.pieces.insert(answer.pieces.end(), kPieces, piece);
  answer.pause = 500ms;
  answer.ending = FakeEnding::kHang;
  return answer;
}

std::vector<Row> SilentRows() {
  using enum Reach;
  const std::string comment = ": still thinking\n\n";
  const auto text_at_once = InOnePiece(BegunReply(kBadText, 22, FakeEnding::kHang));
  auto word_by_word = StreamedReply(kBadText);
  word_by_word.pause = 2s;
  std::vector<Row> rows = {
      {"silence", kBeforeText, "first_token_timeout", 1, 1, SilentAnswer()},
      {"silence after the headers", kBeforeText, "first_token_timeout", 1, 1,
       With(StreamOf({}), FakeEnding::kHang)},
      {"silence after reasoning", kBeforeText, "first_token_timeout", 1, 1,
       ReasoningThen({}, FakeEnding::kHang)},
      {"silence after two words", kBeforeText, "first_token_timeout", 1, 1,
       BegunReply(kBadText, 2, FakeEnding::kHang)},
      {"a word every 2 s", kBeforeText, "first_token_timeout", 1, 1, word_by_word},
      {"headers drop by drop", kBeforeText, "first_token_timeout", 1, 1,
       Dripping(nat::RawAnswer("HTTP/1.1 200 Fake\r\n"), "X-Drop: 1\r\n")},
      {"only comments", kBeforeText, "first_token_timeout", 1, 1, Dripping(StreamOf({}), comment)},
      {"only comments after text", kAfterText, "token_timeout", 1, 1,
       Dripping(text_at_once, comment)},
      {"silence after text", kAfterText, "token_timeout", 1, 1, TextThen({}, FakeEnding::kHang)},
  };
  for (auto& row : rows) row.waits = row.reach == kAfterText ? 20s : 15s;
  return rows;
}

// Those that wait come first, as everything else fits into their time.
std::vector<Row> AllRows() {
  std::vector<Row> all;
  for (const auto& rows :
       {SilentRows(), ConnectionRows(), EmptyRows(), StatusRows(), NonsenseRows(), StrangeRows()}) {
    all.insert(all.end(), rows.begin(), rows.end());
  }
  const char* wanted = std::getenv("NAT_FAULTS_ROW");
  if (wanted != nullptr) {
    std::erase_if(all, [&](const Row& row) { return row.name.find(wanted) == std::string::npos; });
  }
  return all;
}

// With only the companion behind it; with a good one; with others that let people wait.
enum class Setting { kAlone, kFollowed, kAmongSilent };

const char* WordOf(Setting setting) {
  if (setting == Setting::kAlone) return "alone";
  return setting == Setting::kFollowed ? "before a good one" : "among silent ones";
}

// One row in one setting, and what came of it.
struct Trial {
  const Row* row = nullptr;
  Setting setting = Setting::kAlone;

  bool has_started = false;
  ProviderRig::Twice heard = {};
  std::size_t bad_asked = 0;                    // requests; connections where none can be made
  std::size_t good_asked = 0;                   // requests
  std::map<std::string, double> failures = {};  // of the bad one, by their words
  std::string complaints = {};                  // of the process itself

  void Run();
};

// The server of a row, wherever it is.
class BadServer {
 public:
  explicit BadServer(const Row& row) : place_(row.place) {
    if (place_ == Place::kBlackHole) hole_ = std::make_unique<FakeBlackHole>();
    if (place_ == Place::kBlackHole || place_ == Place::kRefused) return;
    auto transport = FakeTransport::kTls;
    if (place_ == Place::kOpen) transport = FakeTransport::kPlain;
    if (place_ == Place::kMuteHandshake) transport = FakeTransport::kMuteTls;
    std::vector<std::string> names = {"127.0.0.1"};
    if (place_ == Place::kWrongName) names = {"model.example"};
    server_ = std::make_unique<FakeUpstream>(transport, 0, names);
    // Whoever has broken off in the middle carries on when it is asked again.
    server_->AnswerWith([this, &row](const FakeRequest&) {
      const bool is_healed = row.reach == Reach::kAfterText && answered_++ > 0;
      return is_healed ? StreamedReply(kContinuation) : row.answer;
    });
  }
  ListedProvider Listed() const {
    if (hole_ != nullptr) return {"bad", hole_->base_url()};
    if (server_ == nullptr) {
      return {"bad", "http://127.0.0.1:" + std::to_string(FreePort()) + "/v1"};
    }
    const bool is_trusted = place_ == Place::kWrongName;
    return {"bad", server_->base_url(), is_trusted ? server_->ca_file() : ""};
  }
  std::size_t asked() const {
    if (server_ == nullptr) return 0;
    return place_ == Place::kOpen ? server_->requests().size() : server_->connections();
  }

 private:
  Place place_;
  std::atomic<std::size_t> answered_ = 0;
  std::unique_ptr<FakeBlackHole> hole_;
  std::unique_ptr<FakeUpstream> server_;
};

void Trial::Run() {
  BadServer bad(*row);
  FakeUpstream good;
  good.AnswerWith([](const FakeRequest&) { return StreamedReply(kGoodText); });
  ProviderRig rig;
  rig.Add(bad.Listed());
  if (setting == Setting::kFollowed) rig.Add({"good", good.base_url()});
  FakeUpstream silent;
  silent.Answer(SilentAnswer());
  const FakeBlackHole hole;
  if (setting == Setting::kAmongSilent) {
    rig.Add({"silent", silent.base_url()});
    rig.Add({"hole", hole.base_url()});
  }
  has_started = rig.Start();
  complaints = rig.errors();
  if (!has_started) return;
  heard = rig.AskUntilWhole("Hello, it is raining here.");
  bad_asked = bad.asked();
  good_asked = good.requests().size();
  failures =
      rig.Metrics().SumBy("notatherapist_provider_failures_total", {{"provider", "bad"}}, "error");
  complaints = rig.Stop();
}

// A sentence that stands twice in a text that says everything once.
std::string DoubledSentence(const std::string& text) {
  constexpr std::size_t kBytes = 24;
  for (std::size_t at = 0; at + kBytes <= text.size(); at += kBytes / 2) {
    const auto part = text.substr(at, kBytes);
    if (text.find(part, at + 1) != std::string::npos) return part;
  }
  return "";
}

// A reply that came to its end, and with it what this person should be told of.
void ExpectWhole(const Hearing& heard, const std::string& provider, const std::string& text) {
  EXPECT_EQ(heard.status, "completed");
  EXPECT_EQ(heard.provider, provider);
  EXPECT_EQ(heard.HasNotice("offline"), provider == "companion");
  if (provider != "companion") {
    EXPECT_EQ(heard.text, text);
    return;
  }
  EXPECT_THAT(heard.text, Not(IsEmpty()));
  for (const auto* hidden : {"hidden", "Tea first", "<", "{", "data:", "rrrr", "Bad Gateway"}) {
    EXPECT_THAT(heard.text, Not(HasSubstr(hidden)));
  }
  EXPECT_EQ(DoubledSentence(heard.text), "");
}

void ExpectInterrupted(const Trial& trial) {
  const auto& first = trial.heard.first;
  EXPECT_EQ(first.status, "interrupted");
  EXPECT_EQ(first.provider, "bad");
  EXPECT_THAT(first.text, Not(IsEmpty()));
  EXPECT_TRUE(trial.row->text.starts_with(first.text)) << first.text.substr(0, 400);
  ASSERT_TRUE(trial.heard.second.has_value());
  const auto& second = *trial.heard.second;
  EXPECT_THAT(second.wrongs, IsEmpty());
  ExpectWhole(second, second.provider, second.provider == "bad" ? kContinuation : kGoodText);
  EXPECT_NE(second.provider, "companion");
}

void ExpectAsked(const Trial& trial) {
  const auto& row = *trial.row;
  const bool is_good_there = trial.setting == Setting::kFollowed;
  const auto asked = trial.setting == Setting::kAlone ? row.alone : row.followed;
  const bool is_seen = row.place != Place::kRefused && row.place != Place::kBlackHole;
  std::size_t continued = 0;
  if (trial.heard.second && trial.heard.second->provider == "bad") continued = 1;
  if (is_seen) {
    EXPECT_GE(trial.bad_asked, asked + continued);
    EXPECT_LE(trial.bad_asked, asked + continued + row.made_ready);
  }
  std::map<std::string, double> failures;
  if (!row.word.empty()) failures[row.word] = static_cast<double>(asked);
  EXPECT_EQ(trial.failures, failures);
  const bool is_good_needed = is_good_there && row.reach == Reach::kBeforeText;
  if (row.reach != Reach::kAfterText) {
    EXPECT_EQ(trial.good_asked, is_good_needed ? 1U : 0U);
  }
}

void Expect(const Trial& trial) {
  const auto& row = *trial.row;
  const bool is_alone = trial.setting == Setting::kAlone;
  SCOPED_TRACE(row.name + ", " + WordOf(trial.setting));
  ASSERT_TRUE(trial.has_started) << trial.complaints;
  EXPECT_EQ(trial.complaints, "");
  const auto& heard = trial.heard.first;
  EXPECT_THAT(heard.wrongs, IsEmpty());
  ASSERT_TRUE(heard.first_text && heard.done);
  EXPECT_LT(*heard.first_text, kFirstTextMax);
  if (row.reach == Reach::kAfterText) {
    EXPECT_LT(*heard.done, row.waits + 5s);
  }
  // That it has waited shows that the fault was there. With others to ask, less is waited.
  EXPECT_GT(*heard.done, std::min(row.waits, is_alone ? 20s : 5s) - 200ms);
  if (row.reach == Reach::kAfterText) {
    ExpectInterrupted(trial);
  } else {
    const bool is_bad_good_enough = row.reach == Reach::kHarmless;
    const auto* other = trial.setting == Setting::kFollowed ? "good" : "companion";
    ExpectWhole(heard, is_bad_good_enough ? "bad" : other,
                is_bad_good_enough ? row.text : kGoodText);
  }
  ExpectAsked(trial);
}

std::string Seconds(const std::optional<std::chrono::milliseconds>& time) {
  if (!time) return "never";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f", static_cast<double>(time->count()) / 1000);
  return text.data();
}

std::string Described(const Hearing& heard) {
  constexpr std::size_t kLettersTold = 32;
  std::string beginning = heard.text.substr(0, kLettersTold);
  std::ranges::replace(beginning, '\n', ' ');
  std::string notices;
  for (const auto& notice : heard.notices) notices += ", " + notice;
  return heard.status + " by " + heard.provider + notices + ": " + beginning;
}

void Print(const Trial& trial) {
  std::string failures;
  for (const auto& [word, count] : trial.failures) {
    failures += (failures.empty() ? "" : ", ") + word + " " + std::to_string(std::lround(count));
  }
  const auto& first = trial.heard.first;
  const auto& second = trial.heard.second;
  std::printf("| %s | %s | %s%s | %s | %s | %zu | %zu | %s |\n", trial.row->name.c_str(),
              WordOf(trial.setting), Described(first).c_str(),
              second ? (" ... then " + Described(*second)).c_str() : "",
              Seconds(first.first_text).c_str(), Seconds(first.done).c_str(), trial.bad_asked,
              trial.good_asked, failures.c_str());
}

void PrintTable(const std::vector<Trial>& trials) {
  std::printf(
      "\n| fault | bad one | the person sees | first text, s | done, s | bad asked | "
      "good asked | failures |\n|---|---|---|---:|---:|---:|---:|---|\n");
  std::size_t without_reply = 0;
  for (const auto& trial : trials) {
    Print(trial);
    const auto& heard = trial.heard.first;
    if (heard.text.empty() || !heard.done) ++without_reply;
  }
  std::printf("\nTurns without a reply: %zu of %zu\n\n", without_reply, trials.size());
  EXPECT_EQ(without_reply, 0U);
}

TEST(ProviderFaults, LeaveNobodyWithoutAReply) {
  const auto rows = AllRows();
  std::vector<Trial> trials;
  for (const auto& row : rows) {
    for (const auto setting : {Setting::kAlone, Setting::kFollowed, Setting::kAmongSilent}) {
      const bool has_wait = row.waits > 0s && row.reach == Reach::kBeforeText;
      if (setting == Setting::kAmongSilent && !has_wait) continue;
      trials.push_back(Trial{.row = &row, .setting = setting});
    }
  }
  std::atomic<std::size_t> next = 0;
  std::vector<std::thread> workers;
  for (std::size_t number = 0; number < kTrialsAtOnce; ++number) {
    workers.emplace_back([&] {
      for (std::size_t at = next++; at < trials.size(); at = next++) trials[at].Run();
    });
  }
  for (auto& worker : workers) worker.join();
  for (const auto& trial : trials) Expect(trial);
  PrintTable(trials);
}

}  // namespace
}  // namespace nat::testing
