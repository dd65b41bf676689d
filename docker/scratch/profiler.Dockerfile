# The profiler, published self-contained, with the libraries it needs. The context is a folder with the publish output below /leanload and, at their
# usual places, the loader and the libraries that `ldd` names for the runtime, and OpenSSL's two.
FROM scratch
COPY . /
USER 1654
ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 HOME=/tmp
ENTRYPOINT ["/leanload/LeanLoad.Profiler"]
