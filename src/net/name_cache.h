// The addresses of the hosts that the client connects to, found once and kept for a while.
//
//   auto addresses = co_await names.Find(host, until);
//   if (!addresses) co_return addresses.error();
//   ... the third of them refuses: names.ConnectFailed(host, (*addresses)[2]);
//
// The system's resolver tells no TTL, so an answer is fresh for kNameKept. After that it is sought
// anew, and stays good for kStaleNameKept where the name cannot be found any more or the answer is
// late: a resolver that is down does not take the model providers along. One lookup of a name runs
// at a time, and whoever wants the name meanwhile waits for that one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/async.h"
#include "base/error.h"
#include "net/deadline_watch.h"
#include "net/resolve_name.h"

namespace nat {

class NameCache {
 public:
  // An empty `resolve` is ResolveBySystem. The watch tells the time and outlives this.
  NameCache(asio::any_io_executor executor, DeadlineWatch& watch, ResolveName resolve);
  NameCache(const NameCache&) = delete;
  NameCache& operator=(const NameCache&) = delete;

  // The addresses of `host`, which is a name, in the order in which to try them: the families take
  // turns, beginning with the resolver's first choice, and those that failed come last. Never
  // empty, at most kAddressesPerNameMax. kConnectTimeout after `until`, kCancelled, or kUpstream
  // where the name is not found.
  Task<Result<Addresses>> Find(std::string host, SteadyTime until);

  // From now on, until the name is sought anew, `address` is tried last. Once all addresses have
  // failed, the next Find seeks the name anew: the host may have moved.
  void ConnectFailed(const std::string& host, const asio::ip::address& address);

  std::size_t names() const { return entries_.size(); }

 private:
  struct Candidate {
    asio::ip::address address;
    bool has_failed = false;
  };
  struct Entry {
    std::vector<Candidate> candidates;
    SteadyTime fresh_until;
    SteadyTime kept_until;
  };
  struct Lookup {
    explicit Lookup(asio::any_io_executor executor) : ended(std::move(executor)) {}
    Signal ended;
    std::optional<Result<Addresses>> found;
    bool is_over = false;  // `found` is set, and what it says is kept
  };

  static Task<void> Run(Task<Result<Addresses>> resolving, std::shared_ptr<Lookup> lookup);

  bool IsFresh(const std::string& host) const;
  std::optional<Addresses> Kept(const std::string& host) const;
  // The lookup of `host` that runs, or a new one.
  std::shared_ptr<Lookup> LookUp(const std::string& host);
  void Finish(const std::string& host, const Lookup& lookup);
  void Keep(const std::string& host, const Addresses& found);
  // Lets the old addresses do for a while, where there are some.
  void PutOff(const std::string& host);

  asio::any_io_executor executor_;
  DeadlineWatch& watch_;
  ResolveName resolve_;
  std::unordered_map<std::string, Entry> entries_;
  // Shared by this and by the tasks that look up and that wait, which may be dropped in any order.
  std::unordered_map<std::string, std::shared_ptr<Lookup>> lookups_;
  // Owned by this alone; a lookup that ends holds it weakly, to know whether the cache still lives.
  std::shared_ptr<char> life_ = std::make_shared<char>();
};

}  // namespace nat
