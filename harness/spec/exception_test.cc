#include "harness/spec/exception.h"

#include <gtest/gtest.h>

namespace lockstep::spec {
namespace {

TEST(ExceptionTest, ReadsEitherQuotation) {
  EXPECT_EQ(read_exception("ValueError(\"a 'b'\")").message, "a 'b'");
  EXPECT_EQ(read_exception("ValueError('a \"b\"')").message, "a \"b\"");
  EXPECT_EQ(read_exception("ValueError('it\\'s')").message, "it's");
  EXPECT_EQ(read_exception("ValueError('x')").type, "ValueError");
}

TEST(ExceptionTest, ATypeAloneHasNoMessage) {
  const Exception exception = read_exception("ValueError");
  EXPECT_EQ(exception.type, "ValueError");
  EXPECT_FALSE(exception.has_message);
  EXPECT_FALSE(read_exception("").has_message);
}

TEST(ExceptionTest, SeveralArgumentsReadTheSameInEitherQuotation) {
  EXPECT_EQ(read_exception("OSError(22, 'Invalid argument')").message, "22, \"Invalid argument\"");
  EXPECT_EQ(read_exception("OSError(22, \"Invalid argument\")").message, "22, \"Invalid argument\"");
  EXPECT_EQ(read_exception("KeyError('a \"b\"', 'it\\'s')").message, "\"a \\\"b\\\"\", \"it's\"");
  EXPECT_EQ(read_exception("KeyError('a, 1)").message, "'a, 1");
}

TEST(ExceptionTest, SpellingAndReadingAreInverse) {
  const std::string text = spell_exception("TypeError", "a \"quoted\" \\ text");
  EXPECT_EQ(text, "TypeError(\"a \\\"quoted\\\" \\\\ text\")");
  EXPECT_EQ(read_exception(text).message, "a \"quoted\" \\ text");
}

}  // namespace
}  // namespace lockstep::spec
