// amiko - amiko-sftp-server as a function
#pragma once

namespace demo::sftp_server {

/// Reads the options, serves the session on stdin and stdout as the user whom this process runs as, and
/// returns the exit status.
int run(int argc, char** argv);

}  // namespace demo::sftp_server
