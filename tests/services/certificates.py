"""Certificates of 127.0.0.1 that only these tests trust."""

import ssl
import subprocess
from pathlib import Path


def certificate(folder: Path) -> Path:
    """Certificate and key in one file."""
    file = folder / "server.pem"
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    out = ["-keyout", str(file), "-out", str(file) + ".crt"]
    subprocess.run(["openssl", "req", *kind, *names, *out], check=True, capture_output=True)
    file.write_text(file.read_text() + Path(f"{file}.crt").read_text())
    return file


def server_context(file: Path) -> ssl.SSLContext:
    """For a server with this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
