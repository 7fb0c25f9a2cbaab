#include "net/request_head.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <string>
#include <utility>

#include "net/request_target.h"

namespace nat {
namespace {

namespace http = boost::beast::http;
using BeastError = boost::beast::error_code;
using BeastText = boost::beast::string_view;

Error Malformed(const std::string& what) {
  return Error(ErrorCode::kMalformedRequest, what);
}

Error TooLarge() {
  return Error(ErrorCode::kHeadersTooLarge, "the head of a request has too many bytes or fields");
}

std::size_t CountOf(const Headers& headers, std::string_view name) {
  std::size_t count = 0;
  for (const auto& field : headers.fields()) count += EqualsIgnoringCase(field.first, name);
  return count;
}

// An absolute target is about the host that it names, whatever the Host field says (RFC
// 9112, 3.2.2).
Status ReadTarget(Request& request) {
  auto target = ParseRequestTarget(request.target);
  if (!target) return target.error();
  request.path = std::move(target->path);
  request.query = std::move(target->query);
  if (!target->authority.empty()) request.headers.Set("Host", std::move(target->authority));
  return Ok();
}

Status CheckHost(const RequestHead& head) {
  const auto hosts = CountOf(head.request.headers, "Host");
  if (hosts > 1) return Malformed("a request must not have two Host fields");
  if (hosts == 0 && head.version == HttpVersion::k11) {
    return Malformed("a request of HTTP/1.1 must have a Host field");
  }
  return Ok();
}

Status CheckTransferCoding(const RequestHead& head) {
  const auto& headers = head.request.headers;
  const auto coding = headers.Get("Transfer-Encoding");
  if (!coding) return Ok();
  if (headers.Get("Content-Length")) return Malformed("a body cannot be both chunked and counted");
  if (head.version == HttpVersion::k10) return Malformed("HTTP/1.0 has no transfer codings");
  if (CountOf(headers, "Transfer-Encoding") > 1) return Malformed("two Transfer-Encoding fields");
  if (!EqualsIgnoringCase(*coding, "chunked")) {
    return Error(ErrorCode::kNotImplemented, "the only transfer coding supported is chunked");
  }
  return Ok();
}

}  // namespace

// Beast's parser, stopped at the end of the head. Bodies never reach it.
class RequestHeadReader::Parser final : public http::basic_parser<true> {
 public:
  explicit Parser(std::size_t count_max) : count_max_(count_max) {}

  RequestHead head;

  // What Beast does not check, once the head is complete.
  Status Finish() {
    head.after_answer = keep_alive() ? AfterAnswer::kKeepOpen : AfterAnswer::kClose;
    if (auto read = ReadTarget(head.request); !read) return read;
    if (auto checked = CheckHost(head); !checked) return checked;
    if (auto checked = CheckTransferCoding(head); !checked) return checked;
    if (chunked()) {
      head.framing = BodyFraming::kChunked;
    } else if (content_length().value_or(0) > 0) {
      head.framing = BodyFraming::kLength;
      head.body_bytes = *content_length();
    }
    head.expects_continue =
        head.version == HttpVersion::k11 && head.request.headers.HasToken("Expect", "100-continue");
    return Ok();
  }

 private:
  void on_request_impl(http::verb, BeastText method, BeastText target, int version,
                       BeastError&) override {
    head.request.method.assign(method.data(), method.size());
    head.request.target.assign(target.data(), target.size());
    head.version = version == 10 ? HttpVersion::k10 : HttpVersion::k11;
  }

  void on_field_impl(http::field, BeastText name, BeastText value, BeastError& error) override {
    if (head.request.headers.fields().size() == count_max_) {
      error = http::error::header_limit;
      return;
    }
    head.request.headers.Add(std::string(name.data(), name.size()),
                             std::string(value.data(), value.size()));
  }

  void on_response_impl(int, BeastText, int, BeastError&) override {}
  void on_header_impl(BeastError&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, BeastError&) override {}
  std::size_t on_body_impl(BeastText, BeastError&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, BeastText, BeastError&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, BeastText, BeastError&) override { return 0; }
  void on_finish_impl(BeastError&) override {}

  std::size_t count_max_;
};

RequestHeadReader::RequestHeadReader(std::size_t bytes_max, std::size_t count_max)
    : parser_(std::make_unique<Parser>(count_max)), bytes_max_(bytes_max) {
  parser_->header_limit(static_cast<std::uint32_t>(bytes_max));
  parser_->body_limit(boost::none);
}

RequestHeadReader::~RequestHeadReader() = default;

Status RequestHeadReader::Take(std::string_view& input) {
  // An empty line before a request is left over from old clients and is ignored (RFC 9112, 2.2).
  while (!parser_->got_some() && input.starts_with("\r\n")) {
    input.remove_prefix(2);
    bytes_taken_ += 2;
  }
  if (bytes_taken_ > bytes_max_) return TooLarge();
  if (!parser_->got_some() && (input.empty() || input == "\r")) return Ok();

  BeastError error;
  const auto taken = parser_->put(boost::asio::buffer(input.data(), input.size()), error);
  input.remove_prefix(taken);
  bytes_taken_ += taken;
  const auto waiting = parser_->is_header_done() ? 0 : input.size();
  if (error == http::error::header_limit || bytes_taken_ + waiting > bytes_max_) return TooLarge();
  if (error == http::error::need_more) return Ok();
  if (error) return Malformed("the head of a request is malformed: " + error.message());
  return parser_->Finish();
}

bool RequestHeadReader::is_complete() const {
  return parser_->is_header_done();
}

RequestHead RequestHeadReader::TakeHead() {
  return std::move(parser_->head);
}

}  // namespace nat
