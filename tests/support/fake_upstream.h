// A model server for tests: real sockets, real TLS, and every way to answer badly. It shares no
// code with the product, on purpose: a fault of ours must not meet its twin here. Blocking POSIX
// sockets, one thread per connection.
//
//   FakeUpstream upstream;                      // plain; FakeUpstream(FakeTransport::kTls) for TLS
//   upstream.Answer(StreamedReply("Hello."));   // tests/support/fake_answers.h
//   ... send something to upstream.base_url() ...
//   EXPECT_EQ(upstream.requests().at(0).target, "/v1/chat/completions");
//
// Its methods may be called from the test's thread at any time.
#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace nat {

// Holds a stream between its pieces until the test lets one pass: order without sleeping.
class FakeGate {
 public:
  void LetPass(std::size_t pieces);
  void OpenForGood();

 private:
  friend class FakeConnection;

  // Returns when one piece may pass, or once `is_stopping` says so.
  void Wait(const std::function<bool()>& is_stopping);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t passes_ = 0;
  bool is_open_ = false;
};

enum class FakeFraming {
  kChunked,
  kLength,
  kUntilClose,
  kRaw,  // no status line, no headers: the pieces are all that is sent
};

// What comes after the last piece.
enum class FakeEnding {
  kWhole,  // as the framing asks
  kCut,    // the connection is closed in the middle: no last chunk, one byte of the length missing
  kReset,  // the same, by a TCP reset
  kHang,   // silence, until the client leaves
};

struct FakeAnswer {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  FakeFraming framing = FakeFraming::kChunked;
  std::vector<std::string> pieces;  // of the body; each is written, and chunked, on its own
  FakeEnding ending = FakeEnding::kWhole;
  std::size_t bytes_per_write = 0;     // cuts every write, the head's too; 0 leaves them whole
  std::shared_ptr<FakeGate> gate;      // asked before each piece; shared with the test
  std::chrono::milliseconds pause{0};  // before each piece: for people who watch, not for tests
  bool is_kept_alive = true;           // false: closes after the answer, and says so
  bool is_closed_silently = false;     // true: closes after the answer, and does not say so
};

struct FakeRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  boost::json::value json;  // of the body; null where it is not JSON
};

// kMuteTls takes connections, and then does nothing: a handshake that never ends.
enum class FakeTransport { kPlain, kTls, kMuteTls };

class FakeUpstream {
 public:
  using Responder = std::function<FakeAnswer(const FakeRequest&)>;

  // Listens on 127.0.0.1, on a free port for 0. With TLS the certificate is for `names`.
  explicit FakeUpstream(FakeTransport transport = FakeTransport::kPlain, std::uint16_t port = 0,
                        std::vector<std::string> names = {"localhost", "127.0.0.1"});
  // Ends every connection, whatever it is doing.
  ~FakeUpstream();
  FakeUpstream(const FakeUpstream&) = delete;
  FakeUpstream& operator=(const FakeUpstream&) = delete;

  // Answers the next request that has no answer yet with this. When all are used, the last is used
  // again.
  void Answer(FakeAnswer answer);
  // Answers every request with what `responder` says. It runs on the connection's thread.
  void AnswerWith(Responder responder);

  std::uint16_t port() const { return port_; }
  std::string origin() const;  // "http://127.0.0.1:4711"
  std::string base_url() const { return origin() + "/v1"; }
  const std::string& ca_file() const {
    return ca_file_;
  }  // of the authority to trust; empty without TLS

  std::vector<FakeRequest> requests() const;
  std::size_t connections() const;
  // TLS handshakes that took up an earlier connection's ticket.
  std::size_t resumed_handshakes() const;
  // Takes no ticket any more that was given before, like a server that was started anew.
  void ForgetTickets();
  // Speaks no later version of TLS than 1.2.
  void SpeakOnlyTls12();
  // Closes every connection, as servers do with those that have been idle for long, and waits
  // until that is done.
  void CloseConnections();
  // Waits, up to five seconds, until `count` connections have been closed by the client.
  bool WaitForDepartures(std::size_t count);

 private:
  struct State;

  // Shared by the fake and the threads of its connections.
  std::shared_ptr<State> state_;
  std::uint16_t port_ = 0;
  std::string scheme_;
  std::string folder_;
  std::string ca_file_;
};

}  // namespace nat
