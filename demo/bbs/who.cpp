// amiko - who is on line
#include "who.hpp"

#include "screen.hpp"
#include "text.hpp"

#include <algorithm>

namespace bbs {
namespace {

constexpr std::size_t name_width = 16;

std::string row(const std::string& line, const std::string& name, const std::string& since,
                const std::string& idle, const std::string& doing, const std::string& terminal,
                std::size_t doing_width) {
  return fit(line, 4) + pad(name, name_width + 1) + fit(since, 7) + fit(idle, 8) + fit(doing, doing_width) +
         " " + terminal;
}

}  // namespace

std::vector<std::string> who_list(const Bbs& bbs, const Style& style, std::size_t width, bool for_sysop) {
  const auto callers = bbs.callers.list();
  Screen screen(style, width);
  screen.bar("Who is on", count(static_cast<std::int64_t>(callers.size()), "caller"));
  constexpr std::size_t fixed = 4 + name_width + 1 + 7 + 8 + 1;
  const std::size_t end = for_sysop ? 16 : 14;
  const std::size_t doing =
      std::max<std::size_t>(screen.width() > fixed + end ? screen.width() - fixed - end : 0, 10);
  screen.line(style.paint(
      Ink::title, row("No", "Name", "Since", "Idle", "Doing", for_sysop ? "From" : "Terminal", doing)));
  for (const CallerPtr& caller : callers) {
    const Caller::Facts& facts = caller->facts();
    const std::string name = style.name(facts.name) + (facts.sysop ? style.paint(Ink::key, "*") : "");
    screen.line(row(std::to_string(facts.node), name, date(facts.since, "%H:%M"),
                    duration(caller->idle().count()), style.shown(caller->activity()),
                    fit(for_sysop ? facts.address : facts.terminal, end), doing));
  }
  return screen.rows();
}

void show_who(Session& session) {
  session.doing("the list of callers");
  session.write(session.style().clear_screen());
  const bool all =
      session.page([&](std::size_t width) { return who_list(session.bbs(), session.style(), width, false); });
  if (!all) return;
  session.write("\n");
  session.pause();
}

}  // namespace bbs
