// amiko - the commands of amiko-sftp, done
#pragma once

#include "arguments.hpp"
#include "command.hpp"
#include "glob.hpp"
#include "interrupts.hpp"
#include "listing.hpp"

#include <amiko/sftp/sftp_client.hpp>

#include <functional>
#include <string>
#include <vector>

namespace demo {

/// Does commands, one after the other, in one thread.
class Commands {
 public:
  /// All of them outlive the object.
  Commands(const Arguments& arguments, amiko::SftpClient& client, Interrupts& interrupts);

  /// False: something went wrong, and the user has been told what.  Also throws: CommandError, amiko::Error,
  /// std::system_error, and boost::thread_interrupted when ^C ended it.
  bool run(const Command& command);

  /// For what `host:path` names: changes there if it is a directory, else fetches it.
  enum class Arrival { changed_directory, fetched, failed };
  Arrival arrive(const std::string& path, const std::optional<std::string>& target);

  const std::string& directory() const noexcept { return directory_; }
  RemoteTree& remote_tree() noexcept { return remote_; }
  LocalTree& local_tree() noexcept { return local_; }

 private:
  std::string remote_path(const Word& word) const;
  std::string remote_pattern(const Word& word) const;
  void tell(const std::string& text) const;
  bool for_each_match(const Word& pattern, const std::function<void(const std::string& path)>& action);

  // commands.cpp
  void change_directory(const Command& command);
  void change_local_directory(const Command& command);
  void make_local_directory(const Command& command);
  void change_umask(const Command& command);
  bool change_mode(const Command& command);
  bool change_owner(const Command& command);
  bool remove(const Command& command);
  void rename(const Command& command);
  void link(const Command& command);
  void copy(const Command& command);
  bool shell(const std::string& command);
  void toggle_progress();

  // list.cpp
  void list(const Command& command);
  void list_directory(const std::string& path, const std::string& flags, const std::string& prefix);
  void show_disk(const Command& command);
  void print_list(std::vector<Listed>& list, const std::string& flags);

  // copies.cpp
  bool get(const Command& command);
  bool put(const Command& command);
  bool get_all(const std::vector<Entry>& sources, const std::string& target, const std::string& flags);
  amiko::TransferOptions transfer_options(const std::string& flags, bool& failed);
  bool transfer(const std::string& flags,
                const std::function<amiko::TransferResult(const amiko::TransferOptions&)>& call);
  bool wants(const std::string& flags, char flag) const;

  const Arguments& arguments_;
  amiko::SftpClient& client_;
  Interrupts& interrupts_;
  RemoteTree remote_;
  LocalTree local_;
  std::string start_;      // the directory that the session began in
  std::string directory_;  // where remote paths count from
  bool show_progress_;
};

}  // namespace demo
