// amiko - status codes of SFTP and the exception that carries one
#include <amiko/sftp/sftp_error.hpp>

#include <amiko/base/printable.hpp>

#include <array>

namespace amiko {
namespace {

constexpr std::array<std::string_view, 32> texts = {
    "no error",
    "end of file",
    "no such file",
    "permission denied",
    "failure",
    "the server could not read the request",
    "no connection",
    "the connection was lost",
    "the server does not support this operation",
    "invalid handle",
    "no such path",
    "the file exists already",
    "the file system is write-protected",
    "no medium in the drive",
    "no space left on the file system",
    "quota exceeded",
    "unknown user or group",
    "the file is locked",
    "the directory is not empty",
    "not a directory",
    "invalid file name",
    "too many symbolic links",
    "the file cannot be deleted",
    "invalid parameter",
    "is a directory",
    "the range is locked by somebody else",
    "the lock was refused",
    "a deletion is pending",
    "the file is corrupt",
    "invalid owner",
    "invalid group",
    "the range was not locked",
};

class Category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "sftp"; }
  std::string message(int value) const override {
    const auto index = static_cast<std::size_t>(value);
    if (value >= 0 && index < texts.size()) return std::string(texts[index]);
    return "status code " + std::to_string(static_cast<unsigned>(value));
  }
};

// The server's text often says just what the code says.
std::string composed(std::string_view text, const std::string& path) {
  std::string result = path.empty() ? std::string() : "'" + printable(path) + "'";
  if (!text.empty()) result += (result.empty() ? "" : ": ") + printable(text);
  return result;
}

}  // namespace

const boost::system::error_category& sftp_category() noexcept {
  static const Category category;
  return category;
}

SftpError::SftpError(sftp_errc status, std::string text, std::string path)
    : Error(Failure{.code = status, .text = composed(text, path)}), path_(std::move(path)) {}

SftpError::~SftpError() = default;

}  // namespace amiko
