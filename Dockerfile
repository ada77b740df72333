# Two images from one wheel: `--target operator` and `--target auditor`.
#
# BASE is any image with Python 3.11 or newer, the venv module, CA certificates and time zones.
# A package index or a CA of your own reaches the build, and never the image, through the optional secret `buildenv`:
# a file of shell assignments such as PIP_INDEX_URL=… (docker build --secret id=buildenv,src=FILE …).
ARG BASE=docker.io/library/python:3.11-slim

# What to install, by itself: a change elsewhere in pyproject.toml must not install everything anew.
FROM ${BASE} AS requirements
WORKDIR /requirements
COPY pyproject.toml /src/
RUN python3 -c 'import tomllib; p = tomllib.load(open("/src/pyproject.toml", "rb")); \
lists = {"build": p["build-system"]["requires"], \
         **{extra: p["project"]["dependencies"] + more for extra, more in p["project"]["optional-dependencies"].items()}}; \
[open(name + ".txt", "w").write("\n".join(list)) for name, list in lists.items()]' \
    && touch --date=@0 *.txt

FROM ${BASE} AS tools
WORKDIR /src
COPY constraints.txt ./
COPY --from=requirements /requirements/build.txt ./
RUN --mount=type=secret,id=buildenv \
    set -a; if [ -f /run/secrets/buildenv ]; then . /run/secrets/buildenv; fi; \
    python3 -m venv /tools && python3 -m venv --without-pip /opt/venv \
    && /tools/bin/pip install --no-cache-dir --constraint constraints.txt --requirement build.txt

FROM tools AS project
COPY pyproject.toml README.md LICENSE* ./
COPY crds crds
COPY operator operator
COPY auditor auditor
RUN /tools/bin/pip wheel --no-index --no-build-isolation --no-deps --wheel-dir /wheels . \
    && /tools/bin/pip --python /opt/venv/bin/python install --no-index --no-deps --root /project /wheels/*.whl

FROM tools AS operator-dependencies
COPY --from=requirements /requirements/operator.txt ./
RUN --mount=type=secret,id=buildenv \
    set -a; if [ -f /run/secrets/buildenv ]; then . /run/secrets/buildenv; fi; \
    /tools/bin/pip --python /opt/venv/bin/python install --no-cache-dir --constraint constraints.txt --requirement operator.txt

FROM tools AS auditor-dependencies
COPY --from=requirements /requirements/auditor.txt ./
RUN --mount=type=secret,id=buildenv \
    set -a; if [ -f /run/secrets/buildenv ]; then . /run/secrets/buildenv; fi; \
    /tools/bin/pip --python /opt/venv/bin/python install --no-cache-dir --constraint constraints.txt --requirement auditor.txt

# The last two layers, dependencies and project, in this order: a new version of the project is a small layer.
FROM ${BASE} AS operator
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin
WORKDIR /
USER 65532:65532
ENTRYPOINT ["/opt/venv/bin/python", "-Im", "nightaudit_operator"]
COPY --from=operator-dependencies /opt/venv /opt/venv
COPY --from=project /project/ /
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Night Audit operator" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

FROM ${BASE} AS auditor
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin
WORKDIR /
USER 65532:65532
ENTRYPOINT ["/opt/venv/bin/python", "-Im", "nightaudit_auditor"]
COPY --from=auditor-dependencies /opt/venv /opt/venv
COPY --from=project /project/ /
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Night Audit auditor" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
