# The tools that mountbench measures with. Any other image with a shell and dd (and fio, python3, tar) serves as well: --image.
FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends fio python3 sqlite3 \
 && rm -rf /var/lib/apt/lists/*
# Files of the image, for what a first write to one costs. They are zeros that take their room on the disk, and next to none in an archive.
RUN mkdir -p /usr/local/share/mountbench \
 && for mebibytes in 1 8 32 128; do \
      dd if=/dev/zero "of=/usr/local/share/mountbench/${mebibytes}m" bs=1M "count=$mebibytes" status=none; \
    done
CMD ["sh"]
