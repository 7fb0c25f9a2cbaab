// Runs one load of bench/journal and prints its figures as a line of JSON; times in microseconds,
// CPU in microseconds an event. bench/durability makes tables of many of them.
//
//   journal_bench row 64 1000 0 5     way, turns, length, pace of a turn, pace of commits beside
//   (ms) journal_bench ways                the ways and what they are
#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "bench/journal/load.h"

namespace nat {
namespace {

namespace json = boost::json;

constexpr int kArguments = 5;

// p50, p99 and the largest, by nearest rank.
json::array Percentiles(std::vector<double> times) {
  if (times.empty()) return {};
  std::sort(times.begin(), times.end());
  const auto at = [&](std::size_t share) {
    return times[std::max<std::size_t>(1, (times.size() * share + 99) / 100) - 1];
  };
  return {at(50), at(99), times.back()};
}

const WayKind* FindWay(const std::string& word) {
  const auto& ways = AllWays();
  const auto found = std::find_if(ways.begin(), ways.end(),
                                  [&](const WayKind& kind) { return kind.word == word; });
  return found == ways.end() ? nullptr : &*found;
}

int PrintWays() {
  json::object meanings;
  for (const auto& kind : AllWays()) meanings[kind.word] = kind.meaning;
  std::cout << json::serialize(meanings) << std::endl;
  return 0;
}

int Run(const std::vector<std::string>& words) {
  const WayKind* kind = FindWay(words[0]);
  if (kind == nullptr) return 2;
  const auto number = [&](std::size_t at) { return std::strtoll(words[at].c_str(), nullptr, 10); };
  Load load;
  load.turns = static_cast<std::size_t>(number(1));
  load.length = std::chrono::milliseconds(number(2));
  load.pace = std::chrono::milliseconds(number(3));
  load.commit_pace = std::chrono::milliseconds(number(4));
  if (load.turns == 0) return 2;
  const auto figures = RunLoad(*kind, load);
  const auto events = static_cast<double>(figures.append_times.size());
  json::object line;
  line["events"] = figures.append_times.size();
  line["seconds"] = figures.seconds;
  line["loop_cpu"] = figures.loop_cpu / events;
  line["others_cpu"] = figures.others_cpu / events;
  line["append"] = Percentiles(figures.append_times);
  line["commit"] = Percentiles(figures.commit_times);
  line["commits"] = figures.commit_times.size();
  std::cout << json::serialize(line) << std::endl;
  return 0;
}

}  // namespace
}  // namespace nat

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  if (words == std::vector<std::string>{"ways"}) return nat::PrintWays();
  if (words.size() != nat::kArguments) {
    std::cerr << "journal_bench WAY TURNS LENGTH_MS PACE_MS COMMIT_PACE_MS, or: ways" << std::endl;
    return 2;
  }
  return nat::Run(words);
}
