"""Certificates of 127.0.0.1 that only these tests trust."""

import ssl
import subprocess
from pathlib import Path


def certificate(folder: Path, *others: str) -> Path:
    """Certificate and key in one file, for this machine and for names that a proxy of ours pretends to be."""
    file = folder / "server.pem"
    known = ["IP:127.0.0.1", "DNS:localhost", *(f"DNS:{name}" for name in others)]
    names = ["-subj", "/CN=127.0.0.1", "-addext", f"subjectAltName={','.join(known)}"]
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
