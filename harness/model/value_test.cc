#include "harness/model/value.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace lockstep::model {
namespace {

Value value(const std::string& spelling) {
  const base::Result<Value> result = parse_value(spelling);
  EXPECT_TRUE(result.ok()) << spelling << ": " << (result.ok() ? "" : result.error().text());
  return result.ok() ? result.value() : Value();
}

TEST(ValueTest, NoneIsFalseAndNoNumber) {
  EXPECT_EQ(value("None").kind, ValueKind::kNone);
  EXPECT_FALSE(value("None").truth);
  EXPECT_FALSE(value("None").is_number());
}

TEST(ValueTest, BoolsAreNumbers) {
  EXPECT_EQ(value("True").kind, ValueKind::kBool);
  EXPECT_EQ(value("True").number, 1.0);
  EXPECT_EQ(value("True").integer, 1);
  EXPECT_EQ(value("False").integer, 0);
  EXPECT_TRUE(value("False").is_number());
}

TEST(ValueTest, IntsKeepTheirExactValueWhereItFits) {
  EXPECT_EQ(value("-1").kind, ValueKind::kInt);
  EXPECT_EQ(value("-1").integer, -1);
  EXPECT_EQ(value("2**31").integer, 2147483648);
  EXPECT_EQ(value("-2**63").integer, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(value("9223372036854775807").integer, std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(value("2**63").integer, std::nullopt);
  EXPECT_EQ(value("2**63").number, 0x1p63);
  EXPECT_EQ(value("0**0").integer, 1);
  EXPECT_EQ(value("0").truth, false);
  EXPECT_FALSE(std::signbit(value("-0").number));
}

TEST(ValueTest, IntsRoundHalfToEvenAsPythonDoes) {
  EXPECT_EQ(value("9007199254740993").number, 9007199254740992.0);
  EXPECT_EQ(value("9007199254740995").number, 9007199254740996.0);
  EXPECT_EQ(value("3**40").number, 12157665459056928801.0);
}

TEST(ValueTest, AnIntBeyondAFloatOverflows) {
  EXPECT_TRUE(value("10**400").overflow);
  EXPECT_TRUE(value("-10**400").overflow);
  EXPECT_TRUE(value("2**1024").overflow);
  EXPECT_FALSE(value("2**1023").overflow);
  EXPECT_EQ(value("2**1023").number, 0x1p1023);
  EXPECT_TRUE(value("10**400").truth);
  EXPECT_TRUE(value("1" + std::string(400, '0')).overflow);
}

TEST(ValueTest, FloatsAreExact) {
  EXPECT_EQ(value("0.5").kind, ValueKind::kFloat);
  EXPECT_EQ(value("0.5").number, 0.5);
  EXPECT_EQ(value(".5").number, 0.5);
  EXPECT_EQ(value("5.").number, 5.0);
  EXPECT_EQ(value("1e20").number, 1e20);
  EXPECT_EQ(value("1E+3").number, 1000.0);
  EXPECT_EQ(value("5e-324").number, std::numeric_limits<double>::denorm_min());
  EXPECT_TRUE(std::signbit(value("-0.0").number));
  EXPECT_FALSE(value("-0.0").truth);
  EXPECT_EQ(value("9.223372036854773760e18").number, 9223372036854773760.0);
}

TEST(ValueTest, NanAndInfinitiesAreFloats) {
  EXPECT_TRUE(std::isnan(value("nan").number));
  EXPECT_TRUE(value("nan").truth);
  EXPECT_EQ(value("inf").number, std::numeric_limits<double>::infinity());
  EXPECT_EQ(value("-inf").number, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(value("inf").kind, ValueKind::kFloat);
}

TEST(ValueTest, StringsResolveTheirEscapes) {
  EXPECT_EQ(value("\"x\"").text, "x");
  EXPECT_EQ(value("'it\\'s'").text, "it's");
  EXPECT_EQ(value(R"("a\\b\n\t\"")").text, "a\\b\n\t\"");
  EXPECT_FALSE(value("''").truth);
}

TEST(ValueTest, QuoteIsUndoneByParse) {
  const std::string text = "a\"b\\c\nd\te'f # g";
  EXPECT_EQ(value(quote(text)).text, text);
  EXPECT_FALSE(is_plain(std::string("\x01")));
}

TEST(ValueTest, AnythingElseIsAnError) {
  for (const std::string text :
       {"",      "-",      "x",       "none",  "1x",     "007",     "1..2",       "1e",
        "e5",    ".",      "0x10",    "1_000", "--1",    "+1",      "-nan",       "-None",
        "1e400", "1e-400", "10**",    "**2",   "10**-1", "2**3**4", "10**100000", "99999999999**2",
        "\"x",   "\"x\"y", "\"\\q\"", "[1]",   "1 2",    " 1",      "\"\x01\"",   "1.5**2",
        "-\"x\""}) {
    EXPECT_FALSE(parse_value(text).ok()) << text;
  }
  EXPECT_FALSE(parse_value(std::string(1001, '1')).ok());
}

TEST(ValueTest, AnErrorNamesItsColumn) { EXPECT_EQ(parse_value("\"x\"y").error().column, 4); }

}  // namespace
}  // namespace lockstep::model
