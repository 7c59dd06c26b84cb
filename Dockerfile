# The service alone, for a PostgreSQL of its own: see docker-compose.yml.
FROM python:3.12-slim-bookworm AS build
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /opt/sekisho
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --locked --no-default-groups --group build --no-install-project --link-mode copy
COPY service service
COPY policies policies
COPY migrations migrations
RUN uv sync --locked --no-default-groups --group build --no-editable --link-mode copy

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 8743 --home-dir /data --shell /usr/sbin/nologin sekisho \
 && install -d -m 0700 -o sekisho -g sekisho /data
COPY --from=build /opt/sekisho/.venv /opt/sekisho/.venv
ENV PATH=/opt/sekisho/.venv/bin:$PATH SEKISHO_DATA_DIR=/data SEKISHO_HOST=0.0.0.0
USER sekisho
VOLUME /data
EXPOSE 8743
ENTRYPOINT ["sekisho"]
CMD ["serve"]
