// amiko - the command on all hosts, one thread for each of those at work
#pragma once

#include "arguments.hpp"
#include "report.hpp"

#include <amiko/client/connect.hpp>

#include <cstddef>
#include <vector>

namespace demo {

class Runner {
 public:
  /// Loads the keys.  Throws amiko::KeyError for a named file that does not load.
  Runner(const Arguments& arguments, SharedOutput& out, SharedOutput& err);

  /// Blocks until every host is done.  The results are in the order of the hosts.
  std::vector<HostResult> run();

 private:
  void work();
  HostResult run_on(const std::string& host) const;
  amiko::ExitStatus run_command(const std::string& host) const;
  amiko::ConnectOptions settings(const Options& options) const;

  const Arguments& arguments_;
  SharedOutput& out_;
  SharedOutput& err_;
  std::vector<amiko::PrivateKey> keys_;
  std::vector<HostResult> results_;  // one for each host; each is touched by one thread
  boost::mutex mutex_;
  std::size_t next_ = 0;
};

}  // namespace demo
