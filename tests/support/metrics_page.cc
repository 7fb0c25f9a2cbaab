#include "tests/support/metrics_page.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "tests/support/http_peer.h"

namespace nat::testing {
namespace {

// `one="1",two="2"`; no value of ours holds a quote.
MetricsPage::Labels ReadLabels(const std::string& text) {
  MetricsPage::Labels labels;
  for (std::size_t at = 0; at < text.size();) {
    const auto equals = text.find("=\"", at);
    if (equals == std::string::npos) break;
    const auto end = text.find('"', equals + 2);
    if (end == std::string::npos) break;
    labels[text.substr(at, equals - at)] = text.substr(equals + 2, end - equals - 2);
    at = text.find_first_not_of(", ", end + 1);
  }
  return labels;
}

}  // namespace

MetricsPage::MetricsPage(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto space = line.rfind(' ');
    if (line.starts_with('#') || space == std::string::npos) continue;
    Sample sample;
    const auto brace = line.find('{');
    sample.name = line.substr(0, std::min(brace, space));
    if (brace != std::string::npos) {
      sample.labels = ReadLabels(line.substr(brace + 1, line.rfind('}') - brace - 1));
    }
    sample.value = std::strtod(line.c_str() + space + 1, nullptr);
    samples_.push_back(std::move(sample));
  }
}

bool MetricsPage::Sample::Fits(const std::string& wanted_name, const Labels& wanted) const {
  const auto has = [this](const auto& label) {
    const auto found = labels.find(label.first);
    return found != labels.end() && found->second == label.second;
  };
  return name == wanted_name && std::ranges::all_of(wanted, has);
}

bool MetricsPage::Has(const std::string& name) const {
  return std::ranges::any_of(samples_, [&](const Sample& sample) { return sample.name == name; });
}

double MetricsPage::Sum(const std::string& name, const Labels& labels) const {
  double sum = 0;
  for (const auto& sample : samples_) {
    if (sample.Fits(name, labels)) sum += sample.value;
  }
  return sum;
}

std::map<std::string, double> MetricsPage::SumBy(const std::string& name, const Labels& labels,
                                                 const std::string& label) const {
  std::map<std::string, double> sums;
  for (const auto& sample : samples_) {
    const auto found = sample.labels.find(label);
    if (sample.Fits(name, labels) && found != sample.labels.end()) {
      sums[found->second] += sample.value;
    }
  }
  return sums;
}

MetricsPage ReadMetrics(std::uint16_t port) {
  return MetricsPage(HttpPeer(port).Get("/metrics").body);
}

}  // namespace nat::testing
