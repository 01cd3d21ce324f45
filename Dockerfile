# An image that is laid out like Toxiproxy's: the same port, the same entry point, the same client.
# `cargo xtask image` lays it out without a container, and runs what it has.

# musl is linked into the program, which needs nothing beside itself then.
FROM rust:1.95-alpine AS build
WORKDIR /source
COPY . .
RUN cargo build --locked --profile dist --package chaosgate-cli \
    && sh xtask/image.sh target/dist/chaosgate /image

FROM scratch
COPY --from=build /image /
ENV LOG_LEVEL=info
EXPOSE 8474
# Nobody, by number: there is no list of users. No port that it needs is one of the system's.
USER 65532:65532
HEALTHCHECK --interval=5s --timeout=3s --start-period=1s CMD ["/toxiproxy-cli", "list"]
ENTRYPOINT ["/toxiproxy"]
CMD ["-host=0.0.0.0"]
