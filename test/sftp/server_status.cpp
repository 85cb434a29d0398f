// amiko - tests of the status codes that errno and later versions' codes become
#include "../../libs/sftp/src/server_status.hpp"

#include <boost/test/unit_test.hpp>

#include <cerrno>

using namespace amiko;
using namespace amiko::sftp;

BOOST_AUTO_TEST_SUITE(sftp_server_status)

BOOST_AUTO_TEST_CASE(of_errno) {
  for (const int error : {ENOENT, ENOTDIR, EBADF, ELOOP})
    BOOST_TEST((status_of_errno(error).code == sftp_errc::no_such_file));
  for (const int error : {EPERM, EACCES, EFAULT, EROFS})
    BOOST_TEST((status_of_errno(error).code == sftp_errc::permission_denied));
  for (const int error : {ENAMETOOLONG, EINVAL})
    BOOST_TEST((status_of_errno(error).code == sftp_errc::bad_message));
  for (const int error : {ENOSPC, EDQUOT, EIO, EEXIST, ENOTEMPTY, EISDIR, EXDEV, EMFILE})
    BOOST_TEST((status_of_errno(error).code == sftp_errc::failure));
  BOOST_TEST((status_of_errno(ENOSYS).code == sftp_errc::op_unsupported));
  BOOST_TEST((status_of_errno(0).code == sftp_errc::ok));
  BOOST_TEST(status_of_errno(ENOSPC).text == "No space left on device");
}

BOOST_AUTO_TEST_CASE(of_later_versions) {
  for (std::uint32_t code = 0; code <= 40; ++code) {
    const auto old = static_cast<std::uint32_t>(version_3_code(static_cast<sftp_errc>(code)));
    BOOST_TEST(old <= 8U);
    BOOST_TEST((code > 8 || old == code));
    BOOST_TEST((code == 0 || old != 0));
  }
  BOOST_TEST((version_3_code(sftp_errc::write_protect) == sftp_errc::permission_denied));
  BOOST_TEST((version_3_code(sftp_errc::no_such_path) == sftp_errc::no_such_file));
  BOOST_TEST((version_3_code(sftp_errc::file_already_exists) == sftp_errc::failure));
}

BOOST_AUTO_TEST_SUITE_END()
