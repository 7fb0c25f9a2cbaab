// The page that Prometheus reads, as numbers to look up.
//
//   const auto page = ReadMetrics(metrics_port);
//   page.Sum("notatherapist_provider_failures_total", {{"provider", "bad"}});
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace nat::testing {

class MetricsPage {
 public:
  using Labels = std::map<std::string, std::string>;

  // `text` is in the text exposition format 0.0.4 of Prometheus.
  explicit MetricsPage(const std::string& text);

  bool is_empty() const { return samples_.empty(); }
  bool Has(const std::string& name) const;
  // Of all samples of this name that have at least these labels; 0 where there is none.
  double Sum(const std::string& name, const Labels& labels) const;
  // The same for each value of one more label.
  std::map<std::string, double> SumBy(const std::string& name, const Labels& labels,
                                      const std::string& label) const;

 private:
  struct Sample {
    std::string name;
    Labels labels;
    double value = 0;

    bool Fits(const std::string& wanted_name, const Labels& wanted) const;
  };

  std::vector<Sample> samples_;
};

// What is at this port now; an empty page where nothing is.
MetricsPage ReadMetrics(std::uint16_t port);

}  // namespace nat::testing
