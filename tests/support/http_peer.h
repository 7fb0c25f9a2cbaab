// Someone at the other end of the service: a browser that keeps its cookies, or a program such as
// curl that does not. It shares no code with the product's own HTTP, and waits at most ten seconds
// for anything.
//
//   HttpPeer browser(app.port());
//   auto answer = browser.Post("/chat", {{"message", "Hello."}});
//   EXPECT_EQ(answer.status, 200);
//   auto stream = browser.Follow("/api/turns/" + TextAt(answer.Json(), "turn_id") + "/events");
//   auto events = stream.ReadToEnd();
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/raw_client.h"

namespace nat::testing {

namespace json = boost::json;

using PeerFields = std::vector<std::pair<std::string, std::string>>;

struct PeerRequest {
  std::string method = "GET";
  std::string target = "/";
  PeerFields fields;  // beside Host, Content-Length and Cookie
  std::string body;
};

struct PeerAnswer {
  int status = 0;    // 0 where the connection ended before there was an answer
  std::string head;  // the status line and the fields, as they came
  std::string body;

  std::optional<std::string> Field(std::string_view name) const;
  std::vector<std::string> Fields(std::string_view name) const;
  // The body; an empty object where it is none.
  json::object Json() const;
};

struct PeerEvent {
  std::uint64_t number = 0;
  std::string name;
  json::object fields;
};

// A stream of server-sent events while it is being read.
class EventStream {
 public:
  EventStream(std::unique_ptr<RawClient> connection, const PeerRequest& request);

  // What was answered; its body stays empty where the answer is a stream.
  const PeerAnswer& answer() const { return answer_; }
  // The next event, without comments; nothing at the end of the stream, or after ten seconds.
  std::optional<PeerEvent> Next();
  std::vector<PeerEvent> ReadToEnd();
  // Whether the stream was ended as a whole one is.
  bool is_whole() const { return is_whole_; }
  // Closes the connection, as a closed tab does.
  void Leave() { connection_->Close(); }
  // The same by a reset, as a network that is gone does.
  void Vanish() { connection_->Reset(); }

 private:
  bool ReadChunk();

  std::unique_ptr<RawClient> connection_;
  PeerAnswer answer_;
  std::string unread_;
  bool is_over_ = false;
  bool is_whole_ = false;
};

enum class Cookies { kKept, kIgnored };

class HttpPeer {
 public:
  explicit HttpPeer(std::uint16_t port, Cookies cookies = Cookies::kKept);

  PeerAnswer Send(const PeerRequest& request);
  PeerAnswer Get(const std::string& target, PeerFields fields = {});
  PeerAnswer Post(const std::string& target, const json::object& body, PeerFields fields = {});
  PeerAnswer Patch(const std::string& target, const json::object& body, PeerFields fields = {});
  PeerAnswer Delete(const std::string& target, PeerFields fields = {});

  // Each stream has a connection of its own.
  EventStream Open(PeerRequest request);
  EventStream Follow(const std::string& target, PeerFields fields = {});
  EventStream PostAndFollow(const std::string& target, const json::object& body,
                            PeerFields fields = {});

  const std::string& cookie() const { return cookie_; }
  // Another tab of the browser that has this cookie.
  void UseCookie(std::string cookie) { cookie_ = std::move(cookie); }
  // The same browser, after the service has started anew elsewhere.
  void MoveTo(std::uint16_t port);

 private:
  void KeepCookie(const PeerAnswer& answer);

  std::uint16_t port_;
  Cookies cookies_;
  std::string cookie_;
  std::unique_ptr<RawClient> connection_;  // kept between requests, while the service keeps it
};

// A request with a JSON body.
PeerRequest JsonRequest(std::string method, std::string target, const json::object& body,
                        PeerFields fields = {});

// The text of this field; empty where there is none.
std::string TextAt(const json::object& object, std::string_view name);
// What these events have a person read.
std::string TextOf(const std::vector<PeerEvent>& events);
std::vector<std::string> NamesOf(const std::vector<PeerEvent>& events);
std::vector<std::uint64_t> NumbersOf(const std::vector<PeerEvent>& events);

}  // namespace nat::testing
