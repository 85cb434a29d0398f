// amiko - the edited line on the terminal's screen
#include "line_view.hpp"

#include <algorithm>
#include <array>

#include "columns.hpp"
#include "scrolled_view.hpp"
#include "wrapped_view.hpp"

namespace amiko {
namespace {

// Families: each with whatever follows a dash, a dot or a plus sign ("tmux-256color",
// "screen.xterm-256color", "konsole+pcfkeys").  All wrap at the right margin only when one more character
// comes, as xterm does.
constexpr auto ansi_terminals = std::to_array<std::string_view>(
    {"ansi",   "cygwin",      "linux",     "putty",      "screen",  "teraterm", "cit80",  "xterm",
     "rxvt",   "tmux",        "alacritty", "foot",       "kitty",   "st",       "stterm", "konsole",
     "gnome",  "vte",         "mintty",    "wezterm",    "ghostty", "contour",  "iterm",  "iterm2",
     "nsterm", "mlterm",      "eterm",     "dtterm",     "pcansi",  "bvterm",   "hterm",  "fbterm",
     "yaft",   "terminology", "rio",       "ms-terminal"});

// "vt100" to "vt525", which have numbers for names.
bool is_dec_terminal(std::string_view family) {
  return family.size() == 5 && family.starts_with("vt") && family[2] >= '1' && family[2] <= '5' &&
         std::ranges::all_of(family.substr(3), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_ansi_terminal(std::string_view term) {
  const auto is_family = [term](std::string_view family) {
    return term.starts_with(family) &&
           (term.size() == family.size() || std::string_view("-.+").find(term[family.size()]) != term.npos);
  };
  return std::ranges::any_of(ansi_terminals, is_family) ||
         is_dec_terminal(term.substr(0, term.find_first_of("-.+")));
}

}  // namespace

LineView::~LineView() = default;

std::unique_ptr<LineView> make_line_view(std::string_view term, std::size_t columns) {
  if (is_ansi_terminal(term)) return std::make_unique<WrappedView>(columns);
  return std::make_unique<ScrolledView>(columns);
}

std::size_t common_prefix(std::string_view a, std::string_view b) noexcept {
  const auto differ = std::ranges::mismatch(a, b);
  const auto same = static_cast<std::size_t>(differ.in1 - a.begin());
  return std::min(cluster_boundary(a, same), cluster_boundary(b, same));
}

}  // namespace amiko
