// amiko - log sinks
#include <amiko/base/log.hpp>

#include <amiko/base/printable.hpp>

#include <cstdio>
#include <string>

namespace amiko {

struct Log::State {
  LogSink sink;
  std::string context;
};

LogSink log_to_stderr() {
  return [](LogLevel, std::string_view context, std::string_view line) {
    std::string text;
    text.reserve(context.size() + line.size() + 3);
    text.append(context);
    if (!context.empty()) text += ": ";
    text.append(line);
    text += '\n';
    std::fwrite(text.data(), 1, text.size(), stderr);  // unbuffered: one write
  };
}

Log::Log(LogSink sink, LogLevel level, std::string_view context) : level_(level) {
  if (sink && level != LogLevel::off)
    state_ = std::make_shared<const State>(State{std::move(sink), std::string(context)});
}

void Log::write(LogLevel level, std::string_view line) const noexcept {
  if (!enabled(level)) return;
  try {
    state_->sink(level, state_->context, printable(line));
  } catch (...) {
  }
}

const LogSink& Log::sink() const {
  static const LogSink none;
  return state_ ? state_->sink : none;
}

}  // namespace amiko
