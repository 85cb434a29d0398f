// amiko - tests of open, EOF and close on both sides of a channel
#include <amiko/base/error.hpp>
#include <amiko/protocol/channel_state.hpp>

#include <boost/test/unit_test.hpp>

#include <ostream>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace amiko::protocol {

std::ostream& operator<<(std::ostream& out, ChannelSide side) {
  return out << static_cast<int>(side);
}

namespace {

using enum ChannelEvent;
using Side = ChannelSide;

constexpr ChannelEvent all_events[] = {open, open_confirmed, open_failed, data, eof, close, request};

bool is_protocol_error(const Error& error) {
  return error.code() == errc::protocol_error;
}

bool receives(ChannelState& state, ChannelEvent event) {
  try {
    state.received(event);
    return true;
  } catch (const ProtocolError&) {
    return false;
  }
}

/// What one side may say, in words of its own: by what it said before and whether the channel has been
/// answered.
struct History {
  bool opener = false;
  bool confirmed = false, failed = false;
  bool eof_said = false, close_said = false;

  bool may_say(ChannelEvent event) const {
    if (!confirmed && !failed)
      return opener ? event == open : event == open_confirmed || event == open_failed;
    if (failed || close_said || event == open || event == open_confirmed || event == open_failed)
      return false;
    return !eof_said || event == close || event == request;
  }
};

struct Model {
  History ours, theirs;

  void say(bool we, ChannelEvent event) {
    if (event == open_confirmed) ours.confirmed = theirs.confirmed = true;
    if (event == open_failed) ours.failed = theirs.failed = true;
    History& speaker = we ? ours : theirs;
    if (event == eof) speaker.eof_said = true;
    if (event == close) speaker.close_said = true;
  }
  bool finished() const { return ours.failed || (ours.close_said && theirs.close_said); }
  bool is_open() const { return ours.confirmed && !ours.close_said && !theirs.close_said; }
};

/// Tries everything that can be said next, to the given depth.
void walk(const ChannelState& state, const Model& model, int depth) {
  BOOST_REQUIRE(state.finished() == model.finished());
  BOOST_REQUIRE(state.is_open() == model.is_open());
  if (depth == 0) return;
  for (const bool we : {true, false})
    for (const ChannelEvent event : all_events) {
      ChannelState after = state;
      const bool peer_is_gone = we && model.theirs.close_said && event != close;
      const bool allowed = (we ? model.ours : model.theirs).may_say(event) && !peer_is_gone;
      BOOST_REQUIRE((we ? after.sent(event) : receives(after, event)) == allowed);
      if (!allowed) {
        BOOST_REQUIRE((after.local() == state.local() && after.remote() == state.remote()));
        continue;
      }
      Model said = model;
      said.say(we, event);
      walk(after, said, depth - 1);
    }
}

ChannelState open_channel() {
  ChannelState state(true);
  state.received(open_confirmed);
  return state;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(channel_state)

BOOST_AUTO_TEST_CASE(every_sequence_of_six_events_is_judged_right) {
  for (const bool by_us : {true, false}) {
    Model model;
    model.ours.opener = by_us;
    model.theirs.opener = !by_us;
    walk(ChannelState(by_us), model, 6);
  }
}

BOOST_AUTO_TEST_CASE(a_channel_of_ours_waits_for_the_confirmation) {
  ChannelState state(true);
  BOOST_TEST(!state.is_open());
  BOOST_TEST(!state.sent(data));
  BOOST_TEST(!state.sent(close));
  BOOST_CHECK_EXCEPTION(state.received(data), Error, is_protocol_error);
  state.received(open_confirmed);
  BOOST_TEST(state.is_open());
  BOOST_TEST(state.sent(data));
  BOOST_CHECK_EXCEPTION(state.received(open_confirmed), Error, is_protocol_error);
  BOOST_CHECK_EXCEPTION(state.received(open_failed), Error, is_protocol_error);
}

BOOST_AUTO_TEST_CASE(a_refused_channel_is_finished) {
  ChannelState ours(true);
  ours.received(open_failed);
  BOOST_TEST(ours.finished());
  BOOST_TEST(!ours.is_open());
  BOOST_CHECK_EXCEPTION(ours.received(open_failed), Error, is_protocol_error);

  ChannelState theirs(false);
  BOOST_TEST(theirs.sent(open_failed));
  BOOST_TEST(theirs.finished());
  BOOST_TEST(!theirs.sent(open_confirmed));
}

BOOST_AUTO_TEST_CASE(a_channel_of_the_peer_waits_for_us) {
  ChannelState state(false);
  BOOST_CHECK_EXCEPTION(state.received(data), Error, is_protocol_error);
  BOOST_CHECK_EXCEPTION(state.received(open_confirmed), Error, is_protocol_error);
  BOOST_TEST(state.sent(open_confirmed));
  BOOST_TEST(state.is_open());
  BOOST_CHECK_NO_THROW(state.received(data));
}

BOOST_AUTO_TEST_CASE(eof_ends_data_and_nothing_else) {
  ChannelState state = open_channel();
  state.received(data);
  state.received(eof);
  BOOST_TEST(state.remote() == Side::eof);
  BOOST_CHECK_NO_THROW(state.received(request));  // exit-status
  BOOST_CHECK_EXCEPTION(state.received(data), Error, is_protocol_error);
  BOOST_TEST(state.is_open());
  BOOST_TEST(state.sent(data));

  BOOST_TEST(state.sent(eof));
  BOOST_TEST(state.local() == Side::eof);
  BOOST_TEST(!state.sent(data));
  BOOST_TEST(!state.sent(eof));
  BOOST_TEST(state.sent(request));
}

BOOST_AUTO_TEST_CASE(close_needs_no_eof_and_both_sides_must_say_it) {
  ChannelState state = open_channel();
  BOOST_TEST(state.sent(close));
  BOOST_TEST(!state.finished());
  BOOST_TEST(!state.is_open());
  BOOST_TEST(!state.sent(close));
  BOOST_TEST(!state.sent(request));
  BOOST_CHECK_NO_THROW(state.received(data));  // was under way
  state.received(close);
  BOOST_TEST(state.finished());
  for (const ChannelEvent event : all_events)
    BOOST_CHECK_EXCEPTION(state.received(event), Error, is_protocol_error);
}

BOOST_AUTO_TEST_CASE(after_the_peers_close_only_ours_is_left_to_say) {
  ChannelState state = open_channel();
  state.received(close);
  BOOST_TEST(!state.finished());
  BOOST_TEST(!state.sent(data));
  BOOST_TEST(!state.sent(eof));
  BOOST_TEST(!state.sent(request));
  BOOST_TEST(state.sent(close));
  BOOST_TEST(state.finished());
}

BOOST_AUTO_TEST_CASE(the_error_says_what_came_and_when) {
  ChannelState state = open_channel();
  state.received(eof);
  BOOST_CHECK_EXCEPTION(state.received(data), Error, [](const Error& error) {
    return std::string(error.what()).find("the peer sent data after EOF") != std::string::npos;
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::protocol
