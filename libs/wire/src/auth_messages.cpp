// amiko - the keyboard-interactive messages (RFC 4256)
#include <amiko/wire/auth_messages.hpp>

#include <amiko/base/error.hpp>

namespace amiko::wire {
namespace {

constexpr std::uint32_t max_prompts = 256;

void expect_number(Reader& reader, MessageNumber expected) {
  const std::uint8_t number = reader.byte();
  if (number != to_byte(expected)) throw_wrong_number(number, expected);
}

std::uint32_t read_count(Reader& reader, const char* what) {
  const std::uint32_t count = reader.uint32();
  if (count > max_prompts) throw_error(errc::malformed_packet, std::string("too many ") + what);
  return count;
}

}  // namespace

Bytes encoded(const UserauthInfoRequest& request) {
  Bytes out;
  Writer writer(out);
  writer.byte(to_byte(MessageNumber::userauth_info_request));
  writer.string(request.name);
  writer.string(request.instruction);
  writer.string(request.language);
  writer.uint32(static_cast<std::uint32_t>(request.prompts.size()));
  for (const InfoPrompt& prompt : request.prompts) {
    writer.string(prompt.prompt);
    writer.boolean(prompt.echo);
  }
  return out;
}

UserauthInfoRequest decode_info_request(ByteView payload) {
  Reader reader(payload);
  expect_number(reader, MessageNumber::userauth_info_request);
  UserauthInfoRequest request;
  request.name = reader.text();
  request.instruction = reader.text();
  request.language = reader.text();
  const std::uint32_t count = read_count(reader, "prompts");
  for (std::uint32_t i = 0; i < count; ++i) {
    InfoPrompt prompt;
    prompt.prompt = reader.text();
    prompt.echo = reader.boolean();
    request.prompts.push_back(prompt);
  }
  reader.expect_end();
  return request;
}

Bytes encode_info_response(const std::vector<Secret>& answers) {
  std::size_t size = 5;
  for (const Secret& answer : answers)
    size += 4 + answer.size();
  Bytes out;
  out.reserve(size);  // no reallocation may leave a copy of a secret behind
  Writer writer(out);
  writer.byte(to_byte(MessageNumber::userauth_info_response));
  writer.uint32(static_cast<std::uint32_t>(answers.size()));
  for (const Secret& answer : answers)
    writer.string(answer.view());
  return out;
}

std::vector<Secret> decode_info_response(ByteView payload) {
  Reader reader(payload);
  expect_number(reader, MessageNumber::userauth_info_response);
  const std::uint32_t count = read_count(reader, "answers");
  std::vector<Secret> answers;
  for (std::uint32_t i = 0; i < count; ++i)
    answers.emplace_back(reader.string());
  reader.expect_end();
  return answers;
}

}  // namespace amiko::wire
