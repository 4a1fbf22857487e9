#include "gui/request_panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

#include "gui/commands.hpp"
#include "gui/format.hpp"

namespace feedloop {
namespace {

constexpr double kRow = 22;

std::string ordinal(int n) {
  const int tens = n % 100, ones = n % 10;
  const char* end = tens >= 11 && tens <= 13 ? "th" : ones == 1 ? "st" : ones == 2 ? "nd" : ones == 3 ? "rd" : "th";
  return fmt::format("{}{}", n, end);
}

std::string sources_text(const TracedSlot& slot, bool places) {
  std::string text;
  for (std::size_t i = 0; i < slot.sources.size(); ++i) {
    const SourceHit& hit = slot.sources[i];
    const std::string_view between = text.empty() ? "" : !places ? ", " : i + 1 == slot.sources.size() ? " and " : ", ";
    text += fmt::format("{}{}", between, hit.source);
    if (places) text += fmt::format(" ({})", ordinal(hit.place));
  }
  return text;
}

std::string score_text(double score) { return std::isnan(score) ? "–" : fixed_text(score, 3); }

std::string heads_text(const TracedPage& page, const TracedSlot& slot, std::size_t most) {
  std::string text;
  for (std::size_t h = 0; h < slot.heads.size() && h < page.heads.size() && h < most; ++h) {
    if (!text.empty()) text += "  ";
    text += page.heads[h] == "watch" ? fmt::format("watch {} min", fixed_text(slot.heads[h], 2))
                                     : fmt::format("{} {}%", page.heads[h], fixed_text(100 * slot.heads[h], 1));
  }
  return text.empty() ? "–" : text;
}

std::string places_text(const TracedSlot& slot, std::size_t shown) {
  if (slot.place_ranked == 0 || slot.place_reranked == 0) return fmt::format("other ranking → {}", shown + 1);
  return fmt::format("{} → {} → {}", slot.place_ranked, slot.place_reranked, shown + 1);
}

std::string outcome_text(const TracedSlot& slot) {
  if (slot.clicked) return fmt::format("clicked, {} min", fixed_text(slot.watched_min, 1));
  return slot.seen ? "seen" : "not seen";
}

struct Column {
  std::string_view id, title, doc;
  float width;
  int priority;  // lower stays longer
  Rect span = {};
};

std::vector<Column> columns(float room) {
  std::vector<Column> all{
      {"slot", "Slot", "Place on the page", px(34), 0},
      {"item", "Item", "Number and category", px(126), 0},
      {"sources", "Nominated by", "Retrieval sources that had the item among what they nominated", px(210), 1},
      {"heads", "Predicted", "What the ranker predicts of an impression", px(180), 3},
      {"value", "Value", "The value model's score; after boosts where that differs", px(100), 4},
      {"places", "Ranked → re-ranked → shown", "Place by value, after boosts, rules and re-ranking, and on the page", px(168),
       2},
      {"chance", "Chance", "With which the policy showed the item here, given the slots before", px(64), 2},
      {"outcome", "Then", "What the user did", px(112), 5},
  };
  const auto total = [&] {
    float sum = 0;
    for (const Column& c : all) sum += c.width;
    return sum;
  };
  while (total() > room) {
    const auto least = std::ranges::max_element(all, {}, &Column::priority);
    if (least->priority == 0) break;
    all.erase(least);
  }
  const float stretch = std::max(1.0F, std::min(room / total(), 1.7F));
  float x = 0;
  for (Column& c : all) {
    c.span = {std::round(x), 0, std::round(x + c.width * stretch), 0};
    x += c.width * stretch;
  }
  return all;
}

std::string cell_text(std::string_view column, const TracedPage& page, std::size_t k) {
  const TracedSlot& s = page.slots[k];
  if (column == "slot") return fmt::format("{}", k + 1);
  if (column == "item") return fmt::format("#{}  cat. {}", s.item, s.category);
  if (column == "sources") return s.sources.empty() ? "rest of the catalogue" : sources_text(s, false);
  if (column == "heads") return heads_text(page, s, 2);
  if (column == "value") {
    if (!std::isfinite(s.boosted) || std::abs(s.boosted - s.value) < 5e-4) return score_text(s.value);
    return fmt::format("{} → {}", score_text(s.value), score_text(s.boosted));
  }
  if (column == "places") return places_text(s, k);
  if (column == "chance") return fmt::format("{}{}", s.propensity_error > 0 ? "≈ " : "", fixed_text(s.propensity, 3));
  return outcome_text(s);
}

std::string cell_tooltip(std::string_view column, const TracedPage& page, std::size_t k) {
  const TracedSlot& s = page.slots[k];
  if (column == "sources") {
    std::string text;
    for (const SourceHit& hit : s.sources)
      text += fmt::format("{}{}: {}, score {:.4g}", text.empty() ? "" : "; ", hit.source, ordinal(hit.place), hit.score);
    return text.empty() ? "No source had nominated it: it filled the page up" : text;
  }
  if (column == "heads") return heads_text(page, s, page.heads.size());
  if (column == "chance")
    return fmt::format("{} items could have stood here; over all slates the item stands here with chance {}", s.action_set,
                       fixed_text(s.marginal, 3));
  if (column == "item") return fmt::format("Item {} of creator {}, {} days old", s.item, s.creator, fixed_text(s.age_days, 1));
  return "";
}

using Pages = std::vector<std::shared_ptr<const TracedPage>>;

Pages pages_of(const FunnelState& state, const FunnelFacts* funnel, std::string_view cell) {
  if (funnel == nullptr) return {};
  const std::string_view wanted = state.pinned != nullptr ? std::string_view(state.pinned->cell) : cell;
  Pages pages;
  std::ranges::copy_if(funnel->pages, std::back_inserter(pages), [&](const auto& p) { return p->cell == wanted; });
  return pages.empty() ? funnel->pages : pages;
}

void draw_head(AppState& state, const FunnelFacts& funnel, const Pages& pages, const TracedPage& page, Rect& head) {
  const auto at = std::ranges::find_if(pages, [&](const auto& p) { return p->request == page.request; });
  const Command &next = command("next_page"), &before = command("previous_page");
  const ui::ButtonSpec right{.label = ">", .enabled = next.enabled(state), .tooltip = tooltip(next, state)};
  const ui::ButtonSpec left{.label = "<", .enabled = before.enabled(state), .tooltip = tooltip(before, state)};
  if (ui::button("funnel/request/next", head.cut_right(ui::button_width(right)), right)) invoke(next, state);
  head.cut_right(px(8));
  const std::string number =
      at == pages.end() ? std::string("kept aside") : fmt::format("{} of {}", at - pages.begin() + 1, pages.size());
  ui::text("funnel/request/number", head.cut_right(ui::text_width("188 of 188") + px(6)), number,
           {.color = colors::kSecondary, .align = ui::Align::Center}, "Among the newest sampled pages of " + page.cell);
  head.cut_right(px(8));
  if (ui::button("funnel/request/previous", head.cut_right(ui::button_width(left)), left)) invoke(before, state);
  head.cut_right(px(12));
  const auto page_of = [&] {
    return std::ranges::any_of(funnel.pages, [&](const auto& p) { return std::to_string(p->user) == state.funnel.user; });
  };
  const bool none = !state.funnel.user.empty() && !page_of();
  const ui::Field typed =
      ui::field("funnel/request/user", head.cut_right(px(96)), state.funnel.user,
                {.hint = "User…",
                 .invalid = none,
                 .tooltip = none ? fmt::format("None of the {} newest sampled pages is this user's", funnel.pages.size())
                                 : std::string("A user's number: their newest sampled page")});
  if (typed.changed) find_user(state.funnel, &funnel);
  head.cut_right(px(10));
}

}  // namespace

std::shared_ptr<const TracedPage> inspected_page(const FunnelState& state, const FunnelFacts* funnel, std::string_view cell) {
  if (state.pinned != nullptr) return state.pinned;
  const Pages pages = pages_of(state, funnel, cell);
  return pages.empty() ? nullptr : pages.back();
}

void step_page(FunnelState& state, const FunnelFacts* funnel, std::string_view cell, int steps) {
  const Pages pages = pages_of(state, funnel, cell);
  if (pages.empty()) return;
  const auto page = inspected_page(state, funnel, cell);
  const auto found = std::ranges::find_if(pages, [&](const auto& p) { return p->request == page->request; });
  // One that is no longer kept was older than all.
  const auto at = found == pages.end() ? std::ptrdiff_t{-1} : found - pages.begin();
  const auto to = std::max<std::ptrdiff_t>(at + steps, 0);
  const auto last = static_cast<std::ptrdiff_t>(pages.size()) - 1;
  state.pinned = to > last || (to == last && steps > 0) ? nullptr : pages[static_cast<std::size_t>(to)];
  state.slot = 0;
}

bool find_user(FunnelState& state, const FunnelFacts* funnel) {
  std::uint32_t user = 0;
  const char* end = state.user.data() + state.user.size();
  const auto read = std::from_chars(state.user.data(), end, user);
  if (funnel == nullptr || read.ec != std::errc{} || read.ptr != end) return false;
  for (auto page = funnel->pages.rbegin(); page != funnel->pages.rend(); ++page)
    if ((*page)->user == user) {
      state.pinned = *page;
      state.slot = 0;
      return true;
    }
  return false;
}

std::string why_sentence(const TracedPage& page, std::size_t slot) {
  const TracedSlot& s = page.slots[slot];
  std::string text = fmt::format("Slot {}: {}", slot + 1,
                                 s.sources.empty() ? std::string("no source nominated it, it filled the page up")
                                                   : "nominated by " + sources_text(s, true));
  if (s.place_ranked > 0)
    text += fmt::format("; {} of {} by {}", ordinal(s.place_ranked), page.candidates,
                        page.fallback ? "popularity, the fallback" : "value");
  if (s.place_reranked > 0)
    text += fmt::format(", {} after {}", ordinal(s.place_reranked), page.rerank == "none" ? "the rules" : page.rerank);
  else
    text += "; it came from the other variant's ranking";
  if (s.action_set <= 1) return text + fmt::format("; {} left nothing to chance", page.policy);
  return text + fmt::format("; {} drew it with chance {} among {}", page.policy, fixed_text(s.propensity, 3), s.action_set);
}

void draw_request_panel(AppState& state, const FunnelFacts* funnel, std::string_view cell, std::string_view empty,
                        const Rect& box) {
  ui::panel("funnel/request", box);
  Rect inner = box.inset(px(14), px(8));
  Rect head = inner.cut_top(px(26));
  const std::shared_ptr<const TracedPage> page = inspected_page(state.funnel, funnel, cell);
  if (page == nullptr || page->slots.empty()) {
    ui::text("funnel/request/title", head, "Why was this shown?", {.font = Font::Strong});
    ui::labelled_glyph("funnel/request/empty", inner.cut_top(px(26)), paint::Glyph::NoData, "◌", empty,
                       {Font::Body, colors::kSecondary});
    return;
  }
  if (funnel != nullptr) draw_head(state, *funnel, pages_of(state.funnel, funnel, cell), *page, head);
  const Rect title = ui::text("funnel/request/title", head, "Why was this shown?", {.font = Font::Strong});
  const std::string who =
      fmt::format("{}user {} ({}), day {}, page {} of the visit, {}{}", state.funnel.pinned == nullptr ? "newest: " : "",
                  page->user, page->cohort, fixed_text(page->day, 2), page->page, page->cell,
                  page->fallback ? ", answered by the fallback" : fmt::format(", models of version {}", page->model));
  ui::text("funnel/request/who", {title.x1 + px(12), head.y0, head.x1, head.y1}, who, {Font::Small, colors::kSecondary});
  std::size_t slot = std::min(state.funnel.slot, page->slots.size() - 1);
  const Rect sentence = inner.cut_top(px(22));
  inner.cut_top(px(2));
  const std::vector<Column> shown = columns(inner.width());
  const Rect header = inner.cut_top(px(20));
  for (const Column& c : shown)
    ui::text(fmt::format("funnel/request/header/{}", c.id),
             {inner.x0 + c.span.x0, header.y0, inner.x0 + c.span.x1 - px(8), header.y1}, c.title,
             {Font::Small, colors::kSecondary}, c.doc);
  auto fits = static_cast<std::size_t>(std::max(0.0F, std::floor(inner.height() / px(kRow))));
  const bool more = fits < page->slots.size();
  if (more && fits > 0) --fits;
  for (std::size_t k = 0; k < std::min(fits, page->slots.size()); ++k) {
    const Rect line = inner.cut_top(px(kRow));
    const std::string path = fmt::format("funnel/request/slot/{}", k + 1);
    const ui::Press press =
        ui::row(path, {line.x0 - px(6), line.y0, line.x1 + px(6), line.y1 - 1}, fmt::format("slot {}", k + 1));
    if (press.clicked) state.funnel.slot = k;
    if (press.hovered) slot = k;
    for (const Column& c : shown) {
      const bool quiet = c.id == "slot" || (c.id == "outcome" && !page->slots[k].clicked);
      const Color ink = k == state.funnel.slot && c.id == "slot" ? colors::kText : quiet ? colors::kSecondary : colors::kText;
      ui::text(fmt::format("{}/{}", path, c.id), {line.x0 + c.span.x0, line.y0, line.x0 + c.span.x1 - px(8), line.y1 - 1},
               cell_text(c.id, *page, k), {Font::Small, ink}, cell_tooltip(c.id, *page, k));
    }
  }
  if (more)
    ui::text("funnel/request/more", inner.cut_top(px(kRow)), fmt::format("+{} more slots", page->slots.size() - fits),
             {Font::Small, colors::kSecondary}, "A taller window shows all slots");
  ui::text("funnel/request/why", sentence, why_sentence(*page, slot), {.color = colors::kText});
}

}  // namespace feedloop
