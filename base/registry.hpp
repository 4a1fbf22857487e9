// Registries are explicit tables: an array of entries with a `name`. Static linking drops self-registering globals, and a
// table is ordered and can be grepped.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace feedloop {

template <class Table>
std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  for (const auto& entry : table) names.emplace_back(entry.name);
  return names;
}

// nullptr when absent.
template <class Table>
auto find_entry(const Table& table, std::string_view name) -> decltype(&*table.begin()) {
  for (const auto& entry : table)
    if (entry.name == name) return &entry;
  return nullptr;
}

}  // namespace feedloop
