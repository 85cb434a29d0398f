// amiko - the edited line on the terminal's screen
#include "line_view.hpp"

#include <algorithm>
#include <array>

#include "columns.hpp"
#include "scrolled_view.hpp"
#include "wrapped_view.hpp"

namespace amiko {
namespace {

constexpr std::array<std::string_view, 17> ansi_terminals{
    "ansi",  "cygwin",      "linux",         "putty",          "screen",    "teraterm",
    "cit80", "vt100",       "vt102",         "vt220",          "vt320",     "xterm",
    "rxvt",  "xterm-color", "xterm-16color", "xterm-256color", "rxvt-color"};

}  // namespace

LineView::~LineView() = default;

std::unique_ptr<LineView> make_line_view(std::string_view term, std::size_t columns) {
  if (std::ranges::find(ansi_terminals, term) == ansi_terminals.end())
    return std::make_unique<ScrolledView>(columns);
  return std::make_unique<WrappedView>(columns);
}

std::size_t common_prefix(std::string_view a, std::string_view b) noexcept {
  const auto differ = std::ranges::mismatch(a, b);
  const auto same = static_cast<std::size_t>(differ.in1 - a.begin());
  return std::min(cluster_boundary(a, same), cluster_boundary(b, same));
}

}  // namespace amiko
