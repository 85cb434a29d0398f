# amiko - paramiko as an SFTP client that puts a tree on a server and gets it back; see sftp_clients.sh
import os
import stat

import paramiko

env = os.environ
client = paramiko.SSHClient()
client.load_host_keys(env["KNOWN_HOSTS"])
client.connect("127.0.0.1", int(env["PORT"]), env["USER"], key_filename=env["KEY"], allow_agent=False,
               look_for_keys=False)
sftp = client.open_sftp()


def put(source, target):
    sftp.mkdir(target)
    for entry in os.scandir(source):
        name = target + "/" + entry.name
        if entry.is_dir():
            put(entry.path, name)
        else:
            sftp.put(entry.path, name)
            sftp.chmod(name, stat.S_IMODE(entry.stat().st_mode))


def get(source, target):
    os.mkdir(target)
    for entry in sftp.listdir_attr(source):
        name = source + "/" + entry.filename
        if stat.S_ISDIR(entry.st_mode):
            get(name, os.path.join(target, entry.filename))
        else:
            sftp.get(name, os.path.join(target, entry.filename))


put(env["SOURCE"], "/up")
get("/up", env["TARGET"])

# The odd calls of its interface.
with sftp.open("/up/plain", "r+") as file:
    file.prefetch()
    before = file.read()
    assert list(file.readv([(0, 3), (3, 4)])) == [before[:3], before[3:7]]
    file.seek(0, os.SEEK_END)
    file.write(b"more")
    file.truncate(len(before))
with sftp.open("/up/plain", "a") as file:
    file.write(b"!")
assert sftp.stat("/up/plain").st_size == len(before) + 1
sftp.truncate("/up/plain", len(before))
sftp.symlink("plain", "/up/a_link")
assert sftp.readlink("/up/a_link") == "plain"
assert stat.S_ISLNK(sftp.lstat("/up/a_link").st_mode)
assert sftp.normalize("/up/../up/a_link") == "/up/plain"
sftp.remove("/up/a_link")
sftp.posix_rename("/up/plain", "/up/plain2")
sftp.rename("/up/plain2", "/up/plain")
sftp.utime("/up/plain", (1000000000, 1100000000))
assert sftp.stat("/up/plain").st_mtime == 1100000000
try:
    sftp.stat("/none")
    raise SystemExit("/none is there")
except FileNotFoundError:
    pass
client.close()
