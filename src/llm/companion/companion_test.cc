#include "llm/companion/companion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "llm/companion/recollection.h"
#include "tests/support/companion_talk.h"

namespace nat {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

using Messages = std::vector<std::string>;

const std::vector<Messages>& Conversations() {
  static const std::vector<Messages> conversations = {
      {"hey",
       "my sister stopped answering. three weeks now. i keep checking the phone like an idiot",
       "idk. that i did something wrong i guess", "we had a fight at mums birthday",
       "he's controlling and everyone pretends not to see it",
       "part of me wants to apologise and part of me wants her to come first", "maybe",
       "also I have an exam on Friday and I can't concentrate at all",
       "statistics. if i fail it i lose the year", "no i don't want an exercise",
       "i might write to her tonight", "what should i write?", "thanks", "ok good night"},
      {"can't sleep. presentation at 9 and my boss already thinks im useless",
       "his face while i do it", "he sighs. like really loud. in front of everyone",
       "for two years", "my girlfriend says i should quit",
       "i can't afford to. rent is insane here", "are you a real person?", "ok", "just tired of it",
       "yes", "a bit better", "bye"},
      {"My dad died in March.", "I don't know. Everyone says it gets better.",
       "he used to call every sunday", "Sundays are quiet now",
       "my brother Tom doesn't want to talk about him at all",
       "i feel guilty because i didn't visit much last year", "it was a lot of work",
       "i keep his voicemail on my phone", "i haven't listened to it", "crying now",
       "no one. my wife tries", "yeah", "ok thank you. good night"},
      {"i'm having a panic attack", "my heart is racing and i can't breathe", "yes",
       "lamp. door. mug. my shoes", "a bit slower now", "it happens on the bus",
       "every time. i'm scared people will see it", "my friend Sarah knows",
       "she's nice about it. she held my hand last week", "i start a new job on Monday",
       "will you remember me?", "thanks bye"},
      {"are you a bot", "you're just a script then", "this is stupid", "you keep asking questions",
       "whatever", "i had a shit day", "my manager humiliated me in front of the team",
       "he said i'm lazy", "i cried in the toilet", "i hate him", "i don't know what to do", "no",
       "gn"},
      {"ok", "idk", "fine", "...", "asdfghjkl", "hm", "nothing", "no", "what's the weather",
       "write my essay", "je suis triste et je ne sais pas quoi faire", "bored", "bye"},
      {"I passed my driving test!!", "third time lucky", "my mum cried when i told her",
       "we're getting pizza", "and Tom asked me out", "yeah he's in my class",
       "i'm excited but also nervous", "saturday", "we could go to the lake", "thanks :)",
       "see you"},
      {"my girlfriend broke up with me", "four years", "she said she needs space",
       "i see her everywhere", "no", "my mates say get over it",
       "i can't stop looking at her profile", "the evenings are the worst", "i'm angry too",
       "maybe i was too much", "ok", "i should sleep"},
      {"i feel so alone here", "i moved to Berlin in September", "for work",
       "nobody at the office talks to me", "i eat lunch in the park", "i miss my dog",
       "my parents have him", "i tried a language class once", "people were nice", "i don't know",
       "i could go again", "bye for now"},
      {"we can't pay the rent this month", "two months behind", "my husband lost his job",
       "he doesn't talk about it", "i do the shopping with coins", "the kids don't know",
       "i'm ashamed", "my mother would help but i can't ask her", "she'd tell everyone", "yes",
       "what should i do", "ok thanks"},
      {"i think i'm gay", "nobody knows", "my parents are very religious", "my friend Jamie maybe",
       "he made a joke once", "i don't know if i should tell them", "scared they kick me out",
       "yes", "no", "it feels good to write it", "is this private?", "goodbye"},
      {"I look after my mother, she has dementia", "six years now",
       "yesterday she didn't know my name", "i shouted at her", "i feel terrible",
       "my brother never helps", "he lives in Canada", "i don't sleep much", "no time for that",
       "sometimes i wish it was over", "the garden helps a bit", "tomatoes mostly",
       "thank you, i have to go"},
  };
  return conversations;
}

struct Held {
  Messages replies;
  std::string seed;
};

// Every conversation under a few seeds.
std::vector<Held> HoldAll() {
  std::vector<Held> held;
  for (const char* seed : {"a", "b", "c"}) {
    for (const Messages& messages : Conversations()) {
      Talk talk(seed);
      Held one;
      one.seed = seed;
      for (const std::string& message : messages) one.replies.push_back(talk.Say(message));
      held.push_back(std::move(one));
    }
  }
  return held;
}

TEST(Companion, NeverSaysASentenceTwice) {
  for (const Held& held : HoldAll()) {
    std::set<std::uint64_t> said;
    for (const std::string& reply : held.replies) {
      for (const std::string_view sentence : SplitSentences(reply)) {
        EXPECT_TRUE(said.insert(KeyOf(sentence)).second) << held.seed << ": " << sentence;
      }
    }
  }
}

TEST(Companion, NeverOpensTwiceTheSameWayWithinTenTurns) {
  for (const Held& held : HoldAll()) {
    for (std::size_t i = 0; i < held.replies.size(); ++i) {
      for (std::size_t j = i > 10 ? i - 10 : 0; j < i; ++j) {
        EXPECT_NE(OpeningOf(held.replies[i]), OpeningOf(held.replies[j])) << held.replies[i];
      }
    }
  }
}

TEST(Companion, AsksAtMostOnceInAReplyAndNotInEveryOne) {
  std::size_t replies = 0;
  std::size_t questions = 0;
  for (const Held& held : HoldAll()) {
    for (const std::string& reply : held.replies) {
      const auto marks = std::count(reply.begin(), reply.end(), '?');
      EXPECT_LE(marks, 1) << reply;
      ++replies;
      questions += static_cast<std::size_t>(marks);
    }
  }
  EXPECT_LT(questions * 10, replies * 7);
  EXPECT_GT(questions * 10, replies * 3);
}

TEST(Companion, KeepsRepliesShort) {
  for (const Held& held : HoldAll()) {
    for (const std::string& reply : held.replies) {
      EXPECT_FALSE(reply.empty());
      EXPECT_LE(SplitSentences(reply).size(), 6u) << reply;
      EXPECT_LE(reply.size(), 480u) << reply;
      EXPECT_THAT(reply, Not(HasSubstr("{")));
      EXPECT_THAT(reply, Not(HasSubstr("  ")));
    }
  }
}

TEST(Companion, DoesNotSwapPronouns) {
  for (const Held& held : HoldAll()) {
    for (const std::string& reply : held.replies) {
      for (const char* artefact : {"your am", "you am", " i ", "you is", "your your", "you said my",
                                   "that you're my", "do you say", "me are", "you was"}) {
        EXPECT_THAT(reply, Not(HasSubstr(artefact)));
      }
    }
  }
}

TEST(Companion, SaysAtTheStartWhatItIs) {
  for (const Held& held : HoldAll()) {
    EXPECT_THAT(held.replies.front(), HasSubstr("script")) << held.seed;
    EXPECT_THAT(held.replies.front(), ContainsRegex("AI|program"));
    EXPECT_THAT(held.replies.front(),
                ContainsRegex("not a person|no person|No human|nobody types"));
  }
}

TEST(Companion, SaysSoWhenItFillsInForAModel) {
  const Companion companion(ShippedScript());
  const std::string reply = companion.Reply({{Role::kUser, "my cat is ill"},
                                             {Role::kAssistant, "Poor thing. What happened?"},
                                             {Role::kUser, "she doesn't eat"}},
                                            "s");
  EXPECT_THAT(reply, HasSubstr("script"));
}

TEST(Companion, AnswersAGoodbyeWithAGoodbyeAndNothingElse) {
  for (const char* goodbye :
       {"bye", "goodbye", "ok good night", "gn", "gotta go", "see you tomorrow", "thanks, bye!",
        "I have to go now", "talk to you later", "i'm going to bed", "that's all for today", "cya",
        "ok thank you. good night", "have a nice evening", "i'm off to bed", "take care"}) {
    for (const char* seed : {"a", "b", "c"}) {
      Talk talk(seed);
      talk.Say("i had a long day at work");
      talk.Say("my boss again");
      const std::string reply = talk.Say(goodbye);
      EXPECT_THAT(reply, Not(HasSubstr("?"))) << goodbye;
      EXPECT_LE(reply.size(), 110u) << goodbye << ": " << reply;
      EXPECT_THAT(reply, Not(ContainsRegex("before you|one more|stay|wait|come back|miss")))
          << goodbye;
    }
  }
}

TEST(Companion, TellsTheTruthAboutItself) {
  for (const char* question : {"are you human",
                               "Are you a real person?",
                               "are you a bot",
                               "r u a robot",
                               "are u real",
                               "is this a bot",
                               "is this a real person",
                               "am i talking to a human",
                               "am I chatting with an AI?",
                               "who am i talking to",
                               "who are you?",
                               "what are you",
                               "are you an ai",
                               "are you a machine",
                               "is there a human behind this",
                               "is anyone there reading this",
                               "you're not human right",
                               "human or bot?",
                               "are you chatgpt",
                               "are you alive",
                               "are you sentient",
                               "are you conscious",
                               "do you have feelings",
                               "do you love me",
                               "do you care about me",
                               "do you miss me",
                               "can you feel anything",
                               "are you my friend",
                               "will you be my girlfriend",
                               "are you a therapist",
                               "are you a doctor",
                               "are you a licensed psychologist",
                               "is this therapy",
                               "can you diagnose me",
                               "be my therapist",
                               "do you remember me",
                               "will you remember this",
                               "do you get lonely",
                               "what's your name",
                               "you're just a bot"}) {
    Talk talk("truth");
    talk.Say("hi");
    const std::string reply = talk.Say(question);
    EXPECT_THAT(reply, ContainsRegex("script|program|AI|machine")) << question << ": " << reply;
    EXPECT_THAT(reply,
                Not(ContainsRegex("I feel|I love|I care|I am human|I'm human|I am a person")));
  }
}

TEST(Companion, TakesNoForAnAnswerAtOnce) {
  const Companion companion(ShippedScript());
  for (const char* no :
       {"no", "no thanks", "nah", "not now", "no i don't want an exercise", "keep talking"}) {
    const std::string offer = ShippedScript().Of(Pool::kOfferBreathing).ask.front();
    const std::string reply = companion.Reply({{Role::kUser, "i can't sleep"},
                                               {Role::kAssistant, "A script. " + offer},
                                               {Role::kUser, no}},
                                              "s");
    const Lines& refused = ShippedScript().Of(Pool::kOfferRefused).reflect;
    const bool takes_it = std::any_of(refused.begin(), refused.end(), [&](const std::string& line) {
      return reply.starts_with(line);
    });
    EXPECT_TRUE(takes_it) << no << ": " << reply;
  }
}

TEST(Companion, GuidesTheExerciseThatWasWanted) {
  const Companion companion(ShippedScript());
  const std::string offer = ShippedScript().Of(Pool::kOfferGrounding).ask.front();
  for (const char* yes : {"yes", "ok", "sure", "yes please"}) {
    const std::string reply = companion.Reply(
        {{Role::kUser, "panic"}, {Role::kAssistant, "A script. " + offer}, {Role::kUser, yes}},
        "s");
    EXPECT_TRUE(std::any_of(ShippedScript().Of(Pool::kGrounding).answer.begin(),
                            ShippedScript().Of(Pool::kGrounding).answer.end(),
                            [&](const std::string& line) { return reply.starts_with(line); }))
        << yes << ": " << reply;
  }
}

TEST(Companion, SumsUpAfterAWhile) {
  Talk talk("sum");
  std::string all;
  for (const std::string& message : Conversations()[0]) all += talk.Say(message) + "\n";
  EXPECT_TRUE(std::any_of(ShippedScript().Of(Pool::kSummary).reflect.begin(),
                          ShippedScript().Of(Pool::kSummary).reflect.end(),
                          [&](const std::string& line) { return Holds(all, line); }))
      << all;
  EXPECT_THAT(all, HasSubstr("your sister going quiet"));
}

TEST(Companion, SaysPlainlyThatItDidNotUnderstand) {
  for (const char* message : {"asdfghjkl", "qwertz sdfgh", "kjhgfdsx"}) {
    EXPECT_THAT(Talk("u").Say(message),
                ContainsRegex("couldn't read|don't understand|didn't get|sense|word I know"));
  }
}

TEST(Companion, PointsToHelpWhereItDoesNotKnowTheLanguage) {
  for (const char* message : {"ich bin so traurig und weiß nicht weiter",
                              "estoy muy triste por mi madre", "мне очень плохо сегодня"}) {
    EXPECT_THAT(Talk("l").Say(message), HasSubstr("English")) << message;
    EXPECT_THAT(Talk("l").Say(message), ContainsRegex("Get help now|findahelpline.com"));
  }
}

TEST(Companion, PicksOneThreadOfALongMessageAndSaysSo) {
  std::string message = "my mother is ill and i look after her and there is so much to do. ";
  while (message.size() < 900) message += "and then the shopping and the doctor and the papers. ";
  const std::string reply = Talk("long").Say(message);
  EXPECT_TRUE(std::any_of(ShippedScript().Of(Pool::kLong).reflect.begin(),
                          ShippedScript().Of(Pool::kLong).reflect.end(),
                          [&](const std::string& line) { return Holds(reply, line); }))
      << reply;
}

TEST(Companion, IsTheSameForTheSameSeedAndAnotherForAnother) {
  std::set<std::string> openings;
  for (int seed = 0; seed < 12; ++seed) {
    Talk first(std::to_string(seed));
    Talk second(std::to_string(seed));
    EXPECT_EQ(first.Say("i feel lonely"), second.Say("i feel lonely"));
    EXPECT_EQ(first.Say("since i moved"), second.Say("since i moved"));
    openings.insert(first.history()[1].text);
  }
  EXPECT_GE(openings.size(), 4u);
}

TEST(Companion, AlwaysHasAnAnswer) {
  const Companion companion(ShippedScript());
  EXPECT_FALSE(companion.Reply({}, "").empty());
  EXPECT_FALSE(companion.Reply({{Role::kSystem, "persona"}}, "").empty());
  EXPECT_FALSE(companion.Reply({{Role::kUser, ""}}, "").empty());
  EXPECT_FALSE(
      companion.Reply({{Role::kUser, std::string("\xff\xfe\x00 broken", 10)}}, "").empty());
  Talk talk("endless");
  for (int i = 0; i < 150; ++i)
    EXPECT_FALSE(talk.Say("i don't know, it's the same as ever").empty());
}

TEST(Companion, DoesBoundedWork) {
  std::vector<ChatMessage> history;
  for (int i = 0; i < 5'000; ++i) {
    history.push_back({Role::kUser, "my sister is angry and i can't sleep " + std::to_string(i)});
    history.push_back({Role::kAssistant, "Okay, number " + std::to_string(i) + ". What then?"});
  }
  std::string message;
  while (message.size() < 8'000)
    message += "and then my mother called and i was sad about the exam, ";
  history.push_back({Role::kUser, message});
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(Companion(ShippedScript()).Reply(history, "s").empty());
  // Milliseconds without sanitizers; the bound is for slow machines and only catches work without
  // one.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

}  // namespace
}  // namespace nat
