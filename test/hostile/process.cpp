// amiko - a program that is interrupted, forks or exits in the midst of its connections
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "hostile/ending.hpp"

namespace amiko::test {
namespace {

std::atomic<unsigned> alarms{0};

void count_alarm(int) {
  ++alarms;
}

/// SIGALRM a thousand times a second, for the thread that makes it; system calls are not restarted.
class AlarmStorm {
 public:
  AlarmStorm() {
    struct sigaction action {};
    action.sa_handler = count_alarm;  // without SA_RESTART
    ::sigaction(SIGALRM, &action, &before_);
    mask(SIG_UNBLOCK);
    const itimerval often{{0, 1000}, {0, 1000}};
    ::setitimer(ITIMER_REAL, &often, nullptr);
  }
  ~AlarmStorm() {
    const itimerval never{};
    ::setitimer(ITIMER_REAL, &never, nullptr);
    ::sigaction(SIGALRM, &before_, nullptr);
  }
  /// Threads that are made after this do not get them.
  static void mask(int how) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    ::pthread_sigmask(how, &set, nullptr);
  }

 private:
  struct sigaction before_ {};
};

void echo(Channel& channel, const std::string& text) {
  channel.sendall(text);
  std::string got;
  while (got.size() < text.size())
    got += channel.recv(text.size());
  BOOST_TEST((got == text));
}

/// The status of a child that does this.
int status_of(const std::function<void()>& deed) {
  std::cout.flush();
  std::fflush(nullptr);  // or the child's exit() writes it once more
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      deed();
    } catch (const std::exception&) {
      ::_exit(3);
    }
    ::_exit(4);
  }
  int status = 0;
  const bool ended = eventually([&] { return ::waitpid(child, &status, WNOHANG) == child; }, limit);
  BOOST_TEST(ended);
  if (!ended) {
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(process)

BOOST_AUTO_TEST_CASE(interrupted_without_end) {
  const NothingLeft check;
  AlarmStorm::mask(SIG_BLOCK);
  ScriptedSession session;
  {
    const AlarmStorm storm;
    Channel channel = session.exec("cat");
    for (int i = 0; i < 200 || alarms < 100; ++i)
      echo(channel, std::string(100'000, static_cast<char>('a' + i % 26)));
    channel.settimeout(milliseconds(50));
    BOOST_CHECK_THROW(channel.recv(1), TimeoutError);
    BOOST_TEST(session.client.renegotiate_keys(scaled(limit)));
    Channel other = session.exec("print alive");
    BOOST_TEST(other.recv(100) == "alive");
  }
  BOOST_TEST(alarms >= 100U);
}

#if !defined(__SANITIZE_THREAD__)  // has rules of its own about fork()

// Static objects are destroyed by exit(), live connections among them, and those that nobody destroys just
// end.
BOOST_AUTO_TEST_CASE(exit_with_live_connections) {
  BOOST_TEST(status_of([] {
               static ScriptedSession session;
               static Channel channel = session.exec("cat");
               channel.sendall("x");
               std::exit(7);
             }) == 7);
  BOOST_TEST(status_of([] {
               auto* const forgotten = new ScriptedSession;
               auto* const channel = new Channel(forgotten->exec("cat"));
               channel->sendall("x");
               std::exit(8);
             }) == 8);
}

BOOST_AUTO_TEST_CASE(a_child_takes_nothing_away) {
  const NothingLeft check;
  ScriptedSession session;
  Channel channel = session.exec("cat");
  echo(channel, "before");
  for (int i = 0; i < 10; ++i) {
    BOOST_TEST(status_of([] { ::execl("/bin/sh", "sh", "-c", "exit 5", static_cast<char*>(nullptr)); }) == 5);
    echo(channel, "after");
  }
}

#endif

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
