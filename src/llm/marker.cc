#include "llm/marker.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/utf8.h"

namespace nat {
namespace {

using Kind = MarkerMatch::Kind;
using enum MarkerKind;

// The longest marker, with attributes; what is longer is text. It bounds what a filter holds back.
constexpr std::size_t kMarkerBytesMax = 128;
constexpr std::size_t kNameBytesMax = 40;

// What a character stands for in a marker: letters in lower case, look-alikes as what they look
// like.
constexpr char kNothing = '\0';  // zero-width: not there
constexpr char kOther = '\x01';  // nothing a marker is made of
constexpr char kEndOfText = '\x02';

struct LookAlike {
  char32_t character;
  char stands_for;
};

constexpr LookAlike kLookAlikes[] = {
    {0x00A0, ' '},      {0x00A6, '|'}, {0x00AD, kNothing}, {0x01C0, '|'},      {0x02C2, '<'},
    {0x02C3, '>'},      {0x1433, '>'}, {0x1438, '<'},      {0x200B, kNothing}, {0x200C, kNothing},
    {0x200D, kNothing}, {0x2039, '<'}, {0x203A, '>'},      {0x2044, '/'},      {0x2060, kNothing},
    {0x2215, '/'},      {0x2223, '|'}, {0x2329, '<'},      {0x232A, '>'},      {0x23D0, '|'},
    {0x2502, '|'},      {0x2503, '|'}, {0x2581, '_'},      {0x25B7, '>'},      {0x25C1, '<'},
    {0x2758, '|'},      {0x2759, '|'}, {0x276E, '<'},      {0x276F, '>'},      {0x2770, '<'},
    {0x2771, '>'},      {0x27E8, '<'}, {0x27E9, '>'},      {0x3008, '<'},      {0x3009, '>'},
    {0x4E28, '|'},      {0xFE64, '<'}, {0xFE65, '>'},      {0xFEFF, kNothing}, {0xFFE8, '|'},
};

bool IsNameCharacter(char folded) {
  return (folded >= 'a' && folded <= 'z') || (folded >= '0' && folded <= '9') || folded == '_' ||
         folded == '-' || folded == ':';
}

// Reads folded characters; what has no width is not there.
class Reader {
 public:
  Reader(std::string_view text, Ending ending)
      : text_(text.substr(0, kMarkerBytesMax)),
        is_cut_(text.size() > kMarkerBytesMax),
        ending_(ending) {}

  char Peek() {
    while (next_ < text_.size()) {
      const Utf8Step step = ReadUtf8(text_.substr(next_));
      if (step.kind != Utf8Step::Kind::kCharacter) break;
      const char folded = FoldForMarker(step.character);
      next_size_ = step.byte_count;
      if (folded != kNothing) return folded;
      next_ += step.byte_count;
    }
    return kEndOfText;
  }
  void Take() {
    next_ += next_size_;
    taken_ = next_;
  }
  bool Accept(char folded) {
    if (Peek() != folded) return false;
    Take();
    return true;
  }
  void SkipSpaces() {
    while (Accept(' ')) continue;
  }
  std::string ReadName() {
    std::string name;
    while (name.size() < kNameBytesMax && IsNameCharacter(Peek())) {
      name.push_back(Peek());
      Take();
    }
    return name;
  }

  MarkerMatch Found(MarkerKind kind) const { return {Kind::kMarker, taken_, kind}; }
  // Nothing that was read contradicts a marker, and the next character is none that fits.
  MarkerMatch Unfit() {
    const bool is_at_end = Peek() == kEndOfText;
    if (is_at_end && !is_cut_ && ending_ == Ending::kOpen) return {Kind::kPartial, 0, kNoise};
    return {Kind::kNone, is_at_end ? 0 : next_, kNoise};
  }
  bool is_at_end() { return Peek() == kEndOfText; }
  bool is_complete() const { return ending_ == Ending::kComplete && !is_cut_; }

