#include "chat/conversation_store.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "db/sqlite_database.h"
#include "tests/support/run_task.h"
#include "tests/support/temporary_folder.h"

namespace nat {
namespace {

// A conversation whose second message was said in two ways: first - second - third, and first -
// other.
class Conversations : public ::testing::Test {
 protected:
  Conversations() {
    SqliteOptions options;
    options.path = folder_ / "test.db";
    auto opened = SqliteDatabase::Open(loop_.get_executor(), std::move(options));
    NAT_CHECK(opened.has_value());
    database_ = std::move(*opened);
    store_ = std::make_unique<ConversationStore>(*database_);
    first_ = Make(MessageId(), "The kettle is on.");
    second_ = Make(first_.id, "I slept badly.");
    other_ = Make(first_.id, "I slept well.");
    third_ = Make(second_.id, "And now it rains.");
    conversation_.id = ConversationId::Make();
    conversation_.person = PersonId::Make();
    conversation_.leaf = third_.id;
    std::vector<Statement> batch;
    batch.push_back({"INSERT INTO person_keys(person_id, created_at) VALUES($1, 1)",
                     {conversation_.person.text()}});
    batch.push_back(ConversationStore::Insert(conversation_, key_));
    for (const auto* message : {&first_, &second_, &other_, &third_}) {
      batch.push_back(ConversationStore::InsertMessage(conversation_.id, *message, key_));
    }
    auto written = RunTask(loop_, database_->Write(std::move(batch), Durability::kDurable));
    NAT_CHECK(written.has_value());
  }

  Message Make(const MessageId& parent, std::string text) {
    Message message;
    message.id = MessageId::Make();
    message.parent = parent;
    message.turn = TurnId::Make();
    message.text = std::move(text);
    message.created_at = Time(std::chrono::milliseconds(++now_));
    return message;
  }

  std::vector<Message> History(const MessageId& leaf, std::size_t limit) {
    auto messages = RunTask(loop_, store_->History(conversation_.id, leaf, limit, key_));
    NAT_CHECK(messages.has_value());
    return std::move(*messages);
  }

  MessagePage Path(const MessageId& leaf, std::size_t limit) {
    auto page = RunTask(loop_, store_->Path(conversation_.id, leaf, limit, key_));
    NAT_CHECK(page.has_value());
    return std::move(*page);
  }

  static std::vector<std::string> Texts(const std::vector<Message>& messages) {
    std::vector<std::string> texts;
    for (const auto& message : messages) texts.push_back(message.text);
    return texts;
  }

  using Words = std::vector<std::string>;
  using Ids = std::vector<MessageId>;

  TemporaryFolder folder_;
  asio::io_context loop_;
  std::unique_ptr<SqliteDatabase> database_;
  std::unique_ptr<ConversationStore> store_;
  PersonKey key_ = PersonKey::Make();
  int now_ = 0;
  Conversation conversation_;
  Message first_, second_, other_, third_;
};

TEST_F(Conversations, HistoryIsTheEndOfTheBranchInReadingOrder) {
  EXPECT_EQ(Texts(History(third_.id, 9)),
            (Words{"The kettle is on.", "I slept badly.", "And now it rains."}));
  EXPECT_EQ(Texts(History(other_.id, 9)), (Words{"The kettle is on.", "I slept well."}));
  EXPECT_EQ(Texts(History(third_.id, 2)), (Words{"I slept badly.", "And now it rains."}));
}

TEST_F(Conversations, HistoryOfAnotherConversationIsEmpty) {
  auto messages = RunTask(loop_, store_->History(ConversationId::Make(), third_.id, 9, key_));
  ASSERT_TRUE(messages.has_value());
  EXPECT_TRUE(messages->empty());
}

TEST_F(Conversations, APageNamesTheSiblingsOfEachMessageAndThePageBefore) {
  const auto page = Path(third_.id, 2);
  EXPECT_EQ(Texts(page.messages), (Words{"I slept badly.", "And now it rains."}));
  EXPECT_EQ(page.messages[0].siblings, (Ids{second_.id, other_.id}));
  EXPECT_EQ(page.messages[1].siblings, Ids{third_.id});
  EXPECT_EQ(page.older, first_.id);
  EXPECT_TRUE(Path(first_.id, 2).older.is_empty());
}

TEST_F(Conversations, TheLeafBelowFollowsTheNewestMessages) {
  const auto below = [&](const MessageId& message) {
    auto leaf = RunTask(loop_, store_->LeafBelow(conversation_.id, message));
    return leaf ? *leaf : MessageId();
  };
  EXPECT_EQ(below(second_.id), third_.id);
  EXPECT_EQ(below(other_.id), other_.id);
  EXPECT_EQ(below(first_.id), other_.id);
  EXPECT_TRUE(below(MessageId::Make()).is_empty());
}

}  // namespace
}  // namespace nat
