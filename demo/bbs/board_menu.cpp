// amiko - the message boards: the lists
#include "board_menu.hpp"

#include "composer.hpp"
#include "screen.hpp"
#include "text.hpp"

#include <algorithm>
#include <charconv>

namespace bbs {
namespace {

/// A number from 1 to `most`; 0 for anything else.
std::size_t number_in(const std::string& text, std::size_t most) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number <= most ? number : 0;
}

void draw_boards(Session& session, const std::vector<Board>& boards) {
  const Style& style = session.style();
  Screen screen = session.screen();
  screen.clear();
  screen.bar("Message boards", date(now_seconds(), "%a %d %b %H:%M"));
  screen.blank();
  const std::size_t name_width = std::clamp<std::size_t>(screen.width() / 4, 8, 20);
  screen.line(style.paint(Ink::title,
                          "     " + fit("Board", name_width) + fit("Posts", 7) + fit("Unread", 8) + "About"));
  for (std::size_t i = 0; i < boards.size(); ++i) {
    const Board& board = boards[i];
    const std::string number = std::to_string(i + 1);
    const std::string unread =
        board.unread == 0 ? fit("-", 8) : style.paint(Ink::good, fit(std::to_string(board.unread), 8));
    const std::size_t rest = screen.width() > name_width + 21 ? screen.width() - name_width - 21 : 0;
    screen.line(
        style.paint(Ink::key, std::string(3 - std::min<std::size_t>(number.size(), 3), ' ') + number) + "  " +
        fit(style.shown(board.name), name_width - 1, style.lines().ellipsis) + " " +
        fit(std::to_string(board.posts), 7) + unread +
        style.paint(Ink::faint, cut(style.shown(board.about), rest, style.lines().ellipsis)));
  }
  screen.blank();
  session.write(screen.text());
}

/// One board's threads, some at a time.
class ThreadList {
 public:
  ThreadList(Session& session, const Board& board)
      : session_(session), boards_(session.bbs().boards), board_(board) {}

  void run() {
    for (;;) {
      session_.doing("reads " + board_.name);
      load();
      draw();
      const auto answer = session_.ask(prompt(), 20, [this] { draw(); });
      if (!answer || !handle(to_lower(*answer))) return;
    }
  }

 private:
  std::size_t per_page() const {
    const std::size_t rows = session_.rows();
    return !session_.interactive() ? 100 : rows > 12 ? rows - 7 : 5;
  }

  void load() {
    threads_ = boards_.threads(board_.id, session_.account().id, static_cast<std::int64_t>(per_page() + 1),
                               static_cast<std::int64_t>(first_));
    more_ = threads_.size() > per_page();
    if (more_) threads_.pop_back();
  }

  std::string prompt() const {
    return std::string(" Number, n new, u next unread, a all read, ") + (more_ ? "m more, " : "") +
           (first_ > 0 ? "b back, " : "") + "q quit: ";
  }

  void draw() {
    const Style& style = session_.style();
    Screen screen = session_.screen();
    screen.clear();
    screen.bar(board_.name, count(board_.threads, "thread"));
    const bool wide = screen.width() >= 70;  // room for all columns
    const std::size_t fixed = 7 + 17 + (wide ? 18 : 0);
    const std::size_t subject = screen.width() > fixed + 10 ? screen.width() - fixed : 10;
    screen.line(style.paint(Ink::title, "       " + fit("Subject", subject) + fit("By", 17) +
                                            (wide ? fit("Posts", 6) + "Last" : "")));
    for (std::size_t i = 0; i < threads_.size(); ++i) {
      const Thread& thread = threads_[i];
      const std::string number = std::to_string(first_ + i + 1);
      const std::string last = style.paint(Ink::faint, date(thread.last_written, "%d %b %H:%M"));
      screen.line(
          style.paint(Ink::key, std::string(4 - std::min<std::size_t>(number.size(), 4), ' ') + number) +
          " " + (thread.unread ? style.paint(Ink::good, "* ") : "  ") +
          fit(style.shown(thread.subject), subject - 1, style.lines().ellipsis) + " " +
          pad(style.name(thread.author), 17) + (wide ? fit(std::to_string(thread.posts), 6) + last : ""));
    }
    if (threads_.empty())
      screen.line(style.paint(Ink::faint, "       Nothing here yet: type n and write something."));
    screen.blank();
    session_.write(screen.text());
  }

  bool handle(const std::string& answer) {
    if (answer.empty() || answer == "q") return false;
    if (answer == "n") {
      start();
    } else if (answer == "u") {
      next_unread();
    } else if (answer == "a") {
      boards_.mark_all_seen(session_.account().id, board_.id);
    } else if (answer == "m" && more_) {
      first_ += per_page();
    } else if (answer == "b") {
      first_ -= std::min(first_, per_page());
    } else if (const std::size_t number = number_in(answer, first_ + threads_.size()); number > first_) {
      read_thread(session_, threads_[number - first_ - 1]);
    } else {
      session_.complain("There is no \"" + answer + "\" here.");
      session_.pause();
    }
    return true;
  }

  void next_unread() {
    const auto found = std::ranges::find_if(threads_, &Thread::unread);
    if (found != threads_.end()) return read_thread(session_, *found);
    session_.say("Nothing here is unread.");
    session_.pause();
  }

  void start() {
    session_.doing("writes");
    const auto subject = session_.ask(" Subject: ", Boards::longest_subject);
    if (!subject || subject->empty()) return;
    const auto body = compose(session_, "New: " + *subject);
    if (!body) return;
    if (!session_.post_rate.take())
      return session_.complain("You write very much at once. Try again in a minute.");
    boards_.start_thread(board_.id, session_.account().id, *subject, *body);
    ++board_.threads;
    session_.log("starts a thread");
  }

  Session& session_;
  Boards& boards_;
  Board board_;
  std::vector<Thread> threads_;
  std::size_t first_ = 0;
  bool more_ = false;
};

}  // namespace

void show_board(Session& session, const Board& board) {
  ThreadList(session, board).run();
}

void message_boards(Session& session) {
  for (;;) {
    session.doing("the message boards");
    const auto boards = session.bbs().boards.list(session.account().id);
    draw_boards(session, boards);
    const auto answer =
        session.ask(" Board number, Enter to leave: ", 20, [&] { draw_boards(session, boards); });
    if (!answer || answer->empty() || to_lower(*answer) == "q") return;
    if (const std::size_t number = number_in(*answer, boards.size()); number != 0)
      show_board(session, boards[number - 1]);
  }
}

}  // namespace bbs
