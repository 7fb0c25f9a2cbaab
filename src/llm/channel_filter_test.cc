#include "llm/channel_filter.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/utf8.h"

namespace nat {
namespace {

struct Row {
  const char* name;
  std::string content;
  std::string expected;
};

std::string Filter(const std::vector<std::string_view>& tokens) {
  ChannelFilter filter;
  std::string text;
  for (const std::string_view token : tokens) {
    text += filter.Feed(token);
    EXPECT_TRUE(IsValidUtf8(text));
  }
  text += filter.Finish();
  EXPECT_EQ(filter.has_visible_text(), !text.empty());
  return text;
}

std::string FilterByteByByte(std::string_view content) {
  std::vector<std::string_view> tokens;
  for (std::size_t i = 0; i < content.size(); ++i) tokens.push_back(content.substr(i, 1));
  return Filter(tokens);
}

// Whole, byte by byte, and cut in two at every place.
void ExpectRows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const std::string_view content = row.content;
    EXPECT_EQ(Filter({content}), row.expected) << row.name;
    EXPECT_EQ(FilterByteByByte(content), row.expected) << row.name << ", byte by byte";
    std::vector<std::size_t> bad_cuts;
    // Of a few long ones, only every so many places.
    const std::size_t step = 1 + content.size() / 1024;
    for (std::size_t cut = 1; cut < content.size(); cut += step) {
      const std::string text = Filter({content.substr(0, cut), content.substr(cut)});
      if (text != row.expected) bad_cuts.push_back(cut);
    }
    EXPECT_TRUE(bad_cuts.empty()) << row.name << ", cut at " << testing::PrintToString(bad_cuts);
  }
}

const std::string kLong =
    "Three weeks of checking is a long time. That is somebody who matters to you going quiet.";

TEST(ChannelFilter, ShowsTheFinalChannelOnly) {
  ExpectRows({
      {"all markers",
       "<|channel|>analysis<|message|>She is sad.<|end|><|start|>assistant<|channel|>final"
       "<|message|>Three weeks.<|return|>",
       "Three weeks."},
      {"no final", "<|channel|>analysis<|message|>She is sad.<|end|>", ""},
      {"an empty final",
       "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>"
       "<|return|>",
       ""},
      {"a final of white space", "<|channel|>final<|message|> \n <|return|>", ""},
      {"cut off in the reasoning", "<|channel|>analysis<|message|>She is", ""},
      {"cut off in a marker", "<|channel|>final<|message|>Hello.<|ret", "Hello."},
      {"an unknown channel", "<|channel|>secret<|message|>a<|channel|>final<|message|>b", "b"},
      {"no name of a channel", "<|channel|><|message|>a<|end|>", ""},
      {"no channel at all", "<|start|>assistant<|message|>a<|end|>", ""},
      {"a tool call",
       "<|channel|>commentary to=functions.web_search <|constrain|>json<|message|>{\"q\":1}"
       "<|call|><|start|>assistant<|channel|>final<|message|>Here.<|return|>",
       "Here."},
      {"a tool call without its end", "<|channel|>commentary to=functions.f<|message|>{\"q\":1}",
       ""},
      {"a recipient in the role",
       "<|start|>assistant to=functions.f<|channel|>final<|message|>{}<|call|>", ""},
      {"a recipient of the final", "<|channel|>final to=functions.f<|message|>{}<|call|>", ""},
      {"a preamble in the commentary",
       "<|channel|>commentary<|message|>I will look.<|end|><|start|>assistant<|channel|>final"
       "<|message|>Hi",
       "Hi"},
      {"an answer of a tool",
       "<|start|>functions.f to=assistant<|channel|>commentary<|message|>{}<|end|><|start|>"
       "assistant<|channel|>final<|message|>Hi",
       "Hi"},
      {"a final with a format", "<|channel|>final <|constrain|>text<|message|>Hi<|return|>", "Hi"},
      {"two finals",
       "<|channel|>final<|message|>One.<|end|><|start|>assistant<|channel|>final<|message|>Two.",
       "One.\n\nTwo."},
      {"reasoning after the final",
       "<|channel|>final<|message|>Hi.<|end|><|start|>assistant<|channel|>analysis<|message|>"
       "Done.",
       "Hi."},
      {"reasoning that lost its header",
       "The text.<|end|><|start|>assistant<|channel|>final<|message|>Hi", "Hi"},
      {"capitals", "<|Channel|>Analysis<|Message|>a<|Channel|>Final<|Message|>b", "b"},
  });
}

