// amiko - memory that runs out at a chosen moment
#include "fuzz/failing_new.hpp"

#include <cstdlib>
#include <limits>
#include <new>

namespace amiko::fuzz {
namespace {

constexpr std::size_t never = std::numeric_limits<std::size_t>::max();
thread_local std::size_t left = never;
thread_local bool failed = false;

void* allocate(std::size_t size) noexcept {
  if (left != never && left-- == 0) {
    failed = true;
    return nullptr;
  }
  return std::malloc(size == 0 ? 1 : size);
}

void* allocate_or_throw(std::size_t size) {
  if (void* const p = allocate(size)) return p;
  throw std::bad_alloc();
}

}  // namespace

FailingNew::FailingNew(std::size_t count) noexcept {
  left = count;
  failed = false;
}

FailingNew::~FailingNew() {
  left = never;
  failed = false;
}

bool FailingNew::has_failed() noexcept {
  return failed;
}

}  // namespace amiko::fuzz

void* operator new(std::size_t size) {
  return amiko::fuzz::allocate_or_throw(size);
}
void* operator new[](std::size_t size) {
  return amiko::fuzz::allocate_or_throw(size);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return amiko::fuzz::allocate(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return amiko::fuzz::allocate(size);
}
void operator delete(void* p) noexcept {
  std::free(p);
}
void operator delete[](void* p) noexcept {
  std::free(p);
}
void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}
void operator delete[](void* p, std::size_t) noexcept {
  std::free(p);
}
