# The tools that mountbench measures with. Any other image with a shell and dd (and fio) serves as well: --image.
FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends fio sqlite3 \
 && rm -rf /var/lib/apt/lists/*
CMD ["sh"]