TEST(ChannelFilter, ReadsMangledMarkers) {
  ExpectRows({
      {"without the left bar",
       "<channel|>analysis<message|>a<end|><start|>assistant<channel|>final<message|>b<return|>",
       "b"},
      {"without the right bar",
       "<|channel>analysis<|message>a<|end><|start>assistant<|channel>final<|message>b<|return>",
       "b"},
      {"without the left bracket",
       "|channel|>analysis|message|>a|end|>|start|>assistant|channel|>final|message|>b|return|>",
       "b"},
      {"without the right bracket",
       "<|channel|analysis<|message|a<|end|<|start|assistant<|channel|final<|message|b<|return|",
       "b"},
      {"with spaces",
       "< | channel | >analysis< |message| >a<| end |><| channel |>final<| message |>b", "b"},
      {"with full-width bars",
       "<｜channel｜>analysis<｜message｜>a<｜end｜><｜channel｜>final<｜message｜>b", "b"},
      {"with angle quotation marks",
       "‹|channel|›analysis‹|message|›a‹|end|›‹|channel|›final‹|message|›b", "b"},
      {"with drawn bars and mathematical brackets",
       "⟨│channel│⟩analysis⟨❘message❘⟩a⟨∣end∣⟩⟨ǀchannelǀ⟩final⟨￨message￨⟩b", "b"},
      {"with full-width letters", "＜｜ｃｈａｎｎｅｌ｜＞analysis<|message|>a", ""},
      {"with characters of no width",
       "<\u200B|chan\u200Dnel|\u2060>analysis<|message|>a<|channel|>final<|message|>b", "b"},
      {"free text instead of a channel",
       "<|channel|>We need to be kind.<|end|><|start|>assistant<|channel|>final<|message|>b", "b"},
      {"question marks instead of a channel", "<|channel|>?\?<|message|>a<|end|>", ""},
      {"a question mark after the channel",
       "<|channel|>commentary?<|message|>a<|channel|>final<|message|>b", "b"},
      {"a question mark after final", "<|channel|>final?<|message|>a<|end|>", ""},
      {"a channel without an end", "<|channel|>analysis" + std::string(300, 'x'), ""},
      {"doubled channels",
       "<|channel|><|channel|>analysis<|message|>a<|end|><|channel|>analysis<|channel|>final"
       "<|message|>b",
       "b"},
      {"reasoning after a format",
       "<|channel|>commentary<|constrain|>We should look.<|end|><|channel|>final<|message|>b", "b"},
      {"reasoning after a format in the final",
       "<|channel|>final<|message|>Hello there.<|constrain|>We should stop.", "Hello there."},
      {"a final without its message marker",
       "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final\n\nHello.",
       "Hello."},
      {"the same, glued", "<|channel|>finalHello.<|return|>", "Hello."},
      {"the same, long", "<|channel|>final\n" + kLong + kLong + "<|return|>", kLong + kLong},
      {"prose that begins with final", "<|channel|>final answer should be kind<|end|>", ""},
      {"a start that is missing",
       "<|channel|>analysis<|message|>a<|end|>assistant<|channel|>final<|message|>b", "b"},
      {"an end that is missing", "<|channel|>analysis<|message|>a<|channel|>final<|message|>b",
       "b"},
  });
}

TEST(ChannelFilter, ReadsHeadersWithoutTheirMarkers) {
  ExpectRows({
      {"a channel marker that is missing", "final<|message|>Hello.<|return|>", "Hello."},
      {"the same before reasoning",
       "analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b", "b"},
      {"a thought of Gemma", "<|channel>thought\nShe is sad.<channel|>Hello.", "Hello."},
      {"a long thought of Gemma", "<|channel>thought\n" + kLong + kLong + "\n<channel|>\nHello.",
       "Hello."},
      {"an empty thought of Gemma", "<|channel>thought\n<channel|>final answers take time.",
       "final answers take time."},
      {"a thought of Gemma that the template opened", "She is sad.<channel|>Hello.", "Hello."},
  });
}

