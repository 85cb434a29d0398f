// amiko - what a server decides when nobody says otherwise: no
#include <amiko/connection/server_handler.hpp>

namespace amiko {

ServerHandler::~ServerHandler() = default;

std::string ServerHandler::get_banner(std::string_view) {
  return {};
}

std::vector<std::string> ServerHandler::get_allowed_auths(std::string_view) {
  return {"password"};
}

Decision ServerHandler::check_auth_none(std::string_view) {
  return Decision::reject;
}

Decision ServerHandler::check_auth_password(std::string_view, const Secret&) {
  return Decision::reject;
}

Decision ServerHandler::change_password(std::string_view, const Secret&, const Secret&) {
  return Decision::reject;
}

std::string ServerHandler::get_password_change_prompt(std::string_view) {
  return "Your password has expired. New password: ";
}

KeyOffer ServerHandler::check_key_offer(std::string_view, const PublicKey&) {
  return KeyOffer::welcome;
}

SecurityKeyRules ServerHandler::get_security_key_rules(std::string_view, const PublicKey&) {
  return {};
}

Decision ServerHandler::check_auth_publickey(std::string_view, const PublicKey&) {
  return Decision::reject;
}

InteractiveStep ServerHandler::check_auth_interactive(std::string_view, std::string_view) {
  return Decision::reject;
}

InteractiveStep ServerHandler::check_auth_interactive_response(std::string_view, const Answers&) {
  return Decision::reject;
}

void ServerHandler::auth_completed(const Identity&) {}

bool ServerHandler::check_channel_open(std::string_view) {
  return false;
}

std::optional<OpenRefusal> ServerHandler::check_channel_request(const ChannelOpenRequest& request) {
  if (check_channel_open(request.kind)) return std::nullopt;
  return OpenRefusal{.text = "not allowed"};
}

void ServerHandler::adjust_settings(std::string_view, UserSettings&) {}

bool ServerHandler::take_channel(Channel&) {
  return false;
}

void ServerHandler::channel_closed(Channel&) {}

bool ServerHandler::check_pty_request(Channel&, const PtyRequest&) {
  return false;
}

bool ServerHandler::check_env_request(Channel&, std::string_view, std::string_view) {
  return false;
}

bool ServerHandler::check_shell_request(Channel&) {
  return false;
}

bool ServerHandler::check_exec_request(Channel&, std::string_view) {
  return false;
}

bool ServerHandler::check_subsystem_request(Channel&, std::string_view) {
  return false;
}

void ServerHandler::session_started(Channel&, const SessionStart&) {}

bool ServerHandler::check_window_change_request(Channel&, const WindowSize&) {
  return false;
}

bool ServerHandler::check_signal_request(Channel&, std::string_view) {
  return false;
}

bool ServerHandler::check_break_request(Channel&, std::uint32_t) {
  return false;
}

bool ServerHandler::check_other_request(Channel&, std::string_view, ByteView) {
  return false;
}

std::optional<Bytes> ServerHandler::check_global_request(std::string_view, ByteView) {
  return std::nullopt;
}

void ServerHandler::connection_lost(const Failure&) {}

}  // namespace amiko
