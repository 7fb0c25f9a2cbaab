#include "base/log.h"

#include <sodium.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>

#include "base/clock.h"
#include "base/json.h"

namespace nat {
namespace {

constexpr std::size_t kHashBytes =
    8;  // enough to tell ids of one log apart, too little to be an id

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      break;
  }
  return spdlog::level::err;
}

}  // namespace

std::string_view WordOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      break;
  }
  return "error";
}

std::optional<LogLevel> ParseLogLevel(std::string_view word) {
  for (auto level : {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning, LogLevel::kError}) {
    if (WordOf(level) == word) return level;
  }
  return std::nullopt;
}

Log::Log(LogLevel least, std::string hash_key)
    : least_(least),
      hash_key_(std::move(hash_key)),
      logger_(std::make_unique<spdlog::logger>("nat",
                                               std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
  logger_->set_level(ToSpdlog(least));
  logger_->set_pattern("%v");
  logger_->flush_on(spdlog::level::debug);
}

Log::~Log() = default;

void Log::Write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (level < least_) return;
  json::object line;
  line["time"] = FormatTime(SystemClock().Now());
  line["level"] = WordOf(level);
  line["event"] = event;
  for (const auto& field : fields) {
    std::visit([&](const auto& value) { line[field.name] = value; }, field.value);
  }
  logger_->log(ToSpdlog(level), ToJson(line));
}

std::string Log::HashText(std::string_view text) const {
  std::array<unsigned char, crypto_generichash_BYTES_MIN> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()),
                     text.size(), reinterpret_cast<const unsigned char*>(hash_key_.data()),
                     std::min<std::size_t>(hash_key_.size(), crypto_generichash_KEYBYTES_MAX));
  std::array<char, kHashBytes * 2 + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), kHashBytes);
  return hex.data();
}

}  // namespace nat
