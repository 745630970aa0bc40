#include "harness/judge/expectations.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "harness/judge/toml.h"

namespace lockstep::judge {
namespace {

using base::InputError;
using base::Result;

InputError error_at(const std::string& file, const toml::source_region& source, std::string message) {
  return {file, static_cast<int>(source.begin.line), static_cast<int>(source.begin.column), std::move(message)};
}

// What the file holds; nothing if it can't be read.
std::optional<std::string> text_of(const std::string& path) {
  std::error_code ignored;
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open() || std::filesystem::is_directory(path, ignored)) {
    return std::nullopt;
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Reads the keys of one table; the first error stays.
class Reader {
 public:
  Reader(const std::string& file, const toml::table& table) : file_(file), table_(table) {}

  void expect_only(std::initializer_list<std::string_view> keys) {
    for (const auto& [key, value] : table_) {
      if (std::find(keys.begin(), keys.end(), key.str()) == keys.end()) {
        fail(value.source(), "unknown key '" + std::string(key.str()) + "'");
      }
    }
  }

  std::string text(std::string_view key) {
    const toml::node* node = table_.get(key);
    if (node == nullptr) {
      return "";
    }
    const auto value = node->value_exact<std::string>();
    if (!value.has_value() || value->empty()) {
      fail(node->source(), "expected a text for '" + std::string(key) + "'");
    }
    return value.value_or("");
  }

  bool flag(std::string_view key) {
    const toml::node* node = table_.get(key);
    if (node != nullptr && !node->is_boolean()) {
      fail(node->source(), "expected true or false for '" + std::string(key) + "'");
    }
    return node != nullptr && node->value_or(false);
  }

  void require(bool given, const char* what) {
    if (!given) {
      fail(table_.source(), std::string("expected ") + what);
    }
  }

  void fail_at_key(std::string_view key, std::string message) { fail(table_.get(key)->source(), std::move(message)); }

  [[nodiscard]] const std::optional<InputError>& error() const { return error_; }

 private:
  void fail(const toml::source_region& source, std::string message) {
    if (!error_.has_value()) {
      error_ = error_at(file_, source, std::move(message));
    }
  }

  const std::string& file_;
  const toml::table& table_;
  std::optional<InputError> error_;
};

Result<Divergence> read_divergence(const std::string& file, const toml::table& table) {
  Reader reader(file, table);
  reader.expect_only({"id", "clause", "case", "when", "policy", "observed", "reason", "link", "sometimes"});
  Divergence divergence;
  divergence.id = reader.text("id");
  divergence.clause = reader.text("clause");
  divergence.case_name = reader.text("case");
  divergence.observed = reader.text("observed");
  divergence.reason = reader.text("reason");
  divergence.link = reader.text("link");
  divergence.sometimes = reader.flag("sometimes");
  const std::string policy = reader.text("policy");
  const std::string when = reader.text("when");
  reader.require(!divergence.id.empty(), "an 'id'");
  reader.require(divergence.clause.empty() != divergence.case_name.empty(), "either a 'clause' or a 'case'");
  reader.require(!divergence.reason.empty(), "a 'reason': why does it diverge?");
  reader.require(!policy.empty() || !divergence.observed.empty(), "a 'policy' or what is 'observed'");
  if (!policy.empty()) {
    divergence.policy = spec::find_policy(policy);
    if (!divergence.policy.has_value()) {
      reader.fail_at_key("policy", "unknown policy '" + policy + "'");
    }
  }
  if (!when.empty()) {
    Result<Condition> condition = Condition::parse(when);
    if (!condition.ok()) {
      reader.fail_at_key("when", condition.error().message + " at column " + std::to_string(condition.error().column) +
                                     " of the condition");
    } else {
      divergence.when = std::move(condition.value());
    }
  }
  if (reader.error().has_value()) {
    return *reader.error();
  }
  return divergence;
}

// Files that extend one another, the outermost first.
class Loader {
 public:
  std::optional<InputError> read(const std::string& path, std::string_view text) {
    open_.push_back(path);
    toml::table table;
    try {
      table = toml::parse(text, path);
    } catch (const toml::parse_error& error) {
      return error_at(path, error.source(), std::string(error.description()));
    }
    if (std::optional<InputError> error = load_base(path, table)) {
      return error;
    }
    Reader reader(path, table);
    reader.expect_only({"extends", "divergence"});
    return reader.error().has_value() ? reader.error() : add_entries(path, table);
  }

  std::vector<Divergence>& divergences() { return all_; }

 private:
  std::optional<InputError> load_base(const std::string& path, const toml::table& table) {
    const toml::node* extends = table.get("extends");
    if (extends == nullptr) {
      return std::nullopt;
    }
    const auto name = extends->value_exact<std::string>();
    if (!name.has_value()) {
      return error_at(path, extends->source(), "expected the name of an expectation file");
    }
    const std::string base = (std::filesystem::path(path).parent_path() / (*name + ".toml")).string();
    if (std::find(open_.begin(), open_.end(), base) != open_.end()) {
      return error_at(path, extends->source(), "'" + *name + "' extends this file in turn");
    }
    const std::optional<std::string> text = text_of(base);
    return text.has_value() ? read(base, *text) : error_at(path, extends->source(), "there is no " + base);
  }

  std::optional<InputError> add_entries(const std::string& path, const toml::table& table) {
    const toml::node* node = table.get("divergence");
    if (node != nullptr && !node->is_array_of_tables()) {
      return error_at(path, node->source(), "expected [[divergence]] tables");
    }
    for (std::size_t i = 0; node != nullptr && i < node->as_array()->size(); ++i) {
      const toml::table& entry = *node->as_array()->get(i)->as_table();
      Result<Divergence> divergence = read_divergence(path, entry);
      if (!divergence.ok()) {
        return divergence.error();
      }
      const std::string& id = divergence.value().id;
      if (std::any_of(all_.begin(), all_.end(), [&](const Divergence& other) { return other.id == id; })) {
        return error_at(path, entry.source(), "the id '" + id + "' is used twice");
      }
      divergence.value().file = path;
      all_.push_back(std::move(divergence.value()));
    }
    return std::nullopt;
  }

  std::vector<std::string> open_;
  std::vector<Divergence> all_;
};

}  // namespace

Result<std::vector<Divergence>> read_expectations(std::string_view text, const std::string& path) {
  Loader loader;
  if (std::optional<InputError> error = loader.read(path, text)) {
    return *error;
  }
  return std::move(loader.divergences());
}

Result<std::vector<Divergence>> load_expectations(const std::string& path) {
  const std::optional<std::string> text = text_of(path);
  return text.has_value() ? read_expectations(*text, path) : InputError{path, 0, 0, "no such file"};
}

bool matches_glob(std::string_view pattern, std::string_view text) {
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  std::size_t p = 0;
  std::size_t t = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace lockstep::judge
