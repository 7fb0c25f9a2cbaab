#include "net/url.h"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>
#include <optional>

namespace nat {
namespace {

constexpr std::size_t kUrlBytesMax = 2'048;

Error Wrong(std::string_view what) {
  return Error(ErrorCode::kInvalidInput,
               "a URL " + std::string(what) + "; right would be https://host/path");
}

std::uint16_t DefaultPort(Scheme scheme) {
  return scheme == Scheme::kHttps ? 443 : 80;
}

std::string_view SchemeName(Scheme scheme) {
  return scheme == Scheme::kHttps ? "https" : "http";
}

// Boost allows any percent-encoded byte in a host; no name that can be looked up has other
// characters than these.
bool IsHostName(std::string_view host) {
  const auto is_name_character = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-' ||
           letter == '.' || letter == '_';
  };
  return !host.empty() && host.size() <= 255 && std::ranges::all_of(host, is_name_character);
}

// The fallback for no digits; nothing for what is not a port.
std::optional<std::uint16_t> ReadPort(const std::string& digits, std::uint16_t fallback) {
  if (digits.empty()) return fallback;
  std::uint16_t port = 0;
  const char* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, port);
  if (read.ec != std::errc() || read.ptr != end || port == 0) return std::nullopt;
  return port;
}

std::string LowerCase(std::string text) {
  for (char& letter : text) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return text;
}

}  // namespace

Url Url::Join(std::string_view suffix) const {
  Url joined = *this;
  joined.path += suffix;
  return joined;
}

std::string Url::Target() const {
  std::string target = path.empty() ? "/" : path;
  if (!query.empty()) target += "?" + query;
  return target;
}

std::string Url::Authority() const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  std::string authority = is_ipv6 ? "[" + host + "]" : host;
  if (port != DefaultPort(scheme)) authority += ":" + std::to_string(port);
  return authority;
}

std::string Url::Origin() const {
  return std::string(SchemeName(scheme)) + "://" + Authority();
}

Result<Url> ParseUrl(const std::string& text) {
  if (text.size() > kUrlBytesMax) return Wrong("is too long");
  const auto parsed = boost::urls::parse_uri(text);
  if (parsed.has_error()) return Wrong("cannot be read: " + parsed.error().message());

  Url url;
  switch (parsed->scheme_id()) {
    case boost::urls::scheme::http:
      url.scheme = Scheme::kHttp;
      break;
    case boost::urls::scheme::https:
      url.scheme = Scheme::kHttps;
      break;
    default:
      return Wrong("is neither http nor https");
  }
  if (parsed->has_userinfo()) {
    return Wrong("holds a user name or a password; put a key into its own field");
  }
  if (parsed->has_fragment()) return Wrong("holds a fragment (#)");

  url.host = LowerCase(std::string(parsed->host_address()));
  const bool is_ipv6 = parsed->host_type() == boost::urls::host_type::ipv6;
  if (!is_ipv6 && !IsHostName(url.host)) return Wrong("has no usable host");

  // Boost 1.81 takes "host:port/" for a host with the path "port/", and wraps ports around.
  url.path = std::string(parsed->encoded_path());
  const bool has_bad_path = !url.path.empty() && url.path.front() != '/';
  const auto port = ReadPort(std::string(parsed->port()), DefaultPort(url.scheme));
  if (has_bad_path || !port) return Wrong("has a port that is not between 1 and 65535");
  url.port = *port;
  while (!url.path.empty() && url.path.back() == '/') url.path.pop_back();
  url.query = std::string(parsed->encoded_query());
  return url;
}

}  // namespace nat
