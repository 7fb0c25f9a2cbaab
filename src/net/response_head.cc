#include "net/response_head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "base/error.h"

namespace nat {
namespace {

void AppendNumber(std::string& output, std::size_t number, int base) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base);
  output.append(digits.data(), end.ptr);
}

bool IsControl(char character) {
  const auto byte = static_cast<unsigned char>(character);
  return (byte < 0x20 && byte != '\t') || byte == 0x7f;
}

void AppendField(std::string& output, std::string_view name, std::string_view value) {
  const auto start = output.size();
  output.append(name).append(": ").append(value);
  std::replace_if(output.begin() + static_cast<std::ptrdiff_t>(start), output.end(), IsControl,
                  ' ');
  output.append("\r\n");
}

bool IsFramingField(std::string_view name) {
  constexpr std::array<std::string_view, 4> kFramingFields = {"Content-Length", "Transfer-Encoding",
                                                              "Connection", "Date"};
  return std::any_of(kFramingFields.begin(), kFramingFields.end(),
                     [&](std::string_view field) { return EqualsIgnoringCase(field, name); });
}

}  // namespace

void AppendResponseHead(std::string& output, const Response& response,
                        const ResponseHeadLayout& layout, std::string_view date) {
  output.append("HTTP/1.1 ");
  AppendNumber(output, static_cast<std::size_t>(response.status), 10);
  output.append(" ").append(ReasonPhrase(response.status)).append("\r\nDate: ").append(date);
  output.append("\r\n");
  for (const auto& [name, value] : response.headers.fields()) {
    if (!IsFramingField(name)) AppendField(output, name, value);
  }
  if (layout.framing == ResponseFraming::kLength) {
    output.append("Content-Length: ");
    AppendNumber(output, layout.body_bytes, 10);
    output.append("\r\n");
  }
  if (layout.framing == ResponseFraming::kChunked) output.append("Transfer-Encoding: chunked\r\n");
  if (layout.connection == ConnectionField::kClose) output.append("Connection: close\r\n");
  if (layout.connection == ConnectionField::kKeepAlive) {
    output.append("Connection: keep-alive\r\n");
  }
  output.append("\r\n");
}

void AppendChunk(std::string& output, std::string_view piece) {
  NAT_CHECK(!piece.empty());  // an empty chunk would be the last one
  AppendNumber(output, piece.size(), 16);
  output.append("\r\n").append(piece).append("\r\n");
}

const std::string& DateText::At(Time now) {
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  if (second == second_ && !text_.empty()) return text_;
  // The names are part of the protocol (RFC 9110, 5.6.7), so no locale is asked.
  constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(second);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(second - day);
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  second_ = second;
  text_ = text.data();
  return text_;
}

}  // namespace nat
