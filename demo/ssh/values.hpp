// amiko - the values of options: numbers, times, sizes, lists, %-tokens
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace demo {

/// Words between white space; double quotes keep a word together.  Throws OptionError for a quote without its
/// partner.
std::vector<std::string> split_words(std::string_view text);
std::vector<std::string> split_list(std::string_view text, char separator);
std::string lower_case(std::string_view text);

/// These throw OptionError, naming the text.
bool parse_yes_no(std::string_view text);
unsigned parse_number(std::string_view text);
std::uint16_t parse_port(std::string_view text);
/// ssh_config(5), TIME FORMATS: "90", "1h30m".
std::chrono::seconds parse_seconds(std::string_view text);
/// "100", "64K", "1G".
std::uint64_t parse_bytes(std::string_view text);

using Tokens = std::map<char, std::string>;
/// Replaces %x by its value and %% by %.  Throws OptionError for a token that is not in `tokens`.
std::string expand_tokens(std::string_view text, const Tokens& tokens);
/// "~" and "~/x" with the home directory.
std::string expand_home(std::string_view path);
std::string home_directory();
std::string local_user();

}  // namespace demo
