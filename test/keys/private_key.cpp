// amiko - tests of PrivateKey: making, writing and using keys
#include "key_data.hpp"

#include <sys/stat.h>

#include <atomic>
#include <thread>
#include <vector>

using namespace amiko;
using namespace amiko::test;

namespace {

const std::vector<std::string> golden = {"ed25519", "ecdsa256", "ecdsa384", "ecdsa521", "rsa"};

std::string text_of(const Secret& secret) {
  return secret.view().str();
}

std::size_t files_in(const TempDir& dir) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(dir.path()), {}));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(private_key)

BOOST_AUTO_TEST_CASE(an_empty_key_throws_no_state) {
  const PrivateKey none;
  const auto no_state = [](const Error& e) { return e.code() == make_error_code(errc::no_state); };
  BOOST_TEST(!none);
  BOOST_CHECK_EXCEPTION(none.public_key(), Error, no_state);
  BOOST_CHECK_EXCEPTION(none.algorithms(), Error, no_state);
  BOOST_CHECK_EXCEPTION(none.sign("ssh-ed25519", ""), Error, no_state);
  BOOST_CHECK_EXCEPTION(none.label(), Error, no_state);
  BOOST_CHECK_EXCEPTION(none.to_openssh(), Error, no_state);
}

BOOST_AUTO_TEST_CASE(generated_keys_work) {
  const std::pair<const char*, const char*> types[] = {{"ed25519", "ssh-ed25519"},
                                                       {"ssh-ed25519", "ssh-ed25519"},
                                                       {"ecdsa", "ecdsa-sha2-nistp256"},
                                                       {"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"},
                                                       {"ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521"}};
  for (const auto& [asked, type] : types) {
    const PrivateKey key = PrivateKey::generate(asked, {.comment = "mine"});
    BOOST_TEST(key.public_key().type() == type);
    BOOST_TEST(key.public_key().comment() == "mine");
    BOOST_TEST(key.public_key().verify(type, "data", key.sign(type, "data")));
    BOOST_TEST(!(key.public_key() == PrivateKey::generate(asked).public_key()));
  }
}

BOOST_AUTO_TEST_CASE(types_that_cannot_be_generated) {
  for (const char* type : {"", "ed449", "ssh-dsa", "rsa-sha2-512", "ecdsa-sha2-nistp224"})
    check_refused(errc::unsupported_key, "generating a key", [&] { PrivateKey::generate(type); });
}

BOOST_AUTO_TEST_CASE(algorithms_of_other_key_types_are_refused) {
  const PrivateKey key = PrivateKey::load(key_file("ed25519"));
  for (const char* algorithm : {"", "rsa-sha2-256", "ecdsa-sha2-nistp256", "nonsense"})
    check_refused(errc::unsupported_key, "cannot sign with", [&] { key.sign(algorithm, "data"); });
}

BOOST_AUTO_TEST_CASE(labels) {
  BOOST_TEST(PrivateKey::load(key_file("rsa")).label() == key_file("rsa").string());
  BOOST_TEST(PrivateKey::parse(key_text("rsa"), Secret(), "agent key").label() == "agent key");
  BOOST_TEST(PrivateKey::generate("ed25519", {.comment = "me@here"}).label() == "me@here");
  const PrivateKey bare = PrivateKey::generate("ed25519");
  BOOST_TEST(bare.label() == "ssh-ed25519 " + bare.public_key().fingerprint());
}

BOOST_AUTO_TEST_CASE(the_written_text_reads_back) {
  for (const std::string& name : golden) {
    const PrivateKey key = PrivateKey::load(key_file(name));
    const PrivateKey plain = PrivateKey::parse(key.to_openssh().view());
    BOOST_TEST((plain.public_key() == key.public_key()));
    BOOST_TEST(plain.public_key().comment() == key.public_key().comment());

    const Secret closed = key.to_openssh(golden_passphrase());
    BOOST_TEST((PrivateKey::parse(closed.view(), golden_passphrase()).public_key() == key.public_key()));
    check_refused(errc::passphrase_needed, "encrypted with aes256-ctr",
                  [&] { PrivateKey::parse(closed.view()); });
    check_refused(errc::wrong_passphrase, "",
                  [&] { PrivateKey::parse(closed.view(), Secret(ByteView("no"))); });
  }
}

BOOST_AUTO_TEST_CASE(the_written_form_is_the_standard_one) {
  const OpensshBody body =
      OpensshBody::of(text_of(PrivateKey::load(key_file("ed25519")).to_openssh(golden_passphrase())));
  BOOST_TEST(body.cipher == "aes256-ctr");
  BOOST_TEST(body.kdf == "bcrypt");
  wire::Reader options(body.kdf_options);
  BOOST_TEST(options.string().size() == 16U);
  BOOST_TEST(options.uint32() == 24U);
  BOOST_TEST(body.section.size() % 16 == 0U);
  check_refused(errc::wrong_passphrase, "aes256-ctr",
                [&] { PrivateKey::parse(body.text(), Secret(ByteView("no"))); });
}

BOOST_AUTO_TEST_CASE(comments_of_any_length_are_padded_right) {
  for (std::size_t size = 0; size < 20; ++size) {
    const PrivateKey key = PrivateKey::generate("ed25519", {.comment = std::string(size, 'c')});
    BOOST_TEST(PrivateKey::parse(key.to_openssh().view()).public_key().comment() ==
               key.public_key().comment());
  }
  const PrivateKey key = PrivateKey::generate("ed25519", {.comment = std::string(100000, 'c')});
  BOOST_TEST(PrivateKey::parse(key.to_openssh().view()).public_key().comment().size() == 100000U);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-84"))
BOOST_AUTO_TEST_CASE(saved_files_are_private_and_whole) {
  const TempDir dir;
  const auto file = dir.write("key", "something old");
  ::chmod(file.c_str(), 0644);
  const PrivateKey key = PrivateKey::generate("ed25519");
  key.save(file);
  struct stat status {};
  BOOST_REQUIRE(::stat(file.c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 07777) == 0600U);
  BOOST_TEST((PrivateKey::load(file).public_key() == key.public_key()));
  key.save(file, golden_passphrase());
  BOOST_TEST((PrivateKey::load(file, golden_passphrase()).public_key() == key.public_key()));
  BOOST_TEST(files_in(dir) == 1U);
}

BOOST_AUTO_TEST_CASE(places_that_cannot_be_written) {
  const TempDir dir;
  const PrivateKey key = PrivateKey::generate("ed25519");
  const auto unwritable = [](const Error& e) { return e.code() == make_error_code(errc::file_unwritable); };
  BOOST_CHECK_EXCEPTION(key.save(dir / "no/such/place"), Error, unwritable);
  BOOST_CHECK_EXCEPTION(key.save(dir.path()), Error, unwritable);
  BOOST_TEST(files_in(dir) == 0U);
}

BOOST_AUTO_TEST_CASE(copies_sign_in_many_threads) {
  for (const std::string& name : golden) {
    const PrivateKey key = PrivateKey::load(key_file(name));
    const std::string algorithm = key.algorithms().front();
    std::atomic<int> good = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&good, &algorithm, t, copy = key, &key] {
        for (int i = 0; i < 10; ++i) {
          const std::string data = std::to_string(t) + "/" + std::to_string(i);
          if (key.public_key().verify(algorithm, data, copy.sign(algorithm, data))) ++good;
        }
      });
    for (std::thread& thread : threads)
      thread.join();
    BOOST_TEST(good == 40);
  }
}

BOOST_AUTO_TEST_SUITE_END()
