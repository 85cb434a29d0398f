# amiko - AsyncSSH as an SFTP client that puts a tree on a server and gets it back; see sftp_clients.sh
import asyncio
import os

import asyncssh

env = os.environ


async def main():
    async with asyncssh.connect("127.0.0.1", int(env["PORT"]), username=env["USER"], client_keys=[env["KEY"]],
                                known_hosts=env["KNOWN_HOSTS"], agent_path=None, config=None) as connection:
        async with connection.start_sftp_client() as sftp:
            await sftp.put(env["SOURCE"], "/up", recurse=True, preserve=True)
            await sftp.get("/up", env["TARGET"], recurse=True, preserve=True)
            names = sorted(await sftp.listdir("/up"))
            assert names == sorted([".", ".."] + os.listdir(env["SOURCE"])), names
            # It has OpenSSH's order of arguments for servers that are called OpenSSH, and the draft's for others; amiko's
            # server takes OpenSSH's order from everybody, as sftp-server does.
            await sftp.symlink("/up/a_link", "plain")
            assert await sftp.readlink("/up/a_link") == "plain"
            assert await sftp.realpath("/up/./a_link") == "/up/plain"
            await sftp.remove("/up/a_link")
            await sftp.link("/up/plain", "/up/hard")
            await sftp.posix_rename("/up/hard", "/up/harder")
            await sftp.remove("/up/harder")
            assert (await sftp.statvfs("/")).bsize > 0
            async with sftp.open("/up/plain", "rb") as file:
                assert len(await asyncio.gather(*[file.read(1000, i) for i in range(200)])) == 200
                assert (await file.statvfs()).namemax > 0
            for path, error in (("/none", asyncssh.SFTPNoSuchFile), ("/up/\0", asyncssh.SFTPError)):
                try:
                    await sftp.stat(path)
                    raise SystemExit(path + " is there")
                except error:
                    pass


asyncio.run(main())
