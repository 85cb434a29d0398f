// amiko - one session of an SFTP server
#pragma once

#include "server_handles.hpp"
#include "server_output.hpp"
#include "server_requests.hpp"
#include "server_threads.hpp"

#include <amiko/sftp/sftp_server.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace amiko::sftp {

/// Requests are taken in batches, as they come, and answered into one buffer that is written when the batch
/// is done or much has come together.  While more than 4 MiB of answers wait for the client, no request is
/// taken.
///
/// Requests about open files that follow one another make a run.  A run is done by this thread, one after the
/// other, which is the fastest for files in the page cache; when it concerns several files, and such requests
/// have lately taken long, several threads share it, each with files of its own.
class ServerSession {
 public:
  ServerSession(std::shared_ptr<SftpStream> stream, std::shared_ptr<SftpFilesystem> filesystem,
                const SftpServerOptions& options);

  void run();

 private:
  using Duration = std::chrono::steady_clock::duration;

  bool permitted(std::string_view name) const;
  void start();
  bool fill();
  std::optional<Packet> next_packet();
  void answer_buffered();
  void take(const Packet& packet);
  void do_run();
  void do_in_order();
  void share_out();
  bool worth_sharing() const;
  void write_some();
  void bound_output();
  void finish();
  [[noreturn]] void fail(const error_code& ec) const;

  const std::shared_ptr<SftpStream> stream_;
  const std::shared_ptr<SftpFilesystem> filesystem_;
  const SftpServerOptions& options_;
  ServerHandles handles_;

  std::unique_ptr<std::uint8_t[]> input_;  // what has come, from begin_ to end_
  std::size_t begin_ = 0, end_ = 0;
  ServerOutput output_;

  std::vector<HandleWork> run_;  // views into input_
  std::size_t run_weight_ = 0;
  std::optional<Duration> usual_time_;  // of one request of a run
  ServerThreads threads_;
};

}  // namespace amiko::sftp
