#include "net/sse.h"

#include <charconv>

#include "base/limits.h"

namespace nat {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

void AddDataLine(std::string& text, std::string_view line) {
  text += "data: ";
  text += line;
  text += '\n';
}

}  // namespace

Result<const SseEvent*> SseParser::Take(std::string_view& input) {
  while (!input.empty()) {
    if (is_after_return_ && input.front() == '\n') {
      is_after_return_ = false;
      input.remove_prefix(1);
      continue;
    }
    is_after_return_ = false;
    const std::size_t end = input.find_first_of("\r\n");
    const std::string_view part = input.substr(0, end);
    if (line_.size() + payload_.size() + part.size() > limits::kUpstreamEventBytesMax) {
      return Error(ErrorCode::kUpstream, "a server-sent event is too long");
    }
    if (end == std::string_view::npos) {
      line_ += part;
      input = std::string_view();
      break;
    }
    is_after_return_ = input[end] == '\r';
    input.remove_prefix(end + 1);
    bool is_event = false;
    if (line_.empty()) {
      is_event = TakeLine(part);
    } else {
      line_ += part;
      is_event = TakeLine(line_);
      line_.clear();
    }
    if (is_event) return &event_;
  }
  return nullptr;
}

bool SseParser::TakeLine(std::string_view line) {
  if (is_first_line_ && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  is_first_line_ = false;
  if (!line.empty()) {
    const std::size_t colon = line.find(':');
    std::string_view value;
    if (colon != std::string_view::npos) value = line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    TakeField(line.substr(0, colon), value);
    return false;
  }
  if (!has_payload_) {
    name_.clear();
    return false;
  }
  event_.name = name_.empty() ? "message" : name_;
  event_.id = id_;
  event_.payload.swap(payload_);
  name_.clear();
  payload_.clear();
  has_payload_ = false;
  return true;
}

void SseParser::TakeField(std::string_view name, std::string_view value) {
  if (name == "data") {
    if (has_payload_) payload_ += '\n';
    payload_ += value;
    has_payload_ = true;
  } else if (name == "event") {
    name_ = value;
  } else if (name == "id") {
    if (value.find('\0') == std::string_view::npos) id_ = value;
  } else if (name == "retry") {
    std::uint32_t milliseconds = 0;
    const char* end = value.data() + value.size();
    const auto read = std::from_chars(value.data(), end, milliseconds);
    if (read.ec == std::errc() && read.ptr == end) retry_ = std::chrono::milliseconds(milliseconds);
  }
}

std::string WriteSseEvent(std::uint64_t number, std::string_view name, std::string_view payload) {
  NAT_CHECK(name.find_first_of("\r\n") == std::string_view::npos);
  std::string text;
  text.reserve(payload.size() + name.size() + 48);
  text += "id: ";
  text += std::to_string(number);
  text += "\nevent: ";
  text += name;
  text += '\n';
  for (;;) {
    const std::size_t end = payload.find_first_of("\r\n");
    AddDataLine(text, payload.substr(0, end));
    if (end == std::string_view::npos) break;
    const bool is_pair = payload.substr(end).starts_with("\r\n");
    payload.remove_prefix(end + (is_pair ? 2 : 1));
  }
  text += '\n';
  return text;
}

}  // namespace nat
