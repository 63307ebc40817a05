"""The form behind the real servers, with the configurations that operators are given."""

import contextlib
import http.client
import os
import re
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.serving.servers import HOST, _Named, _wait, free_port, make_certificate
from webform.settings import DEFAULTS, read_settings
from webform.submission import submission_id

from .phone import Answer, Phone
from .samples import photo_bytes
from .serving import Served, serve
from .test_web import FIELDS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "ops" / "serving_form"


@dataclass
class SecurePhone(Phone):
    """A phone that talks TLS to a server on this machine, by its name."""

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = _Named(self.port, context)
        site = f"{HOST}:{self.port}"
        given = {**self.headers, **(headers or {}), "Host": site}
        if "Origin" in given:
            given["Origin"] = f"https://{site}"
        try:
            connection.request(method, path, body, given)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())
        finally:
            connection.close()


@dataclass
class Behind:
    """The form behind a server; `log` is what the server wrote down."""

    served: Served
    phone: SecurePhone
    home: Path


@pytest.fixture(params=["nginx", "caddy"])
def behind(request: pytest.FixtureRequest, repository: Path, tmp_path: Path) -> Iterator[Behind]:
    https, http_port = free_port(), free_port()
    settings = {"KIM_FORM_ADDRESS": f"https://{HOST}:{https}/", "KIM_FORM_PROXIES": "127.0.0.1"}
    with tempfile.TemporaryDirectory(prefix="kim-form-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        with serve(repository, tmp_path / "state", **settings) as served:
            ports = {"http": str(http_port), "https": str(https), "port": str(served.port)}
            with _server(request.param, home, ports):
                yield Behind(served, SecurePhone(https), home)


@contextlib.contextmanager
def _server(name: str, home: Path, ports: dict[str, str]) -> Iterator[None]:
    certificate, key = make_certificate(home)
    values = {
        "host": HOST,
        "site": f"https://{HOST}:{ports['https']}",
        "certificate": str(certificate),
        "key": str(key),
    }
    text = (FOLDER / {"nginx": "nginx.conf", "caddy": "Caddyfile"}[name]).read_text()
    text = re.sub(
        "@([a-z]+)@", lambda found: {**values, **ports}[found[1]], re.sub(r"(?m)^\s*#.*\n", "", text)
    )
    text = text.replace("/var/log/nginx/kim-form.log", f"{home}/access.log")
    if name == "nginx":
        user = "user root;" if os.getuid() == 0 else ""
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        paths = "".join(f"{kind}_temp_path {home}/{kind};\n" for kind in kinds)
        text = f"{user}\npid {home}/pid;\nevents {{}}\nhttp {{\naccess_log off;\n{paths}{text}\n}}\n"
        command = ["nginx", "-c", f"{home}/config", "-e", f"{home}/log", "-g", "daemon off;"]
    else:
        text = f"{{\n\thttp_port {ports['http']}\n\thttps_port {ports['https']}\n\tadmin off\n}}\n{text}"
        command = ["caddy", "run", "--adapter", "caddyfile", "--config", f"{home}/config"]
    (home / "config").write_text(text)
    path = f"{os.environ['PATH']}:/usr/sbin"
    program = shutil.which(command[0], path=path)
    if program is None:
        pytest.fail(f"{command[0]} is not installed (on Debian: apt install {command[0]}).")
    environment = {**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    with (home / "log").open("w") as log:
        process = subprocess.Popen([program, *command[1:]], stdout=log, stderr=log, env=environment)
    try:
        _wait(process, int(ports["https"]), home / "log")
        yield
    finally:
        process.terminate()
        process.wait(20)


def test_a_post_with_a_photo_goes_through(behind: Behind) -> None:
    page = behind.phone.press(behind.phone.open("/"), "foto", FIELDS)
    assert "default-src 'none'" in page.answer.headers["content-security-policy"]
    assert "max-age=" in page.answer.headers["strict-transport-security"]
    page = behind.phone.press(page, "kirim", {"keterangan": "Padi menguning"}, photo_bytes((2000, 1500)))
    assert "sudah kami terima" in page.words
    secret = page.address.removeprefix("/k/")
    assert behind.served.service.desk.look(secret).submission.id == submission_id(secret)
    for file in ("log", "access.log"):
        if (behind.home / file).exists():
            assert secret not in (behind.home / file).read_text()


def test_a_photo_over_15_mb_is_told_and_never_reaches_the_service(behind: Behind) -> None:
    page = behind.phone.press(behind.phone.open("/"), "foto", FIELDS)
    kind = "multipart/form-data; boundary=x"
    with contextlib.suppress(OSError, http.client.HTTPException):
        answer = behind.phone.request(
            "POST", f"{page.address}/foto", b"x" * 17_000_000, {"Content-Type": kind}
        )
        assert answer.status == 413
        assert "lebih besar dari 15 MB" in answer.text
    assert list(behind.served.service.desk.spool.iterdir()) == []


def test_nobody_can_claim_another_address_to_get_round_the_limits(behind: Behind) -> None:
    wrong = FIELDS | {"kode": "cabai durian hujan perahu"}
    for number in range(10):
        phone = SecurePhone(behind.phone.port, {"X-Forwarded-For": f"203.0.113.{number}"})
        page = phone.press(phone.open("/"), "foto", wrong)
        assert "K090" in page.words
    phone = SecurePhone(behind.phone.port, {"X-Forwarded-For": "203.0.113.99"})
    assert "K091" in phone.press(phone.open("/"), "foto", wrong).words


def test_another_host_gets_nothing(behind: Behind) -> None:
    assert Phone(behind.served.port).request("GET", "/", headers={"Host": "jahat.example"}).status == 400


def test_a_service_that_is_away_is_told_in_plain_words(repository: Path) -> None:
    for name in ("nginx", "caddy"):
        ports = {"http": str(free_port()), "https": str(free_port()), "port": str(free_port())}
        with tempfile.TemporaryDirectory(prefix="kim-form-") as folder, _server(name, Path(folder), ports):
            answer = SecurePhone(int(ports["https"])).request("GET", "/")
            assert answer.status == 503
            assert answer.headers["retry-after"] == "20"
            assert "Formulir sedang diperbarui" in answer.text


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.fail("systemd-analyze is not installed (on Debian: apt install systemd).")
    python = tmp_path / "portal/.venv/bin/python"
    python.parent.mkdir(parents=True)
    python.symlink_to(shutil.which("true") or "/bin/true")
    unit = tmp_path / "kim-form.service"
    unit.write_text((FOLDER / "kim-form.service").read_text().replace("/srv/kim", str(tmp_path)))
    told = subprocess.run(
        [program, "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    assert [line for line in told.stderr.splitlines() if "kim-form" in line] == []
    assert told.returncode == 0, told.stderr
    exposed = subprocess.run(
        [program, "security", "--offline=yes", "--threshold=30", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert exposed.returncode == 0, exposed.stdout[-400:]


def test_the_sample_of_the_environment_is_one(tmp_path: Path) -> None:
    lines = [line for line in (FOLDER / "kim-form.env").read_text().splitlines() if not line.startswith("#")]
    found = dict(line.split("=", 1) for line in lines)
    assert set(found) <= set(DEFAULTS)
    (tmp_path / "token").write_text("a-token\n")
    unit = {"KIM_FORM_STATE": str(tmp_path), "KIM_FORM_TOKEN_FILE": str(tmp_path / "token")}
    settings = read_settings({**found, **unit})
    assert settings.token == "a-" + "token"
    assert settings.hosts >= {"kirim.example.id", "127.0.0.1:8001"}
