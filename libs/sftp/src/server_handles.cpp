// amiko - what a client of an SFTP server has open
#include "server_handles.hpp"

#include <amiko/wire/reader.hpp>
#include <amiko/wire/writer.hpp>

#include <random>

namespace amiko::sftp {
namespace {

constexpr std::size_t name_size = 8;

}  // namespace

ServerHandles::ServerHandles(std::size_t limit) : limit_(limit), session_(std::random_device()()) {}

Bytes ServerHandles::add(std::shared_ptr<OpenHandle> handle) {
  // 0 is no handle's number; after 2^32 of them old numbers come back, but not those in use.
  do
    ++last_;
  while (last_ == 0 || table_.contains(last_));
  table_.emplace(last_, std::move(handle));
  Bytes name;
  wire::Writer writer(name);
  writer.uint32(session_);
  writer.uint32(last_);
  return name;
}

std::uint32_t ServerHandles::number_of(ByteView name) const noexcept {
  if (name.size() != name_size) return 0;
  wire::Reader reader(name);
  return reader.uint32() == session_ ? reader.uint32() : 0;
}

std::shared_ptr<OpenHandle> ServerHandles::find(ByteView name) const {
  const auto found = table_.find(number_of(name));
  return found == table_.end() ? nullptr : found->second;
}

std::shared_ptr<OpenHandle> ServerHandles::remove(ByteView name) {
  const auto found = table_.find(number_of(name));
  if (found == table_.end()) return nullptr;
  auto handle = std::move(found->second);
  table_.erase(found);
  return handle;
}

}  // namespace amiko::sftp
