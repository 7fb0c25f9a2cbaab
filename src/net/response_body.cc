#include "net/response_body.h"

#include <algorithm>
#include <utility>

namespace nat {

ResponseBody::ResponseBody(std::shared_ptr<ConnectionPool> pool,
                           std::unique_ptr<ClientConnection> connection, std::string origin,
                           const ResponseHead& head, ClientTimeouts timeouts)
    : pool_(std::move(pool)),
      connection_(std::move(connection)),
      origin_(std::move(origin)),
      framing_(head.framing),
      bytes_left_(head.body_bytes),
      chunks_(ErrorCode::kUpstream),
      gunzip_(head.coding == BodyCoding::kGzip ? std::make_unique<Gunzip>() : nullptr),
      is_kept_alive_(head.is_kept_alive),
      timeouts_(timeouts) {
  if (IsWhole()) GiveConnectionBack();
}

Task<Result<std::optional<std::string>>> ResponseBody::Next() {
  for (;;) {
    auto piece = TakePiece();
    if (!piece) co_return Broken(piece.error());
    if (!piece->empty()) {
      has_begun_ = true;
      co_return std::optional<std::string>(std::move(*piece));
    }
    if (!connection_) break;

    connection_->deadline().SetAfter(has_begun_ ? timeouts_.between_bytes : timeouts_.first_byte);
    auto count = co_await connection_->Fill(Step::kBody);
    if (!count) {
      connection_.reset();
      co_return count.error();
    }
    // Whoever reads may take their time; only waiting for the server is limited.
    connection_->deadline().Clear();
    if (*count > 0) continue;
    const bool is_regular_end = framing_ == BodyFraming::kUntilClose;
    if (!is_regular_end) co_return Broken(Error(ErrorCode::kUpstream, "ended before its end"));
    connection_.reset();
  }
  const bool is_truncated = gunzip_ && !gunzip_->is_whole();
  if (is_truncated) {
    co_return Broken(Error(ErrorCode::kUpstream, "the compressed body ended before its end"));
  }
  co_return std::optional<std::string>();
}

Result<std::string> ResponseBody::TakePiece() {
  if (gunzip_) {
    auto unfolded = Unfold();
    // What was taken before may have come alone, with the rest of the body buffered behind it.
    if (!unfolded || !unfolded->empty() || !connection_) return unfolded;
  }
  if (!connection_) return std::string();
  auto payload = TakeBuffered();
  if (!payload) return payload;
  if (IsWhole()) GiveConnectionBack();
  if (!gunzip_) return payload;
  compressed_ = std::move(*payload);
  return Unfold();
}

Result<std::string> ResponseBody::Unfold() {
  if (compressed_.empty() && !gunzip_->has_more()) return std::string();
  std::string_view rest = compressed_;
  auto text = gunzip_->Take(rest);
  compressed_.erase(0, compressed_.size() - rest.size());
  return text;
}

Result<std::string> ResponseBody::TakeBuffered() {
  const std::string_view bytes = connection_->buffered();
  std::string payload;
  if (framing_ == BodyFraming::kChunked) {
    std::string_view rest = bytes;
    while (!rest.empty() && !chunks_.is_done()) {
      auto piece = chunks_.Take(rest);
      if (!piece) return piece.error();
      payload += *piece;
    }
    connection_->Consume(bytes.size() - rest.size());
    return payload;
  }
  std::uint64_t count = bytes.size();
  if (framing_ == BodyFraming::kLength) count = std::min(count, bytes_left_);
  payload = bytes.substr(0, static_cast<std::size_t>(count));
  if (framing_ == BodyFraming::kLength) bytes_left_ -= count;
  connection_->Consume(payload.size());
  return payload;
}

bool ResponseBody::IsWhole() const {
  switch (framing_) {
    case BodyFraming::kNone:
      return true;
    case BodyFraming::kLength:
      return bytes_left_ == 0;
    case BodyFraming::kChunked:
      return chunks_.is_done();
    case BodyFraming::kUntilClose:
      break;
  }
  return false;
}

Error ResponseBody::Broken(const Error& error) {
  connection_.reset();
  return Error(error.code, "body of " + origin_ + ": " + error.message);
}

void ResponseBody::GiveConnectionBack() {
  // Bytes after the end would be taken for the next response: such a connection cannot be trusted.
  const bool is_reusable = is_kept_alive_ && connection_->buffered().empty();
  if (is_reusable) {
    pool_->Keep(origin_, std::move(connection_));
  } else {
    connection_.reset();
  }
}

}  // namespace nat
