// amiko - the message boards as a caller sees them
#pragma once

#include "session.hpp"

namespace bbs {

/// The list of boards, and from there on.
void message_boards(Session& session);

/// One board: its threads, new ones.
void show_board(Session& session, const Board& board);

/// A thread from the first unread post on; then replies.
void read_thread(Session& session, const Thread& thread);

}  // namespace bbs