 private:
  std::string_view text_;
  bool is_cut_;
  Ending ending_;
  std::size_t next_ = 0;
  std::size_t next_size_ = 0;
  std::size_t taken_ = 0;  // the end of what was read, without zero-width characters after it
};

// One special token, by the bars it has: <|name|>, <|name>, <name|>.
struct BarMarker {
  std::string_view name;
  MarkerKind both;
  MarkerKind left_only;
  MarkerKind right_only;
};

constexpr BarMarker Same(std::string_view name, MarkerKind kind) {
  return {name, kind, kind, kind};
}

constexpr std::array kBarMarkers = {
    BarMarker{"channel", kChannel, kThoughtChannel, kChannelClose},
    Same("message", kMessage),
    Same("start", kStart),
    Same("end", kEnd),
    Same("return", kEnd),
    Same("call", kEnd),
    Same("constrain", kConstrain),
    Same("im_start", kRole),
    Same("im_end", kEnd),
    Same("start_header_id", kRole),
    BarMarker{"turn", kRole, kRole, kEnd},
    Same("eot_id", kEnd),
    Same("eom_id", kEnd),
    Same("eot", kEnd),
    Same("endoftext", kEnd),
    Same("end_of_text", kEnd),
    Same("end_of_turn", kEnd),
    Same("end_of_sentence", kEnd),
    Same("user", kUserTurn),
    Same("assistant", kAssistantTurn),
    Same("system", kOtherTurn),
    Same("developer", kOtherTurn),
    Same("tool", kOtherTurn),
    BarMarker{"think", kReasoningOpen, kReasoningOpen, kReasoningClose},
    BarMarker{"tool_call", kReasoningOpen, kReasoningOpen, kReasoningClose},
    BarMarker{"tool_response", kReasoningOpen, kReasoningOpen, kReasoningClose},
    Same("begin_of_thought", kReasoningOpen),
    Same("end_of_thought", kReasoningClose),
};

// <name> and </name>.
struct Tag {
  std::string_view name;
  MarkerKind open;
  MarkerKind close;
};

constexpr Tag Reasoning(std::string_view name) {
  return {name, kReasoningOpen, kReasoningClose};
}

constexpr std::array kTags = {
    Reasoning("think"),
    Reasoning("thinking"),
    Reasoning("thought"),
    Reasoning("thoughts"),
    Reasoning("reasoning"),
    Reasoning("analysis"),
    Reasoning("reflection"),
    Reasoning("scratchpad"),
    Reasoning("inner_monologue"),
    Reasoning("mm:think"),
    Reasoning("seed:think"),
    Reasoning("tool_call"),
    Tag{"start_of_turn", kRole, kNoise},
    Tag{"end_of_turn", kEnd, kEnd},
    Tag{"eos", kEnd, kEnd},
    Tag{"bos", kNoise, kNoise},
    Tag{"pad", kNoise, kNoise},
    Tag{"unk", kNoise, kNoise},
    // Also struck-through text in HTML, so it must not end a reply.
    Tag{"s", kNoise, kNoise},
};

struct Literal {
  std::string_view text;
  MarkerKind kind;
};

// In capitals only: [think] in small letters may be what somebody wrote.
constexpr std::array kSquareMarkers = {
    Literal{"[INST]", kUserTurn},
    Literal{"[/INST]", kAssistantTurn},
    Literal{"[THINK]", kReasoningOpen},
    Literal{"[/THINK]", kReasoningClose},
};

constexpr std::array kWordMarkers = {
    Literal{"assistantfinal", kWordFinal},
    Literal{"assistant\nfinal\n", kWordFinal},
    Literal{"assistantanalysis", kWordHidden},
    Literal{"assistantcommentary", kWordHidden},
};

template <class Table>
const auto* FindByName(const Table& table, std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const auto& entry) { return entry.name == name; });
  return found == table.end() ? nullptr : &*found;
}

template <class Table>
bool BeginsName(const Table& table, std::string_view begin) {
  return std::any_of(table.begin(), table.end(),
                     [&](const auto& entry) { return entry.name.starts_with(begin); });
}

// After `<|`. A full marker counts whatever its name is; a mangled one only by a name that is
// known.
MarkerMatch MatchLeftBar(Reader& reader) {
  reader.SkipSpaces();
  const bool is_closing = reader.Accept('/');
  const std::string name = reader.ReadName();
  // What the end of the stream cut off was to become a marker: no prose ends in `<|`.
  if (reader.is_at_end()) return reader.is_complete() ? reader.Found(kNoise) : reader.Unfit();
  if (name.empty()) return reader.Unfit();
  const BarMarker* known = FindByName(kBarMarkers, name);
  reader.SkipSpaces();
  if (known != nullptr && reader.Accept('>')) return reader.Found(known->left_only);
  if (!reader.Accept('|')) return reader.Unfit();
  const MarkerMatch without_bracket =
      known == nullptr ? MarkerMatch() : reader.Found(is_closing ? known->right_only : known->both);
  reader.SkipSpaces();
  if (reader.Accept('>')) {
    if (known == nullptr) return reader.Found(kNoise);
    return reader.Found(is_closing ? known->right_only : known->both);
  }
  const MarkerMatch unfit = reader.Unfit();
  return unfit.kind == Kind::kPartial || known == nullptr ? unfit : without_bracket;
}

// The attributes of a tag, up to its end: `kind="deep"`. Words without `=` are prose between angle
// brackets.
MarkerMatch MatchAttributes(Reader& reader, MarkerKind kind) {
  const std::string name = reader.ReadName();
  reader.SkipSpaces();
  if (name.empty() || !reader.Accept('=')) return reader.Unfit();
  while (reader.Peek() != '>') {
    if (reader.Peek() == kEndOfText || reader.Peek() == '<') return reader.Unfit();
    reader.Take();
  }
  reader.Take();
  return reader.Found(kind);
}

