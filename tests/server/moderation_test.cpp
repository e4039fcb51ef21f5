#include "../../src/server/moderation.h"

#include <gtest/gtest.h>

namespace lapis::server {
namespace {

TEST(Moderation, RestsOnlyWhileManyConnectionsAreBusy) {
  Moderation moderation;
  for (unsigned connections = 0; connections < Moderation::busy; ++connections) {
    EXPECT_FALSE(moderation.due(connections)) << connections;
  }
  EXPECT_TRUE(moderation.due(Moderation::busy));
  moderation.rested(Moderation::rest);
  EXPECT_TRUE(moderation.due(Moderation::busy));
  EXPECT_FALSE(moderation.due(0));
}

/// Turns without rest until one is due.
unsigned turns_awake(Moderation& moderation) {
  unsigned turns = 0;
  while (!moderation.due(100)) ++turns;
  return turns;
}

TEST(Moderation, StaysAwakeForLongerAndLongerWhileRestsAreTooLong) {
  Moderation moderation;
  for (unsigned wanted = Moderation::least_awake; wanted <= Moderation::most_awake; wanted *= 2) {
    moderation.rested(Moderation::overslept);
    EXPECT_EQ(turns_awake(moderation), wanted);
  }
  moderation.rested(Moderation::overslept);
  EXPECT_EQ(turns_awake(moderation), Moderation::most_awake);
}

TEST(Moderation, AGoodRestMakesUpForOnesThatWereTooLong) {
  Moderation moderation;
  for (int i = 0; i < 5; ++i) moderation.rested(Moderation::overslept);
  turns_awake(moderation);
  moderation.rested(Moderation::rest);
  EXPECT_EQ(turns_awake(moderation), 0U);
  moderation.rested(Moderation::overslept);
  EXPECT_EQ(turns_awake(moderation), Moderation::least_awake);
}

}  // namespace
}  // namespace lapis::server
