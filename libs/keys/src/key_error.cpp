// amiko - errors that say which key and which format
#include "key_error.hpp"

#include <amiko/base/error.hpp>

#include <botan/exceptn.h>

namespace amiko::keys {
namespace {

errc code_for(const Botan::Exception& e) noexcept {
  switch (e.error_type()) {
    case Botan::ErrorType::NotImplemented:
    case Botan::ErrorType::LookupError:
      return errc::unsupported_key;
    default:
      return errc::malformed_key;
  }
}

}  // namespace

void rethrow_with_context(const std::string& context) {
  Failure failure;
  try {
    throw;
  } catch (const KeyError& e) {
    failure = e.failure();
  } catch (const ProtocolError& e) {
    failure = e.failure();
    failure.code = errc::malformed_key;
  } catch (const Botan::Exception& e) {
    failure.code = code_for(e);
    failure.text = e.what();
  }
  failure.text = failure.text.empty() ? context : context + ": " + failure.text;
  throw KeyError(std::move(failure));
}

}  // namespace amiko::keys
