// amiko - symbol visibility and the compiler and Boost versions that the library needs
#pragma once

#include <boost/version.hpp>

#if BOOST_VERSION < 107400
#error "amiko needs Boost 1.74 or later"
#endif

#if defined(AMIKO_DYN_LINK)
#define AMIKO_DECL __attribute__((visibility("default")))
#else
#define AMIKO_DECL
#endif
