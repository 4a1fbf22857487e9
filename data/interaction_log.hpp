// A real interaction log: who chose what, when. Read from a CSV of events and a CSV of items, with columns found by name, and
// put in a canonical order, so that nothing depends on the order of the rows. Both are read whole: a log must fit in memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace feedloop {

struct LogEvent {
  std::uint32_t user = 0, item = 0;  // indices into InteractionLog::users and ::items
  double value = 1;                  // as in the log; 1 when it has no such column
  std::int64_t time_s = 0;           // Unix seconds; 0 when it has no such column
};

struct LogItem {
  std::string id, title;
  std::vector<int> labels;  // indices into InteractionLog::labels, ascending; never empty
};

struct InteractionLog {
  std::vector<std::string> users;   // ids in order: shorter first, then by text, which sorts whole numbers
  std::vector<LogItem> items;       // the catalogue, in the same order of ids: every item of the file and of the log
  std::vector<std::string> labels;  // names of categories, ascending
  std::vector<LogEvent> events;     // by user, time, item, value
  bool has_value = false, has_time = false;

  // What was noticed on the way.
  std::int64_t rows = 0;                                 // records below the header
  std::int64_t repeated = 0;                             // events whose user and item occurred before; kept
  std::int64_t below_value = 0;                          // rows dropped since their value was below LogSource::min_value
  std::int64_t sparse_users = 0, sparse_events = 0;      // dropped since the user has too few events
  std::int64_t unlisted_items = 0, unlisted_events = 0;  // missing in the file of items; kept with the label "unknown"

  std::vector<std::int64_t> events_per_user() const;  // by user; all positive
  std::vector<std::int64_t> events_per_item() const;  // by item; 0 where nobody chose it
};

// Where the log is and what its columns are called. Empty names are found among the usual ones, whatever their case and
// underscores: userId, user, uid; movieId, itemId, item, videoId, productId; rating, value, weight, score; timestamp, time, ts;
// genres, category, categories; title, name.
struct LogSource {
  std::filesystem::path log, items;  // `items` may be empty: then every item has the label "unknown"
  std::string user_column, item_column, value_column, time_column;  // of the log; value and time may be absent
  std::string item_id_column, category_column;                      // of the items; labels are split at |
  double min_value = -1e300;                                        // events of a lower value are not choices
  int min_events = 5;                                               // users with fewer say too little of their taste
};

// Throws Error with file, line and column: a malformed row, a missing column, an empty id, an item listed twice, no event, no
// user with enough events. Times above 1e11 are taken as milliseconds.
InteractionLog read_interaction_log(const LogSource& source);

// Ids sorted and events in canonical order, from parts in any order; the reader's last step, and the door for made-up logs.
void make_canonical(InteractionLog& log);

}  // namespace feedloop
