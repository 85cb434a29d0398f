// amiko - from a connection's options to its set of algorithms
#pragma once

#include <amiko/connection/algorithm_options.hpp>
#include <amiko/protocol/algorithms.hpp>

#include <string>
#include <vector>

namespace amiko {

/// Throws ConfigError.
protocol::AlgorithmSet algorithm_set(const AlgorithmOptions& options, protocol::Role role);

/// What users' keys may sign with.  Throws ConfigError.
std::vector<std::string> user_key_algorithms(AlgorithmProfile profile, const AlgorithmList& list);

}  // namespace amiko
