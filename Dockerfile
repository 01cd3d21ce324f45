# An image that is laid out like Toxiproxy's: the same port, the same entry point.

# musl is linked into the program, which needs nothing beside itself then.
FROM rust:1.95-alpine AS build
WORKDIR /source
COPY . .
RUN cargo build --locked --profile dist --package chaosgate-cli \
    && mkdir /image \
    && cp target/dist/chaosgate /image \
    && ln -s chaosgate /image/toxiproxy

FROM scratch
COPY --from=build /image /
EXPOSE 8474
ENTRYPOINT ["/toxiproxy"]
CMD ["-host=0.0.0.0"]
