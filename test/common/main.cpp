// amiko - the main() of every test program
#define BOOST_TEST_MODULE amiko
#include <boost/test/unit_test.hpp>
