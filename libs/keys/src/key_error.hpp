// amiko - errors that say which key and which format
#pragma once

#include <concepts>
#include <string>
#include <utility>

namespace amiko::keys {

/// Rethrows the exception being handled.  Key errors get "`context`: " in front of their text; short reads
/// and Botan's exceptions become KeyErrors first.  Everything else passes unchanged.
[[noreturn]] void rethrow_with_context(const std::string& context);

/// Runs `body` with rethrow_with_context() around it.  `context` is called only when something is thrown.
template <class Body>
auto with_context(std::invocable auto&& context, Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (...) {
    rethrow_with_context(context());
  }
}

}  // namespace amiko::keys
