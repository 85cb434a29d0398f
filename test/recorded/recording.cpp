// amiko - a session with a real peer, every byte of it, and the file that keeps it
#include "recorded/recording.hpp"

#include <amiko/support/encoding.hpp>

#include <fstream>
#include <stdexcept>
#include <utility>

namespace amiko::test {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t bytes_per_line = 90;

// The lines of a key are joined by "|".
const std::pair<const char*, std::string Recording::*> fields[] = {{"peer", &Recording::peer},
                                                                   {"command", &Recording::command},
                                                                   {"user", &Recording::user},
                                                                   {"password", &Recording::password},
                                                                   {"key", &Recording::key}};

std::string replaced(std::string text, char from, char to) {
  for (char& c : text)
    if (c == from) c = to;
  return text;
}

void take_line(Recording& recording, const std::string& line) {
  if (line.starts_with("> ") || line.starts_with("< "))
    return recording.append(line[0] == '>', support::base64_decode(std::string_view(line).substr(2)));
  for (const auto& [name, member] : fields) {
    const std::string start = std::string(name) + ": ";
    if (!line.starts_with(start)) continue;
    recording.*member = replaced(line.substr(start.size()), '|', '\n');
    return;
  }
  throw std::runtime_error("no line of a recording: " + line);
}

}  // namespace

void Recording::append(bool ours, ByteView data) {
  if (segments.empty() || segments.back().ours != ours) segments.push_back({ours, {}});
  Bytes& end = segments.back().data;
  end.insert(end.end(), data.begin(), data.end());
}

void Recording::save(const fs::path& file) const {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  for (const auto& [name, member] : fields)
    if (!(this->*member).empty()) out << name << ": " << replaced(this->*member, '\n', '|') << '\n';
  for (const Segment& segment : segments) {
    for (ByteView rest = segment.data; !rest.empty();) {
      const ByteView part = rest.first(std::min(rest.size(), bytes_per_line));
      out << (segment.ours ? "> " : "< ") << support::base64_encode(part) << '\n';
      rest = rest.from(part.size());
    }
  }
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

Recording Recording::load(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  Recording recording;
  for (std::string line; std::getline(in, line);)
    take_line(recording, line);
  return recording;
}

fs::path recording_file(const std::string& name) {
  return fs::path(AMIKO_SOURCE_DIR) / "test/data/recorded" / (name + ".txt");
}

}  // namespace amiko::test
