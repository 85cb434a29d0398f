// amiko - tests of understanding amiko-sftp's commands
#include "command.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

using demo::Command;
using demo::CommandError;
using demo::Line;
using demo::parse_command;
using demo::read_prefix;
using demo::Verb;

namespace {

std::string complaint(const std::string& line) {
  try {
    parse_command(line);
  } catch (const CommandError& e) {
    return e.what();
  }
  return "none";
}

bool complains(const std::string& line, const std::string& about) {
  const std::string text = complaint(line);
  BOOST_TEST_INFO(text);
  return text.find(about) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sftp_command)

BOOST_AUTO_TEST_CASE(prefixes_of_a_line) {
  const Line plain = read_prefix("  ls x");
  BOOST_TEST(plain.text == "ls x");
  BOOST_TEST(!plain.ignore_errors);
  BOOST_TEST(!plain.silent);
  for (const char* line : {"-@ls", "@-ls", " -@ ls"}) {
    const Line both = read_prefix(line);
    BOOST_TEST(both.text == "ls");
    BOOST_TEST(both.ignore_errors);
    BOOST_TEST(both.silent);
  }
  BOOST_TEST(read_prefix("# comment").text.empty());
  BOOST_TEST(read_prefix(" \t").text.empty());
  BOOST_TEST(read_prefix("").text.empty());
  BOOST_TEST(read_prefix("-").text.empty());
}

BOOST_AUTO_TEST_CASE(names_in_any_case_but_not_shortened) {
  BOOST_CHECK(parse_command("LS").verb == Verb::ls);
  BOOST_CHECK(parse_command("Quit").verb == Verb::quit);
  BOOST_TEST(complains("hel", "Invalid command"));
  BOOST_TEST(complains("lss", "Invalid command"));
  BOOST_TEST(complains("''", "Invalid command"));
}

BOOST_AUTO_TEST_CASE(other_names) {
  BOOST_CHECK(parse_command("chdir x").verb == Verb::cd);
  BOOST_CHECK(parse_command("lchdir x").verb == Verb::lcd);
  BOOST_CHECK(parse_command("dir").verb == Verb::ls);
  BOOST_CHECK(parse_command("mget x").verb == Verb::get);
  BOOST_CHECK(parse_command("mput x").verb == Verb::put);
  BOOST_CHECK(parse_command("cp a b").verb == Verb::copy);
  BOOST_CHECK(parse_command("?").verb == Verb::help);
  BOOST_CHECK(parse_command("exit").verb == Verb::quit);
  BOOST_CHECK(parse_command("bye now").verb == Verb::quit);
}

BOOST_AUTO_TEST_CASE(flags_come_before_paths) {
  const Command get = parse_command("get -pR -a from to");
  BOOST_TEST(get.has('p'));
  BOOST_TEST(get.has('R'));
  BOOST_TEST(get.has('a'));
  BOOST_TEST(!get.has('f'));
  BOOST_REQUIRE_EQUAL(get.paths.size(), 2U);
  BOOST_TEST(get.paths[1].pattern == "to");
  BOOST_TEST(parse_command("get -r x").has('R'));
  BOOST_TEST(parse_command("put -P x").has('p'));
  BOOST_TEST(parse_command("ls -1lr").has('r'));
  BOOST_TEST(parse_command("get -- -x").paths[0].pattern == "-x");
  BOOST_TEST(complains("ls -z", "ls: Invalid flag -z"));
  BOOST_TEST(complains("get -x a", "Invalid flag -x"));
  BOOST_TEST(complains("rm -r a", "Invalid flag -r"));
}

BOOST_AUTO_TEST_CASE(reget_and_reput_resume) {
  BOOST_TEST(parse_command("reget x").has('a'));
  BOOST_TEST(parse_command("reput -f x").has('a'));
  BOOST_TEST(!parse_command("get x").has('a'));
  BOOST_TEST(!parse_command("rename a b").has('a'));
  BOOST_TEST(parse_command("rename -l a b").has('l'));
}

BOOST_AUTO_TEST_CASE(numbers) {
  BOOST_TEST(parse_command("chmod 0755 x").number == 0755U);
  BOOST_TEST(parse_command("chmod 7777 x").number == 07777U);
  BOOST_TEST(parse_command("chown 4294967295 x").number == 4294967295U);
  BOOST_TEST(parse_command("lumask 22").number == 022U);
  BOOST_TEST(parse_command("chgrp -h 10 x").has('h'));
  for (const char* line :
       {"chmod 9 x", "chmod u+x x", "chmod 17777 x", "chmod '' x", "chmod -1 x", "chown root x",
        "chown 4294967296 x", "chown 1x x", "chgrp -5 x", "lumask 8", "lumask 1000"})
    BOOST_TEST(complaint(line) != "none", line);
  BOOST_TEST(complains("chmod", "a number"));
  BOOST_TEST(complains("lumask", "a number"));
  BOOST_TEST(complains("chmod 644", "one path"));
}

BOOST_AUTO_TEST_CASE(the_number_of_paths) {
  BOOST_TEST(complains("get", "at least one path after get"));
  BOOST_TEST(complains("rm", "one path after rm"));
  BOOST_TEST(complains("rename a", "two paths after rename"));
  BOOST_TEST(complains("ln -s a", "two paths"));
  BOOST_TEST(complains("cp a", "two paths"));
  BOOST_TEST(complains("rm a b", "too many arguments, at \"b\""));
  BOOST_TEST(complains("get a b c", "too many arguments"));
  BOOST_TEST(complains("pwd x", "too many arguments"));
  BOOST_TEST(complains("rm ''", "an empty path"));
  BOOST_TEST(parse_command("cd").paths.empty());
  BOOST_TEST(parse_command("df -hi").paths.empty());
}

BOOST_AUTO_TEST_CASE(what_the_local_shell_is_given) {
  BOOST_CHECK(parse_command("!").verb == Verb::shell);
  BOOST_TEST(parse_command("!").rest.empty());
  BOOST_TEST(parse_command("! echo 'a  b' | cat").rest == "echo 'a  b' | cat");
  BOOST_TEST(parse_command("lls -l 'a b'").rest == "-l 'a b'");
  BOOST_TEST(parse_command("lls").rest.empty());
}

BOOST_AUTO_TEST_CASE(bad_lines) {
  BOOST_TEST(complains("get \"x", "Unterminated"));
  BOOST_TEST(complains(std::string("ls a\0b", 6), "zero byte"));
}

BOOST_AUTO_TEST_CASE(help_names_every_command) {
  const std::string help = demo::help_text();
  for (const char* name :
       {"bye",  "cd",    "chgrp",  "chmod", "chown", "copy",  "cp",      "df",      "exit",     "get", "help",
        "lcd",  "lls",   "lmkdir", "ln",    "lpwd",  "ls",    "lumask",  "mkdir",   "progress", "put", "pwd",
        "quit", "reget", "rename", "reput", "rm",    "rmdir", "symlink", "version", "!command", "?"})
    BOOST_TEST(help.find("\n" + std::string(name)) != std::string::npos, name);
}

BOOST_AUTO_TEST_CASE(the_table_is_in_order) {
  BOOST_TEST(std::ranges::is_sorted(demo::all_commands(), {}, &demo::Syntax::name));
}

BOOST_AUTO_TEST_SUITE_END()
