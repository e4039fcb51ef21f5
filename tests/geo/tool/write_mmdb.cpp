// write_mmdb FILE: writes a MaxMind DB file described on standard input by one JSON object:
// {"ip_version": 6, "record_size": 24, "type": "Test", "metadata": {…},
//  "networks": [["192.0.2.0/24", VALUE], …], "aliases": ["2002::/16", …]}; all but networks may be
// left out.
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>

#include "geo/mmdb_writer.h"

int main(int count, char** arguments) {
  if (count != 2) {
    std::fputs("write_mmdb FILE <DESCRIPTION\n", stderr);
    return 2;
  }
  try {
    const auto wanted = nlohmann::json::parse(std::cin);
    lapis::geo::MmdbWriter writer(wanted.value("ip_version", 6), wanted.value("record_size", 24),
                                  wanted.value("type", std::string("Test")));
    if (wanted.contains("metadata")) writer.metadata.update(wanted["metadata"]);
    for (const auto& network : wanted.at("networks")) {
      writer.insert(network.at(0).get<std::string>(), network.at(1));
    }
    if (wanted.contains("aliases")) {
      for (const auto& alias : wanted["aliases"]) writer.alias(alias.get<std::string>());
    }
    std::ofstream file(arguments[1], std::ios::binary);
    file << writer.octets();
    file.close();
    return file ? 0 : 1;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "write_mmdb: %s\n", e.what());
    return 1;
  }
}
