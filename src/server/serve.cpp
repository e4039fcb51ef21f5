#include "lapis/server/serve.h"

#include <uv.h>

#include <utility>

#include "daemon.h"
#include "preparation.h"

namespace lapis::server {

Prepared check_configuration(const std::string& path) {
  uv_loop_t loop;
  uv_loop_init(&loop);
  Prepared result;
  {
    Preparation preparation(loop, {path, random_cookie_secret(), ""},
                            [&](Prepared prepared) { result = std::move(prepared); });
    preparation.start();
    uv_run(&loop, UV_RUN_DEFAULT);
  }
  uv_loop_close(&loop);
  return result;
}

Served serve(const std::string& path, const std::string& version) {
  return Daemon(path, version).run();
}

}  // namespace lapis::server
