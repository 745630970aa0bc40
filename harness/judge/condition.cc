#include "harness/judge/condition.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <utility>

namespace lockstep::judge {
namespace {

constexpr std::size_t kOperandsMax = 100;  // the parser, and what walks its tree, recurses as deep at most

enum class Operator { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual };

struct Name {
  std::string_view spelling;
  std::string Facts::*fact;
  bool is_version;
};

constexpr std::array kNames = {
    Name{"implementation", &Facts::implementation, false},
    Name{"version", &Facts::version, true},
    Name{"python", &Facts::python, true},
    Name{"libc", &Facts::libc, true},
    Name{"arch", &Facts::arch, false},
    Name{"start_method", &Facts::start_method, false},
};

// Less than, equal to or greater than zero, as a version comes before, with or after another.
int compare_versions(std::string_view a, std::string_view b) {
  const auto next = [](std::string_view& text) {
    int number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    const std::size_t dot = text.find('.');
    text = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
    return number;
  };
  while (!a.empty() || !b.empty()) {
    const int first = next(a);
    const int second = next(b);
    if (first != second) {
      return first < second ? -1 : 1;
    }
  }
  return 0;
}

bool compare(Operator op, int order) {
  switch (op) {
    case Operator::kEqual:
      return order == 0;
    case Operator::kNotEqual:
      return order != 0;
    case Operator::kLess:
      return order < 0;
    case Operator::kLessEqual:
      return order <= 0;
    case Operator::kGreater:
      return order > 0;
    case Operator::kGreaterEqual:
      return order >= 0;
  }
  return false;
}

}  // namespace

struct Condition::Node {
  enum class Kind { kComparison, kNot, kAnd, kOr } kind = Kind::kComparison;
  std::shared_ptr<const Node> left;
  std::shared_ptr<const Node> right;
  const Name* name = nullptr;
  Operator op = Operator::kEqual;
  std::string text;

  [[nodiscard]] bool holds(const Facts& facts) const {
    switch (kind) {
      case Kind::kNot:
        return !left->holds(facts);
      case Kind::kAnd:
        return left->holds(facts) && right->holds(facts);
      case Kind::kOr:
        return left->holds(facts) || right->holds(facts);
      case Kind::kComparison:
        break;
    }
    const std::string& fact = facts.*name->fact;
    return compare(op, name->is_version ? compare_versions(fact, text) : fact.compare(text));
  }
};

namespace {

using Node = Condition::Node;
using NodePointer = std::shared_ptr<const Node>;

// Recursive descent; after an error every function returns null and error() says where.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  NodePointer parse() {
    NodePointer node = chain("or", Node::Kind::kOr);
    skip_spaces();
    if (node != nullptr && at_ != text_.size()) {
      return fail("expected 'and', 'or' or the end");
    }
    return node;
  }

  [[nodiscard]] const base::InputError& error() const { return error_; }

 private:
  // Operands joined by one word: conjunctions by "or", negations by "and".
  NodePointer chain(std::string_view word, Node::Kind kind) {
    const auto operand = [&] { return kind == Node::Kind::kOr ? chain("and", Node::Kind::kAnd) : negation(); };
    NodePointer left = operand();
    while (left != nullptr && take_word(word)) {
      NodePointer right = operand();
      left = right == nullptr ? nullptr : make(kind, left, right);
    }
    return left;
  }

  NodePointer negation() {
    if (++operands_ > kOperandsMax) {
      return fail("expected at most 100 comparisons, negations and parentheses");
    }
    if (take_word("not")) {
      NodePointer operand = negation();
      return operand == nullptr ? nullptr : make(Node::Kind::kNot, operand, nullptr);
    }
    if (take("(")) {
      NodePointer inside = chain("or", Node::Kind::kOr);
      return inside == nullptr || take(")") ? inside : fail("expected ')'");
    }
    return comparison();
  }

  NodePointer comparison() {
    auto node = std::make_shared<Node>();
    for (const Name& name : kNames) {
      if (node->name == nullptr && take_word(name.spelling)) {
        node->name = &name;
      }
    }
    if (node->name == nullptr) {
      return fail("expected implementation, version, python, libc, arch, start_method, 'not' or '('");
    }
    const std::optional<Operator> op = take_operator();
    if (!op.has_value()) {
      return fail("expected ==, !=, <, <=, > or >=");
    }
    if (!node->name->is_version && *op != Operator::kEqual && *op != Operator::kNotEqual) {
      return fail("expected == or != before this: only versions have an order");
    }
    node->op = *op;
    if (!take("\"")) {
      return fail("expected a text in double quotes");
    }
    const std::size_t end = text_.find('"', at_);
    if (end == std::string_view::npos) {
      return fail("expected the closing quotation mark");
    }
    node->text = text_.substr(at_, end - at_);
    at_ = end + 1;
    return node;
  }

  std::optional<Operator> take_operator() {
    constexpr std::array<std::pair<std::string_view, Operator>, 6> kOperators = {{
        {"==", Operator::kEqual},
        {"!=", Operator::kNotEqual},
        {"<=", Operator::kLessEqual},
        {">=", Operator::kGreaterEqual},
        {"<", Operator::kLess},
        {">", Operator::kGreater},
    }};
    for (const auto& [spelling, op] : kOperators) {
      if (take(spelling)) {
        return op;
      }
    }
    return std::nullopt;
  }

  static NodePointer make(Node::Kind kind, NodePointer left, NodePointer right) {
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->left = std::move(left);
    node->right = std::move(right);
    return node;
  }

  void skip_spaces() {
    while (at_ < text_.size() && text_[at_] == ' ') {
      ++at_;
    }
  }

  bool take(std::string_view token) {
    skip_spaces();
    if (!text_.substr(at_).starts_with(token)) {
      return false;
    }
    at_ += token.size();
    return true;
  }

  bool take_word(std::string_view word) {
    skip_spaces();
    const std::string_view rest = text_.substr(at_);
    const bool whole = rest.size() == word.size() || (rest.size() > word.size() && !is_letter(rest[word.size()]));
    return whole && take(word);
  }

  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }

  NodePointer fail(std::string message) {
    if (error_.message.empty()) {
      error_ = {"", 1, static_cast<int>(at_) + 1, std::move(message)};
    }
    return nullptr;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t operands_ = 0;
  base::InputError error_;
};

}  // namespace

base::Result<Condition> Condition::parse(std::string_view text) {
  Parser parser(text);
  Condition condition;
  condition.root_ = parser.parse();
  if (condition.root_ == nullptr) {
    return parser.error();
  }
  return condition;
}

bool Condition::holds(const Facts& facts) const { return root_ == nullptr || root_->holds(facts); }

}  // namespace lockstep::judge
