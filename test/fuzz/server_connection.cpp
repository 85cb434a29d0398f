// amiko - fuzzing of a whole server behind the login: channels, requests and data from a client without
// manners
#include <amiko/connection/transport.hpp>

#include <list>
#include <mutex>

#include "common/joined.hpp"
#include "common/scripted_client.hpp"
#include "fuzz/input.hpp"
#include "fuzz/target.hpp"

namespace amiko::fuzz {
namespace {

class Host final : public test::OpenHandler {
 public:
  // Channels stay open until the end, or there would be nothing to send to.
  bool take_channel(Channel& channel) override {
    const std::lock_guard guard(mutex_);
    if (channels_.size() < 16) channels_.push_back(std::move(channel));
    return true;
  }

 private:
  std::mutex mutex_;
  std::list<Channel> channels_;
};

// Every message is the fuzzer's; the server ends it with an error, or goes on and says so.
void run_server_connection(ByteView bytes) {
  Input input(bytes);
  Host host;
  const auto fds = test::stream_pair();
  Transport server(fds[0]);
  server.add_server_key(test::joined_host_key());
  Event ready;
  server.start_server(host, ready);
  test::ScriptedClient client{support::UniqueFd(fds[1])};
  client.connect();
  client.log_in();
  try {
    while (!input.empty()) {
      const ByteView payload = input.piece();
      // Key exchanges have targets of their own, and DISCONNECT is too easy a way out.
      if (payload.empty() || payload[0] == 1 || (payload[0] >= 20 && payload[0] <= 49)) continue;
      client.send(payload);
    }
    client.alive();
  } catch (const test::PeerGone&) {
    promise(client.disconnect().has_value() || !server.is_active(),
            "the server hung up without a word and lives on");
  }
}

Bytes open_session() {
  Bytes payload{90};
  append(payload, test::strings({"session"}));
  append(payload, Bytes{0, 0, 0, 0, 0, 32, 0, 0, 0, 0, 128, 0});
  return payload;
}

Bytes request(std::string_view type, ByteView body) {
  Bytes payload{98, 0, 0, 0, 0};
  append(payload, test::strings({type}));
  payload.push_back(1);
  append(payload, body);
  return payload;
}

std::vector<Bytes> server_connection_seeds() {
  const auto seed = [](std::initializer_list<Bytes> payloads) {
    Bytes bytes;
    for (const Bytes& payload : payloads)
      append_piece(bytes, payload);
    return plain(bytes);
  };
  Bytes keepalive{80};
  append(keepalive, test::strings({"keepalive@openssh.com"}));
  keepalive.push_back(1);
  const Bytes data{94, 0, 0, 0, 0, 0, 0, 0, 3, 'a', 'b', 'c'};
  const Bytes eof{96, 0, 0, 0, 0}, close{97, 0, 0, 0, 0}, adjust{93, 0, 0, 0, 0, 0, 0, 1, 0};
  return {seed({open_session(), request("exec", test::strings({"uname"})), data, adjust, eof, close}),
          seed({open_session(), request("env", test::strings({"LANG", "C"})), request("shell", {}), data}),
          seed({keepalive, Bytes{2, 0, 0, 0, 0}, Bytes{192, 0, 0, 0, 0}, open_session(), open_session()}),
          seed({open_session(), request("window-change", Bytes(16, 1)),
                request("signal", test::strings({"INT"}))})};
}

}  // namespace

extern const Target server_connection;
const Target server_connection{"server_connection", run_server_connection, server_connection_seeds};

}  // namespace amiko::fuzz
