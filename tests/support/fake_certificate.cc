#include "tests/support/fake_certificate.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

namespace nat {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Memory = std::unique_ptr<BIO, decltype(&BIO_free)>;

void Require(bool is_true, const char* what) {
  if (is_true) return;
  std::fprintf(stderr, "fake_certificate: %s failed\n", what);
  std::abort();
}

void AddExtension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  Require(extension != nullptr, "X509V3_EXT_conf_nid");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// Without extensions and signature.
Certificate MakeCertificate(const char* common_name, long serial, EVP_PKEY* key) {
  constexpr long kOneDay = 24 * 60 * 60;
  Certificate certificate(X509_new(), &X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kOneDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kOneDay);
  X509_set_pubkey(certificate.get(), key);
  const auto* text = reinterpret_cast<const unsigned char*>(common_name);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
  return certificate;
}

std::string AlternativeNames(const std::vector<std::string>& names) {
  std::string value;
  for (const auto& name : names) {
    const bool is_address = name.find_first_not_of("0123456789.") == std::string::npos ||
                            name.find(':') != std::string::npos;
    value += (value.empty() ? "" : ",") + std::string(is_address ? "IP:" : "DNS:") + name;
  }
  return value;
}

std::string Contents(BIO* memory) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory, &bytes);
  return std::string(bytes, static_cast<std::size_t>(size));
}

std::string PemOf(X509* certificate) {
  Memory memory(BIO_new(BIO_s_mem()), &BIO_free);
  Require(PEM_write_bio_X509(memory.get(), certificate) == 1, "PEM_write_bio_X509");
  return Contents(memory.get());
}

std::string PemOf(EVP_PKEY* key) {
  Memory memory(BIO_new(BIO_s_mem()), &BIO_free);
  Require(PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "PEM_write_bio_PrivateKey");
  return Contents(memory.get());
}

}  // namespace

FakeCertificate MakeFakeCertificate(const std::vector<std::string>& names) {
  Key authority_key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  Key server_key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  Require(authority_key && server_key, "EVP_EC_gen");

  Certificate authority = MakeCertificate("Fake authority of a test", 1, authority_key.get());
  X509_set_issuer_name(authority.get(), X509_get_subject_name(authority.get()));
  AddExtension(authority.get(), authority.get(), NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(authority.get(), authority.get(), NID_key_usage, "critical,keyCertSign");
  AddExtension(authority.get(), authority.get(), NID_subject_key_identifier, "hash");
  Require(X509_sign(authority.get(), authority_key.get(), EVP_sha256()) != 0, "X509_sign");

  Certificate server = MakeCertificate("Fake upstream of a test", 2, server_key.get());
  X509_set_issuer_name(server.get(), X509_get_subject_name(authority.get()));
  AddExtension(server.get(), authority.get(), NID_subject_alt_name, AlternativeNames(names));
  AddExtension(server.get(), authority.get(), NID_authority_key_identifier, "keyid");
  Require(X509_sign(server.get(), authority_key.get(), EVP_sha256()) != 0, "X509_sign");

  return FakeCertificate{PemOf(authority.get()), PemOf(server.get()), PemOf(server_key.get())};
}

}  // namespace nat
