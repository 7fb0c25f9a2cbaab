#include "tests/support/fake_connection.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <cctype>
#include <cstdlib>
#include <thread>

namespace nat {
namespace {

std::string LowerCase(std::string text) {
  for (char& letter : text)
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return text;
}

std::string HeadOf(const FakeAnswer& answer) {
  std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " Fake\r\n";
  for (const auto& [name, value] : answer.headers) head += name + ": " + value + "\r\n";
  if (answer.framing == FakeFraming::kChunked) head += "Transfer-Encoding: chunked\r\n";
  if (answer.framing == FakeFraming::kLength) {
    std::size_t length = 0;
    for (const auto& piece : answer.pieces) length += piece.size();
    if (answer.ending != FakeEnding::kWhole) ++length;
    head += "Content-Length: " + std::to_string(length) + "\r\n";
  }
  if (!answer.is_kept_alive) head += "Connection: close\r\n";
  return head + "\r\n";
}

std::string ChunkOf(const std::string& piece) {
  std::array<char, 24> size{};
  std::snprintf(size.data(), size.size(), "%zx\r\n", piece.size());
  return size.data() + piece + "\r\n";
}

// Takes "name: value" lines until the empty one.
std::map<std::string, std::string> ReadHeaders(std::string_view lines) {
  std::map<std::string, std::string> headers;
  while (!lines.empty()) {
    const std::size_t end = lines.find("\r\n");
    const std::string_view line = lines.substr(0, end);
    const std::size_t colon = line.find(": ");
    if (colon != std::string_view::npos) {
      headers[LowerCase(std::string(line.substr(0, colon)))] = line.substr(colon + 2);
    }
    if (end == std::string_view::npos) break;
    lines.remove_prefix(end + 2);
  }
  return headers;
}

}  // namespace

FakeConnection::FakeConnection(int socket, SSL_CTX* tls, std::function<bool()> is_stopping)
    : socket_(socket),
      tls_(tls == nullptr ? nullptr : SSL_new(tls), &SSL_free),
      is_stopping_(std::move(is_stopping)) {
  if (tls_) SSL_set_fd(tls_.get(), socket_);
}

FakeConnection::~FakeConnection() {
  tls_.reset();
  ::close(socket_);
}

bool FakeConnection::Handshake() {
  const bool is_secured = !tls_ || SSL_accept(tls_.get()) == 1;
  has_client_left_ = !is_secured;
  return is_secured;
}

std::optional<FakeRequest> FakeConnection::ReadRequest() {
  std::size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!ReadMore()) return std::nullopt;
  }
  FakeRequest request;
  const std::string_view head = std::string_view(received_).substr(0, end);
  const std::size_t line_end = head.find("\r\n");
  const std::string_view line = head.substr(0, line_end);
  const std::size_t first_space = line.find(' ');
  const std::size_t second_space = line.rfind(' ');
  request.method = line.substr(0, first_space);
  request.target = line.substr(first_space + 1, second_space - first_space - 1);
  if (line_end != std::string_view::npos) request.headers = ReadHeaders(head.substr(line_end + 2));
  const std::size_t length = std::strtoul(request.headers["content-length"].c_str(), nullptr, 10);
  received_.erase(0, end + 4);
  while (received_.size() < length) {
    if (!ReadMore()) return std::nullopt;
  }
  request.body = received_.substr(0, length);
  received_.erase(0, length);
  boost::system::error_code not_json;
  request.json = boost::json::parse(request.body, not_json);
  return request;
}

bool FakeConnection::ReadMore() {
  std::array<char, 4'096> bytes;
  const long count = tls_ ? SSL_read(tls_.get(), bytes.data(), static_cast<int>(bytes.size()))
                          : ::recv(socket_, bytes.data(), bytes.size(), 0);
  if (count <= 0) {
    has_client_left_ = !is_stopping_();
    return false;
  }
  received_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

bool FakeConnection::Write(std::string_view bytes, std::size_t bytes_per_write) {
  while (!bytes.empty()) {
    const std::string_view part =
        bytes.substr(0, bytes_per_write == 0 ? bytes.size() : bytes_per_write);
    const long count = tls_ ? SSL_write(tls_.get(), part.data(), static_cast<int>(part.size()))
                            : ::send(socket_, part.data(), part.size(), MSG_NOSIGNAL);
    if (count <= 0) {
      has_client_left_ = !is_stopping_();
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool FakeConnection::Send(const FakeAnswer& answer) {
  const bool has_head = answer.framing != FakeFraming::kRaw;
  if (has_head && !Write(HeadOf(answer), answer.bytes_per_write)) return false;
  if (!SendBody(answer)) return false;
  End(answer);
  const bool is_closed =
      answer.framing == FakeFraming::kUntilClose || answer.framing == FakeFraming::kRaw ||
      answer.ending != FakeEnding::kWhole || answer.is_closed_silently || !answer.is_kept_alive;
  return !is_closed;
}

bool FakeConnection::SendBody(const FakeAnswer& answer) {
  for (const auto& piece : answer.pieces) {
    if (answer.gate) answer.gate->Wait(is_stopping_);
    std::this_thread::sleep_for(answer.pause);
    if (is_stopping_()) return false;
    const bool is_chunk = answer.framing == FakeFraming::kChunked;
    if (!Write(is_chunk ? ChunkOf(piece) : piece, answer.bytes_per_write)) return false;
  }
  const bool has_last_chunk =
      answer.framing == FakeFraming::kChunked && answer.ending == FakeEnding::kWhole;
  return !has_last_chunk || Write("0\r\n\r\n", answer.bytes_per_write);
}

void FakeConnection::End(const FakeAnswer& answer) {
  if (answer.ending == FakeEnding::kHang) {
    while (ReadMore()) received_.clear();
  }
  if (answer.ending == FakeEnding::kReset) {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    return;
  }
  // A regular end over TLS says goodbye; without it the client must take the end for an attack.
  if (tls_ && answer.ending == FakeEnding::kWhole && answer.framing == FakeFraming::kUntilClose) {
    SSL_shutdown(tls_.get());
  }
}

}  // namespace nat
