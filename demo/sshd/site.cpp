// amiko - what all connections of a server share
#include "site.hpp"

namespace demo::sshd {

std::shared_ptr<const Config> Site::config_for(const amiko::ServerConnection& connection,
                                               std::string_view user) const {
  MatchSubject subject{.user = account_name(user)};
  if (!configuration.is_the_same_for_all()) {
    if (const auto account = amiko::LocalAccount::find(subject.user)) subject.groups = group_names(*account);
    subject.address = subject.host = connection.peer_address();
    subject.local_address = connection.local_address();
    subject.local_port = connection.local_port();
  }
  return configuration.for_subject(subject);
}

}  // namespace demo::sshd