// After `<<`: <<SYS>> and <</SYS>>.
MarkerMatch MatchDoubleBracket(Reader& reader) {
  reader.Accept('/');
  for (const char expected : std::string_view("sys>>")) {
    if (!reader.Accept(expected)) return reader.Unfit();
  }
  return reader.Found(kOtherTurn);
}

// After `<` and no bar: tags, and special tokens that lost their left bar.
MarkerMatch MatchTag(Reader& reader) {
  const bool is_closing = reader.Accept('/');
  reader.SkipSpaces();
  const std::string name = reader.ReadName();
  const Tag* tag = FindByName(kTags, name);
  const BarMarker* bar_marker = FindByName(kBarMarkers, name);
  if (!BeginsName(kTags, name) && !BeginsName(kBarMarkers, name)) return MarkerMatch();
  if (reader.is_at_end() || (tag == nullptr && bar_marker == nullptr)) return reader.Unfit();
  const bool has_space = reader.Peek() == ' ';
  reader.SkipSpaces();
  if (bar_marker != nullptr && reader.Accept('|')) {
    reader.SkipSpaces();
    return reader.Accept('>') ? reader.Found(bar_marker->right_only) : reader.Unfit();
  }
  if (tag == nullptr) return reader.Unfit();
  const MarkerKind kind = is_closing ? tag->close : tag->open;
  if (reader.Accept('>')) return reader.Found(kind);
  if (reader.Accept('/')) return reader.Accept('>') ? reader.Found(kNoise) : reader.Unfit();
  return has_space ? MatchAttributes(reader, kind) : reader.Unfit();
}

// After `|`, where the bracket before it was lost: |channel|>.
MarkerMatch MatchLoneBar(Reader& reader) {
  const std::string name = reader.ReadName();
  if (!BeginsName(kBarMarkers, name)) return MarkerMatch();
  const BarMarker* known = FindByName(kBarMarkers, name);
  if (reader.is_at_end() || known == nullptr) return reader.Unfit();
  return reader.Accept('|') && reader.Accept('>') ? reader.Found(known->both) : reader.Unfit();
}

template <class Table>
MarkerMatch MatchLiteral(const Table& table, std::string_view text, Ending ending) {
  bool may_follow = false;
  for (const auto& entry : table) {
    if (text.starts_with(entry.text)) return {Kind::kMarker, entry.text.size(), entry.kind};
    may_follow = may_follow || entry.text.starts_with(text);
  }
  if (may_follow && ending == Ending::kOpen) return {Kind::kPartial, 0, kNoise};
  std::size_t fitting = 0;
  for (const auto& entry : table) {
    const auto differs =
        std::mismatch(text.begin(), text.end(), entry.text.begin(), entry.text.end());
    fitting = std::max(fitting, static_cast<std::size_t>(differs.first - text.begin()));
  }
  return {Kind::kNone, fitting, kNoise};
}

// Bytes with which a character begins that may begin a marker.
constexpr std::array<bool, 256> kMayBegin = [] {
  std::array<bool, 256> table{};
  for (const int byte : {0x3C, 0x5B, 0x7C, 0xC2, 0xC7, 0xCB, 0xE1, 0xE2, 0xE3, 0xE4, 0xEF}) {
    table[static_cast<std::size_t>(byte)] = true;
  }
  return table;
}();

}  // namespace

MarkerMatch MatchMarker(std::string_view text, Ending ending) {
  if (text[0] == '[') return MatchLiteral(kSquareMarkers, text, ending);
  Reader reader(text, ending);
  if (reader.Accept('|')) return MatchLoneBar(reader);
  if (!reader.Accept('<')) return MarkerMatch();
  if (reader.Accept('<')) return MatchDoubleBracket(reader);
  reader.SkipSpaces();
  return reader.Accept('|') ? MatchLeftBar(reader) : MatchTag(reader);
}

MarkerMatch MatchMarkerWord(std::string_view text, Ending ending) {
  return MatchLiteral(kWordMarkers, text, ending);
}

std::size_t FindMarkerStart(std::string_view text, std::size_t from) {
  for (std::size_t i = from; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (!kMayBegin[byte]) continue;
    if (byte == '[') return i;
    const char folded = FoldForMarker(ReadUtf8(text.substr(i)).character);
    if (folded == '<' || folded == '|') return i;
  }
  return std::string_view::npos;
}

char FoldForMarker(char32_t character) {
  if (character >= 'A' && character <= 'Z') return static_cast<char>(character - 'A' + 'a');
  if (character >= 0x21 && character < 0x7F) return static_cast<char>(character);
  if (character == ' ' || character == '\t') return ' ';
  if (character < 0x80) return kOther;
  // The full-width forms of ASCII stand in the same order.
  if (character >= 0xFF01 && character <= 0xFF5E) return FoldForMarker(character - 0xFF01 + 0x21);
  const auto* found =
      std::find_if(std::begin(kLookAlikes), std::end(kLookAlikes),
                   [&](const LookAlike& look_alike) { return look_alike.character == character; });
  return found == std::end(kLookAlikes) ? kOther : found->stands_for;
}

}  // namespace nat
