// The fake upstream as a program, for browser tests and for trying the product by hand:
//
//   fake_upstream --port 0 --print-port [--tls --ca-out FILE] [--script FILE] [--pause-ms 40]
//
// Without a script it answers everything like a model that reasons first. A script is a JSON array
// of answers, used in order, the last one again and again:
//
//   [{"reply": "Hello there."}, {"fixture": "openai_error.json", "status": 429}, {"reply": "Cut",
//   "ending": "cut"},
//    {"whole": "Not streamed."}, {"html": 502}, {"silent": true}, {"raw": "SSH-2.0"}]
//
// Each may also have "ending" ("whole", "cut", "reset", "hang"), "pieces_max", "bytes_per_write"
// and "pause_ms". It ends when its standard input does, so that it cannot outlive the test that
// started it; with --stay, when it is killed.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "tests/support/fake_answers.h"
#include "tests/support/fake_upstream.h"

namespace nat {
namespace {

namespace json = boost::json;

struct Options {
  std::uint16_t port = 0;
  bool has_tls = false;
  bool prints_port = false;
  bool stays = false;
  std::string ca_out;
  std::string script = "default";
  int pause_ms = 40;
};

FakeAnswer Models() {
  return JsonAnswer(200, R"({"object":"list","data":[{"id":"fake-model","object":"model"}]})");
}

// Says how many messages it got, so that a test can see what the product sent.
FakeAnswer DefaultReply(const FakeRequest& request, std::chrono::milliseconds pause) {
  if (request.method == "GET") return Models();
  const json::object* body = request.json.if_object();
  if (body == nullptr || !body->contains("messages") || !body->at("messages").is_array()) {
    return JsonAnswer(400, R"({"error":{"message":"no messages","type":"invalid_request_error"}})");
  }
  const std::size_t count = body->at("messages").as_array().size();
  const std::string text = "That sounds like a lot to carry at once. You have sent me " +
                           std::to_string(count) +
                           " messages so far, and I have read each of them. What part of it is "
                           "the heaviest right now? We can stay with that one for a while.";
  const json::value* is_streaming = body->if_contains("stream");
  if (is_streaming == nullptr || *is_streaming != true) {
    return WholeReply(text);
  }
  FakeAnswer answer = StreamedReply(text);
  const auto first_token = answer.pieces.begin() + 1;
  answer.pieces.insert(first_token, {ReasoningEvent("reasoning_content", "The person is tired. "),
                                     ReasoningEvent("reasoning_content", "Ask one question.")});
  answer.pause = pause;
  return answer;
}

FakeEnding EndingOf(const std::string& word) {
  if (word == "whole") return FakeEnding::kWhole;
  if (word == "cut") return FakeEnding::kCut;
  if (word == "reset") return FakeEnding::kReset;
  if (word == "hang") return FakeEnding::kHang;
  throw std::invalid_argument("an ending is whole, cut, reset or hang, not " + word);
}

std::string TextOf(const json::value& value) {
  return json::value_to<std::string>(value);
}

FakeAnswer ScriptedAnswer(const json::object& entry) {
  const int status =
      entry.contains("status") ? static_cast<int>(entry.at("status").as_int64()) : 200;
  if (entry.contains("reply")) return StreamedReply(TextOf(entry.at("reply")));
  if (entry.contains("whole")) return WholeReply(TextOf(entry.at("whole")));
  if (entry.contains("fixture")) return FixtureAnswer(TextOf(entry.at("fixture")), status);
  if (entry.contains("html")) return HtmlAnswer(static_cast<int>(entry.at("html").as_int64()));
  if (entry.contains("raw")) return RawAnswer(TextOf(entry.at("raw")));
  if (entry.contains("silent")) return SilentAnswer();
  throw std::invalid_argument("an answer has no reply, whole, fixture, html, raw or silent");
}

FakeAnswer ReadAnswer(const json::object& entry, std::chrono::milliseconds pause) {
  FakeAnswer answer = ScriptedAnswer(entry);
  answer.pause = pause;
  if (entry.contains("ending")) answer.ending = EndingOf(TextOf(entry.at("ending")));
  if (entry.contains("pause_ms")) {
    answer.pause = std::chrono::milliseconds(entry.at("pause_ms").as_int64());
  }
  if (entry.contains("bytes_per_write")) {
    answer.bytes_per_write = static_cast<std::size_t>(entry.at("bytes_per_write").as_int64());
  }
  if (entry.contains("pieces_max")) {
    const auto pieces_max = static_cast<std::size_t>(entry.at("pieces_max").as_int64());
    answer.pieces.resize(std::min(answer.pieces.size(), pieces_max));
  }
  return answer;
}

void UseScript(FakeUpstream& upstream, const std::string& path, std::chrono::milliseconds pause) {
  std::ifstream file(path);
  if (!file) throw std::invalid_argument("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  const json::value script = json::parse(text.str());
  for (const auto& entry : script.as_array()) {
    upstream.Answer(ReadAnswer(entry.as_object(), pause));
  }
}

int Run(const Options& options) {
  const auto transport = options.has_tls ? FakeTransport::kTls : FakeTransport::kPlain;
  FakeUpstream upstream(transport, options.port);
  const std::chrono::milliseconds pause(options.pause_ms);
  if (options.script == "default") {
    upstream.AnswerWith(
        [pause](const FakeRequest& request) { return DefaultReply(request, pause); });
  } else {
    UseScript(upstream, options.script, pause);
  }
  if (!options.ca_out.empty()) {
    std::filesystem::copy_file(upstream.ca_file(), options.ca_out,
                               std::filesystem::copy_options::overwrite_existing);
  }
  if (options.prints_port) std::cout << upstream.port() << std::endl;
  if (options.stays) {
    for (;;) ::pause();
  }
  std::string ignored;
  while (std::getline(std::cin, ignored)) {
  }
  return 0;
}

}  // namespace
}  // namespace nat

int main(int count, char** arguments) {
  nat::Options options;
  CLI::App program("A model server for tests, good and bad.");
  program.add_option("--port", options.port, "where to listen on 127.0.0.1; 0 for any");
  program.add_flag("--print-port", options.prints_port, "print the port on a line of its own");
  program.add_flag("--tls", options.has_tls, "speak TLS with a certificate made for this run");
  program.add_option("--ca-out", options.ca_out, "where to write the authority to trust");
  program.add_option("--script", options.script, "a JSON file of answers, or default");
  program.add_option("--pause-ms", options.pause_ms, "time between two tokens");
  program.add_flag("--stay", options.stays, "do not end with standard input");
  CLI11_PARSE(program, count, arguments);
  try {
    return nat::Run(options);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "fake_upstream: %s\n", exception.what());
    return 1;
  }
}
