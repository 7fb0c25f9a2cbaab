// A person's own key and what it seals. Every text of a person is stored sealed under it, and it is
// stored wrapped under the master key: erasing the person is erasing the wrapped key
// (docs/threat-model.md).
//
//   auto key = PersonKey::Make();
//   auto wrapped = WrapPersonKey(master, person, key);                // into person_keys
//   auto sealed = Seal(key, "message:" + id.text(), text);            // into messages
//   auto text = Open(key, "message:" + id.text(), sealed);            // kInternal if the row was
//   changed or swapped
//
// XChaCha20-Poly1305 with a random nonce. Sealed bytes: 1 format, 24 nonce, the text padded to a
// multiple of kSealedTextBucketBytes, 16 tag; so a stored length says little about a short text.
// All functions are pure but for randomness, and may be called on any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/id.h"
#include "vault/key.h"
#include "vault/master_key.h"

namespace nat {

using PersonKey = Key<struct PersonKeyTag>;

inline constexpr std::size_t kSealedTextBucketBytes = 32;

// The wrapped key opens for this person only.
std::string WrapPersonKey(const MasterKey& master, const PersonId& person, const PersonKey& key);
// kInternal when the bytes were changed, belong to another person or were wrapped under another
// master key.
Result<PersonKey> UnwrapPersonKey(const MasterKey& master, const PersonId& person,
                                  std::string_view wrapped);

// `context` names the column and the row; the text opens only where the same context is given.
std::string Seal(const PersonKey& key, std::string_view context, std::string_view text);
// kInternal when the bytes were changed, stand in another row or were sealed under another key. The
// message names nothing of the text.
Result<std::string> Open(const PersonKey& key, std::string_view context, std::string_view sealed);

}  // namespace nat
