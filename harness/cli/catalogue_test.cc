#include "harness/cli/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "harness/replay/carrier.h"

namespace lockstep::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string listing(const std::string& since, const std::string& text) {
  return R"({"problems": [], "clauses": [{"id": "a.b", "level": "MUST", "since": ")" + since +
         R"("}], "cases": [{"name": "lock/a", "file": "a.lks", "kind": "script", "title": "A", "level": "MUST",)" +
         R"("slow": "", "clauses": ["a.b"], "text": ")" + text + "\"}]}";
}

std::string refusal_of(const std::string& text) {
  try {
    (void)parse_catalogue(text);
  } catch (const replay::AdapterError& error) {
    return error.what();
  }
  return "";
}

TEST(CatalogueTest, ReadsAListing) {
  const Catalogue read = parse_catalogue(listing("3.12", R"(lock L = Lock()\nprocess P: a\na: L.acquire()\n)"));
  ASSERT_EQ(read.clauses.size(), 1U);
  EXPECT_EQ(read.clauses[0].since, 12);
  ASSERT_EQ(read.cases.size(), 1U);
  EXPECT_EQ(read.cases[0].script.steps.size(), 1U);
}

TEST(CatalogueTest, AScriptThatCantBeReadIsAProblem) {
  const Catalogue read = parse_catalogue(listing("", "lock L = Lock()"));
  EXPECT_TRUE(read.cases.empty());
  EXPECT_THAT(read.problems, ElementsAre(HasSubstr("a.lks:")));
}

TEST(CatalogueTest, WhatIsNoListingIsRefused) {
  for (const std::string text : {"", "{", "[]", "{}", R"({"problems": 1, "clauses": [], "cases": []})",
                                 R"({"problems": [], "clauses": [1], "cases": []})"}) {
    EXPECT_THAT(refusal_of(text), HasSubstr("the catalogue of cases can't be read: ")) << text;
  }
  EXPECT_THAT(refusal_of(listing("3.x", "")), HasSubstr("unknown edition: 3.x"));
  EXPECT_THAT(refusal_of(listing("3.99999999999", "")), HasSubstr("unknown edition"));
}

}  // namespace
}  // namespace lockstep::cli
