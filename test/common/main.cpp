// amiko - the main() of every test program
#define BOOST_TEST_MODULE amiko
#include <boost/test/unit_test.hpp>

#ifdef __SANITIZE_THREAD__
// Boost's detach() unlocks the thread's record, and the thread destroys it as the last to hold it.  The count of its
// holders, which orders the two, is kept inside libboost_thread, whose atomic operations the sanitizer does not see.
extern "C" const char* __tsan_default_suppressions() {
  return "race:boost::detail::thread_data_base::~thread_data_base\n";
}
#endif
