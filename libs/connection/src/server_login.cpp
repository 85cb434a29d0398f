// amiko - a server's connection: signing as the host, letting people in
#include "server_calls.hpp"

#include <amiko/wire/auth_messages.hpp>

#include <boost/thread/thread.hpp>

#include <algorithm>
#include <utility>

namespace amiko {
namespace {

// Hands the machine's questions to the application, whose exceptions are refusals.
class Decider final : public protocol::AuthDecider {
 public:
  /// `settings` are those of the name that is tried.
  Decider(ServerHandler& handler, const Log& log, const ServerSettings& server, AlgorithmProfile profile,
          UserSettings& settings)
      : handler_(handler), log_(log), server_(server), profile_(profile), settings_(settings) {}

  void adjust(std::string_view user, protocol::AuthServerSettings& settings) override {
    support::assert_no_lock_held();
    settings_ = settings_of(server_);
    handler_.adjust_settings(user, settings_);
    apply_settings(profile_, settings_, settings);
  }

  std::vector<std::string> allowed_methods(std::string_view user) override {
    return ask<std::vector<std::string>>({}, [&] { return handler_.get_allowed_auths(user); });
  }
  Decision none(std::string_view user) override {
    return ask(Decision::reject, [&] { return handler_.check_auth_none(user); });
  }
  Decision password(std::string_view user, const Secret& password) override {
    return ask(Decision::reject, [&] { return handler_.check_auth_password(user, password); });
  }
  Decision change_password(std::string_view user, const Secret& before, const Secret& after) override {
    return ask(Decision::reject, [&] { return handler_.change_password(user, before, after); });
  }
  std::string change_prompt(std::string_view user) override {
    return ask<std::string>({}, [&] { return handler_.get_password_change_prompt(user); });
  }
  KeyOffer offer(std::string_view user, const PublicKey& key) override {
    return ask(KeyOffer::unwelcome, [&] { return handler_.check_key_offer(user, key); });
  }
  // Without an answer, the strictest that there is.
  SecurityKeyRules security_key_rules(std::string_view user, const PublicKey& key) override {
    return ask(SecurityKeyRules{.touch_required = true, .verify_required = true},
               [&] { return handler_.get_security_key_rules(user, key); });
  }
  Decision publickey(std::string_view user, const PublicKey& key) override {
    return ask(Decision::reject, [&] { return handler_.check_auth_publickey(user, key); });
  }
  InteractiveStep interactive(std::string_view user, std::string_view submethods) override {
    return ask<InteractiveStep>(Decision::reject,
                                [&] { return handler_.check_auth_interactive(user, submethods); });
  }
  InteractiveStep answers(std::string_view user, const Answers& answers) override {
    return ask<InteractiveStep>(Decision::reject,
                                [&] { return handler_.check_auth_interactive_response(user, answers); });
  }

 private:
  template <class Result, class F>
  Result ask(Result otherwise, F&& question) {
    return guarded(log_, std::move(otherwise), std::forward<F>(question));
  }

  ServerHandler& handler_;
  const Log& log_;
  const ServerSettings& server_;
  const AlgorithmProfile profile_;
  UserSettings& settings_;
};

}  // namespace

void ServerSide::on_auth_packet(ByteView payload) {
  Task task{Kind::auth, payload.size(), nullptr, [this, secret = Secret(payload)] { authenticate(secret); }};
  if (!push(std::move(task))) throw_error(errc::protocol_error, "too many authentication messages");
}

// Whatever the reason of a refusal, it takes the same time.
void ServerSide::authenticate(const Secret& payload) {
  const Deadline refusal_time = Deadline::after(settings_.failure_delay);
  transport::Link& link = transport_.link();
  if (!auth_) auth_ = std::make_unique<protocol::AuthServer>(auth_settings_, link.info().session_id);
  Decider decider(*handler_, link.log(), settings_, profile_, user_settings_);
  protocol::AuthServer::Reply reply;
  try {
    reply = auth_->receive(payload.view(), decider);
  } catch (const Error&) {
    delay_until(refusal_time);
    throw;
  }
  if (reply.failed) delay_until(refusal_time);
  if (link.failed()) return;
  send_banner();
  if (reply.authenticated) {
    handler_->auth_completed(auth_->identity());
    {
      const support::Guard guard(mutex_);
      identity_ = auth_->identity();
    }
    return link.accept_auth();
  }
  if (!reply.payload.empty()) transport_.outbound().send_payload(forever, reply.payload);
}

void ServerSide::send_banner() {
  if (std::exchange(banner_sent_, true)) return;
  std::string text;
  allowed([&] {
    text = handler_->get_banner(auth_->user());
    return true;
  });
  if (!text.empty())
    transport_.outbound().send_payload(forever, encoded(wire::UserauthBanner{.message = text}));
}

void ServerSide::delay_until(Deadline deadline) {
  support::Lock lock(mutex_);
  changed_.wait(lock, deadline, [this] { return over_; });
}

// A key in our own memory signs at once; another one's holder may take its time, and gets the handler thread.
void ServerSide::on_sign(const protocol::KexMachine::Sign& request) {
  const auto found =
      std::ranges::find_if(keys_, [&](const auto& k) { return k->public_key() == request.key; });
  if (found == keys_.end()) throw_error(errc::internal_error, "a signature by an unknown host key");
  if (dynamic_cast<const PrivateKey*>(found->get()) != nullptr)
    return transport_.link().signature_ready((*found)->sign(request.algorithm, request.data));
  const bool queued =
      push({Kind::sign, request.data.size(), nullptr, [this, request, signer = *found] {
              transport_.link().signature_ready(signer->sign(request.algorithm, request.data));
            }});
  if (!queued) throw_error(errc::internal_error, "a second signature while one is being made");
}

}  // namespace amiko
