// What the service must not serve: it says so, ends with an error, and changes nothing.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cerrno>
#include <fstream>
#include <iterator>

#include "db/sqlite_connection.h"
#include "tests/support/faults.h"

namespace nat::testing {
namespace {

using ::testing::HasSubstr;

namespace fs = std::filesystem;

using Files = std::map<std::string, std::string>;

Files FilesOf(const fs::path& folder) {
  Files files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    files[entry.path().filename().string()] = std::string(std::istreambuf_iterator<char>(file), {});
  }
  return files;
}

class RefusedStarts : public Faults {
 protected:
  // One conversation, in a service that has ended well.
  void SetUp() override {
    system_.Disturb(service_);
    ASSERT_TRUE(Start());
    PatientClient client(service_.port());
    ASSERT_TRUE(client.Arrive());
    auto witness = Converse(client, voice_.Message(0), Way::kEvents);
    Settle(client, witness);
    ASSERT_EQ(service_.Stop(), 0);
    whole_ = FilesOf(Kept());
  }

  fs::path Kept() const { return service_.folder() / "kept"; }
  fs::path Database() const { return Kept() / "notatherapist.db"; }
  fs::path Key() const { return Kept() / "master.key"; }

  void Write(const fs::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }
  void Execute(const std::string& sql) {
    auto database = SqliteConnection::Open(Database(), SqliteConnection::Access::kReadWrite);
    ASSERT_TRUE(database);
    const auto done = (*database)->Execute(sql);
    ASSERT_TRUE(done) << done.error().message;
  }

  // Starts on what is there now, and then puts back what was there at first.
  void ExpectRefusal(const std::string& plan, const std::string& words) {
    SCOPED_TRACE(plan);
    const auto before = FilesOf(Kept());
    EXPECT_FALSE(service_.Start());
    const auto code = service_.WaitForEnd();
    ASSERT_TRUE(code);
    EXPECT_GT(*code, 0) << service_.errors();
    EXPECT_THAT(service_.errors(), HasSubstr(words));
    EXPECT_EQ(FilesOf(Kept()), before) << "something was changed";
    ++row_.faults;
  }
  void PutBack() {
    for (const auto& entry : fs::directory_iterator(Kept())) fs::remove(entry.path());
    for (const auto& [name, bytes] : whole_) Write(Kept() / name, bytes);
    fs::permissions(Key(), fs::perms::owner_read | fs::perms::owner_write);
  }

  Files whole_;
};

TEST_F(RefusedStarts, AreSaidAndChangeNothing) {
  row_.plan = "starts on what must not be served";
  const auto& database = whole_.at("notatherapist.db");
  Write(Database(), "This is a letter and no database. " + std::string(5'000, 'x'));
  ExpectRefusal("no database", "not a SQLite database");
  PutBack();
  Write(Database(), database.substr(0, database.size() / 2));
  ExpectRefusal("cut short", "restore your backup");
  PutBack();
  const auto third = database.size() / 3;
  Write(Database(),
        database.substr(0, third) + std::string(third, '\x5a') + database.substr(2 * third));
  ExpectRefusal("damaged in the middle", "restore your backup");
  PutBack();
  Execute("INSERT INTO schema_migrations VALUES(9999, '9999_of_tomorrow', 'x')");
  ExpectRefusal("of a newer version", "newer version");
  PutBack();
  Write(Database(), "");
  Execute("CREATE TABLE playlists(name TEXT)");
  ExpectRefusal("of another program", "another program");
  PutBack();
  fs::remove(Key());
  ExpectRefusal("without its key", "master.key");
  PutBack();
  fs::remove(Database());
  Write(Database().string() + "-wal", "the last writes");
  ExpectRefusal("a log without its database", "-wal");
  PutBack();
  ASSERT_TRUE(StartAgain());
}

TEST_F(RefusedStarts, OnADiskThatIsFullOrFailsChangeNothing) {
  row_.plan = "starts on a failing disk";
  for (const int error : {ENOSPC, EROFS, EIO}) {
    system_.FailFrom(error, kWriting | kFlushing | kMaking);
    // SQLite does not tell why it cannot make the files that it needs beside the database.
    ExpectRefusal("error " + std::to_string(error), "the database's disk fails");
    system_.Mend();
    PutBack();
  }
  ASSERT_TRUE(StartAgain());
}

TEST_F(RefusedStarts, InAFolderThatMayOnlyBeReadChangeNothing) {
  row_.plan = "starts without the right to write";
  service_.GiveUpPrivileges();
  ASSERT_EQ(::chmod(Database().c_str(), 0444), 0);
  ASSERT_EQ(::chmod(Kept().c_str(), 0555), 0);
  ExpectRefusal("read-only", "write");
  ASSERT_EQ(::chmod(Kept().c_str(), 0700), 0);
  ASSERT_EQ(::chmod(Database().c_str(), 0600), 0);
  ASSERT_TRUE(StartAgain());
}

}  // namespace
}  // namespace nat::testing
