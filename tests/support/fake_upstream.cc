#include "tests/support/fake_upstream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <set>
#include <thread>

#include "tests/support/fake_certificate.h"
#include "tests/support/fake_connection.h"

namespace nat {
namespace {

constexpr std::size_t kConnectionsAtOnceMax = 256;

void Require(bool is_true, const char* what) {
  if (is_true) return;
  std::perror(what);
  std::abort();
}

int Listen(std::uint16_t port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Require(listener >= 0, "socket");
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  Require(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0, "bind");
  Require(::listen(listener, 512) == 0, "listen");
  return listener;
}

std::uint16_t PortOf(int listener) {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  Require(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0,
          "getsockname");
  return ntohs(address.sin_port);
}

// Reads what comes, and says nothing.
void WaitForDeparture(int socket) {
  std::array<char, 4'096> ignored;
  while (::recv(socket, ignored.data(), ignored.size(), 0) > 0) {
  }
}

std::string WriteFile(const std::string& folder, const std::string& name, const std::string& text) {
  const std::string path = folder + "/" + name;
  std::ofstream(path) << text;
  return path;
}

}  // namespace

void FakeGate::LetPass(std::size_t pieces) {
  const std::lock_guard lock(mutex_);
  passes_ += pieces;
  changed_.notify_all();
}

void FakeGate::OpenForGood() {
  const std::lock_guard lock(mutex_);
  is_open_ = true;
  changed_.notify_all();
}

void FakeGate::Wait(const std::function<bool()>& is_stopping) {
  std::unique_lock lock(mutex_);
  const auto may_pass = [&] { return is_open_ || passes_ > 0 || is_stopping(); };
  // The gate does not know who stops, so it looks from time to time.
  while (!changed_.wait_for(lock, std::chrono::milliseconds(20), may_pass)) {
  }
  if (passes_ > 0) --passes_;
}

struct FakeUpstream::State {
  std::atomic<bool> is_stopping = false;
  bool is_mute = false;
  int listener = -1;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> tls{nullptr, &SSL_CTX_free};
  std::thread accepting;

  mutable std::mutex mutex;  // for everything below
  std::condition_variable changed;
  Responder responder;
  std::deque<FakeAnswer> answers;  // not used yet
  std::optional<FakeAnswer> last_answer;
  std::vector<FakeRequest> requests;
  std::set<int> sockets;
  std::size_t running = 0;  // threads that serve
  std::size_t connections = 0;
  std::size_t resumed_handshakes = 0;
  std::size_t departures = 0;

