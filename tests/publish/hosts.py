"""Hosts to publish to, really running on loopback: sshd, an FTP server, an object store."""

import contextlib
import getpass
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import ThreadedFTPServer

from ops.publish.targets import Target

PASSWORD = "kata sandi, dengan spasi"  # noqa: S105 (of a server that lives for one test)
BUCKET = "kim"


@dataclass(frozen=True)
class Host:
    """A target, the environment in which it can be reached, and the folder in which its files are seen."""

    target: Target
    environment: Mapping[str, str]
    folder: Path


@contextlib.contextmanager
def run_sshd(home: Path, kind: str) -> Iterator[Host]:
    """OpenSSH's own server, with a key; for `sftp` and `ssh`."""
    server = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
    if server is None:
        pytest.fail("sshd is not installed (on Debian: apt install openssh-server).")
    folder = home / "there"
    folder.mkdir(parents=True)
    for key in ("host", "user"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(home / key)]
        subprocess.run(command, check=True)
    shutil.copy(home / "user.pub", home / "authorized")
    port = free_port()
    (home / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {home}/host\nAuthorizedKeysFile {home}/authorized\n"
        f"PidFile {home}/pid\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n"
        "Subsystem sftp internal-sftp\n"
    )
    # OpenSSH reads its client's settings from the account, which is not ours to change: a command of the
    # same name goes before it and names the test's own
    programs = home / "bin"
    programs.mkdir()
    for name in ("ssh", "sftp"):
        options = f"-o IdentityFile={home}/user -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"
        real = shutil.which(name)
        (programs / name).write_text(f'#!/bin/sh\nexec {real} {options} -o LogLevel=ERROR "$@"\n')
        (programs / name).chmod(0o755)
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    with (home / "log").open("w") as log:
        process = subprocess.Popen([server, "-D", "-e", "-f", str(home / "sshd_config")], stderr=log)
        try:
            wait_for(port, process)
            target = Target("uji", kind, str(folder), "127.0.0.1", getpass.getuser(), port)
            environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
            yield Host(target, environment, folder)
        finally:
            process.terminate()
            process.wait(20)


@contextlib.contextmanager
def run_ftpd(home: Path) -> Iterator[Host]:
    """An FTP server with an account whose own folder is seen as the root."""
    account = home / "account"
    (account / "public_html").mkdir(parents=True)
    users = DummyAuthorizer()
    users.add_user("kim", PASSWORD, str(account), perm="elradfmwMT")

    class Handler(FTPHandler):
        authorizer = users

    server = ThreadedFTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"handle_exit": False}, daemon=True)
    thread.start()
    try:
        port = server.socket.getsockname()[1]
        target = Target("uji", "ftp", "/public_html", "127.0.0.1", "kim", port)
        yield Host(target, {**os.environ, "KIM_PUBLISH_PASSWORD": PASSWORD}, account / "public_html")
    finally:
        server.close_all()


_VSFTPD = """\
listen_address=127.0.0.1
listen_port={port}
listen=YES
background=NO
run_as_launching_user=YES
seccomp_sandbox=NO
xferlog_enable=NO
local_enable=NO
anonymous_enable=YES
anon_root={home}/account
anon_umask=022
anon_world_readable_only=NO
write_enable=YES
anon_upload_enable=YES
anon_mkdir_write_enable=YES
anon_other_write_enable=YES
ssl_enable=YES
allow_anon_ssl=YES
force_anon_data_ssl=YES
force_anon_logins_ssl=YES
require_ssl_reuse=YES
rsa_cert_file={home}/cert.pem
rsa_private_key_file={home}/key.pem
"""


@contextlib.contextmanager
def run_ftpsd(home: Path) -> Iterator[tuple[Host, ssl.SSLContext]]:
    """vsftpd, which takes nothing in the open, and no file whose connection does not take up the session of
    the first one; with what trusts its certificate."""
    server = shutil.which("vsftpd", path=f"{os.environ['PATH']}:/usr/sbin")
    if server is None:
        pytest.fail("vsftpd is not installed (on Debian: apt install vsftpd).")
    (home / "account" / "public_html").mkdir(parents=True)
    (home / "account").chmod(0o555)  # vsftpd lets nobody in whose root can be written
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost".split()
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run(command, cwd=home, check=True, capture_output=True)
    port = free_port()
    (home / "vsftpd.conf").write_text(_VSFTPD.format(home=home, port=port))
    process = subprocess.Popen([server, str(home / "vsftpd.conf")])
    try:
        wait_for(port, process)
        target = Target("uji", "ftps", "/public_html", "localhost", "anonymous", port)
        environment = {**os.environ, "KIM_PUBLISH_PASSWORD": PASSWORD}
        trusting = ssl.create_default_context(cafile=str(home / "cert.pem"))
        yield Host(target, environment, home / "account" / "public_html"), trusting
    finally:
        (home / "account").chmod(0o755)
        process.terminate()
        process.wait(20)


@contextlib.contextmanager
def run_store() -> Iterator[tuple[Target, Mapping[str, str], str]]:
    """An S3-compatible object store with an empty bucket, and its address."""
    server = ThreadedMotoServer(port=0)
    server.start()
    try:
        host, port = server.get_host_and_port()
        address = f"http://{host}:{port}"
        # what it keeps it keeps for the whole process
        urllib.request.urlopen(urllib.request.Request(f"{address}/moto-api/reset", method="POST"))  # noqa: S310
        open_store(address).create_bucket(Bucket=BUCKET)
        target = Target("uji", "s3", "portal", BUCKET, endpoint=address, region="us-east-1")
        environment = {**os.environ, "KIM_PUBLISH_KEY_ID": "kunci", "KIM_PUBLISH_SECRET": "rahasia"}
        yield target, environment, address
    finally:
        server.stop()


def open_store(address: str) -> Any:
    """A client of the store at an address."""
    return boto3.client(
        "s3",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id="kunci",
        aws_secret_access_key="rahasia",  # noqa: S106
    )


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until somebody listens there."""
    for _ in range(200):
        if process.poll() is not None:
            pytest.fail("The server ended before it answered.")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    pytest.fail("The server does not answer.")
