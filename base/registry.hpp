// Registries are explicit tables: an array of entries with a `name`. Static linking drops self-registering globals, and a
// table is ordered and can be grepped.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/parameters.hpp"

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

// A row for a member of the family `Base`.
template <class Base>
struct RegistryEntry {
  std::string_view name, doc;
  void (*describe)(Describe&);                                             // its parameters, under its name
  std::unique_ptr<Base> (*make)(const Settings&, std::string_view group);  // reads them from <group>.<name>
};

// The row of a type with `Params`, kName, kDoc and a constructor from Params.
template <class Base, class T>
constexpr RegistryEntry<Base> registry_entry() {
  return {T::kName, T::kDoc,
          [](Describe& d) {
            typename T::Params p;
            d.group(T::kName, p);
          },
          [](const Settings& s, std::string_view group) -> std::unique_ptr<Base> {
            return std::make_unique<T>(s.read<typename T::Params>(std::string(group) + "." + std::string(T::kName)));
          }};
}

}  // namespace feedloop
