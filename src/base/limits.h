// Every bound of the system on one page (STYLE 18). Durations are chrono types, sizes are bytes
// unless the name says otherwise. A bound that operators may change has its default here and its
// field in app/config.h.
#pragma once

#include <chrono>
#include <cstddef>

namespace nat::limits {

using namespace std::chrono_literals;

// What a person may send.
inline constexpr std::size_t kMessageCharactersMax = 8'000;  // code points after NFC
inline constexpr std::size_t kMessageBytesMax = 32'000;
inline constexpr std::size_t kTitleCharactersMax = 120;
inline constexpr std::size_t kClientMessageIdBytesMax = 128;

// HTTP, as a server.
inline constexpr std::size_t kHeaderBytesMax = 16UL * 1024;
inline constexpr std::size_t kHeaderCountMax = 100;
inline constexpr std::size_t kBodyBytesMax = 1024UL * 1024;
inline constexpr std::size_t kBodyDrainBytesMax =
    8UL * 1024 * 1024;  // read and dropped after a 413, so it can be read
inline constexpr std::size_t kPipelinedBytesMax = 64UL * 1024;
inline constexpr std::size_t kConnectionsMax = 10'000;
inline constexpr std::size_t kRefusedConnectionsMax =
    64;  // beyond kConnectionsMax, while they are told 503
inline constexpr std::size_t kReadBytes = 4UL * 1024;  // one read of a connection
inline constexpr std::size_t kSocketMessageBytesMax =
    128UL * 1024;  // one WebSocket message: kMessageCharactersMax, also all escaped
inline constexpr std::size_t kSocketTurnsMax = 32;   // followed at once by one WebSocket
inline constexpr std::size_t kSocketFaultsMax = 20;  // frames that mean nothing; then it is closed
inline constexpr std::size_t kRequestIdBytesMax = 128;  // of a frame, given back with its answer
inline constexpr std::size_t kStaticFilesMax = 2'000;
inline constexpr std::size_t kStaticBytesMax =
    16UL * 1024 * 1024;                     // all files of the web front end together
inline constexpr auto kHeadTimeout = 10s;   // from the first byte of a head to its end
inline constexpr auto kBodyTimeout = 30s;   // for a whole body
inline constexpr auto kIdleTimeout = 75s;   // between requests on a kept connection
inline constexpr auto kWriteTimeout = 30s;  // one write that a peer does not take
inline constexpr auto kLingerTimeout = 5s;  // for a refused peer to read why
inline constexpr auto kAcceptPause =
    100ms;  // after accepting failed, for example for want of descriptors
inline constexpr auto kDeadlineTick =
    1s;  // how often the deadlines of all connections are looked at
inline constexpr auto kDrainTimeout = 25s;  // running replies at shutdown

// HTTP, as a client.
inline constexpr std::size_t kUpstreamHeadBytesMax = 64UL * 1024;
inline constexpr std::size_t kUpstreamHeaderCountMax = 256;
inline constexpr std::size_t kUpstreamInterimHeadsMax = 16;  // 1xx before the final response
inline constexpr std::size_t kUpstreamSilentBytesMax = 64UL * 1024;  // compressed, without text
inline constexpr std::size_t kUpstreamBodyBytesMax = 16UL * 1024 * 1024;
inline constexpr std::size_t kUpstreamChunkLineBytesMax = 4UL * 1024;
inline constexpr std::size_t kUpstreamEventBytesMax = 1024UL * 1024;  // one SSE event
inline constexpr std::size_t kUpstreamReadBytes = 16UL * 1024;
inline constexpr std::size_t kPooledConnectionsPerOriginMax = 64;
inline constexpr auto kPooledConnectionIdleMax = 30s;
inline constexpr auto kConnectTimeout = 5s;         // name, TCP and TLS together
inline constexpr auto kConnectAttemptTimeout = 1s;  // of one address, if there is another one
inline constexpr auto kNameKept = 30s;              // the system's resolver tells no TTL
inline constexpr auto kStaleNameKept = 600s;        // where a name cannot be found any more
inline constexpr auto kNameRefreshTimeout = 500ms;  // then the old addresses are used
inline constexpr auto kNameRetryPause = 5s;         // before that name is sought again
inline constexpr std::size_t kNamesKeptMax = 256;
inline constexpr std::size_t kAddressesPerNameMax = 16;
inline constexpr std::size_t kTicketOriginsMax = 64;  // whose TLS tickets are kept
inline constexpr std::size_t kTicketsPerOriginMax = 4;

// A reply.
inline constexpr std::size_t kReplyBytesMax = 256UL * 1024;
inline constexpr std::size_t kHiddenBytesMax =
    1024UL * 1024;  // reasoning that is dropped before a reply counts as empty
inline constexpr std::size_t kSegmentBytesMax = 400;  // a clause without punctuation is cut here
inline constexpr auto kFirstTokenTimeout = 15s;       // of one provider
inline constexpr auto kFirstTextBudget = 18s;  // of all together; the last resort answers at once
inline constexpr auto kLastResortTimeout = 2s;
inline constexpr auto kBetweenTokensTimeout = 20s;
inline constexpr auto kAliveWithin = 3s;  // a slow reply with a token so new is still coming
inline constexpr auto kWholeReplyTimeout = 180s;
inline constexpr auto kReplyLogKept = 120s;  // after `done`; then the store answers with a snapshot
inline constexpr std::size_t kReplyLogsKeptMax = 10'000;
inline constexpr std::size_t kReplyLogBytesKeptMax = 64UL * 1024 * 1024;  // all of them together
inline constexpr std::size_t kTurnsRunningMax = 5'000;
inline constexpr std::size_t kTurnsRunningPerPersonMax = 8;
inline constexpr std::size_t kReadEventsBytesMax = 32UL * 1024;  // what a reader is given at once
inline constexpr auto kHeartbeat = 12s;  // DESIGN 3.3 promises at least every 15 s

// The gateway. What operators may change has its field in GatewayOptions or ProviderPolicy.
inline constexpr std::size_t kAttemptsPerProviderMax = 3;  // of one turn
inline constexpr auto kRetryPause = 250ms;                 // before the first retry; then doubling
inline constexpr auto kRetryPauseMax = 4s;
inline constexpr double kRetryShare = 0.2;  // retries earned by each request, all turns together
inline constexpr double kRetriesFree = 10;  // and so many that need not be earned
inline constexpr double kRetriesFreePerSecond = 1;
inline constexpr double kRetriesSavedMax = 100;
inline constexpr auto kProviderReserve = 3s;  // for each provider that was not asked yet
inline constexpr auto kAttemptMin = 500ms;    // less time than this is not worth a request
inline constexpr auto kPauseUnasked = 2s;     // after a 429 that names no time; then doubling
inline constexpr std::size_t kBreakerFailuresInARow = 5;
inline constexpr std::size_t kBreakerWindow = 20;
inline constexpr double kBreakerFailureShare = 0.5;
inline constexpr auto kBreakerPause = 5s;
inline constexpr auto kBreakerPauseMax = 60s;
inline constexpr std::size_t kProviderQueueMax = 20;  // turns that wait for a place at one provider
inline constexpr auto kProviderQueueTimeout = 5s;
inline constexpr std::size_t kResponseTimesKept = 100;
inline constexpr std::size_t kResponseTimesNeeded = 20;     // before one is called slow
inline constexpr std::size_t kReplyTokensRetryMax = 8'000;  // with which an empty reply is retried
inline constexpr auto kPreparePause = 5s;  // between two times that connections are made ready
inline constexpr auto kClassifyTimeout = 4s;

// Context of a model request, in estimated tokens.
inline constexpr std::size_t kContextTokensMax = 12'000;
inline constexpr std::size_t kHistoryMessagesMax = 200;
inline constexpr std::size_t kReplyTokensMax = 1'500;  // reasoning counts too (research 6.3)

// Pages.
inline constexpr std::size_t kPageDefault = 50;
inline constexpr std::size_t kPageMax = 200;

// The companion.
inline constexpr std::size_t kCompanionMessagesRead = 60;  // of the history, for what was said
inline constexpr std::size_t kCompanionRepliesCompared =
    100;  // of its own, so that it does not say a sentence again
inline constexpr std::size_t kCompanionEarlierBytesRead =
    2'000;  // of each message before the last one
inline constexpr auto kCompanionWordPauseMin = 25ms;
inline constexpr auto kCompanionWordPauseMax = 40ms;

// The database.
inline constexpr std::size_t kDatabaseQueueMax = 20'000;  // batches waiting for the writer
inline constexpr std::size_t kGroupCommitMax = 64;
inline constexpr auto kRelaxedFlushLag =
    1s;  // a relaxed write reaches the disk at the latest after this
inline constexpr std::size_t kDatabaseReaders = 2;         // threads, each with a connection
inline constexpr std::size_t kPreparedStatementsMax = 64;  // kept by each connection
inline constexpr int kDatabaseLogPagesMax = 1'000;  // of 4 KiB; then the log is moved into the file
inline constexpr auto kDatabaseLockTimeout = 5s;    // for another program to let go of the file

// Keys of persons held unwrapped in memory.
inline constexpr std::size_t kKeysCachedMax = 10'000;

// Requests. Per person and per address; buckets refill evenly.
inline constexpr std::size_t kRequestsPerMinutePerPerson = 240;
inline constexpr std::size_t kRequestsPerMinutePerAddress = 600;
inline constexpr std::size_t kTurnsPerMinutePerPerson = 20;
inline constexpr std::size_t kTurnsPerMinutePerAddress = 60;
inline constexpr std::size_t kRateBucketsMax = 100'000;

}  // namespace nat::limits
