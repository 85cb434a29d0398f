// amiko - composing messages, and choosing an exception's type
#include <amiko/base/error.hpp>

#include <utility>

namespace amiko {
namespace {

void add_part(std::string& message, std::string_view part) {
  if (part.empty()) return;
  if (!message.empty()) message += ": ";
  message += part;
}

template <class Detail>
Detail detail_or_default(const Failure& failure) {
  const auto* detail = std::get_if<Detail>(&failure.detail);
  return detail != nullptr ? *detail : Detail{};
}

}  // namespace

std::string_view name_of(Phase phase) noexcept {
  switch (phase) {
    case Phase::none:
      return "";
    case Phase::resolve:
      return "name lookup";
    case Phase::connect:
      return "connecting";
    case Phase::version:
      return "version exchange";
    case Phase::kex:
      return "key exchange";
    case Phase::host_key:
      return "host key check";
    case Phase::authentication:
      return "authentication";
    case Phase::session:
      return "";
  }
  return "";
}

std::string Failure::message() const {
  std::string message;
  add_part(message, peer);
  add_part(message, name_of(phase));
  add_part(message, code.message());
  add_part(message, text);
  if (!hint.empty()) message += " (" + hint + ")";
  return message;
}

Error::Error(Failure failure)
    : boost::system::system_error(failure.code), failure_(std::move(failure)), message_(failure_.message()) {}

Error::Error(errc code, std::string text) : Error(Failure{.code = code, .text = std::move(text)}) {}

Error::~Error() = default;

HostKeyDetail HostKeyError::detail() const {
  return detail_or_default<HostKeyDetail>(failure());
}

AuthDetail AuthError::detail() const {
  return detail_or_default<AuthDetail>(failure());
}

OpenFailureDetail ChannelOpenError::detail() const {
  return detail_or_default<OpenFailureDetail>(failure());
}

ConfigDetail ConfigError::detail() const {
  return detail_or_default<ConfigDetail>(failure());
}

void throw_failure(Failure failure) {
  if (failure.code.category() != amiko_category()) throw Error(std::move(failure));
  switch (static_cast<errc>(failure.code.value())) {
    case errc::timed_out:
      throw TimeoutError(std::move(failure));
    case errc::name_not_found:
    case errc::connection_refused:
    case errc::unreachable:
    case errc::connect_failed:
    case errc::proxy_failed:
    case errc::address_in_use:
    case errc::listen_failed:
      throw ConnectError(std::move(failure));
    case errc::closed:
    case errc::connection_lost:
    case errc::disconnected:
    case errc::peer_unresponsive:
    case errc::login_timeout:
      throw Disconnected(std::move(failure));
    case errc::not_ssh:
    case errc::old_protocol:
    case errc::malformed_packet:
    case errc::packet_too_large:
    case errc::corrupted_packet:
    case errc::protocol_error:
    case errc::compression_failed:
    case errc::kex_failed:
    case errc::service_unavailable:
      throw ProtocolError(std::move(failure));
    case errc::no_common_algorithm:
      if (!std::holds_alternative<NegotiationDetail>(failure.detail)) failure.detail = NegotiationDetail{};
      throw NegotiationError(std::move(failure));
    case errc::bad_host_signature:
    case errc::host_key_unknown:
    case errc::host_key_changed:
    case errc::host_key_revoked:
      throw HostKeyError(std::move(failure));
    case errc::too_many_attempts:
    case errc::auth_failed:
    case errc::no_more_auth_methods:
    case errc::password_expired:
      throw AuthError(std::move(failure));
    case errc::file_not_found:
    case errc::file_unreadable:
    case errc::file_unwritable:
    case errc::unknown_format:
    case errc::malformed_key:
    case errc::unsupported_key:
    case errc::passphrase_needed:
    case errc::wrong_passphrase:
    case errc::bad_signature:
      throw KeyError(std::move(failure));
    case errc::channel_refused:
      throw ChannelOpenError(std::move(failure));
    case errc::request_refused:
    case errc::channel_closed:
      throw ChannelError(std::move(failure));
    case errc::bad_config:
      throw ConfigError(std::move(failure));
    default:
      throw Error(std::move(failure));
  }
}

void throw_error(errc code, std::string text) {
  throw_failure(Failure{.code = code, .text = std::move(text)});
}

}  // namespace amiko
