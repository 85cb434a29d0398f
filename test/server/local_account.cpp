// amiko - tests of the system's users and of acting as one of them
#include <amiko/server/local_account.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <future>
#include <thread>

#include "common/calls.hpp"
#include "common/temp_dir.hpp"

using namespace amiko;
using namespace amiko::test;

namespace {

bool can_read(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd >= 0) ::close(fd);
  return fd >= 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(local_account)

BOOST_AUTO_TEST_CASE(is_found_by_name_and_by_number) {
  const auto root = LocalAccount::find("root");
  BOOST_REQUIRE(root.has_value());
  BOOST_TEST(root->uid == 0U);
  BOOST_TEST(!root->home.empty());
  BOOST_TEST((std::ranges::find(root->groups, root->gid) != root->groups.end()));
  BOOST_TEST(LocalAccount::find(uid_t{0}).value().name == "root");
}

BOOST_AUTO_TEST_CASE(who_does_not_exist_is_not_found) {
  BOOST_TEST(!LocalAccount::find("").has_value());
  BOOST_TEST(!LocalAccount::find("no such user: really").has_value());
  BOOST_TEST(!LocalAccount::find(std::string("root\0x", 6)).has_value());
  BOOST_TEST(!LocalAccount::find(std::string(100'000, 'x')).has_value());
}

BOOST_AUTO_TEST_CASE(acting_as_oneself_changes_nothing) {
  const auto self = LocalAccount::find(::geteuid());
  if (!self) return;
  const ActingAs same(*self);
  BOOST_TEST(::geteuid() == self->uid);
}

BOOST_AUTO_TEST_CASE(only_root_may_act_as_somebody_else) {
  if (::geteuid() == 0) return;
  const auto root = LocalAccount::find("root");
  BOOST_REQUIRE(root.has_value());
  BOOST_CHECK_EXCEPTION(ActingAs{*root}, Error, has_code(errc::no_state));
}

BOOST_AUTO_TEST_CASE(another_identity_is_this_threads_and_ends_with_the_object) {
  if (::geteuid() != 0) return;
  const auto nobody = LocalAccount::find("nobody");
  BOOST_REQUIRE(nobody.has_value());
  const TempDir directory;
  const auto secret = directory.write("secret", "x");
  ::chmod(secret.c_str(), 0600);
  ::chmod(directory.path().c_str(), 0755);
  const int groups_before = ::getgroups(0, nullptr);
  {
    const ActingAs other(*nobody);
    BOOST_TEST(::geteuid() == nobody->uid);
    BOOST_TEST(::getegid() == nobody->gid);
    BOOST_TEST(::getgroups(0, nullptr) == static_cast<int>(nobody->groups.size()));
    BOOST_TEST(!can_read(secret));
    bool others_can = false;
    std::thread([&] { others_can = can_read(secret); }).join();
    BOOST_TEST(!others_can);  // a thread inherits it, which is why none must be started
  }
  BOOST_TEST(::geteuid() == 0U);
  BOOST_TEST(::getegid() == 0U);
  BOOST_TEST(::getgroups(0, nullptr) == groups_before);
  BOOST_TEST(can_read(secret));
}

BOOST_AUTO_TEST_CASE(other_threads_keep_theirs) {
  if (::geteuid() != 0) return;
  const auto nobody = LocalAccount::find("nobody");
  BOOST_REQUIRE(nobody.has_value());
  std::promise<void> acting;
  std::promise<void> seen;
  std::thread thread([&] {
    const ActingAs other(*nobody);
    acting.set_value();
    seen.get_future().wait();
  });
  acting.get_future().wait();
  BOOST_TEST(::geteuid() == 0U);
  seen.set_value();
  thread.join();
}

BOOST_AUTO_TEST_SUITE_END()
