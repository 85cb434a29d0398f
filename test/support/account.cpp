// amiko - tests of user and home directory lookup
#include <amiko/support/account.hpp>

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <optional>

#include <pwd.h>
#include <unistd.h>

using namespace amiko;
using namespace amiko::support;

namespace {

// Sets a variable of the environment, or removes it, and puts back what was there.
class WithVariable {
 public:
  WithVariable(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    set(value);
  }
  ~WithVariable() { set(old_ ? old_->c_str() : nullptr); }

 private:
  void set(const char* value) {
    if (value != nullptr)
      ::setenv(name_, value, 1);
    else
      ::unsetenv(name_);
  }

  const char* name_;
  std::optional<std::string> old_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(account)

BOOST_AUTO_TEST_CASE(the_local_user_is_the_real_user_id_s) {
  const passwd* entry = ::getpwuid(::getuid());
  if (entry != nullptr) {
    const WithVariable lie("LOGNAME", "somebody-else");
    BOOST_TEST(local_user() == entry->pw_name);
  } else {
    const WithVariable name("LOGNAME", "somebody");
    BOOST_TEST(local_user() == "somebody");
  }
}

BOOST_AUTO_TEST_CASE(home_is_taken_from_the_environment_first) {
  const WithVariable home("HOME", "/somewhere/else");
  BOOST_TEST(home_directory() == "/somewhere/else");
}

BOOST_AUTO_TEST_CASE(a_home_that_is_no_absolute_path_is_not_used) {
  const passwd* entry = ::getpwuid(::getuid());
  for (const char* value : {static_cast<const char*>(nullptr), "", "relative"}) {
    const WithVariable home("HOME", value);
    if (entry != nullptr)
      BOOST_TEST(home_directory() == entry->pw_dir);
    else
      BOOST_CHECK_THROW(home_directory(), Error);
  }
}

BOOST_AUTO_TEST_CASE(other_users) {
  BOOST_TEST(home_directory("root") == ::getpwnam("root")->pw_dir);
  BOOST_CHECK_EXCEPTION(home_directory("no-such-user-\n"), Error, [](const Error& error) {
    return error.code() == errc::invalid_argument &&
           std::string_view(error.what()).find("no-such-user-\\012") != std::string_view::npos;
  });
}

BOOST_AUTO_TEST_SUITE_END()
