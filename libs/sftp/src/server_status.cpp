// amiko - from what a file system throws to a status that version 3 knows
#include "server_status.hpp"

#include <boost/system/system_error.hpp>
#include <boost/thread/exceptions.hpp>

#include <array>
#include <cerrno>
#include <new>
#include <system_error>

namespace amiko::sftp {

ServerStatus status_of_errno(int error) {
  const std::string text = std::generic_category().message(error);
  switch (error) {
    case 0:
      return {};
    case ENOENT:
    case ENOTDIR:
    case EBADF:
    case ELOOP:
      return {sftp_errc::no_such_file, text};
    case EPERM:
    case EACCES:
    case EFAULT:
    case EROFS:
      return {sftp_errc::permission_denied, text};
    case ENAMETOOLONG:
    case EINVAL:
      return {sftp_errc::bad_message, text};
    case ENOSYS:
    case EOPNOTSUPP:
      return {sftp_errc::op_unsupported, text};
    default:
      return {sftp_errc::failure, text};
  }
}

sftp_errc version_3_code(sftp_errc code) noexcept {
  switch (code) {
    case sftp_errc::no_such_path:
    case sftp_errc::not_a_directory:
    case sftp_errc::link_loop:
      return sftp_errc::no_such_file;
    case sftp_errc::write_protect:
    case sftp_errc::cannot_delete:
    case sftp_errc::owner_invalid:
    case sftp_errc::group_invalid:
      return sftp_errc::permission_denied;
    case sftp_errc::invalid_filename:
      return sftp_errc::bad_message;
    default:
      return code <= sftp_errc::op_unsupported ? code : sftp_errc::failure;
  }
}

std::string_view usual_text(sftp_errc code) noexcept {
  static constexpr std::array<std::string_view, 9> texts = {
      "Success",     "End of file",   "No such file",    "Permission denied",    "Failure",
      "Bad message", "No connection", "Connection lost", "Operation unsupported"};
  const auto index = static_cast<std::size_t>(code);
  return index < texts.size() ? texts[index] : std::string_view("Unknown error");
}

namespace {

template <class Code>
ServerStatus status_of_code(const Code& code, const std::string& words) {
  const std::string_view category = code.category().name();
  if (category == "generic" || category == "system") return status_of_errno(code.value());
  return {sftp_errc::failure, words};
}

}  // namespace

ServerStatus status_of_current_exception() {
  try {
    throw;
  } catch (const boost::thread_interrupted&) {
    throw;
  } catch (const SftpError& e) {
    const sftp_errc code = version_3_code(e.status());
    const std::string& text = e.failure().text;
    return {code, text.empty() ? e.code().message() : text};
  } catch (const std::system_error& e) {
    return status_of_code(e.code(), e.what());
  } catch (const Error& e) {
    return {sftp_errc::failure, e.failure().text};
  } catch (const boost::system::system_error& e) {
    return status_of_code(e.code(), e.what());
  } catch (const std::bad_alloc&) {
    return {sftp_errc::failure, "out of memory"};
  } catch (...) {
    // Whatever it says is the application's business, not the client's.
    return {sftp_errc::failure, std::string(usual_text(sftp_errc::failure))};
  }
}

}  // namespace amiko::sftp
