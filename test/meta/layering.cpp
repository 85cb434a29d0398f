// amiko - who may include whom: the module table of doc/architecture.md, enforced on the sources
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace fs = std::filesystem;

namespace {

enum class Headers { installed, internal };
enum class Purity { pure, effects };  // pure: no sockets, threads, clocks, files

struct Module {
  std::string_view name;
  Headers headers;
  Purity purity;
  std::vector<std::string_view> may_include;  // besides itself and std
};

const std::vector<Module> modules{
    {"base", Headers::installed, Purity::pure, {}},
    {"support", Headers::internal, Purity::effects, {"base"}},
    {"wire", Headers::internal, Purity::pure, {"base"}},
    {"crypto", Headers::internal, Purity::pure, {"base", "wire"}},
    {"keys", Headers::installed, Purity::effects, {"base", "support", "wire", "crypto"}},
    {"protocol", Headers::internal, Purity::pure, {"base", "wire", "crypto", "keys"}},
    {"transport", Headers::internal, Purity::effects, {"base", "support", "wire", "keys", "protocol"}},
    {"auth",
     Headers::internal,
     Purity::effects,
     {"base", "support", "wire", "keys", "protocol", "transport"}},
    {"connection",
     Headers::installed,
     Purity::effects,
     {"base", "support", "wire", "crypto", "keys", "protocol", "transport", "auth"}},
    {"config", Headers::installed, Purity::effects, {"base", "support", "keys"}},
    {"agent", Headers::installed, Purity::effects, {"base", "support", "wire", "keys", "connection"}},
    {"sftp", Headers::installed, Purity::effects, {"base", "support", "wire", "connection"}},
    {"scp", Headers::installed, Purity::effects, {"base", "support", "connection", "sftp"}},
    {"client",
     Headers::installed,
     Purity::effects,
     {"base", "support", "keys", "connection", "config", "agent", "sftp", "scp"}},
    {"server",
     Headers::installed,
     Purity::effects,
     {"base", "support", "keys", "auth", "connection", "config", "agent", "sftp", "scp"}},
};

const std::vector<std::string_view> kept_out_of_pure_modules{
    "<mutex>",   "<shared_mutex>", "<condition_variable>", "<thread>", "<future>",
    "<fstream>", "boost/asio",     "boost/thread",         "sys/",     "::now("};
const std::vector<std::string_view> kept_out_of_public_headers{"Botan::", "<botan/", "boost/asio",
                                                               "boost/thread", "zlib.h"};
// Deadline is a point of the clock; the pure modules above base are handed the time.
constexpr std::string_view may_read_the_clock = "libs/base/src/time.cpp";

struct Source {
  std::string path;    // relative to the top of the tree
  std::string module;  // empty: the umbrella header
  bool header_of_module;
  std::string text;
};

const Module* find(std::string_view name) {
  const auto found = std::ranges::find(modules, name, &Module::name);
  return found == modules.end() ? nullptr : &*found;
}

std::string without_comments(const std::string& text) {
  static const std::regex comment("//[^\n]*|/\\*[^]*?\\*/");
  return std::regex_replace(text, comment, "");
}

bool is_beside(const Source& source, const std::string& name) {
  return name.find('/') == std::string::npos &&
         fs::exists(fs::path(AMIKO_SOURCE_DIR) / fs::path(source.path).parent_path() / name);
}

void check_include(const Source& source, const Module& self, bool is_public, const std::string& file,
                   std::vector<std::string>& faults) {
  static const std::regex shape("amiko/([a-z0-9_]+)/.*");
  std::smatch match;
  if (!std::regex_match(file, match, shape)) {
    faults.push_back(source.path + ": <" + file + "> belongs to no module");
    return;
  }
  const Module* other = find(match.str(1));
  if (!other) {
    faults.push_back(source.path + ": <" + file + ">: unknown module");
  } else if (other != &self && std::ranges::find(self.may_include, other->name) == self.may_include.end()) {
    faults.push_back(source.path + ": " + std::string(self.name) + " may not include <" + file + ">");
  } else if (is_public && other->headers == Headers::internal) {
    faults.push_back(source.path + ": public header includes internal <" + file + ">");
  }
}

// What is wrong with one file, a line for each fault.
std::vector<std::string> check(const Source& source) {
  std::vector<std::string> faults;
  Module umbrella{"amiko", Headers::installed, Purity::effects, {}};
  for (const Module& m : modules)
    if (m.headers == Headers::installed) umbrella.may_include.push_back(m.name);
  const Module* self = source.module.empty() ? &umbrella : find(source.module);
  if (!self) return {source.path + ": the table has no module " + source.module};
  const bool is_public = source.header_of_module && self->headers == Headers::installed;

  const std::string code = without_comments(source.text);
  static const std::regex include("#\\s*include\\s*(<amiko/[^>]*>|\"[^\"]*\")");
  for (std::sregex_iterator it(code.begin(), code.end(), include), end; it != end; ++it) {
    const std::string name = it->str(1).substr(1, it->str(1).size() - 2);
    if (it->str(1)[0] == '<')
      check_include(source, *self, is_public, name, faults);
    else if (is_public || !is_beside(source, name))
      faults.push_back(source.path + ": \"" + name + "\" is not a file beside it that only this module sees");
  }
  const auto reject = [&](const std::vector<std::string_view>& words, std::string_view where) {
    for (std::string_view word : words)
      if (code.find(word) != std::string::npos && !(word == "::now(" && source.path == may_read_the_clock))
        faults.push_back(source.path + ": " + std::string(word) + " in " + std::string(where));
  };
  if (self->purity == Purity::pure) reject(kept_out_of_pure_modules, "a pure module");
  if (is_public) reject(kept_out_of_public_headers, "a public header");
  return faults;
}

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// The sources under include/amiko or libs, where the folder below names the module.
std::vector<Source> sources_in(const fs::path& folder) {
  const fs::path top = AMIKO_SOURCE_DIR;
  std::vector<Source> sources;
  for (const auto& entry : fs::recursive_directory_iterator(top / folder)) {
    const fs::path file = entry.path();
    if (file.extension() != ".hpp" && file.extension() != ".cpp") continue;
    const fs::path below = fs::relative(file, top / folder);
    sources.push_back({fs::relative(file, top).string(),
                       below.has_parent_path() ? below.begin()->string() : std::string(),
                       folder == "include/amiko", read(file)});
  }
  return sources;
}

Source made_up(std::string module, bool header, std::string text) {
  return {"made/up.hpp", std::move(module), header, std::move(text)};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(layering)

BOOST_AUTO_TEST_CASE(the_sources_keep_to_the_table) {
  std::size_t files = 0;
  for (const char* folder : {"include/amiko", "libs"})
    for (const Source& source : sources_in(folder)) {
      ++files;
      for (const std::string& fault : check(source))
        BOOST_ERROR(fault);
    }
  BOOST_TEST(files > 0U);
}

BOOST_AUTO_TEST_CASE(the_umbrella_has_every_public_header) {
  const std::string umbrella = read(fs::path(AMIKO_SOURCE_DIR) / "include/amiko/amiko.hpp");
  for (const Source& source : sources_in("include/amiko")) {
    const Module* module = find(source.module);
    if (!module || module->headers == Headers::internal) continue;
    const std::string line = "#include <" + source.path.substr(std::string_view("include/").size()) + ">";
    BOOST_TEST((umbrella.find(line) != std::string::npos), "amiko.hpp lacks " << line);
  }
}

BOOST_AUTO_TEST_CASE(the_table_goes_downwards_only) {
  for (auto m = modules.begin(); m != modules.end(); ++m)
    for (std::string_view lower : m->may_include) {
      const auto found = std::find_if(modules.begin(), m, [&](const Module& o) { return o.name == lower; });
      BOOST_TEST((found != m), m->name << " includes " << lower << ", which is not above it in the table");
    }
}

BOOST_AUTO_TEST_CASE(an_upward_include_is_found) {
  BOOST_TEST(check(made_up("wire", true, "#include <amiko/keys/signer.hpp>\n")).size() == 1U);
  BOOST_TEST(check(made_up("wire", true, "#  include <amiko/base/bytes.hpp>\n")).empty());
  BOOST_TEST(check(made_up("wire", true, "// #include <amiko/keys/signer.hpp>\n")).empty());
}

BOOST_AUTO_TEST_CASE(an_unknown_module_is_found) {
  BOOST_TEST(check(made_up("base", true, "#include <amiko/extras/x.hpp>\n")).size() == 1U);
  BOOST_TEST(check(made_up("base", true, "#include <amiko/x.hpp>\n")).size() == 1U);
  BOOST_TEST(check(made_up("extras", true, "")).size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_internal_header_in_a_public_one_is_found) {
  const std::string text = "#include <amiko/wire/reader.hpp>\n";
  BOOST_TEST(check(made_up("keys", true, text)).size() == 1U);
  BOOST_TEST(check(made_up("keys", false, text)).empty());
  BOOST_TEST(check(made_up("", true, text)).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_quoted_include_must_be_beside) {
  BOOST_TEST(check(made_up("keys", false, "#include \"no_such_file.hpp\"\n")).size() == 1U);
  BOOST_TEST(check(made_up("keys", false, "#include \"../../wire/src/x.hpp\"\n")).size() == 1U);
}

BOOST_AUTO_TEST_CASE(effects_in_a_pure_module_are_found) {
  for (const char* text :
       {"#include <mutex>", "#include <thread>", "#include <fstream>", "#include <sys/socket.h>",
        "#include <boost/asio/post.hpp>", "#include <boost/thread/thread.hpp>",
        "auto t = std::chrono::steady_clock::now();", "auto t = Clock::now();"}) {
    BOOST_TEST(check(made_up("protocol", false, text)).size() == 1U, text);
    BOOST_TEST(check(made_up("transport", false, text)).empty(), text);
  }
  BOOST_TEST(check(made_up("protocol", false, "#include <chrono>\n")).empty());
}

BOOST_AUTO_TEST_CASE(packages_in_a_public_header_are_found) {
  for (const char* text : {"Botan::BigInt n;", "#include <boost/asio/io_context.hpp>", "#include <zlib.h>"}) {
    BOOST_TEST(check(made_up("connection", true, text)).size() == 1U, text);
    BOOST_TEST(check(made_up("connection", false, text)).empty(), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