  static void Accept(std::shared_ptr<State> state);
  void Serve(int socket);
  FakeAnswer AnswerTo(const FakeRequest& request);
};

void FakeUpstream::State::Accept(std::shared_ptr<State> state) {
  for (;;) {
    const int socket = ::accept4(state->listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (state->is_stopping || socket < 0) {
      if (socket >= 0) ::close(socket);
      return;
    }
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    const std::lock_guard lock(state->mutex);
    ++state->connections;
    if (state->running >= kConnectionsAtOnceMax) {
      ::close(socket);
      continue;
    }
    ++state->running;
    state->sockets.insert(socket);
    std::thread([state, socket] { state->Serve(socket); }).detach();
  }
}

void FakeUpstream::State::Serve(int socket) {
  // OpenSSL writes with write(2), which would end the process when the client has left.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  if (is_mute) WaitForDeparture(socket);

  auto connection =
      std::make_unique<FakeConnection>(socket, tls.get(), [this] { return is_stopping.load(); });
  bool goes_on = connection->Handshake();
  if (goes_on && connection->is_resumed()) {
    const std::lock_guard lock(mutex);
    ++resumed_handshakes;
  }
  while (goes_on) {
    const auto request = connection->ReadRequest();
    goes_on = request && connection->Send(AnswerTo(*request));
  }
  std::unique_lock lock(mutex);
  sockets.erase(socket);  // before the number can be given to another one
  if (connection->has_client_left()) ++departures;
  lock.unlock();
  connection.reset();
  lock.lock();
  --running;
  changed.notify_all();
}

FakeAnswer FakeUpstream::State::AnswerTo(const FakeRequest& request) {
  std::unique_lock lock(mutex);
  requests.push_back(request);
  if (responder) {
    const Responder respond = responder;
    lock.unlock();
    return respond(request);
  }
  if (!answers.empty()) {
    last_answer = std::move(answers.front());
    answers.pop_front();
  }
  Require(last_answer.has_value(), "FakeUpstream was asked and has no answer");
  return *last_answer;
}

FakeUpstream::FakeUpstream(FakeTransport transport, std::uint16_t port,
                           std::vector<std::string> names)
    : state_(std::make_shared<State>()), scheme_("http") {
  state_->is_mute = transport == FakeTransport::kMuteTls;
  if (state_->is_mute) scheme_ = "https";
  if (transport == FakeTransport::kTls) {
    scheme_ = "https";
    std::string pattern =
        (std::filesystem::temp_directory_path() / "fake-upstream-XXXXXX").string();
    Require(mkdtemp(pattern.data()) != nullptr, "mkdtemp");
    folder_ = pattern;
    const FakeCertificate made = MakeFakeCertificate(names);
    ca_file_ = WriteFile(folder_, "authority.pem", made.authority_pem);
    const auto certificate = WriteFile(folder_, "certificate.pem", made.certificate_pem);
    const auto key = WriteFile(folder_, "key.pem", made.key_pem);
    state_->tls.reset(SSL_CTX_new(TLS_server_method()));
    SSL_CTX* tls = state_->tls.get();
    Require(SSL_CTX_use_certificate_chain_file(tls, certificate.c_str()) == 1, "certificate");
    Require(SSL_CTX_use_PrivateKey_file(tls, key.c_str(), SSL_FILETYPE_PEM) == 1, "key");
  }
  state_->listener = Listen(port);
  port_ = PortOf(state_->listener);
  state_->accepting = std::thread(&State::Accept, state_);
}

FakeUpstream::~FakeUpstream() {
  state_->is_stopping = true;
  ::shutdown(state_->listener, SHUT_RDWR);
  state_->accepting.join();
  ::close(state_->listener);
  {
    std::unique_lock lock(state_->mutex);
    for (const int socket : state_->sockets) ::shutdown(socket, SHUT_RDWR);
    state_->changed.wait(lock, [this] { return state_->running == 0; });
  }
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

void FakeUpstream::Answer(FakeAnswer answer) {
  const std::lock_guard lock(state_->mutex);
  state_->responder = nullptr;
  state_->answers.push_back(std::move(answer));
}

void FakeUpstream::AnswerWith(Responder responder) {
  const std::lock_guard lock(state_->mutex);
  state_->responder = std::move(responder);
}

std::string FakeUpstream::origin() const {
  return scheme_ + "://127.0.0.1:" + std::to_string(port_);
}

std::vector<FakeRequest> FakeUpstream::requests() const {
  const std::lock_guard lock(state_->mutex);
  return state_->requests;
}

std::size_t FakeUpstream::connections() const {
  const std::lock_guard lock(state_->mutex);
  return state_->connections;
}

std::size_t FakeUpstream::resumed_handshakes() const {
  const std::lock_guard lock(state_->mutex);
  return state_->resumed_handshakes;
}

void FakeUpstream::ForgetTickets() {
  std::array<unsigned char, 80> keys;  // as many bytes as OpenSSL wants
  std::random_device random;
  for (auto& byte : keys) byte = static_cast<unsigned char>(random());
  const auto outcome = SSL_CTX_set_tlsext_ticket_keys(state_->tls.get(), keys.data(), keys.size());
  Require(outcome == 1, "SSL_CTX_set_tlsext_ticket_keys");
}

void FakeUpstream::SpeakOnlyTls12() {
  SSL_CTX_set_max_proto_version(state_->tls.get(), TLS1_2_VERSION);
}

void FakeUpstream::CloseConnections() {
  std::unique_lock lock(state_->mutex);
  for (const int socket : state_->sockets) ::shutdown(socket, SHUT_RDWR);
  state_->changed.wait(lock, [this] { return state_->running == 0; });
}

bool FakeUpstream::WaitForDepartures(std::size_t count) {
  std::unique_lock lock(state_->mutex);
  return state_->changed.wait_for(lock, std::chrono::seconds(5),
                                  [&] { return state_->departures >= count; });
}

}  // namespace nat
