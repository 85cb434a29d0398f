// amiko - what a server takes from somebody who has not logged in yet
#pragma once

#include <cstddef>
#include <string_view>

namespace amiko::protocol::limits {

inline constexpr std::string_view service = "ssh-connection";
inline constexpr std::size_t user_name = 255;  ///< bytes
inline constexpr std::size_t password = 1024;  ///< bytes, as in OpenSSH
inline constexpr unsigned rounds = 32;         ///< of questions in one keyboard-interactive dialogue
inline constexpr std::size_t prompts = 256;    ///< of one round, as many as can be answered
inline constexpr std::size_t steps = 32;       ///< accepted ones of one login, when a decider wants ever more

}  // namespace amiko::protocol::limits
