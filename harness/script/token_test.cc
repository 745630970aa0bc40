#include "harness/script/token.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "harness/base/random.h"
#include "harness/script/bits.h"
#include "harness/script/parse.h"
#include "harness/script/print.h"

namespace lockstep::script {
namespace {

using model::Script;

Profile lively() {
  Profile profile;
  profile.races = profile.edition_edges = profile.reprs = true;
  profile.lifecycle_percent = profile.edge_percent = 100;
  return profile;
}

// Has all that a token must keep, and all that it drops.
const char* const kExample =
    "# About this.\nclause a.b\nlock First = RLock()\nlock M = Lock()\nprocess Main: boss helper\nprocess Q: c\n"
    "boss: First.acquire(True, timeout=10**400) -> raises OverflowError\n"
    "c: M.acquire(\"odd # text\", wait=-0.0, block=nan)\nfork c as kid\nstart process R: d from kid\n"
    "kid: with M: body raises\nsignal c raises\nclock +1e3\nkid still blocks\nkill kid\nschedule 0 9 1000000 3\n";

TEST(TokenTest, AnExampleSurvives) {
  const Script script = parse(kExample, "").value();
  const std::string token = script_token(script).value();
  EXPECT_EQ(token.substr(0, 4), "L1x-");
  EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"),
            std::string::npos);
  const base::Result<DecodedToken> decoded = decode(token);
  ASSERT_TRUE(decoded.ok()) << decoded.error().text();
  EXPECT_EQ(decoded.value().script, bare(script));
  EXPECT_FALSE(decoded.value().origin.has_value());
  EXPECT_EQ(print(bare(script)),
            "lock     L = RLock()\nlock     M = Lock()\nprocess  P: a b\nprocess  Q: c\n\n"
            "a: L.acquire(True, timeout=10**400)\nc: M.acquire(\"odd # text\", wait=-0.0, block=nan)\nfork c as d\n"
            "start process S: e from d\nd: with M: body raises\nsignal c raises\nclock +1e3\nkill d\n"
            "schedule 0 9 1000000 3\n");
}

TEST(TokenTest, GeneratedScriptsSurviveWhereTheyFit) {
  int fitting = 0;
  for (const Profile& profile : {Profile(), lively(), real_time_profile()}) {
    for (std::uint64_t i = 0; i < 2000; ++i) {
      const Script script = generate(profile, 9, i);
      const std::optional<std::string> token = script_token(script);
      if (token) {
        ++fitting;
        EXPECT_LE(token->size(), kScriptTokenMax);
        const base::Result<DecodedToken> decoded = decode(*token);
        ASSERT_TRUE(decoded.ok()) << decoded.error().text() << "\n" << print(script);
        ASSERT_EQ(decoded.value().script, script) << print(script);
      }
    }
  }
  EXPECT_GT(fitting, 5900);  // of 6000: generated scripts are small enough, nearly always
}

TEST(TokenTest, ALongScriptHasNone) {
  Profile profile;
  profile.steps = 200;
  EXPECT_FALSE(script_token(generate(profile, 1, 1)).has_value());
}

TEST(TokenTest, ASeedTokenBringsItsScriptBack) {
  const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  for (const Profile& profile : {Profile(), lively(), real_time_profile()}) {
    for (const Origin& origin : {Origin{profile, 0, 0}, Origin{profile, 42, 1000000}, Origin{profile, most, most}}) {
      const std::string token = seed_token(origin.profile, origin.seed, origin.index);
      EXPECT_LE(token.size(), kSeedTokenMax);
      EXPECT_EQ(token.substr(0, 4), "L1s-");
      const base::Result<DecodedToken> decoded = decode(token);
      ASSERT_TRUE(decoded.ok()) << decoded.error().text();
      EXPECT_EQ(decoded.value().origin, origin);
      EXPECT_EQ(decoded.value().script, generate(profile, origin.seed, origin.index));
    }
  }
}

TEST(TokenTest, EverySingleWrongCharacterIsFound) {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (const std::string& token : {seed_token(Profile(), 42, 17), script_token(parse(kExample, "").value()).value()}) {
    for (std::size_t i = 0; i < token.size(); ++i) {
      for (const char c : alphabet) {
        std::string typo = token;
        typo[i] = c;
        EXPECT_EQ(decode(typo).ok(), typo == token) << typo;
      }
      std::string cut = token;
      EXPECT_FALSE(decode(cut.erase(i, 1)).ok()) << i;
    }
  }
}

TEST(TokenTest, ErrorsSayWhatIsWrong) {
  const auto error_of = [](const std::string& token) { return decode(token).error().text(); };
  EXPECT_EQ(error_of(""), "token: expected one such as L1s-... or L1x-...");
  EXPECT_EQ(error_of("cases/a.lks"), "token: expected one such as L1s-... or L1x-...");
  EXPECT_EQ(error_of("L2s-AAAA"), "token: version 2 is unknown; this Lockstep reads version 1");
  EXPECT_EQ(error_of("L1y-AAAA"), "token: expected 's' or 'x' as its third character");
  EXPECT_EQ(error_of("L1x-AA!A"), "token: character 7 is none of A-Z a-z 0-9 _ -");
  EXPECT_EQ(error_of("L1x-"), "token: its checksum does not match: a character is wrong or missing");
  EXPECT_EQ(error_of("L1s-" + std::string(61, 'A')), "token: it is longer than any");
}

// The checksum guards against typing errors, not against malice: decoding must bear any payload.
TEST(TokenTest, AScriptHasOneToken) {
  // a: L.acquire(), where the number of steps is spelled in one group of bits, and in two.
  const auto token_with = [](const std::vector<std::uint64_t>& count) {
    BitWriter out;
    out.put(0, 7);  // one Lock, one actor
    for (const std::uint64_t group : count) {
      out.put(group, 4);
    }
    out.put(0, 6);  // the call
    out.put_count(0);
    return seal('x', out.bytes());
  };
  ASSERT_TRUE(decode(token_with({1})).ok());
  EXPECT_EQ(decode(token_with({8 | 1, 0})).error().message, "token: it spells a number in a roundabout way");
}

TEST(TokenTest, AnyPayloadIsDecodedOrRefused) {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  base::Random random(1);
  int accepted = 0;
  for (int i = 0; i < 50000; ++i) {
    std::string token = i % 2 == 0 ? "L1x-" : "L1s-";
    for (std::uint32_t left = 1 + random.below(40); left > 0; --left) {
      token += alphabet[random.below(64)];
    }
    const base::Result<DecodedToken> decoded = decode(token);
    accepted += decoded.ok() && !decoded.value().origin ? 1 : 0;
    if (decoded.ok() && !decoded.value().origin) {
      EXPECT_EQ(parse(print(decoded.value().script), "").value(), decoded.value().script);
    }
  }
  RecordProperty("accepted", accepted);
}

}  // namespace
}  // namespace lockstep::script
