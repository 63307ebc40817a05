"""The three servers of `ops/serving`, really started on loopback with the configuration that we write."""

import contextlib
import http.client
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from kim.folder import load_file, scan_content
from kim.load import require_network
from ops.serving import MOVED_FILE, Place, moved_lines, parse_moved, render_config

HOST = "kim.localhost"
_PROGRAMS = {
    "nginx": ("nginx", "nginx-light libnginx-mod-http-brotli-static"),
    "caddy": ("caddy", "caddy"),
    "apache": ("apache2", "apache2"),
}


@dataclass(frozen=True)
class Answer:
    """What a server said: header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Served:
    """A running server. `base` is the path that the portal stands below."""

    name: str
    base: str
    folder: Path
    http: int
    https: int

    def get(self, path: str, method: str = "GET", secure: bool = True, **headers: str) -> Answer:
        """One request; `_` in header names stands for `-`."""
        if secure:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            link: http.client.HTTPConnection = _Named(self.https, context)
        else:
            link = http.client.HTTPConnection("127.0.0.1", self.http, timeout=20)
        try:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            port = "" if self.https == 443 else f":{self.https}"
            link.request(method, path, headers={"Host": f"{HOST}{port}", **names})
            found = link.getresponse()
            return Answer(
                found.status, {name.lower(): value for name, value in found.getheaders()}, found.read()
            )
        finally:
            link.close()


class _Named(http.client.HTTPSConnection):
    """A TLS connection to loopback that asks for our host by name."""

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        super().__init__("127.0.0.1", port, context=context, timeout=20)
        self._tls = context

    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        self.sock = self._tls.wrap_socket(plain, server_hostname=HOST)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate that signs itself, and its key."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-keyout", key, "-out", certificate, "-days", "2", "-subj", f"/CN={HOST}",
         "-addext", f"subjectAltName=DNS:{HOST}"],
        check=True, capture_output=True,
    )  # fmt: skip
    key.chmod(0o644)
    return certificate, key


@contextlib.contextmanager
def serve(name: str, content: Path, folder: Path, home: Path) -> Iterator[Served]:
    """The server `name` with the portal in `folder`, until the end of the block."""
    program, packages = _PROGRAMS[name]
    found = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        pytest.fail(f"{program} is not installed (on Debian: apt install {packages}).")
    network = require_network(lambda path: load_file(content, path), scan_content(content))
    certificate, key = make_certificate(home)
    place = Place(folder, str(certificate), str(key), free_port(), free_port())
    moved = parse_moved((folder / MOVED_FILE).read_bytes())
    config = render_config(name, network, place, moved)
    base = network.address.split(HOST, 1)[1].rstrip("/")
    served = Served(name, base, folder, place.http, place.https)
    if name == "apache":
        (folder / ".htaccess").write_text(config)
        config = _apache_host(place, home, str(folder)[: len(str(folder)) - len(base)])
    else:
        (folder / ".kim").mkdir()
        (folder / ".kim" / f"moved.{name}").write_text(moved_lines(name, base, moved))
    (home / "config").write_text(config)
    command, environment = _command(name, found, home, place)
    log = (home / "log").open("w")
    process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        _wait(process, place.https, home / "log")
        yield served
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def _command(name: str, program: str, home: Path, place: Place) -> tuple[list[str], dict[str, str]]:
    environment = {**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    if name == "nginx":
        (home / "config").write_text(_nginx_main(home, (home / "config").read_text()))
        return [
            program,
            "-c",
            str(home / "config"),
            "-e",
            str(home / "log"),
            "-g",
            "daemon off;",
        ], environment
    if name == "caddy":
        text = (home / "config").read_text()
        options = f"{{\n\thttp_port {place.http}\n\thttps_port {place.https}\n\tadmin off\n}}\n"
        (home / "config").write_text(options + text)
        return [program, "run", "--adapter", "caddyfile", "--config", str(home / "config")], environment
    return [program, "-f", str(home / "config"), "-D", "FOREGROUND"], environment


def _nginx_main(home: Path, config: str) -> str:
    """What /etc/nginx/nginx.conf holds around a site, with everything it writes below `home`."""
    user = f"user {pwd.getpwuid(os.getuid()).pw_name};" if os.getuid() == 0 else ""
    module = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
    if not module.exists():
        pytest.fail("nginx lacks brotli_static (on Debian: apt install libnginx-mod-http-brotli-static).")
    paths = "".join(
        f"{kind}_temp_path {home}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"load_module {module};\n{user}\npid {home}/pid;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{paths}{config}\n}}\n"
    )


def _apache_host(place: Place, home: Path, root: str) -> str:
    """What a host's own configuration holds around a site with .htaccess."""
    modules = "mpm_event authz_core dir mime rewrite headers ssl socache_shmcb env setenvif"
    loads = "".join(
        f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n" for name in modules.split()
    )
    user = "User www-data\nGroup www-data\n" if os.getuid() == 0 else ""
    return f"""{loads}{user}ServerName {HOST}
ServerTokens Prod
TraceEnable Off
PidFile {home}/pid
DefaultRuntimeDir {home}
ErrorLog {home}/log
TypesConfig /etc/mime.types
Listen 127.0.0.1:{place.http}
Listen 127.0.0.1:{place.https}
DocumentRoot {root or "/"}
<Directory {root or "/"}>
    AllowOverride All
    Require all granted
</Directory>
<VirtualHost 127.0.0.1:{place.https}>
    SSLEngine on
    SSLCertificateFile {place.certificate}
    SSLCertificateKeyFile {place.key}
</VirtualHost>
"""


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Until the server answers. Fails with its own words where it ends instead."""
    for _ in range(400):
        if process.poll() is not None:
            pytest.fail(f"The server ended: {log.read_text()}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    pytest.fail(f"The server does not answer: {log.read_text()}")
