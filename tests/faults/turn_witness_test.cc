// Whoever looks for faults must see each kind of them.
#include "tests/support/turn_witness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nat::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

PeerEvent TurnEvent() {
  return PeerEvent{1, "turn", {{"turn_id", "t"}, {"conversation_id", "c"}, {"message_id", "m"}}};
}
PeerEvent TextEvent(std::uint64_t number, const char* text) {
  return PeerEvent{number, "text", {{"text", text}}};
}
PeerEvent DoneEvent(std::uint64_t number, const char* status) {
  return PeerEvent{number, "done", {{"status", status}, {"message_id", "m"}}};
}
json::object Stored(const char* status, const char* text) {
  return {{"turn_id", "t"},
          {"conversation_id", "c"},
          {"message_id", "m"},
          {"status", status},
          {"text", text}};
}

class Witness : public ::testing::Test {
 protected:
  void See(const std::vector<PeerEvent>& events) {
    for (const auto& event : events) witness_.See(event);
  }
  void CompareWith(const char* status, const char* text) {
    witness_.CompareWith(Stored(status, text), Stored(status, text));
  }

  TurnWitness witness_{"Äpfel und Birnen."};
};

TEST_F(Witness, FindsNothingWrongWithAWholeReply) {
  See({TurnEvent(), TextEvent(2, "Äpfel "), TextEvent(3, "und Birnen."),
       DoneEvent(4, "completed")});
  CompareWith("completed", "Äpfel und Birnen.");
  EXPECT_THAT(witness_.wrongs(), IsEmpty());
  EXPECT_TRUE(witness_.has_one_end());
  EXPECT_EQ(witness_.lost() + witness_.doubled() + witness_.shrunk(), 0U);
}

TEST_F(Witness, FindsNothingWrongWithASnapshotInPlaceOfWhatWasMissed) {
  See({TurnEvent(), TextEvent(2, "Äpfel ")});
  witness_.Connect(2);
  See({PeerEvent{5, "snapshot", {{"text", "Äpfel und"}}}, DoneEvent(6, "interrupted")});
  CompareWith("interrupted", "Äpfel und");
  EXPECT_THAT(witness_.wrongs(), IsEmpty());
}

TEST_F(Witness, FindsNothingWrongWithTheSameEventsAgainFromTheFirst) {
  See({TurnEvent(), TextEvent(2, "Äpfel ")});
  witness_.Connect(0);
  See({TurnEvent(), TextEvent(2, "Äpfel "), TextEvent(3, "und Birnen."),
       DoneEvent(4, "completed")});
  CompareWith("completed", "Äpfel und Birnen.");
  EXPECT_THAT(witness_.wrongs(), IsEmpty());
}

TEST_F(Witness, SeesAGap) {
  See({TurnEvent(), TextEvent(3, "Äpfel ")});
  EXPECT_THAT(witness_.wrongs(), Contains(HasSubstr("a gap after 1")));
}

TEST_F(Witness, SeesAnEventThatComesAgainAndCountsItsCharacters) {
  See({TurnEvent(), TextEvent(2, "Äpfel "), TextEvent(2, "Äpfel ")});
  EXPECT_THAT(witness_.wrongs(), Contains(HasSubstr("again")));
  EXPECT_EQ(witness_.doubled(), 6U);
}

TEST_F(Witness, SeesANumberThatStandsForSomethingElseThanBefore) {
  See({TurnEvent(), TextEvent(2, "Äpfel ")});
  witness_.Connect(1);
  See({TextEvent(2, "Äpfe")});
  EXPECT_THAT(witness_.wrongs(), Contains(HasSubstr("was text 2")));
  EXPECT_EQ(witness_.lost(), 2U);
}

TEST_F(Witness, SeesATextThatShrinks) {
  See({TurnEvent(), TextEvent(2, "Äpfel ")});
  witness_.SeeTurn(Stored("running", "Äpfe"));
  EXPECT_EQ(witness_.shrunk(), 1U);
  EXPECT_EQ(witness_.lost(), 2U);
}

TEST_F(Witness, SeesAnEndUnderANumberThatStoodForText) {
  See({TurnEvent(), TextEvent(2, "Äpfel "), TextEvent(3, "und ")});
  witness_.Connect(0);
  See({TurnEvent(), PeerEvent{2, "snapshot", {{"text", "Äpfel "}}}, DoneEvent(3, "interrupted")});
  EXPECT_TRUE(witness_.has_ended());
  EXPECT_GE(witness_.lost(), 4U);
  EXPECT_EQ(witness_.shrunk(), 1U);
}

TEST_F(Witness, SeesASnapshotThatIsShorterThanWhatWasShown) {
  See({TurnEvent(), TextEvent(2, "Äpfel "), TextEvent(3, "und ")});
  witness_.Connect(3);
  See({PeerEvent{4, "snapshot", {{"text", "Äpfel "}}}});
  EXPECT_EQ(witness_.shrunk(), 1U);
  EXPECT_EQ(witness_.lost(), 4U);
}

TEST_F(Witness, SeesThatTheStoreHasLessThanWasShown) {
  See({TurnEvent(), TextEvent(2, "Äpfel "), TextEvent(3, "und ")});
  CompareWith("interrupted", "Äpfel ");
  EXPECT_GE(witness_.lost(), 4U);
  EXPECT_GE(witness_.shrunk(), 1U);
}

TEST_F(Witness, SeesThatACompletedReplyIsNotWhole) {
  See({TurnEvent(), TextEvent(2, "Äpfel "), DoneEvent(3, "completed")});
  CompareWith("completed", "Äpfel ");
  EXPECT_EQ(witness_.lost(), 11U);
}

TEST_F(Witness, SeesWordsThatStandTwiceInTheStore) {
  CompareWith("completed", "Äpfel Äpfel und Birnen.");
  EXPECT_EQ(witness_.lost(), 0U);
  EXPECT_EQ(witness_.doubled(), 6U);
}

TEST_F(Witness, SeesASecondEnd) {
  See({TurnEvent(), TextEvent(2, "Äpfel "), DoneEvent(3, "interrupted")});
  witness_.SeeTurn(Stored("completed", "Äpfel und Birnen."));
  EXPECT_FALSE(witness_.has_one_end());
}

TEST_F(Witness, SeesWhatComesAfterTheEnd) {
  See({TurnEvent(), DoneEvent(2, "failed"), TextEvent(3, "Äpfel ")});
  EXPECT_THAT(witness_.wrongs(), Contains(HasSubstr("after done")));
}

TEST_F(Witness, SeesThatThereIsNoEnd) {
  CompareWith("running", "");
  EXPECT_FALSE(witness_.has_one_end());
  EXPECT_THAT(witness_.wrongs(), Contains("it has no end"));
}

TEST_F(Witness, SeesThatTurnAndMessageDisagree) {
  witness_.CompareWith(Stored("interrupted", "Äpfel "), Stored("running", ""));
  EXPECT_THAT(witness_.wrongs(), Contains(HasSubstr("its message is running")));
  EXPECT_GE(witness_.lost(), 6U);
}

TEST_F(Witness, SeesAnotherTurnUnderTheSameId) {
  See({TurnEvent()});
  witness_.Acknowledge("u");
  EXPECT_THAT(witness_.wrongs(), Contains("another turn: t, u"));
}

}  // namespace
}  // namespace nat::testing
