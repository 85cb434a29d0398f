// amiko - the server's side of authentication: keyboard-interactive (RFC 4256)
#include <amiko/protocol/auth_server.hpp>

#include "auth_server_limits.hpp"

#include <amiko/base/error.hpp>
#include <amiko/wire/auth_messages.hpp>

#include <utility>

namespace amiko::protocol {

Bytes AuthServer::interactive(ByteView body, AuthDecider& decider) {
  wire::Reader in(body);
  in.text();  // the language tag, deprecated
  const std::string_view submethods = in.text();
  in.expect_end();
  return proceed(decider.interactive(user(), submethods), 0, decider);
}

Bytes AuthServer::info_response(ByteView payload, AuthDecider& decider) {
  if (!dialogue_)
    throw_failure({.code = errc::protocol_error,
                   .text = "answers to questions that nobody has asked",
                   .phase = Phase::authentication});
  const Answers answers = wire::decode_info_response(payload);
  const Dialogue dialogue = *std::exchange(dialogue_, std::nullopt);
  if (answers.size() != dialogue.prompts) return refuse();
  return proceed(decider.answers(user(), answers), dialogue.rounds, decider);
}

Bytes AuthServer::proceed(const InteractiveStep& step, unsigned rounds, AuthDecider& decider) {
  const auto* query = std::get_if<InteractiveQuery>(&step);
  if (query == nullptr) return conclude("keyboard-interactive", std::get<Decision>(step), decider);
  return rounds < limits::rounds ? ask(*query, rounds + 1) : refuse();
}

Bytes AuthServer::ask(const InteractiveQuery& query, unsigned round) {
  if (query.prompts.size() > limits::prompts)
    throw_error(errc::invalid_argument, "a query of more than 256 prompts");
  wire::UserauthInfoRequest message{.name = query.name, .instruction = query.instruction};
  for (const Prompt& prompt : query.prompts)
    message.prompts.push_back({.prompt = prompt.text, .echo = prompt.echo});
  dialogue_ = Dialogue{.prompts = query.prompts.size(), .rounds = round};
  return encoded(message);
}

}  // namespace amiko::protocol
