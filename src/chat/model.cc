#include "chat/model.h"

#include <array>

namespace nat {
namespace {

struct StatusWord {
  TurnStatus status;
  std::string_view word;
};

constexpr std::array<StatusWord, 5> kStatusWords = {{{TurnStatus::kRunning, "running"},
                                                     {TurnStatus::kCompleted, "completed"},
                                                     {TurnStatus::kStopped, "stopped"},
                                                     {TurnStatus::kInterrupted, "interrupted"},
                                                     {TurnStatus::kFailed, "failed"}}};

struct RoleWord {
  Role role;
  std::string_view word;
};

constexpr std::array<RoleWord, 3> kRoleWords = {
    {{Role::kSystem, "system"}, {Role::kUser, "user"}, {Role::kAssistant, "assistant"}}};

}  // namespace

std::string_view WordOf(TurnStatus status) {
  for (const auto& row : kStatusWords) {
    if (row.status == status) return row.word;
  }
  NAT_CHECK(false && "every status has a word");
}

TurnStatus TurnStatusFromWord(std::string_view word) {
  for (const auto& row : kStatusWords) {
    if (row.word == word) return row.status;
  }
  NAT_CHECK(false && "a stored status is one of ours");
}

std::string_view WordOf(Role role) {
  for (const auto& row : kRoleWords) {
    if (row.role == role) return row.word;
  }
  NAT_CHECK(false && "every role has a word");
}

Role RoleFromWord(std::string_view word) {
  for (const auto& row : kRoleWords) {
    if (row.word == word) return row.role;
  }
  NAT_CHECK(false && "a stored role is one of ours");
}

}  // namespace nat
