# syntax=docker/dockerfile:1.7
# A node. Builds for amd64 and arm64, from sources alone: no secret and no setting of any deployment goes in.
# The tags are pinned to a patch release. Who builds releases pins their digests too (FROM …:tag@sha256:…): a tag can be moved.

# Not the Alpine SDK: the protobuf compiler of Grpc.Tools needs glibc. The result does not.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0.401 AS build
ARG TARGETARCH
WORKDIR /source
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# What decides about packages comes first, so that a change of the sources alone finds them in the cache.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt RELEASE_NOTES.md ./
COPY Chatbox.Messages/Chatbox.Messages.csproj Chatbox.Messages/
COPY Chatbox.Actors/Chatbox.Actors.csproj Chatbox.Actors/
COPY Chatbox.Node/Chatbox.Node.csproj Chatbox.Node/
COPY Chatbox.Persistence.MongoDb/Chatbox.Persistence.MongoDb.csproj Chatbox.Persistence.MongoDb/
RUN dotnet restore Chatbox.Node --os linux-musl --arch $TARGETARCH

COPY .editorconfig ./
COPY Chatbox.Messages Chatbox.Messages
COPY Chatbox.Actors Chatbox.Actors
COPY Chatbox.Node Chatbox.Node
COPY Chatbox.Persistence.MongoDb Chatbox.Persistence.MongoDb
# Paths of this stage are left out of the assemblies (ContinuousIntegrationBuild), so that the same sources give the same bytes.
RUN dotnet publish Chatbox.Node --os linux-musl --arch $TARGETARCH --no-restore --no-self-contained \
        --configuration Release --output /app \
        -p:ContinuousIntegrationBuild=true -p:DebugType=embedded -p:UseAppHost=false \
    && mkdir /data

FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-alpine
LABEL org.opencontainers.image.title="Chatbox" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=build /app ./
# SQLite's files, where there is no other store; a lock and what the readiness check writes, where there is.
COPY --from=build --chown=1654:1654 /data /data
# The node decides by SERVER_PORT where it listens; what the base image says of that is taken back.
ENV ASPNETCORE_HTTP_PORTS= \
    DATA_DIR=/data
USER 1654:1654
EXPOSE 8080
VOLUME /data
STOPSIGNAL SIGTERM
# Whether the process answers; whether it should get clients is readyz, and the proxy's to ask.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=6 \
    CMD wget -q -O /dev/null "http://127.0.0.1:${SERVER_PORT:-8080}${CHATBOX_PATH_PREFIX:-/chatbox}/healthz" || exit 1
ENTRYPOINT ["dotnet", "Chatbox.Node.dll"]
