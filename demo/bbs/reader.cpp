// amiko - the message boards: reading a thread
#include "board_menu.hpp"

#include "composer.hpp"
#include "screen.hpp"
#include "text.hpp"

#include <algorithm>
#include <charconv>

namespace bbs {
namespace {

class Reader {
 public:
  Reader(Session& session, const Thread& thread)
      : session_(session), boards_(session.bbs().boards), thread_(thread) {}

  void run() {
    session_.doing("reads \"" + cut(thread_.subject, 24) + "\"");
    std::int64_t from = boards_.last_seen(session_.account().id, thread_.id);
    for (;;) {
      posts_ = boards_.posts(thread_.id);
      if (posts_.empty()) return;
      if (posts_.back().id <= from) from = 0;  // all was read: once more from the start
      show(from);
      from = posts_.back().id;
      if (!ask(from)) return;
    }
  }

 private:
  void show(std::int64_t after) {
    session_.write(session_.style().clear_screen());
    const bool all = session_.page([&](std::size_t columns) { return rows(after, columns); });
    if (all) boards_.mark_seen(session_.account().id, thread_.id, posts_.back().id);
  }

  std::vector<std::string> rows(std::int64_t after, std::size_t columns) const {
    const Style& style = session_.style();
    Screen screen(style, columns);
    screen.bar(thread_.subject, count(static_cast<std::int64_t>(posts_.size()), "post"));
    for (const Post& post : posts_) {
      if (post.id <= after) continue;
      screen.blank();
      screen.line(style.paint(Ink::key, "#" + std::to_string(post.id)) + "  " + style.name(post.author) +
                  "  " + style.paint(Ink::faint, date(post.written, "%a %d %b %Y %H:%M")));
      screen.rule();
      if (post.deleted)
        screen.line(style.paint(Ink::faint, "(deleted)"));
      else
        for (const std::string& line : wrap(style.shown(post.body), screen.width()))
          screen.line(line);
    }
    screen.blank();
    return screen.rows();
  }

  // False: enough of it.  `from` becomes the post after which to show what there is.
  bool ask(std::int64_t& from) {
    const Style& style = session_.style();
    const std::string prompt = " " + key_hint(style, "R", "reply  ") + key_hint(style, "A", "again  ") +
                               key_hint(style, "D", "delete a post  ") + key_hint(style, "Q", "quit: ");
    for (;;) {
      const char pressed = session_.key(prompt);
      session_.write("\n");
      if (pressed == 'q' || pressed == '\r' || pressed == '\x04' || pressed == ' ') return false;
      if (pressed == 'r') {
        const std::int64_t written = reply();
        if (written == 0) continue;
        from = written - 1;
        return true;
      }
      if (pressed == 'a') {
        from = 0;
        return true;
      }
      if (pressed == 'd' && remove()) {
        from = 0;
        return true;
      }
    }
  }

  std::int64_t reply() {
    session_.doing("writes");
    const auto body = compose(session_, "Reply: " + thread_.subject);
    if (!body) return 0;
    if (!session_.post_rate.take()) {
      session_.complain("You write very much at once. Try again in a minute.");
      return 0;
    }
    const std::int64_t post = boards_.reply(thread_.id, session_.account().id, *body);
    session_.log("writes post " + std::to_string(post));
    return post;
  }

  bool remove() {
    auto answer = session_.ask(" Number of the post: ", 20);
    if (!answer || answer->empty()) return false;
    if (answer->front() == '#') answer->erase(0, 1);
    std::int64_t number = 0;
    std::from_chars(answer->data(), answer->data() + answer->size(), number);
    const auto post = std::ranges::find(posts_, number, &Post::id);
    if (post == posts_.end() || post->deleted) {
      session_.complain("There is no such post here.");
      return false;
    }
    if (post->author_id != session_.account().id && !session_.account().sysop) {
      session_.complain("It is not yours.");
      return false;
    }
    if (!session_.confirm(" Delete #" + std::to_string(number) + " by " + post->author + "?")) {
      session_.write("\n");
      return false;
    }
    boards_.delete_post(number);
    session_.log("deletes post " + std::to_string(number));
    return true;
  }

  Session& session_;
  Boards& boards_;
  const Thread thread_;
  std::vector<Post> posts_;
};

}  // namespace

void read_thread(Session& session, const Thread& thread) {
  Reader(session, thread).run();
}

}  // namespace bbs
