// amiko - SftpClient's mget, mput and mcopy: copies of what patterns match
#include <amiko/sftp/sftp_client.hpp>

#include "local_glob.hpp"
#include "transfer_run.hpp"

namespace amiko {
namespace {

using sftp::Paths;

// What all patterns match.  One that matches nothing is like a file that is not there.
template <class Glob>
Paths matches_of(const Paths& patterns, const TransferOptions& options, Glob glob, std::uint64_t& failed) {
  Paths all;
  for (const std::string& pattern : patterns) {
    const Paths some = glob(sftp::GlobPattern(pattern));
    all.insert(all.end(), some.begin(), some.end());
    if (!some.empty()) continue;
    const TransferError error({.code = sftp_errc::no_such_file,
                               .text = "nothing matches '" + pattern + "'",
                               .phase = Phase::session},
                              pattern, {}, std::nullopt);
    if (!options.error) throw error;
    options.error(error);
    ++failed;
  }
  return all;
}

template <class Copy>
TransferResult copy_matches(const Paths& found, std::uint64_t failed, Copy copy) {
  TransferResult result;
  if (!found.empty()) result = copy();
  result.failed += failed;
  return result;
}

}  // namespace

TransferResult SftpClient::mget(const Paths& patterns, const std::string& local,
                                const TransferOptions& options) {
  std::uint64_t failed = 0;
  const auto there = [this](const sftp::GlobPattern& p) { return sftp::remote_glob(*this, p); };
  const Paths found = matches_of(patterns, options, there, failed);
  return copy_matches(found, failed, [&] { return get(found, local, options); });
}

TransferResult SftpClient::mput(const Paths& patterns, std::string_view remote,
                                const TransferOptions& options) {
  std::uint64_t failed = 0;
  const Paths found = matches_of(patterns, options, sftp::local_glob, failed);
  return copy_matches(found, failed, [&] { return put(found, remote, options); });
}

TransferResult SftpClient::mcopy(const Paths& patterns, std::string_view to, const TransferOptions& options) {
  std::uint64_t failed = 0;
  const auto there = [this](const sftp::GlobPattern& p) { return sftp::remote_glob(*this, p); };
  const Paths found = matches_of(patterns, options, there, failed);
  return copy_matches(found, failed, [&] { return copy(found, to, options); });
}

}  // namespace amiko
