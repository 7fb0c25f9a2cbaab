#include "net/client_message.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "base/limits.h"

namespace nat {
namespace {

namespace http = boost::beast::http;

// RFC 9110, section 5.6.2: what a field name or a method is made of.
bool IsToken(std::string_view text) {
  const auto is_token_character = [](char letter) {
    const bool is_letter = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
    const bool is_digit = letter >= '0' && letter <= '9';
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return is_letter || is_digit || kMarks.find(letter) != std::string_view::npos;
  };
  return !text.empty() && std::ranges::all_of(text, is_token_character);
}

bool IsFieldValue(std::string_view text) {
  return std::ranges::none_of(text, [](char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return (byte < 0x20 && letter != '\t') || byte == 0x7f;
  });
}

void AddField(std::string& text, std::string_view name, std::string_view value) {
  text += name;
  text += ": ";
  text += value;
  text += "\r\n";
}

Error Broken(std::string_view what) {
  return Error(ErrorCode::kUpstream, "the response head " + std::string(what));
}

using Parser = http::response_parser<http::empty_body>;

Result<BodyFraming> FramingOf(const Parser& parser, std::string_view method) {
  const auto status = parser.get().result_int();
  if (method == "HEAD" || status / 100 == 1 || status == 204 || status == 304) {
    return BodyFraming::kNone;
  }
  const auto coding = parser.get()[http::field::transfer_encoding];
  if (!coding.empty()) {
    if (!EqualsIgnoringCase(coding, "chunked")) return Broken("names an unknown transfer coding");
    return BodyFraming::kChunked;
  }
  return parser.content_length() ? BodyFraming::kLength : BodyFraming::kUntilClose;
}

Result<BodyCoding> CodingOf(const Headers& headers) {
  BodyCoding coding = BodyCoding::kNone;
  for (const auto& [name, value] : headers.fields()) {
    if (!EqualsIgnoringCase(name, "Content-Encoding")) continue;
    if (value.empty() || EqualsIgnoringCase(value, "identity")) continue;
    const bool is_gzip = EqualsIgnoringCase(value, "gzip") || EqualsIgnoringCase(value, "x-gzip");
    if (!is_gzip || coding == BodyCoding::kGzip) {
      return Broken("names a content coding that was not asked for");
    }
    coding = BodyCoding::kGzip;
  }
  return coding;
}

}  // namespace

Result<std::string> WriteRequest(const ClientRequest& request) {
  if (!IsToken(request.method)) return Error(ErrorCode::kInvalidInput, "a method is not a token");
  std::string text;
  text.reserve(request.body.size() + 1'024);
  text += request.method + " " + request.url.Target() + " HTTP/1.1\r\n";
  AddField(text, "Host", request.url.Authority());
  // Event streams compressed on the way may be held up there, and unfolding them is work.
  AddField(text, "Accept-Encoding", "identity");
  for (const auto& [name, value] : request.headers.fields()) {
    if (!IsToken(name)) return Error(ErrorCode::kInvalidInput, "a header's name is not a token");
    if (!IsFieldValue(value)) {
      return Error(ErrorCode::kInvalidInput,
                   "the header " + name + " holds a line break or another control character");
    }
    AddField(text, name, value);
  }
  const bool has_body = !request.body.empty() || request.method == "POST";
  if (has_body) AddField(text, "Content-Length", std::to_string(request.body.size()));
  text += "\r\n";
  text += request.body;
  return text;
}

Result<std::optional<std::size_t>> FindResponseHead(std::string_view bytes, std::size_t searched) {
  constexpr std::string_view kStart = "HTTP/1.";
  constexpr std::string_view kEnd = "\r\n\r\n";
  const std::size_t known = std::min(bytes.size(), kStart.size());
  if (bytes.substr(0, known) != kStart.substr(0, known)) return Broken("is not HTTP/1");
  // The end may have begun in the last bytes of what was searched.
  const std::size_t from = searched < kEnd.size() ? 0 : searched - (kEnd.size() - 1);
  const std::size_t at = bytes.find(kEnd, from);
  if (at != std::string_view::npos && at + kEnd.size() <= limits::kUpstreamHeadBytesMax) {
    return std::optional<std::size_t>(at + kEnd.size());
  }
  if (bytes.size() >= limits::kUpstreamHeadBytesMax) return Broken("is too long");
  return std::optional<std::size_t>();
}

Result<ResponseHead> ReadResponseHead(std::string_view head, std::string_view method) {
  Parser parser;
  parser.header_limit(limits::kUpstreamHeadBytesMax);
  parser.body_limit(boost::none);
  boost::system::error_code error;
  parser.put(boost::asio::buffer(head), error);
  if (error) return Broken("is malformed: " + error.message());
  if (!parser.is_header_done()) return Broken("is malformed");

  auto framing = FramingOf(parser, method);
  if (!framing) return framing.error();
  ResponseHead read;
  read.status = static_cast<int>(parser.get().result_int());
  read.framing = *framing;
  if (*framing == BodyFraming::kLength) read.body_bytes = parser.content_length().value();
  read.is_kept_alive = *framing != BodyFraming::kUntilClose && parser.get().keep_alive();
  for (const auto& field : parser.get()) {
    read.headers.Add(std::string(field.name_string()), std::string(field.value()));
  }
  if (read.headers.fields().size() > limits::kUpstreamHeaderCountMax) {
    return Broken("has too many fields");
  }
  if (*framing == BodyFraming::kNone) return read;
  auto coding = CodingOf(read.headers);
  if (!coding) return coding.error();
  read.coding = *coding;
  if (read.coding == BodyCoding::kGzip) {
    read.headers.Remove("Content-Encoding");
    read.headers.Remove("Content-Length");
  }
  return read;
}

}  // namespace nat
