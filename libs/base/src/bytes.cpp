// amiko - byte strings
#include <amiko/base/bytes.hpp>

namespace amiko {

void append(Bytes& to, ByteView more) {
  to.insert(to.end(), more.begin(), more.end());
}

}  // namespace amiko
