#include "tests/support/http_peer.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cctype>

namespace nat::testing {
namespace {

bool AreEqualWords(std::string_view one, std::string_view other) {
  const auto lower = [](char letter) { return std::tolower(static_cast<unsigned char>(letter)); };
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [&](char left, char right) { return lower(left) == lower(right); });
}

json::object ParseObject(const std::string& text) {
  boost::system::error_code error;
  auto value = json::parse(text, error);
  return !error && value.is_object() ? std::move(value.get_object()) : json::object();
}

std::string WriteRequest(const PeerRequest& request, const std::string& cookie) {
  std::string text = request.method + " " + request.target + " HTTP/1.1\r\n";
  const auto has = [&](std::string_view name) {
    return std::any_of(request.fields.begin(), request.fields.end(),
                       [&](const auto& field) { return AreEqualWords(field.first, name); });
  };
  if (!has("Host")) text += "Host: localhost\r\n";
  if (!cookie.empty() && !has("Cookie")) text += "Cookie: " + cookie + "\r\n";
  if (!request.body.empty() || request.method == "POST" || request.method == "PATCH") {
    text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  for (const auto& [name, value] : request.fields) text += name + ": " + value + "\r\n";
  return text + "\r\n" + request.body;
}

// "id: 3\nevent: text\ndata: {...}" as an event; nothing for a comment.
std::optional<PeerEvent> ParseEvent(const std::string& block) {
  PeerEvent event;
  std::string joined;
  for (std::size_t at = 0; at < block.size();) {
    const auto end = std::min(block.find('\n', at), block.size());
    const auto line = block.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("id: ")) event.number = std::stoull(line.substr(4));
    if (line.starts_with("event: ")) event.name = line.substr(7);
    if (line.starts_with("data: ")) joined += line.substr(6);
  }
  if (event.name.empty()) return std::nullopt;
  event.fields = ParseObject(joined);
  return event;
}

PeerAnswer ToPeerAnswer(RawAnswer raw) {
  PeerAnswer answer;
  answer.status = raw.is_whole ? raw.status : 0;
  answer.head = std::move(raw.head);
  answer.body = std::move(raw.body);
  return answer;
}

}  // namespace

std::vector<std::string> PeerAnswer::Fields(std::string_view name) const {
  std::vector<std::string> values;
  for (std::size_t at = head.find("\r\n"); at < head.size(); at = head.find("\r\n", at + 2)) {
    const auto end = std::min(head.find("\r\n", at + 2), head.size());
    const auto line = std::string_view(head).substr(at + 2, end - at - 2);
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos || !AreEqualWords(line.substr(0, colon), name)) continue;
    values.emplace_back(line.substr(colon + 2));
  }
  return values;
}

std::optional<std::string> PeerAnswer::Field(std::string_view name) const {
  auto values = Fields(name);
  if (values.empty()) return std::nullopt;
  return std::move(values.front());
}

json::object PeerAnswer::Json() const {
  return ParseObject(body);
}

EventStream::EventStream(std::unique_ptr<RawClient> connection, const PeerRequest& request)
    : connection_(std::move(connection)) {
  auto head = connection_->ReadThrough("\r\n\r\n");
  if (!head) return;
  answer_.head = std::move(*head);
  answer_.status = std::atoi(answer_.head.c_str() + std::string_view("HTTP/1.1 ").size());
  const bool is_stream = answer_.Field("Transfer-Encoding") == "chunked";
  if (is_stream && request.method != "HEAD") return;
  is_over_ = true;
  const auto length = answer_.Field("Content-Length");
  if (length) answer_.body = connection_->Take(std::stoul(*length)).value_or("");
}

bool EventStream::ReadChunk() {
  const auto line = connection_->ReadThrough("\r\n");
  if (!line) return false;
  const auto size = std::stoul(*line, nullptr, 16);
  const auto chunk = connection_->Take(size + 2);
  if (!chunk) return false;
  is_over_ = is_whole_ = size == 0;
  unread_ += chunk->substr(0, size);
  return size > 0;
}

