#include "tests/support/service_process.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <utility>

#include "base/error.h"

namespace nat::testing {
namespace {

constexpr auto kStartLimit = std::chrono::seconds(20);
constexpr auto kEndLimit = std::chrono::seconds(40);
constexpr std::string_view kGreeting = "http://localhost:";
constexpr std::size_t kErrorBytesKept = 1024 * 1024;

std::string Inherited(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

// Everything that the new process does before it is another program. Only calls that are allowed
// between fork and exec of a process with threads.
[[noreturn]] void BecomeService(pid_t parent, const char* folder, int output, int errors,
                                bool has_privileges, char* const* arguments,
                                char* const* environment) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(125);
  if (!has_privileges) prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  // The sockets of the test would stay open here, though the test has closed them.
  close_range(STDERR_FILENO + 1, ~0U, 0);
  if (chdir(folder) != 0) _exit(126);
  execve(arguments[0], arguments, environment);
  _exit(127);
}

}  // namespace

ServiceProcess::ServiceProcess(std::filesystem::path folder) : folder_(std::move(folder)) {
  environment_ = {
      {"PATH", Inherited("PATH", "/usr/bin:/bin")},
      {"NAT_DATA_DIR", (folder_ / "kept").string()},
      {"NAT_METRICS_PORT", "0"},
      {"NAT_PROBE_LOCAL_MODELS", "off"},
      {"NAT_RATE_LIMIT", "off"},
      {"ASAN_OPTIONS", Inherited("ASAN_OPTIONS", "detect_leaks=1") + ":verify_asan_link_order=0"},
      {"UBSAN_OPTIONS", Inherited("UBSAN_OPTIONS", "print_stacktrace=1:halt_on_error=1")},
  };
}

ServiceProcess::~ServiceProcess() {
  Kill();
  WaitForEnd();
  if (reader_.joinable()) reader_.join();
}

void ServiceProcess::Set(const std::string& name, const std::string& value) {
  environment_[name] = value;
  if (value.empty()) environment_.erase(name);
}

bool ServiceProcess::Start() {
  Launch();
  return WaitUntilItServes();
}

void ServiceProcess::Launch() {
  if (reader_.joinable()) reader_.join();
  std::array<int, 2> output{};
  std::array<int, 2> errors{};
  NAT_CHECK(pipe2(output.data(), O_CLOEXEC) == 0);
  NAT_CHECK(pipe2(errors.data(), O_CLOEXEC) == 0);
  std::vector<std::string> words = {NAT_EXECUTABLE, "serve", "--port", std::to_string(port_)};
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment_) variables.push_back(name + "=" + value);
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::vector<char*> environment;
  for (auto& variable : variables) environment.push_back(variable.data());
  environment.push_back(nullptr);
  const auto parent = getpid();
  const auto process = fork();
  NAT_CHECK(process >= 0);
  if (process == 0) {
    BecomeService(parent, folder_.c_str(), output[1], errors[1], has_privileges_, arguments.data(),
                  environment.data());
  }
  close(output[1]);
  close(errors[1]);
  const std::lock_guard lock(mutex_);
  process_ = process;
  has_closed_ = false;
  exit_code_.reset();
  output_.clear();
  errors_.clear();
  reader_ = std::thread([this, from = output[0], also = errors[0]] { Read(from, also); });
}

// Until both pipes are closed, which is when the process has ended.
void ServiceProcess::Read(int output, int errors) {
  std::array<pollfd, 2> pipes = {pollfd{output, POLLIN, 0}, pollfd{errors, POLLIN, 0}};
  std::array<char, 4096> bytes{};
  while (pipes[0].fd >= 0 || pipes[1].fd >= 0) {
    poll(pipes.data(), pipes.size(), -1);
    for (auto& pipe : pipes) {
      if (pipe.fd < 0 || pipe.revents == 0) continue;
      const auto size = read(pipe.fd, bytes.data(), bytes.size());
      const std::lock_guard lock(mutex_);
      auto& text = &pipe == pipes.data() ? output_ : errors_;
      if (size > 0 && text.size() < kErrorBytesKept) {
        text.append(bytes.data(), static_cast<std::size_t>(size));
      }
      if (size <= 0) {
        close(pipe.fd);
        pipe.fd = -1;
      }
    }
    changed_.notify_all();
  }
  const std::lock_guard lock(mutex_);
  KeepFaults();
  has_closed_ = true;
  changed_.notify_all();
}

// What must never be said. The mutex is held.
void ServiceProcess::KeepFaults() {
  for (const auto* sign : {"Sanitizer", "runtime error:", "must be true and is not", "task.fault",
                           "turn.fault", "terminate called"}) {
    const auto at = errors_.find(sign);
    if (at == std::string::npos) continue;
    faults_ += errors_.substr(errors_.rfind('\n', at) + 1, 4'000);
    return;
  }
}

bool ServiceProcess::WaitUntilItServes() {
  std::unique_lock lock(mutex_);
  const auto greeted = [this] {
    const auto at = output_.find(kGreeting);
    return at != std::string::npos && output_.find('\n', at) != std::string::npos;
  };
  changed_.wait_for(lock, kStartLimit, [&] { return has_closed_ || greeted(); });
  if (!greeted()) return false;
  const auto number = output_.find(kGreeting) + kGreeting.size();
  port_ = static_cast<std::uint16_t>(std::strtoul(output_.c_str() + number, nullptr, 10));
  return true;
}

void ServiceProcess::Signal(int signal) {
  const std::lock_guard lock(mutex_);
  if (process_ != 0) kill(process_, signal);
}

std::optional<int> ServiceProcess::WaitForEnd() {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, kEndLimit, [this] { return has_closed_; })) return std::nullopt;
  if (process_ == 0) return exit_code_;
  int status = 0;
  waitpid(process_, &status, 0);
  process_ = 0;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return exit_code_;
}

std::optional<int> ServiceProcess::Stop() {
  Signal(SIGTERM);
  return WaitForEnd();
}

std::string ServiceProcess::output() const {
  const std::lock_guard lock(mutex_);
  return output_;
}

std::string ServiceProcess::errors() const {
  const std::lock_guard lock(mutex_);
  return errors_;
}

std::string ServiceProcess::Faults() const {
  const std::lock_guard lock(mutex_);
  return faults_;
}

}  // namespace nat::testing
