// amiko - carrying out what the key exchange machine asks for
#include <amiko/transport/link.hpp>

#include <utility>

namespace amiko::transport {

void Link::start_kex() {
  if (failed() || !kex_) return;
  // OpenSSH's client takes no key exchange that a server begins before the login is complete.
  if (kex_->established() && settings_.role == protocol::Role::server && !authenticated_) {
    rekey_wanted_ = true;
    return;
  }
  if (!kex_->idle()) {
    // With our NEWKEYS out, what asks may have used up the new keys already.
    rekey_wanted_ = rekey_wanted_ || kex_->waiting_for_newkeys();
    return;
  }
  try {
    run(kex_->start());
  } catch (const Error& e) {
    fail(e.failure());
  }
}

void Link::run(protocol::KexMachine::Actions actions) {
  for (auto& action : actions)
    std::visit([this](auto& a) { run(a); }, action);
}

void Link::run(protocol::KexMachine::SendKexInit& action) {
  outbound_.send_kexinit(action.payload);
  if (kex_->established())
    rekey_timer_.arm(settings_.rekey_timeout, [this] {
      fail(
          {.code = errc::timed_out, .text = "the peer did not complete a key exchange", .phase = Phase::kex});
    });
}

void Link::run(protocol::KexMachine::Send& action) {
  outbound_.send_kex(action.payload);
}

void Link::run(protocol::KexMachine::SendNewKeys& action) {
  outbound_.send_newkeys(std::move(action), authenticated_);
  settings_.log.write(LogLevel::debug, "NEWKEYS sent");
}

void Link::run(protocol::KexMachine::ReceiveNewKeys& action) {
  if (!authenticated_) login_bytes_ += decoder_.bytes();
  decoder_.use_cipher(std::move(action.cipher), action.reset_sequence);
  max_bytes_ = action.max_bytes;
  const crypto::CompressionInfo& compression = action.compression;
  decoder_.use_compression(compression.compresses && (!compression.delayed || authenticated_));
  delayed_decompression_ = compression.compresses && compression.delayed && !authenticated_;
  settings_.log.write(LogLevel::debug, "NEWKEYS received");
}

void Link::run(protocol::KexMachine::Sign& action) {
  handler_.on_sign(action);
}

void Link::signature_ready(Bytes signature) {
  worker_.post([this, signature = std::move(signature)] {
    if (failed()) return;
    try {
      run(kex_->signature_ready(signature));
    } catch (const Error& e) {
      fail(e.failure());
    }
  });
}

void Link::run(protocol::KexMachine::Done& action) {
  if (action.first) {
    first_packet_ = true;
    phase_ = Phase::host_key;
  }
  {
    const support::Guard guard(mutex_);
    info_.session_id = kex_->session_id();
    info_.host_key = kex_->host_key();
    info_.negotiated = kex_->negotiated();
    info_.kex_note = kex_->note();
    info_.strict_kex = kex_->strict();
    ++info_.exchanges;
  }
  changed_.notify_all();
  const protocol::Negotiated& agreed = *kex_->negotiated();
  if (action.first && !kex_->strict() &&
      (open_to_truncation(agreed.client_to_server) || open_to_truncation(agreed.server_to_client)))
    settings_.log.write(
        LogLevel::warning,
        "the peer has no strict key exchange: somebody between could remove the first messages "
        "unseen under this cipher (CVE-2023-48795)");
  if (action.first) handler_.on_ready();
  if (std::exchange(success_due_, false)) let_in();
  if (std::exchange(rekey_wanted_, false)) worker_.post([this] { start_kex(); });
  if (settings_.rekey.time.count() > 0)
    rekey_timer_.arm(settings_.rekey.time, [this] { start_kex(); });
  else
    rekey_timer_.cancel();
}

void Link::check_rekey() {
  if (kex_->idle() && protocol::rekey_due(protocol::limits_under(settings_.rekey, max_bytes_),
                                          decoder_.bytes(), decoder_.packets(), {}))
    start_kex();
}

// A KEXINIT that answers ours is not the peer's idea.
void Link::check_rekey_budget() {
  if (!kex_->established() || !kex_->idle()) return;
  const auto now = Deadline::Clock::now().time_since_epoch();
  if (!rekey_budget_.take(now, decoder_.bytes() + outbound_.bytes_under_keys()))
    throw_error(errc::protocol_error, "the peer begins one key exchange after the other");
}

}  // namespace amiko::transport
