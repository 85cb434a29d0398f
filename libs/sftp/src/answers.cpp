// amiko - answers turned into what the caller asked for, or into an exception
#include "answers.hpp"

#include <utility>

namespace amiko::sftp {
namespace {

void expect(const Answer& answer, PacketType type, std::string_view path) {
  if (answer.type == PacketType::status) throw_status(answer, path);
  if (answer.type != type)
    throw_error(errc::protocol_error,
                "the SFTP server answered by a message of type " + std::to_string(to_byte(answer.type)));
}

}  // namespace

void throw_status(const Answer& answer, std::string_view path) {
  const Status status = decode_status(answer.body);
  const auto code = static_cast<sftp_errc>(status.code);
  if (code == sftp_errc::ok)
    throw_error(errc::protocol_error, "the SFTP server answered \"ok\" where it was asked for something");
  throw SftpError(code, std::string(status.message), std::string(path));
}

bool is_status(const Answer& answer, sftp_errc code) {
  return answer.type == PacketType::status &&
         decode_status(answer.body).code == static_cast<std::uint32_t>(code);
}

void check_status(const Answer& answer, std::string_view path) {
  if (is_status(answer, sftp_errc::ok)) return;
  expect(answer, PacketType::status, path);
}

Bytes handle_of(const Answer& answer, std::string_view path) {
  expect(answer, PacketType::handle, path);
  return decode<Handle>(answer.body).handle.bytes();
}

SftpAttributes attributes_of(const Answer& answer, std::string_view path, std::uint32_t version) {
  expect(answer, PacketType::attrs, path);
  return decode<Attrs>(answer.body, version).attributes;
}

std::vector<SftpName> names_of(const Answer& answer, std::string_view path, std::uint32_t version) {
  expect(answer, PacketType::name, path);
  return decode_names(answer.body, version);
}

std::string name_of(const Answer& answer, std::string_view path, std::uint32_t version) {
  std::vector<SftpName> names = names_of(answer, path, version);
  if (names.size() != 1)
    throw_error(errc::protocol_error,
                "the SFTP server answered by " + std::to_string(names.size()) + " names instead of one");
  return std::move(names.front().filename);
}

Bytes reply_of(Answer answer, std::string_view path) {
  expect(answer, PacketType::extended_reply, path);
  return std::move(answer.body);
}

}  // namespace amiko::sftp