TEST(ChannelFilter, ReadsWordsThatLostTheirMarkers) {
  ExpectRows({
      {"reasoning and final",
       "analysisWe need to answer \"What is 2+2?\". And nothing else.assistantfinalfour", "four"},
      {"reasoning without a final", "analysisWe need to answer.", ""},
      {"reasoning in other scripts", "analysis我们需要回答。assistantfinal四", "四"},
      {"reasoning that begins with a quote", "analysis\"Hi\" is a greeting.assistantfinalHi", "Hi"},
      {"names on lines of their own", "analysis\nWe need to.\nassistant\nfinal\nHello", "Hello"},
      {"a tool call",
       "analysisLook.assistantcommentary to=functions.f json{\"q\":1}assistantfinalHere", "Here"},
      {"commentary first", "commentary to=functions.f json{}assistantfinalHere", "Here"},
      {"reasoning after the final", "analysisA.assistantfinalHello there.assistantanalysisB",
       "Hello there."},
      {"two finals", "analysisA.assistantfinalOne.assistantfinalTwo.", "One.\n\nTwo."},
      {"a role before the reasoning", "assistantanalysisHm.assistantfinalHello", "Hello"},
      {"final first", "assistantfinalHello", "Hello"},
      {"only the name of the final", "finalHello.", "Hello."},
      {"reasoning that lost its name", "We need to be kind.assistantfinalHello", "Hello"},
      {"nothing but a name", "analysis", ""},
      {"markers that come back",
       "analysisWe need to.<|end|><|start|>assistant<|channel|>final<|message|>Hello", "Hello"},
  });
}

TEST(ChannelFilter, LosesNoReplyThatOnlyLooksLikeALeak) {
  std::vector<Row> rows;
  for (const std::string reply : {
           "Analysis of your week: you slept, and you worked.",
           "analysis of a feeling does not make it go away, but it can help.",
           "analysis",
           "Analysis.",
           "Analysis paralysis is a thing.",
           "Analysisklausur morgen?",
           "Finally some sleep.",
           "final exams are the worst.",
           "Final thoughts?",
           "finality is hard",
           "Commentary from your father again.",
           "The assistant final exam is tomorrow?",
           "You wrote assistantfinal, what is that?",
           "We need to talk: that is what he said?",
           "The user manual was no help, and then he left you alone with it for a whole evening.",
           "a < b, and b > c, so a <- c | d",
           "I <3 you, he wrote. x<y",
           "|a|b|\n|-|-|\n|end|c|",
           "Use <b>bold</b> and <end> and [link](x) and [inst].",
           "He said <thinking about it>.",
           "What a week |",
           "Is 1 < 2",
           "<",
           "|",
           "[",
           "< think",
           "The channel|message idea",
           "« think » and «analysis» are words",
           "<kbd>ctrl</kbd>",
           "a<|",
           "x <|> y",
       }) {
    const bool is_cut_marker = reply == "a<|";
    const bool is_name = reply == "analysis";
    rows.push_back({"reply", reply, is_cut_marker ? "a" : is_name ? "" : reply});
  }
  ExpectRows(rows);
}

