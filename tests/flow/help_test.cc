// Whom someone can call: told to anyone, whatever else works.
#include <gmock/gmock.h>
#include <sqlite3.h>

#include <filesystem>

#include "tests/support/flow.h"

namespace nat::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Help : public Flow {
 protected:
  static std::vector<json::object> ObjectsAt(const json::object& body, std::string_view name) {
    std::vector<json::object> objects;
    for (const auto& item : body.at(name).as_array()) objects.push_back(item.as_object());
    return objects;
  }

  // Takes away under the running service what it keeps things in.
  void BreakDatabase() {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(config_.database_path().c_str(), &database), SQLITE_OK);
    sqlite3_busy_timeout(database, 5'000);
    EXPECT_EQ(sqlite3_exec(database, "DROP TABLE turns", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
  }
};

TEST_F(Help, HasTheLinesOfACountry) {
  Start();
  const auto answer = Curl().Get("/api/help?country=GB");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.Field("Content-Type"), "application/json");
  const auto body = answer.Json();
  EXPECT_EQ(TextAt(body.at("country").as_object(), "code"), "GB");
  EXPECT_EQ(TextAt(body.at("country").as_object(), "name"), "United Kingdom");
  EXPECT_THAT(TextsAt(ObjectsAt(body, "emergency"), "number"), ElementsAre("999", "112"));
  const auto resources = ObjectsAt(body, "resources");
  ASSERT_GE(resources.size(), 3U);
  EXPECT_EQ(TextAt(resources[0], "phone"), "116 123");
  EXPECT_EQ(TextAt(resources[0], "hours"), "24/7");
  EXPECT_FALSE(resources[0].contains("for"));
  EXPECT_EQ(TextAt(resources[1], "text"), "Text SHOUT to 85258");
  EXPECT_THAT(TextAt(resources.back(), "for"), HasSubstr("women"));
  EXPECT_EQ(TextAt(body.at("international").as_object(), "url"), "https://findahelpline.com");
  EXPECT_EQ(Curl().Get("/api/help?country=gb").body, answer.body);
}

TEST_F(Help, GuessesNoCountry) {
  Start();
  const auto none = Curl().Get("/api/help");
  for (const std::string target :
       {"/api/help?country=", "/api/help?country=ZZ", "/api/help?country=Wonderland",
        "/api/help?country=%00", "/api/help?country=G&country=GB", "/api/help?other=GB"}) {
    EXPECT_EQ(Curl().Get(target).body, none.body) << target;
  }
  // Neither the language of a browser nor its address is taken for a place.
  EXPECT_EQ(Curl().Get("/api/help", {{"Accept-Language", "en-GB"}}).body, none.body);
  const auto body = none.Json();
  EXPECT_FALSE(body.contains("country"));
  EXPECT_FALSE(body.contains("emergency"));
  EXPECT_THAT(ObjectsAt(body, "resources"), IsEmpty());
  EXPECT_EQ(TextAt(body.at("international").as_object(), "name"), "Find A Helpline");
  EXPECT_THAT(TextsAt(ObjectsAt(body, "countries"), "code"), Contains("GB"));
  EXPECT_GE(ObjectsAt(body, "countries").size(), 30U);
}

TEST_F(Help, NeedsNoCookieAndMakesNone) {
  Start();
  for (const std::string path : {"/api/help", "/api/help?country=DE", "/help"}) {
    const auto answer = Curl().Get(path);
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_THAT(answer.Fields("Set-Cookie"), IsEmpty()) << path;
    EXPECT_EQ(Curl().Get(path, {{"Cookie", "nat_guest=broken"}}).status, 200) << path;
  }
}

TEST_F(Help, MayBeKeptForAShortTimeOnly) {
  Start();
  EXPECT_EQ(Curl().Get("/api/help?country=DE").Field("Cache-Control"), "private, max-age=600");
}

TEST_F(Help, IsToldWhereWhoAsksHasUsedUpItsRequests) {
  config_.has_rate_limit = true;
  Start();
  auto curl = Curl();
  int status = 200;
  for (int request = 0; status == 200 && request < 2'000; ++request) {
    status = curl.Get("/api/conversations").status;
  }
  ASSERT_EQ(status, 429);
  EXPECT_EQ(curl.Get("/api/help?country=DE").status, 200);
  EXPECT_EQ(curl.Get("/help").status, 200);
}

TEST_F(Help, IsToldWithoutAModelAndWithoutADatabase) {
  Start();
  const auto before = Curl().Get("/api/help?country=DE");
  ASSERT_EQ(before.status, 200);
  BreakDatabase();
  // That it is gone for what needs it.
  ASSERT_GE(Curl().Post("/chat", json::object{{"message", "Hello."}}).status, 500);
  const auto after = Curl().Get("/api/help?country=DE");
  EXPECT_EQ(after.status, 200);
  EXPECT_EQ(after.body, before.body);
  EXPECT_EQ(Curl().Get("/help").status, 200);
}

TEST_F(Help, IsNeverMissingInAServiceThatRuns) {
  namespace fs = std::filesystem;
  const fs::path source = NAT_SOURCE_DIR;
  const fs::path share = folder_ / "share";
  fs::create_directories(share / "data");
  fs::create_directory_symlink(source / "web", share / "web");
  for (const std::string name : {"companion", "persona"}) {
    fs::create_directory_symlink(source / "data" / name, share / "data" / name);
  }
  config_.share_directory = share;
  const TestApp without(config_);
  ASSERT_FALSE(without.started());
  EXPECT_THAT(without.started().error().message, HasSubstr("help_lines.json"));
  fs::copy_file(source / "data/help_lines.json", share / "data/help_lines.json");
  const TestApp with(config_);
  EXPECT_TRUE(with.started());
}

TEST_F(Help, IsAPageWithTheSameNumbers) {
  Start();
  const auto page = Curl().Get("/help").body;
  EXPECT_THAT(page, Not(HasSubstr("{{")));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  for (const auto& country : ObjectsAt(Curl().Get("/api/help").Json(), "countries")) {
    const auto code = TextAt(country, "code");
    EXPECT_THAT(page, HasSubstr("<div id=\"" + code + "\">"));
    const auto help = Curl().Get("/api/help?country=" + code).Json();
    for (const auto& line : ObjectsAt(help, "resources")) {
      if (!line.contains("phone")) continue;
      const auto phone = TextAt(line, "phone");
      EXPECT_THAT(page, HasSubstr(">" + phone.substr(0, phone.find(" / ")) + "</a>")) << code;
    }
  }
}

}  // namespace
}  // namespace nat::testing
