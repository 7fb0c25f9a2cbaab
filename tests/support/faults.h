// The fixture of tests/faults: the real executable, a model server whose words are known, seeded
// choices, and the account of what became of every turn.
//
//   class Kills : public Faults {};
//   TEST_F(Kills, ...) {
//     row_.plan = "kills";
//     ASSERT_TRUE(Start());
//     PatientClient client(service_.port());
//     ...
//     Settle(client, witness);   // compares with the store, and counts
//   }
//
// NAT_FAULTS_SEED replays a run; each test prints it.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/dice.h"
#include "tests/support/fake_upstream.h"
#include "tests/support/fault_table.h"
#include "tests/support/faulty_system.h"
#include "tests/support/model_voice.h"
#include "tests/support/patient_client.h"
#include "tests/support/service_process.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/turn_witness.h"

namespace nat::testing {

// NAT_FAULTS_SEED, or the one that CI runs with.
std::uint64_t FaultSeed();
// A count from the environment, or the usual one.
std::size_t CountFrom(const char* variable, std::size_t usual);

class Faults : public ::testing::Test {
 protected:
  Faults();
  // The figures of the test, which are all 0, and what the process itself has complained of.
  void TearDown() override;

  // With the model server; false, with a failure, where it does not serve.
  bool Start();
  // After an end of any kind, on the same folder and port.
  bool StartAgain() { return Start(); }

  // The body of a message that can be sent again and again.
  json::object Body(const std::string& words, const std::string& conversation_id = "");
  // Sends and follows to the end; the witness is then still to be settled.
  TurnWitness Converse(PatientClient& client, const std::string& words, Way way,
                       const std::string& conversation_id = "");
  // Compares with what the service has of this turn, counts it in the row, and tells what was
  // wrong.
  void Settle(PatientClient& client, TurnWitness& witness);
  // Only compares, as often as one likes before it is settled.
  static void CompareWithStore(PatientClient& client, TurnWitness& witness);
  // Counts the characters of messages that are not there, and of those that nobody sent.
  void CountMessages(std::vector<std::string> expected, std::vector<std::string> found);
  // All messages of the active path, or of the one through this message, oldest first.
  static std::vector<json::object> Path(PatientClient& client, const std::string& conversation_id,
                                        const std::string& through = "");

  Dice dice_;
  ModelVoice voice_;
  FakeUpstream model_;
  TemporaryFolder folder_;
  FaultySystem system_;
  ServiceProcess service_;
  FaultRow row_;
  std::size_t messages_made_ = 0;

 private:
  ::testing::ScopedTrace trace_;
};

}  // namespace nat::testing
