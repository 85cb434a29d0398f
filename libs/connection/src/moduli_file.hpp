// amiko - a moduli file, as a server keeps it
#pragma once

#include <amiko/connection/transport.hpp>
#include <amiko/protocol/moduli.hpp>

#include <vector>

namespace amiko {

struct ModuliFile {
  std::vector<protocol::ModuliGroup> groups;
};

}  // namespace amiko
