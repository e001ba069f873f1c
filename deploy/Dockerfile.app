# Web, worker and migrations: one image, three commands. Build from the project's folder:
#   docker build -f deploy/Dockerfile.app -t onward-app .
FROM python:3.11-slim-bookworm AS build
WORKDIR /onward
COPY requirements/uv.txt requirements/app.txt requirements/
RUN python -m venv /opt/uv && /opt/uv/bin/pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
    && python -m venv --without-pip .venv \
    && /opt/uv/bin/uv pip sync --no-cache --require-hashes --compile-bytecode --python .venv/bin/python requirements/app.txt
COPY pyproject.toml ./
COPY casework casework
COPY prospectus prospectus
COPY actions actions
COPY channels channels
COPY console console
COPY onward onward
RUN /opt/uv/bin/uv pip install --no-cache --no-deps --python .venv/bin/python --editable . \
    && .venv/bin/python -m compileall -q casework prospectus actions channels console onward

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin onward \
    && install -d -o onward -g onward /var/lib/onward
COPY --from=build /onward /onward
COPY data /onward/data
WORKDIR /onward
ENV PATH=/onward/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ONWARD_VAR_DIR=/var/lib/onward \
    ONWARD_HOST=0.0.0.0 \
    ONWARD_PORT=8000
USER 10001:10001
EXPOSE 8000
# for the web process; compose.yml gives the others their own
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/ready', timeout=2)"]
CMD ["onward", "web"]
