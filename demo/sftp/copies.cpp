// amiko - the commands of amiko-sftp that copy: get, put and copy
#include "commands.hpp"

#include "output.hpp"
#include "paths.hpp"
#include "progress_meter.hpp"
#include "reasons.hpp"

#include <cerrno>
#include <system_error>

#include <sys/stat.h>

namespace demo {
namespace {

// Of what is there, so many bytes are compared with the source before it is gone on with: enough to see that
// it is another file, and little beside what need not be copied again.
constexpr std::uint64_t resume_check = std::uint64_t{8} << 20;

// "dir/" for a directory, as sftp has always shown it.
std::string shown(const std::string& path, bool is_directory) {
  return printable(path) + (is_directory && !path.ends_with('/') ? "/" : "");
}

// A link to a directory that was named itself is followed, those below are not.
std::string contents_of(const Entry& source, bool is_directory) {
  const bool link = is_directory && !source.attributes.is_directory() && !source.name.ends_with('/');
  return source.name + (link ? "/" : "");
}

std::string own_name(const std::string& path) {
  const std::string name = last_name(path);
  return name == "." || name == ".." ? "" : name;
}

}  // namespace

bool Commands::wants(const std::string& flags, char flag) const {
  const bool always = (flag == 'a' && arguments_.resume) || (flag == 'f' && arguments_.fsync) ||
                      (flag == 'p' && arguments_.preserve) || (flag == 'R' && arguments_.recurse);
  return always || flags.find(flag) != std::string::npos;
}

amiko::TransferOptions Commands::transfer_options(const std::string& flags, bool& failed) {
  amiko::TransferOptions options;
  options.recurse = wants(flags, 'R');
  options.preserve = wants(flags, 'p');
  options.resume = wants(flags, 'a');
  options.resume_check = resume_check;
  options.fsync = wants(flags, 'f');
  options.bandwidth = arguments_.bandwidth;
  options.block_size = arguments_.block_size;
  options.max_requests = arguments_.requests;
  options.error = [&failed](const amiko::TransferError& e) {
    complain(e.what());
    failed = true;
  };
  return options;
}

// One get(), put() or copy(), with the meter and ^C.
bool Commands::transfer(const std::string& flags,
                        const std::function<amiko::TransferResult(const amiko::TransferOptions&)>& call) {
  bool failed = false;
  amiko::TransferOptions options = transfer_options(flags, failed);
  ProgressMeter meter(print, terminal_width());
  if (show_progress_) options.progress = [&](const amiko::Progress& p) { meter.show(p); };
  const auto complain_below = options.error;
  options.error = [&](const amiko::TransferError& e) {
    meter.finish();
    complain_below(e);
  };
  options.cancel.emplace();
  interrupts_.command_begins(options.cancel);
  try {
    call(options);
  } catch (const amiko::Error&) {
    meter.finish();
    if (!client_.is_open() || options.cancel->cancelled()) throw;
    failed = true;
    try {
      throw;
    } catch (const amiko::Error& e) {
      complain(e.what());
    }
  } catch (...) {
    meter.finish();
    throw;
  }
  meter.finish();
  return !failed;
}

bool Commands::get(const Command& command) {
  const std::string pattern = remote_pattern(command.paths[0]);
  const std::vector<Entry> sources = expand(pattern, remote_);
  if (sources.empty()) throw CommandError("File \"" + printable(unescaped(pattern)) + "\" not found.");
  return get_all(sources, command.paths.size() > 1 ? command.paths[1].text() : "", command.flags);
}

bool Commands::get_all(const std::vector<Entry>& sources, const std::string& target,
                       const std::string& flags) {
  const bool into_directory = target.empty() || local_.is_directory(target);
  if (sources.size() > 1 && !into_directory)
    throw CommandError("Multiple source paths, but destination \"" + printable(target) +
                       "\" is not a directory");
  bool all = true;
  for (const Entry& source : sources) {
    const bool is_directory = source.attributes.is_directory() ||
                              (!source.attributes.is_regular() && remote_.is_directory(source.name));
    const std::string place = into_directory ? join_path(target, own_name(source.name)) : target;
    if (!arguments_.quiet)
      print(std::string(wants(flags, 'a') ? "Resuming " : "Fetching ") + shown(source.name, is_directory) +
            " to " + printable(place.empty() ? "." : place) + "\n");
    if (is_directory && !wants(flags, 'R')) {
      complain("download \"" + printable(source.name) + "\": not a regular file (get -R copies directories)");
      all = false;
      continue;
    }
    all = transfer(flags,
                   [&](amiko::TransferOptions options) {
                     options.follow_symlinks = !is_directory;
                     return client_.get(contents_of(source, is_directory),
                                        into_directory ? (target.empty() ? "." : target) : target, options);
                   }) &&
          all;
  }
  return all;
}

bool Commands::put(const Command& command) {
  const std::string& pattern = command.paths[0].pattern;
  std::vector<Entry> sources = expand(pattern, local_);
  if (sources.empty())
    throw CommandError("stat " + printable(unescaped(pattern)) + ": No such file or directory");
  const std::string target = command.paths.size() > 1 ? remote_path(command.paths[1]) : directory_;
  const bool into_directory = command.paths.size() < 2 || remote_.is_directory(target);
  if (sources.size() > 1 && !into_directory)
    throw CommandError("Multiple paths match, but destination \"" + printable(target) +
                       "\" is not a directory");
  bool all = true;
  for (const Entry& source : sources) {
    const bool is_directory = local_.is_directory(source.name);
    const std::string place = into_directory ? join_path(target, own_name(source.name)) : target;
    if (!arguments_.quiet)
      print(std::string(wants(command.flags, 'a') ? "Resuming upload of " : "Uploading ") +
            shown(source.name, is_directory) + " to " + printable(place) + "\n");
    if (is_directory && !wants(command.flags, 'R')) {
      complain("local \"" + printable(source.name) + "\" is not a regular file (put -R copies directories)");
      all = false;
      continue;
    }
    all = transfer(command.flags,
                   [&](amiko::TransferOptions options) {
                     options.follow_symlinks = !is_directory;
                     // sftp(1): only where the server can.
                     options.fsync = options.fsync && client_.supports("fsync@openssh.com");
                     return client_.put(contents_of(source, is_directory), target, options);
                   }) &&
          all;
  }
  return all;
}

void Commands::copy(const Command& command) {
  const std::string from = remote_path(command.paths[0]);
  const std::string to = remote_path(command.paths[1]);
  if (!remote_.look(from))
    throw CommandError("remote copy \"" + printable(from) + "\": No such file or directory");
  if (!transfer("", [&](const amiko::TransferOptions& options) { return client_.copy(from, to, options); }))
    throw CommandError("remote copy \"" + printable(from) + "\" to \"" + printable(to) + "\" failed");
}

Commands::Arrival Commands::arrive(const std::string& path, const std::optional<std::string>& target) {
  const std::string there = absolute(path, directory_);
  if (!target && remote_.is_directory(there)) {
    tell("Changing to: " + printable(there));
    directory_ = client_.realpath(there);
    return Arrival::changed_directory;
  }
  std::vector<Entry> sources;
  if (const auto attributes = remote_.look(there))
    sources.push_back({there, *attributes});
  else
    sources = expand(absolute(path, escaped(directory_)), remote_);
  if (sources.empty()) throw CommandError("File \"" + printable(there) + "\" not found.");
  return get_all(sources, target.value_or(""), "") ? Arrival::fetched : Arrival::failed;
}

}  // namespace demo