TEST(ChannelFilter, DropsReasoningBlocks) {
  ExpectRows({
      {"a block", "<think>She is sad.</think>\n\nHello.", "Hello."},
      {"an empty block", "<think>\n\n</think>\n\nHello.", "Hello."},
      {"other names", "<thinking>a</thinking>b<reasoning>c</reasoning>d", "bd"},
      {"capitals, spaces and attributes", "< THINK kind=\"deep\" >a</ Think >b", "b"},
      {"look-alike brackets", "‹think›a‹/think›b＜think＞c＜／think＞d◁think▷e◁/think▷f", "bdf"},
      {"nested blocks", "<think>a<think>b</think>c</think>d", "d"},
      {"a block that is not closed", "<think>She is sad. Hello.", ""},
      {"one that is not closed after text", kLong + "<think>She", kLong},
      {"a block inside the reply", "Hello <think>hm</think>there.", "Hello there."},
      {"an end without a begin", "She is sad.</think>Hello.", "Hello."},
      {"a long one that reads like reasoning",
       "Okay, the user is sad. " + kLong + kLong + "</think>\n\nHello.", "Hello."},
      {"an end after much text", kLong + "</think> Hello.", kLong + " Hello."},
      {"two ends", "One.</think>Two.</think>Hello.", "Hello."},
      {"a self-closing tag", "<think/>Hello.", "Hello."},
      {"a tag in the tag", "a <th<think>x</think>ink> b", "a"},
      {"a block and then channels", "<think>a<|channel|>final<|message|>Hello.<|end|>", "Hello."},
      {"the tag of Mistral", "[THINK]a[/THINK]b", "b"},
      {"a tag with a name space", "<mm:think>a</mm:think>b", "b"},
      {"bars", "<|begin_of_thought|>a<|end_of_thought|>b", "b"},
  });
}

TEST(ChannelFilter, DropsTheTokensOfOtherTemplates) {
  ExpectRows({
      {"ChatML", "<|im_start|>assistant\nHello.<|im_end|>", "Hello."},
      {"an echo of the whole prompt",
       "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>"
       "assistant\nHello.<|im_end|>",
       "Hello."},
      {"a talk with itself",
       "Hello.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nAgain.", "Hello."},
      {"Llama", "<|start_header_id|>assistant<|end_header_id|>\n\nHello.<|eot_id|>", "Hello."},
      {"Gemma", "<start_of_turn>model\nHello.<end_of_turn>", "Hello."},
      {"newer Gemma", "<|turn>model\nHello.<turn|>", "Hello."},
      {"DeepSeek", "<｜Assistant｜>Hello.<｜end▁of▁sentence｜><｜User｜>Hi", "Hello."},
      {"Phi", "<|assistant|>Hello.<|end|><|user|>Hi", "Hello."},
      {"Mistral", "[INST] Hi [/INST] Hello.</s>", "Hello."},
      {"Llama 2", "<<SYS>>Be kind.<</SYS>>[/INST]Hello.", "Hello."},
      {"the end of the text", "Hello.<|endoftext|>Once upon a time", "Hello."},
      {"an end before the text", "<|im_end|><｜end▁of▁sentence｜>Hello.", "Hello."},
      {"unknown tokens", "<|reserved_200013|>Hel<|foo|>lo.<pad><bos>", "Hello."},
      {"a token in a token", "Hi <|e<|foo|>nd|>there", "Hi"},
      {"a bracket before a token", "Hi <<|end|>there", "Hi <"},
      {"a bar before a token", "Hi <||end|>there", "Hi <|"},
      {"a token in the end of a tag", "Hello. <|e</thi<eos>nk>", "Hello. <|e</thi"},
  });
}

TEST(ChannelFilter, LeavesMarkersInCodeAlone) {
  ExpectRows({
      {"a span", "<|channel|>final<|message|>The token `<|end|>` ends it.<|return|>",
       "The token `<|end|>` ends it."},
      {"a span without channels", "The tag `<think>` opens it.", "The tag `<think>` opens it."},
      {"a span at the end", "It is `</think>`", "It is `</think>`"},
      {"a span of two backticks", "It is ``<|end|> ` `` here", "It is ``<|end|> ` `` here"},
      {"a fence", "See:\n```\n<|start|>assistant<|end|>\n```\nDone.<|end|>",
       "See:\n```\n<|start|>assistant<|end|>\n```\nDone."},
      {"a span that never closes",
       "<|channel|>final<|message|>A ` and<|end|><|start|>assistant<|channel|>analysis<|message|>x",
       "A ` and"},
      {"a span that a blank line ends", "A ` and <|end|>x\n\n` y", "A ` and"},
      {"a fence that never closes", kLong + "\n```\ncode<|return|>", kLong + "\n```\ncode"},
      {"a fence that closes too late",
       kLong + "\n```\n<|end|>" + std::string(4200, 'x') + "\n```\n", kLong + "\n```"},
      {"after the code", "`a` <|end|>", "`a`"},
      {"code in the reasoning", "<think>`</think>`Hello", "`Hello"},
  });
}

