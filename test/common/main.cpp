// amiko - the main() of every test program
#define BOOST_TEST_MODULE amiko
#include <boost/test/unit_test.hpp>

#ifdef __SANITIZE_THREAD__
// Boost's thread objects and the thread itself share a record, which the last of them destroys.  The count of its
// holders, which orders the two, is kept inside libboost_thread, whose atomic operations the sanitizer does not see.
extern "C" const char* __tsan_default_suppressions() {
  return "race:~thread_data\n";
}
#endif
