// Asks a model with a written policy what it thinks of a text (gpt-oss-safeguard, or any model that
// follows instructions), and reads its answer. Pure: a Provider carries the question.
//
//   auto request = AskAboutPolicy(policy, text);
//   if (!request) return request.error();
//   ... the whole reply of provider.Open(std::move(*request)) as `answer` ...
//   auto opinion = ReadOpinion(answer);
//
// A second opinion only ever adds caution: a policy's text can be argued with by the text that it
// is about, so an opinion never takes back what a rule has decided.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "llm/provider.h"

namespace nat {

struct Opinion {
  bool is_violation = false;
  std::string category;   // a word of the policy; empty where the model named none
  double confidence = 0;  // 0 to 1; 0.5 where the model gave none
};

// The question: `policy` and the form of the answer as system message, and `text` as the person's
// between two lines that hold `fence`. Inside of the text everything that could pass for such a
// line or for a marker of a chat format loses its angle brackets. `fence` is best a random word
// of each question; kInvalidInput where it is empty or is no word, or where the text is longer than
// one message may be.
Result<ChatRequest> AskAboutPolicy(const std::string& policy, const std::string& text,
                                   const std::string& fence);

// The model's opinion: the last JSON object in `answer` that holds "violation" as 0, 1, true, false
// or a word for one of them; or an answer that is nothing but 0 or 1. kUpstream for all else, such
// as "unclear": no opinion is not the opinion that all is well.
Result<Opinion> ReadOpinion(std::string_view answer);

}  // namespace nat
