// A real interaction log: who chose what, when; perhaps also what was shown, in which slot, and how long it played. Read from a
// CSV of events and a CSV of items, with columns found by name, and put in a canonical order, so that nothing depends on the
// order of the rows. Both are read whole: a log must fit in memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data/log_time.hpp"

namespace feedloop {

struct LogEvent {
  std::uint32_t user = 0, item = 0;  // indices into InteractionLog::users and ::items
  double value = 1;                  // as in the log; 1 when it has no such column
  std::int64_t time_s = 0;           // Unix seconds; 0 when it has no such column
};

// A row of the log, before users of few events are left out: how people behave is read off these, what they like off events.
struct LogRow {
  std::uint32_t viewer = 0, item = 0;  // indices into InteractionLog::viewers (0 in a log without users) and ::items
  std::int64_t time_ms = 0;            // Unix milliseconds; 0 without such a column
  double value = 1;
  double propensity = 1;                                       // with which the item was shown in its slot; 1 without
  float played_s = std::numeric_limits<float>::quiet_NaN();    // NaN: not logged
  float duration_s = std::numeric_limits<float>::quiet_NaN();  // of the item, from this row or the file of items
  std::int16_t slot = 0;                                       // from 1; 0: not logged
  bool chosen = true;                                          // false: shown and passed by, or of too low a value
};

struct LogItem {
  std::string id, title;
  std::vector<int> labels;  // indices into InteractionLog::labels, ascending; never empty
  float duration_s = std::numeric_limits<float>::quiet_NaN();
};

struct InteractionLog {
  std::vector<std::string> users;    // ids in order: shorter first, then by text, which sorts whole numbers
  std::vector<LogItem> items;        // the catalogue, in the same order of ids: every item of the file and of the log
  std::vector<std::string> labels;   // names of categories, ascending
  std::vector<LogEvent> events;      // choices of `users`, by user, time, item, value
  std::vector<std::string> viewers;  // everybody's ids, in the same order; empty in a log without users
  std::vector<LogRow> seen;          // by viewer, time, slot, item, and the rest
  bool has_value = false, has_time = false, has_slot = false, has_propensity = false, has_played = false;
  bool has_click = false;  // rows are what was shown, chosen or not; else every row is a choice
  bool has_users() const { return !viewers.empty(); }

  // What was noticed on the way.
  std::int64_t rows = 0;                                 // records below the header
  std::int64_t repeated = 0;                             // events whose user and item occurred before; kept
  std::int64_t doubled = 0;                              // rows dropped: user, time and all else that is read are another row's
  std::int64_t outside_window = 0;                       // rows dropped since LogSource::window leaves them out
  std::int64_t below_value = 0;                          // rows that are no choices: their value is below LogSource::min_value
  std::int64_t sparse_users = 0, sparse_events = 0;      // dropped since the user has too few events
  std::int64_t unlisted_items = 0, unlisted_events = 0;  // missing in the file of items; kept with the label "unknown"
  std::int64_t doubled_items = 0;                        // listed again, the same in everything that is read
  std::int64_t disputed_durations = 0;                   // items whose rows do not agree; the longest stands
  bool slots_from_0 = false;                             // the log's first slot is 0; 1 was added to all

  std::vector<std::int64_t> events_per_user() const;      // by user; all positive
  std::vector<std::int64_t> events_per_item() const;      // by item; 0 where nobody chose it
  std::pair<std::int64_t, std::int64_t> span_ms() const;  // times of the first and the last row. Requires: a row
};

// Where the log is and what its columns are called. Empty names are found among the usual ones, whatever their case and
// underscores; "none" means that there is no such column, whatever the names say.
//   user        userId, user, uid                            item      movieId, itemId, item, videoId, productId, articleId
//   value       rating, value, weight, score                 time      timestamp, time, ts
//   click       click, clicked, is_click                     slot      position, slot, rank, pos
//   propensity  marginal, propensity_score, propensity, pscore
//   play        watched_ms, watched_s, play_time_ms, play_time_s, play_duration_ms, play_duration_s
//   duration    duration_ms, duration_s, video_duration_ms, video_duration_s, also in the file of items
//   category    genres, genre, categories, category          title     title, name
struct LogSource {
  std::filesystem::path log, items;  // `items` may be empty: then every item has the label "unknown"
  std::string user_column, item_column, value_column, time_column;  // of the log; value and time may be absent
  std::string click_column, slot_column, propensity_column, play_column, duration_column;  // of the log; may be absent
  std::string item_id_column, category_column;  // of the items; labels are split at |
  TimeFormat time_format = TimeFormat::Auto;
  double utc_offset_h = 0;    // of the clock that the users live by; whole days and hours are this clock's
  double min_value = -1e300;  // events of a lower value are not choices
  int min_events = 5;         // users with fewer say too little of their taste

  // What is declared of how the log came about; nothing of it can be read off the log.
  std::optional<std::pair<std::int64_t, std::int64_t>> window_ms;  // every row of [first, last) is in it: others are dropped
  int sampled_min_events = 1;  // users with fewer choices were left out by whoever made the log
  double sampled_rows = 1;     // each row was kept with this probability, by itself
  bool random_slots = false;   // items were put in slots by lot
};

// Throws Error with file, line and column: a malformed row, a missing column, an empty id, an item listed twice with other
// labels or duration, a time that is none or before 1970, a click that is neither 0 nor 1, no event, too few users, items or
// events for a fit. A log without a column of users needs one of clicks: it is read as impressions.
InteractionLog read_interaction_log(const LogSource& source);

// Ids sorted and events in canonical order, from parts in any order; the reader's last step, and the door for made-up logs.
void make_canonical(InteractionLog& log);

// Events and users anew from `seen`: choices of viewers with `min_events` of them, canonical.
void choose_events(InteractionLog& log, int min_events);

// The rows of [from_ms, to_ms), with the same items and labels; viewers without a row are gone. Canonical.
InteractionLog part_of(const InteractionLog& log, std::int64_t from_ms, std::int64_t to_ms, int min_events);

}  // namespace feedloop
