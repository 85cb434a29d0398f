// amiko - the library's version
#include <amiko/base/version.hpp>

namespace amiko {

std::string_view version() noexcept {
  return AMIKO_VERSION;
}

}  // namespace amiko
