// amiko - public keys that ssh-keygen made, with the fingerprints that it prints for them
#pragma once

#include <amiko/keys/public_key.hpp>

#include <string>

namespace amiko::test {

/// A public key as one line without comment, and its fingerprint by "ssh-keygen -l".
struct SampleKey {
  const char* line;
  const char* fingerprint;

  PublicKey key() const { return PublicKey::from_line(line); }
  std::string type() const { return std::string(line).substr(0, std::string(line).find(' ')); }
  /// "ssh-ed25519 SHA256:..."
  std::string described() const { return type() + " " + fingerprint; }
  /// A line of known_hosts.
  std::string line_for(const std::string& names) const { return names + " " + line + "\n"; }
};

inline constexpr SampleKey ed25519{
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBAZT40h8DKujQrCgWOGn9i/Njoe70j3czzPllieqeYl",
    "SHA256:81AEahYBDtC6pl1mP9kwgVqqUB0T8bv2azLJ22zssss"};

inline constexpr SampleKey other_ed25519{
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBXFKkc76LWV9+/xL+4ndX2c8nrktohple2dsb7gtslZ",
    "SHA256:DSwfHuuvOtV2njOvwd8z01pMTQJoJy03B+95GhMVxWs"};

inline constexpr SampleKey rsa{
    "ssh-rsa "
    "AAAAB3NzaC1yc2EAAAADAQABAAABAQC1plN0FxFjZaMzXzijhQ6Egfj28o7I+/ACYIdv0QKyys1g0krJuRagPeUP/WVRaFadLDhgqY"
    "fRjkZKyavFd3zI2fEeEvVd+ybkXIIbjfhm9fxFY7+RQtZcvJI8sSwpXOsyhgIknLD3GXdMjElamF6zYGpsSQUf10a+"
    "BKbuW5GnY64I57kQUVheOY"
    "NdTQg3+Q22J8pE/Uo14kWGVUwIRyh8y7lA97S4qCm5IyvVtlViKsWgBhH/Yb0CchZXMXIHgl+FM/"
    "rUACTUY53AadDWhekqoLvkaQj9oZbXQUAslq"
    "Ed/0BHtkRaZ0XAWQC1+779a3LsNruoqotpa1PBXiZ0qjkj",
    "SHA256:BlozKV/v9Dp3Fc4WmbVaKdw+6n3JfbfoYAX617bUG8c"};

inline constexpr SampleKey ecdsa{
    "ecdsa-sha2-nistp256 "
    "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBOEwRySQSVo20WboukdwgtclBDxIvpHsM6A1HC"
    "pa6N4qIMdDcpb0ViqnjbhY3RdxMuutwMMRcitCud0JP1LFUSM=",
    "SHA256:Yj1K6gr7QNYJ+fQvZoPGRBkN22FMgRI3QojAxX8p8cI"};

}  // namespace amiko::test
