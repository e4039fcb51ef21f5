// Two workers of the real server in one process, each with a socket of its own on a port of its own
// and both with the same snapshot, so that a client can give work to the one or to the other.
//
// Prints the address of `phase`, those of stack and control block of the thread that stores there,
// and the two ports. Each octet that then comes on standard input is
// stored there: a mark in a trace of memory accesses. Ends with standard input. See
// bench/workers/run.
#include <pthread.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "dns_service.h"
#include "worker.h"
#include "workloads.h"

namespace {

using namespace lapis;

volatile char phase = 0;

std::unique_ptr<server::Worker> start(server::ConnectionTable& table,
                                      const server::TcpLimits& limits,
                                      std::shared_ptr<const answer::Snapshot> snapshot) {
  server::ListenAddress any;
  any.address = *IpAddress::parse("127.0.0.1");
  any.port = 0;
  auto sockets = server::open_listen_sockets(any, 1);
  if (!sockets) return nullptr;
  std::printf("%u\n", unsigned{(*sockets)[0].address.port});
  auto worker = std::make_unique<server::Worker>(
      table,
      [](server::Counters& counters) { return std::make_unique<server::DnsService>(counters); },
      [] {});
  server::Worker::Order order;
  order.snapshot = std::move(snapshot);
  order.listen.push_back(std::move((*sockets)[0]));
  order.tcp = limits;
  worker->order(std::move(order));
  worker->start();
  return worker;
}

}  // namespace

int main() {
  std::string zone =
      "$ORIGIN bench.test.\n$TTL 3600\n@ SOA ns host 1 7200 3600 604800 300\n@ NS ns\n"
      "ns A 192.0.2.1\nmx MX 10 ns\nmx MX 20 h1.p100001\nalias CNAME ns\n";
  for (std::size_t i = 0; i < 60; ++i) zone += bench::grouped_name(i, 6) + " A 192.0.2.2\n";
  // Four groups of names have programs by client, one has weights, one has none.
  const std::string programs = bench::many_programs(bench::Kind::subnet, 8) +
                               "(program weighed (match (under? qname \"p100004.bench.test.\"))\n"
                               " (response (if (< (bucket qname 100 \"w\") 30)"
                               " (list (ipv4 \"192.0.2.7\")) (list (ipv4 \"192.0.2.8\")))"
                               " (list) (ttl 60)))\n";
  const auto snapshot = bench::serve(zone, programs, "");
  const server::TcpLimits limits;
  server::ConnectionTable table(limits);
  char mark = 0;
  std::printf("%p\n%p %p\n", const_cast<const void*>(static_cast<const volatile void*>(&phase)),
              static_cast<const void*>(&mark), reinterpret_cast<const void*>(pthread_self()));
  const std::unique_ptr<server::Worker> workers[] = {start(table, limits, snapshot),
                                                     start(table, limits, snapshot)};
  if (!workers[0] || !workers[1]) return 1;
  std::fflush(stdout);
  while (read(STDIN_FILENO, &mark, 1) == 1) {
    phase = mark;
    if (write(STDOUT_FILENO, &mark, 1) != 1) break;
  }
  for (const auto& worker : workers) {
    server::Worker::Order order;
    order.abort = true;
    worker->order(std::move(order));
    worker->join();
  }
}
