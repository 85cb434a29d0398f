// amiko - one SFTP session of a client: what was agreed on, and calls that wait for their answers
#pragma once

#include "answers.hpp"
#include "dispatcher.hpp"
#include "messages.hpp"
#include "requests.hpp"

#include <amiko/base/time.hpp>
#include <amiko/sftp/sftp_client.hpp>
#include <amiko/sftp/sftp_error.hpp>
#include <amiko/support/mutex.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace amiko {

/// What SftpClient, SftpFile, SftpDirectory and the copies share.  Thread-safe.  Paths given to the calls are
/// as the caller gave them; they are resolved here, and errors show them as given.
class SftpSession {
 public:
  /// Starts the protocol.  Throws as Dispatcher::start().
  SftpSession(std::shared_ptr<SftpStream> stream, const SftpOptions& options);

  const std::shared_ptr<sftp::Dispatcher>& dispatcher() const noexcept { return dispatcher_; }
  std::uint32_t version() const noexcept { return dispatcher_->version(); }
  const std::map<std::string, std::string>& extensions() const noexcept { return extensions_; }
  bool supports(std::string_view extension) const { return extensions_.count(std::string(extension)) != 0; }
  /// Throws errc::unsupported for an extension that the server has not announced.
  void require(std::string_view extension) const;
  /// As told, 0 where nothing was; and what a single READ or WRITE may carry.
  const SftpLimits& limits() const noexcept { return limits_; }
  std::size_t read_size() const noexcept { return read_size_; }
  std::size_t write_size() const noexcept { return write_size_; }
  /// SYMLINK has the target first.
  bool symlink_target_first() const noexcept { return symlink_target_first_; }

  void set_timeout(Timeout timeout);
  Timeout timeout() const;
  /// Of a request that is sent now.
  Deadline deadline() const { return Deadline::after(timeout()); }

  void set_cwd(std::string path);
  /// Empty until it was set: relative paths are the server's affair then.
  std::string cwd() const;
  /// The path as it is sent.  Throws errc::invalid_argument for one with a NUL, which the server would cut.
  std::string resolve(std::string_view path) const;

  // --- one request and its answer.  `path` is for the error.

  template <class Message>
  sftp::Answer exchange(const Message& message) {
    sftp::Requests requests(dispatcher_);
    const Deadline limit = deadline();
    requests.send(message, 0, limit);
    return requests.next(limit);
  }
  /// For requests that are answered by STATUS alone.
  template <class Message>
  void call(const Message& message, std::string_view path) {
    checked([&] { sftp::check_status(exchange(message), path); });
  }
  template <class Message>
  Bytes call_for_handle(const Message& message, std::string_view path) {
    return checked([&] { return sftp::handle_of(exchange(message), path); });
  }
  template <class Message>
  SftpAttributes call_for_attributes(const Message& message, std::string_view path) {
    return checked([&] { return sftp::attributes_of(exchange(message), path, version()); });
  }
  template <class Message>
  std::vector<SftpName> call_for_names(const Message& message, std::string_view path) {
    return checked([&] { return sftp::names_of(exchange(message), path, version()); });
  }
  /// For requests that are answered by exactly one name.
  template <class Message>
  std::string call_for_name(const Message& message, std::string_view path) {
    return checked([&] { return sftp::name_of(exchange(message), path, version()); });
  }
  /// EXTENDED that is answered by STATUS, by fields of its own, or by one name.  Throws errc::unsupported.
  template <class Body>
  void call_extended(std::string_view name, const Body& body, std::string_view path) {
    checked([&] { sftp::check_status(exchange_extended(name, body), path); });
  }
  template <class Body>
  Bytes call_extended_for_reply(std::string_view name, const Body& body, std::string_view path) {
    return checked([&] { return sftp::reply_of(exchange_extended(name, body), path); });
  }
  template <class Body>
  std::string call_extended_for_name(std::string_view name, const Body& body, std::string_view path) {
    return checked([&] { return sftp::name_of(exchange_extended(name, body), path, version()); });
  }

  /// What `work()` returns; an answer that makes no sense to it (ProtocolError) ends the session for all.
  template <class Work>
  auto checked(Work work) -> decltype(work()) {
    try {
      return work();
    } catch (const ProtocolError& e) {
      dispatcher_->fail(e.failure());
      throw;
    }
  }

 private:
  template <class Body>
  sftp::Answer exchange_extended(std::string_view name, const Body& body) {
    require(name);
    const Bytes encoded = sftp::encoded_body(body, version());
    return exchange(sftp::Extended{.name = name, .body = {encoded}});
  }
  void ask_limits();
  void find_symlink_order(std::string_view server_version);

  const std::shared_ptr<sftp::Dispatcher> dispatcher_;
  std::map<std::string, std::string> extensions_;
  SftpLimits limits_;
  std::size_t read_size_;
  std::size_t write_size_;
  bool symlink_target_first_ = false;

  mutable support::Mutex mutex_;  // guards what follows
  Timeout timeout_;
  std::string cwd_;
};

}  // namespace amiko
