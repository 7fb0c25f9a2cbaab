#include "net/tls.h"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <utility>

namespace nat {
namespace {

namespace ssl = boost::asio::ssl;

bool IsAddress(const std::string& host) {
  boost::system::error_code error;
  boost::asio::ip::make_address(host, error);
  return !error;
}

}  // namespace

TlsContext::TlsContext(std::string ca_file) : ca_file_(std::move(ca_file)) {}

Result<ssl::context*> TlsContext::Load() {
  if (context_) return &*context_;
  ssl::context context(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  boost::system::error_code error;
  if (ca_file_.empty()) {
    context.set_default_verify_paths(error);
  } else {
    context.load_verify_file(ca_file_, error);
  }
  if (error) {
    const std::string whose = ca_file_.empty() ? "of the system" : "in " + ca_file_;
    return Error(ErrorCode::kUpstream,
                 "the certificate authorities " + whose + " cannot be loaded: " + error.message());
  }
  context.set_verify_mode(ssl::verify_peer, error);
  if (error) return Error(ErrorCode::kUpstream, "TLS cannot be set up: " + error.message());
  TlsTickets::CollectFrom(context.native_handle());
  context_ = std::move(context);
  return &*context_;
}

Result<std::unique_ptr<TlsStream>> TlsContext::MakeStream(boost::asio::ip::tcp::socket& socket,
                                                          const std::string& host,
                                                          const std::string& origin) {
  auto context = Load();
  if (!context) return context.error();
  auto stream = std::make_unique<TlsStream>(socket, **context);
  boost::system::error_code error;
  stream->set_verify_callback(ssl::host_name_verification(host), error);
  if (error) return Error(ErrorCode::kUpstream, "TLS cannot be set up: " + error.message());
  // RFC 6066, section 3: an address is not sent as a server name.
  const bool has_name = !IsAddress(host);
  if (has_name && SSL_set_tlsext_host_name(stream->native_handle(), host.c_str()) != 1) {
    return Error(ErrorCode::kUpstream, "TLS cannot be set up: the server name was not taken");
  }
  tickets_.Offer(stream->native_handle(), origin);
  return stream;
}

std::string CertificateComplaint(TlsStream& stream) {
  const long complaint = SSL_get_verify_result(stream.native_handle());
  if (complaint == X509_V_OK) return "";
  return X509_verify_cert_error_string(complaint);
}

}  // namespace nat
