// The one translation unit that compiles the TLS half of Asio's implementation (BOOST_ASIO_SEPARATE_COMPILATION).
#include <boost/asio/ssl/impl/src.hpp>