TEST(ChannelFilter, KeepsWhiteSpaceInsideAndTrimsItOutside) {
  ExpectRows({
      {"inside", "\n\n  One.\n\n  Two\u3000three.  \n", "One.\n\n  Two\u3000three."},
      {"around markers", "<|channel|>final<|message|>\n One. \n<|return|>\n", "One."},
      {"nothing else", " \n\t ", ""},
  });
}

TEST(ChannelFilter, MakesValidUtf8OfAnything) {
  ExpectRows({
      {"broken characters",
       "a\xFF"
       "b\xE2\x82",
       "a\uFFFD"
       "b\uFFFD"},
      {"a broken marker", "<|chan\xFFnel|>", "<|chan\uFFFDnel|>"},
      {"emoji", "😀 👩‍🚀 ❤️‍🔥", "😀 👩‍🚀 ❤️‍🔥"},
  });
}

TEST(ChannelFilter, ShowsAnOrdinaryReplyAsItArrives) {
  ChannelFilter filter;
  EXPECT_EQ(filter.Feed(kLong), kLong);
  EXPECT_EQ(filter.Feed(" And"), " And");
  EXPECT_EQ(filter.Feed(" then <"), " then");
  EXPECT_EQ(filter.Feed("3"), " <3");
  EXPECT_EQ(filter.hidden_bytes(), 0u);
  EXPECT_FALSE(filter.saw_final());
}

TEST(ChannelFilter, ShowsTheFinalAtOnce) {
  ChannelFilter filter;
  EXPECT_EQ(filter.Feed("<|channel|>final<|message|>H"), "H");
  EXPECT_TRUE(filter.saw_final());
}

TEST(ChannelFilter, GivesUpOnEndlessReasoning) {
  ChannelFilter filter;
  EXPECT_EQ(filter.Feed("<|channel|>analysis<|message|>"), "");
  const std::string thought(64 * 1024, 'x');
  for (std::size_t fed = 0; fed < limits::kHiddenBytesMax; fed += thought.size()) {
    EXPECT_FALSE(filter.is_over_limit());
    EXPECT_EQ(filter.Feed(thought), "");
  }
  EXPECT_TRUE(filter.is_over_limit());
}

// Any mixture of pieces of markers, words and text, cut anywhere, gives the same and holds no
// special token.
TEST(ChannelFilter, GivesTheSameHoweverTheContentIsCut) {
  const std::vector<std::string> pieces = {
      "<|",          "|>",          "<",           ">",        "|",
      "channel",     "final",       "analysis",    "message",  "end",
      "assistant",   "start",       "<think>",     "</think>", "think",
      "/",           "<|channel|>", "<|message|>", "<|end|>",  "｜",
      "‹",           "›",           "Hello",       " ",        "\n",
      ".",           "a",           "We",          "`",        "```",
      "\xE2\x80",    "\xFF",        "<eos>",       "[/INST]",  "<channel|>",
      "<|channel>",  "thought",     "The user",    kLong,      "<|constrain|>",
      "<|im_start|>"};
  const unsigned seed = 20261123;
  std::mt19937 random(seed);
  for (int round = 0; round < 3000; ++round) {
    std::string content;
    const auto count = 1 + random() % 14;
    for (std::size_t i = 0; i < count; ++i) content += pieces[random() % pieces.size()];
    const std::string whole = Filter({content});
    ASSERT_EQ(FilterByteByByte(content), whole) << content << " with seed " << seed;
    const auto cut = random() % (content.size() + 1);
    const std::string_view view = content;
    ASSERT_EQ(Filter({view.substr(0, cut), view.substr(cut)}), whole) << content;
    if (content.find('`') != std::string::npos) continue;
    ASSERT_EQ(whole.find("<|channel|>"), std::string::npos) << content;
    ASSERT_EQ(whole.find("<|end|>"), std::string::npos) << content;
    ASSERT_EQ(whole.find("<think>"), std::string::npos) << content;
  }
}

}  // namespace
}  // namespace nat
