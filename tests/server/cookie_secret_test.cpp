#include "../../src/server/cookie_secret.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "temporary_folder.h"

namespace lapis::server {
namespace {

struct SecretFile {
  TemporaryFolder folder;
  ServerConfig config;
  Diagnostics warnings;

  explicit SecretFile(const std::string& text) {
    folder.write("secrets", text);
    config.cookie_secret_file = folder.path("secrets");
    config.cookie_secret_span = {1, 10, 17};
    std::filesystem::permissions(config.cookie_secret_file, std::filesystem::perms::owner_read);
  }
  Result<std::vector<CookieSecret>> read() { return read_cookie_secrets(config, warnings); }
};

TEST(CookieSecrets, TheFirstSigns) {
  SecretFile file(
      "# rolled over on Monday\n00112233445566778899aabbccddeeff\r\n"
      "\n  FFEEDDCCBBAA99887766554433221100  # the old one");
  const auto secrets = file.read();
  ASSERT_TRUE(secrets);
  ASSERT_EQ(secrets->size(), 2U);
  EXPECT_EQ((*secrets)[0][1], 0x11);
  EXPECT_EQ((*secrets)[0][15], 0xFF);
  EXPECT_EQ((*secrets)[1][0], 0xFF);
  EXPECT_TRUE(file.warnings.empty());
}

TEST(CookieSecrets, WhatIsWrongIsSaidWithoutTheSecret) {
  for (const char* text : {"", "# nothing\n", "0011", "00112233445566778899aabbccddeefg\n",
                           "00112233445566778899aabbccddeeff00\n"}) {
    SecretFile file(text);
    const auto secrets = file.read();
    ASSERT_FALSE(secrets) << text;
    EXPECT_EQ(secrets.errors()[0].rule, "cookie-secret");
    EXPECT_EQ(secrets.errors()[0].span, file.config.cookie_secret_span);
    EXPECT_EQ(secrets.errors()[0].message.find("0011"), std::string::npos);
  }
}

TEST(CookieSecrets, AFileForEverybodyIsAWarning) {
  SecretFile file("00112233445566778899aabbccddeeff\n");
  std::filesystem::permissions(
      file.config.cookie_secret_file,
      std::filesystem::perms::others_read | std::filesystem::perms::owner_read);
  ASSERT_TRUE(file.read());
  ASSERT_EQ(file.warnings.size(), 1U);
  EXPECT_EQ(file.warnings[0].severity, Severity::warning);
}

TEST(CookieSecrets, AMissingFileIsUnreadable) {
  SecretFile file("");
  file.config.cookie_secret_file += ".gone";
  const auto secrets = file.read();
  ASSERT_FALSE(secrets);
  EXPECT_EQ(secrets.errors()[0].rule, "unreadable-file");
}

TEST(CookieSecrets, OwnSecretsDiffer) {
  EXPECT_NE(random_cookie_secret(), random_cookie_secret());
}

}  // namespace
}  // namespace lapis::server
