// amiko - fuzzing of every message's decoder
#include <amiko/wire/auth_messages.hpp>
#include <amiko/wire/connection_messages.hpp>
#include <amiko/wire/transport_messages.hpp>

#include <array>

#include "fuzz/input.hpp"
#include "fuzz/target.hpp"

namespace amiko::fuzz {
namespace {

// What decodes must encode to something that decodes and encodes to the same again.
template <class Message>
void decode_and_back(ByteView payload) {
  const Message message = wire::decode<Message>(payload);
  const Bytes once = wire::encoded(message);
  const Bytes twice = wire::encoded(wire::decode<Message>(once));
  promise(once == twice, "a message changes when it is decoded and encoded");
}

void info_request(ByteView payload) {
  const Bytes once = wire::encoded(wire::decode_info_request(payload));
  promise(once == wire::encoded(wire::decode_info_request(once)), "an info request changes");
}

void info_response(ByteView payload) {
  const Bytes once = wire::encode_info_response(wire::decode_info_response(payload));
  promise(once == wire::encode_info_response(wire::decode_info_response(once)), "an info response changes");
}

using Decoder = void (*)(ByteView);
constexpr std::array decoders{Decoder(decode_and_back<wire::Disconnect>),
                              Decoder(decode_and_back<wire::Ignore>),
                              Decoder(decode_and_back<wire::Debug>),
                              Decoder(decode_and_back<wire::Unimplemented>),
                              Decoder(decode_and_back<wire::ServiceRequest>),
                              Decoder(decode_and_back<wire::ServiceAccept>),
                              Decoder(decode_and_back<wire::KexInit>),
                              Decoder(decode_and_back<wire::NewKeys>),
                              Decoder(decode_and_back<wire::KexDhInit>),
                              Decoder(decode_and_back<wire::KexDhReply>),
                              Decoder(decode_and_back<wire::KexEcdhInit>),
                              Decoder(decode_and_back<wire::KexEcdhReply>),
                              Decoder(decode_and_back<wire::KexGexRequest>),
                              Decoder(decode_and_back<wire::KexGexGroup>),
                              Decoder(decode_and_back<wire::KexGexInit>),
                              Decoder(decode_and_back<wire::KexGexReply>),
                              Decoder(decode_and_back<wire::UserauthRequest>),
                              Decoder(decode_and_back<wire::UserauthFailure>),
                              Decoder(decode_and_back<wire::UserauthSuccess>),
                              Decoder(decode_and_back<wire::UserauthBanner>),
                              Decoder(decode_and_back<wire::UserauthPkOk>),
                              Decoder(decode_and_back<wire::UserauthPasswdChangereq>),
                              Decoder(info_request),
                              Decoder(info_response),
                              Decoder(decode_and_back<wire::GlobalRequest>),
                              Decoder(decode_and_back<wire::RequestSuccess>),
                              Decoder(decode_and_back<wire::RequestFailure>),
                              Decoder(decode_and_back<wire::ChannelOpen>),
                              Decoder(decode_and_back<wire::ChannelOpenConfirmation>),
                              Decoder(decode_and_back<wire::ChannelOpenFailure>),
                              Decoder(decode_and_back<wire::ChannelWindowAdjust>),
                              Decoder(decode_and_back<wire::ChannelData>),
                              Decoder(decode_and_back<wire::ChannelExtendedData>),
                              Decoder(decode_and_back<wire::ChannelEof>),
                              Decoder(decode_and_back<wire::ChannelClose>),
                              Decoder(decode_and_back<wire::ChannelRequest>),
                              Decoder(decode_and_back<wire::ChannelSuccess>),
                              Decoder(decode_and_back<wire::ChannelFailure>),
                              Decoder(decode_and_back<wire::Ping>),
                              Decoder(decode_and_back<wire::Pong>)};

void run_messages(ByteView bytes) {
  Input input(bytes);
  decoders[input.below(decoders.size())](input.rest());
}

template <class Message>
Bytes seed(std::uint8_t which, const Message& message) {
  Bytes bytes{which};
  append(bytes, wire::encoded(message));
  return plain(bytes);
}

std::vector<Bytes> message_seeds() {
  wire::KexInit kexinit;
  return {seed(0, wire::Disconnect{}),
          seed(6, kexinit),
          seed(16, wire::UserauthRequest{}),
          seed(24, wire::GlobalRequest{.type = "keepalive@openssh.com", .want_reply = true}),
          seed(27, wire::ChannelOpen{.type = "session", .sender = 1, .window = 2097152, .max_packet = 32768}),
          seed(31, wire::ChannelData{}),
          seed(35, wire::ChannelRequest{.type = "exec", .want_reply = true}),
          seed(22, wire::UserauthInfoRequest{})};
}

}  // namespace

extern const Target messages;
const Target messages{"messages", run_messages, message_seeds};

}  // namespace amiko::fuzz
