// amiko - named choices of algorithms
#pragma once

namespace amiko {

/// What a connection offers before its lists are changed.
enum class AlgorithmProfile {
  modern,  ///< what is sound today: the default
  legacy,  ///< all of modern first, then everything else that there is, broken algorithms included
  fips,    ///< of modern what FIPS 140-3 approves: NIST curves, RSA, finite fields, AES, SHA-2, ML-KEM with
         ///< NIST curves.  It chooses algorithms; whether the module behind them is validated is another
         ///< matter
};

}  // namespace amiko
