#include "tests/support/flow.h"

#include <fstream>
#include <iterator>
#include <utility>

namespace nat::testing {
namespace {

std::string ReadBytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

json::object MakeSend(const std::string& message, const std::string& conversation_id) {
  json::object body{{"message", message}};
  if (!conversation_id.empty()) body["conversation_id"] = conversation_id;
  return body;
}

}  // namespace

Flow::Flow() {
  config_.port = 0;
  config_.metrics_port = 0;
  config_.has_rate_limit = false;
  config_.probes_local_models = false;
  config_.log_level = LogLevel::kError;
  config_.data_directory = folder_ / "kept";
  config_.share_directory = NAT_SOURCE_DIR;
}

void Flow::UseModel() {
  config_.providers.push_back(ProviderAt(model_, "model"));
}

FakeAnswer Flow::HeldReply() {
  std::vector<std::string> pieces;
  for (const auto& sentence : kSentences) pieces.push_back(ContentEvent(sentence));
  pieces.push_back(FinishEvent("stop") + kDoneEvent);
  auto answer = StreamOf(std::move(pieces));
  answer.gate = gate_;
  return answer;
}

void Flow::Start() {
  app_ = std::make_unique<TestApp>(config_);
  ASSERT_TRUE(app_->started()) << app_->started().error().message;
}

void Flow::Restart() {
  Stop();
  Start();
}

HttpPeer Flow::Browser() const {
  HttpPeer browser(port(), Cookies::kKept);
  EXPECT_EQ(browser.Get("/").status, 200);
  EXPECT_FALSE(browser.cookie().empty());
  return browser;
}

json::object Flow::Send(HttpPeer& peer, const std::string& message,
                        const std::string& conversation_id) {
  const auto answer = peer.Post("/api/turns", MakeSend(message, conversation_id));
  EXPECT_EQ(answer.status, 202) << answer.body;
  return answer.Json();
}

json::object Flow::Converse(HttpPeer& peer, const std::string& message,
                            const std::string& conversation_id) {
  const auto turn = Send(peer, message, conversation_id);
  return WaitForEnd(peer, TextAt(turn, "turn_id"));
}

json::object Flow::WaitForEnd(HttpPeer& peer, const std::string& turn_id) {
  auto stream = peer.Follow("/api/turns/" + turn_id + "/events");
  const auto events = stream.ReadToEnd();
  const bool is_done = !events.empty() && events.back().name == "done";
  EXPECT_TRUE(is_done) << "the stream of the reply ended without its end";
  return peer.Get("/api/turns/" + turn_id).Json();
}

std::vector<json::object> Flow::Messages(HttpPeer& peer, const std::string& conversation_id,
                                         const std::string& query) {
  const auto answer = peer.Get("/api/conversations/" + conversation_id + "/messages" + query);
  EXPECT_EQ(answer.status, 200) << answer.body;
  return ItemsOf(answer.Json());
}

ProviderConfig ProviderAt(const FakeUpstream& model, std::string name) {
  ProviderConfig provider;
  provider.name = std::move(name);
  provider.base_url = model.base_url();
  provider.model = "fake-model";
  provider.api_key = Secret("a-key-of-the-test");
  return provider;
}

std::vector<std::string> MessagesOf(const FakeRequest& request) {
  std::vector<std::string> texts;
  for (const auto& message : request.json.as_object().at("messages").as_array()) {
    const auto& fields = message.as_object();
    texts.push_back(TextAt(fields, "role") + ": " + TextAt(fields, "content"));
  }
  return texts;
}

std::vector<json::object> ItemsOf(const json::object& page) {
  std::vector<json::object> items;
  const auto* list = page.if_contains("items");
  if (list == nullptr || !list->is_array()) return items;
  for (const auto& item : list->get_array()) items.push_back(item.as_object());
  return items;
}

std::vector<std::string> TextsAt(const std::vector<json::object>& objects, std::string_view name) {
  std::vector<std::string> texts;
  for (const auto& object : objects) texts.push_back(TextAt(object, name));
  return texts;
}

std::vector<std::string> FilesWith(const std::filesystem::path& folder, const std::string& bytes) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    if (ReadBytes(entry.path()).find(bytes) == std::string::npos) continue;
    names.push_back(entry.path().filename().string());
  }
  return names;
}

}  // namespace nat::testing
