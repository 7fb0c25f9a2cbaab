#include "net/static_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/limits.h"
#include "tests/support/temporary_folder.h"

namespace nat {
namespace {

Request Get(const std::string& path) {
  Request request;
  request.method = "GET";
  request.path = path;
  return request;
}

class StaticFilesTest : public ::testing::Test {
 protected:
  void Write(const std::string& path, const std::string& text) {
    const auto file = folder_ / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  std::unique_ptr<StaticFiles> Load() {
    auto files = StaticFiles::Load({folder_ / "web"});
    EXPECT_TRUE(files);
    return std::move(*files);
  }

  TemporaryFolder folder_;
};

TEST_F(StaticFilesTest, FailToLoadFromAFolderThatIsNotThere) {
  const auto files = StaticFiles::Load({folder_ / "absent"});
  ASSERT_FALSE(files);
  EXPECT_NE(files.error().message.find("absent"), std::string::npos);
}

TEST_F(StaticFilesTest, FailToLoadMoreThanIsAllowed) {
  Write("web/large.txt", std::string(limits::kStaticBytesMax + 1, 'x'));
  EXPECT_FALSE(StaticFiles::Load({folder_ / "web"}));
  Write("web/large.txt", std::string(limits::kStaticBytesMax - 1, 'x'));
  Write("web/more.txt", "xx");
  EXPECT_FALSE(StaticFiles::Load({folder_ / "web"}));
}

TEST_F(StaticFilesTest, GiveNothingThatIsNotAFileOfTheirs) {
  Write("web/index.html", "page");
  Write("web/js/x.js", "script");
  Write("secret.txt", "secret");
  Write("web/.hidden.txt", "hidden");
  Write("web/.git/config.txt", "hidden");
  auto files = Load();
  const auto assets = files->assets();
  for (const std::string& path :
       {std::string("/secret.txt"), std::string("/../secret.txt"), std::string("/js/x.js"),
        std::string("/.hidden.txt"), std::string("/index.html"), std::string("/a/js/x.js"),
        std::string("/a/0000000000000000/js/x.js"), assets, assets + "/", assets + "/js",
        assets + "//js/x.js", assets + "/../secret.txt", assets + "js/x.js",
        assets + "/.git/config.txt"}) {
    EXPECT_FALSE(files->Get(Get(path))) << path;
  }
}

TEST_F(StaticFilesTest, LeaveOutWhatIsForTheMakersOfThePage) {
  Write("web/test/a.test.js", "test");
  Write("web/node_modules/marked/marked.js", "library");
  Write("web/package.json", "{}");
  Write("web/js/test/kept.js", "kept");
  auto files = Load();
  EXPECT_FALSE(files->Get(Get(files->assets() + "/test/a.test.js")));
  EXPECT_FALSE(files->Get(Get(files->assets() + "/node_modules/marked/marked.js")));
  EXPECT_FALSE(files->Get(Get("/package.json")));
  EXPECT_TRUE(files->Get(Get(files->assets() + "/js/test/kept.js")));
}

TEST_F(StaticFilesTest, LeaveOtherMethodsToOthers) {
  Write("web/index.html", "page");
  auto files = Load();
  auto request = Get("/");
  request.method = "POST";
  EXPECT_FALSE(files->Get(request));
  request.method = "HEAD";
  EXPECT_TRUE(files->Get(request));
}

TEST_F(StaticFilesTest, ServeAFileUnderTheDigestForEver) {
  Write("web/js/x.js", "script {{assets}}");
  auto files = Load();
  const auto answer = files->Get(Get(files->assets() + "/js/x.js"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "script {{assets}}");
  EXPECT_EQ(answer->headers.Get("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(answer->headers.Get("Cache-Control"), "public, max-age=31536000, immutable");
}

TEST_F(StaticFilesTest, ServePagesByNameWithTheAddressOfTheAssetsInThem) {
  Write("web/index.html", "<script src='{{assets}}/app.js'>{{assets}}");
  Write("web/help.html", "help");
  auto files = Load();
  const auto index = files->Get(Get("/"));
  ASSERT_TRUE(index);
  EXPECT_EQ(index->body, "<script src='" + files->assets() + "/app.js'>" + files->assets());
  EXPECT_EQ(index->headers.Get("Cache-Control"), "no-cache");
  EXPECT_EQ(index->headers.Get("Content-Type"), "text/html; charset=utf-8");
  const auto help = files->Get(Get("/help"));
  ASSERT_TRUE(help);
  EXPECT_EQ(help->body, "help");
  EXPECT_FALSE(files->Page("absent", Get("/")));
  EXPECT_TRUE(files->Page("help", Get("/")));
}

TEST_F(StaticFilesTest, PutWhatTheyAreGivenInThePlaceOfItsMark) {
  Write("web/help.html", "<ul>{{lines}}</ul>");
  Write("web/js/x.js", "{{lines}}");
  const auto load = [&](const std::string& lines) {
    auto files = StaticFiles::Load({folder_ / "web"}, {{"{{lines}}", lines}});
    EXPECT_TRUE(files);
    return std::move(*files);
  };
  auto files = load("<li>one</li>");
  EXPECT_EQ(files->Get(Get("/help"))->body, "<ul><li>one</li></ul>");
  EXPECT_EQ(files->Get(Get(files->assets() + "/js/x.js"))->body, "{{lines}}");
  // A browser that has the page asks whether it is still the same.
  EXPECT_NE(load("<li>two</li>")->assets(), files->assets());
}

TEST_F(StaticFilesTest, ServeWhatBrowsersLookForAtTheTop) {
  Write("web/favicon.ico", "icon");
  auto files = Load();
  const auto icon = files->Get(Get("/favicon.ico"));
  ASSERT_TRUE(icon);
  EXPECT_EQ(icon->headers.Get("Content-Type"), "image/x-icon");
  EXPECT_EQ(icon->headers.Get("Cache-Control"), "no-cache");
}

TEST_F(StaticFilesTest, ChangeTheirDigestWithAnyByteOrName) {
  Write("web/a.txt", "ab");
  Write("web/b.txt", "c");
  const auto first = Load()->assets();
  EXPECT_EQ(Load()->assets(), first);
  EXPECT_EQ(first.size(), std::string("/a/").size() + 16);
  Write("web/a.txt", "a");
  Write("web/b.txt", "bc");
  EXPECT_NE(Load()->assets(), first);
}

TEST_F(StaticFilesTest, AnswerWithNotModifiedWhereTheTagIsKnown) {
  Write("web/index.html", "page");
  auto files = Load();
  const std::string tag(*files->Get(Get("/"))->headers.Get("ETag"));
  auto request = Get("/");
  request.headers.Add("If-None-Match", "\"other\", W/" + tag);
  const auto answer = files->Get(request);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 304);
  EXPECT_EQ(answer->body, "");
  EXPECT_EQ(answer->headers.Get("ETag"), tag);
  request.headers.Set("If-None-Match", "\"other\"");
  EXPECT_EQ(files->Get(request)->status, 200);
}

TEST_F(StaticFilesTest, LetALaterFolderReplaceFilesOfAnEarlierOne) {
  Write("web/lib/x.js", "old");
  Write("web/y.txt", "y");
  Write("over/lib/x.js", "new");
  auto files = StaticFiles::Load({folder_ / "web", folder_ / "over"});
  ASSERT_TRUE(files);
  const auto assets = (*files)->assets();
  EXPECT_EQ((*files)->Get(Get(assets + "/lib/x.js"))->body, "new");
  EXPECT_EQ((*files)->Get(Get(assets + "/y.txt"))->body, "y");
}

TEST_F(StaticFilesTest, AreCompressedForThoseWhoTakeGzipOnly) {
  Write("web/index.html", std::string(10'000, 'x'));
  auto files = Load();
  for (const char* accepted : {"", "br", "gzip;q=0", "br, gzip; q=0.0"}) {
    auto request = Get("/");
    request.headers.Add("Accept-Encoding", accepted);
    EXPECT_EQ(files->Get(request)->body.size(), 10'000U) << accepted;
  }
  std::string tag;
  for (const char* accepted : {"gzip", "br, gzip", "gzip;q=0.5, br"}) {
    auto request = Get("/");
    request.headers.Add("Accept-Encoding", accepted);
    const auto answer = files->Get(request);
    EXPECT_LT(answer->body.size(), 1'000U) << accepted;
    EXPECT_EQ(answer->headers.Get("Content-Encoding"), "gzip");
    EXPECT_EQ(answer->headers.Get("Vary"), "Accept-Encoding");
    tag = std::string(*answer->headers.Get("ETag"));
  }
  EXPECT_NE(tag, files->Get(Get("/"))->headers.Get("ETag"));
}

TEST_F(StaticFilesTest, AreNotCompressedWhereThatWinsNothing) {
  Write("web/small.txt", "small");
  Write("web/image.png", std::string(10'000, 'x'));
  auto files = Load();
  for (const char* path : {"/small.txt", "/image.png"}) {
    auto request = Get(path);
    request.headers.Add("Accept-Encoding", "gzip");
    EXPECT_EQ(files->Get(request)->headers.Get("Content-Encoding"), std::nullopt) << path;
  }
}

}  // namespace
}  // namespace nat
