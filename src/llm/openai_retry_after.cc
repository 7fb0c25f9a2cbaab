#include "llm/openai_retry_after.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

namespace nat {
namespace {

using namespace std::chrono_literals;
using Wait = std::optional<std::chrono::seconds>;

constexpr double kOneDaySeconds = 24.0 * 60 * 60;

Wait WaitOf(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return std::nullopt;
  const double whole = std::ceil(std::min(seconds, kOneDaySeconds));
  return std::chrono::seconds(static_cast<std::int64_t>(whole));
}

// The number that `text` begins with, taken off it. No sign, no exponent.
std::optional<double> TakeNumber(std::string_view& text) {
  constexpr std::size_t kDigitsMax = 20;
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + std::min(text.size(), kDigitsMax),
                                    number, std::chars_format::fixed);
  if (read.ec != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  return number;
}

std::optional<double> Number(std::string_view text) {
  const auto number = TakeNumber(text);
  return text.empty() ? number : std::nullopt;
}

// "1h2m3.5s", "250ms", "7".
Wait Duration(std::string_view text) {
  if (const auto seconds = Number(text)) return WaitOf(*seconds);
  struct Unit {
    std::string_view name;
    double seconds;
  };
  constexpr std::array<Unit, 5> kUnits = {
      {{"ms", 0.001}, {"s", 1}, {"m", 60}, {"h", 3'600}, {"d", 86'400}}};
  double seconds = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    const auto number = TakeNumber(text);
    const auto* unit = std::ranges::find_if(
        kUnits, [text](const Unit& known) { return text.starts_with(known.name); });
    if (!number || unit == kUnits.end()) return std::nullopt;
    text.remove_prefix(unit->name.size());
    seconds += *number * unit->seconds;
  }
  return WaitOf(seconds);
}

std::optional<int> Digits(std::string_view text, std::size_t at, std::size_t count) {
  int number = 0;
  const char* end = text.data() + at + count;
  const auto read = std::from_chars(text.data() + at, end, number);
  if (read.ec != std::errc() || read.ptr != end || number < 0) return std::nullopt;
  return number;
}

// "Sun, 06 Nov 1994 08:49:37 GMT", the one form that RFC 9110, section 5.6.7, lets a server send.
std::optional<Time> HttpDate(std::string_view text) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  constexpr std::size_t kDateBytes = 29;
  if (text.size() != kDateBytes || !text.ends_with(" GMT")) return std::nullopt;
  const std::size_t month = kMonths.find(text.substr(8, 3));
  const auto day = Digits(text, 5, 2);
  const auto year = Digits(text, 12, 4);
  const auto hour = Digits(text, 17, 2);
  const auto minute = Digits(text, 20, 2);
  const auto second = Digits(text, 23, 2);
  const bool is_read =
      month != std::string_view::npos && month % 3 == 0 && day && year && hour && minute && second;
  if (!is_read) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(month / 3 + 1)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

std::string_view Value(const Headers& headers, std::string_view name) {
  return headers.Get(name).value_or(std::string_view());
}

Wait Until(Time when, Time now) {
  return WaitOf(std::chrono::duration<double>(std::max(when - now, 0ms)).count());
}

Wait OfRetryAfter(const Headers& headers, Time now) {
  const std::string_view value = Value(headers, "Retry-After");
  if (const auto seconds = Number(value)) return WaitOf(*seconds);
  const auto date = HttpDate(value);
  if (!date) return std::nullopt;
  return Until(*date, HttpDate(Value(headers, "Date")).value_or(now));
}

Wait OfExhausted(const Headers& headers) {
  Wait longest;
  for (const std::string what : {"requests", "tokens"}) {
    if (Value(headers, "x-ratelimit-remaining-" + what) != "0") continue;
    const auto wait = Duration(Value(headers, "x-ratelimit-reset-" + what));
    if (wait) longest = std::max(longest.value_or(0s), *wait);
  }
  return longest;
}

// Milliseconds or seconds since 1970, or seconds from now: their sizes tell them apart.
Wait OfReset(const Headers& headers, Time now) {
  constexpr double kLeastMilliseconds = 1e12;
  constexpr double kLeastTimeSeconds = 1e9;
  constexpr double kMostMilliseconds = 1e15;
  const auto number = Number(Value(headers, "x-ratelimit-reset"));
  if (!number || *number > kMostMilliseconds) return std::nullopt;
  if (*number < kLeastTimeSeconds) return WaitOf(*number);
  const double milliseconds = *number < kLeastMilliseconds ? *number * 1'000 : *number;
  return Until(Time(std::chrono::milliseconds(static_cast<std::int64_t>(milliseconds))), now);
}

}  // namespace

std::optional<std::chrono::seconds> RetryAfter(const Headers& headers, Time now) {
  if (const auto milliseconds = Number(Value(headers, "retry-after-ms"))) {
    return WaitOf(*milliseconds / 1'000);
  }
  if (const auto wait = OfRetryAfter(headers, now)) return wait;
  if (const auto wait = OfExhausted(headers)) return wait;
  return OfReset(headers, now);
}

}  // namespace nat
