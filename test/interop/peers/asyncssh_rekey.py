# amiko - what Debian's AsyncSSH lacks to change keys while data flows
import asyncssh


def hold_back():
    """Debian's 2.10.1-2+deb12u2 lost this: it goes on sending data between its KEXINIT and its NEWKEYS, which
    RFC 4253 section 7.1 forbids and amiko refuses."""
    send = asyncssh.connection.SSHConnection.send_packet

    def send_packet(self, number, *args, **options):
        if self._auth_complete and self._kex_complete and self._rekey_bytes_sent >= self._rekey_bytes:
            self._send_kexinit()
            self._kexinit_sent = True
        if number > 49 and not self._kex_complete:
            self._deferred_packets.append((number, args))
        else:
            send(self, number, *args, **options)

    asyncssh.connection.SSHConnection.send_packet = send_packet
