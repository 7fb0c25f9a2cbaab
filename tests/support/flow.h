// The fixture of the flow tests: the whole program with a folder of its own, and a model server
// that does what the test tells it.
//
//   class Idempotency : public Flow {};
//   TEST_F(Idempotency, ...) {
//     UseModel();                                  // without it the companion answers
//     model().Answer(StreamedReply("Hello."));
//     Start();
//     auto browser = Browser();
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/fake_answers.h"
#include "tests/support/fake_upstream.h"
#include "tests/support/http_peer.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_app.h"

namespace nat::testing {

// Sentences long enough that each is shown as soon as the next one begins, and that the first is
// not held back to see how the reply opens.
inline const std::vector<std::string> kSentences = {
    "That is the first of three sentences, and it is not a short one. ",
    "The second sentence follows it, and it is about as long as the first. ",
    "The third sentence is the last one, and after it the reply is over."};
inline const std::string kWholeReply = kSentences[0] + kSentences[1] + kSentences[2];

class Flow : public ::testing::Test {
 protected:
  Flow();

  // Adds the model server to the providers that the next Start will use.
  void UseModel();
  FakeUpstream& model() { return model_; }
  // A reply of kSentences, one piece each, that stops before each piece until the gate lets it
  // pass. LetPass(1) is for the first sentence.
  FakeAnswer HeldReply();
  FakeGate& gate() { return *gate_; }

  void Start();
  // Shuts down, giving running replies no time, and starts again on the same folder.
  void Restart();
  void Stop() { app_.reset(); }

  std::uint16_t port() const { return app_->port(); }
  // One that has opened the page, and so has a cookie.
  HttpPeer Browser() const;
  HttpPeer Curl() const { return HttpPeer(port(), Cookies::kIgnored); }

  // Sends a message and gives the turn, which runs.
  static json::object Send(HttpPeer& peer, const std::string& message,
                           const std::string& conversation_id = "");
  // Sends a message and gives the turn once it has ended.
  static json::object Converse(HttpPeer& peer, const std::string& message,
                               const std::string& conversation_id = "");
  // The turn once its reply has ended.
  static json::object WaitForEnd(HttpPeer& peer, const std::string& turn_id);
  static std::vector<json::object> Messages(HttpPeer& peer, const std::string& conversation_id,
                                            const std::string& query = "");

  // Waits, at most ten seconds, for what happens on another thread; false where it does not.
  template <class Condition>
  static bool Eventually(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::yield();
    }
    return true;
  }

  TemporaryFolder folder_;
  FakeUpstream model_;
  std::shared_ptr<FakeGate> gate_ = std::make_shared<FakeGate>();  // shared with the model server
  Config config_;
  std::unique_ptr<TestApp> app_;
};

// A provider at this model server.
ProviderConfig ProviderAt(const FakeUpstream& model, std::string name);

// The messages that a request to a model carries: "role: text" each.
std::vector<std::string> MessagesOf(const FakeRequest& request);

// The items of a page.
std::vector<json::object> ItemsOf(const json::object& page);
// This field of each.
std::vector<std::string> TextsAt(const std::vector<json::object>& objects, std::string_view name);

// The names of the files below `folder` that hold `bytes`.
std::vector<std::string> FilesWith(const std::filesystem::path& folder, const std::string& bytes);

}  // namespace nat::testing
