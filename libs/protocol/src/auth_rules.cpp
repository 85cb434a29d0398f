// amiko - which methods a login takes, one after the other
#include <amiko/protocol/auth_rules.hpp>

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>
#include <amiko/wire/name_list.hpp>

#include <algorithm>
#include <utility>

namespace amiko::protocol {
namespace {

constexpr std::string_view methods[] = {"none", "password", "publickey", "keyboard-interactive"};
constexpr std::string_view methods_of_sshd[] = {"gssapi-with-mic", "hostbased"};
constexpr std::string_view white_space = " \t\r\n\v\f";
constexpr std::size_t shown = 80;

[[noreturn]] void bad(std::string_view quoted, std::string_view what) {
  throw_error(errc::bad_config,
              "authentication methods: \"" + printable(quoted, false, shown) + "\" " + std::string(what));
}

bool is_in(std::span<const std::string_view> names, std::string_view name) noexcept {
  return std::ranges::find(names, name) != names.end();
}

// Takes everything up to the first of `separators` off `text`, and that one too.  (support has such helpers,
// but this module is pure.)
std::string_view take(std::string_view& text, std::string_view separators) noexcept {
  const std::size_t end = std::min(text.find_first_of(separators), text.size());
  const std::string_view piece = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return piece;
}

}  // namespace

std::span<const std::string_view> server_auth_methods() noexcept {
  return methods;
}

AuthRules::Step AuthRules::parse_step(std::string_view text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view method = text.substr(0, colon);
  if (is_in(methods_of_sshd, method)) bad(method, "is a method that is not supported");
  if (method == "any") bad(text, "must stand alone");
  if (!is_in(methods, method)) bad(text, "is not the name of a method");
  if (colon == text.size()) return {.method = std::string(method)};
  if (method != "keyboard-interactive") bad(text, "names a device, which only keyboard-interactive has");
  const std::string_view device = text.substr(colon + 1);
  if (device.empty()) bad(text, "names no device after the colon");
  return {.method = std::string(method), .device = std::string(device)};
}

AuthRules::List AuthRules::parse_list(std::string_view text) {
  // A comma at the end would be lost otherwise, and with it a step that somebody meant to add.
  if (text.back() == ',') bad(text, "has an empty name");
  List list;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view name = take(rest, ",");
    if (name.empty()) bad(text, "has an empty name");
    list.push_back(parse_step(name));
  }
  return list;
}

AuthRules AuthRules::parse(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::string_view rest = text; !rest.empty();)
    if (const std::string_view word = take(rest, white_space); !word.empty()) words.push_back(word);
  if (words.empty()) throw_error(errc::bad_config, "authentication methods: none is named");
  AuthRules rules;
  if (words.size() == 1 && words.front() == "any") return rules;
  for (const std::string_view word : words)
    rules.lists_.push_back(parse_list(word));
  return rules;
}

std::size_t AuthRules::steps_done(const List& list, const Methods& done) noexcept {
  std::size_t count = 0;
  for (const std::string& method : done)
    if (count < list.size() && list[count].method == method) ++count;
  return count;
}

AuthRules::Methods AuthRules::next(const Methods& done) const {
  if (any()) return Methods(std::begin(methods), std::end(methods));
  Methods names;
  for (const List& list : lists_) {
    const std::size_t count = steps_done(list, done);
    if (count < list.size() && !wire::contains(names, list[count].method))
      names.push_back(list[count].method);
  }
  return names;
}

bool AuthRules::complete(const Methods& done) const noexcept {
  if (any()) return !done.empty();
  return std::ranges::any_of(lists_, [&](const List& l) { return steps_done(l, done) == l.size(); });
}

std::string AuthRules::text() const {
  if (any()) return "any";
  std::string text;
  for (const List& list : lists_) {
    if (!text.empty()) text += ' ';
    for (const Step& step : list) {
      if (&step != &list.front()) text += ',';
      text += step.method;
      if (!step.device.empty()) text += ':' + step.device;
    }
  }
  return text;
}

}  // namespace amiko::protocol
