// The real executable as a process of its own: it can be killed, stopped, and started again on the
// same folder and the same port. It is given these variables only and nothing else of the
// environment, and it ends with this object, also where the test itself is killed.
//
//   ServiceProcess service(folder.path());
//   service.Set("NAT_LLM_BASE_URL", model.base_url());
//   ASSERT_TRUE(service.Start()) << service.errors();
//   HttpPeer browser(service.port());
//   service.Kill();                       // SIGKILL
//   EXPECT_EQ(service.WaitForEnd(), -SIGKILL);
//
// Start is called on a thread that lives as long as the process does: Linux ends it with that
// thread. The others may be called on any thread.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace nat::testing {

class ServiceProcess {
 public:
  explicit ServiceProcess(std::filesystem::path folder);
  ~ServiceProcess();
  ServiceProcess(const ServiceProcess&) = delete;
  ServiceProcess& operator=(const ServiceProcess&) = delete;

  // For the next Start. An empty value takes the variable away.
  void Set(const std::string& name, const std::string& value);
  // From the next Start on, the rights of files count for it also where the test runs as root.
  void GiveUpPrivileges() { has_privileges_ = false; }

  // True once it serves, false where it has ended before, or does not serve within 20 seconds. Once
  // it has had a port, it has the same one again.
  bool Start();
  // Starts it without waiting for anything.
  void Launch();
  bool WaitUntilItServes();

  void Signal(int signal);
  void Kill() { Signal(SIGKILL); }
  // Its exit code, negative for the signal that ended it; nothing where it still runs after 40
  // seconds.
  std::optional<int> WaitForEnd();
  // SIGTERM, and the exit code.
  std::optional<int> Stop();

  std::uint16_t port() const { return port_; }
  const std::filesystem::path& folder() const { return folder_; }
  // What it has written since the last start, to standard output and to standard error.
  std::string output() const;
  std::string errors() const;
  // What the sanitizers and our own checks have said since the first start; empty is right.
  std::string Faults() const;

 private:
  void Read(int output, int errors);
  void KeepFaults();

  std::filesystem::path folder_;
  std::map<std::string, std::string> environment_;
  bool has_privileges_ = true;
  std::uint16_t port_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  pid_t process_ = 0;  // 0 where none runs
  bool has_closed_ = true;
  std::optional<int> exit_code_;
  std::string output_;
  std::string errors_;
  std::string faults_;
  std::thread reader_;
};

}  // namespace nat::testing
