// amiko - known_hosts files: which keys belong to which host
#include <amiko/config/known_hosts.hpp>

#include "known_hosts_line.hpp"

#include <amiko/base/error.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace amiko {

using config::KnownHostsLine;
using config::KnownHostsQuery;

namespace {

void add_once(std::vector<std::string>& list, std::string text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
}

}  // namespace

// Most lines of a file concern other hosts, and decoding a key costs far more than comparing a name: so keys
// are decoded only where one is asked for.
class KnownHosts::Impl {
 public:
  struct Line {
    std::string problem;    // why the line is not used, or empty
    KnownHostsLine fields;  // views into the file's text
    const std::string* file;
    std::size_t number;
  };

  void add_file(std::string name, std::string_view text);
  void add_unreadable(std::string name, std::string why);

  // The line's key, or why there is none.
  static std::optional<PublicKey> key_of(const Line& line, std::string& problem);
  // Calls f(Entry) for the lines that filter(fields) wants and whose key can be used.
  template <class Filter, class F>
  void for_each_entry(Filter filter, F f) const;

  std::vector<std::unique_ptr<const std::string>> strings;
  std::vector<Line> lines;
  bool complete = true;

 private:
  const std::string& keep(std::string_view text) {
    strings.push_back(std::make_unique<const std::string>(text));
    return *strings.back();
  }
};

void KnownHosts::Impl::add_file(std::string name, std::string_view text) {
  const std::string& file = keep(name);
  config::for_each_line(keep(text), [&](std::string_view line, std::size_t number) {
    std::string problem;
    auto fields = config::parse_known_hosts_line(line, problem);
    if (fields || !problem.empty())
      lines.push_back({std::move(problem), std::move(fields).value_or(KnownHostsLine()), &file, number});
  });
}

void KnownHosts::Impl::add_unreadable(std::string name, std::string why) {
  lines.push_back({std::move(why), {}, &keep(name), 0});
  complete = false;
}

std::optional<PublicKey> KnownHosts::Impl::key_of(const Line& line, std::string& problem) {
  problem = line.problem;
  if (!problem.empty()) return std::nullopt;
  try {
    return line.fields.key();
  } catch (const KeyError& e) {
    problem = e.what();
    return std::nullopt;
  }
}

template <class Filter, class F>
void KnownHosts::Impl::for_each_entry(Filter filter, F f) const {
  std::string problem;
  for (const auto& line : lines) {
    if (!line.problem.empty() || !filter(line.fields)) continue;
    if (auto key = key_of(line, problem))
      f(Entry{line.fields.marker, std::string(line.fields.names), *std::move(key), *line.file, line.number});
  }
}

std::string KnownHosts::Result::where() const {
  return file.empty() ? std::string() : file + ":" + std::to_string(line);
}

KnownHosts::KnownHosts() : impl_(std::make_shared<const Impl>()) {}

KnownHosts::KnownHosts(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

KnownHosts KnownHosts::load(const std::vector<std::filesystem::path>& files) {
  const auto impl = std::make_shared<Impl>();
  for (const auto& path : files) {
    try {
      impl->add_file(path.native(), config::read_known_hosts(path));
    } catch (const KeyError& e) {
      if (e.code() != errc::file_not_found) impl->add_unreadable(path.native(), e.what());
    }
  }
  return KnownHosts(impl);
}

KnownHosts KnownHosts::parse(std::string_view text, std::string name) {
  const auto impl = std::make_shared<Impl>();
  impl->add_file(std::move(name), text);
  return KnownHosts(impl);
}

std::vector<KnownHosts::Entry> KnownHosts::find(std::string_view host, std::uint16_t port,
                                                std::string_view address) const {
  const KnownHostsQuery query(host, port, address);
  std::vector<Entry> found;
  impl_->for_each_entry([&](const KnownHostsLine& line) { return line.matches(query); },
                        [&](Entry entry) { found.push_back(std::move(entry)); });
  return found;
}

std::vector<KnownHosts::Entry> KnownHosts::find_key(const PublicKey& key) const {
  std::vector<Entry> found;
  const std::string text = key.with_comment({}).to_line();
  // Base64 has one right form, so the text rules most lines out without decoding them.
  const auto may_hold = [&](const KnownHostsLine& line) {
    return line.marker == Marker::none && text.ends_with(line.base64);
  };
  impl_->for_each_entry(may_hold, [&](Entry entry) {
    if (entry.key == key) found.push_back(std::move(entry));
  });
  return found;
}

KnownHosts::Result KnownHosts::check(std::string_view host, std::uint16_t port, std::string_view address,
                                     const PublicKey& key) const {
  const std::string& type = key.type();
  Result result;
  const auto decide = [&result](HostKeyStatus status, const Entry& entry) {
    result.status = status;
    result.file = entry.file;
    result.line = entry.line;
  };
  for (const auto& entry : find(host, port, address)) {
    const bool equal = entry.key == key;
    const bool first_of_type = !result.same_type_known && entry.key.type() == type;
    if (entry.marker == Marker::revoked && equal && result.status != HostKeyStatus::revoked)
      decide(HostKeyStatus::revoked, entry);
    if (entry.marker != Marker::none) continue;

    add_once(result.known_fingerprints, entry.key.type() + " " + entry.key.fingerprint());
    result.same_type_known |= first_of_type;
    if (result.status == HostKeyStatus::revoked || result.status == HostKeyStatus::match) continue;
    if (equal)
      decide(HostKeyStatus::match, entry);
    else if (result.status == HostKeyStatus::unknown || first_of_type)
      decide(HostKeyStatus::changed, entry);
  }
  return result;
}

std::vector<std::string> KnownHosts::known_key_types(std::string_view host, std::uint16_t port,
                                                     std::string_view address) const {
  std::vector<std::string> types;
  for (const auto& entry : find(host, port, address))
    if (entry.marker == Marker::none) add_once(types, entry.key.type());
  return types;
}

std::vector<KnownHosts::Diagnostic> KnownHosts::diagnostics() const {
  std::vector<Diagnostic> result;
  std::string problem;
  for (const auto& line : impl_->lines)
    if (!Impl::key_of(line, problem)) result.push_back({*line.file, line.number, std::move(problem)});
  return result;
}

bool KnownHosts::complete() const noexcept {
  return impl_->complete;
}

}  // namespace amiko
