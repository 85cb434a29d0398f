// amiko - tests of child processes
#include <amiko/support/spawn.hpp>

#include <amiko/base/bytes.hpp>
#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>
#include <boost/thread/thread.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace amiko;
using namespace amiko::support;

namespace {

std::string read_to_end(int fd) {
  std::string text;
  std::array<char, 256> buffer{};
  for (;;) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

// Exit status of `child`, or minus the signal that ended it.
int result_of(ChildProcess& child) {
  const int status = child.wait(forever).value();
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

// What `command` writes.
std::string output_of(const std::string& command) {
  ChildProcess child = ChildProcess::start_shell(command);
  return read_to_end(child.take_socket().get());
}

// Waits until nobody has the other end open any more.
bool ends(const UniqueFd& socket) {
  return read_to_end(socket.get()).empty();
}

// Waits for `child` to say that it is ready.
void await_line(const UniqueFd& socket) {
  char c = 0;
  while (c != '\n')
    BOOST_REQUIRE(::read(socket.get(), &c, 1) == 1);
}

// A process that is gone for good, neither running nor a zombie.
void await_reaping(pid_t pid) {
  while (::kill(pid, 0) == 0)
    std::this_thread::yield();
  BOOST_TEST(errno == ESRCH);
}

const Deadline past(Deadline::Clock::time_point{});

}  // namespace

BOOST_AUTO_TEST_SUITE(spawn)

BOOST_AUTO_TEST_CASE(stdin_and_stdout_are_the_socket) {
  ChildProcess child = ChildProcess::start_shell("cat");
  const UniqueFd socket = child.take_socket();
  BOOST_REQUIRE(::send(socket.get(), "hello", 5, MSG_NOSIGNAL) == 5);
  BOOST_REQUIRE(::shutdown(socket.get(), SHUT_WR) == 0);
  BOOST_TEST(read_to_end(socket.get()) == "hello");
  BOOST_TEST(result_of(child) == 0);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-70"))
BOOST_AUTO_TEST_CASE(start_takes_arguments_as_they_are) {
  ChildProcess child = ChildProcess::start({"printf", "%s|", "a b", "$HOME", "*", ""});
  BOOST_TEST(read_to_end(child.take_socket().get()) == "a b|$HOME|*||");
}

BOOST_AUTO_TEST_CASE(the_shell_gives_way_to_the_command) {
  ChildProcess child = ChildProcess::start_shell("sh -c 'echo $$'");
  BOOST_TEST(read_to_end(child.take_socket().get()) == std::to_string(child.pid()) + "\n");
}

BOOST_AUTO_TEST_CASE(exit_status) {
  ChildProcess seven = ChildProcess::start_shell("sh -c 'exit 7'");
  BOOST_TEST(result_of(seven) == 7);
  BOOST_TEST(result_of(seven) == 7);
  ChildProcess killed = ChildProcess::start_shell("sh -c 'kill -9 $$'");
  BOOST_TEST(result_of(killed) == -SIGKILL);
}

BOOST_AUTO_TEST_CASE(commands_that_do_not_exist) {
  ChildProcess child = ChildProcess::start_shell("/no/such/command 2>/dev/null");
  BOOST_TEST(result_of(child) == 127);
  BOOST_CHECK_EXCEPTION(ChildProcess::start({"/no/such/command"}), Error, [](const Error& error) {
    return error.code() == errc::process_failed &&
           std::string_view(error.what()).find("/no/such/command") != std::string_view::npos;
  });
  BOOST_CHECK_EXCEPTION(ChildProcess::start({}), Error,
                        [](const Error& error) { return error.code() == errc::invalid_argument; });
}

BOOST_AUTO_TEST_CASE(wait_gives_up_at_the_deadline) {
  ChildProcess child = ChildProcess::start_shell("cat");
  BOOST_TEST(!child.wait(past));
  child.take_socket().reset();
  BOOST_TEST(result_of(child) == 0);
  BOOST_TEST(child.wait(past).has_value());
}

BOOST_AUTO_TEST_CASE(wait_is_an_interruption_point) {
  ChildProcess child = ChildProcess::start_shell("cat");
  bool interrupted = false;
  boost::thread thread([&] {
    try {
      (void)child.wait(forever);
    } catch (const boost::thread_interrupted&) {
      interrupted = true;
    }
  });
  thread.interrupt();
  thread.join();
  BOOST_TEST(interrupted);
}

BOOST_AUTO_TEST_CASE(terminate_ends_it) {
  ChildProcess child = ChildProcess::start_shell("cat");
  child.terminate();
  child.terminate();
  BOOST_TEST(result_of(child) == -SIGTERM);
  child.terminate();
}

BOOST_AUTO_TEST_CASE(terminate_reaches_what_the_command_started) {
  ChildProcess child = ChildProcess::start_shell("sh -c 'cat <&0 & echo ready; wait'");
  const UniqueFd socket = child.take_socket();
  await_line(socket);
  child.terminate();
  BOOST_TEST(ends(socket));  // cat had the socket open, too
}

BOOST_AUTO_TEST_CASE(terminate_kills_what_ignores_it) {
  ChildProcess child = ChildProcess::start_shell("sh -c 'trap \"\" TERM; echo ready; cat'");
  const UniqueFd socket = child.take_socket();
  await_line(socket);
  child.terminate();
  BOOST_TEST(result_of(child) == -SIGKILL);
  BOOST_TEST(ends(socket));
}

BOOST_AUTO_TEST_CASE(the_destructor_ends_the_process_and_leaves_no_zombie) {
  pid_t pid = -1;
  UniqueFd socket;
  {
    ChildProcess child = ChildProcess::start_shell("cat");
    pid = child.pid();
    socket = child.take_socket();
  }
  BOOST_TEST(ends(socket));
  await_reaping(pid);
}

BOOST_AUTO_TEST_CASE(a_process_that_ended_is_reaped_without_wait) {
  ChildProcess child = ChildProcess::start_shell("true");
  await_reaping(child.pid());
  BOOST_TEST(result_of(child) == 0);
}

// In a child that may have no processes: a number that is none, kept and used later, would end it (kill(-1)).
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-71"))
BOOST_AUTO_TEST_CASE(a_process_that_the_system_does_not_grant) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit none{0, 0};
    if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(3);
    if (::setrlimit(RLIMIT_NPROC, &none) != 0) ::_exit(4);
    try {
      ChildProcess::start_shell("true");
    } catch (const Error& e) {
      ::_exit(e.code() == errc::resource_shortage ? 0 : 1);
    }
    ::_exit(2);
  }
  int status = 0;
  BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
  BOOST_TEST(WIFEXITED(status));
  BOOST_TEST(WEXITSTATUS(status) == 0);
}

BOOST_AUTO_TEST_CASE(moving_keeps_the_process) {
  ChildProcess a = ChildProcess::start_shell("cat");
  const pid_t pid = a.pid();
  ChildProcess b = std::move(a);
  BOOST_TEST(b.pid() == pid);
  BOOST_TEST(!b.wait(past));
  b = ChildProcess::start_shell("sh -c 'exit 3'");
  await_reaping(pid);
  BOOST_TEST(result_of(b) == 3);
}

BOOST_AUTO_TEST_CASE(it_runs_in_a_session_of_its_own) {
  ChildProcess child = ChildProcess::start_shell("cat");
  BOOST_TEST(::getsid(child.pid()) == child.pid());
  BOOST_TEST(::getpgid(child.pid()) == child.pid());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-77"))
BOOST_AUTO_TEST_CASE(our_descriptors_do_not_leak_into_it) {
  const UniqueFd leak(::open("/dev/null", O_RDONLY));  // without O_CLOEXEC
  const std::string number = std::to_string(leak.get());
  BOOST_TEST(output_of("sh -c 'test -e /proc/$$/fd/" + number + " && echo open || echo closed'") ==
             "closed\n");
}

BOOST_AUTO_TEST_CASE(the_socket_is_not_inherited_by_others) {
  ChildProcess child = ChildProcess::start_shell("cat");
  const UniqueFd socket = child.take_socket();
  BOOST_TEST((::fcntl(socket.get(), F_GETFD) & FD_CLOEXEC) != 0);
}

BOOST_AUTO_TEST_CASE(signals_are_reset) {
  struct sigaction ignore {};
  struct sigaction before {};
  ignore.sa_handler = SIG_IGN;
  sigset_t blocked;
  sigset_t mask_before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR2);
  ::sigaction(SIGUSR1, &ignore, &before);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &mask_before);
  ChildProcess one = ChildProcess::start_shell("sh -c 'kill -USR1 $$; exit 0'");
  ChildProcess two = ChildProcess::start_shell("sh -c 'kill -USR2 $$; exit 0'");
  ::pthread_sigmask(SIG_SETMASK, &mask_before, nullptr);
  ::sigaction(SIGUSR1, &before, nullptr);
  BOOST_TEST(result_of(one) == -SIGUSR1);
  BOOST_TEST(result_of(two) == -SIGUSR2);
}

BOOST_AUTO_TEST_SUITE_END()
