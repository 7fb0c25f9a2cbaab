// The disk is full, fails, or may not be written any more, in the middle of everything: who sends
// is told, what was shown stays, and when there is room again everything works, without a restart
// and after one.
#include <gmock/gmock.h>
#include <sched.h>
#include <sys/mount.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <deque>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/support/faults.h"

namespace nat::testing {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Ne;
using ::testing::SizeIs;

constexpr std::size_t kWritesMax = 100;
constexpr std::size_t kTalksAtOnce = 4;
constexpr int kRounds = 3;
constexpr int kAccepted = 202;
// Longer than the service keeps in memory what has ended.
constexpr auto kForgotten = std::chrono::seconds(130);

// One turn, followed by a thread of its own.
struct Talk {
  Talk(PatientClient its_client, json::object its_body, Way its_way, std::string whole)
      : client(std::move(its_client)),
        body(std::move(its_body)),
        way(its_way),
        witness(std::move(whole)),
        thread([this] {
          client.OnSight([this](const TurnWitness&) { is_acknowledged = true; });
          client.Converse(body, way, witness);
          is_over = true;
        }) {}
  ~Talk() { Join(); }
  void Join() {
    if (thread.joinable()) thread.join();
  }

  PatientClient client;
  json::object body;
  Way way;
  TurnWitness witness;
  std::atomic<bool> is_acknowledged = false;
  std::atomic<bool> is_over = false;
  std::thread thread;
};

// A file system of its own at this folder, which only this thread and what it starts can see.
class SmallDisk {
 public:
  explicit SmallDisk(fs::path folder) : folder_(std::move(folder)) {
    fs::create_directory(folder_);
    if (::unshare(CLONE_NEWNS) != 0) return;
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return;
    is_there_ = ::mount("none", folder_.c_str(), "tmpfs", 0, "size=2m,mode=0700") == 0;
  }
  ~SmallDisk() {
    if (is_there_) ::umount2(folder_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool is_there() const { return is_there_; }
  // Leaves so many bytes.
  void FillUpTo(std::size_t bytes_left) const {
    const auto room = fs::space(folder_).available;
    std::ofstream(Ballast(), std::ios::binary)
        << std::string(room - std::min<std::uintmax_t>(room, bytes_left), 'x');
  }
  void Clear() const { fs::remove(Ballast()); }

 private:
  fs::path Ballast() const { return folder_ / "ballast"; }

  fs::path folder_;
  bool is_there_ = false;
};

class FullDisk : public Faults {
 protected:
  FullDisk() { system_.Disturb(service_); }

  Talk& Begin(PatientClient& client, Way way) {
    const auto words = voice_.Message(messages_made_);
    return talks_.emplace_back(client.AnotherTab(), Body(words), way, voice_.ReplyTo(words));
  }

  template <class Condition>
  static void WaitUntil(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition() && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    EXPECT_TRUE(condition());
  }
  // Several, which are all acknowledged.
  void BeginAtOnce(PatientClient& client) {
    for (std::size_t number = 0; number < kTalksAtOnce; ++number) {
      Begin(client, kAllWays[number % kAllWays.size()]);
    }
    WaitUntil([this] {
      return std::ranges::all_of(talks_,
                                 [](const Talk& talk) { return talk.is_acknowledged.load(); });
    });
  }

  // Until the disk has failed so often, or nobody writes any more.
  void WaitForStrikes(std::size_t count) {
    const auto before = system_.struck();
    WaitUntil([&] {
      const auto is_over = [](const Talk& talk) { return talk.is_over.load(); };
      return system_.struck() >= before + count || std::ranges::all_of(talks_, is_over);
    });
  }

  // Until the service has only the store to answer from.
  void ForgetLogs(PatientClient& client) {
    const auto witness = Converse(client, voice_.Message(messages_made_), Way::kEvents);
    const auto target = "/api/turns/" + witness.turn_id() + "/events?after=0";
    system_.LetPass(kForgotten);
    WaitUntil([&] {
      const auto names = NamesOf(client.browser().Follow(target).ReadToEnd());
      return std::ranges::count(names, "snapshot") > 0;
    });
  }

  void JoinAll() {
    for (auto& talk : talks_) talk.Join();
  }
  void CompareAll(PatientClient& client) {
    for (auto& talk : talks_) CompareWithStore(client, talk.witness);
  }
  void SettleAll(PatientClient& client) {
    for (auto& talk : talks_) Settle(client, talk.witness);
    talks_.clear();
  }

  std::deque<Talk> talks_;
};

TEST_F(FullDisk, AtEveryWriteOfAReplyLosesNothing) {
  row_.plan = "a full or failing disk at every write";
  voice_.Hurry();
  ASSERT_TRUE(Start());
  PatientClient client(service_.port());
  ASSERT_TRUE(client.Arrive());
  Begin(client, Way::kEvents);
  JoinAll();
  system_.Count(kWriting);
  Begin(client, Way::kEvents);
  JoinAll();
  const auto count = system_.counted();
  ASSERT_GE(count, 10U);
  ASSERT_LE(count, kWritesMax);
  for (std::size_t spared = 0; spared < count; ++spared) {
    SCOPED_TRACE("write " + std::to_string(spared) + " of " + std::to_string(count));
    const std::uint32_t calls = dice_.OneIn(2) ? kWriting : kWriting | kGrowing;
    const auto struck = system_.struck();
    const int error = dice_.OneIn(3) ? dice_.Pick(std::array{EROFS, EIO}) : ENOSPC;
    system_.FailFrom(error, calls, spared);
    Begin(client, dice_.Pick(kAllWays));
    WaitForStrikes(dice_.Between(1, 2));
    system_.Mend();
    JoinAll();
    if (system_.struck() > struck) ++row_.faults;
  }
  CompareAll(client);
  EXPECT_EQ(service_.Stop(), 0) << service_.errors();
  ASSERT_TRUE(StartAgain());
  SettleAll(client);
  EXPECT_GT(row_.faults, count / 2);
}

// Until the service itself has given up: the ends could not be stored when they came.
TEST_F(FullDisk, ThatStaysFullUntilRepliesHaveEndedLosesNothing) {
  row_.plan = "a full disk until replies ended";
  ASSERT_TRUE(Start());
  PatientClient client(service_.port());
  ASSERT_TRUE(client.Arrive());
  for (const std::uint64_t spared : {0, 5, 15, 30, 60}) {
    BeginAtOnce(client);
    system_.FailFrom(ENOSPC, kWriting, spared);
    JoinAll();
    CompareAll(client);
    system_.Mend();
    ++row_.faults;
  }
  EXPECT_THAT(service_.errors(), HasSubstr("turn.not_stored"));
  // What the person was offered can be had.
  std::deque<TurnWitness> carried_on;
  for (const auto& talk : talks_) {
    if (talk.witness.ends().count("interrupted") == 0) continue;
    auto body = Body("");
    body.erase("message");
    body["continue_of"] = talk.witness.message_id();
    // Until the end of that reply is stored, which is tried every few seconds.
    WaitUntil([&] { return client.browser().Post("/api/turns", body).status == kAccepted; });
    // One without a word is made anew.
    const auto shown = talk.witness.shown();
    carried_on.emplace_back(shown.empty() ? voice_.ReplyTo(TextAt(talk.body, "message"))
                                          : voice_.ContinuationOf(shown));
    client.Converse(body, Way::kEvents, carried_on.back());
  }
  EXPECT_FALSE(carried_on.empty());
  CompareAll(client);
  // Nobody has to look for a turn to have it put right.
  ForgetLogs(client);
  CompareAll(client);
  EXPECT_EQ(service_.Stop(), 0) << service_.errors();
  ASSERT_TRUE(StartAgain());
  for (auto& witness : carried_on) Settle(client, witness);
  SettleAll(client);
}

// A disk that takes what is written and then fails to keep it: what the service has called failed
// may be there after all.
TEST_F(FullDisk, ThatFailsToFlushAndThenAKillLoseNothing) {
  row_.plan = "failing flushes, then SIGKILL";
  ASSERT_TRUE(Start());
  PatientClient client(service_.port());
  ASSERT_TRUE(client.Arrive());
  for (int round = 0; round < kRounds; ++round) {
    BeginAtOnce(client);
    system_.FailFrom(EIO, kFlushing);
    JoinAll();
    service_.Kill();
    EXPECT_EQ(service_.WaitForEnd(), -SIGKILL);
    system_.Mend();
    ASSERT_TRUE(StartAgain());
    SettleAll(client);
    ++row_.faults;
  }
  EXPECT_GT(system_.struck(), 0U);
}

// Nothing is said that is not so: what could not be kept was not sent, and what was there is there.
TEST_F(FullDisk, IsToldToWhoSends) {
  row_.plan = "a full disk while sending";
  ASSERT_TRUE(Start());
  PatientClient client(service_.port());
  ASSERT_TRUE(client.Arrive());
  auto before = Converse(client, voice_.Message(messages_made_), Way::kEvents);
  system_.FailFrom(ENOSPC, kWriting);
  for (const auto way : kAllWays) {
    SCOPED_TRACE(WordOf(way));
    const auto words = voice_.Message(messages_made_);
    const auto body = Body(words, before.conversation_id());
    for (const auto* target : {"/api/turns", "/chat"}) {
      const auto refused = client.browser().Post(target, body);
      EXPECT_EQ(refused.status, 503);
      EXPECT_EQ(refused.Field("Content-Type"), "application/problem+json");
      EXPECT_EQ(TextAt(refused.Json(), "code"), "unavailable");
      EXPECT_THAT(refused.Field("Retry-After").value_or(""), Ne(""));
    }
    // Reading needs no room.
    EXPECT_THAT(Path(client, before.conversation_id()), SizeIs(2));
    EXPECT_EQ(client.browser().Get("/health/live").status, 200);
    auto& talk = talks_.emplace_back(client.AnotherTab(), body, way, voice_.ReplyTo(words));
    WaitForStrikes(1);
    EXPECT_FALSE(talk.is_acknowledged);
    system_.Mend();
    JoinAll();
    EXPECT_THAT(talk.witness.ends(), ElementsAre("completed"));
    Settle(client, talk.witness);
    talks_.clear();
    EXPECT_THAT(Path(client, before.conversation_id()), SizeIs(4));
    ++row_.faults;
    before = Converse(client, voice_.Message(messages_made_), Way::kEvents);
    system_.FailFrom(ENOSPC, kWriting);
  }
  system_.Mend();
  Settle(client, before);
}

// No library says here that the disk is full: it is.
TEST_F(FullDisk, ThatIsARealOneLosesNothing) {
  row_.plan = "a small file system that is full";
  const SmallDisk disk(service_.folder() / "kept");
  if (!disk.is_there()) GTEST_SKIP() << "mounting a file system is not allowed here";
  ASSERT_TRUE(Start());
  PatientClient client(service_.port());
  ASSERT_TRUE(client.Arrive());
  for (int round = 0; round < kRounds; ++round) {
    disk.FillUpTo(dice_.Between(0, 60'000));
    for (std::size_t number = 0; number < 2 * kTalksAtOnce; ++number) {
      Begin(client, kAllWays[number % kAllWays.size()]);
    }
    WaitUntil([this] { return service_.errors().find("disk is full") != std::string::npos; });
    disk.Clear();
    JoinAll();
    CompareAll(client);
    ++row_.faults;
    EXPECT_EQ(service_.Stop(), 0) << service_.errors();
    ASSERT_TRUE(StartAgain());
    SettleAll(client);
  }
}

}  // namespace
}  // namespace nat::testing
