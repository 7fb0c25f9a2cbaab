#include "tests/sim/tally.h"

#include <initializer_list>
#include <iomanip>
#include <string_view>

namespace nat {
namespace {

struct Line {
  std::string_view name;
  Tally::Count count;
};

void PrintGroup(std::string_view title, std::initializer_list<Line> lines, std::ostream& out) {
  constexpr int kNameWidth = 34;
  constexpr int kCountWidth = 12;
  out << title << '\n';
  for (const auto& line : lines) {
    out << "  " << std::left << std::setw(kNameWidth) << line.name << std::right
        << std::setw(kCountWidth) << line.count << '\n';
  }
}

}  // namespace

void Print(const Tally& tally, double seconds, std::ostream& out) {
  PrintGroup("simulated",
             {{"histories", tally.histories},
              {"turns", tally.turns},
              {"  completed", tally.completed},
              {"  stopped", tally.stopped},
              {"  interrupted", tally.interrupted},
              {"  failed", tally.failed}},
             out);
  PrintGroup("ends of the process",
             {{"kills", tally.kills},
              {"  and while it was starting", tally.kills_at_the_start},
              {"power cuts", tally.power_cuts},
              {"  commits lost in them", tally.commits_lost},
              {"drains", tally.drains}},
             out);
  PrintGroup("faults of the machine",
             {{"writes that failed", tally.writes_failed},
              {"writes on a full disk", tally.writes_on_a_full_disk},
              {"queries that failed", tally.queries_failed},
              {"answers that came late", tally.answers_delayed},
              {"jumps of the wall clock", tally.wall_jumps},
              {"requests cut off", tally.requests_cut}},
             out);
  PrintGroup("faults of providers",
             {{"refused", tally.providers_refused},
              {"did not answer", tally.providers_hung},
              {"said nothing visible", tally.providers_said_nothing},
              {"broke in the middle", tally.streams_broken},
              {"fell silent", tally.streams_fell_silent}},
             out);
  PrintGroup("what people did",
             {{"requests", tally.requests},
              {"messages sent again", tally.repeats},
              {"  with other words", tally.repeats_with_other_words},
              {"refused as a reply was running", tally.refused_while_running},
              {"stops", tally.stops},
              {"conversations removed", tally.removals}},
             out);
  PrintGroup("what was looked at",
             {{"events seen", tally.events},
              {"snapshots seen", tally.snapshots},
              {"pages of messages", tally.pages},
              {"invariants checked", tally.checks}},
             out);
  out << "seconds " << std::fixed << std::setprecision(1) << seconds << std::endl;
}

}  // namespace nat
