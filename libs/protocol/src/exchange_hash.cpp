// amiko - the exchange hash H
#include "exchange_hash.hpp"

#include <amiko/base/secret.hpp>
#include <amiko/crypto/hash.hpp>
#include <amiko/wire/writer.hpp>

namespace amiko::protocol {

Bytes exchange_hash(std::string_view hash_name, const HashInput& input) {
  Bytes data;
  // All at once: growing would leave copies of K behind that nobody wipes.
  data.reserve(5 * sizeof(std::uint32_t) + input.client_version.size() + input.server_version.size() +
               input.client_kexinit.size() + input.server_kexinit.size() + input.host_key.size() +
               input.values.size() + input.secret.size());
  wire::Writer writer(data);
  writer.string(input.client_version);
  writer.string(input.server_version);
  writer.string(input.client_kexinit);
  writer.string(input.server_kexinit);
  writer.string(input.host_key);
  writer.raw(input.values);
  writer.raw(input.secret);
  Bytes h = crypto::hash(hash_name, data);
  wipe(data.data(), data.size());
  return h;
}

}  // namespace amiko::protocol
