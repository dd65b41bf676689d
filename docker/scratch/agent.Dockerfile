# The agent and the three libraries it needs, for a network without base images. The context is a folder with the published
# leanload-agent and, at their usual places, ld-linux-x86-64.so.2, libc.so.6 and libm.so.6: 13 MB.
FROM scratch
COPY . /
USER 1654
ENTRYPOINT ["/leanload-agent"]
