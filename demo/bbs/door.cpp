// amiko - who is let in
#include "door.hpp"

namespace bbs {
namespace {

// Known to everybody since 2003.
constexpr std::string_view classic_password = "foo";

}  // namespace

std::vector<std::string> Door::get_allowed_auths(std::string_view user) {
  if (user == Accounts::newcomer) return {"none"};
  if (user == Accounts::classic) return {"password"};
  return {"publickey", "password", "keyboard-interactive"};
}

amiko::Decision Door::check_auth_none(std::string_view user) {
  return user == Accounts::newcomer ? amiko::Decision::accept : amiko::Decision::reject;
}

amiko::Decision Door::check_auth_password(std::string_view user, const amiko::Secret& password) {
  const bool right = user == Accounts::classic ? password == amiko::Secret(classic_password)
                                               : bbs_->accounts.check_password(user, password);
  return right ? amiko::Decision::accept : amiko::Decision::reject;
}

amiko::KeyOffer Door::check_key_offer(std::string_view user, const amiko::PublicKey& key) {
  return bbs_->accounts.may_log_in_with(user, key) ? amiko::KeyOffer::welcome : amiko::KeyOffer::unwelcome;
}

amiko::Decision Door::check_auth_publickey(std::string_view user, const amiko::PublicKey& key) {
  return bbs_->accounts.may_log_in_with(user, key) ? amiko::Decision::accept : amiko::Decision::reject;
}

amiko::InteractiveStep Door::check_auth_interactive(std::string_view, std::string_view) {
  return amiko::InteractiveQuery{.name = "amiko-bbs", .prompts = {{.text = "Password: ", .echo = false}}};
}

amiko::InteractiveStep Door::check_auth_interactive_response(std::string_view user,
                                                             const amiko::Answers& answers) {
  if (answers.size() != 1) return amiko::Decision::reject;
  return check_auth_password(user, answers.front());
}

}  // namespace bbs
