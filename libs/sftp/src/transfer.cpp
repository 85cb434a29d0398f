// amiko - SftpClient's get, put and copy: what goes where
#include <amiko/sftp/sftp_client.hpp>

#include "transfer_file.hpp"
#include "transfer_item.hpp"
#include "transfer_run.hpp"
#include "transfer_tree.hpp"

#include <algorithm>
#include <filesystem>
#include <limits>

#include <sys/stat.h>

namespace amiko {
namespace {

using namespace sftp;
using Paths = std::vector<std::string>;

constexpr std::size_t files_at_once = 64;
constexpr std::chrono::milliseconds between_looks{50};

std::string without_slashes(std::string path) {
  while (path.size() > 1 && path.back() == '/')
    path.pop_back();
  return path;
}

// What a path's copy is called; empty for one whose last name is none: "/", ".", "..".
std::string base_name(const std::string& path) {
  const std::string stripped = without_slashes(path);
  const std::string name = stripped.substr(stripped.rfind('/') + 1);
  return name == "." || name == ".." ? std::string() : name;
}

std::string directory_name(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash == 0 ? 1 : slash);
}

[[noreturn]] void throw_no_directory(const std::string& path) {
  throw SftpError(sftp_errc::not_a_directory,
                  "several files can only be copied into a directory that is there", path);
}

// A server lets a client have only so many handles.
std::size_t most_files(const SftpLimits& limits) {
  if (limits.max_handles == 0) return files_at_once;
  return static_cast<std::size_t>(std::clamp<std::uint64_t>(limits.max_handles / 4, 1, files_at_once));
}

TransferError session_error(const TransferTask& whole, Failure failure,
                            const std::vector<std::shared_ptr<FileJob>>& active) {
  if (!active.empty()) return active.front()->error(std::move(failure));
  return transfer_error(std::move(failure), "copying", whole, std::nullopt);
}

void loop(TransferRun& run, TransferTree& tree) {
  TransferEngine& engine = run.engine();
  const std::size_t most = most_files(run.session().limits());
  auto look_at = TransferEngine::Clock::now() + between_looks;
  for (;;) {
    engine.check_cancelled();
    while (tree.under_way() < most && tree.start_next()) {
    }
    engine.send_blocks();
    if (engine.idle()) {
      if (tree.finished()) return;
      if (!tree.start_next() && engine.idle() && !tree.finished())
        throw_error(errc::internal_error, "a copy that stands still");
      continue;
    }
    engine.receive();
    if (run.options().progress && TransferEngine::Clock::now() >= look_at) {
      look_at = TransferEngine::Clock::now() + between_looks;
      for (const auto& job : std::vector(run.active()))
        job->show_progress();
    }
  }
}

// What is under way is told to the server, and taken away here, without waiting.
void abandon(TransferRun& run) noexcept {
  run.engine().hurry();
  for (const auto& job : run.active())
    job->abandon();
}

TransferResult copy_all(TransferRun& run, const std::shared_ptr<TransferDirectory>& root,
                        std::vector<TransferEntry> entries) {
  const auto start = std::chrono::steady_clock::now();
  const TransferTask whole{.source = entries.empty() ? std::string() : entries.front().source,
                           .target = root->target};
  TransferTree tree(run);
  try {
    tree.enter(root, std::move(entries));
    loop(run, tree);
  } catch (const TransferStop& stop) {
    std::exception_ptr why = stop.why;
    if (!why) why = std::make_exception_ptr(session_error(whole, stop.session, run.active()));
    abandon(run);
    std::rethrow_exception(why);
  } catch (...) {
    abandon(run);
    throw;
  }
  run.result().time = std::chrono::steady_clock::now() - start;
  return run.result();
}

// Into a directory under their own names, else the only one under the name that is given.
std::vector<TransferEntry> entries_of(const Paths& sources, bool into_directory, const std::string& name) {
  std::vector<TransferEntry> entries;
  for (const std::string& source : sources)
    entries.push_back({.name = into_directory ? base_name(source) : name, .source = source});
  return entries;
}

// --- get

bool is_directory_here(const std::string& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

// Where a link that the user names leads to, perhaps to nothing yet.
std::string followed(const std::string& path) {
  std::filesystem::path at = path;
  for (int i = 0; i < 40; ++i) {
    std::error_code none;
    const std::filesystem::path target = std::filesystem::read_symlink(at, none);
    if (none) return at.string();
    at = at.parent_path() / target;
  }
  throw_system(ELOOP, "cannot write", path);
}

TransferResult get_all(std::shared_ptr<SftpSession> session, const Paths& remote, const std::string& local,
                       const TransferOptions& options) {
  TransferRun run(TransferKind::get, std::move(session), options);
  const auto root = std::make_shared<TransferDirectory>();
  if (is_directory_here(local.empty() ? "." : local)) {
    root->target = local;
    root->local = LocalDirectory::open(local);
    return copy_all(run, root, entries_of(remote, true, {}));
  }
  if (remote.size() != 1) throw_no_directory(local);
  if (local.back() == '/' && !options.recurse) throw_system(ENOENT, "cannot copy into", local);
  const std::string target = followed(without_slashes(local));
  root->target = directory_name(target);
  root->local = LocalDirectory::open(root->target);
  return copy_all(run, root, entries_of(remote, false, target.substr(target.rfind('/') + 1)));
}

// --- put and copy

bool is_directory_there(SftpSession& session, const std::string& path) {
  try {
    return session.call_for_attributes(Stat{.path = session.resolve(path)}, path).is_directory();
  } catch (const SftpError& e) {
    if (e.status() != sftp_errc::no_such_file && e.status() != sftp_errc::no_such_path) throw;
    return false;
  }
}

TransferResult send_all(TransferKind kind, std::shared_ptr<SftpSession> session, const Paths& sources,
                        const std::string& target, const TransferOptions& options) {
  if (options.atomic) session->require(extension::posix_rename);
  TransferRun run(kind, session, options);
  const auto root = std::make_shared<TransferDirectory>();
  if (is_directory_there(*session, target.empty() ? "." : target)) {
    root->target = target;
    return copy_all(run, root, entries_of(sources, true, {}));
  }
  if (sources.size() != 1) throw_no_directory(target);
  if (target.back() == '/' && !options.recurse)
    throw SftpError(sftp_errc::no_such_file, "there is no such directory", target);
  const std::string stripped = without_slashes(target);
  root->target = directory_name(stripped);
  return copy_all(run, root, entries_of(sources, false, stripped.substr(stripped.rfind('/') + 1)));
}

// As far as the server can tell: what is not there yet it may not know.
std::string real_path(SftpSession& session, const std::string& path) {
  const std::string resolved = session.resolve(path);
  try {
    return session.call_for_name(Realpath{.path = resolved}, path);
  } catch (const SftpError&) {
    return resolved;
  }
}

// Nothing is copied onto or into itself: the one would empty it, the other would not end.
void check_apart(SftpSession& session, const Paths& sources, const std::string& target) {
  const std::string there = real_path(session, target);
  const bool into = is_directory_there(session, target);
  for (const std::string& source : sources) {
    const std::string here = real_path(session, source);
    const std::string becomes = into ? join_path(there, base_name(source)) : there;
    if (becomes == here || becomes.starts_with(here.ends_with('/') ? here : here + '/'))
      throw SftpError(sftp_errc::invalid_parameter, "it cannot be copied onto or into itself", source);
  }
}

}  // namespace

TransferResult SftpClient::get(std::string_view remote, const std::string& local,
                               const TransferOptions& options) {
  return get(Paths{std::string(remote)}, local, options);
}

TransferResult SftpClient::get(const Paths& remote, const std::string& local,
                               const TransferOptions& options) {
  get();
  return get_all(session_, remote, local, options);
}

TransferResult SftpClient::put(const std::string& local, std::string_view remote,
                               const TransferOptions& options) {
  return put(Paths{local}, remote, options);
}

TransferResult SftpClient::put(const Paths& local, std::string_view remote, const TransferOptions& options) {
  get();
  return send_all(TransferKind::put, session_, local, std::string(remote), options);
}

TransferResult SftpClient::copy(std::string_view from, std::string_view to, const TransferOptions& options) {
  return copy(Paths{std::string(from)}, to, options);
}

TransferResult SftpClient::copy(const Paths& from, std::string_view to, const TransferOptions& options) {
  SftpSession& session = get();
  if (options.remote_only) session.require(extension::copy_data);
  check_apart(session, from, to.empty() ? std::string(".") : std::string(to));
  return send_all(TransferKind::copy, session_, from, std::string(to), options);
}

}  // namespace amiko
