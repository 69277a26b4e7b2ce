# syntax=docker/dockerfile:1.7
# The image of a node, for amd64 and arm64. It is built from sources alone: no secret and no setting of a deployment goes in.
# The tags name patch releases. To reproduce a build, pin the digests too (FROM …:tag@sha256:…), because a tag can be moved.

FROM --platform=$BUILDPLATFORM node:20.20.2-slim AS pages
WORKDIR /source
COPY web web
RUN npm --prefix web ci --no-audit --no-fund && npm --prefix web run build

# Not the Alpine SDK: the protobuf compiler of Grpc.Tools needs glibc. The published node does not.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0.401 AS build
ARG TARGETARCH
WORKDIR /source
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# The files that determine the packages come first, so that a change of sources alone reuses the cached restore.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt RELEASE_NOTES.md ./
COPY Chatbox.Messages/Chatbox.Messages.csproj Chatbox.Messages/packages.lock.json Chatbox.Messages/
COPY Chatbox.Actors/Chatbox.Actors.csproj Chatbox.Actors/packages.lock.json Chatbox.Actors/
COPY Chatbox.Node/Chatbox.Node.csproj Chatbox.Node/packages.lock.json Chatbox.Node/
COPY Chatbox.Persistence.MongoDb/Chatbox.Persistence.MongoDb.csproj Chatbox.Persistence.MongoDb/packages.lock.json Chatbox.Persistence.MongoDb/
# The first restore accepts only the packages of the lock files. The lock files name no platform, so the second one adds the target platform,
# from the same packages.
RUN dotnet restore Chatbox.Node --locked-mode \
    && dotnet restore Chatbox.Node --os linux-musl --arch $TARGETARCH

COPY .editorconfig ./
COPY Chatbox.Messages Chatbox.Messages
COPY Chatbox.Actors Chatbox.Actors
COPY Chatbox.Node Chatbox.Node
COPY Chatbox.Persistence.MongoDb Chatbox.Persistence.MongoDb
COPY --from=pages /source/Chatbox.Node/wwwroot Chatbox.Node/wwwroot
# With a platform, publish adds native code (PublishReadyToRun).
# ContinuousIntegrationBuild keeps the paths of this stage out of the assemblies, so that the same sources give the same bytes.
RUN dotnet publish Chatbox.Node --os linux-musl --arch $TARGETARCH --no-restore --no-self-contained \
        --configuration Release --output /app \
        -p:ContinuousIntegrationBuild=true -p:BuildPages=false -p:DebugType=embedded -p:UseAppHost=false \
    && mkdir /data /files

FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-alpine
LABEL org.opencontainers.image.title="Chatbox" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=build /app ./
# Holds SQLite's files; with another store only a lock and the files of the readiness check.
COPY --from=build --chown=1654:1654 /data /data
# Where a volume for files is mounted (FILES_DIR), so that it belongs to the user of the node.
COPY --from=build --chown=1654:1654 /files /files
# The node listens on SERVER_PORT; this removes the base image's setting.
ENV ASPNETCORE_HTTP_PORTS= \
    DATA_DIR=/data
USER 1654:1654
EXPOSE 8080
VOLUME /data
STOPSIGNAL SIGTERM
# Checks that the process answers. The proxy asks readyz, which says whether the node should get clients.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=6 \
    CMD wget -q -O /dev/null "http://127.0.0.1:${SERVER_PORT:-8080}${CHATBOX_PATH_PREFIX:-/chatbox}/healthz" || exit 1
ENTRYPOINT ["dotnet", "Chatbox.Node.dll"]
