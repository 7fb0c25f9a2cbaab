// The templates of base/async.h; include that header, not this one.
#pragma once

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <variant>

namespace nat {

template <class T>
Task<Result<T>> WithTimeout(Clock& clock, Task<Result<T>> operation,
                            std::chrono::nanoseconds limit) {
  using boost::asio::experimental::awaitable_operators::operator||;
  auto sleep = clock.Sleep(limit);
  auto first = std::move(operation) || std::move(sleep);
  auto either = co_await std::move(first);
  if (either.index() == 0) co_return std::move(std::get<0>(either));
  co_return Error(ErrorCode::kTimeout, "an operation passed its time limit");
}

namespace internal {
template <class F>
Task<std::invoke_result_t<F>> CallOnce(F function) {
  co_return function();
}
}  // namespace internal

template <class F>
Task<std::invoke_result_t<F>> Offload(asio::thread_pool& pool, F function) {
  auto body = internal::CallOnce(std::move(function));
  auto on_pool = asio::co_spawn(pool, std::move(body), asio::use_awaitable);
  co_return co_await std::move(on_pool);
}

}  // namespace nat
