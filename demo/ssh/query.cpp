// amiko - the answers to -Q: what this build has
#include "query.hpp"

#include "options.hpp"
#include "values.hpp"

#include <amiko/connection/transport.hpp>
#include <amiko/keys/algorithm_table.hpp>

#include <algorithm>

namespace demo {
namespace {

std::vector<std::string> authenticated_ciphers() {
  std::vector<std::string> names = amiko::supported_algorithms("cipher");
  std::erase_if(names, [](const std::string& name) {
    return name.find("-gcm@") == std::string::npos && name.find("poly1305") == std::string::npos;
  });
  return names;
}

std::vector<std::string> key_types() {
  std::vector<std::string> names;
  for (const amiko::SignatureInfo& info : amiko::signature_table())
    if (std::ranges::find(names, info.key_type) == names.end()) names.emplace_back(info.key_type);
  return names;
}

}  // namespace

std::vector<std::string> answer_query(std::string_view query) {
  const std::string name = lower_case(query);
  if (name == "kex" || name == "kexalgorithms") return amiko::supported_algorithms("kex");
  if (name == "cipher" || name == "ciphers") return amiko::supported_algorithms("cipher");
  if (name == "cipher-auth") return authenticated_ciphers();
  if (name == "mac" || name == "macs") return amiko::supported_algorithms("mac");
  if (name == "compression") return amiko::supported_algorithms("compression");
  if (name == "key" || name == "key-plain") return key_types();
  if (name == "key-sig" || name == "sig" || name == "hostkeyalgorithms" || name == "pubkeyacceptedalgorithms")
    return amiko::supported_algorithms("key");
  if (name == "protocol-version") return {"2"};
  if (name == "help")
    return {"cipher",  "cipher-auth", "compression",      "kex", "key", "key-plain",
            "key-sig", "mac",         "protocol-version", "sig"};
  throw OptionError("Unsupported query \"" + std::string(query) + "\"");
}

}  // namespace demo
