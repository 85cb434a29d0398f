// amiko - what went wrong, in few words
#pragma once

#include <exception>
#include <string>

namespace demo {

/// For a message that names the file itself: "No such file or directory", "Permission denied", with what the
/// server said besides.
std::string reason_of(const std::exception& error);

}  // namespace demo
