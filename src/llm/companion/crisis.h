// What the companion says when a message speaks of suicide, self-harm, violence or abuse, and for a
// while after it. All of it is reviewed text from the script; the safety layer stands in front and
// does not depend on this.
#pragma once

#include "llm/companion/phrasing.h"
#include "llm/companion/recollection.h"
#include "llm/companion/script.h"

namespace nat {

// Makes the reply and returns true, or leaves `phrasing` as it is and returns false where nothing
// of the kind was said lately, or where the message asks who is speaking.
bool SpeakInCrisis(const Script& script, const Recollection& past, Phrasing& phrasing);

// Whether something of the kind was said in the last messages: no summaries, offers or small talk
// then.
bool IsCrisisRecent(const Script& script, const Recollection& past);

}  // namespace nat
