"""amiko - a client that sends numbers and then a break: python3 send_break.py PORT KEY.  It prints the total."""

import asyncio
import sys

import asyncssh


async def main(port, key):
    async with asyncssh.connect("127.0.0.1", int(port), username="robey", client_keys=[key],
                                known_hosts=None) as connection:
        process = await connection.create_process()
        await process.stdout.readline()
        process.stdin.write("x\n20\n22\ny\n")
        for _ in range(2):  # both complaints are there, so the numbers between them are counted
            await process.stderr.readline()
        process.channel.send_break(250)
        print((await process.stdout.readline()).removeprefix("Total = "), end="")


asyncio.run(main(*sys.argv[1:]))
