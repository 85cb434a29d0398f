// amiko - the connection handle: construction, life, what is known of the peer
#include <amiko/connection/transport.hpp>

#include "transport_impl.hpp"
#include "tunnel_stream.hpp"

#include <amiko/support/spawn.hpp>
#include <amiko/transport/connector.hpp>
#include <amiko/transport/descriptor_stream.hpp>
#include <amiko/transport/socket_stream.hpp>

#include <boost/thread/thread.hpp>

#include <utility>

namespace amiko {
namespace {

std::shared_ptr<TransportImpl> make_impl(std::unique_ptr<transport::Stream> stream,
                                         const TransportOptions& options, std::string peer,
                                         std::shared_ptr<void> anchor = nullptr) {
  return std::make_shared<TransportImpl>(std::move(stream), options, std::move(peer), std::move(anchor));
}

std::shared_ptr<TransportImpl> over_socket(support::UniqueFd socket, const TransportOptions& options,
                                           std::string peer, std::shared_ptr<void> anchor = nullptr) {
  return make_impl(transport::make_socket_stream(std::move(socket)), options, std::move(peer),
                   std::move(anchor));
}

std::shared_ptr<TransportImpl> dial(const std::string& host, std::uint16_t port,
                                    const TransportOptions& options) {
  auto connected = transport::connect_tcp(host, port, Deadline::after(options.connect_timeout));
  auto impl = over_socket(std::move(connected.socket), options, host + ":" + std::to_string(port));
  impl->set_peer_address(std::move(connected.address));
  return impl;
}

std::shared_ptr<TransportImpl> over_channel(Channel channel, const TransportOptions& options) {
  if (!channel) throw_error(errc::no_state, "channel");
  std::string peer = "via " + channel.getpeername();
  return make_impl(make_tunnel_stream(std::move(channel)), options, std::move(peer));
}

std::string name_of_socket(int socket) {
  std::string name = transport::peer_address(socket);
  return name.empty() ? "socket " + std::to_string(socket) : name;
}

}  // namespace

Transport::Transport(std::string_view host, std::uint16_t port, const TransportOptions& options)
    : impl_(dial(std::string(host), port, options)) {}

Transport::Transport(int socket, const TransportOptions& options)
    : impl_(over_socket(support::UniqueFd(socket), options, name_of_socket(socket))) {}

Transport::Transport(Channel channel, const TransportOptions& options)
    : impl_(over_channel(std::move(channel), options)) {}

Transport::Transport(std::shared_ptr<TransportImpl> impl) noexcept : impl_(std::move(impl)) {}

Transport Transport::from_command(const std::string& command, const TransportOptions& options) {
  const auto child = [&] {
    try {
      return std::make_shared<support::ChildProcess>(support::ChildProcess::start_shell(command));
    } catch (const Error& e) {
      Failure failure = e.failure();
      failure.code = errc::proxy_failed;
      failure.phase = Phase::connect;
      throw_failure(std::move(failure));
    }
  }();
  return Transport(over_socket(child->take_socket(), options, "proxy command", child));
}

Transport Transport::from_descriptors(int in, int out, const TransportOptions& options) {
  return Transport(make_impl(
      transport::make_descriptor_stream(support::UniqueFd(in), support::UniqueFd(out == in ? -1 : out)),
      options, "descriptors " + std::to_string(in) + " and " + std::to_string(out)));
}

void Transport::set_ended(std::function<void()> ended) {
  get().set_ended(std::move(ended));
}

Transport Transport::from_unix_socket(const std::string& path, const TransportOptions& options) {
  return Transport(over_socket(transport::connect_unix(path), options, path));
}

Transport::Transport(Transport&& other) noexcept = default;

Transport& Transport::operator=(Transport&& other) noexcept {
  if (this != &other) {
    close();
    impl_ = std::move(other.impl_);
  }
  return *this;
}

Transport::~Transport() {
  close();
}

TransportImpl& Transport::get() const {
  if (!impl_) throw_error(errc::no_state, "transport");
  return *impl_;
}

void Transport::start_client(Timeout timeout) {
  get().start();
  try {
    get().link().wait_ready(Deadline::after(timeout));
  } catch (...) {
    get().link().close();
    throw;
  }
}

void Transport::start_client(Event event) {
  get().set_ready_event(std::move(event));
  get().start();
}

void Transport::add_server_key(const PrivateKey& key) {
  add_server_key(std::make_shared<PrivateKey>(key));
}

void Transport::add_server_key(std::shared_ptr<const Signer> key) {
  get().add_server_key(std::move(key));
}

namespace {

// A handler that belongs to the caller.
std::shared_ptr<ServerHandler> borrowed(ServerHandler& handler) {
  return {std::shared_ptr<void>(), &handler};
}

}  // namespace

void Transport::start_server(ServerHandler& handler, Timeout timeout) {
  get().start_server(borrowed(handler));
  try {
    get().link().wait_ready(Deadline::after(timeout));
  } catch (...) {
    close();
    throw;
  }
}

void Transport::start_server(ServerHandler& handler, Event event) {
  start_server(borrowed(handler), std::move(event));
}

void Transport::start_server(std::shared_ptr<ServerHandler> handler, Event event) {
  get().set_ready_event(std::move(event));
  get().start_server(std::move(handler));
}

std::optional<Channel> Transport::accept(Timeout timeout) {
  return get().server().accept(Deadline::after(timeout));
}

Identity Transport::identity() const {
  return get().server().identity();
}

bool Transport::is_active() const {
  return impl_ && impl_->link().ready();
}

bool Transport::is_authenticated() const {
  return is_active() && impl_->link().authenticated();
}

std::optional<Failure> Transport::get_exception() const {
  return get().link().failure();
}

void Transport::close() noexcept {
  if (!impl_) return;
  try {
    impl_->link().close();
  } catch (const std::exception&) {
    // out of memory while saying goodbye: the peer learns it from the end of the stream
  }
  if (impl_->is_server()) impl_->server().leave_handler();
}

void Transport::disconnect(const std::string& text, DisconnectReason reason) noexcept {
  if (!impl_) return;
  try {
    impl_->link().fail({.code = errc::closed, .text = text, .detail = DisconnectDetail{reason, text}});
  } catch (const std::exception&) {
    // as in close()
  }
}

PublicKey Transport::remote_server_key() const {
  PublicKey key = get().link().info().host_key;
  if (!key) throw_failure({.code = errc::no_state, .text = "no key exchange yet", .peer = peer_name()});
  return key;
}

std::pair<std::string, Bytes> Transport::get_remote_server_key() const {
  const PublicKey key = remote_server_key();
  return {key.type(), key.blob()};
}

const std::string& Transport::peer_name() const {
  return get().link().peer();
}

const std::string& Transport::peer_address() const {
  return get().peer_address();
}

std::string Transport::local_version() const {
  return get().link().info().local_version;
}

std::string Transport::remote_version() const {
  return get().link().info().remote_version;
}

Bytes Transport::session_id() const {
  return get().link().info().session_id;
}

std::uint64_t Transport::key_exchanges() const {
  return get().link().info().exchanges;
}

std::optional<std::vector<std::string>> Transport::server_sig_algs() const {
  return get().link().info().server_sig_algs;
}

NegotiatedAlgorithms Transport::negotiated() const {
  const auto chosen = get().link().info().negotiated;
  if (!chosen) throw_failure({.code = errc::no_state, .text = "no key exchange yet", .peer = peer_name()});
  const auto mac = [](const protocol::DirectionAlgorithms& d) {
    return std::string(d.mac ? d.mac->name : "<implicit>");
  };
  const auto& out = chosen->client_to_server;
  const auto& in = chosen->server_to_client;
  NegotiatedAlgorithms names;
  names.kex = chosen->kex.name;
  names.host_key = chosen->host_key;
  names.cipher_out = out.cipher.name;
  names.cipher_in = in.cipher.name;
  names.mac_out = mac(out);
  names.mac_in = mac(in);
  names.compression_out = out.compression.name;
  names.compression_in = in.compression.name;
  return names;
}

bool Transport::renegotiate_keys(Timeout timeout) {
  try {
    return get().link().renegotiate(Deadline::after(timeout));
  } catch (const Error&) {
    return false;
  }
}

void Transport::set_keepalive(std::chrono::nanoseconds interval, unsigned count) {
  get().link().set_keepalive(interval, count);
}

void Transport::send_ignore(std::size_t size) {
  if (!get().link().ready()) get().link().throw_failure_or(errc::no_state);
  Bytes noise(size);
  crypto::system_random().fill(noise);
  const auto result = get().outbound().send_payload(forever, encoded(wire::Ignore{.data = noise}));
  if (result != transport::Outbound::Result::sent) get().link().throw_failure_or(errc::closed);
}

Transport::Statistics Transport::statistics() const {
  return get().statistics();
}

// --- authentication

void Transport::set_auth_timeout(Timeout timeout) {
  get().auth().set_timeout(timeout);
}

void Transport::set_pubkey_algorithms(const AlgorithmList& list) {
  get().set_pubkey_algorithms(list);
}

AuthResult Transport::auth_none(std::string_view user) {
  return get().auth().none(user);
}

AuthResult Transport::auth_password(std::string_view user, const Secret& password,
                                    const NewPasswordHandler& new_password) {
  return get().auth().password(user, password, new_password);
}

AuthResult Transport::auth_publickey(std::string_view user, const Signer& key) {
  return get().auth().publickey(user, key);
}

bool Transport::probe_publickey(std::string_view user, const PublicKey& key,
                                const std::vector<std::string>& algorithms) {
  return get().auth().probe(user, key, algorithms);
}

AuthResult Transport::auth_interactive(std::string_view user, const InteractiveHandler& handler,
                                       std::string_view submethods) {
  return get().auth().interactive(user, handler, submethods);
}

std::string Transport::get_banner() const {
  return get().auth().banner();
}

namespace {

// The event form of 2003: the attempt runs in a thread of its own, and a refusal ends the connection.
template <class Attempt>
void attempt_in_background(const std::shared_ptr<TransportImpl>& impl, Event event, Attempt attempt) {
  try {
    boost::thread([impl, event, attempt = std::move(attempt)]() mutable {
      try {
        const AuthResult result = attempt(impl->auth());
        if (!result) impl->link().fail({.code = errc::auth_failed, .phase = Phase::authentication});
      } catch (const Error& e) {
        impl->link().fail(e.failure());
      } catch (const std::exception& e) {
        impl->link().fail({.code = errc::internal_error, .text = e.what()});
      }
      event.set();
    }).detach();
  } catch (const boost::thread_resource_error& e) {
    throw_error(errc::resource_shortage, e.what());
  }
}

}  // namespace

void Transport::auth_password(std::string_view user, const Secret& password, Event event) {
  get();
  attempt_in_background(impl_, std::move(event),
                        [user = std::string(user), password](auth::ClientAuth& auth) {
                          return auth.password(user, password, {});
                        });
}

void Transport::auth_key(std::string_view user, PrivateKey key, Event event) {
  get();
  attempt_in_background(impl_, std::move(event),
                        [user = std::string(user), key = std::move(key)](auth::ClientAuth& auth) {
                          return auth.publickey(user, key);
                        });
}

// --- channels

Channel Transport::open_session(Timeout timeout) {
  return open_channel("session", {}, timeout);
}

Channel Transport::open_channel(std::string_view kind, ByteView body, Timeout timeout) {
  return Channel(get().open_channel(kind, body, Deadline::after(timeout)));
}

Channel Transport::open_direct_tcpip(std::string_view host, std::uint16_t port, std::string_view origin_host,
                                     std::uint16_t origin_port, Timeout timeout) {
  Bytes body;
  wire::Writer writer(body);
  writer.string(host);
  writer.uint32(port);
  writer.string(origin_host);
  writer.uint32(origin_port);
  return open_channel("direct-tcpip", body, timeout);
}

std::optional<Bytes> Transport::global_request(std::string_view type, ByteView body, bool want_reply,
                                               Timeout timeout) {
  return get().global_request(type, body, want_reply, Deadline::after(timeout));
}

}  // namespace amiko
