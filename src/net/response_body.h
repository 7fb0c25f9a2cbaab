// The body of a response, as the client hands it out. Read to its end, it gives its connection back
// to the pool; dropped before, it closes it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/async.h"
#include "base/error.h"
#include "net/chunk_decoder.h"
#include "net/client_connection.h"
#include "net/client_message.h"
#include "net/connection_pool.h"
#include "net/gunzip.h"
#include "net/http.h"
#include "net/http_client.h"

namespace nat {

class ResponseBody final : public BodyStream {
 public:
  // `connection` has received `head` and holds, buffered, what came after it.
  ResponseBody(std::shared_ptr<ConnectionPool> pool, std::unique_ptr<ClientConnection> connection,
               std::string origin, const ResponseHead& head, ClientTimeouts timeouts);

  // The payload as it arrives, unfolded where it is compressed: then in pieces of at most
  // kUpstreamReadBytes, so that a few bytes that unfold to very many take no more memory than that.
  Task<Result<std::optional<std::string>>> Next() override;

 private:
  // All payload that can be handed out without waiting; empty where there is none.
  Result<std::string> TakePiece();
  Result<std::string> Unfold();
  // All payload that is buffered, as it was sent.
  Result<std::string> TakeBuffered();
  bool IsWhole() const;
  void GiveConnectionBack();
  // Closes the connection and says why.
  Error Broken(const Error& error);

  // Shared by the client and the bodies it has handed out.
  std::shared_ptr<ConnectionPool> pool_;
  std::unique_ptr<ClientConnection> connection_;  // null once the body has ended
  std::string origin_;
  BodyFraming framing_;
  std::uint64_t bytes_left_;        // with kLength
  ChunkDecoder chunks_;             // with kChunked
  std::unique_ptr<Gunzip> gunzip_;  // with BodyCoding::kGzip
  std::string compressed_;          // taken from the connection and not unfolded yet
  bool is_kept_alive_;
  bool has_begun_ = false;
  ClientTimeouts timeouts_;
};

}  // namespace nat
