// amiko - one call of get(), put() or copy(): its settings, what it counts, whom it tells
#include "transfer_run.hpp"

#include <amiko/base/printable.hpp>

#include <utility>

namespace amiko {

TransferError::TransferError(Failure failure, std::string source, std::string target,
                             std::optional<std::uint64_t> offset)
    : Error(std::move(failure)), source_(std::move(source)), target_(std::move(target)), offset_(offset) {}

TransferError::~TransferError() = default;

namespace sftp {

void TransferRun::report(const TransferError& error) {
  ++result_.failed;
  if (!options_.error) throw TransferStop{.why = std::make_exception_ptr(error)};
  call_user(options_.error, error);
}

TransferError transfer_error(Failure failure, std::string_view doing, const TransferTask& task,
                             std::optional<std::uint64_t> offset) {
  std::string text = std::string(doing) + " '" + printable(task.source) + "'";
  if (offset && *offset != 0) text += " at byte " + std::to_string(*offset);
  if (!failure.text.empty()) text += ": " + failure.text;
  failure.text = std::move(text);
  return TransferError(std::move(failure), task.source, task.target, offset);
}

}  // namespace sftp
}  // namespace amiko
