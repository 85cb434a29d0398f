// amiko - whatever can sign for a public key
#include <amiko/keys/signer.hpp>

namespace amiko {

Signer::~Signer() = default;

}  // namespace amiko
