#include "base/markdown_code.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nat {
namespace {

// The text with every character that is code, and is no backtick or tilde, replaced by '#'.
std::string Mark(std::string_view text) {
  MarkdownCode code;
  std::string marked;
  for (const char character : text) {
    const bool is_mark = character == '`' || character == '~' || character == '\n';
    marked.push_back(code.is_inside() && !is_mark ? '#' : character);
    code.Read(character);
  }
  return marked;
}

struct Row {
  const char* name;
  const char* text;
  const char* expected;
};

TEST(MarkdownCode, TellsCodeFromProse) {
  const std::vector<Row> rows = {
      {"an unclosed span ends at a blank line", "a `b\n \nc", "a `#\n#\nc"},
      {"a span goes over a line break", "a `b\nc` d", "a `#\n#` d"},
      {"a span closes at as many backticks", "``a ` b`` c", "``##`##`` c"},
      {"prose without code", "it's 3 ~ 4, or so", "it's 3 ~ 4, or so"},
      {"a fence closes at a line of its own", "```js\na `b` c\n```\nd", "```##\n##`#`##\n```\nd"},
      {"a fence of tildes", "~~~\na ``` b\n~~~\nc", "~~~\n##```##\n~~~\nc"},
      {"a fence is not closed by a shorter one", "````\n```\na\n````\nb", "````\n```\n#\n````\nb"},
      {"a fence goes over blank lines", "```\na\n\nb\n```\nc", "```\n#\n\n#\n```\nc"},
      {"a fence in a list", "1. ```\n   a\n   ```\nb", "1. ```\n####\n###```\nb"},
      {"three backticks on one line are a span", "```a b``` c", "```###``` c"},
      {"struck-through text is prose", "a ~~b~~ c", "a ~~b~~ c"},
  };
  for (const Row& row : rows) EXPECT_EQ(Mark(row.text), row.expected) << row.name;
}

TEST(MarkdownCode, FindsWhereTheOpenCodeEnds) {
  using Kind = MarkdownCode::End::Kind;
  MarkdownCode code;
  code.Read("see `");
  EXPECT_EQ(code.FindEnd("ab` c").kind, Kind::kClosed);
  EXPECT_EQ(code.FindEnd("ab` c").byte_count, 3u);
  EXPECT_EQ(code.FindEnd("ab").kind, Kind::kNotYet);
  EXPECT_EQ(code.FindEnd("ab`").kind, Kind::kNotYet) << "the run may go on";
  EXPECT_EQ(code.FindEnd("ab\n\n` c").kind, Kind::kAbandoned);
}

}  // namespace
}  // namespace nat
