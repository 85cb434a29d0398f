// amiko - the header that every test needs, precompiled (compilers warn of "#pragma once" here)
#ifndef AMIKO_TEST_PCH_HPP
#define AMIKO_TEST_PCH_HPP

#include <boost/test/unit_test.hpp>

#endif