std::optional<PeerEvent> EventStream::Next() {
  for (;;) {
    const auto end = unread_.find("\n\n");
    if (end == std::string::npos) {
      if (is_over_ || !ReadChunk()) return std::nullopt;
      continue;
    }
    const auto block = unread_.substr(0, end);
    unread_.erase(0, end + 2);
    if (auto event = ParseEvent(block)) return event;
  }
}

std::vector<PeerEvent> EventStream::ReadToEnd() {
  std::vector<PeerEvent> events;
  while (auto event = Next()) events.push_back(std::move(*event));
  return events;
}

HttpPeer::HttpPeer(std::uint16_t port, Cookies cookies) : port_(port), cookies_(cookies) {}

PeerAnswer HttpPeer::Send(const PeerRequest& request) {
  if (connection_ == nullptr) connection_ = std::make_unique<RawClient>(port_);
  if (!connection_->Send(WriteRequest(request, cookie_))) {
    connection_.reset();
    return PeerAnswer();
  }
  auto answer = ToPeerAnswer(connection_->ReadAnswerTo(request.method));
  const bool is_over = answer.status == 0 || answer.Field("Connection") == "close";
  if (is_over) connection_.reset();
  KeepCookie(answer);
  return answer;
}

PeerAnswer HttpPeer::Get(const std::string& target, PeerFields fields) {
  return Send(PeerRequest{"GET", target, std::move(fields), ""});
}

PeerAnswer HttpPeer::Post(const std::string& target, const json::object& body, PeerFields fields) {
  return Send(JsonRequest("POST", target, body, std::move(fields)));
}

PeerAnswer HttpPeer::Patch(const std::string& target, const json::object& body, PeerFields fields) {
  return Send(JsonRequest("PATCH", target, body, std::move(fields)));
}

PeerAnswer HttpPeer::Delete(const std::string& target, PeerFields fields) {
  return Send(PeerRequest{"DELETE", target, std::move(fields), ""});
}

EventStream HttpPeer::Open(PeerRequest request) {
  auto connection = std::make_unique<RawClient>(port_);
  connection->Send(WriteRequest(request, cookie_));
  EventStream stream(std::move(connection), request);
  KeepCookie(stream.answer());
  return stream;
}

EventStream HttpPeer::Follow(const std::string& target, PeerFields fields) {
  return Open(PeerRequest{"GET", target, std::move(fields), ""});
}

EventStream HttpPeer::PostAndFollow(const std::string& target, const json::object& body,
                                    PeerFields fields) {
  return Open(JsonRequest("POST", target, body, std::move(fields)));
}

void HttpPeer::MoveTo(std::uint16_t port) {
  port_ = port;
  connection_.reset();
}

void HttpPeer::KeepCookie(const PeerAnswer& answer) {
  if (cookies_ == Cookies::kIgnored) return;
  const auto set = answer.Field("Set-Cookie");
  if (set) cookie_ = set->substr(0, set->find(';'));
}

PeerRequest JsonRequest(std::string method, std::string target, const json::object& body,
                        PeerFields fields) {
  fields.emplace_back("Content-Type", "application/json");
  return PeerRequest{std::move(method), std::move(target), std::move(fields),
                     json::serialize(body)};
}

std::string TextAt(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string TextOf(const std::vector<PeerEvent>& events) {
  std::string text;
  for (const auto& event : events) {
    if (event.name == "text" || event.name == "snapshot") text += TextAt(event.fields, "text");
  }
  return text;
}

std::vector<std::string> NamesOf(const std::vector<PeerEvent>& events) {
  std::vector<std::string> names;
  for (const auto& event : events) names.push_back(event.name);
  return names;
}

std::vector<std::uint64_t> NumbersOf(const std::vector<PeerEvent>& events) {
  std::vector<std::uint64_t> numbers;
  for (const auto& event : events) numbers.push_back(event.number);
  return numbers;
}

}  // namespace nat::testing
