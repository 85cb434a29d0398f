// amiko - one SFTP session of a client: what was agreed on, and calls that wait for their answers
#include "session.hpp"

#include <algorithm>
#include <utility>

namespace amiko {
namespace {

// What every server must take (draft-ietf-secsh-filexfer-02 section 3: packets of 34000 bytes).
constexpr std::size_t least_block = 32768;
// What is asked for at most, whatever the server says it would take.
constexpr std::size_t most_block = 255 * 1024;

std::size_t block_size(std::uint64_t told) {
  return told == 0 ? least_block : static_cast<std::size_t>(std::min<std::uint64_t>(told, most_block));
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

SftpSession::SftpSession(std::shared_ptr<SftpStream> stream, const SftpOptions& options)
    : dispatcher_(std::make_shared<sftp::Dispatcher>(std::move(stream))), timeout_(options.timeout) {
  sftp::Extensions announced;
  dispatcher_->start(sftp::version_3, announced, deadline());
  for (auto& [name, data] : announced.pairs)
    extensions_.insert_or_assign(std::move(name), std::move(data));
  find_symlink_order(options.server_version);
  ask_limits();
}

void SftpSession::ask_limits() {
  if (supports(sftp::extension::limits)) {
    try {
      const Bytes reply = call_extended_for_reply(sftp::extension::limits, sftp::NoFields{}, {});
      limits_ = checked([&] { return sftp::decode<sftp::LimitsBody>(reply).limits; });
    } catch (const SftpError&) {  // announced and not there: as if it had told nothing
    }
  }
  read_size_ = block_size(limits_.max_read);
  write_size_ = block_size(limits_.max_write);
}

// The draft has the link first.  OpenSSH has the target first, and most others have copied that, together
// with OpenSSH's extensions; AsyncSSH's server has them too, but goes by the name of the client.
void SftpSession::find_symlink_order(std::string_view server_version) {
  const bool openssh_extensions =
      std::any_of(extensions_.begin(), extensions_.end(),
                  [](const auto& extension) { return extension.first.ends_with("@openssh.com"); });
  if (contains(server_version, "AsyncSSH"))
    symlink_target_first_ = false;
  else
    symlink_target_first_ =
        openssh_extensions || contains(server_version, "OpenSSH") || contains(server_version, "paramiko");
}

void SftpSession::require(std::string_view extension) const {
  if (!supports(extension))
    throw_error(errc::unsupported, "the SFTP server does not have '" + std::string(extension) + "'");
}

void SftpSession::set_timeout(Timeout timeout) {
  support::Guard guard(mutex_);
  timeout_ = timeout;
}

Timeout SftpSession::timeout() const {
  support::Guard guard(mutex_);
  return timeout_;
}

void SftpSession::set_cwd(std::string path) {
  support::Guard guard(mutex_);
  cwd_ = std::move(path);
}

std::string SftpSession::cwd() const {
  support::Guard guard(mutex_);
  return cwd_;
}

std::string SftpSession::resolve(std::string_view path) const {
  if (path.find('\0') != std::string_view::npos)
    throw_error(errc::invalid_argument, "a path with a zero byte in it");
  if (path.empty() || path.front() == '/') return std::string(path);
  std::string base = cwd();
  if (base.empty()) return std::string(path);
  if (base.back() != '/') base += '/';
  return base.append(path);
}

}  // namespace amiko
