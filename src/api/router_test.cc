#include "api/router.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace nat {
namespace {

Task<Result<Response>> AnswerNothing(ApiParts&, Exchange&) {
  co_return Response();
}

constexpr std::array kRoutes = {
    Route{"GET", "/", CallerKind::kAnyone, std::nullopt, AnswerNothing},
    Route{"GET", "/turns/{id}", CallerKind::kPerson, RateKind::kRequest, AnswerNothing},
    Route{"DELETE", "/turns/{id}", CallerKind::kPerson, RateKind::kRequest, AnswerNothing},
    Route{"GET", "/turns/{id}/events", CallerKind::kPerson, RateKind::kRequest, AnswerNothing},
};

TEST(FindRoute, FindsNothingForAnUnknownPath) {
  for (const std::string_view path :
       {"/turn", "/turns", "/turns/", "/turns/a/", "/turns/a/event", "/turns/a/events/", "//"}) {
    std::string allowed;
    const auto match = FindRoute(kRoutes, "GET", path, allowed);
    ASSERT_FALSE(match) << path;
    EXPECT_EQ(match.error().code, ErrorCode::kNotFound);
    EXPECT_EQ(allowed, "");
  }
}

TEST(FindRoute, NamesTheMethodsOfAPathThatHasOthers) {
  std::string allowed;
  const auto match = FindRoute(kRoutes, "POST", "/turns/a", allowed);
  ASSERT_FALSE(match);
  EXPECT_EQ(match.error().code, ErrorCode::kMethodNotAllowed);
  EXPECT_EQ(allowed, "GET, DELETE");
  EXPECT_EQ(match.error().public_detail, "This address takes GET, DELETE.");
}

TEST(FindRoute, GivesTheSegmentsInBraces) {
  std::string allowed;
  const auto match = FindRoute(kRoutes, "GET", "/turns/a%2fb/events", allowed);
  ASSERT_TRUE(match);
  EXPECT_EQ(match->route, &kRoutes[3]);
  EXPECT_EQ(match->path.at("id"), "a%2fb");
}

TEST(FindRoute, TakesHeadForGet) {
  std::string allowed;
  const auto match = FindRoute(kRoutes, "HEAD", "/", allowed);
  ASSERT_TRUE(match);
  EXPECT_EQ(match->route, &kRoutes[0]);
}

TEST(AllRoutes, HaveNoTwoRowsForOneRequest) {
  std::set<std::pair<std::string_view, std::string_view>> rows;
  for (const auto& route : AllRoutes()) {
    EXPECT_TRUE(rows.emplace(route.method, route.pattern).second) << route.pattern;
    EXPECT_TRUE(route.pattern.starts_with('/')) << route.pattern;
  }
}

TEST(AllRoutes, CountWhatWorksForOnePerson) {
  for (const auto& route : AllRoutes()) {
    EXPECT_TRUE(route.caller == CallerKind::kAnyone || route.rate) << route.pattern;
  }
}

}  // namespace
}  // namespace nat
