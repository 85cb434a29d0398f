// amiko - the serving side of SFTP
#include <amiko/sftp/sftp_server.hpp>

#include "server_session.hpp"

#include <amiko/base/error.hpp>

namespace amiko {
namespace {

// The caller's channel is to block as it did before.
class KeptTimeout {
 public:
  explicit KeptTimeout(Channel& channel) : channel_(channel), timeout_(channel.gettimeout()) {}
  ~KeptTimeout() {
    try {
      channel_.settimeout(timeout_);
    } catch (const Error&) {  // the channel was moved from, and is nobody's any more
    }
  }
  KeptTimeout(const KeptTimeout&) = delete;
  KeptTimeout& operator=(const KeptTimeout&) = delete;

 private:
  Channel& channel_;
  const Timeout timeout_;
};

}  // namespace

void serve_sftp(std::shared_ptr<SftpStream> stream, std::shared_ptr<SftpFilesystem> filesystem,
                const SftpServerOptions& options) {
  if (!stream || !filesystem) throw_error(errc::invalid_argument, "an SFTP server without stream or files");
  sftp::ServerSession(std::move(stream), std::move(filesystem), options).run();
}

void serve_sftp(Channel& channel, std::shared_ptr<SftpFilesystem> filesystem,
                const SftpServerOptions& options) {
  const KeptTimeout kept(channel);
  serve_sftp(borrowed_sftp_stream(channel), std::move(filesystem), options);
}

}  // namespace amiko
